"""The month's report as one frozen object: page, paper and JSON show this and nothing else."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from practice.cohorts import Scope, entered_and_ended_in, load_cohort, narrow
from practice.domain.benchmarks import ANNUAL, Benchmark, Benchmarks
from practice.domain.comparisons import FIRM_FROM
from practice.domain.estimates import Bounds, Proportion
from practice.domain.measures import PrimaryOutcome
from practice.domain.periods import Month, Period
from practice.domain.sentences import ENDINGS, OUTCOMES, Indicator, third_sentence
from practice.domain.tallies import EndingTally, OutcomeTally
from practice.reports.blocks import Block
from practice.reports.figures import OutcomeFigures, outcome_figures
from practice.reports.journey import Beside, JourneyRow, journey_rows
from practice.reports.notes import Note, report_notes
from practice.reports.side_two.figures import Asked, SideTwo, side_two
from practice.reports.side_two.months import MonthOfEndings, months_of_endings
from practice.reports.side_two.scatter import key_pairs, scatter_block

# Under 20 endings in twelve months, this many months are printed beneath: dated, never mixed in.
MONTHS_BENEATH = 36


@dataclass(frozen=True, kw_only=True)
class OutcomeLine:
    """One outcome of the primary measure: the NHS rule, the pairs only, and had all shown it."""

    title: str
    bounds: Bounds


@dataclass(frozen=True, kw_only=True)
class MonthlyReport:
    """Everything a month's report says, for one scope.

    figures: the twelve months to the month's end, from which every rate is taken. month_figures:
    the month itself, shown as counts. longer: 36 months, only when under 20 endings stand in the
    twelve. year: the English year beside which the figures stand; None when none is published. In
    a month that is not over, everything is judged on the day of printing.
    """

    service: str
    practitioner: str | None
    is_invented: bool
    logs_every_enquiry: bool
    month: Month
    period: Period
    printed_on: dt.date
    primary: PrimaryOutcome
    year: str | None
    figures: OutcomeFigures
    month_figures: OutcomeFigures
    longer: OutcomeFigures | None
    endings: Indicator
    outcomes: Indicator
    journey: tuple[JourneyRow, ...]
    outcome_lines: tuple[OutcomeLine, ...]
    notes: tuple[Note, ...]
    months: tuple[MonthOfEndings, ...]
    scatter: Block | None
    side_two: SideTwo

    @property
    def whose(self) -> str:
        """Who the report is about."""
        return self.practitioner or self.service

    @property
    def is_running(self) -> bool:
        """The month is not over."""
        return self.period.end < self.month.period.end

    @property
    def comparator(self) -> str:
        """How the published column is headed."""
        return f"England {self.year}" if self.year else "No published figures"

    @property
    def sentences(self) -> tuple[str, str, str]:
        """Endings; outcomes; what is too few to say. All by the table of rules."""
        return (
            self.endings.sentence,
            self.outcomes.sentence,
            third_sentence((self.endings, self.outcomes)),
        )

    @property
    def primary_tally(self) -> OutcomeTally:
        """Outcomes of the finished courses by the primary outcome."""
        return self.figures.finished[self.primary]

    @property
    def with_silent(self) -> Proportion:
        """Planned endings with the silent open counted as unplanned."""
        return self.figures.endings.with_silent(self.figures.silent_open)


class UnknownYearError(ValueError):
    """A year was asked for that has no published figures; the message lists those that have."""


def choose_year(benchmarks: Benchmarks, *, asked: str | None, on: dt.date) -> str | None:
    """The year asked for, or the newest that had ended by the day; None when there is none.

    Raises UnknownYearError with what there is to choose from.
    """
    years = benchmarks.years()
    if asked is not None:
        if asked not in years:
            raise UnknownYearError(
                f"there are no figures of {asked!r}; there is: {', '.join(years)}"
            )
        return asked
    return next(
        (
            year
            for year in years
            if all(benchmark.period_end <= on for benchmark in england(benchmarks, year).values())
        ),
        None,
    )


def england(benchmarks: Benchmarks, year: str | None) -> Mapping[str, Benchmark]:
    """England's figures of a year from one source, so that the column adds up.

    The sums of the monthly counts where there are any (endings, journey and outcomes share one
    total there); before 2021-22 the annual publication, which has no endings.
    """
    if year is None:
        return {}
    return benchmarks.england_monthly(year) or {
        rate: figure for rate, figure in benchmarks.england(year).items() if figure.source == ANNUAL
    }


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
    chosen = choose_year(benchmarks, asked=year, on=month.period.end)
    published = england(benchmarks, chosen)
    cohort = load_cohort(scope, month.months_to(MONTHS_BENEATH).until(printed_on))
    twelve = narrow(cohort, month.twelve_months_to.until(printed_on))
    figures = outcome_figures(twelve)
    primary = PrimaryOutcome(scope.service.primary_outcome)
    beside = Beside(published=published, primary=primary, period=figures.period)
    label = f"England {chosen}" if chosen else ""
    endings = _endings_indicator(figures, beside=beside, label=label)
    outcomes = _outcomes_indicator(figures, beside=beside, label=label)
    journey = journey_rows(
        figures, beside=beside, logs_every_enquiry=scope.service.logs_every_enquiry
    )
    return MonthlyReport(
        service=scope.service.name,
        practitioner=None if scope.practitioner is None else str(scope.practitioner),
        is_invented=scope.service.is_invented,
        logs_every_enquiry=scope.service.logs_every_enquiry,
        month=month,
        period=figures.period,
        printed_on=printed_on,
        primary=primary,
        year=chosen,
        figures=figures,
        month_figures=outcome_figures(narrow(cohort, month.period.until(printed_on))),
        longer=outcome_figures(cohort) if figures.endings.estimated.n < FIRM_FROM else None,
        endings=endings,
        outcomes=outcomes,
        journey=journey,
        outcome_lines=_outcome_lines(figures.finished[primary]),
        notes=report_notes(
            indicators=(endings.comparison, outcomes.comparison),
            others=tuple(row.comparison for row in journey),
            primary=primary,
        ),
        months=months_of_endings(twelve, last=month),
        scatter=scatter_block(
            key_pairs(
                twelve.entered_and_ended,
                entered_and_ended_in(cohort, month.minus(12).twelve_months_to),
                by=primary,
            ),
            england=published,
            benchmarks=benchmarks,
        ),
        side_two=side_two(
            Asked(scope=scope, month=month, year=twelve, beside=beside, benchmarks=benchmarks),
            figures,
        ),
    )


def _endings_indicator(figures: OutcomeFigures, *, beside: Beside, label: str) -> Indicator:
    declared = figures.endings.declared
    return Indicator(
        wording=ENDINGS,
        comparison=beside.compare(declared, "planned_declared"),
        of=figures.endings.estimated.n,
        known=declared.n,
        label=label,
        aside=wished_words(figures.endings),
    )


def wished_words(endings: EndingTally) -> str:
    """What always stands beside the planned endings; "" where it concerns nobody."""
    if not endings.wished_to_continue:
        return ""
    return f"{endings.wished_to_continue} of the planned at a limit, the client wishing to continue"


def _outcomes_indicator(figures: OutcomeFigures, *, beside: Beside, label: str) -> Indicator:
    tally = figures.finished[beside.primary]
    improved = tally.improvement.none_of_unpaired
    return Indicator(
        wording=OUTCOMES,
        comparison=beside.compare(improved, "reliable_improvement"),
        of=tally.of,
        known=tally.paired,
        label=label,
        measure=beside.primary.words,
    )


def _outcome_lines(tally: OutcomeTally) -> tuple[OutcomeLine, ...]:
    return (
        OutcomeLine(title="Reliably improved", bounds=tally.improvement),
        OutcomeLine(title="Recovered", bounds=tally.recovery),
        OutcomeLine(title="Reliably recovered", bounds=tally.reliable_recovery),
        OutcomeLine(title="Reliably worse", bounds=tally.deterioration),
    )
