"""An own proportion beside one published figure: what the numbers allow to be said."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from practice.domain.benchmark_figures import PERCENT, Benchmark
from practice.domain.comparability import Comparability, Mark, compare_definitions
from practice.domain.definitions import Definition
from practice.domain.estimates import (
    Comparator,
    EndingsNeeded,
    Position,
    Proportion,
    endings_needed,
    position,
)


class NumberBand(StrEnum):
    """How many a rate rests on, and so how much may be said of it."""

    NONE = "0"
    COUNTS = "1 to 9"  # counts only, no words of comparison
    SUGGESTS = "10 to 19"  # "suggests"
    FIRM = "20 or more"


SUGGESTS_FROM = 10
FIRM_FROM = 20


def number_band(n: int) -> NumberBand:
    """The band that n falls in."""
    if n == 0:
        return NumberBand.NONE
    if n < SUGGESTS_FROM:
        return NumberBand.COUNTS
    return NumberBand.SUGGESTS if n < FIRM_FROM else NumberBand.FIRM


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """An own proportion, a published figure (or none), and how like the two are.

    reason: in words, what differs, or why there is nothing to compare with.
    """

    own: Proportion
    benchmark: Benchmark | None
    mark: Mark
    reason: str

    @property
    def comparator(self) -> Comparator | None:
        """The published rate, unrounded, when it is a percentage that may be compared."""
        if self.benchmark is None or self.mark is Mark.NOT_COMPARABLE:
            return None
        return comparator(self.benchmark)

    @property
    def position(self) -> Position:
        """Above, below or unclear; unclear where nothing may be compared."""
        return Position.UNCLEAR if self.comparator is None else position(self.own, self.comparator)

    @property
    def endings_needed(self) -> EndingsNeeded | None:
        """About how many it would take to tell the two rates apart; None when there is no need."""
        if self.comparator is None or self.own.rate is None:
            return None
        return endings_needed(self.own.rate, self.comparator.rate)


def comparator(benchmark: Benchmark) -> Comparator:
    """The published percentage as a fraction, with its counts. Raises ValueError for another unit."""
    if benchmark.unit != PERCENT:
        raise ValueError(f"{benchmark.key} is in {benchmark.unit}, not a percentage")
    n = benchmark.sample
    k = benchmark.k
    if k is None and n is not None:
        # Only the percentage and its n are published: the nearest count stands for the sample.
        k = round(Fraction(benchmark.figure) / 100 * n)
    return Comparator(rate=Fraction(benchmark.unrounded) / 100, k=k, n=n)


def compare(
    own: Proportion, *, definition: Definition, benchmark: Benchmark | None, period_end: dt.date
) -> Comparison:
    """Set an own proportion with its definition beside a published figure, if there is one."""
    if benchmark is None:
        found = Comparability(
            mark=Mark.NOT_COMPARABLE, reason="No figure is published for this definition."
        )
    else:
        found = compare_definitions(definition, benchmark, period_end=period_end)
    return Comparison(own=own, benchmark=benchmark, mark=found.mark, reason=found.reason)
