"""Importing over what is stored: the same, changed, added; what stays though the file says less."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from practice.caseload_files import SheetName, Verdict, store
from practice.models import (
    Client,
    Episode,
    MeasureCompletion,
    Service,
    Session,
)
from tests.caseload_files.given import (
    NOW,
    a_session,
    again,
    an_episode,
    changes,
    imported,
    planned,
    row_counts,
    stored,
    told,
)
from tests.cast import hand_over, make_completion, make_practitioner, make_session, saved

pytestmark = pytest.mark.django_db

FULL_EPISODE = an_episode(
    source="GP",
    contract="EAP North",
    problem="anxiety",
    problem_2="sleep",
    problem_3="work",
    therapy="CBT",
    earlier_therapy="once",
    gender="female",
    birth_year="1965",
    planned_sessions="6",
    ended_on="2026-03-01",
    ending="agreed_at_end",
    wished_to_continue="yes",
    left_out="test_record",
    note="a note",
)
FULL_SESSION = a_session(
    kind="treatment",
    attendance="late",
    medium="video",
    minutes="50",
    fee="55.00",
    mode="self",
    phq9="12",
    phq9_9="1",
    note="of the session",
)


def test_the_same_files_again_change_nothing() -> None:
    episodes = [FULL_EPISODE, an_episode(client="K2")]
    sessions = [FULL_SESSION, a_session(kind="questionnaire", date="2026-04-01", gad7="3")]
    service = imported(episodes, sessions)
    before, rows = told(service), row_counts()
    plan = planned(episodes, sessions, service=service)
    assert plan.counts[SheetName.EPISODES] == {Verdict.SAME: 2}
    assert plan.counts[SheetName.SESSIONS] == {Verdict.SAME: 2}
    assert plan.warnings == ()
    stored(plan)
    assert told(service) == before
    assert row_counts() == rows


def test_a_missing_row_deletes_nothing() -> None:
    service = imported([FULL_EPISODE, an_episode(client="K2")], [FULL_SESSION])
    before = told(service)
    assert again(service, [FULL_EPISODE]) == []
    assert told(service) == before


@pytest.mark.parametrize(
    ("column", "value", "change"),
    [
        ("source", "self", "source: GP -> self"),
        ("source", "", "source: GP -> (empty)"),
        ("planned_sessions", "8", "planned_sessions: 6 -> 8"),
        ("ended_on", "2026-03-02", "ended_on: 2026-03-01 -> 2026-03-02"),
        ("ending", "46", "ending: agreed_at_end -> other_planned"),
        ("wished_to_continue", "no", "wished_to_continue: yes -> no"),
        ("note", "another", "note: another text -> another text"),
        ("note", "", "note: another text -> (empty)"),
        ("gender", "other", "gender: female -> other"),
        ("birth_year", "1966", "birth_year: 1965 -> 1966"),
        ("earlier_therapy", "more", "earlier_therapy: once -> more"),
        ("practitioner", "p2@example.org", "practitioner: p1@example.org -> p2@example.org"),
    ],
)
def test_a_changed_cell_of_an_episode(column: str, value: str, change: str) -> None:
    service = imported([FULL_EPISODE], [FULL_SESSION])
    rows = [FULL_EPISODE | {column: value}]
    assert again(service, rows) == [change]
    assert again(service, rows) == []


@pytest.mark.parametrize(
    ("column", "value", "change"),
    [
        ("attendance", "dna", "attendance: late -> dna"),
        ("attendance", "", "attendance: late -> attended"),
        ("medium", "", "medium: video -> (empty)"),
        ("minutes", "60", "minutes: 50 -> 60"),
        ("fee", "", "fee: 55 -> (empty)"),
        ("note", "other", "note: another text -> another text"),
        ("phq9", "13", "phq9: 12 -> 13"),
        ("phq9_9", "2", "phq9 items: --------1 -> --------2"),
        ("mode", "practitioner", "phq9 mode: self -> practitioner"),
        ("mode", "", "phq9 mode: self -> transcribed"),
    ],
)
def test_a_changed_cell_of_a_session(column: str, value: str, change: str) -> None:
    service = imported([FULL_EPISODE], [FULL_SESSION])
    rows = [FULL_SESSION | {column: value}]
    assert again(service, sessions=rows) == [change]
    assert again(service, sessions=rows) == []


def test_a_change_keeps_its_history() -> None:
    service = imported([FULL_EPISODE], [FULL_SESSION])
    again(service, [FULL_EPISODE | {"source": "self"}], [FULL_SESSION | {"phq9": "13"}])
    episode, form = Episode.objects.get(), MeasureCompletion.objects.get()
    histories: Any = (episode.history, form.history)
    for history in histories:
        newest, oldest = history.all()
        assert newest.history_change_reason == oldest.history_change_reason
        assert newest.history_change_reason == "imported from caseload file"
        assert newest.history_user is None
    assert form.entered_by is None
    assert form.entered_at == NOW


def test_an_absent_column_leaves_what_is_stored() -> None:
    service = imported([FULL_EPISODE], [FULL_SESSION])
    before = told(service)
    row = {"client": "K1", "referred_on": "2026-01-05"}
    assert again(service, [row], [a_session()]) == []
    assert told(service) == before


def test_an_emptied_end_opens_the_episode_again() -> None:
    service = imported([FULL_EPISODE], [FULL_SESSION])
    reopened = FULL_EPISODE | dict.fromkeys(("ended_on", "ending", "wished_to_continue"), "")
    again(service, [reopened])
    assert Episode.objects.get().ended_on is None


def test_an_emptied_end_alone_is_refused_for_the_stored_ending() -> None:
    service = imported([an_episode(ended_on="2026-02-01", ending="46", wished_to_continue="no")])
    plan = planned([an_episode(ended_on="")], service=service)
    assert [problem.column for problem in plan.problems] == ["ended_on", "ended_on"]


def test_client_facts_are_not_taken_away_by_an_empty_cell() -> None:
    service = imported([FULL_EPISODE])
    plan = planned([FULL_EPISODE | {"gender": "", "birth_year": ""}], service=service)
    assert changes(plan) == []
    assert [warning.column for warning in plan.warnings] == ["gender", "birth_year"]
    assert "it stays" in plan.warnings[0].message


def test_a_second_episode_may_correct_the_client() -> None:
    service = imported([FULL_EPISODE])
    rows = [an_episode(episode="2", referred_on="2026-04-01", birth_year="1966")]
    plan = planned(rows, service=service)
    assert plan.episodes[0].verdict is Verdict.NEW
    stored(plan)
    assert Client.objects.get().birth_year == 1966
    assert Client.objects.get().gender == "female"


def test_two_rows_of_one_client_change_the_client_once() -> None:
    rows = [FULL_EPISODE, an_episode(episode="2", referred_on="2026-04-01", gender="female")]
    service = imported(rows)
    again(service, [row | {"gender": "other"} for row in rows])
    client: Any = Client.objects.get()
    assert client.gender == "other"
    assert client.history.count() == 2


def test_left_out_keeps_when_and_only_then() -> None:
    service = imported([an_episode()])
    again(service, [an_episode(left_out="under_18")])
    episode = Episode.objects.get()
    assert (episode.left_out, episode.left_out_at, episode.left_out_by) == ("under_18", NOW, None)
    again(service, [an_episode(left_out="")])
    episode = Episode.objects.get()
    assert (episode.left_out, episode.left_out_at) == ("", None)


# --- the order of a day


def places() -> list[tuple[str, int]]:
    found = [(session.kind, session.position) for session in Session.objects.all()]
    found += [("form", form.position) for form in MeasureCompletion.objects.filter(session=None)]
    return sorted(found, key=lambda one: one[1])


def test_file_order_is_kept_within_a_day() -> None:
    rows = [
        a_session(kind="treatment"),
        a_session(kind="questionnaire", phq9="5", gad7="3"),
        a_session(kind="assessment"),
        a_session(kind="treatment", date="2026-01-13"),
    ]
    service = imported([an_episode()], rows)
    expected = [("form", 1), ("form", 1), ("assessment", 2)]
    assert [place for place in places() if place[1]] == expected
    # Rows added later come after; those stored keep their places, whatever the file's order.
    again(service, sessions=[a_session(kind="review"), *reversed(rows)])
    assert [place for place in places() if place[1]] == [*expected, ("review", 3)]
    again(service, sessions=[a_session(kind="questionnaire", core10="3")])
    assert MeasureCompletion.objects.get(measure="core10").position == 1


# --- what the application added between two imports


def test_what_was_entered_on_pages_stays_and_is_compared() -> None:
    service = imported([an_episode()], [a_session()])
    episode, session = Episode.objects.get(), Session.objects.get()
    make_completion(of=session, total=9)
    make_completion(of=episode, on=dt.date(2026, 1, 12), measure="gad7", total=4)
    make_session(episode=episode, held_on=dt.date(2026, 1, 12), kind="review", position=1)
    hand_over(episode=episode, to=make_practitioner(email="p2@example.org"), on=dt.date(2026, 2, 1))
    episode.note = " typed\r\nhere \x0b"
    saved(episode, by=None)
    before = told(service)
    rows = [an_episode(practitioner="p2@example.org", note="typed\nhere")]
    assert again(service, rows, [a_session(phq9="")]) == []
    assert told(service) == before


def test_a_plan_is_stored_whole_or_not_at_all() -> None:
    before = row_counts()
    plan = planned([an_episode(), an_episode(client="K2")], [a_session(phq9="5")])
    plan.sessions[0].source.__dict__["kind"] = "no such kind"
    with pytest.raises(IntegrityError), transaction.atomic():
        store(plan, by=None, now=NOW)
    assert row_counts() == before


def test_the_number_of_queries_does_not_grow_with_the_caseload() -> None:
    def queries(clients: int) -> int:
        episodes = [an_episode(client=f"K{clients}-{number}") for number in range(clients)]
        sessions = [a_session(client=row["client"], phq9="5") for row in episodes]
        service = imported(episodes, sessions, service=Service.objects.create(name=str(clients)))
        with CaptureQueriesContext(connection) as caught:
            planned(episodes, sessions, service=service)
        return len(caught)

    assert queries(2) == queries(40) <= 8


def test_who_imported_is_kept_where_somebody_did() -> None:
    person = make_practitioner(email="lead@example.org")
    plan = planned([an_episode(left_out="under_18")], [a_session(phq9="5")])
    store(plan, by=person, now=NOW)
    episode: Any = Episode.objects.get()
    assert episode.left_out_by == person
    assert episode.history.get().history_user == person
    assert MeasureCompletion.objects.get().entered_by == person
    assert MeasureCompletion.objects.get().total == Decimal(5)
