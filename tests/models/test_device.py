"""Browsers that somebody has signed in with: once each, told by a digest."""

from practice.models import KnownDevice
from tests.cast import Cast
from tests.models.edges import Edge, World, every, refused, stored

EDGES = (
    stored(KnownDevice, "device_once"),
    Edge(
        model=KnownDevice,
        constraint="device_once",
        is_stored=False,
        after=({},),
        fields={},
    ),
    Edge(
        model=KnownDevice,
        constraint="device_once",
        is_stored=True,
        after=({},),
        # Two people at one machine.
        fields={"practitioner": lambda world: world.cast.bob},
    ),
    Edge(
        model=KnownDevice,
        constraint="device_once",
        is_stored=True,
        after=({},),
        fields={"digest": "e" * 64},
    ),
    stored(KnownDevice, "device_digest", digest="0123456789abcdef" * 4),
    *(
        refused(KnownDevice, "device_digest", digest=digest)
        for digest in ("d" * 63, "D" * 64, "g" * 64)
    ),
)


@every(EDGES)
def test_constraint(edge: Edge, world: World) -> None:
    edge.check(world)


def test_a_device_is_called_by_its_random_id(cast: Cast) -> None:
    device = KnownDevice(practitioner=cast.alice, digest="d" * 64, words="Firefox")
    assert str(device) == f"device {device.uid}"
