"""When a correction asks for a reason."""

import datetime as dt
from typing import Any

import pytest
from django.db import models
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from practice.actions.corrections import FREE_FOR, needs_reason
from practice.models import Practitioner, Session
from tests.cast import Cast, day, make_client, make_episode, make_session, saved
from tests.models.lives import LIVES, every_guarded

TICK = dt.timedelta(microseconds=1)


def a_session(cast: Cast, *, by: Practitioner | None) -> Session:
    episode = make_episode(client=make_client(service=cast.service), holder=cast.alice)
    return make_session(episode=episode, held_on=day(7), by=by)


def entered_at(row: Any) -> dt.datetime:
    """When the history says that the row first came."""
    at: dt.datetime = row.history.earliest("history_date").history_date
    return at


@pytest.mark.parametrize(
    ("after", "is_asked"),
    [
        (dt.timedelta(0), False),
        (dt.timedelta(hours=23, minutes=59), False),
        (dt.timedelta(hours=24), False),
        (dt.timedelta(hours=24) + TICK, True),
        (dt.timedelta(days=400), True),
    ],
    ids=str,
)
def test_ones_own_entry_within_a_day(cast: Cast, after: dt.timedelta, *, is_asked: bool) -> None:
    session = a_session(cast, by=cast.alice)
    assert needs_reason(session, by=cast.alice, now=entered_at(session) + after) is is_asked


def test_a_day_is_24_hours() -> None:
    assert dt.timedelta(hours=24) == FREE_FOR


def test_a_day_is_24_hours_where_the_clocks_change(cast: Cast) -> None:
    """On the last Sunday of October the same time of day is 25 hours away."""
    session = Session(episode=a_session(cast, by=None).episode, held_on=day(8))
    entered: Any = session
    entered._history_date = dt.datetime(2026, 10, 24, 12, 0, tzinfo=dt.UTC)
    saved(session, by=cast.alice)
    london = timezone.get_default_timezone()
    for now, is_asked in (
        (dt.datetime(2026, 10, 25, 12, 0, tzinfo=london), False),
        (dt.datetime(2026, 10, 25, 13, 0, tzinfo=london), True),
    ):
        assert needs_reason(session, by=cast.alice, now=now) is is_asked


def test_somebody_elses_entry(cast: Cast) -> None:
    """Also of a lead, who sees it, and of whoever has changed it since."""
    session = a_session(cast, by=cast.alice)
    saved(session, by=cast.leda, why="asked for by the client")
    now = entered_at(session)
    for other in (cast.bob, cast.leda):
        assert needs_reason(session, by=other, now=now)
    assert not needs_reason(session, by=cast.alice, now=now)


def test_what_a_command_brought_in(cast: Cast) -> None:
    session = a_session(cast, by=None)
    assert needs_reason(session, by=cast.alice, now=entered_at(session))


def test_a_correction_starts_no_new_day(cast: Cast) -> None:
    session = a_session(cast, by=cast.alice)
    first = entered_at(session)
    changed: Any = session
    changed._history_date = first + dt.timedelta(hours=23)
    saved(session, by=cast.alice)
    assert needs_reason(session, by=cast.alice, now=first + dt.timedelta(hours=25))


def test_first_of_one_instant_is_what_came_first(cast: Cast) -> None:
    """Two writes may carry the same time: then the order of their numbers says which was first."""
    session = a_session(cast, by=cast.alice)
    changed: Any = session
    changed._history_date = entered_at(session)
    saved(session, by=cast.bob)
    now = entered_at(session)
    assert not needs_reason(session, by=cast.alice, now=now)
    assert needs_reason(session, by=cast.bob, now=now)


def test_a_row_that_nobody_knows_the_entry_of(cast: Cast) -> None:
    episode = make_episode(client=make_client(service=cast.service), holder=cast.alice)
    session: Any = Session(episode=episode, held_on=day(7))
    session.save_without_historical_record()
    assert needs_reason(session, by=cast.alice, now=timezone.now())


def test_many_rows_at_once_are_no_less_ones_own(cast: Cast) -> None:
    episode = make_episode(client=make_client(service=cast.service), holder=cast.alice)
    (session,) = Session.objects.create_all(
        [Session(episode=episode, held_on=day(7))], by=cast.alice, why="import"
    )
    now = entered_at(session)
    assert not needs_reason(session, by=cast.alice, now=now)
    assert needs_reason(session, by=cast.bob, now=now)


@every_guarded
def test_every_kind_of_row(
    model: type[models.Model], cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    row = LIVES[model].make(cast)
    for back in range(3):
        saved(row, by=cast.bob, why=f"change {back}")
    now = timezone.now()
    with django_assert_num_queries(1):
        assert not needs_reason(row, by=cast.alice, now=now)
    assert needs_reason(row, by=cast.bob, now=now)
