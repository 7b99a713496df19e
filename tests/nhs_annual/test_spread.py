"""How far services lie apart, against a slow second way and the spreads published before."""

import math
import random
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest

from practice.domain.benchmarks import load_benchmarks
from practice.nhs_annual.names import Kind
from practice.nhs_annual.reading import read_annual
from practice.nhs_annual.spread import POINTS, RATES, at_share, spread_of
from practice.nhs_annual.year import Place
from tests.nhs_annual.given import ENGLAND, csv_of, place, rates

KNOWN = load_benchmarks()


def providers(numbers: list[tuple[int, int, int]]) -> tuple[Place, ...]:
    rows = [
        place("Provider", f"R{at:04d}", f"SERVICE {at}", rates(n, improved=i, recovered=r))
        for at, (n, i, r) in enumerate(numbers)
    ]
    return read_annual(csv_of([ENGLAND, *rows])).of(Kind.PROVIDER)


def slowly(values: list[float], share: float) -> float:
    """Walks up the ordered values by hundredths of a step between two neighbours."""
    ordered = sorted(values)
    steps = [ordered[0]]
    for low, high in pairwise(ordered):
        steps += [low + (high - low) * step / 100 for step in range(1, 101)]
    return steps[round(share * (len(steps) - 1))]


def test_a_worked_example() -> None:
    values = [Fraction(value) for value in (10, 20, 30, 40, 60)]
    assert [at_share(values, share) for share in POINTS.values()] == [10, 14, 20, 30, 40, 52, 60]
    assert at_share([Fraction(7)], Fraction(1, 3)) == 7


@pytest.mark.parametrize("seed", range(5))
def test_the_same_as_the_slow_way(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - invented figures
    numbers = []
    for _each in range(chance.randint(1, 60)):
        finished = 5 * chance.randint(60, 2000)
        improved = chance.randint(finished // 2, finished * 4 // 5)
        numbers.append((finished, improved, chance.randint(finished // 3, finished // 2)))
    large = [each for each in numbers if each[0] >= 500]
    by_rate = {
        "reliable_improvement": [100 * i / n for n, i, _r in large],
        "recovery": [100 * r / (n - n // 10) for n, _i, r in large],
    }
    for rate, values in by_rate.items():
        spread = spread_of(providers(numbers), rate)
        assert spread is not None
        assert spread.services == len(large)
        for point, share in POINTS.items():
            near = slowly(values, float(share))
            assert math.isclose(float(spread.values[point]), near, abs_tol=0.0500001), (rate, point)


def test_published_percentiles_of_2024_25_agree_with_the_published_whole_percentages() -> None:
    """121 providers: the ranks are whole, so that each percentile is some provider's own value."""
    events = ("reliable_improvement", "recovery", "reliable_recovery", "reliable_deterioration")
    for event in events:
        local = sorted(
            Fraction(figure.figure)
            for figure in KNOWN
            if figure.source == "nhs_local_services"
            and figure.definition.event == event
            and "(NHS-funded provider)" in figure.population
            and (figure.sample or 0) >= 500
        )
        assert len(local) == 121
        for point, share in POINTS.items():
            key = f"providers-2024-25-{event.replace('_', '-')}-{point}"
            away = abs(at_share(local, share) - Fraction(KNOWN.get(key).figure))
            assert away <= Fraction(55, 100), (key, float(away))


def test_only_places_of_500_and_only_with_counts() -> None:
    some = providers([(495, 300, 200), (500, 300, 200), (1000, 700, 400)])
    spread = spread_of(some, "reliable_improvement")
    assert spread is not None
    assert (spread.services, spread.values["min"]) == (2, Decimal("60.0"))
    assert spread_of(providers([(495, 300, 200)]), "recovery") is None
    hidden = place(
        "Provider", "DH9", "WALL", rates(900, improved=500, recovered=300) | {"Count_Recovery": "*"}
    )
    places = read_annual(csv_of([ENGLAND, hidden])).places
    assert spread_of(places, "recovery") is None
    assert spread_of(places, "reliable_improvement") is not None


def test_nothing_left_after_those_not_at_case() -> None:
    none_at_case = place(
        "Provider",
        "DH9",
        "WALL",
        rates(900, improved=500, recovered=300) | {"Count_NotAtCaseness": "900"},
    )
    places = read_annual(csv_of([ENGLAND, none_at_case])).places
    assert spread_of(places, "recovery") is None


def test_ordered_and_between_0_and_100() -> None:
    for rate in RATES:
        spread = spread_of(providers([(500, 400, 450), (505, 350, 300), (900, 500, 310)]), rate)
        assert spread is not None
        values = list(spread.values.values())
        assert values == sorted(values)
        assert 0 <= values[0] <= values[-1] <= 100
