"""Where numbers can stand beside their dots without touching anything else."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

# Points of white between two numbers side by side: else 1 and 4 read as 14.
_APART = 3.0


@dataclass(frozen=True, kw_only=True)
class Box:
    """A rectangle of a drawing, in points."""

    left: float
    bottom: float
    right: float
    top: float

    def wider(self, by: float) -> "Box":
        """The same with so much room on the left and on the right."""
        return replace(self, left=self.left - by, right=self.right + by)

    def touches(self, other: "Box") -> bool:
        """Whether the two share any room."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.bottom < other.top
            and other.bottom < self.top
        )

    def holds(self, other: "Box") -> bool:
        """Whether the other lies within."""
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.bottom <= other.bottom
            and other.top <= self.top
        )


@dataclass(frozen=True)
class Segment:
    """A straight line from one dot to the next."""

    x1: float
    y1: float
    x2: float
    y2: float

    def crosses(self, box: Box) -> bool:
        """Whether any of it lies in the box (Liang and Barsky's clipping, 1984)."""
        across, up = self.x2 - self.x1, self.y2 - self.y1
        enters, leaves = 0.0, 1.0
        for change, room in (
            (-across, self.x1 - box.left),
            (across, box.right - self.x1),
            (-up, self.y1 - box.bottom),
            (up, box.top - self.y1),
        ):
            if change == 0:
                if room < 0:
                    return False
            elif change < 0:
                enters = max(enters, room / change)
            else:
                leaves = min(leaves, room / change)
        return enters <= leaves


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A number of this size that belongs to the dot at x, y; reach: how far the dot extends."""

    x: float
    y: float
    width: float
    height: float
    reach: float

    @property
    def dot(self) -> Box:
        """The room the dot itself takes."""
        return Box(
            left=self.x - self.reach,
            bottom=self.y - self.reach,
            right=self.x + self.reach,
            top=self.y + self.reach,
        )

    def places(self) -> Iterator[Box]:
        """Where the number may stand, the best first: above, below, to the right, to the left."""
        gap = self.reach + 0.8
        middle, foot = self.x - self.width / 2, self.y - self.height / 2
        yield self._at(middle, self.y + gap)
        yield self._at(middle, self.y - gap - self.height)
        yield self._at(self.x + gap, foot)
        yield self._at(self.x - gap - self.width, foot)
        for x in (self.x + self.reach, self.x - self.reach - self.width):
            yield self._at(x, self.y + gap)
            yield self._at(x, self.y - gap - self.height)

    def _at(self, left: float, bottom: float) -> Box:
        return Box(left=left, bottom=bottom, right=left + self.width, top=bottom + self.height)


def place(
    wanted: Sequence[Wanted],
    *,
    order: Sequence[int],
    taken: Sequence[Box],
    lines: Sequence[Segment],
    frame: Box,
) -> dict[int, Box]:
    """A place for each number that finds one, by its index; those without room are left out.

    Greedy, in the given order. No number touches another, a dot, or what is taken. The first two in
    order may lie over a line if there is no other way, because a chart without them says little.
    """
    blocked = [*taken, *(one.dot for one in wanted)]
    found: dict[int, Box] = {}
    for rank, index in enumerate(order):
        free = [
            box
            for box in wanted[index].places()
            if frame.holds(box) and not any(box.touches(other) for other in blocked)
        ]
        clear = [box for box in free if not any(line.crosses(box) for line in lines)]
        chosen = clear or (free if rank < 2 else [])
        if chosen:
            found[index] = chosen[0]
            blocked.append(chosen[0].wider(_APART))
    return found
