"""Targets: their constraints, their words, and which of them a page and a paper show."""

from typing import Any

import pytest
from django.db import connection

from practice.cohorts import Scope
from practice.domain.targets import target_rates
from practice.models import Target
from practice.reports.targets import own_targets, standing_targets, target_words
from tests.cast import Cast, day, make_target
from tests.models.edges import Edge, Fields, World, all_known, every, refused, stored
from tests.models.lives import history_of


def _after(*, constraint: str, is_stored: bool, after: Fields, **fields: Any) -> Edge:
    return Edge(
        model=Target, constraint=constraint, is_stored=is_stored, fields=fields, after=(after,)
    )


def bob(world: World) -> Any:
    return world.cast.bob


def other_service(world: World) -> Any:
    return world.cast.other_service


ONCE, SERVICE_ONCE = "target_once_for_practitioner", "target_once_for_service"
WHOLE: Fields = {"practitioner": None}

EDGES = (
    _after(constraint=ONCE, is_stored=False, after={}),
    _after(constraint=ONCE, is_stored=True, after={}, rate="recovery"),
    _after(constraint=ONCE, is_stored=True, after={}, practitioner=bob),
    _after(constraint=ONCE, is_stored=True, after={}, service=other_service),
    _after(constraint=ONCE, is_stored=True, after={}, until=day(20)),
    _after(constraint=ONCE, is_stored=True, after={"until": day(20)}),
    _after(constraint=SERVICE_ONCE, is_stored=False, after=WHOLE, **WHOLE),
    _after(constraint=SERVICE_ONCE, is_stored=True, after=WHOLE),
    _after(constraint=SERVICE_ONCE, is_stored=True, after=WHOLE, **WHOLE, rate="recovery"),
    _after(constraint=SERVICE_ONCE, is_stored=True, after=WHOLE, **WHOLE, service=other_service),
    _after(constraint=SERVICE_ONCE, is_stored=True, after=WHOLE, **WHOLE, until=day(20)),
    *all_known(
        Target, "target_rate_known", field="rate", values=[name for name, _words in target_rates()]
    ),
    stored(Target, "target_percent", percent="0.0"),
    stored(Target, "target_percent", percent="100.0"),
    refused(Target, "target_percent", percent="-0.1"),
    refused(Target, "target_percent", percent="100.1"),
    stored(Target, "target_until_after", until=None),
    stored(Target, "target_until_after", until=day(10)),
    refused(Target, "target_until_after", until=day(9)),
)


@every(EDGES)
def test_constraint(edge: Edge, world: World) -> None:
    edge.check(world)


def test_no_word_of_a_target_stands_in_the_database(cast: Cast) -> None:
    made = make_target(service=cast.service, practitioner=cast.alice, why="As in the spring")
    with connection.cursor() as cursor:
        for table in (Target._meta.db_table, history_of(Target)._meta.db_table):
            cursor.execute(f'SELECT "why" FROM "{table}"')  # noqa: S608
            ((kept,),) = cursor.fetchall()
            assert kept.startswith("e1:")
            assert "spring" not in kept
    made.refresh_from_db()
    assert made.why == "As in the spring"


def test_what_it_is_called(cast: Cast) -> None:
    made = make_target(service=cast.service, practitioner=cast.alice)
    assert str(made) == f"target {made.uid}"
    assert target_words(made) == "planned endings, declared: 70.0%"


@pytest.mark.parametrize(
    ("on", "stands"), [(day(9), False), (day(10), True), (day(20), True), (day(21), False)]
)
def test_its_first_and_last_day_are_its_own(cast: Cast, on: Any, stands: bool) -> None:
    made = make_target(
        service=cast.service, practitioner=cast.alice, from_on=day(10), until=day(20)
    )
    for person in (None, cast.bob):
        make_target(service=cast.service, practitioner=person, by=cast.leda)
    mine = Scope(service=cast.service, practitioner=cast.alice)
    assert standing_targets(mine, on=on) == ((made,) if stands else ())


def test_ones_own_by_rate_and_the_newest_ended_first(cast: Cast) -> None:
    def mine(rate: str, **fields: Any) -> Target:
        return make_target(service=cast.service, practitioner=cast.leda, rate=rate, **fields)

    old = mine("recovery", until=day(5))
    newer = mine("planned_estimated", until=day(8))
    outcome, ending = mine("reliable_recovery"), mine("planned_declared", until=day(30))
    whole = make_target(service=cast.service, practitioner=None, by=cast.leda)
    make_target(service=cast.service, practitioner=cast.alice)
    found = own_targets(cast.leda, on=day(30))
    assert found.standing == (ending, outcome, whole)
    assert found.ended == (newer, old)
