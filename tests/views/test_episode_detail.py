"""A client's page: what it says, of whom, to whom; and that nothing changed stays unsaid."""

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

from practice.cases.corrections import load_corrections
from practice.cases.field_words import TOLD
from practice.domain.endings import LeftOut
from practice.models import Agreement, Episode, MeasureCompletion, Service
from tests.caseloads import HOSTILE
from tests.cast import (
    Cast,
    day,
    hand_over,
    make_client,
    make_completion,
    make_episode,
    make_meeting,
    make_risk_response,
    make_session,
    saved,
)

TODAY = day(100)
NOTHING_CHANGED = "Nothing has been changed or removed"


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    real = timezone.localdate
    monkeypatch.setattr(
        "django.utils.timezone.localdate",
        lambda value=None, zone=None: TODAY if value is None else real(value, zone),
    )


@pytest.fixture
def episode(cast: Cast) -> Episode:
    client = make_client(service=cast.service, reference="QZX-4711", by=cast.alice)
    return make_episode(client=client, holder=cast.alice, planned_sessions=12)


def url(episode: Episode) -> str:
    return reverse("episode-detail", args=[episode.uid])


def page_of(client: Client, episode: Episode) -> str:
    answer = client.get(url(episode))
    assert answer.status_code == 200
    return squeezed(answer.content.decode())


def squeezed(raw: str) -> str:
    """What a reader reads: without tags, one space between words."""
    body = raw[raw.index("<main") : raw.index("</main>")]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def course(
    episode: Episode,
    cast: Cast,
    *totals: float | None,
    measure: str = "phq9",
    every: int = 7,
    **fields: Any,
) -> None:
    """A treatment session a week; None is a session without a form."""
    for index, total in enumerate(totals):
        session = make_session(episode=episode, held_on=day(1 + every * index), by=cast.alice)
        if total is not None:
            make_completion(of=session, measure=measure, total=total, by=cast.alice, **fields)


def end(episode: Episode, cast: Cast, on: dt.date, ending: str, **fields: Any) -> None:
    episode.ended_on, episode.ending = on, ending
    for name, value in fields.items():
        setattr(episode, name, value)
    saved(episode, by=cast.alice, why="ended")


def test_a_new_client_says_what_to_do_next(client: Client, cast: Cast, episode: Episode) -> None:
    client.force_login(cast.alice)
    raw = client.get(url(episode)).content.decode()
    page = squeezed(raw)
    assert "QZX-4711" in page
    assert "Nothing is logged yet" in page
    assert raw.count(reverse("session-log", args=[episode.uid])) == 2
    assert "0 of 12 planned" in page
    assert "no treatment session yet" in page
    assert NOTHING_CHANGED in page
    assert "<svg" not in raw
    assert "Print a blank questionnaire" in page


def test_the_head_says_where_the_therapy_stands(
    client: Client, cast: Cast, episode: Episode
) -> None:
    course(episode, cast, 15, 12, 9)
    make_session(episode=episode, held_on=day(30), kind="assessment")
    make_session(episode=episode, held_on=day(40), attendance="dna")
    hand_over(episode=episode, to=cast.bob, on=day(50))
    client.force_login(cast.bob)
    page = page_of(client, episode)
    assert "referred 5 January 2026; first treatment session 6 January 2026" in page
    assert "Held by Bob; before: Alice until 24 February 2026" in page
    assert "3 of 12 planned; 1 other seen (assessment, review, follow-up); 1 missed" in page


@pytest.mark.parametrize(
    ("planned", "held", "words"),
    [
        (None, 1, "1 treatment session; none planned in advance"),
        (None, 2, "2 treatment sessions; none planned in advance"),
        (2, 2, "2 of 2 planned"),
        (2, 4, "4 of 2 planned; 2 more than planned"),
    ],
)
def test_planned_sessions(
    client: Client, cast: Cast, planned: int | None, held: int, words: str
) -> None:
    episode = make_episode(
        client=make_client(service=cast.service), holder=cast.alice, planned_sessions=planned
    )
    course(episode, cast, *[None] * held)
    client.force_login(cast.alice)
    assert words in page_of(client, episode)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"ending": "agreed_at_end"}, "agreed at the end of therapy (a planned ending)"),
        ({"ending": "loss_of_contact"}, "due to loss of contact (an unplanned ending)"),
        ({"ending": "died"}, "died (neither planned nor unplanned)"),
        ({"ending": ""}, "how is not recorded"),
        (
            {
                "ending": "planned_from_outset",
                "wished_to_continue": True,
                "got_what_they_came_for": "partly",
            },
            "wished to continue yes Got what they came for partly",
        ),
        (
            {"ending": "agreed_at_end"},
            "wished to continue not asked Got what they came for not asked",
        ),
    ],
)
def test_how_it_ended(
    client: Client, cast: Cast, episode: Episode, given: dict[str, Any], words: str
) -> None:
    course(episode, cast, 15, 9)
    end(episode, cast, day(20), **given)
    client.force_login(cast.alice)
    raw = client.get(url(episode)).content.decode()
    assert "25 January 2026" in squeezed(raw)
    assert words in squeezed(raw)
    assert reverse("episode-reopen", args=[episode.uid]) in raw
    assert f'{reverse("episode-end", args=[episode.uid])}">Put the ending right' in raw
    assert reverse("episode-pause", args=[episode.uid]) not in raw


def test_the_buttons_of_an_open_therapy(client: Client, cast: Cast, episode: Episode) -> None:
    client.force_login(cast.alice)
    raw = client.get(url(episode)).content.decode()
    for name in (
        "session-log",
        "episode-end",
        "episode-pause",
        "episode-edit",
        "episode-leave-out",
    ):
        assert f'href="{reverse(name, args=[episode.uid])}"' in raw
    assert reverse("episode-reopen", args=[episode.uid]) not in raw
    assert "data-print hidden" in raw


def test_a_pause_and_what_is_left_out_are_said(
    client: Client, cast: Cast, episode: Episode
) -> None:
    episode.paused_until, episode.pause_reason = day(120), "abroad until May"
    episode.left_out, episode.left_out_by = LeftOut.UNDER_18.value, cast.leda
    episode.left_out_at = dt.datetime(2026, 2, 3, 12, tzinfo=dt.UTC)
    saved(episode, by=cast.alice, why="agreed")
    client.force_login(cast.alice)
    page = page_of(client, episode)
    assert "agreed until 5 May 2026, off the signals until then: abroad until May" in page
    assert "of every figure: under 18 (since 3 February 2026, by Leda)" in page
    episode.paused_until = day(50)
    saved(episode, by=cast.alice, why="shorter")
    assert "the agreed pause was over on 24 February 2026" in page_of(client, episode)


def test_other_episodes_are_links(client: Client, cast: Cast, episode: Episode) -> None:
    end(episode, cast, day(20), "agreed_at_end")
    second = make_episode(client=episode.client, holder=cast.alice, referred_on=day(60))
    client.force_login(cast.alice)
    raw = client.get(url(second)).content.decode()
    assert "QZX-4711, episode 2" in squeezed(raw)
    assert f'href="{url(episode)}"' in raw
    assert url(second) in client.get(url(episode)).content.decode()


def test_an_episode_that_was_handed_over_is_no_link(
    client: Client, cast: Cast, episode: Episode
) -> None:
    """Whoever holds the second episode alone may not open the first: a link would end in 404."""
    end(episode, cast, day(20), "agreed_at_end")
    second = make_episode(client=episode.client, holder=cast.bob, referred_on=day(60))
    client.force_login(cast.bob)
    raw = client.get(url(second)).content.decode()
    assert f'href="{url(episode)}"' not in raw
    assert "episode 1" in squeezed(raw)
    client.force_login(cast.leda)
    assert f'href="{url(episode)}"' in client.get(url(second)).content.decode()


def test_signals_are_said_with_their_rule(client: Client, cast: Cast, episode: Episode) -> None:
    course(episode, cast, 12, 19)
    client.force_login(cast.alice)
    page = page_of(client, episode)
    assert "To look at again" in page
    # The day from when it holds, once.
    worse = "PHQ-9 19 against 12 at the start: reliably worse since 13 January 2026."
    assert f"To look at again Reliably worse : {worse}" in page
    assert "Our rule: the latest score of any measure given is reliably worse" in page
    assert "never a prediction" in page


def test_open_risk_comes_first_and_leads_to_where_it_is_written(
    client: Client, cast: Cast, episode: Episode
) -> None:
    course(episode, cast, 12, answers="--------2")
    form = MeasureCompletion.objects.get()
    client.force_login(cast.alice)
    raw = client.get(url(episode)).content.decode()
    page = squeezed(raw)
    assert "Risk item above 0, not written about yet" in page
    assert "PHQ-9 item 9: 2, More than half the days on 6 January 2026 (PHQ-9 12, moderate)" in page
    link = reverse("risk-write", args=[form.uid])
    assert raw.count(f'href="{link}"') == 2
    assert raw.index(link) < raw.index("To look at again") if "To look at again" in raw else True
    assert raw.index(link) < raw.index("<svg")
    assert "nobody has written yet what was asked and done" in page
    make_risk_response(to=form, by=cast.alice)
    page = page_of(client, episode)
    assert "not written about yet" not in page
    assert "Asked about thoughts, plans and means: thoughts only" in page
    assert "Agreed a safety plan; crisis numbers given" in page
    assert "Written by Alice" in page


def test_risk_is_still_open_after_the_ending(client: Client, cast: Cast, episode: Episode) -> None:
    course(episode, cast, 12, answers="--------1")
    end(episode, cast, day(30), "loss_of_contact")
    client.force_login(cast.alice)
    assert "not written about yet" in page_of(client, episode)


def test_every_risk_item_is_told_of_and_not_seen_is_never_0(
    client: Client, cast: Cast, episode: Episode
) -> None:
    for index, answers in enumerate(["--------0", "", "--------0", "11111111-"]):
        session = make_session(episode=episode, held_on=day(1 + index), by=cast.alice)
        make_completion(of=session, answers=answers, total=None if "11" in answers else 9)
    client.force_login(cast.alice)
    page = page_of(client, episode)
    assert "Answered 0: PHQ-9, 2 forms: 8 January 2026, 6 January 2026." in page
    assert "Risk item not seen: PHQ-9, 2 forms: 9 January 2026, 7 January 2026." in page
    assert "No risk item above 0 on any form" in page
    assert "incomplete form, no score" in page


def test_scores_as_chart_table_and_words(client: Client, cast: Cast, episode: Episode) -> None:
    course(episode, cast, 15, 12, 9)
    client.force_login(cast.alice)
    raw = client.get(url(episode)).content.decode()
    page = squeezed(raw)
    assert 'aria-labelledby="trajectory-phq9-t trajectory-phq9-d"' in raw
    assert (
        "3 scores: from 15 on 6 January 2026 to 9 on 20 January 2026, reliably improved. "
        "A case from 10. Change is reliable at 6 points or more from the first score. "
        "Sessions attended: 3; missed: 0."
    ) in page
    assert "6 Jan 2026 session 1 15 moderately severe first score" in page
    assert "13 Jan 2026 session 2 12 moderate 3 points lower: no reliable change" in page
    assert "20 Jan 2026 session 3 9 mild 6 points lower: reliably improved" in page
    assert (
        "PHQ-9 15 6 Jan 2026 9 20 Jan 2026 9 20 Jan 2026 reliably improved below the cut-off of 10"
        in page
    )
    assert "Not measured: GAD-7." in page
    assert raw.count("<svg") == 1


def test_one_score_says_so(client: Client, cast: Cast, episode: Episode) -> None:
    course(episode, cast, 15)
    client.force_login(cast.alice)
    page = page_of(client, episode)
    assert "One score: 15 on 6 January 2026." in page
    assert "– one score at or above the cut-off of 10" in page


def test_late_first_and_stale_last_scores_are_said_in_words(
    client: Client, cast: Cast, episode: Episode
) -> None:
    course(episode, cast, None, None, 15, 9, None, None)
    client.force_login(cast.alice)
    page = page_of(client, episode)
    assert "Late first score: it came after treatment session 2" in page
    assert "Last score out of date: 2 or more treatment sessions followed it" in page


def test_follow_up_scores_are_shown_and_not_counted(
    client: Client, cast: Cast, episode: Episode
) -> None:
    course(episode, cast, 15, 9)
    end(episode, cast, day(20), "agreed_at_end")
    later = make_session(episode=episode, held_on=day(90), kind="follow_up")
    make_completion(of=later, total=3)
    make_completion(of=episode, on=day(95), total=4)
    client.force_login(cast.alice)
    page = page_of(client, episode)
    assert "5 Apr 2026 follow-up 3 minimal follow-up: not counted" in page
    assert "10 Apr 2026 form filled in without a meeting 4 minimal not counted" in page
    assert "2 more that count in no figure." in page
    assert "Planned ending on 25 January 2026." in page
    assert "Hollow dots" in page
    assert "PHQ-9 15 6 Jan 2026 9 13 Jan 2026 9 13 Jan 2026 reliably improved" in page


def test_a_measure_with_uncounted_scores_alone(
    client: Client, cast: Cast, episode: Episode
) -> None:
    later = make_session(episode=episode, held_on=day(9), kind="follow_up")
    make_completion(of=later, total=3)
    client.force_login(cast.alice)
    page = page_of(client, episode)
    assert "No score that counts." in page
    assert "not measured no score that counts" in page


def test_the_history_says_who_entered_what_when_and_how(
    client: Client, cast: Cast, episode: Episode
) -> None:
    at = dt.datetime(2026, 1, 6, 14, 5, tzinfo=dt.UTC)
    session = make_session(
        episode=episode,
        held_on=day(1),
        by=cast.alice,
        medium="video",
        minutes=50,
        note="talked of the move",
        entered_at=at,
    )
    make_completion(of=session, by=cast.alice, mode="self", entered_at=at, answers="--------0")
    make_completion(of=session, by=cast.leda, measure="gad7", total=7, entered_at=at)
    missed = make_session(episode=episode, held_on=day(8), attendance="dna", entered_at=at)
    lone = make_completion(of=episode, on=day(9), measure="core10", total="11.11", entered_at=at)
    client.force_login(cast.alice)
    raw = client.get(url(episode)).content.decode()
    page = squeezed(raw)
    assert "3 in all, newest first" in page
    assert (
        "6 Jan 2026 Session 1 Treatment, attended video, 50 minutes "
        "PHQ-9 12, moderate PHQ-9 item 9: 0 GAD-7 7, mild "
        "Alice, 6 January 2026, 14:05 PHQ-9: entered by the client "
        "GAD-7: typed from paper, Leda, 6 January 2026, 14:05 talked of the move Put right"
    ) in page
    assert "✕ Missed: did not attend Treatment – nobody signed in (a command)" in page
    assert "CORE-10 11.11, mild CORE-10: risk item not seen" in page
    for name, row in (
        ("session-edit", session),
        ("session-edit", missed),
        ("completion-edit", lone),
    ):
        assert f'href="{reverse(name, args=[row.uid])}"' in raw
    assert raw.index("14 Jan 2026") < raw.index("Missed: did not attend")


def test_notes_and_what_was_found(client: Client, cast: Cast, episode: Episode) -> None:
    client.force_login(cast.alice)
    assert "What we found" not in page_of(client, episode)
    course(episode, cast, 15)
    episode.note = "Prefers mornings.\n\nCall first."
    end(episode, cast, day(20), "loss_of_contact")
    page = page_of(client, episode)
    assert "Prefers mornings. Call first." in page
    assert "What we found Not written." in page
    end(episode, cast, day(20), "loss_of_contact", found="Moved away", would_try="Ask earlier")
    page = page_of(client, episode)
    assert "What we found Moved away What I would try Ask earlier" in page


def test_what_was_agreed_stands_with_the_score_then_and_now(
    client: Client, cast: Cast, episode: Episode
) -> None:
    course(episode, cast, 15, 12, 9)
    meeting = make_meeting(service=cast.service, practitioner=cast.alice, held_on=day(9))
    saved(
        Agreement(meeting=meeting, episode=episode, agreed="Ask about sleep", due_on=day(30)),
        by=cast.alice,
    )
    client.force_login(cast.alice)
    page = page_of(client, episode)
    assert (
        "Ask about sleep By when: 4 February 2026. PHQ-9 12 then, 9 now; GAD-7 not measured" in page
    )


def test_markup_stays_text(client: Client, cast: Cast) -> None:
    who = make_client(service=cast.service)
    episode = make_episode(client=who, holder=cast.alice, note=HOSTILE, found=HOSTILE)
    session = make_session(episode=episode, held_on=day(1), note=HOSTILE, by=cast.alice)
    form = make_completion(of=session, answers="--------1", by=cast.alice)
    make_risk_response(to=form, by=cast.alice, asked=HOSTILE, done=HOSTILE)
    meeting = make_meeting(
        service=cast.service, practitioner=cast.alice, held_on=day(9), supervisor=HOSTILE
    )
    saved(Agreement(meeting=meeting, episode=episode, agreed=HOSTILE), by=cast.alice)
    episode.source = HOSTILE
    saved(episode, by=cast.alice, why=HOSTILE)
    client.force_login(cast.alice)
    raw = client.get(url(episode)).content.decode()
    assert "<b>bold" not in raw
    assert "<img" not in raw
    assert unescape(raw).count(HOSTILE) >= 8
    assert " style=" not in raw


@pytest.mark.parametrize(
    ("person", "status"), [("alice", 200), ("leda", 200), ("bob", 404), ("charlie", 404)]
)
def test_who_may_look(
    client: Client, cast: Cast, episode: Episode, person: str, status: int
) -> None:
    client.force_login(getattr(cast, person))
    assert client.get(url(episode)).status_code == status
    hand_over(episode=episode, to=cast.bob, on=day(40))
    after = {"alice": 404, "leda": 200, "bob": 200, "charlie": 404}
    assert client.get(url(episode)).status_code == after[person]


def test_as_many_queries_for_80_sessions_as_for_one(
    client: Client, cast: Cast, episode: Episode
) -> None:
    client.force_login(cast.alice)
    counts = []
    held = 0
    for size in (1, 10, 80):
        while held < size:
            held += 1
            session = make_session(episode=episode, held_on=day(held), by=cast.alice)
            form = make_completion(of=session, answers="--------1", by=cast.alice)
            make_completion(of=session, measure="gad7", total=9, by=cast.leda)
            make_risk_response(to=form, by=cast.alice)
            session.minutes = held
            saved(session, by=cast.leda, why="forgotten")
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url(episode)).status_code == 200
        counts.append(len(captured))
    assert len(set(counts)) == 1, counts
    # Eight of them ask who may read (three, for the holder to see), who may write, who has read, in
    # lists as well, and for a second factor.
    assert counts[0] <= 33, counts


def test_nothing_is_kept_by_the_browser(client: Client, cast: Cast, episode: Episode) -> None:
    client.force_login(cast.alice)
    assert "no-store" in client.get(url(episode))["Cache-Control"]


def changes_of(episode: Episode) -> list[str]:
    return [f"{each.about}: {'; '.join(each.changes)}" for each in load_corrections(episode)]


def test_every_change_after_entry_is_told_newest_first(
    client: Client, cast: Cast, episode: Episode
) -> None:
    session = make_session(episode=episode, held_on=day(1), by=cast.alice, note="first")
    form = make_completion(of=session, total=12, by=cast.alice)
    response = None
    form.total, form.answers, form.mode = 13, "--------1", "self"
    saved(form, by=cast.leda, why="misread")
    response = make_risk_response(to=form, by=cast.alice)
    response.done = "GP told"
    saved(response, by=cast.alice, why="forgotten")
    session.held_on, session.attendance, session.fee = day(2), "late", 55
    session.note = "second"
    saved(session, by=cast.alice, why="wrong day")
    episode.planned_sessions, episode.problem, episode.note = None, "low mood", "x"
    saved(episode, by=cast.alice, why="details")
    episode.client.birth_year = 1980
    saved(episode.client, by=cast.alice, why="asked")
    assert changes_of(episode) == [
        "Client: year of birth: from not recorded to 1980",
        "Therapy: problem: from not recorded to low mood; "
        "planned sessions: from 12 to not recorded; note changed",
        "Session of 6 January 2026: date: from 6 January 2026 to 7 January 2026; "
        "attendance: from attended to late, but seen; fee: from not recorded to £55.00; "
        "note changed",
        "Risk item of PHQ-9 of 6 January 2026: what was done changed",
        "PHQ-9 of 6 January 2026: score: from 12 to 13; "
        "how it came: from typed from paper to entered by the client; "
        "answers: from not recorded to – – – – – – – – 1",
    ]
    client.force_login(cast.alice)
    page = page_of(client, episode)
    assert "5 changes, newest first" in page
    assert "Leda, " in page
    assert ": misread" in page
    assert "GP told" in page
    assert "second" in page
    assert page.count("first,") == 0 or "note changed" in page


def test_a_single_item_is_told_by_its_number(cast: Cast, episode: Episode) -> None:
    form = make_completion(of=episode, on=day(3), answers="11111111-", total=None, by=cast.alice)
    form.answers, form.total = "111111111", 9
    saved(form, by=cast.alice, why="found the page")
    assert changes_of(episode) == [
        "PHQ-9 of 8 January 2026: score: from not recorded to 9; item 9: from not recorded to 1"
    ]


def removed(row: Any, cast: Cast, why: str) -> None:
    row._history_user, row._change_reason = cast.alice, why
    row.delete()


def test_what_was_removed_is_told(client: Client, cast: Cast, episode: Episode) -> None:
    session = make_session(episode=episode, held_on=day(1), by=cast.alice)
    form = make_completion(of=session, total=12, by=cast.alice)
    blank = make_completion(of=episode, on=day(4), total=None, answers="1--------", by=cast.alice)
    for row in (form, blank, session):
        removed(row, cast, "entered twice")
    assert changes_of(episode) == [
        "Session of 6 January 2026: removed",
        "PHQ-9 of 9 January 2026: removed, without a score",
        "PHQ-9 of 6 January 2026: removed, with the score 12",
    ]
    client.force_login(cast.alice)
    page = page_of(client, episode)
    assert "Nothing is logged yet" in page
    assert "Session of 6 January 2026 : removed" in page
    assert "entered twice" in page


def test_what_moved_to_another_client_is_told_on_both_pages_and_no_more(cast: Cast) -> None:
    """What is changed after a move belongs to the other client, and is not told here."""
    one, other = (
        make_episode(client=make_client(service=cast.service), holder=who)
        for who in (cast.alice, cast.bob)
    )
    session = make_session(episode=one, held_on=day(1), by=cast.alice)
    form = make_completion(of=session, total=12, by=cast.alice, answers="--------1")
    response = make_risk_response(to=form, by=cast.alice)
    lone = make_completion(of=one, on=day(5), measure="gad7", total=9, by=cast.alice)
    form.total = 13
    saved(form, by=cast.alice, why="misread")
    session.episode = other
    saved(session, by=cast.alice, why="wrong client")
    lone.episode = other
    saved(lone, by=cast.alice, why="wrong client")
    form.total = 14
    saved(form, by=cast.bob, why="misread again")
    response.done = "More"
    saved(response, by=cast.bob, why="more")
    session.minutes = 40
    saved(session, by=cast.bob, why="shorter")
    assert changes_of(one) == [
        "GAD-7 of 10 January 2026: client: from this episode to another client or episode",
        "Session of 6 January 2026: client: from this episode to another client or episode",
        "PHQ-9 of 6 January 2026: score: from 12 to 13",
    ]
    assert changes_of(other) == [
        "Session of 6 January 2026: minutes: from not recorded to 40",
        "Risk item of PHQ-9 of 6 January 2026: what was done changed",
        "PHQ-9 of 6 January 2026: score: from 13 to 14",
        "GAD-7 of 10 January 2026: client: from another client or episode to this episode",
        "Session of 6 January 2026: client: from another client or episode to this episode",
    ]


def test_a_lone_form_that_was_put_with_a_session(cast: Cast, episode: Episode) -> None:
    """It stays with the episode: no change of client, and its day is the session's now."""
    form = make_completion(of=episode, on=day(5), by=cast.alice)
    session = make_session(episode=episode, held_on=day(6), by=cast.alice)
    form.episode, form.completed_on, form.session = None, None, session
    saved(form, by=cast.alice, why="belongs to the session")
    assert changes_of(episode) == [
        "PHQ-9 of 10 January 2026: date: from 10 January 2026 to not recorded"
    ]


def test_agreements_and_a_command_are_told_too(cast: Cast, episode: Episode) -> None:
    meeting = make_meeting(service=cast.service, practitioner=cast.alice, held_on=day(9))
    agreement = saved(Agreement(meeting=meeting, episode=episode, agreed="x"), by=cast.alice)
    agreement.agreed, agreement.due_on = "y", day(20)
    saved(agreement, by=None)
    (found,) = load_corrections(episode)
    assert found.about == "Agreed in supervision"
    assert found.changes == (
        "what was agreed changed",
        "by when: from not recorded to 25 January 2026",
    )
    assert found.who == "nobody signed in (a command)"
    assert found.why == ""


# What is not told: keys, who and when of the entry (the history has them), the place in a day.
UNTOLD = {
    "id",
    "uid",
    "client",
    "service",
    "episode",
    "session",
    "completion",
    "meeting",
    "position",
    "answers",  # told item by item
    "entered_by",
    "entered_at",
    "written_by",
    "written_at",
    "left_out_at",
    "left_out_by",
}


@pytest.mark.parametrize("model", TOLD, ids=lambda model: model.__name__)
def test_every_field_is_told_of_or_said_to_be_untold(model: Any) -> None:
    """Whoever adds a field says here whether a change of it is told."""
    told = {field.name for field in TOLD[model]}
    fields = {field.name for field in model._meta.concrete_fields}
    assert fields - told - UNTOLD == set()
    assert told <= fields


def test_core10_answers_stay_unlabelled_where_its_items_may_not_be_shown(
    client: Client, cast: Cast, settings: Any
) -> None:
    service: Service = cast.service
    service.primary_outcome = "core10"
    saved(service, by=cast.leda)
    episode = make_episode(client=make_client(service=service), holder=cast.alice)
    make_completion(of=episode, on=day(2), measure="core10", answers="-----2----", by=cast.alice)
    client.force_login(cast.alice)
    assert "CORE-10 item 6: 2, Sometimes" in page_of(client, episode)
    settings.CORE10_ITEMS = False
    page = page_of(client, episode)
    assert "CORE-10 item 6: 2 on" in page
    assert "Sometimes" not in page
