"""Client hours by kind, of the month and of the twelve months to its end, and supervision had."""

from dataclasses import dataclass

from practice.cohorts import Scope
from practice.domain.periods import Month, Period
from practice.reports import words
from practice.reports.blocks import Block, Grid, Line
from practice.reports.client_hours import KINDS, Supervision, Work, Worked, worked
from practice.reports.notes import Note
from practice.reports.supervision_log import hours_words


@dataclass(frozen=True, kw_only=True)
class Hours:
    """The running total is of the twelve months to the month's end, as every rate is."""

    month: Month
    of_year: Worked
    of_month: Worked


def hours(scope: Scope, month: Month, *, year: Period) -> Hours:
    """Two queries. year: the twelve months, up to the day of printing in a month not over."""
    of_year, of_month = worked(scope, year, month.period.until(year.end))
    return Hours(month=month, of_year=of_year, of_month=of_month)


def hours_block(figures: Hours) -> Block | None:
    """None where nobody was seen and no supervision had."""
    year, month = figures.of_year, figures.of_month
    if not (year.total.sessions or year.supervision.meetings):
        return None
    return Block(
        key="hours",
        heading="Client hours and supervision",
        grids=(
            Grid(
                caption="Hours (sessions), attended",
                head=("", figures.month.words, "twelve months"),
                lines=(
                    *(
                        Line(
                            title=kind,
                            cells=(_work(month.by_kind[kind]), _work(year.by_kind[kind])),
                        )
                        for kind in KINDS
                        if year.by_kind[kind].sessions
                    ),
                    Line(
                        title="Client hours",
                        cells=(_work(month.total), _work(year.total)),
                        leads=True,
                    ),
                    *_without(month.total, year.total),
                    Line(
                        title="Supervision had",
                        cells=(_had(month.supervision), _had(year.supervision)),
                        leads=True,
                    ),
                ),
            ),
        ),
        notes=(
            Note(
                heading="Counted",
                text="Everybody seen, also those left out of the figures, by who held the client "
                "that day.",
            ),
        ),
    )


def _without(month: Work, year: Work) -> tuple[Line, ...]:
    """Sessions that add nothing to the hours, where there are any."""
    if not year.without:
        return ()
    cells = (str(month.without), str(year.without))
    return (Line(title="without minutes", cells=cells, depth=1),)


def _work(work: Work) -> str:
    if work.sessions and work.sessions == work.without:
        return f"{words.DASH} ({work.sessions})"
    return f"{hours_words(work.minutes)} ({work.sessions})"


def _had(supervision: Supervision) -> str:
    return f"{hours_words(supervision.minutes)} ({supervision.meetings})"
