"""Fees, where they are entered; what the NHS programme cost stands beside them as context."""

from fractions import Fraction

from practice.domain.benchmarks import Benchmark, Benchmarks
from practice.domain.estimates import round_half_up
from practice.domain.fees import FEES_FROM, Fees
from practice.reports import words
from practice.reports.blocks import Block, Grid, Line
from practice.reports.notes import Note

_PUBLISHED = "radhakrishnan-2013"


def fees_block(figures: Fees, *, benchmarks: Benchmarks) -> Block | None:
    """None where no fee is entered."""
    if not figures.sessions:
        return None

    def cost(name: str) -> Benchmark:
        return benchmarks.get(f"{_PUBLISHED}-{name}")

    low, high, course = cost("session-low"), cost("session-high"), cost("course-all")
    recovered = cost("recovered-all")
    rows = (
        ("Session", figures.per_session, figures.sessions, f"{_cost(low)} to {_cost(high)}"),
        ("Whole course", figures.per_course, figures.courses, _cost(course)),
        ("For each improved", figures.per_improved, figures.improved, words.DASH),
        ("For each recovered", figures.per_recovered, figures.recovered, _cost(recovered)),
    )
    return Block(
        key="fees",
        heading="Fees",
        grids=(
            Grid(
                caption=f"Mean of n, twelve months; outcomes by {figures.by.words}",
                head=("", "own fee", "n", f"NHS cost {course.period}"),
                lines=tuple(
                    Line(title=title, cells=(_pounds(own), str(n), theirs))
                    for title, own, n, theirs in rows
                ),
            ),
        ),
        notes=(
            Note(
                heading="Not comparable",
                text="Fees are prices, beside them stands what the NHS spent, in pounds of "
                f"{course.period}. All courses paid for, also those without change; from "
                f"{FEES_FROM}. Without a fee: {words.several(figures.without, 'session', 'sessions')}, "
                f"{words.several(figures.courses_without, 'course', 'courses')} left out.",
            ),
        ),
    )


def _pounds(mean: Fraction | None) -> str:
    return words.DASH if mean is None else f"£{round_half_up(mean, 0):,}"


def _cost(benchmark: Benchmark) -> str:
    return f"£{round_half_up(benchmark.figure, 0):,}"
