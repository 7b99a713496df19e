"""First and last score of one measure -> one Change."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from practice.domain.measures import Measure


class Direction(StrEnum):
    """Whether a change is larger than the measure's own error."""

    IMPROVED = "reliable_improvement"
    UNCHANGED = "no_reliable_change"
    DETERIORATED = "reliable_deterioration"

    @property
    def words(self) -> str:
        """As a page prints it of one client."""
        return _WORDS[self]


_WORDS: Mapping[Direction, str] = MappingProxyType(
    {
        Direction.IMPROVED: "reliably improved",
        Direction.UNCHANGED: "no reliable change",
        Direction.DETERIORATED: "reliably worse",
    }
)


@dataclass(frozen=True, kw_only=True)
class Change:
    """A pair of scores of one measure: points, lower is better on all three measures.

    Source of the thresholds: practice.domain.measures.
    """

    measure: Measure
    first: Decimal
    last: Decimal

    @property
    def fall(self) -> Decimal:
        """First minus last: positive when the client feels better."""
        return self.first - self.last

    @property
    def direction(self) -> Direction:
        """Reliable when the fall or the rise is AT LEAST the measure's reliable change."""
        if self.fall >= self.measure.reliable_change:
            return Direction.IMPROVED
        if -self.fall >= self.measure.reliable_change:
            return Direction.DETERIORATED
        return Direction.UNCHANGED

    @property
    def started_at_case(self) -> bool:
        """The first score is at or above the cut-off."""
        return self.measure.is_case(self.first)

    @property
    def ended_at_case(self) -> bool:
        """The last score is at or above the cut-off."""
        return self.measure.is_case(self.last)

    @property
    def recovered(self) -> bool:
        """From at or above the cut-off to below it, however small the step."""
        return self.started_at_case and not self.ended_at_case

    @property
    def reliably_recovered(self) -> bool:
        """Recovered, and the fall is reliable."""
        return self.recovered and self.direction is Direction.IMPROVED
