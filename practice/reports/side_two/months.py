"""Endings month by month: counts, never a monthly rate of one practitioner."""

from dataclasses import dataclass

from practice.charts.months import MonthColumn, MonthColumns
from practice.cohorts import Cohort
from practice.domain.periods import Month
from practice.domain.tallies import EndingTally, tally_endings
from practice.reports import words
from practice.reports.blocks import Picture

_MONTHS = 12


@dataclass(frozen=True, kw_only=True)
class MonthOfEndings:
    """How the therapies that ended in one month ended."""

    month: Month
    endings: EndingTally


def months_of_endings(year: Cohort, *, last: Month) -> tuple[MonthOfEndings, ...]:
    """The twelve months to the last one, oldest first. year: their cohort."""
    months = [last.minus(back) for back in reversed(range(_MONTHS))]
    return tuple(
        MonthOfEndings(
            month=month,
            endings=tally_endings(
                [
                    course
                    for course in year.entered_and_ended
                    if course.episode.ended_on in month.period
                ]
            ),
        )
        for month in months
    )


def months_picture(months: tuple[MonthOfEndings, ...]) -> Picture:
    """The strip of months, with n above each."""
    columns = tuple(
        MonthColumn(
            label=month.month.words[:3],
            planned=month.endings.planned,
            unplanned=month.endings.unplanned,
            not_recorded=month.endings.not_recorded,
            died=month.endings.died,
        )
        for month in months
    )
    of = sum(column.n for column in columns)
    said = "; ".join(
        f"{month.month.words}: {column.n}"
        + (
            f" ({column.planned} planned, {column.unplanned} unplanned, "
            f"{column.not_recorded} not recorded, {column.died} died)"
            if column.n
            else ""
        )
        for month, column in zip(months, columns, strict=True)
    )
    return Picture(
        chart=MonthColumns(months=columns),
        title="Endings by month",
        description=said,
        caption=f"By month, n on top: {words.several(of, 'therapy', 'therapies')} that ended. "
        "One month tells nothing by itself.",
    )
