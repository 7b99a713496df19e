"""How a count of the integrity block is said: k of n, none of n, and set-in rows for what it is of."""

from collections.abc import Mapping, Sequence

from practice.domain.estimates import Proportion
from practice.domain.integrity import Way
from practice.reports.blocks import Line


def pair(title: str, year: Proportion, month: Proportion) -> Line:
    """A row of both columns, the month first."""
    return Line(title=title, cells=(of(month), of(year)))


def of(found: Proportion) -> str:
    """3 of 212, none of 212; where there is nothing at all it is said so."""
    if not found.n:
        return "nothing entered"
    return f"{found.k or 'none'} of {found.n}"


def within(title: str, year: str, month: str) -> Sequence[Line]:
    """A set-in row, where there is anything to say of the twelve months."""
    if not year:
        return ()
    return (Line(title=title, cells=(month or "none", year), depth=1),)


def ways(counted: Mapping[Way, int]) -> str:
    """3: 1 lower, 2 higher; 3 lower; "" for none."""
    parts = ", ".join(f"{n} {way.value}" for way, n in counted.items())
    return f"{sum(counted.values())}: {parts}" if len(counted) > 1 else parts


def to_and_from(to: int, from_: int) -> str:
    """2 to, 1 from; "" for neither."""
    return f"{to} to, {from_} from" if to or from_ else ""
