"""How many scores stood on the record in a span of days: what changes of scores are counted of."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from practice.cases.on_record import scores_on_record
from practice.cohorts import Scope
from practice.domain.periods import Period
from practice.models import MeasureCompletion
from tests.cast import (
    Cast,
    day,
    make_client,
    make_completion,
    make_episode,
    make_session,
    saved,
)

pytestmark = pytest.mark.django_db

DAYS = Period(start=day(20), end=day(30))
UNDONE = "undo of import 0b0f6c6e-5a3e-4f57-8a36-0d6c6f5f2a11"


def noon(number: int) -> dt.datetime:
    return dt.datetime.combine(day(number), dt.time(12), tzinfo=dt.UTC)


def removed(form: MeasureCompletion, *, why: str) -> None:
    row: Any = form
    row._change_reason = why
    row.delete()


def test_what_stood_on_some_day_of_the_span(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = {"now": noon(10)}
    monkeypatch.setattr("django.utils.timezone.now", lambda: clock["now"])
    scope = Scope(service=cast.service, practitioner=cast.alice)
    assert scores_on_record(scope, DAYS) == 0
    episode = make_episode(client=make_client(service=cast.service), holder=cast.alice)
    session = make_session(episode=episode, held_on=day(5))
    gone, taken_back, left, kept = (
        make_completion(of=session, measure="phq9", total=12),
        make_completion(of=session, measure="gad7", total=11),
        make_completion(of=session, measure="core10", total=10),
        make_completion(of=episode, on=day(6), measure="phq9", total=9),
    )
    make_completion(of=episode, on=day(6), measure="gad7", total=None, answers="1------")
    others = make_episode(client=make_client(service=cast.service), holder=cast.bob)
    make_completion(of=others, on=day(6), measure="phq9", total=9)
    assert scores_on_record(scope, DAYS) == 4
    clock["now"] = noon(15)
    removed(gone, why="entered twice")
    assert scores_on_record(scope, DAYS) == 3
    clock["now"] = noon(25)
    removed(taken_back, why=UNDONE)
    removed(left, why="another client's")
    kept.total = Decimal(8)
    saved(kept, by=cast.alice)
    clock["now"] = noon(31)
    make_completion(of=episode, on=day(7), measure="phq9", total=9)
    assert scores_on_record(scope, DAYS) == 2
    assert scores_on_record(Scope(service=cast.service), DAYS) == 3
