"""The report's sentences: words follow a table of conditions, never a mood.

Every combination of number band, completeness, position and mark meets exactly one Rule; the
README prints the same table, and a test holds the two together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from practice.domain.comparability import Mark
from practice.domain.comparisons import Comparison, NumberBand, number_band
from practice.domain.estimates import (
    COMPLETE_FROM,
    MOST_ENDINGS,
    Position,
    Proportion,
    completeness,
    round_half_up,
)
from practice.domain.estimates import Completeness as Share


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


@dataclass(frozen=True, kw_only=True)
class Wording:
    """The words that differ between the sentence on endings and the one on outcomes."""

    subject: str
    nothing: str
    not_measured: str
    counts: str
    bounded: str
    rate: str
    nothing_yet: str
    no_measure: str
    under_ten: str
    incomplete: str


ENDINGS = Wording(
    subject="planned endings",
    nothing="No therapy ended as planned or unplanned in these twelve months.",
    not_measured="How it ended is recorded for none of the {of} therapies that ended.",
    counts="{k} of {n} recorded endings were planned.",
    bounded=("{known} of {of} endings are recorded: between {k} and {best} of {of} were planned."),
    rate="{k} of {n} recorded endings were planned ({percent}; 95% interval {interval}).",
    nothing_yet="there are no endings to speak of yet",
    no_measure="endings need a reason before anything can be said of them",
    under_ten="{n} endings are too few for a rate",
    incomplete="a comparison of endings needs {wanted} of {of} recorded",
)

OUTCOMES = Wording(
    subject="reliable improvement",
    nothing="No course of two or more sessions ended in these twelve months.",
    not_measured=(
        "None of the {of} courses of two or more sessions has two scores of {measure}: "
        "outcomes are not measured."
    ),
    counts=(
        "{k} of {of} courses of two or more sessions improved reliably on {measure}; "
        "{known} of {of} have two scores."
    ),
    bounded="{known} of {of} have two scores of {measure}: between {k} and {best} of {of} improved.",
    rate=(
        "{k} of {of} courses of two or more sessions improved reliably on {measure} "
        "({percent}; 95% interval {interval})."
    ),
    nothing_yet="there are no outcomes to speak of yet",
    no_measure="outcomes need a first and a last score",
    under_ten="{of} courses are too few for an improvement rate",
    incomplete="a comparison of outcomes needs two scores for {wanted} of {of}",
)


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """One of the two key indicators, ready to be put into words.

    of: everybody the indicator is about; known: those of them who are recorded or measured. The
    comparison's own proportion is what is held against the published figure. label: how the
    published figure is named ("England 2024-25"). measure: the name of the primary outcome.
    """

    wording: Wording
    comparison: Comparison
    of: int
    known: int
    label: str
    measure: str = ""

    @property
    def measured(self) -> Measured:
        """How much of the denominator is known."""
        if self.known == 0:
            return Measured.NOTHING
        if completeness(self.known, self.of) is Share.COMPLETE:
            return Measured.ENOUGH
        return Measured.PARTLY

    @property
    def band(self) -> NumberBand:
        """By the own denominator; by everybody where nobody is recorded."""
        return number_band(self.comparison.own.n or self.of)

    @property
    def rule(self) -> Rule:
        """The row of the table that speaks."""
        return rule_for(
            band=self.band,
            measured=self.measured,
            position=self.comparison.position,
            mark=self.comparison.mark,
        )

    @property
    def sentence(self) -> str:
        """What was seen, and what may be said beside the published figure."""
        return " ".join(part for part in (self._fact(), self._verdict()) if part)

    @property
    def limit(self) -> str:
        """The clause of the third sentence, without a full stop; "" when there is none."""
        words = self.wording
        needed = self.comparison.endings_needed
        wanted = -(-self.of * COMPLETE_FROM.numerator // COMPLETE_FROM.denominator)
        clauses = {
            Limit.NOTHING_YET: words.nothing_yet,
            Limit.NOT_MEASURED: words.no_measure,
            Limit.UNDER_TEN: words.under_ten,
            Limit.INCOMPLETE: words.incomplete,
            Limit.UNDER_TWENTY: ("fewer than 20 is a suggestion, not a finding ({subject}: {n})"),
            Limit.NONE: "",
        }
        if self.rule.limit is not Limit.ENDINGS_NEEDED:
            return clauses[self.rule.limit].format(**self._values(), wanted=wanted)
        rate = percent_words(self.comparison.own, places=1)
        if needed is None or rate == self._published():
            # Equal as printed: there is nothing to tell apart.
            return ""
        many = (
            f"about {needed.endings}"
            if needed.endings is not None
            else f"more than {MOST_ENDINGS}: more than one practice sees in years"
        )
        return (
            f"to tell {rate} from {self._published()} would take {many} "
            f"({self.wording.subject} now: {self.comparison.own.n})"
        )

    def _values(self) -> Mapping[str, object]:
        own = self.comparison.own
        return MappingProxyType(
            {
                "k": own.k,
                "n": own.n,
                "of": self.of,
                "known": self.known,
                "best": own.k + self.of - self.known,
                "measure": self.measure,
                "subject": self.wording.subject,
                "percent": percent_words(own),
                "interval": interval_words(own),
            }
        )

    def _fact(self) -> str:
        words = self.wording
        text = {
            Fact.NONE: words.nothing,
            Fact.NOT_MEASURED: words.not_measured,
            Fact.COUNTS: words.counts,
            Fact.BOUNDED: words.bounded,
            Fact.RATE: words.rate,
        }[self.rule.fact]
        return text.format(**self._values())

    def _published(self) -> str:
        benchmark = self.comparison.benchmark
        return "" if benchmark is None else f"{round_half_up(benchmark.unrounded, 1)}%"

    def _verdict(self) -> str:
        own, verdict = self.comparison.own, self.rule.verdict
        near = " (near, not the same definition)" if self.comparison.mark is Mark.NEAR else ""
        against = f"{self._published()} ({self.label}){near}"
        if verdict is Verdict.INCOMPLETE:
            return "Not comparable: incomplete."
        if verdict is Verdict.NOT_COMPARABLE:
            return f"Not compared: {_lower(self.comparison.reason)}"
        side = self.comparison.position.value
        if verdict is Verdict.SUGGESTS:
            return f"With {own.n}, {percent_words(own, places=1)} suggests a rate {side} {against}."
        if verdict is Verdict.FIRM:
            return f"{percent_words(own, places=1)} is {side} {against}."
        if verdict is Verdict.UNCLEAR:
            return (
                f"No clear difference from {against}: with {own.n}, a rate between "
                f"{interval_words(own, joined_by=' and ')} would fit."
            )
        return ""


def third_sentence(indicators: tuple[Indicator, ...]) -> str:
    """What is too few or too incomplete to say, of all indicators together."""
    limits = list(dict.fromkeys(limit for indicator in indicators if (limit := indicator.limit)))
    if not limits:
        return "Nothing above rests on fewer than 20 endings or on missing scores."
    return f"Too early to say: {'; '.join(limits)}."


def percent_words(proportion: Proportion, *, places: int = 0) -> str:
    """64% (places=1: 64.3%). "" when n is 0."""
    if proportion.rate is None:
        return ""
    return f"{round_half_up(proportion.rate * 100, places)}%"


def interval_words(proportion: Proportion, *, joined_by: str = " to ") -> str:
    """47% to 91%: the interval in whole per cents. "" when n is 0."""
    if proportion.interval is None:
        return ""
    low, high = (round_half_up(Decimal(limit) * 100, 0) for limit in proportion.interval)
    return f"{low}%{joined_by}{high}%"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
