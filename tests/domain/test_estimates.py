"""Proportions, intervals and comparisons against values computed elsewhere.

Where a row says scipy, it was computed with scipy 1.17.1:
Wilson: scipy.stats.binomtest(k, n).proportion_ci(0.95, method="wilson");
exact p: scipy.stats.binomtest(k, n, rate).pvalue;
power: the sum of scipy.stats.binom.pmf(k, n, own) over all k with binomtest(k, n, benchmark)
under .05, for n = 1, 2, ... until it reached .80.
"""

import math
from decimal import Decimal
from fractions import Fraction

import pytest

from practice.domain.estimates import (
    Comparator,
    Completeness,
    EndingsNeeded,
    Position,
    Proportion,
    binomial_probabilities,
    bounds,
    completeness,
    endings_needed,
    exact_two_sided_p,
    newcombe_difference,
    position,
    round_half_up,
)

# Rounding


@pytest.mark.parametrize(
    ("value", "places", "rounded"),
    [
        pytest.param(Fraction(1, 8), 2, "0.13", id="a half goes up"),
        pytest.param(Fraction(-1, 8), 2, "-0.13", id="a negative half goes away from zero"),
        pytest.param(Decimal("2.5"), 0, "3", id="2.5 (to even would be 2)"),
        pytest.param(Decimal("-2.5"), 0, "-3", id="-2.5"),
        pytest.param(Decimal("0.25"), 1, "0.3", id="0.25 (to even would be 0.2)"),
        pytest.param(Decimal("-0.25"), 1, "-0.3", id="-0.25"),
        pytest.param(0.125, 2, "0.13", id="a float that is exactly a half"),
        pytest.param(1.005, 2, "1.00", id="a float that lies a hair under its half"),
        pytest.param(Decimal("-0.04"), 1, "0.0", id="no minus before nought"),
        pytest.param(-0.0, 1, "0.0", id="no minus before a float's nought"),
        pytest.param(Decimal("-0.05"), 1, "-0.1", id="-0.05 is not nought"),
        pytest.param(Fraction(2, 3), 1, "0.7", id="two thirds"),
        pytest.param(Fraction(200, 3), 1, "66.7", id="two thirds in per cent"),
        pytest.param(100, 1, "100.0", id="a whole number"),
    ],
)
def test_rounding_is_half_away_from_zero(
    value: Fraction | Decimal | float, places: int, rounded: str
) -> None:
    # As text, because -0.0 and 0.0 are equal as numbers and differ on paper.
    assert str(round_half_up(value, places)) == rounded


@pytest.mark.parametrize(
    ("k", "n", "percent"),
    [
        (1, 3, "33.3"),
        (2, 3, "66.7"),
        (1, 16, "6.3"),  # 6.25
        (3, 16, "18.8"),  # 18.75
        (1, 80, "1.3"),  # 1.25
        (0, 7, "0.0"),
        (7, 7, "100.0"),
        (1, 1000, "0.1"),
        (1, 2000, "0.1"),  # 0.05
        (1, 2001, "0.0"),
    ],
)
def test_percent_to_one_decimal(k: int, n: int, percent: str) -> None:
    assert str(Proportion(k=k, n=n).percent) == percent


def test_nothing_of_nothing_has_no_figure() -> None:
    nothing = Proportion(k=0, n=0)
    assert nothing.rate is None
    assert nothing.percent is None
    assert nothing.interval is None
    assert nothing.interval_percent is None


@pytest.mark.parametrize(("k", "n"), [(1, 0), (-1, 5), (6, 5), (0, -1)])
def test_no_proportion(k: int, n: int) -> None:
    with pytest.raises(ValueError, match=f"{k} of {n} is no proportion"):
        Proportion(k=k, n=n)


# Wilson's interval


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [
        (7, 10, "39.7", "89.2"),
        (9, 12, "46.8", "91.1"),
        (10, 10, "72.2", "100.0"),
        (0, 10, "0.0", "27.8"),
    ],
)
def test_interval_of_the_definitions(k: int, n: int, low: str, high: str) -> None:
    interval = Proportion(k=k, n=n).interval_percent
    assert interval == (Decimal(low), Decimal(high))


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [
        # scipy, see above.
        (7, 10, 0.396778147, 0.892208733),
        (9, 12, 0.467694665, 0.911058332),
        (10, 10, 0.722467200, 1.000000000),
        (0, 10, 0.000000000, 0.277532800),
        (0, 1, 0.000000000, 0.793450686),
        (1, 1, 0.206549314, 1.000000000),
        (1, 2, 0.094531206, 0.905468794),
        (1, 3, 0.061491945, 0.792340399),
        (3, 7, 0.158219855, 0.749541635),
        (5, 9, 0.266651293, 0.811221479),
        (8, 22, 0.197332047, 0.570482919),
        (13, 15, 0.621180172, 0.962638741),
        (14, 20, 0.481027182, 0.854522755),
        (18, 20, 0.698966355, 0.972133519),
        (19, 20, 0.763868807, 0.991118551),
        (1, 50, 0.003539259, 0.104954436),
        (27, 42, 0.491663657, 0.770108117),
        (50, 100, 0.403831530, 0.596168470),
        (81, 100, 0.722211546, 0.874852485),
        (99, 100, 0.945513804, 0.998232568),
        (250, 1000, 0.224153099, 0.277760280),
        (4000, 4000, 0.999040557, 1.000000000),
        (0, 4999, 0.000000000, 0.000767855),
        (321061, 635185, 0.504231046, 0.506690115),
    ],
)
def test_interval_as_scipy_has_it(k: int, n: int, low: float, high: float) -> None:
    interval = Proportion(k=k, n=n).interval
    assert interval is not None
    # scipy's z has more digits than 1.959964; the difference is about 1e-8.
    assert interval == pytest.approx((low, high), abs=2e-8)


@pytest.mark.parametrize("n", [1, 2, 3, 7, 20, 999, 4999])
def test_interval_at_the_ends_is_exact(n: int) -> None:
    """0.0 and 1.0, not a hair beside them: a bar on a chart starts at the axis."""
    none, all_of_them = Proportion(k=0, n=n).interval, Proportion(k=n, n=n).interval
    assert none is not None
    assert all_of_them is not None
    assert none[0] == 0.0
    assert all_of_them[1] == 1.0


# The exact test


@pytest.mark.parametrize(
    ("k", "n", "rate", "p"),
    [
        # To as many places as they are quoted.
        pytest.param(14, 20, 0.505, "0.116", id="14 of 20 against 50.5"),
        pytest.param(18, 20, 0.505, "0.0004", id="18 of 20 against 50.5"),
        # The interval of 13 of 15 excludes 61.8, and yet: no verdict.
        pytest.param(13, 15, 0.618, "0.061", id="13 of 15 against 61.8"),
    ],
)
def test_exact_p_as_quoted(k: int, n: int, rate: float, p: str) -> None:
    places = len(p) - 2
    assert str(round_half_up(exact_two_sided_p(Proportion(k=k, n=n), rate), places)) == p


@pytest.mark.parametrize(
    ("k", "n", "rate", "p"),
    [
        # scipy, see above.
        (14, 20, 0.505, 0.115680531495),
        (18, 20, 0.505, 0.000407349843887),
        (13, 15, 0.618, 0.0610545835212),
        (0, 1, 0.505, 0.495),
        (1, 1, 0.505, 1),
        (1, 1, 0.02, 0.02),
        (0, 5, 0.5, 0.0625),
        (5, 5, 0.5, 0.0625),
        (3, 10, 0.3, 1),
        (0, 12, 0.618, 9.65517956128e-06),
        (12, 12, 0.618, 0.00496850870589),
        # 2 and 6 of 8 are exactly as probable as each other: both are summed.
        (2, 8, 0.5, 0.2890625),
        (6, 8, 0.5, 0.2890625),
        (10, 30, 0.505, 0.0683625985974),
        (45, 60, 0.618, 0.0452642204972),
        (70, 100, 0.618, 0.0997784585896),
        # On either side of 1,000, where the way of computing changes.
        (500, 1000, 0.47, 0.0615528021684),
        (501, 1001, 0.47, 0.0534749106805),
        (520, 1000, 0.505, 0.359093311956),
        (0, 1200, 0.001, 0.638422307395),
        (2100, 4000, 0.505, 0.0114087169002),
        (2000, 4000, 0.505, 0.527124511931),
        (4000, 4000, 0.999, 0.0395829189468),
        (1900, 4000, 0.5, 0.00164926637514),
        (1, 4000, 0.002, 0.00668240863475),
    ],
)
def test_exact_p_as_scipy_has_it(k: int, n: int, rate: float, p: float) -> None:
    assert exact_two_sided_p(Proportion(k=k, n=n), rate) == pytest.approx(p, rel=1e-8)


@pytest.mark.parametrize(
    ("k", "n", "rate", "p"),
    [
        pytest.param(0, 0, 0.5, 1.0, id="no trial says nothing"),
        pytest.param(0, 5, 0.0, 1.0, id="never, as expected"),
        pytest.param(1, 5, 0.0, 0.0, id="once, where never was certain"),
        pytest.param(5, 5, 1.0, 1.0, id="always, as expected"),
        pytest.param(4, 5, 1.0, 0.0, id="not always, where always was certain"),
    ],
)
def test_exact_p_at_the_ends(k: int, n: int, rate: float, p: float) -> None:
    assert exact_two_sided_p(Proportion(k=k, n=n), rate) == p


@pytest.mark.parametrize("n", [0, 1, 20, 1000, 1001, 4000])
@pytest.mark.parametrize("rate", [0.0, 0.001, 0.505, 1.0])
def test_probabilities_sum_to_one(n: int, rate: float) -> None:
    chances = binomial_probabilities(n, rate)
    assert len(chances) == n + 1
    assert math.fsum(chances) == pytest.approx(1.0, abs=1e-9)


def test_two_ways_of_computing_meet() -> None:
    """One more trial hardly moves the chances where the product gives way to logarithms."""
    for rate in (0.02, 0.5, 0.97):
        below, above = (binomial_probabilities(n, rate) for n in (1000, 1001))
        for i in range(1001):
            exact = below[i] * (1 - rate) + (below[i - 1] * rate if i else 0)
            assert above[i] == pytest.approx(exact, rel=1e-9, abs=1e-100)


# Newcombe's interval for a difference


@pytest.mark.parametrize(
    ("own", "other", "low", "high"),
    [
        # Newcombe 1998, Statistics in Medicine 17:873-890, table II, method 10.
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_newcombe_as_published(
    own: tuple[int, int], other: tuple[int, int], low: float, high: float
) -> None:
    p, q = Proportion(k=own[0], n=own[1]), Proportion(k=other[0], n=other[1])
    assert newcombe_difference(p, q) == pytest.approx((low, high), abs=0.00005)
    # The other way round it is the same interval with the signs turned.
    assert newcombe_difference(q, p) == pytest.approx((-high, -low), abs=0.00005)


@pytest.mark.parametrize(("own", "other"), [((0, 0), (1, 2)), ((1, 2), (0, 0)), ((0, 0), (0, 0))])
def test_no_difference_without_cases(own: tuple[int, int], other: tuple[int, int]) -> None:
    p, q = Proportion(k=own[0], n=own[1]), Proportion(k=other[0], n=other[1])
    assert newcombe_difference(p, q) is None


# Above, below or unclear


@pytest.mark.parametrize(
    ("k", "n", "rate", "expected"),
    [
        pytest.param(18, 20, "0.505", Position.ABOVE, id="18 of 20 against 50.5"),
        pytest.param(2, 20, "0.505", Position.BELOW, id="2 of 20 against 50.5"),
        pytest.param(14, 20, "0.505", Position.UNCLEAR, id="14 of 20: neither condition"),
        pytest.param(13, 15, "0.618", Position.UNCLEAR, id="13 of 15: interval yes, p no"),
        pytest.param(2, 15, "0.382", Position.UNCLEAR, id="2 of 15: the same from below"),
        # 45 of 60 against 61.8: p = .0453, and the interval 62.8 to 84.2 excludes it as well.
        pytest.param(45, 60, "0.618", Position.ABOVE, id="45 of 60 against 61.8"),
        pytest.param(0, 0, "0.5", Position.UNCLEAR, id="nothing"),
        # The interval is 20.7 to 100, and p is exactly .05: not under it.
        pytest.param(1, 1, "0.05", Position.UNCLEAR, id="p of exactly .05"),
        pytest.param(0, 1, "0.99", Position.BELOW, id="n = 1 can tell, if hardly ever"),
        pytest.param(5, 5, "1", Position.UNCLEAR, id="all, where all is published"),
        pytest.param(0, 5, "0", Position.UNCLEAR, id="none, where none is published"),
    ],
)
def test_position_against_a_fixed_rate(k: int, n: int, rate: str, expected: Position) -> None:
    assert position(Proportion(k=k, n=n), Comparator(rate=Fraction(rate))) is expected


def _conditions(own: Proportion, rate: Fraction) -> tuple[bool, bool]:
    assert own.interval is not None
    low, high = own.interval
    return not low <= float(rate) <= high, exact_two_sided_p(own, float(rate)) < 0.05


def test_position_needs_both_conditions() -> None:
    """Each of the two alone occurs, and is no verdict; there are both kinds of disagreement."""
    met = {(True, True): 0, (True, False): 0, (False, True): 0, (False, False): 0}
    for n in range(1, 61):
        for k in range(n + 1):
            for rate in (Fraction(101, 200), Fraction(618, 1000), Fraction(1, 10)):
                own = Proportion(k=k, n=n)
                conditions = _conditions(own, rate)
                met[conditions] += 1
                found = position(own, Comparator(rate=rate))
                assert (found is not Position.UNCLEAR) is all(conditions)
                if found is not Position.UNCLEAR:
                    above = own.rate is not None and own.rate > rate
                    assert found is (Position.ABOVE if above else Position.BELOW)
    assert all(met.values())


def test_position_uses_the_unrounded_benchmark() -> None:
    """A benchmark just outside the interval counts as outside, though it prints the same."""
    own = Proportion(k=63, n=65)
    assert own.interval is not None
    low = own.interval[0]
    inside, outside = Fraction(low) + Fraction(1, 10**6), Fraction(low) - Fraction(1, 10**6)
    assert round_half_up(inside * 100, 1) == round_half_up(outside * 100, 1)
    assert position(own, Comparator(rate=inside)) is Position.UNCLEAR
    assert exact_two_sided_p(own, float(outside)) < 0.05
    assert position(own, Comparator(rate=outside)) is Position.ABOVE


@pytest.mark.parametrize(
    ("own", "other", "expected"),
    [
        pytest.param((56, 70), (48, 80), Position.ABOVE, id="5 to 33 points above"),
        pytest.param((48, 80), (56, 70), Position.BELOW, id="5 to 33 points below"),
        pytest.param((5, 56), (0, 29), Position.UNCLEAR, id="the interval holds 0"),
        pytest.param((7, 10), (700, 1000), Position.UNCLEAR, id="the same rate"),
        pytest.param((18, 20), (10, 20), Position.ABOVE, id="two small samples"),
        pytest.param((0, 0), (48, 80), Position.UNCLEAR, id="nothing of one's own"),
        pytest.param((7, 10), (0, 0), Position.UNCLEAR, id="nothing published"),
    ],
)
def test_position_against_a_small_sample(
    own: tuple[int, int], other: tuple[int, int], expected: Position
) -> None:
    k, n = other
    comparator = Comparator(rate=Fraction(k, n) if n else Fraction(0), k=k, n=n)
    assert comparator.sample == Proportion(k=k, n=n)
    assert position(Proportion(k=own[0], n=own[1]), comparator) is expected


@pytest.mark.parametrize(
    ("k", "n", "is_sample"),
    [
        pytest.param(2500, 4999, True, id="4,999 is a sample"),
        pytest.param(2500, 5000, False, id="5,000 is fixed"),
        pytest.param(None, None, False, id="no counts: fixed"),
        pytest.param(None, 100, False, id="no k"),
        pytest.param(50, None, False, id="no n"),
    ],
)
def test_when_a_comparator_is_itself_a_sample(
    k: int | None, n: int | None, *, is_sample: bool
) -> None:
    assert (Comparator(rate=Fraction(1, 2), k=k, n=n).sample is not None) is is_sample


def test_a_small_comparator_is_less_sure_than_a_fixed_one() -> None:
    own = Proportion(k=15, n=20)
    assert position(own, Comparator(rate=Fraction(1, 2))) is Position.ABOVE
    assert position(own, Comparator(rate=Fraction(1, 2), k=10, n=20)) is Position.UNCLEAR


# How many it would take


@pytest.mark.parametrize(
    ("own", "benchmark", "endings"),
    [
        # scipy, see above; the fewest n stands behind each, before rounding up to tens.
        pytest.param("0.9", "0.5", 20, id="12"),
        pytest.param("0.8", "0.505", 20, id="20: tens stay"),
        pytest.param("0.7", "0.505", 50, id="49"),
        pytest.param("0.35", "0.505", 90, id="82, from below"),
        pytest.param("0.3", "0.618", 20, id="19, from below"),
        pytest.param("1", "0.5", 10, id="6, from all"),
        pytest.param("1", "0.9", 40, id="34, from all"),
        pytest.param("0", "0.3", 10, id="10, from none"),
        pytest.param("0", "0.5", 10, id="6, from none"),
        pytest.param("0.85", "0.618", 30, id="30"),
        pytest.param("0.75", "0.618", 100, id="99"),
        pytest.param("0.65", "0.5", 90, id="90"),
        pytest.param("0.62", "0.5", 140, id="136"),
        pytest.param("0.6", "0.5", 200, id="199: just within"),
        pytest.param("0.599", "0.5", None, id="201: just over"),
        pytest.param("0.55", "0.5", None, id="over 200"),
        pytest.param("0.505", "0.504", None, id="far over 200"),
    ],
)
def test_endings_needed(own: str, benchmark: str, endings: int | None) -> None:
    assert endings_needed(Fraction(own), Fraction(benchmark)) == EndingsNeeded(endings=endings)


@pytest.mark.parametrize("rate", ["0", "0.505", "1"])
def test_equal_rates_need_nothing(rate: str) -> None:
    assert endings_needed(Fraction(rate), Fraction(rate)) is None


def test_endings_needed_against_the_exact_test_itself() -> None:
    """The same, obvious and slow: which outcomes would be significant, and how likely are they."""
    for own, benchmark in ((Fraction(9, 10), Fraction(1, 2)), (Fraction(7, 20), Fraction(7, 10))):
        n, power = 0, 0.0
        while power < 0.8:
            n += 1
            chances = binomial_probabilities(n, float(own))
            power = sum(
                chance
                for k, chance in enumerate(chances)
                if exact_two_sided_p(Proportion(k=k, n=n), float(benchmark)) < 0.05
            )
        assert endings_needed(own, benchmark) == EndingsNeeded(endings=math.ceil(n / 10) * 10)


# Completeness and bounds


@pytest.mark.parametrize(
    ("measured", "of", "complete"),
    [
        pytest.param(9, 10, True, id="exactly 90%"),
        pytest.param(18, 20, True, id="exactly 90% of 20"),
        pytest.param(17, 19, False, id="89.5%, which prints as 89 or 90"),
        pytest.param(899, 1000, False, id="89.9%"),
        pytest.param(900, 1000, True, id="90.0%"),
        pytest.param(8, 22, False, id="8 of 22"),
        pytest.param(1, 1, True, id="one of one"),
        pytest.param(0, 1, False, id="none of one"),
        pytest.param(0, 0, False, id="nothing at all"),
    ],
)
def test_completeness(measured: int, of: int, *, complete: bool) -> None:
    expected = Completeness.COMPLETE if complete else Completeness.INCOMPLETE
    assert completeness(measured, of) is expected


def test_bounds_as_in_the_definitions() -> None:
    """8 of 22 have two scores, 3 improved: between 3 and 17 of 22."""
    found = bounds(k=3, paired=8, of=22)
    assert found.none_of_unpaired == Proportion(k=3, n=22)
    assert found.pairs_only == Proportion(k=3, n=8)
    assert found.all_of_unpaired == Proportion(k=17, n=22)


def test_bounds_meet_when_everybody_is_paired() -> None:
    found = bounds(k=3, paired=8, of=8)
    assert found.none_of_unpaired == found.pairs_only == found.all_of_unpaired


def test_bounds_of_nobody() -> None:
    found = bounds(k=0, paired=0, of=0)
    assert found.none_of_unpaired == found.all_of_unpaired == Proportion(k=0, n=0)
