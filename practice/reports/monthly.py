"""The month's report as one frozen object: page, paper and JSON show this and nothing else."""

import datetime as dt
from dataclasses import dataclass, fields

from practice.cohorts import Scope, entered_and_ended_in, load_cohort, narrow
from practice.domain.benchmarks import Benchmarks
from practice.domain.comparisons import FIRM_FROM
from practice.domain.periods import Month
from practice.domain.published_columns import (
    PublishedColumn,
    england,
    newest_year,
    year_columns,
)
from practice.reports.figures import OutcomeFigures, outcome_figures
from practice.reports.outcome_page import Chosen, OutcomePage, outcome_page
from practice.reports.side_two.figures import Asked, SideTwo, side_two
from practice.reports.side_two.months import MonthOfEndings, months_of_endings

__all__ = [
    "MonthlyReport",
    "UnknownYearError",
    "choose_column",
    "choose_year",
    "england",
    "monthly_report",
]

# Under 20 endings in twelve months, this many months are printed beneath: dated, never mixed in.
MONTHS_BENEATH = 36


@dataclass(frozen=True, kw_only=True)
class MonthlyReport(OutcomePage):
    """Everything a month's report says, for one scope.

    figures and what follows from them: the twelve months to the month's end. month_figures: the
    month itself, shown as counts. longer: 36 months, only when under 20 endings stand in the
    twelve. In a month that is not over, everything is judged on the day of printing.
    """

    service: str
    practitioner: str | None
    is_invented: bool
    logs_every_enquiry: bool
    month: Month
    printed_on: dt.date
    month_figures: OutcomeFigures
    longer: OutcomeFigures | None
    months: tuple[MonthOfEndings, ...]
    side_two: SideTwo

    @property
    def whose(self) -> str:
        """Who the report is about."""
        return self.practitioner or self.service

    @property
    def year(self) -> str | None:
        """The English year beside which the figures stand; None when none is published."""
        return None if self.column is None else self.column.period

    @property
    def is_running(self) -> bool:
        """The month is not over."""
        return self.period.end < self.month.period.end


class UnknownYearError(ValueError):
    """A year was asked for that has no published figures; the message lists those that have."""


def choose_year(benchmarks: Benchmarks, *, asked: str | None, on: dt.date) -> str | None:
    """The year asked for, or the newest that had ended by the day; None when there is none.

    Raises UnknownYearError with what there is to choose from.
    """
    column = choose_column(benchmarks, asked=asked, on=on)
    return None if column is None else column.period


def choose_column(
    benchmarks: Benchmarks, *, asked: str | None, on: dt.date
) -> PublishedColumn | None:
    """The same as a column. Raises UnknownYearError."""
    columns = year_columns(benchmarks)
    if asked is None:
        return newest_year(columns, on=on)
    for column in columns:
        if column.period == asked:
            return column
    years = ", ".join(column.period for column in columns)
    raise UnknownYearError(f"there are no figures of {asked!r}; there is: {years}")


def monthly_report(
    scope: Scope,
    month: Month,
    *,
    benchmarks: Benchmarks,
    printed_on: dt.date,
    year: str | None = None,
) -> MonthlyReport:
    """Make the report of a month: a fixed number of queries, whatever the caseload.

    year: an English year to compare with; None takes the newest that had ended by the month's
    end. A month that is not over is taken up to printed_on. Raises UnknownYearError, and
    ValueError for a month that has not begun.
    """
    column = choose_column(benchmarks, asked=year, on=month.period.end)
    cohort = load_cohort(scope, month.months_to(MONTHS_BENEATH).until(printed_on))
    twelve = narrow(cohort, month.twelve_months_to.until(printed_on))
    page = outcome_page(
        twelve,
        before=entered_and_ended_in(cohort, month.minus(12).twelve_months_to),
        service=scope.service,
        beside=Chosen(column=column, benchmarks=benchmarks),
    )
    figures = page.figures
    return MonthlyReport(
        **{field.name: getattr(page, field.name) for field in fields(page)},
        service=scope.service.name,
        practitioner=None if scope.practitioner is None else str(scope.practitioner),
        is_invented=scope.service.is_invented,
        logs_every_enquiry=scope.service.logs_every_enquiry,
        month=month,
        printed_on=printed_on,
        month_figures=outcome_figures(narrow(cohort, month.period.until(printed_on))),
        longer=outcome_figures(cohort) if figures.endings.estimated.n < FIRM_FROM else None,
        months=months_of_endings(twelve, last=month),
        side_two=side_two(
            Asked(scope=scope, month=month, year=twelve, beside=page.beside, benchmarks=benchmarks),
            figures,
        ),
    )
