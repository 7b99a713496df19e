"""The report's sentences, put into words by the table of rules: never a mood."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from practice.domain.comparability import Mark
from practice.domain.comparisons import Comparison, NumberBand, number_band
from practice.domain.estimates import (
    COMPLETE_FROM,
    MOST_ENDINGS,
    Completeness,
    Proportion,
    completeness,
    round_half_up,
)
from practice.domain.sentence_rules import Fact, Limit, Measured, Rule, Verdict, rule_for

# What rates are taken over where nothing else is said.
TWELVE_MONTHS = "twelve months"


@dataclass(frozen=True, kw_only=True)
class Wording:
    """The words that differ between the sentence on endings and the one on outcomes.

    gap: said of those who are not known, where there are any. one, several: what own.n is a number
    of.
    """

    one: str
    several: str
    nothing: str
    not_measured: str
    counts: str
    bounded: str
    rate: str
    gap: str
    nothing_yet: str
    no_measure: str
    under_ten: str
    incomplete: str


ENDINGS = Wording(
    one="recorded ending",
    several="recorded endings",
    nothing="No therapy ended as planned or unplanned in these {span}.",
    not_measured="How it ended is recorded for none of the {of} therapies that ended.",
    counts="{k} of {n} recorded endings were planned{aside}{gap}.",
    bounded=(
        "{known} of {of} endings are recorded: between {k} and {best} of {of} were planned{aside}."
    ),
    rate="{k} of {n} recorded endings were planned ({percent}; 95% interval {interval}){aside}{gap}.",
    gap="; {missing} of {of} are not recorded",
    nothing_yet="there are no endings to speak of yet",
    no_measure="endings need a reason before anything can be said of them",
    under_ten="{counted} too few for a rate",
    incomplete="a comparison of endings needs {wanted} of {of} recorded",
)

OUTCOMES = Wording(
    one="course",
    several="courses",
    nothing="No course of two or more sessions ended in these {span}.",
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
        "({percent}; 95% interval {interval}){gap}."
    ),
    gap="; {missing} of {of} have no second score",
    nothing_yet="there are no outcomes to speak of yet",
    no_measure="outcomes need a first and a last score",
    under_ten="{counted} too few for an improvement rate",
    incomplete="a comparison of outcomes needs two scores for {wanted} of {of}",
)


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """One of the two key indicators, ready to be put into words.

    of: everybody the indicator is about; known: those of them who are recorded or measured. The
    comparison's own proportion is what is held against the published figure. label: how the
    published figure is named ("England 2024-25"). measure: the name of the primary outcome. aside:
    what must always be said of the numerator. span: how long the period is, in words.
    """

    wording: Wording
    comparison: Comparison
    of: int
    known: int
    label: str
    measure: str = ""
    aside: str = ""
    span: str = TWELVE_MONTHS

    @property
    def measured(self) -> Measured:
        """How much of the denominator is known."""
        if self.known == 0:
            return Measured.NOTHING
        if completeness(self.known, self.of) is Completeness.COMPLETE:
            return Measured.ENOUGH
        return Measured.PARTLY

    @property
    def band(self) -> NumberBand:
        """By what a rate would rest on; by everybody where too few of them are known for one.

        Else eight recorded endings of thirty would read like a small practice.
        """
        return number_band(self.comparison.own.n if self.measured is Measured.ENOUGH else self.of)

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
    def is_compared(self) -> bool:
        """Whether the own rate may stand beside the published one at all."""
        return self.rule.verdict in (Verdict.SUGGESTS, Verdict.FIRM, Verdict.UNCLEAR)

    @property
    def sentence(self) -> str:
        """What was seen, and what may be said beside the published figure."""
        return " ".join(part for part in (self._fact(), self._verdict()) if part)

    @property
    def limit(self) -> str:
        """The clause of the third sentence, without a full stop; "" when there is none."""
        words, values = self.wording, self._values()
        if self.rule.limit is Limit.ENDINGS_NEEDED:
            return self._needed()
        clause = {
            Limit.NOTHING_YET: words.nothing_yet,
            Limit.NOT_MEASURED: words.no_measure,
            Limit.UNDER_TEN: words.under_ten,
            Limit.INCOMPLETE: words.incomplete,
            Limit.UNDER_TWENTY: "{counted} fewer than 20: no firm finding",
            Limit.NONE: "",
        }[self.rule.limit]
        return clause.format(**values)

    def _needed(self) -> str:
        own, needed = self.comparison.own, self.comparison.endings_needed
        rate, published = percent_words(own, places=1), self._published()
        if needed is None or rate == published:
            # Equal as printed: there is nothing to tell apart.
            return ""
        counted = self.wording.several
        many = (
            f"about {needed.endings} {counted}"
            if needed.endings is not None
            else f"more than {MOST_ENDINGS} {counted}, more than one practice sees in years"
        )
        return f"to tell {rate} from {published} would take {many} (now {own.n})"

    def _values(self) -> Mapping[str, object]:
        own, missing = self.comparison.own, self.of - self.known
        return MappingProxyType(
            {
                "k": own.k,
                "n": own.n,
                "of": self.of,
                "known": self.known,
                "missing": missing,
                "best": own.k + missing,
                "wanted": -(-self.of * COMPLETE_FROM.numerator // COMPLETE_FROM.denominator),
                "measure": self.measure,
                "span": self.span,
                "counted": self._counted(),
                "percent": percent_words(own),
                "interval": interval_words(own),
                "aside": f"; {self.aside}" if self.aside else "",
                "gap": self.wording.gap.format(missing=missing, of=self.of) if missing else "",
            }
        )

    def _counted(self) -> str:
        n = self.comparison.own.n
        return f"1 {self.wording.one} is" if n == 1 else f"{n} {self.wording.several} are"

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
        return "Both rates rest on 20 or more, and on 90% or more of those they are about."
    return f"Keep in mind: {'; '.join(limits)}."


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
