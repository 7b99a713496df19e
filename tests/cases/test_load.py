"""Who is in a caseload on a day, in which order, and at what cost."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from practice.cases.case import Case, load_case, load_cases
from practice.cases.holders import holders_in
from practice.cohorts import Scope
from practice.domain.endings import Ending, LeftOut
from practice.domain.review import ReviewGroup
from practice.domain.sessions import Attendance, Kind
from practice.domain.signal_kinds import Signal
from practice.models import Episode, Practitioner, Service
from tests.caseloads import store, therapies
from tests.cast import (
    Cast,
    day,
    hand_over,
    make_client,
    make_completion,
    make_episode,
    make_session,
    saved,
)

TODAY = day(60)


def episode_of(cast: Cast, reference: str = "", **fields: Any) -> Episode:
    client = make_client(service=cast.service, reference=reference)
    return make_episode(client=client, holder=cast.alice, **fields)


def references(cases: tuple[Case, ...]) -> list[str]:
    return [case.episode.client.reference for case in cases]


def scope_of(service: Service, person: Practitioner | None = None) -> Scope:
    return Scope(service=service, practitioner=person)


def loaded(cast: Cast, *, on: dt.date = TODAY) -> tuple[Case, ...]:
    return load_cases(scope_of(cast.service, cast.alice), on=on)


@pytest.mark.parametrize(
    ("fields", "is_open"),
    [
        ({}, True),
        ({"ended_on": day(59)}, False),
        # The day of the ending is no day in therapy.
        ({"ended_on": day(60)}, False),
        ({"ended_on": day(61)}, True),
        ({"referred_on": day(60)}, True),
        ({"referred_on": day(61)}, False),
        ({"paused_until": day(90), "pause_reason": "travelling"}, True),
        ({"left_out": LeftOut.UNDER_18, "left_out_at": timezone.now()}, True),
    ],
    ids=[
        "open",
        "ended yesterday",
        "ends today",
        "ends tomorrow",
        "referred today",
        "referred tomorrow",
        "paused",
        "left out",
    ],
)
def test_who_is_open(cast: Cast, fields: dict[str, object], is_open: bool) -> None:
    if "ended_on" in fields:
        fields = {"ending": Ending.AGREED_AT_END, **fields}
    episode_of(cast, "OPEN-1", **fields)
    assert references(loaded(cast)) == (["OPEN-1"] if is_open else [])


def test_it_belongs_to_whoever_holds_it_on_the_day(cast: Cast) -> None:
    episode = episode_of(cast, "MOVED-1")
    hand_over(episode=episode, to=cast.bob, on=day(40))
    assert references(loaded(cast, on=day(39))) == ["MOVED-1"]
    assert loaded(cast, on=day(40)) == ()
    bobs = scope_of(cast.service, cast.bob)
    assert load_cases(bobs, on=day(39)) == ()
    assert references(load_cases(bobs, on=day(40))) == ["MOVED-1"]
    for on in (day(39), day(40)):
        assert references(load_cases(scope_of(cast.service), on=on)) == ["MOVED-1"]


def test_another_service_is_another_caseload(cast: Cast) -> None:
    other = make_client(service=cast.other_service)
    make_episode(client=other, holder=cast.charlie)
    episode_of(cast, "OURS-1")
    assert references(load_cases(scope_of(cast.service), on=TODAY)) == ["OURS-1"]


def test_holders_are_those_of_the_day_and_of_the_service(cast: Cast) -> None:
    moved, stays = episode_of(cast), episode_of(cast)
    nobodys = make_episode(client=make_client(service=cast.service), holder=None, by=cast.leda)
    hand_over(episode=moved, to=cast.bob, on=day(40))
    make_episode(client=make_client(service=cast.other_service), holder=cast.charlie)
    found = holders_in(scope_of(cast.service), on=TODAY)
    assert found == {moved.pk: cast.bob, stays.pk: cast.alice}
    assert nobodys.pk not in found


def test_what_needs_attention_comes_first(cast: Cast) -> None:
    """One client for each group, made in the opposite order."""
    makers: list[tuple[ReviewGroup, Callable[[], Episode]]] = [
        (ReviewGroup.RISK, lambda: at_risk(cast)),
        (ReviewGroup.WORSE, lambda: scored(cast, 10, 16)),
        (ReviewGroup.NOT_IMPROVED, lambda: scored(cast, 15, 15, 15, 15, 15, 15)),
        (ReviewGroup.SCORE_OVERDUE, lambda: scored(cast, 15, 8, None, None)),
        (ReviewGroup.NEW, lambda: scored(cast, 15)),
        (ReviewGroup.NEAR_THE_END, lambda: scored(cast, 15, 8, planned_sessions=3)),
        (ReviewGroup.OTHER, lambda: scored(cast, 15, 8)),
    ]
    made = {group: make().pk for group, make in reversed(makers)}
    cases = loaded(cast)
    assert [case.group for case in cases] == [group for group, _ in makers]
    assert [case.episode.pk for case in cases] == [made[group] for group, _ in makers]


def scored(cast: Cast, *totals: int | None, **fields: Any) -> Episode:
    """A session a week up to the day, with a PHQ-9 and a GAD-7 of 5 wherever a total is given."""
    episode = episode_of(cast, **fields)
    for back, total in zip(range(len(totals) - 1, -1, -1), totals, strict=True):
        held = make_session(episode=episode, held_on=TODAY - dt.timedelta(weeks=back))
        if total is not None:
            make_completion(of=held, total=total)
            make_completion(of=held, measure="gad7", total=5)
    return episode


def at_risk(cast: Cast) -> Episode:
    episode = scored(cast, 12)
    make_completion(of=episode, on=day(50), total=12, answers="--------1")
    return episode


def test_sessions_are_counted_up_to_the_day(cast: Cast) -> None:
    episode = episode_of(cast)
    for number, (attendance, kind) in enumerate(
        [
            (Attendance.ATTENDED, Kind.ASSESSMENT),
            (Attendance.LATE, Kind.TREATMENT),
            (Attendance.DNA, Kind.TREATMENT),
            (Attendance.CANCELLED_BY_PRACTITIONER, Kind.TREATMENT),
            (Attendance.LATE_NOT_SEEN, Kind.TREATMENT),
        ]
    ):
        make_session(episode=episode, held_on=day(10 + number), attendance=attendance, kind=kind)
    make_session(episode=episode, held_on=day(61))
    make_session(episode=episode, held_on=day(62), attendance=Attendance.DNA)
    (case,) = loaded(cast)
    assert (case.attended, case.missed) == (2, 3)
    assert case.on == TODAY
    assert case.days_silent == 49
    assert case.weeks == 7
    assert not case.is_paused


def test_who_was_never_seen_has_no_number_of_days_or_weeks(cast: Cast) -> None:
    make_session(episode=episode_of(cast), held_on=day(3), attendance=Attendance.DNA)
    (case,) = loaded(cast)
    assert case.days_silent is None
    assert case.weeks is None
    assert case.last_risk is None
    assert (case.attended, case.missed) == (0, 1)


def test_a_pause_keeps_off_the_signals_to_its_last_day_but_not_off_the_list(cast: Cast) -> None:
    episode = scored(cast, 10, 16, paused_until=TODAY, pause_reason="in hospital")
    (case,) = loaded(cast)
    assert case.is_paused
    assert case.signals == ()
    assert case.episode == episode
    (later,) = loaded(cast, on=TODAY + dt.timedelta(days=1))
    assert not later.is_paused
    assert [one.signal for one in later.signals] == [Signal.WORSE]


def test_what_a_practice_turned_off_is_not_found(cast: Cast) -> None:
    cast.service.signals_off = "worse"
    scored(cast, 10, 16)
    (case,) = loaded(cast)
    assert case.signals == ()
    assert case.group is ReviewGroup.OTHER


@pytest.mark.parametrize("whole", [False, True], ids=["one practitioner", "whole service"])
def test_five_queries_however_many(cast: Cast, whole: bool) -> None:
    scope = scope_of(cast.service, None if whole else cast.alice)
    for more in (0, 1, 29):
        if more:
            store(cast.service, cast.alice, therapies(more, ended=5, still_open=more))
        with CaptureQueriesContext(connection) as queries:
            cases = load_cases(scope, on=dt.date(2025, 10, 31))
            for case in cases:
                assert case.episode.client.reference
                assert case.order
                assert case.scores
        assert len(queries) == 5
    assert len(cases) == 30


def test_one_case_is_the_same_as_in_the_list(cast: Cast) -> None:
    scored(cast, 10, 16)
    at_risk(cast)
    for case in loaded(cast):
        with CaptureQueriesContext(connection) as queries:
            alone = load_case(case.episode, on=TODAY)
        assert len(queries) <= 5
        assert alone.signals == case.signals
        assert alone.order == case.order
        assert alone.risk_items == case.risk_items


def test_an_ended_case_stands_as_on_its_last_day_with_its_risk_still_open(cast: Cast) -> None:
    episode = scored(cast, 10, 16)
    make_completion(of=episode, on=day(80), answers="--------2", total=None)
    episode.ended_on = day(70)
    saved(episode, by=cast.alice)
    case = load_case(episode, on=day(90))
    assert case.on == day(70)
    assert [one.signal for one in case.signals] == [Signal.RISK]
    assert load_case(episode, on=day(65)).on == day(65)


def test_a_list_does_not_read_the_notes(cast: Cast) -> None:
    episode_of(cast, note="a long note")
    with CaptureQueriesContext(connection) as queries:
        loaded(cast)
    assert not [query for query in queries if '"note"' in query["sql"]]
