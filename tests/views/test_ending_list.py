"""The endings of a period: every number is the clients listed, and the silent are answered."""

import datetime as dt
import re
from collections import Counter
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from practice.cases.endings_of_period import EndingRow
from practice.cases.silent_open import SilentRow
from practice.cohorts import Scope, load_cohort
from practice.domain.endings import PLANNED, UNPLANNED, Ending, LeftOut
from practice.domain.periods import Month
from practice.domain.sessions import SEEN, Kind
from practice.models import Episode, Practitioner, Service, Session
from practice.reports.figures import outcome_figures
from tests.caseloads import HOSTILE, PRINTED_ON, store, therapies
from tests.cast import (
    Cast,
    hand_over,
    make_client,
    make_completion,
    make_episode,
    make_practitioner,
    make_service,
    make_session,
)
from tests.reports.reading import squeezed

TODAY = PRINTED_ON
TREATING = {Kind.TREATMENT, Kind.ASSESSMENT_AND_TREATMENT, Kind.REVIEW_AND_TREATMENT}
PLANNED_CODES, UNPLANNED_CODES = set(map(str, PLANNED)), set(map(str, UNPLANNED))
JUNK = {
    "a month that is none": "to=zzz",
    "a month before all": "to=0001-01",
    "a number of months that is none": "months=7",
    "a contract of nobody": "contract=zzz",
    "markup": "problem=<script>alert(1)</script>",
    "a zero byte": "contract=a%00",
    "no text at all": "therapy=%ff%fe",
    "an ending that is none": "how=zzz",
    "a column that is none": "left-sort=colour&all-sort=-kinds.__class__",
    "a page that is none": "left-page=last&all-page=99999999999999999999",
    "everything empty": "to=&months=&contract=&how=&left-sort=&all-page=",
    "twice": "to=2025-10&to=2025-09&months=12&months=24",
}


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: TODAY)


def ago(days: int) -> dt.date:
    return TODAY - dt.timedelta(days=days)


def url(service: Service, person: Practitioner | None = None, query: str = "") -> str:
    address = reverse("ending-list", args=[service.uid, *([person.uid] if person else [])])
    return f"{address}?{query}" if query else address


def answer_to(client: Browser, cast: Cast, query: str = "", *, who: str = "alice") -> Any:
    person = getattr(cast, who)
    client.force_login(person)
    answer = client.get(url(cast.service, None if who == "leda" else person, query))
    assert answer.status_code == 200
    return answer


def text_of(answer: Any) -> str:
    return squeezed(re.sub(r"<[^>]*>", " ", unescape(answer.content.decode()))).replace(" ,", ",")


def section(answer: Any, start: str, end: str) -> str:
    page = unescape(answer.content.decode())
    begun = page[page.index(start) :]
    return squeezed(re.sub(r"<[^>]*>", " ", begun[: begun.index(end)]))


def rows_of(answer: Any, name: str = "all") -> list[EndingRow]:
    """Every row of a table, also those of other pages."""
    return [row.record for row in answer.context[name].rows]


def keys(rows: list[EndingRow]) -> set[int]:
    found = {row.key for row in rows}
    assert len(found) == len(rows)
    return found


def ended(
    cast: Cast,
    reference: str,
    ending: Ending | None,
    *totals: int,
    holder: Practitioner | None = None,
    on: dt.date | None = None,
    **fields: Any,
) -> Episode:
    """Ended after a weekly session for each PHQ-9, with a GAD-7 of 5 each time."""
    on = on or ago(20)
    episode = make_episode(
        client=make_client(service=cast.service, reference=reference),
        holder=holder or cast.alice,
        referred_on=on - dt.timedelta(days=200),
        ended_on=on,
        ending=ending or "",
        **fields,
    )
    scored(episode, *totals, until=on)
    return episode


def scored(episode: Episode, *totals: int, until: dt.date) -> None:
    for back, total in zip(range(len(totals) - 1, -1, -1), totals, strict=True):
        held = make_session(episode=episode, held_on=until - dt.timedelta(weeks=back))
        make_completion(of=held, total=total)
        make_completion(of=held, measure="gad7", total=5)


def still_open(cast: Cast, reference: str, days: int, **fields: Any) -> Episode:
    """Open, and seen twice, the last time so many days ago."""
    episode = make_episode(
        client=make_client(service=cast.service, reference=reference),
        holder=fields.pop("holder", cast.alice),
        referred_on=ago(400),
        **fields,
    )
    scored(episode, 12, 12, until=ago(days))
    return episode


# What the numbers are, and that the clients of each are those listed


def slowly(service: Service, *, start: dt.date, end: dt.date) -> dict[str, set[int]]:
    """Who is in which number, written out once more from the rows of the database."""
    found: dict[str, set[int]] = {}
    for episode in Episode.objects.filter(client__service=service, left_out=""):
        for name in names_of(episode, start=start, end=end):
            found.setdefault(name, set()).add(episode.pk)
    return found


def names_of(episode: Episode, *, start: dt.date, end: dt.date) -> list[str]:
    is_open = episode.ended_on is None or episode.ended_on > end
    until = end if is_open else episode.ended_on
    seen = [
        session
        for session in Session.objects.filter(episode=episode, held_on__lte=until)
        if session.attendance in SEEN
    ]
    began = any(session.kind in TREATING for session in seen)
    if is_open:
        silent = began and (end - max(one.held_on for one in seen)).days > 60
        return ["silent"] if silent else []
    if episode.ended_on is None or episode.ended_on < start:
        return []
    if not began:
        referred = ["referred_on"] if episode.ending == "referred_on" else []
        return ["ended", "before_treatment", *referred]
    return ["ended", "entered", *how_it_counts(episode)]


def how_it_counts(episode: Episode) -> list[str]:
    if episode.ending in PLANNED_CODES:
        return ["planned", episode.ending, *(["wished"] if episode.wished_to_continue else [])]
    if episode.ending in UNPLANNED_CODES:
        return ["unplanned", episode.ending]
    return ["died"] if episode.ending == "died" else ["not_recorded"]


@pytest.mark.parametrize("seed", [1, 2])
def test_the_clients_counted_are_the_clients_listed(client: Browser, cast: Cast, seed: int) -> None:
    store(cast.service, cast.alice, therapies(seed, ended=30, still_open=12, recorded=0.7))
    store(cast.service, cast.bob, therapies(seed + 10, ended=8, still_open=4))
    answer = answer_to(client, cast, who="leda")
    expected = slowly(cast.service, start=dt.date(2024, 12, 1), end=TODAY)
    figures = answer.context["figures"]
    assert keys(rows_of(answer)) == expected["ended"]
    assert keys(rows_of(answer, "unplanned")) == expected["unplanned"]
    assert figures.ended == len(expected["ended"])
    assert figures.endings.of == len(expected["entered"])
    assert figures.endings.wished_to_continue == len(expected.get("wished", ()))
    assert figures.endings.declared.k == len(expected["planned"])
    for line in answer.context["reasons"]:
        assert line.n == len(expected.get(line.how, ())), line.title
        of_it = [row for row in rows_of(answer) if line.how in row.kinds]
        assert keys(of_it) == expected.get(line.how, set())
    silent = answer.context["silent"]
    listed = [row for group in silent.groups for row in group.rows] + list(silent.paused)
    assert {row.course.episode.key for row in listed} == expected["silent"]
    assert len(listed) == silent.n == figures.silent.silent == len(expected["silent"])
    n = len(expected["not_recorded"])
    narrowed = answer_to(client, cast, "how=not_recorded", who="leda")
    assert keys(rows_of(narrowed)) == expected["not_recorded"]
    assert f"{n} of {figures.ended}: how it ended is not recorded." in text_of(narrowed)
    # The months and the bands of sessions are of the same people.
    of = len(expected["entered"])
    assert f"{of} therapies that ended" in text_of(answer)
    assert f"{of} that entered and ended" in text_of(answer)
    # The last scores of the unplanned, counted from the rows listed.
    words = Counter(row.change_words for row in rows_of(answer, "unplanned"))
    block = section(answer, 'id="last-contact"', "</section>")
    for title in ("reliably improved", "no reliable change", "reliably worse", "no second score"):
        assert f"{title[:1].upper()}{title[1:]} {words[title]} " in f"{block} ", title


def test_the_numbers_are_those_of_the_paper(client: Browser, cast: Cast) -> None:
    store(cast.service, cast.alice, therapies(5, ended=40, still_open=12))
    answer = answer_to(client, cast, "to=2025-10")
    month = Month(year=2025, number=10)
    scope = Scope(service=cast.service, practitioner=cast.alice)
    paper = outcome_figures(load_cohort(scope, month.twelve_months_to))
    figures = answer.context["figures"]
    assert figures.endings == paper.endings
    assert figures.silent.silent == paper.silent_open
    assert figures.with_silent == paper.rates["planned_with_silent"].proportion
    assert (figures.ended, figures.left_out) == (paper.ended, paper.left_out)
    assert figures.before_treatment == paper.ended_before_treatment
    # What has changed since that day is not asked there: the page points at today's list.
    assert "today's list" in text_of(answer)
    assert "Still open" not in text_of(answer)


def worked(cast: Cast) -> None:
    """Twelve that ended: seven of ten recorded are planned."""
    for number in range(6):
        ended(cast, f"PLAN-{number}", Ending.AGREED_AT_END, 18, 6, contract="private")
    ended(cast, "LIMIT-1", Ending.PLANNED_FROM_OUTSET, 18, 6, wished_to_continue=True)
    ended(cast, "LEFT-1", Ending.LOSS_OF_CONTACT, 18, 16, 6, contract="EAP")
    ended(cast, "LEFT-10", Ending.CRISIS, 10, 20, on=ago(30), found="Money", would_try="Ask early")
    ended(cast, "LEFT-2", Ending.ENDED_BY_SERVICE, 14, on=ago(40))
    ended(cast, "BLANK-1", None, 18, 17)
    ended(cast, "DIED-1", Ending.DIED, 18, 17)
    ended(cast, "NEVER-1", Ending.REFERRED_ON)
    ended(
        cast,
        "OUT-1",
        Ending.CRISIS,
        9,
        left_out=LeftOut.UNDER_18,
        left_out_at=dt.datetime.now(dt.UTC),
    )
    still_open(cast, "SILENT-1", 61)
    still_open(cast, "SEEN-1", 60)


def test_worked_example(client: Browser, cast: Cast) -> None:
    worked(cast)
    answer = answer_to(client, cast)
    text = text_of(answer)
    assert (
        "7 of 10 recorded endings were planned (70%; 95% interval 40% to 89%); 1 of the planned "
        "stopped at a limit, the client wishing to continue; of 1 of the 12 that ended nobody has "
        "recorded how." in text
    )
    assert (
        "1 of 2 in therapy on 22 November 2025 was last seen 61 days earlier or more: counted as "
        "unplanned, 7 of 12 endings were planned (58%; 95% interval 32% to 81%)." in text
    )
    for line in (
        "Planned, estimated 7 of 11 (64%; 35% to 85%) the 1 not recorded count as unplanned",
        "Wished to continue 1 of 7",
        "Not recorded 1 of 12",
        "Died 1 of 12",
        "Ended before treatment 1 of 13",
        "Left out 1 of 14 of everything that ended; in no figure and no list here: 1 under 18",
    ):
        assert line in text, line
    assert "OUT-1" not in text
    # Those of whom nobody has recorded how come first.
    assert rows_of(answer)[0].client.reference == "BLANK-1"  # type: ignore[union-attr]


def test_who_left_one_by_one(client: Browser, cast: Cast) -> None:
    worked(cast)
    answer = answer_to(client, cast)
    left = section(answer, 'id="unplanned"', "</section>")
    assert "LEFT-1 21 November" not in left
    for words in (
        "LEFT-1 2 November 2025 due to loss of contact 3 (3 treatment) 2 November 2025",
        "18 → to 6",
        "10 → to 20",
        "reliably improved",
        "reliably worse",
        "no second score",
        "Found: Money",
        "To try: Ask early",
        "nothing written yet",
    ):
        assert words in left, words
    page = answer.content.decode()
    assert "PHQ-9: 18, 16, 6; cut-off 10" in page
    to_do = section(answer, 'id="to-do"', "</section>")
    assert "How it ended is not recorded for 1 of 12: BLANK-1" in to_do
    assert "2 of 3 unplanned endings have nothing written" in to_do
    assert "LEFT-1, LEFT-2" in to_do.replace(" ,", ",")
    blank = Episode.objects.get(client__reference="LEFT-2")
    assert f'href="{reverse("episode-end", args=[blank.uid])}#id_found"' in page
    # What is written there is then off the list.
    assert 'id="id_found"' in client.get(reverse("episode-end", args=[blank.uid])).content.decode()


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("client", ["LEFT-1", "LEFT-2", "LEFT-10"]),
        ("-client", ["LEFT-10", "LEFT-2", "LEFT-1"]),
        ("ended_on", ["LEFT-2", "LEFT-10", "LEFT-1"]),
        ("sessions", ["LEFT-2", "LEFT-10", "LEFT-1"]),
        ("score", ["LEFT-10", "LEFT-2", "LEFT-1"]),
        ("-last_seen", ["LEFT-1", "LEFT-10", "LEFT-2"]),
        ("counts", ["LEFT-10", "LEFT-1", "LEFT-2"]),
        ("colour", ["LEFT-1", "LEFT-10", "LEFT-2"]),
    ],
)
def test_sorted_by_a_heading(client: Browser, cast: Cast, sort: str, expected: list[str]) -> None:
    worked(cast)
    rows = rows_of(answer_to(client, cast, f"left-sort={sort}"), "unplanned")
    assert [row.client and row.client.reference for row in rows] == expected


def test_every_heading_sorts_both_tables(client: Browser, cast: Cast) -> None:
    worked(cast)
    for name in ("client", "holder", "ended_on", "counts", "sessions", "change"):
        answer = answer_to(client, cast, f"all-sort=-{name}&left-sort={name}", who="leda")
        assert (len(rows_of(answer)), len(rows_of(answer, "unplanned"))) == (13, 3)


def test_narrowed_by_a_contract(client: Browser, cast: Cast) -> None:
    worked(cast)
    answer = answer_to(client, cast, "contract=EAP")
    assert {row.client and row.client.reference for row in rows_of(answer)} == {"LEFT-1"}
    text = text_of(answer)
    assert "only contract: EAP" in text
    assert "0 of 1 recorded ending was planned." in text
    # The silent are narrowed with everything else.
    assert "Nobody: every open client who has entered therapy was seen" in text


def test_three_years_in_three_strips(client: Browser, cast: Cast) -> None:
    ended(cast, "OLD-1", Ending.CRISIS, 12, on=ago(1000))
    ended(cast, "NEW-1", Ending.CRISIS, 12)
    text = text_of(answer_to(client, cast, "months=36"))
    for year in ("December 2022 to November 2023", "December 2024 to November 2025"):
        assert year in text
    assert "0 therapies that ended" in text
    assert "1 therapy that ended" in text


def test_empty(client: Browser, cast: Cast) -> None:
    text = text_of(answer_to(client, cast))
    assert "Nobody who had entered therapy ended in this period." in text
    assert "No therapy ended in this period. When one does" in text
    assert "Nobody: every open client who has entered therapy was seen in the 61 days" in text
    assert "To do" not in text


def test_ended_and_nothing_recorded(client: Browser, cast: Cast) -> None:
    ended(cast, "BLANK-1", None, 12)
    text = text_of(answer_to(client, cast))
    assert "No ending is recorded as planned or unplanned; of 1 of the 1 that ended" in text
    assert "Nobody: no ending of this period is recorded as unplanned." in text


def test_none_like_this(client: Browser, cast: Cast) -> None:
    """Several groups at once can be of nobody."""
    worked(cast)
    ended(cast, "OTHER-1", Ending.CRISIS, 12, therapy="CBT")
    text = text_of(answer_to(client, cast, "contract=EAP&therapy=CBT"))
    assert "No ending of this period is like this (contract: EAP; kind of therapy: CBT)" in text


@pytest.mark.parametrize("query", JUNK.values(), ids=JUNK.keys())
def test_strange_addresses_are_no_error(client: Browser, cast: Cast, query: str) -> None:
    worked(cast)
    answer = answer_to(client, cast, query)
    assert "<script>alert" not in answer.content.decode()


def test_what_is_written_is_escaped(client: Browser, cast: Cast) -> None:
    ended(cast, "LEFT-1", Ending.CRISIS, 12, found=HOSTILE, would_try=HOSTILE, contract=HOSTILE)
    ended(cast, "LEFT-2", Ending.CRISIS, 12, contract="EAP")
    page = answer_to(client, cast).content.decode()
    assert "<b>bold</b>" not in page
    assert "&lt;b&gt;bold" in page


# Whose they are


def test_one_of_several_practitioners(client: Browser, cast: Cast) -> None:
    ended(cast, "MINE-1", Ending.CRISIS, 12, found="Alice wrote this")
    ended(cast, "BOBS-1", Ending.CRISIS, 12, holder=cast.bob, found="Bob wrote this")
    mine = text_of(answer_to(client, cast))
    assert "Alice wrote this" in mine
    assert "Bob" not in mine
    assert "Practitioner" not in section(answer_to(client, cast), 'id="unplanned"', "</section>")
    whole = answer_to(client, cast, who="leda")
    left = section(whole, 'id="unplanned"', "</section>")
    for words in ("BOBS-1 Bob", "MINE-1 Alice", "Alice wrote this", "Bob wrote this"):
        assert words in left, words
    client.force_login(cast.bob)
    assert client.get(url(cast.service, cast.alice)).status_code == 403
    assert client.get(url(cast.service)).status_code == 403


def test_handed_over_since_is_counted_and_not_named(client: Browser, cast: Cast) -> None:
    """It counts for whoever held it when it ended; whoever has handed it over no longer sees it."""
    gone = ended(cast, "GONE-1", Ending.CRISIS, 12, found="Words of the therapy")
    blank = ended(cast, "GONE-2", None, 12)
    for episode in (gone, blank):
        hand_over(episode=episode, to=cast.bob, on=ago(10))
    answer = answer_to(client, cast)
    text = text_of(answer)
    assert len(rows_of(answer)) == 2
    assert "0 of 1 recorded ending was planned" in text
    assert "2 of 2 were handed over since" in text
    assert "To do" not in text
    assert "GONE-" not in text
    assert "Words of the therapy" not in text
    # Whoever holds them now sees them, but counts them not.
    assert "GONE-" not in text_of(answer_to(client, cast, who="bob"))
    whole = section(answer_to(client, cast, who="leda"), 'id="unplanned"', "</section>")
    assert "GONE-1 Alice" in whole


# Who has not been seen for long


def silent_of(answer: Any) -> list[list[str]]:
    """The references of each group, and last of the paused."""

    def names(rows: tuple[SilentRow, ...]) -> list[str]:
        return [row.client.reference for row in rows if row.client is not None]

    silent = answer.context["silent"]
    return [*(names(group.rows) for group in silent.groups), names(silent.paused)]


def test_silent_in_bands_the_paused_apart(client: Browser, cast: Cast) -> None:
    for days in (60, 61, 90, 91, 120, 121, 300):
        still_open(cast, f"S-{days}", days)
    until = TODAY + dt.timedelta(days=9)
    still_open(cast, "PAUSED-1", 70, paused_until=until, pause_reason="at sea")
    still_open(cast, "OVER-1", 75, paused_until=ago(1), pause_reason="was at sea")
    make_episode(client=make_client(service=cast.service), holder=cast.alice, referred_on=ago(300))
    answer = answer_to(client, cast)
    assert silent_of(answer) == [
        ["S-90", "OVER-1", "S-61"],
        ["S-120", "S-91"],
        ["S-300", "S-121"],
        ["PAUSED-1"],
    ]
    text = text_of(answer)
    for words in (
        "8 of 9 open clients in therapy",
        "61 to 90 days: 4 (1 of them on an agreed pause, below)",
        "91 to 120 days: 2",
        "over 120 days: 2",
        "On an agreed pause: 1",
        "paused until 1 December 2025",
    ):
        assert words in text, words


def test_who_was_looked_at_stands_after_who_was_not(client: Browser, cast: Cast) -> None:
    still_open(cast, "LATELY-1", 80, still_open_on=ago(3))
    still_open(cast, "EARLIER-1", 70, still_open_on=ago(19))
    still_open(cast, "NEVER-1", 65)
    # Looked at in an earlier silence, which is over.
    still_open(cast, "BEFORE-1", 62, still_open_on=ago(63))
    answer = answer_to(client, cast)
    assert silent_of(answer)[0] == ["NEVER-1", "BEFORE-1", "EARLIER-1", "LATELY-1"]
    text = text_of(answer)
    assert "looked at on 3 November, left open" in text
    assert text.count("left open") == 2


def click(client: Browser, episode: Episode, query: str = "") -> Any:
    return client.post(reverse("episode-still-open", args=[episode.uid]) + query)


def test_still_open_is_stored_and_stays_in_every_count(client: Browser, cast: Cast) -> None:
    episode = still_open(cast, "S-1", 80)
    before = answer_to(client, cast)
    (path,) = re.findall(r'action="([^"]*still-open[^"]*)"', before.content.decode())
    answer = client.post(unescape(path), follow=True)
    # Back on the very list, with what was chosen there.
    assert answer.redirect_chain == [
        (url(cast.service, cast.alice, "to=2025-11&months=12") + "#silent", 302)
    ]
    text = text_of(answer)
    assert "S-1: looked at on 22 November 2025, left open. It stays in every count." in text
    assert "looked at on 22 November, left open" in text
    assert answer.context["figures"] == before.context["figures"]
    episode.refresh_from_db()
    assert episode.still_open_on == TODAY
    newest = episode.history.first()
    assert (newest.history_user, newest.history_change_reason) == (
        cast.alice,
        "looked at and left open",
    )
    kept = episode.history.count()
    assert client.post(unescape(path)).status_code == 302
    assert episode.history.count() == kept


def test_ended_cannot_be_left_open(client: Browser, cast: Cast) -> None:
    episode = ended(cast, "E-1", Ending.CRISIS, 12)
    client.force_login(cast.alice)
    address = reverse("episode-still-open", args=[episode.uid])
    page = client.get(address)
    assert page.status_code == 200
    assert "there is nothing to leave open" in text_of(page)
    assert '<button type="submit" class="btn btn-primary">Still open' not in page.content.decode()
    answer = client.post(address, follow=True)
    assert "E-1: This therapy has ended, on 2 November 2025" in text_of(answer)
    assert answer.redirect_chain == [(url(cast.service, cast.alice), 302)]
    episode.refresh_from_db()
    assert episode.still_open_on is None


def test_a_get_asks_and_changes_nothing(client: Browser, cast: Cast) -> None:
    episode = still_open(cast, "S-1", 80)
    client.force_login(cast.alice)
    page = client.get(reverse("episode-still-open", args=[episode.uid]))
    assert page.status_code == 200
    assert "Last seen 80 days ago." in text_of(page)
    assert url(cast.service, cast.alice) + "#silent" in page.content.decode()
    episode.refresh_from_db()
    assert episode.still_open_on is None
    for person, status in (("leda", 200), ("bob", 404), ("charlie", 404)):
        client.force_login(getattr(cast, person))
        assert client.get(reverse("episode-still-open", args=[episode.uid])).status_code == status
        expected = 302 if status == 200 else status
        assert click(client, episode).status_code == expected


@pytest.mark.parametrize(
    ("who", "back", "lands"),
    [
        ("alice", "", "alice"),
        ("alice", "service", "alice"),
        ("alice", "bob", "alice"),
        ("alice", "//evil.example", "alice"),
        ("alice", "https://evil.example/", "alice"),
        ("leda", "", "leda"),
        ("leda", "service", None),
        ("leda", "alice", "alice"),
        ("leda", "charlie", "leda"),
    ],
)
def test_back_to_ones_own_list_alone(
    client: Browser, cast: Cast, who: str, back: str, lands: str | None
) -> None:
    episode = still_open(cast, "S-1", 80)
    client.force_login(getattr(cast, who))
    person = getattr(cast, back, None)
    query = f"?back={person.uid if isinstance(person, Practitioner) else back}"
    answer = click(client, episode, f"{query}&contract=a%26b%0d%0aLocation:x")
    expected = url(cast.service, None if lands is None else getattr(cast, lands))
    assert answer["Location"] == f"{expected}?contract=a%26b%0D%0ALocation%3Ax#silent"


# How much it asks


def test_a_constant_number_of_queries(client: Browser, cast: Cast) -> None:
    client.force_login(cast.leda)
    counted: dict[bool, set[int]] = {False: set(), True: set()}
    for many in (3, 25, 40):
        store(cast.service, cast.alice, therapies(many, ended=many, still_open=many))
        ended(cast, f"L-{many}", Ending.CRISIS, 12, found="x")
        for person in (None, cast.alice):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url(cast.service, person)).status_code == 200
            counted[person is None].add(len(queries))
    assert all(len(each) == 1 for each in counted.values()), counted
    assert max(*counted[True], *counted[False]) <= 24


def test_a_practice_of_one_has_no_choice_of_practitioner(client: Browser, db: None) -> None:
    service = make_service(name="Alone")
    person = make_practitioner(email="solo@example.org", service=service)
    client.force_login(person)
    assert "Whose endings" not in client.get(url(service, person)).content.decode()
