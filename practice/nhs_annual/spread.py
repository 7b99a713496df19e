"""How far services lie apart: worked out from their counts, as for the years before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from types import MappingProxyType

from practice.nhs_annual.year import Place, Row

# Smaller services scatter by chance alone.
FROM_FINISHED = 500
POINTS: Mapping[str, Fraction] = MappingProxyType(
    {
        "min": Fraction(0),
        "p10": Fraction(1, 10),
        "p25": Fraction(1, 4),
        "median": Fraction(1, 2),
        "p75": Fraction(3, 4),
        "p90": Fraction(9, 10),
        "max": Fraction(1),
    }
)
# Rates of which the spread is known: k and n of a row.
RATES = ("recovery", "reliable_improvement", "reliable_recovery", "reliable_deterioration")


@dataclass(frozen=True, kw_only=True)
class Spread:
    """The values at POINTS, to one decimal, over so many services."""

    rate: str
    services: int
    values: Mapping[str, Decimal]


def spread_of(places: Sequence[Place], rate: str) -> Spread | None:
    """A rate's spread over the places with at least 500 finished courses; None without any.

    A place's value is 100 k / n of its published counts (rounded to 5), not of its whole
    percentage; one whose counts are suppressed is not among them. A percentile is the value at
    rank 1 + (services - 1) x share, between two neighbours in proportion. That is how the spreads
    of earlier years were made: with 121 providers in 2024-25 the ranks are whole, and the
    published whole percentages at them agree with every published percentile.
    """
    values = sorted(value for place in places if (value := _value(place.row, rate)) is not None)
    if not values:
        return None
    return Spread(
        rate=rate,
        services=len(values),
        values={point: _rounded(at_share(values, share)) for point, share in POINTS.items()},
    )


def at_share(values: Sequence[Fraction], share: Fraction) -> Fraction:
    """The value at a share of the way from the lowest to the highest of ordered values."""
    place = (len(values) - 1) * share
    below = int(place)
    above = min(below + 1, len(values) - 1)
    return values[below] + (place - below) * (values[above] - values[below])


def _value(row: Row, rate: str) -> Fraction | None:
    if row.finished is None or row.finished < FROM_FINISHED:
        return None
    of = row.finished if rate in ("reliable_improvement", "reliable_deterioration") else row.cases
    k = {
        "recovery": row.recovered,
        "reliable_improvement": row.improved,
        "reliable_recovery": row.reliably_recovered,
        "reliable_deterioration": row.deteriorated,
    }[rate]
    # Rounded to 5, a count may come out over its own denominator.
    return None if k is None or not of or of < 0 else min(Fraction(100 * k, of), Fraction(100))


def _rounded(value: Fraction) -> Decimal:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
