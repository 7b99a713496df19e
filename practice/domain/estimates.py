"""Proportions with their interval, and comparing them with a published rate.

The methods stand on the standard library; reference values computed elsewhere are in the tests.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from math import comb, exp, lgamma, log, log1p, sqrt

# 97.5% point of the normal distribution: two-sided 95%.
Z = 1.959964
SIGNIFICANT_BELOW = 0.05
WANTED_POWER = 0.80
# Beyond this many endings the sentence says "more than one practice sees in years".
MOST_ENDINGS = 200
# A comparator based on fewer than this many is itself a sample, not a fixed value.
FIXED_FROM = 5000
# At least this share of a denominator needs two scores before an outcome rate is compared.
COMPLETE_FROM = Fraction(9, 10)


def round_half_up(value: Fraction | Decimal | float, places: int) -> Decimal:
    """Round half away from zero, as published tables do (Python's round goes to even)."""
    if isinstance(value, Fraction):
        value = Decimal(value.numerator) / Decimal(value.denominator)
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return abs(rounded) if rounded == 0 else rounded  # no "-0.0" on paper


@dataclass(frozen=True, kw_only=True)
class Proportion:
    """k of n. It has no percentage without its n, and none at all when n is 0."""

    k: int
    n: int

    def __post_init__(self) -> None:
        if not 0 <= self.k <= self.n:
            raise ValueError(f"{self.k} of {self.n} is no proportion")

    @property
    def rate(self) -> Fraction | None:
        """k / n, exact."""
        return Fraction(self.k, self.n) if self.n else None

    @property
    def percent(self) -> Decimal | None:
        """Per cent to one decimal, half away from zero."""
        return None if self.rate is None else round_half_up(self.rate * 100, 1)

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's 95% interval as fractions (Brown, Cai & DasGupta 2001)."""
        if not self.n:
            return None
        p = self.k / self.n
        spread = Z * sqrt(p * (1 - p) / self.n + Z * Z / (4 * self.n * self.n))
        centre = p + Z * Z / (2 * self.n)
        scale = 1 + Z * Z / self.n
        # At the ends the formula gives exactly 0 or 1; floating point may miss by a hair.
        low = 0.0 if self.k == 0 else (centre - spread) / scale
        high = 1.0 if self.k == self.n else (centre + spread) / scale
        return low, high

    @property
    def interval_percent(self) -> tuple[Decimal, Decimal] | None:
        """Wilson's 95% interval in per cent to one decimal."""
        if self.interval is None:
            return None
        low, high = self.interval
        return round_half_up(low * 100, 1), round_half_up(high * 100, 1)


def binomial_probabilities(n: int, rate: float) -> list[float]:
    """The chance of 0, 1, ... n successes in n trials at this rate."""
    return [_probability(i, n=n, rate=rate) for i in range(n + 1)]


def _probability(i: int, *, n: int, rate: float) -> float:
    # comb() no longer fits a float beyond n of about 1,000, so large n goes by logarithms.
    if rate in (0.0, 1.0):
        return float(i == n * rate)
    if n <= 1000:
        return float(comb(n, i) * rate**i * (1 - rate) ** (n - i))
    return exp(
        lgamma(n + 1) - lgamma(i + 1) - lgamma(n - i + 1) + i * log(rate) + (n - i) * log1p(-rate)
    )


def exact_two_sided_p(own: Proportion, rate: float) -> float:
    """Exact two-sided binomial test against a fixed rate: 14/20 against .505 gives p = .116.

    The sum over all outcomes no more probable than the one seen. 1.0 when n is 0.
    """
    chances = binomial_probabilities(own.n, rate)
    # A hair of slack, so that an outcome exactly as probable as the one seen is counted in.
    limit = chances[own.k] * (1 + 1e-7)
    return min(1.0, sum(chance for chance in chances if chance <= limit))


def newcombe_difference(own: Proportion, other: Proportion) -> tuple[float, float] | None:
    """Newcombe's 95% interval for own minus other rate (1998, method 10, from Wilson's limits).

    None when either has no cases.
    """
    if own.interval is None or other.interval is None:
        return None
    p, q = own.k / own.n, other.k / other.n
    (p_low, p_high), (q_low, q_high) = own.interval, other.interval
    return (
        p - q - sqrt((p - p_low) ** 2 + (q_high - q) ** 2),
        p - q + sqrt((p_high - p) ** 2 + (q - q_low) ** 2),
    )


class Position(StrEnum):
    """Where the own rate lies against a benchmark, as far as the numbers can tell."""

    ABOVE = "above"
    BELOW = "below"
    UNCLEAR = "no clear difference"


@dataclass(frozen=True, kw_only=True)
class Comparator:
    """A published rate: unrounded, with its own n and k where they are known."""

    rate: Fraction
    k: int | None = None
    n: int | None = None

    @property
    def sample(self) -> Proportion | None:
        """The comparator as a sample in its own right when it rests on fewer than 5,000."""
        if self.k is None or self.n is None or self.n >= FIXED_FROM:
            return None
        return Proportion(k=self.k, n=self.n)


def position(own: Proportion, comparator: Comparator) -> Position:
    """Above or below only when the numbers carry it; otherwise no clear difference.

    Against a fixed rate both must hold: Wilson's interval excludes the unrounded rate, and the
    exact p is under .05 (13 of 15 against 61.8%: the interval excludes it, p = .061, so unclear).
    Against a small sample: Newcombe's interval for the difference excludes 0.
    """
    if own.interval is None:
        return Position.UNCLEAR
    if comparator.sample is not None:
        difference = newcombe_difference(own, comparator.sample)
        if difference is None or difference[0] <= 0 <= difference[1]:
            return Position.UNCLEAR
        return Position.ABOVE if difference[0] > 0 else Position.BELOW
    rate = float(comparator.rate)
    low, high = own.interval
    if low <= rate <= high or exact_two_sided_p(own, rate) >= SIGNIFICANT_BELOW:
        return Position.UNCLEAR
    return Position.ABOVE if low > rate else Position.BELOW


@dataclass(frozen=True, kw_only=True)
class EndingsNeeded:
    """About how many endings it would take to tell two rates apart; None = over 200."""

    endings: int | None


def endings_needed(own: Fraction, benchmark: Fraction) -> EndingsNeeded | None:
    """The fewest endings at which the exact test tells today's rate with 80% power, up to tens.

    None (nothing to say) when the rates are equal.
    """
    if own == benchmark:
        return None
    for n in range(1, MOST_ENDINGS + 1):
        if _power(n, own=float(own), benchmark=float(benchmark)) >= WANTED_POWER:
            return EndingsNeeded(endings=-(-n // 10) * 10)
    return EndingsNeeded(endings=None)


def _power(n: int, *, own: float, benchmark: float) -> float:
    """The chance that n endings at the own rate give an exact p under .05."""
    under_benchmark = binomial_probabilities(n, benchmark)
    # p of each outcome = the sum of all that are no more probable; one pass over the sorted list.
    order = sorted(range(n + 1), key=under_benchmark.__getitem__)
    own_chances = binomial_probabilities(n, own)
    power = running = 0.0
    index = 0
    while True:  # ends when running has passed .05, at the latest at 1
        limit = under_benchmark[order[index]] * (1 + 1e-7)
        ties = index
        while ties <= n and under_benchmark[order[ties]] <= limit:
            running += under_benchmark[order[ties]]
            ties += 1
        if running >= SIGNIFICANT_BELOW:
            return power
        power += sum(own_chances[outcome] for outcome in order[index:ties])
        index = ties


class Completeness(StrEnum):
    """Whether enough of a denominator has two scores to be compared at all."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"


def completeness(measured: int, of: int) -> Completeness:
    """Complete when at least 90% of the denominator is measured; nothing at all is incomplete."""
    if of and Fraction(measured, of) >= COMPLETE_FROM:
        return Completeness.COMPLETE
    return Completeness.INCOMPLETE


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """Three lines for an outcome when some have no second score: what the truth lies between.

    none_of_unpaired: the NHS rule, unpaired count as no success. pairs_only: leaves them out.
    all_of_unpaired: had every one of them shown it. For deterioration the last is the worst case.
    """

    none_of_unpaired: Proportion
    pairs_only: Proportion
    all_of_unpaired: Proportion


def bounds(*, k: int, paired: int, of: int) -> Bounds:
    """k found among `paired` of a denominator `of`."""
    return Bounds(
        none_of_unpaired=Proportion(k=k, n=of),
        pairs_only=Proportion(k=k, n=paired),
        all_of_unpaired=Proportion(k=k + of - paired, n=of),
    )
