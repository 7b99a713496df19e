"""Whether a published figure may stand beside one's own: same definition, near, not comparable."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from practice.domain.benchmark_figures import Benchmark
from practice.domain.definitions import NOT_STATED, Code, Definition, population_words
from practice.domain.periods import day_words

# A benchmark whose period ended more than this long before the own period's end is near at best.
MAX_AGE_YEARS = 5


class Mark(StrEnum):
    """What a comparison may claim."""

    SAME = "same"
    NEAR = "near"
    NOT_COMPARABLE = "not comparable"

    @property
    def words(self) -> str:
        """As a page prints it."""
        return "same definition" if self is Mark.SAME else str(self)


@dataclass(frozen=True, kw_only=True)
class Comparability:
    """The mark, and in plain words what differs."""

    mark: Mark
    reason: str


def is_too_old(benchmark: Benchmark, *, period_end: dt.date) -> bool:
    """Whether the benchmark's period ended more than five years before the own period's end.

    Exactly five years is not more than five.
    """
    then = benchmark.period_end
    return (then.year + MAX_AGE_YEARS, then.month, then.day) < (
        period_end.year,
        period_end.month,
        period_end.day,
    )


def compare_definitions(
    own: Definition, benchmark: Benchmark, *, period_end: dt.date
) -> Comparability:
    """The mark for an own rate of a period ending on `period_end` beside a benchmark.

    Same: all five parts agree and the benchmark is at most five years old. Near: event, numerator
    and denominator agree, but the measure, the population or the age does not. Everything else is
    not comparable. A part that the source does not state agrees with nothing.
    """
    theirs = benchmark.definition
    fractions = (
        _difference("event", own.event, theirs.event),
        _difference("numerator", own.numerator, theirs.numerator),
        _difference("denominator", own.denominator, theirs.denominator),
    )
    apart = [difference for difference in fractions if difference]
    if apart:
        return Comparability(mark=Mark.NOT_COMPARABLE, reason=_sentence(apart))
    details = [
        _difference("measure", own.measures, theirs.measures),
        _population_difference(own.population, theirs.population),
    ]
    if is_too_old(benchmark, period_end=period_end):
        details.append(
            f"more than {MAX_AGE_YEARS} years older (it ends on {day_words(benchmark.period_end)})"
        )
    apart = [difference for difference in details if difference]
    if apart:
        return Comparability(mark=Mark.NEAR, reason=_sentence(apart))
    return Comparability(
        mark=Mark.SAME,
        reason="The same event, numerator, denominator, measure and population, "
        f"and at most {MAX_AGE_YEARS} years older.",
    )


def _difference(part: str, own: Code, theirs: Code) -> str:
    if NOT_STATED in (own, theirs):
        return f"the source does not state its {part}"
    if own == theirs:
        return ""
    return f"another {part} ({theirs.words}; here: {own.words})"


def _population_difference(own: str, theirs: str) -> str:
    if NOT_STATED in (own, theirs):
        return "the source does not state its population"
    if own == theirs:
        return ""
    return f"another population ({population_words(theirs)}; here: {population_words(own)})"


def _sentence(parts: list[str]) -> str:
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}."
