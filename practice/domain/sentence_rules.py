"""The table behind the report's sentences: from what is known to what may be said.

Every combination of number band, completeness, position and mark meets exactly one Rule; the
README prints the same table, and a test holds the two together.
"""

from dataclasses import dataclass
from enum import StrEnum

from practice.domain.comparability import Mark
from practice.domain.comparisons import NumberBand
from practice.domain.estimates import Position


class Measured(StrEnum):
    """How much of a denominator is known."""

    NOTHING = "not measured"
    PARTLY = "under 90%"
    ENOUGH = "90% or more"


class Fact(StrEnum):
    """The first half of a sentence: what was seen."""

    NONE = "nothing ended"
    NOT_MEASURED = "not measured"
    COUNTS = "counts"
    BOUNDED = "bounds"
    RATE = "rate"


class Verdict(StrEnum):
    """The second half: what may be said beside the published figure."""

    SILENT = "no words of comparison"
    INCOMPLETE = "not comparable: incomplete"
    NOT_COMPARABLE = "not comparable: the definitions differ"
    SUGGESTS = "suggests above or below"
    FIRM = "above or below"
    UNCLEAR = "no clear difference"


class Limit(StrEnum):
    """What the third sentence says of it."""

    NOTHING_YET = "nothing ended yet"
    NOT_MEASURED = "no second scores"
    UNDER_TEN = "under ten: counts only"
    INCOMPLETE = "how many more would be needed for 90%"
    UNDER_TWENTY = "under twenty: a suggestion"
    ENDINGS_NEEDED = "how many endings it would take"
    NONE = "no limit to name"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A row of the table: which cells it covers, and what is said there."""

    bands: frozenset[NumberBand]
    measured: frozenset[Measured]
    positions: frozenset[Position]
    marks: frozenset[Mark]
    fact: Fact
    verdict: Verdict
    limit: Limit

    def covers(
        self, *, band: NumberBand, measured: Measured, position: Position, mark: Mark
    ) -> bool:
        """Whether a cell of the table belongs to this row."""
        return (
            band in self.bands
            and measured in self.measured
            and position in self.positions
            and mark in self.marks
        )


_ANY_MEASURED, _ANY_POSITION, _ANY_MARK = frozenset(Measured), frozenset(Position), frozenset(Mark)
_SOME = frozenset({NumberBand.COUNTS, NumberBand.SUGGESTS, NumberBand.FIRM})
_TEN = frozenset({NumberBand.SUGGESTS, NumberBand.FIRM})
_ENOUGH = frozenset({Measured.ENOUGH})
_ALIKE = frozenset({Mark.SAME, Mark.NEAR})
_APART = frozenset({Position.ABOVE, Position.BELOW})

RULES = (
    Rule(
        bands=frozenset({NumberBand.NONE}),
        measured=_ANY_MEASURED,
        positions=_ANY_POSITION,
        marks=_ANY_MARK,
        fact=Fact.NONE,
        verdict=Verdict.SILENT,
        limit=Limit.NOTHING_YET,
    ),
    Rule(
        bands=_SOME,
        measured=frozenset({Measured.NOTHING}),
        positions=_ANY_POSITION,
        marks=_ANY_MARK,
        fact=Fact.NOT_MEASURED,
        verdict=Verdict.SILENT,
        limit=Limit.NOT_MEASURED,
    ),
    Rule(
        bands=frozenset({NumberBand.COUNTS}),
        measured=frozenset({Measured.PARTLY, Measured.ENOUGH}),
        positions=_ANY_POSITION,
        marks=_ANY_MARK,
        fact=Fact.COUNTS,
        verdict=Verdict.SILENT,
        limit=Limit.UNDER_TEN,
    ),
    Rule(
        bands=_TEN,
        measured=frozenset({Measured.PARTLY}),
        positions=_ANY_POSITION,
        marks=_ANY_MARK,
        fact=Fact.BOUNDED,
        verdict=Verdict.INCOMPLETE,
        limit=Limit.INCOMPLETE,
    ),
    Rule(
        bands=frozenset({NumberBand.SUGGESTS}),
        measured=_ENOUGH,
        positions=_ANY_POSITION,
        marks=frozenset({Mark.NOT_COMPARABLE}),
        fact=Fact.RATE,
        verdict=Verdict.NOT_COMPARABLE,
        limit=Limit.UNDER_TWENTY,
    ),
    Rule(
        bands=frozenset({NumberBand.FIRM}),
        measured=_ENOUGH,
        positions=_ANY_POSITION,
        marks=frozenset({Mark.NOT_COMPARABLE}),
        fact=Fact.RATE,
        verdict=Verdict.NOT_COMPARABLE,
        limit=Limit.NONE,
    ),
    Rule(
        bands=frozenset({NumberBand.SUGGESTS}),
        measured=_ENOUGH,
        positions=_APART,
        marks=_ALIKE,
        fact=Fact.RATE,
        verdict=Verdict.SUGGESTS,
        limit=Limit.UNDER_TWENTY,
    ),
    Rule(
        bands=frozenset({NumberBand.FIRM}),
        measured=_ENOUGH,
        positions=_APART,
        marks=_ALIKE,
        fact=Fact.RATE,
        verdict=Verdict.FIRM,
        limit=Limit.NONE,
    ),
    Rule(
        bands=_TEN,
        measured=_ENOUGH,
        positions=frozenset({Position.UNCLEAR}),
        marks=_ALIKE,
        fact=Fact.RATE,
        verdict=Verdict.UNCLEAR,
        limit=Limit.ENDINGS_NEEDED,
    ),
)


def rule_for(*, band: NumberBand, measured: Measured, position: Position, mark: Mark) -> Rule:
    """The one row of the table that covers a cell."""
    (rule,) = (
        rule
        for rule in RULES
        if rule.covers(band=band, measured=measured, position=position, mark=mark)
    )
    return rule
