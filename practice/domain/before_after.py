"""What ended in the year before something was tried, and what ended since: after, not because.

An ending counts in the span it is dated in, so a client who was in therapy on the day it began is
counted after it, though part of the therapy came before: how many is counted beside.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from practice.domain.comparisons import SUGGESTS_FROM
from practice.domain.estimates import (
    Completeness,
    Proportion,
    completeness,
    newcombe_difference,
    round_half_up,
)
from practice.domain.measures import PrimaryOutcome
from practice.domain.outcomes import Course
from practice.domain.periods import Period
from practice.domain.tallies import EndingTally, OutcomeTally, tally_endings, tally_outcomes

_DAY = dt.timedelta(days=1)


class Until(StrEnum):
    """What ends the span after."""

    TODAY = "today"
    CLOSED = "the day it was closed"
    LOOK_AGAIN = "the day to look again"
    TWELVE_MONTHS = "twelve months"


@dataclass(frozen=True, kw_only=True)
class Spans:
    """The twelve months up to the day before it began, and from that day on.

    after: None where it has not begun. until: what ended it.
    """

    before: Period
    after: Period | None
    until: Until

    @property
    def is_over(self) -> bool:
        """Nothing that ends from now on is counted any more."""
        return self.until is not Until.TODAY


def spans(
    from_on: dt.date,
    *,
    look_again_on: dt.date | None,
    closed_on: dt.date | None,
    today: dt.date,
) -> Spans:
    """The two spans of something that began on a day.

    The span after goes up to the earliest of: today, the day it was closed, the day to look again,
    and twelve months. The day to look again was set beforehand: who goes on counting until the
    figures please will find that they do in the end.
    """
    before = Period(start=_years_from(from_on, -1), end=from_on - _DAY)
    if from_on > today:
        return Spans(before=before, after=None, until=Until.TODAY)
    last_days = [(_years_from(from_on, 1) - _DAY, Until.TWELVE_MONTHS), (today, Until.TODAY)]
    if closed_on is not None:
        last_days.insert(0, (closed_on, Until.CLOSED))
    if look_again_on is not None:
        last_days.insert(0, (look_again_on, Until.LOOK_AGAIN))
    # Of two on one day the first in the list.
    end, until = min(last_days, key=lambda each: each[0])
    return Spans(before=before, after=Period(start=from_on, end=end), until=until)


def _years_from(day: dt.date, years: int) -> dt.date:
    """The same date of another year; 28 February where that year has no 29th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


@dataclass(frozen=True, kw_only=True)
class SpanFigures:
    """One span: endings over those that entered therapy and ended in it, outcomes by the primary
    outcome over the same (entered) and over those with two treatment sessions or more (finished).
    """

    endings: EndingTally
    entered: OutcomeTally
    finished: OutcomeTally


def span_figures(courses: Sequence[Course], by: PrimaryOutcome) -> SpanFigures:
    """Count courses that entered therapy and ended."""
    return SpanFigures(
        endings=tally_endings(courses),
        entered=tally_outcomes(courses, by),
        finished=tally_outcomes((course for course in courses if course.finished), by),
    )


def referred_since(courses: Sequence[Course], day: dt.date) -> int:
    """Of some courses, those referred on the day or later: all of their therapy came after it."""
    return sum(course.episode.referred_on >= day for course in courses)


class Told(StrEnum):
    """What may be said of a rate before and after."""

    NOT_BEGUN = "not begun"
    TOO_EARLY = "too early"
    TOO_FEW = "too few to tell"
    INCOMPLETE = "incomplete"
    DIFFERENCE = "the interval of the difference"


@dataclass(frozen=True, kw_only=True)
class Sided:
    """A rate in one span, and how much of its denominator is known."""

    rate: Proportion
    known: Proportion

    @property
    def is_complete(self) -> bool:
        """At least 90% of the denominator is known."""
        return completeness(self.known.k, self.known.n) is Completeness.COMPLETE


@dataclass(frozen=True, kw_only=True)
class BeforeAfter:
    """One rate in both spans; after is None where it has not begun."""

    before: Sided
    after: Sided | None
    is_over: bool

    @property
    def told(self) -> Told:
        """Under ten in either span: too early while the span after goes on, else too few.

        Where under 90% is known in either, a difference would be one of what is known.
        """
        if self.after is None:
            return Told.NOT_BEGUN
        if self.after.rate.n < SUGGESTS_FROM and not self.is_over:
            return Told.TOO_EARLY
        if min(self.before.rate.n, self.after.rate.n) < SUGGESTS_FROM:
            return Told.TOO_FEW
        if not (self.before.is_complete and self.after.is_complete):
            return Told.INCOMPLETE
        return Told.DIFFERENCE

    @property
    def points(self) -> tuple[int, int, int] | None:
        """After less before in whole points: the difference, and Newcombe's 95% interval of it.

        None where the rule does not let it be told.
        """
        if self.after is None:
            return None
        own, other = self.after.rate, self.before.rate
        interval = newcombe_difference(own, other)
        if interval is None or self.told is not Told.DIFFERENCE:
            return None
        seen = Fraction(own.k, own.n) - Fraction(other.k, other.n)
        low, high = interval
        return _in_points(seen), _in_points(low), _in_points(high)


def _in_points(difference: Fraction | float) -> int:
    return int(round_half_up(difference * 100, 0))


def planned(figures: SpanFigures) -> Sided:
    """Planned / planned and unplanned; known: of all but those who died, with an ending recorded."""
    tally = figures.endings
    return Sided(rate=tally.declared, known=Proportion(k=tally.declared.n, n=tally.estimated.n))


def measured(figures: SpanFigures) -> Sided:
    """With a first and a last score / entered therapy and ended: always known."""
    return _known(figures.entered.measured)


def two_scores(figures: SpanFigures) -> Sided:
    """With a first and a last score / courses of two sessions or more: always known."""
    return _known(figures.finished.measured)


def improved(figures: SpanFigures) -> Sided:
    """Reliably improved / courses of two sessions or more (NHS rule); known: with two scores."""
    tally = figures.finished
    return Sided(rate=tally.improvement.none_of_unpaired, known=tally.measured)


def _known(rate: Proportion) -> Sided:
    return Sided(rate=rate, known=Proportion(k=rate.n, n=rate.n))
