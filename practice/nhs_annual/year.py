"""One year of the file, checked: plain figures, None where the file has none."""

from dataclasses import dataclass
from decimal import Decimal

from practice.nhs_annual.names import Kind


@dataclass(frozen=True, kw_only=True)
class Row:
    """The figures of one row. Counts are as printed; percentages run from 0 to 100."""

    number: int
    referrals: int | None
    finished: int | None
    at_case: int | None
    not_at_case: int | None
    improved: int | None
    improvement: Decimal | None
    unchanged: int | None
    no_change: Decimal | None
    deteriorated: int | None
    deterioration: Decimal | None
    recovered: int | None
    recovery: Decimal | None
    reliably_recovered: int | None
    reliable_recovery: Decimal | None
    ended: int | None
    before_treatment: int | None
    one_session: int | None
    mean_sessions: Decimal | None
    within_6: Decimal | None
    within_18: Decimal | None

    @property
    def cases(self) -> int | None:
        """Finished courses less those not at case: what recovery is taken of."""
        if self.finished is None or self.not_at_case is None:
            return None
        return self.finished - self.not_at_case


@dataclass(frozen=True, kw_only=True)
class Place:
    """An organisation, or an area, and its figures."""

    kind: Kind
    code: str
    name: str
    row: Row


@dataclass(frozen=True, kw_only=True)
class Group:
    """A part of England's adults, and its figures."""

    grouping: str
    name: str
    row: Row


@dataclass(frozen=True, kw_only=True)
class AnnualYear:
    """Everything that is taken from a file. suppressed: how many cells of it have no figure.

    passed_over: kinds of organisation and of group that the file has and that are not used here.
    said: the financial year that a column of the file names; "" where none does.
    """

    england: Row
    places: tuple[Place, ...]
    groups: tuple[Group, ...]
    suppressed: int
    passed_over: tuple[str, ...]
    said: str

    def of(self, kind: Kind) -> tuple[Place, ...]:
        """The places of one kind."""
        return tuple(place for place in self.places if place.kind is kind)
