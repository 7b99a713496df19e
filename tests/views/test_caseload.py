"""The caseload page: what stands out, who is in the list, what narrows it, and who may see it."""

import datetime as dt
import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from practice.cases.first_steps import first_steps
from practice.domain.endings import Ending, LeftOut
from practice.domain.sessions import Attendance
from practice.domain.signal_kinds import SIGNALS_NOTE, Signal
from practice.models import Episode, Membership, Practitioner, Role, Service
from tests.caseloads import HOSTILE, HOSTILE_LETTERS, LAST_DAY, store, therapies
from tests.cast import (
    Cast,
    day,
    hand_over,
    make_client,
    make_completion,
    make_episode,
    make_frozen_row,
    make_practitioner,
    make_service,
    make_session,
    saved,
)
from tests.reports.reading import squeezed

TODAY = day(60)
WRONG = {
    "a reason that is none": ("why=zzz", "There is nothing of that name to look at"),
    "a contract of nobody": ("contract=zzz", "No open client has this contract"),
    "a therapy of nobody": ("therapy=zzz", "No open client has this therapy"),
    "a problem of nobody": ("problem=zzz", "No open client has this problem"),
    "a practitioner of nobody": ("practitioner=zzz", "Nobody of that kind has an open client"),
    "a pause that is none": ("paused=perhaps", "Paused now or not"),
    "begun that is none": ("begun=perhaps", "Therapy has begun or not"),
    "an order that is none": ("sort=-colour", "Not an order of this list"),
    "a number of rows that is none": ("per_page=100000", "Choose how many of the list"),
    "a zero byte": ("search=a%00", "Null characters are not allowed"),
    "a very long search": (f"search={'9' * 5000}", "at most 100 characters"),
    "markup": ("contract=<script>alert(1)</script>", "No open client has this contract"),
}
HARMLESS = {
    "no such page": "page=99999999999999999999",
    "a page that is a word": "page=last",
    "a page below all": "page=-4",
    "a field that is none": "colour=red",
    "everything empty": "search=&why=&contract=&sort=&per_page=&page=",
    "twice": "why=risk&why=worse",
    "no text at all": "search=%ff%fe",
}


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: TODAY)


def url(service: Service, person: Practitioner | None = None, query: str = "") -> str:
    address = reverse("caseload", args=[service.uid, *([person.uid] if person else [])])
    return f"{address}?{query}" if query else address


def page_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return squeezed(unescape(answer.content.decode()))


def alices(client: Client, cast: Cast, query: str = "") -> str:
    client.force_login(cast.alice)
    return page_of(client, url(cast.service, cast.alice, query))


def whole(client: Client, cast: Cast, query: str = "") -> str:
    client.force_login(cast.leda)
    return page_of(client, url(cast.service, None, query))


def table_of(page: str) -> str:
    return page[page.index("<table") : page.index("</table>")]


def attention_of(page: str) -> str:
    return page[page.index('<details class="case-attention"') : page.index('id="open-clients"')]


def ended_of(page: str) -> str:
    return page[page.index("</table>") :]


def listed(page: str) -> list[str]:
    """The references of the table, in their order."""
    return re.findall(r'<th scope="row">.*?<a class="case-link"[^>]*>([^<]*)</a>', table_of(page))


def words_of(cell: str) -> str:
    return squeezed(re.sub(r"<[^>]*>", " ", cell))


def row_of(page: str, reference: str) -> str:
    (row,) = [each for each in table_of(page).split("<tr>") if f">{reference}</a>" in each]
    return words_of(row)


def episode_of(
    cast: Cast, reference: str, *, holder: Practitioner | None = None, **fields: Any
) -> Episode:
    client = make_client(service=cast.service, reference=reference)
    return make_episode(client=client, holder=holder or cast.alice, **fields)


def scored(episode: Episode, *totals: int, until: dt.date = TODAY) -> Episode:
    """A session a week up to the day, each with a PHQ-9, and a GAD-7 of 5."""
    for back, total in zip(range(len(totals) - 1, -1, -1), totals, strict=True):
        held = make_session(episode=episode, held_on=until - dt.timedelta(weeks=back))
        make_completion(of=held, total=total)
        make_completion(of=held, measure="gad7", total=5)
    return episode


def caseload(cast: Cast) -> None:
    """Five open clients of alice, one of bob, and two who have ended."""
    risky = scored(episode_of(cast, "RISK-1", contract="NHS", problem="grief"), 15, 8)
    make_completion(of=risky, on=day(40), answers="--------2", total=14)
    scored(episode_of(cast, "WORSE-1", contract="private", problem_2="grief"), 10, 18)
    scored(episode_of(cast, "CALM-10", contract="private", therapy="CBT"), 15, 12, 9)
    scored(episode_of(cast, "CALM-2", therapy="person-centred", planned_sessions=12), 15, 8)
    episode_of(cast, "PAUSED-1", paused_until=day(80), pause_reason="travelling till spring")
    scored(episode_of(cast, "BOBS-1", holder=cast.bob), 12, 11)
    episode_of(cast, "ENDED-1", ended_on=day(30), ending=Ending.CRISIS)
    episode_of(cast, "ENDED-2", ended_on=day(31))


def test_says_whose_it_is_and_of_how_many(client: Client, cast: Cast) -> None:
    caseload(cast)
    page = alices(client, cast)
    assert "<title>Caseload: Alice, Harbour</title>" in page
    assert "5 open clients</strong>: 1 paused, 1 not yet in therapy." in page
    assert "<caption>Open clients of Alice, Harbour: 1 to 5 of 5</caption>" in page
    assert "6 open clients</strong>" in whole(client, cast)


def test_what_needs_attention_is_on_top_and_in_order(client: Client, cast: Cast) -> None:
    caseload(cast)
    page = alices(client, cast)
    assert page.index("What needs attention") < page.index("<h2>Open clients</h2>")
    box = attention_of(page)
    assert '<details class="case-attention" open>' in box
    assert "2 of 5 open clients stand out, 1 with a risk item above 0" in box
    assert box.index("Risk item above 0 (1)") < box.index("Reliably worse (1)")
    assert "PHQ-9 18 against 10 at the start: reliably worse since 6 March 2026" in box
    for reference in ("CALM-2", "CALM-10", "PAUSED-1"):
        assert reference not in box
    assert listed(page)[:2] == ["RISK-1", "WORSE-1"]


def test_an_open_risk_item_leads_to_where_it_is_written(client: Client, cast: Cast) -> None:
    episode = scored(episode_of(cast, "RISK-1"), 15, 8)
    form = make_completion(of=episode, on=day(40), answers="--------2", total=14)
    box = attention_of(alices(client, cast))
    assert "PHQ-9 risk item (9) answered 2 on 14 February 2026" in box
    assert f'href="{reverse("risk-write", args=[form.uid])}"' in box
    assert f'href="{reverse("episode-detail", args=[episode.uid])}"' in box


def test_a_risk_item_is_not_hidden_by_an_ending(client: Client, cast: Cast) -> None:
    episode = episode_of(cast, "GONE-1", ended_on=day(50), ending=Ending.LOSS_OF_CONTACT)
    form = make_completion(of=episode, on=day(40), answers="--------2", total=14)
    box = attention_of(alices(client, cast))
    assert "Ended, with a risk item above 0 that nobody has written about: 1" in box
    assert f'href="{reverse("risk-write", args=[form.uid])}"' in box
    client.force_login(cast.bob)
    assert "GONE-1" not in page_of(client, url(cast.service, cast.bob))


def test_nothing_to_attend_to_is_said_plainly(client: Client, cast: Cast) -> None:
    for number in range(12):
        episode_of(cast, f"CALM-{number}")
    box = attention_of(alices(client, cast))
    assert "Nothing stands out today, of 12 open clients" in words_of(box)
    assert "CALM-" not in box


def test_signals_are_explained_once_and_what_is_off_is_said(client: Client, cast: Cast) -> None:
    cast.service.signals_off = "worse no_contact"
    saved(cast.service, by=cast.leda)
    caseload(cast)
    box = attention_of(alices(client, cast))
    assert box.count(SIGNALS_NOTE) == 1
    assert box.count(Signal.RISK.rule) == 1
    assert Signal.WORSE.rule not in box
    assert "Turned off in this practice: reliably worse, no contact." in box
    assert "WORSE-1" not in box


def test_many_of_one_signal_are_folded_but_never_risk(client: Client, cast: Cast) -> None:
    for number in range(7):
        scored(episode_of(cast, f"WORSE-{number}"), 10, 18)
    for number in range(7):
        episode = scored(episode_of(cast, f"RISK-{number}"), 12, 12)
        make_completion(of=episode, on=day(40), answers="--------2", total=14)
    box = attention_of(alices(client, cast))
    risk, worse = box.split("Reliably worse (7)")
    assert "more</summary>" not in risk
    shown, folded = worse.split("2 more</summary>")
    assert shown.count("WORSE-") == 5
    assert folded.count("WORSE-") == 2


def test_a_row_says_what_was_found_so_far(client: Client, cast: Cast) -> None:
    episode = episode_of(cast, "CALM-1", planned_sessions=12)
    make_completion(of=make_session(episode=episode, held_on=day(10)), total=15)
    make_completion(of=make_session(episode=episode, held_on=day(17)), total=7)
    make_completion(of=make_session(episode=episode, held_on=day(24)), total=9)
    make_session(episode=episode, held_on=day(31), attendance=Attendance.DNA)
    page = alices(client, cast)
    row = row_of(page, "CALM-1")
    assert "3 attended 1 missed treatment: 3 of 12 planned" in row
    assert "36 days ago" in row
    assert (
        "PHQ-9 start 15 15 Jan 2026 best 7 22 Jan 2026 last 9 29 Jan 2026 reliably improved" in row
    )
    assert "GAD-7 not measured" in row
    assert "PHQ-9: 15, 7, 9; cut-off 10" in row
    assert "From 15 January 2026 to 29 January 2026" in row
    # Two or more sessions without one of its scores.
    assert "score overdue" in row
    assert f'href="{reverse("session-log", args=[episode.uid])}"' in table_of(page)
    assert f'href="{reverse("episode-detail", args=[episode.uid])}"' in table_of(page)
    assert table_of(page).count("<svg") == 1


def test_what_is_missing_is_a_dash_or_a_word_and_never_0(client: Client, cast: Cast) -> None:
    episode_of(cast, "NEW-1")
    row = row_of(alices(client, cast), "NEW-1")
    assert "– not seen yet" in row
    assert row.count("not measured") == 2
    assert "start" not in row
    assert "0 attended" in row
    assert "planned" not in row
    assert "missed" not in row
    assert "<svg" not in row


def test_seen_today_is_today(client: Client, cast: Cast) -> None:
    make_session(episode=episode_of(cast, "A-1"), held_on=TODAY)
    make_session(episode=episode_of(cast, "B-1"), held_on=day(59))
    page = alices(client, cast)
    assert "today" in row_of(page, "A-1")
    assert "1 day ago" in row_of(page, "B-1")


def test_a_pause_is_shown_with_its_reason_until_it_is_over(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    caseload(cast)
    assert "Paused until 26 March 2026: travelling till spring" in alices(client, cast)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: day(81))
    assert "travelling till spring" not in alices(client, cast)


def test_left_out_and_second_episodes_are_marked(client: Client, cast: Cast) -> None:
    again = make_client(service=cast.service, reference="AGAIN-1")
    make_episode(client=again, holder=cast.alice, ended_on=day(2))
    make_episode(client=again, holder=cast.alice, referred_on=day(20))
    episode_of(cast, "COUPLE-1", left_out=LeftOut.COUPLE_OR_FAMILY, left_out_at=timezone.now())
    page = alices(client, cast)
    assert "AGAIN-1 episode 2" in row_of(page, "AGAIN-1")
    assert "Left out of every figure: couple or family" in row_of(page, "COUPLE-1")
    assert "1 left out of every figure" in page


def test_of_a_service_each_row_says_who_holds_it(client: Client, cast: Cast) -> None:
    caseload(cast)
    nobodys = make_client(service=cast.service, reference="NOBODYS-1")
    make_episode(client=nobodys, holder=None, by=cast.leda)
    page = whole(client, cast)
    assert "BOBS-1 Bob" in row_of(page, "BOBS-1")
    assert "RISK-1 Alice" in row_of(page, "RISK-1")
    assert "NOBODYS-1 –" in row_of(page, "NOBODYS-1")
    assert "Alice" in attention_of(page)
    assert "sort=practitioner" in page
    own = alices(client, cast)
    assert "sort=practitioner" not in own
    assert 'name="practitioner"' not in own


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("search=calm", {"CALM-10", "CALM-2"}),
        ("search=2", {"CALM-2"}),
        ("search=+grief+", {"RISK-1", "WORSE-1"}),
        ("search=grief+nhs", {"RISK-1"}),
        ("search=zzz", set()),
        ("why=risk", {"RISK-1"}),
        ("why=any", {"RISK-1", "WORSE-1"}),
        ("why=worse", {"WORSE-1"}),
        ("why=new", {"PAUSED-1"}),
        ("why=other", {"CALM-10", "CALM-2"}),
        ("contract=private", {"WORSE-1", "CALM-10"}),
        ("therapy=CBT", {"CALM-10"}),
        ("problem=grief", {"RISK-1", "WORSE-1"}),
        ("paused=yes", {"PAUSED-1"}),
        ("paused=no", {"RISK-1", "WORSE-1", "CALM-10", "CALM-2"}),
        ("begun=no", {"PAUSED-1"}),
        ("begun=yes", {"RISK-1", "WORSE-1", "CALM-10", "CALM-2"}),
        ("contract=private&why=any&search=w", {"WORSE-1"}),
        ("contract=NHS&paused=yes", set()),
    ],
)
def test_the_list_is_narrowed(client: Client, cast: Cast, query: str, found: set[str]) -> None:
    caseload(cast)
    page = alices(client, cast, query)
    assert set(listed(page)) == found
    assert f"{len(found)} of 5 open clients, by " in page
    assert f"; {len(found)} of 5 chosen" in table_of(page)
    assert '<a href="?">Show all</a>' in page
    if not found:
        assert "No open client is like this." in page
    # Folded, so that what was looked for is seen; its count stays.
    assert '<details class="case-attention">' in page
    assert "2 of 5 open clients stand out" in page


def test_what_is_chosen_is_said_in_words_and_kept_in_the_form(client: Client, cast: Cast) -> None:
    caseload(cast)
    page = alices(client, cast, "search=w&why=any&contract=private")
    assert "by search: w; what to look at: any signal; contract: private." in page
    assert 'name="search" value="w"' in page
    assert '<option value="any" selected>' in page
    assert '<details class="case-further" open>' in page
    assert '<details class="case-further">' in alices(client, cast, "search=w")


def test_a_signal_that_is_not_the_most_pressing_is_found_too(client: Client, cast: Cast) -> None:
    episode = scored(episode_of(cast, "BOTH-1"), 10, 18)
    make_completion(of=episode, on=day(40), answers="--------2", total=None)
    assert listed(alices(client, cast, "why=worse")) == ["BOTH-1"]
    assert "risk item above 0 reliably worse" in row_of(alices(client, cast), "BOTH-1")


def test_of_a_service_one_practitioner_is_chosen(client: Client, cast: Cast) -> None:
    caseload(cast)
    page = whole(client, cast, f"practitioner={cast.bob.uid}")
    assert listed(page) == ["BOBS-1"]
    assert "practitioner: Bob" in page
    # Nobody is offered who holds nobody.
    assert f'value="{cast.leda.uid}"' not in page


@pytest.mark.parametrize(("query", "words"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_value_is_a_sentence_beside_its_field(
    client: Client, cast: Cast, query: str, words: str
) -> None:
    caseload(cast)
    page = whole(client, cast, query)
    assert words in page
    assert "something in the form is not right" in page
    assert len(listed(page)) == 6
    assert "<script>alert" not in client.get(url(cast.service, None, query)).content.decode()
    assert ('<details class="case-further" open>' in page) is not query.startswith(
        ("why", "search")
    )


@pytest.mark.parametrize("query", HARMLESS.values(), ids=HARMLESS.keys())
def test_odd_addresses_still_show_the_list(client: Client, cast: Cast, query: str) -> None:
    caseload(cast)
    assert "Open clients of Alice, Harbour" in alices(client, cast, query)


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("reference", ["CALM-2", "CALM-10", "PAUSED-1", "RISK-1", "WORSE-1"]),
        ("-reference", ["WORSE-1", "RISK-1", "PAUSED-1", "CALM-10", "CALM-2"]),
        ("-last_score", ["WORSE-1", "CALM-10", "RISK-1", "CALM-2", "PAUSED-1"]),
        ("last_score", ["RISK-1", "CALM-2", "CALM-10", "WORSE-1", "PAUSED-1"]),
        ("last_seen", ["RISK-1", "WORSE-1", "CALM-10", "CALM-2", "PAUSED-1"]),
        ("-last_seen", ["RISK-1", "WORSE-1", "CALM-10", "CALM-2", "PAUSED-1"]),
        ("-sessions", ["CALM-10", "RISK-1", "WORSE-1", "CALM-2", "PAUSED-1"]),
        ("sessions", ["PAUSED-1", "RISK-1", "WORSE-1", "CALM-2", "CALM-10"]),
        ("", ["RISK-1", "WORSE-1", "PAUSED-1", "CALM-10", "CALM-2"]),
    ],
)
def test_sorted_with_the_unknown_last_either_way(
    client: Client, cast: Cast, sort: str, order: list[str]
) -> None:
    """Numbers as numbers, and among equals what needs attention first."""
    caseload(cast)
    page = alices(client, cast, f"sort={sort}")
    assert listed(page) == order
    if sort:
        direction = "descending" if sort.startswith("-") else "ascending"
        assert page.count(f'aria-sort="{direction}"') == 1
        assert f'<option value="{sort}" selected>' in page


def test_of_a_service_it_is_sorted_by_practitioner_nobody_last(client: Client, cast: Cast) -> None:
    caseload(cast)
    nobodys = make_client(service=cast.service, reference="NOBODYS-1")
    make_episode(client=nobodys, holder=None, by=cast.leda)
    assert listed(whole(client, cast, "sort=practitioner"))[-2:] == ["BOBS-1", "NOBODYS-1"]
    order = listed(whole(client, cast, "sort=-practitioner"))
    assert (order[0], order[-1]) == ("BOBS-1", "NOBODYS-1")


def test_the_order_by_score_is_of_the_practices_own_measure(client: Client, cast: Cast) -> None:
    cast.service.primary_outcome = "core10"
    saved(cast.service, by=cast.leda)
    for reference, total in (("LOW-1", 4), ("HIGH-1", 30)):
        make_completion(of=episode_of(cast, reference), on=day(3), measure="core10", total=total)
    page = alices(client, cast, "sort=-last_score")
    assert listed(page) == ["HIGH-1", "LOW-1"]
    assert "last CORE-10, highest first" in page


def test_pages_of_25_or_as_many_as_are_asked_for(client: Client, cast: Cast) -> None:
    for number in range(1, 31):
        episode_of(cast, f"C-{number}")
    first = alices(client, cast, "sort=reference")
    assert listed(first) == [f"C-{number}" for number in range(1, 26)]
    assert ": 1 to 25 of 30</caption>" in first
    assert 'href="?sort=reference&page=2"' in first
    second = alices(client, cast, "sort=reference&page=2")
    assert listed(second) == [f"C-{number}" for number in range(26, 31)]
    assert len(listed(alices(client, cast, "per_page=50"))) == 30
    # Another order begins at its first page.
    assert 'href="?sort=-reference"' in second


def test_letters_from_elsewhere_are_found_in_either_case(client: Client, cast: Cast) -> None:
    episode_of(cast, "ŴYN-ŁUKASZ", problem=HOSTILE_LETTERS)
    for asked in ("ŵyn-łukasz", "ŠKVORECKÝ", "đặng"):
        assert listed(alices(client, cast, f"search={asked}")) == ["ŴYN-ŁUKASZ"]


def test_markup_is_shown_as_it_was_written(client: Client, cast: Cast) -> None:
    episode_of(cast, "H-1", contract=HOSTILE[:100], paused_until=day(70), pause_reason=HOSTILE)
    client.force_login(cast.alice)
    page = client.get(url(cast.service, cast.alice)).content.decode()
    assert "<b>bold" not in page
    assert "<img" not in page
    assert "14" not in re.findall(r"\{\{.*?\}\}", page)
    assert "&lt;b&gt;bold" in page


def test_who_ended_lately_is_found_again(client: Client, cast: Cast) -> None:
    caseload(cast)
    old = episode_of(cast, "OLD-1", referred_on=day(-400), ended_on=day(-2))
    page = alices(client, cast)
    rest = ended_of(page)
    assert "Ended in the last 61 days" in rest
    assert 'ENDED-1</a> <span>4 February 2026</span> <span class="quiet">due to a crisis' in rest
    assert "how it ended is not recorded" in rest
    assert rest.index("ENDED-2") < rest.index("ENDED-1")
    assert "OLD-1" not in page
    found = ended_of(alices(client, cast, "search=old"))
    assert f'href="{reverse("episode-detail", args=[old.uid])}"' in found
    assert "1 ended client with these words" in found
    assert "ENDED-1" not in found
    assert "No ended client has these words." in alices(client, cast, "search=zzz")


def test_of_many_ended_ones_the_latest_are_shown_and_all_are_counted(
    client: Client, cast: Cast
) -> None:
    for number in range(27):
        episode_of(cast, f"E-{number}", ended_on=day(number))
    episode_of(cast, "OPEN-1")
    found = ended_of(alices(client, cast, "search=e-"))
    assert "27 ended clients with these words" in found
    assert "here are the 25 that ended last" in found
    assert found.count(">E-") == 25
    assert ">E-0<" not in found


def test_a_new_practice_is_led_in_three_steps(client: Client, cast: Cast) -> None:
    client.force_login(cast.leda)
    page = page_of(client, url(cast.service, cast.leda))
    begin = page[page.index('class="case-begin') :]
    steps = [
        reverse("import-start", args=[cast.service.uid]),
        reverse("client-create", args=[cast.service.uid, cast.leda.uid]),
        f"{reverse('report-month', args=[cast.service.uid, cast.leda.uid])}?month=2026-03",
    ]
    places = [begin.index(f'href="{step}"') for step in steps]
    assert places == sorted(places)
    assert "<table" not in page
    assert ": done" not in begin
    own = alices(client, cast)
    assert steps[0] not in own
    assert reverse("client-create", args=[cast.service.uid, cast.alice.uid]) in own


def test_the_steps_are_ticked_and_go_when_all_three_are_done(client: Client, cast: Cast) -> None:
    def done() -> list[str]:
        return re.findall(r"<strong>([^<]+): done\.</strong>", alices(client, cast))

    episode = episode_of(cast, "A-1", holder=cast.alice)
    assert done() == ["Bring your clients in"]
    # The list of clients is there already.
    assert "What needs attention" in alices(client, cast)
    make_completion(of=make_session(episode=episode, held_on=TODAY))
    assert done() == ["Bring your clients in", "Log a session with its scores"]
    make_frozen_row(service=cast.service, practitioner=cast.alice)
    assert "case-begin" not in alices(client, cast)


def test_after_its_first_month_a_practice_needs_no_steps(cast: Cast) -> None:
    episode = episode_of(cast, "A-1", holder=cast.alice)
    make_completion(of=episode, on=TODAY)
    first = episode.client.history.get()
    midnight = dt.datetime.combine(TODAY.replace(day=1), dt.time.min)
    first.history_date = timezone.make_aware(midnight)
    first.save()
    assert not first_steps(cast.service, on=TODAY).has_report
    first.history_date -= dt.timedelta(microseconds=1)
    first.save()
    assert first_steps(cast.service, on=TODAY).are_done


def test_an_invented_practice_with_clients_is_led_nowhere(client: Client, cast: Cast) -> None:
    cast.service.is_invented = True
    saved(cast.service, by=cast.leda)
    assert "case-begin" in alices(client, cast)
    episode_of(cast, "A-1", holder=cast.alice)
    assert "case-begin" not in alices(client, cast)


def test_no_open_client_in_a_practice_that_has_others(client: Client, cast: Cast) -> None:
    episode_of(cast, "BOBS-1", holder=cast.bob)
    page = alices(client, cast)
    assert "What needs attention" in page
    assert "0 open clients" in page
    assert "Nothing stands out today, of 0 open clients" in words_of(page)
    assert "No open client is like this." in page
    assert "Nobody. A search finds everybody who has ended." in page


def test_from_here_one_gets_on(client: Client, cast: Cast) -> None:
    caseload(cast)
    page = alices(client, cast)
    own = [cast.service.uid, cast.alice.uid]
    for address in (
        reverse("client-create", args=own),
        reverse("supervision-sheet", args=own),
        f"{reverse('report-month', args=own)}?month=2026-03",
    ):
        assert f'href="{address}"' in page
    assert reverse("import-start", args=[cast.service.uid]) not in page
    lead = whole(client, cast)
    assert f'href="{reverse("import-start", args=[cast.service.uid])}"' in lead
    assert f'href="{reverse("report-month", args=[cast.service.uid])}?month=2026-03"' in lead
    assert "Supervision sheet of Leda" in lead


def test_whoever_sees_several_caseloads_changes_between_them(client: Client, cast: Cast) -> None:
    assert 'aria-label="Caseloads"' not in alices(client, cast)
    client.force_login(cast.leda)
    page = page_of(client, url(cast.service, cast.bob))
    for address in [url(cast.service), *(url(cast.service, p) for p in (cast.alice, cast.leda))]:
        assert f'<a href="{address}">' in page
    assert f'<a href="{url(cast.service, cast.bob)}" aria-current="page">Bob</a>' in page
    saved(Membership(service=cast.other_service, practitioner=cast.alice), by=cast.leda)
    assert "Alice, Hillside</a>" in alices(client, cast)


def test_the_lead_is_reminded_of_a_backup_and_nobody_else(client: Client, cast: Cast) -> None:
    caseload(cast)
    reminder = "No backup has been made from here yet."
    assert reminder in whole(client, cast)
    assert reminder not in alices(client, cast)


def test_a_client_who_was_handed_over_is_gone(client: Client, cast: Cast) -> None:
    episode = scored(episode_of(cast, "MOVED-1"), 10, 18)
    ended = episode_of(cast, "MOVED-2", ended_on=day(50))
    assert "MOVED-1" in alices(client, cast)
    for each in (episode, ended):
        hand_over(episode=each, to=cast.bob, on=TODAY)
    for query in ("", "search=moved", "why=any"):
        assert "MOVED-" not in alices(client, cast, query).replace('value="moved"', "")
    client.force_login(cast.bob)
    assert listed(page_of(client, url(cast.service, cast.bob))) == ["MOVED-1"]


def test_no_other_service_and_no_colleague_is_in_it(client: Client, cast: Cast) -> None:
    caseload(cast)
    theirs = make_client(service=cast.other_service, reference="THEIRS-1")
    make_episode(client=theirs, holder=cast.charlie, contract="theirs")
    for query in ("", "search=1"):
        assert "BOBS-1" not in alices(client, cast, query)
        assert "THEIRS-1" not in whole(client, cast, query)
    assert "No open client has this contract" in whole(client, cast, "contract=theirs")


@pytest.mark.parametrize(
    ("person", "of_alice", "of_all"),
    [("alice", 200, 403), ("bob", 403, 403), ("leda", 200, 200), ("charlie", 404, 404)],
)
def test_who_may_see_it(
    client: Client, cast: Cast, person: str, of_alice: int, of_all: int
) -> None:
    client.force_login(getattr(cast, person))
    assert client.get(url(cast.service, cast.alice)).status_code == of_alice
    assert client.get(url(cast.service)).status_code == of_all
    assert client.post(url(cast.service, cast.alice)).status_code == 405


def test_the_browser_does_not_keep_it(client: Client, cast: Cast) -> None:
    client.force_login(cast.alice)
    answer = client.get(url(cast.service, cast.alice))
    assert "no-store" in answer["Cache-Control"]


def test_the_number_of_queries_is_the_same_for_any_number_of_clients(
    client: Client,
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of the whole service and of one practitioner; as it comes, searched and sorted."""
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: LAST_DAY)
    client.force_login(cast.leda)
    addresses = [
        url(cast.service, of, query)
        for of in (None, cast.alice)
        for query in ("", "search=ref&why=any", "sort=-last_score&per_page=100")
    ]
    counted: dict[str, dict[int, int]] = {address: {} for address in addresses}
    for clients, more in ((0, 0), (1, 1), (30, 29), (120, 90)):
        store(cast.service, cast.alice, therapies(clients, ended=more, still_open=more))
        for address, found in counted.items():
            with CaptureQueriesContext(connection) as queries:
                answer = client.get(address)
            found[clients] = len(queries)
            assert f"{clients} open client" in answer.content.decode() or not clients
    for address, found in counted.items():
        # Without anybody there is nobody to be looked up.
        assert found.pop(0) <= found[1], address
        assert len(set(found.values())) == 1, (address, found)
        # One of them is the stamp under which the page is kept.
        assert found[1] <= 31, address


def test_a_person_of_many_practices_asks_no_more(client: Client, db: None) -> None:
    person = make_practitioner(email="many@example.org")
    counted = []
    for number in range(3):
        service = make_service(name=f"Practice {number}")
        saved(Membership(service=service, practitioner=person, role=Role.LEAD), by=person)
        make_episode(client=make_client(service=service), holder=person)
        client.force_login(person)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url(service, person)).status_code == 200
        counted.append(len(queries))
    # A practice of one asks once more: whether a backup may be made from its page.
    assert counted[1] == counted[2] <= counted[0]
