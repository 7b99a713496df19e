"""Who supervises whom: the constraints, and on which days it is in force."""

import pytest

from practice.models import Supervising
from tests.cast import Cast, day, saved
from tests.models.edges import Edge, World, every, refused, stored

EDGES = (
    stored(Supervising, "supervising_open_once"),
    Edge(
        model=Supervising,
        constraint="supervising_open_once",
        is_stored=False,
        after=({},),
        fields={"since": day(11)},
    ),
    # One that is over does not stand against another.
    Edge(
        model=Supervising,
        constraint="supervising_open_once",
        is_stored=True,
        after=({"until": day(20)},),
        fields={"since": day(20)},
    ),
    # Somebody may have two supervisors, and each may supervise the other.
    Edge(
        model=Supervising,
        constraint="supervising_open_once",
        is_stored=True,
        after=({},),
        fields={"supervisor": lambda world: world.cast.leda},
    ),
    Edge(
        model=Supervising,
        constraint="supervising_open_once",
        is_stored=True,
        after=({},),
        fields={
            "supervisor": lambda world: world.cast.alice,
            "practitioner": lambda world: world.cast.bob,
        },
    ),
    stored(Supervising, "supervising_not_oneself", supervisor=lambda world: world.cast.leda),
    refused(Supervising, "supervising_not_oneself", supervisor=lambda world: world.cast.alice),
    stored(Supervising, "supervising_until_after_since", until=None),
    stored(Supervising, "supervising_until_after_since", until=day(11)),
    refused(Supervising, "supervising_until_after_since", until=day(10)),
    refused(Supervising, "supervising_until_after_since", until=day(9)),
)


@every(EDGES)
def test_constraint(edge: Edge, world: World) -> None:
    edge.check(world)


@pytest.mark.parametrize(
    ("on", "is_in_force"), [(9, False), (10, True), (29, True), (30, False), (31, False)]
)
def test_in_force_from_its_first_day_up_to_its_last(cast: Cast, on: int, is_in_force: bool) -> None:
    row = Supervising(
        service=cast.service,
        supervisor=cast.bob,
        practitioner=cast.alice,
        since=day(10),
        until=day(30),
    )
    saved(row, by=cast.leda)
    assert Supervising.objects.on(day(on)).exists() is is_in_force
    assert str(row) == f"supervising {row.uid}"
