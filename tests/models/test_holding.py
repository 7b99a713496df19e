"""Holdings: their constraints, and whose an episode is on the day of a hand-over."""

from practice.models import Holding
from tests.cast import Cast, day, hand_over, make_client, make_episode
from tests.models.edges import Edge, World, every, refused, stored

EDGES = (
    stored(Holding, "holding_since_once"),
    Edge(
        model=Holding,
        constraint="holding_since_once",
        is_stored=False,
        after=({"until": day(20)},),
        fields={"since": day(10), "practitioner": lambda world: world.cast.bob},
    ),
    Edge(
        model=Holding,
        constraint="holding_since_once",
        is_stored=True,
        after=({"until": day(20)},),
        fields={"since": day(20), "practitioner": lambda world: world.cast.bob},
    ),
    Edge(
        model=Holding,
        constraint="holding_one_open",
        is_stored=True,
        after=({"until": day(20)}, {"since": day(20), "until": day(30)}),
        fields={"since": day(30), "until": None},
    ),
    refused(
        Holding,
        "holding_one_open",
        # alice holds it already, from its referral on.
        episode=lambda world: world.episode,
        practitioner=lambda world: world.cast.bob,
    ),
    stored(Holding, "holding_until_after_since", until=None),
    stored(Holding, "holding_until_after_since", until=day(11)),
    refused(Holding, "holding_until_after_since", until=day(10)),
    refused(Holding, "holding_until_after_since", until=day(9)),
)


@every(EDGES)
def test_constraint(edge: Edge, world: World) -> None:
    edge.check(world)


def test_hand_over_counts_from_its_own_day(cast: Cast) -> None:
    episode = make_episode(client=make_client(service=cast.service), holder=cast.alice)
    hand_over(episode=episode, to=cast.bob, on=day(30))
    holders = {
        number: [holding.practitioner for holding in Holding.objects.on(day(number))]
        for number in (-1, 0, 29, 30, 31)
    }
    assert holders == {-1: [], 0: [cast.alice], 29: [cast.alice], 30: [cast.bob], 31: [cast.bob]}


def test_what_a_holding_is_called(cast: Cast) -> None:
    """By ids alone, for it may stand in a log."""
    episode = make_episode(client=make_client(service=cast.service), holder=cast.alice)
    assert str(episode.holdings.get()) == f"{episode.pk} held by {cast.alice.pk}"
