"""The spans before and after, and what may be said of the difference."""

import datetime as dt
from dataclasses import replace

import pytest

from practice.domain.before_after import (
    BeforeAfter,
    Sided,
    Told,
    Until,
    improved,
    measured,
    planned,
    referred_since,
    span_figures,
    spans,
    two_scores,
)
from practice.domain.endings import Ending
from practice.domain.estimates import Proportion
from practice.domain.measures import PrimaryOutcome
from practice.domain.outcomes import Course
from practice.domain.periods import Period
from tests.domain.courses import REFERRED, course, on, scores, sessions

BEGAN = dt.date(2026, 3, 10)
TODAY = dt.date(2026, 9, 1)


@pytest.mark.parametrize(
    ("today", "look_again", "closed", "end", "until"),
    [
        pytest.param(TODAY, None, None, TODAY, Until.TODAY, id="goes on"),
        pytest.param(BEGAN, None, None, BEGAN, Until.TODAY, id="began today"),
        pytest.param(
            TODAY, dt.date(2026, 10, 1), None, TODAY, Until.TODAY, id="the day is to come"
        ),
        pytest.param(TODAY, TODAY, None, TODAY, Until.LOOK_AGAIN, id="the day has come"),
        pytest.param(
            TODAY, dt.date(2026, 6, 1), None, dt.date(2026, 6, 1), Until.LOOK_AGAIN, id="is past"
        ),
        pytest.param(
            TODAY, None, dt.date(2026, 5, 1), dt.date(2026, 5, 1), Until.CLOSED, id="closed"
        ),
        pytest.param(TODAY, None, BEGAN, BEGAN, Until.CLOSED, id="closed on the day it began"),
        pytest.param(
            TODAY,
            dt.date(2026, 6, 1),
            dt.date(2026, 5, 1),
            dt.date(2026, 5, 1),
            Until.CLOSED,
            id="closed before the day",
        ),
        pytest.param(
            TODAY,
            dt.date(2026, 6, 1),
            dt.date(2026, 8, 1),
            dt.date(2026, 6, 1),
            Until.LOOK_AGAIN,
            id="closed after the day",
        ),
        pytest.param(
            dt.date(2028, 1, 1),
            dt.date(2027, 6, 1),
            None,
            dt.date(2027, 3, 9),
            Until.TWELVE_MONTHS,
            id="at most twelve months",
        ),
    ],
)
def test_the_span_after(
    today: dt.date,
    look_again: dt.date | None,
    closed: dt.date | None,
    end: dt.date,
    until: Until,
) -> None:
    found = spans(BEGAN, look_again_on=look_again, closed_on=closed, today=today)
    assert found.before == Period(start=dt.date(2025, 3, 10), end=dt.date(2026, 3, 9))
    assert found.after == Period(start=BEGAN, end=end)
    assert found.until is until
    assert found.is_over is (until is not Until.TODAY)


def test_nothing_is_after_what_has_not_begun() -> None:
    found = spans(TODAY + dt.timedelta(days=1), look_again_on=None, closed_on=None, today=TODAY)
    assert found.after is None
    assert not found.is_over


def test_a_leap_day_has_a_year_before_it() -> None:
    found = spans(
        dt.date(2024, 2, 29), look_again_on=None, closed_on=None, today=dt.date(2026, 1, 1)
    )
    assert found.before == Period(start=dt.date(2023, 2, 28), end=dt.date(2024, 2, 28))
    assert found.after == Period(start=dt.date(2024, 2, 29), end=dt.date(2025, 2, 27))


def side(k: int, n: int, *, known: int | None = None) -> Sided:
    return Sided(rate=Proportion(k=k, n=n), known=Proportion(k=n if known is None else known, n=n))


@pytest.mark.parametrize(
    ("before", "after", "is_over", "told"),
    [
        pytest.param(side(5, 20), None, False, Told.NOT_BEGUN, id="not begun"),
        pytest.param(side(5, 20), side(3, 9), False, Told.TOO_EARLY, id="nine so far"),
        pytest.param(side(0, 0), side(0, 0), False, Told.TOO_EARLY, id="nothing at all yet"),
        pytest.param(side(5, 20), side(3, 9), True, Told.TOO_FEW, id="nine for good"),
        pytest.param(side(3, 9), side(5, 10), False, Told.TOO_FEW, id="nine before"),
        pytest.param(side(5, 10), side(5, 10), False, Told.DIFFERENCE, id="ten and ten"),
        pytest.param(side(5, 10, known=8), side(5, 10), False, Told.INCOMPLETE, id="before"),
        pytest.param(side(5, 10), side(5, 10, known=8), True, Told.INCOMPLETE, id="after"),
        pytest.param(
            side(5, 10, known=9), side(5, 10, known=9), True, Told.DIFFERENCE, id="90% is enough"
        ),
    ],
)
def test_what_may_be_told(before: Sided, after: Sided | None, is_over: bool, told: Told) -> None:
    each = BeforeAfter(before=before, after=after, is_over=is_over)
    assert each.told is told
    assert (each.points is None) is (told is not Told.DIFFERENCE)


@pytest.mark.parametrize(
    ("after", "before", "points"),
    [
        # Newcombe 1998, table II, method 10: 56/70 - 48/80 gives .0524 to .3339.
        ((56, 70), (48, 80), (20, 5, 33)),
        # The same, turned round.
        ((48, 80), (56, 70), (-20, -33, -5)),
        # And 10/10 - 0/10 gives .6075 to 1; 0/10 - 0/20 gives -.1611 to .2775.
        ((10, 10), (0, 10), (100, 61, 100)),
        ((0, 10), (0, 20), (0, -16, 28)),
    ],
)
def test_points_are_those_of_newcombes_table(
    after: tuple[int, int], before: tuple[int, int], points: tuple[int, int, int]
) -> None:
    assert BeforeAfter(before=side(*before), after=side(*after), is_over=True).points == points


def test_the_four_rates() -> None:
    better = course(*scores("phq9", 18, 6), held=sessions(7, 14))
    single = course(*scores("phq9", 18, 6), held=sessions(7), ending=Ending.CRISIS)
    unknown = course(held=sessions(7, 14), ending=None)
    died = course(held=sessions(7, 14), ending=Ending.DIED)
    figures = span_figures([better, better, single, unknown, died], PrimaryOutcome.PHQ9)

    def pair(found: Sided) -> tuple[tuple[int, int], tuple[int, int]]:
        return (found.rate.k, found.rate.n), (found.known.k, found.known.n)

    # Of the five, four did not die, and of three the ending is recorded.
    assert pair(planned(figures)) == ((2, 3), (3, 4))
    assert not planned(figures).is_complete
    assert pair(measured(figures)) == ((3, 5), (5, 5))
    assert pair(two_scores(figures)) == ((2, 4), (4, 4))
    assert pair(improved(figures)) == ((2, 4), (2, 4))
    assert measured(figures).is_complete


def test_who_was_referred_since() -> None:
    def referred(day: int) -> Course:
        plain = course()
        return Course(episode=replace(plain.episode, referred_on=on(day)), until=plain.until)

    courses = [referred(9), referred(10), referred(11)]
    assert referred_since(courses, on(10)) == 2
    assert referred_since([], REFERRED) == 0
