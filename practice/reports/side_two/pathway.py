"""Dose, waits and missed sessions beside the published figures, with the spread between services."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from practice.charts.spread import SpreadRow, SpreadStrip
from practice.domain.benchmarks import Benchmark, Benchmarks, Statistic
from practice.domain.comparisons import Comparison
from practice.domain.definitions import Denominator, Event
from practice.domain.estimates import Completeness, Proportion, completeness, round_half_up
from practice.domain.measures import PrimaryOutcome
from practice.domain.sessions import Attendance
from practice.reports import words
from practice.reports.blocks import Block, Grid, Line, Picture
from practice.reports.figures import OutcomeFigures
from practice.reports.journey import ENQUIRIES_NOT_LOGGED, INCOMPLETE, Beside, apart
from practice.reports.notes import Note

_SPREAD = (
    Statistic.MIN,
    Statistic.P10,
    Statistic.P25,
    Statistic.MEDIAN,
    Statistic.P75,
    Statistic.P90,
    Statistic.MAX,
)
# The keys of spreads between the organisations that treat, not between areas that pay.
_PROVIDERS = "providers-"
NOT_RECORDED = "Incomplete: under 90% of the endings are recorded."


@dataclass(frozen=True, kw_only=True)
class PathwayRow:
    """One rate of the way through therapy. spread: by statistic, None where none is published.

    apart: why it may not stand beside anything published, "" where it may.
    """

    title: str
    comparison: Comparison
    spread: Mapping[Statistic, Benchmark] | None
    apart: str = ""


@dataclass(frozen=True, kw_only=True)
class Pathway:
    """The rows, and the mean number of sessions of a finished course beside England's."""

    rows: tuple[PathwayRow, ...]
    sessions: int
    finished: int
    published_mean: Benchmark | None


@dataclass(frozen=True, kw_only=True)
class _Rate:
    """What a row is made from. rate: its name in own_rates.OWN, without a measure."""

    title: str
    own: Proportion
    rate: str
    spread: tuple[Event, Denominator] | None = None
    apart: str = ""


def pathway(
    figures: OutcomeFigures, *, beside: Beside, benchmarks: Benchmarks, logs_every_enquiry: bool
) -> Pathway:
    """Gather them over the twelve months. Waits need every enquiry logged to be compared."""
    rates = [
        *_two_indicators(figures, primary=beside.primary),
        *_missed(figures),
        *_waits(figures, apart="" if logs_every_enquiry else ENQUIRIES_NOT_LOGGED),
    ]
    return Pathway(
        rows=tuple(_row(rate, beside=beside, benchmarks=benchmarks) for rate in rates),
        sessions=figures.treatment_sessions_of_finished,
        finished=figures.finished_course,
        published_mean=beside.published.get("mean_sessions_of_finished"),
    )


def _row(rate: _Rate, *, beside: Beside, benchmarks: Benchmarks) -> PathwayRow:
    comparison = beside.compare(rate.own, rate.rate)
    return PathwayRow(
        title=rate.title,
        comparison=apart(comparison, rate.apart) if rate.apart else comparison,
        spread=None
        if rate.spread is None
        else spread_between_services(benchmarks, *rate.spread, by=beside.period.end),
        apart=rate.apart,
    )


def _two_indicators(figures: OutcomeFigures, *, primary: PrimaryOutcome) -> Iterator[_Rate]:
    declared = figures.endings.declared
    yield _Rate(
        title="Planned endings, declared",
        own=declared,
        rate="planned_declared",
        spread=(Event.PLANNED_ENDING, Denominator.RECORDED_ENDINGS),
        apart=_unless_complete(
            Proportion(k=declared.n, n=figures.endings.estimated.n), NOT_RECORDED
        ),
    )
    # The NHS programme publishes nothing by CORE-10.
    if primary is not PrimaryOutcome.CORE10:
        tally = figures.finished[primary]
        yield _Rate(
            title="Reliably improved",
            own=tally.improvement.none_of_unpaired,
            rate="reliable_improvement",
            spread=(Event.RELIABLE_IMPROVEMENT, Denominator.FINISHED),
            apart=_unless_complete(tally.measured, INCOMPLETE),
        )


def _unless_complete(known: Proportion, otherwise: str) -> str:
    if known.n and completeness(known.k, known.n) is Completeness.INCOMPLETE:
        return otherwise
    return ""


def _missed(figures: OutcomeFigures) -> Iterator[_Rate]:
    appointments = sum(figures.attendance.values())
    for title, answer, spread in (
        (
            "Did not attend",
            Attendance.DNA,
            (Event.DID_NOT_ATTEND, Denominator.APPOINTMENTS),
        ),
        ("Cancelled by the client", Attendance.CANCELLED_BY_CLIENT, None),
        ("Cancelled by the practitioner", Attendance.CANCELLED_BY_PRACTITIONER, None),
    ):
        yield _Rate(
            title=title,
            own=Proportion(k=figures.attendance.get(answer, 0), n=appointments),
            rate=f"{answer.value}_of_appointments",
            spread=spread,
        )


def _waits(figures: OutcomeFigures, *, apart: str) -> Iterator[_Rate]:
    for weeks, k in (
        (6, figures.finished_within_six_weeks),
        (18, figures.finished_within_eighteen_weeks),
    ):
        yield _Rate(
            title=f"First session within {weeks} weeks",
            own=Proportion(k=k, n=figures.finished_course),
            rate=f"wait_{weeks}_weeks_of_finished",
            apart=apart,
        )


def spread_between_services(
    benchmarks: Benchmarks, event: Event, denominator: Denominator, *, by: dt.date
) -> Mapping[Statistic, Benchmark] | None:
    """The newest spread between providers that had ended by a day; None where none is published."""
    by_period: dict[dt.date, dict[Statistic, Benchmark]] = {}
    for benchmark in benchmarks.find(event=event, denominator=denominator):
        if benchmark.statistic in _SPREAD and benchmark.key.startswith(_PROVIDERS):
            kept = by_period.setdefault(benchmark.period_end, {})
            kept[benchmark.statistic] = benchmark
    whole = [end for end, kept in by_period.items() if end <= by and set(kept) == set(_SPREAD)]
    return by_period[max(whole)] if whole else None


def pathway_block(figures: Pathway) -> Block | None:
    """The rates with the published ones, and the strip; None where there is nothing to divide."""
    rows = [row for row in figures.rows if row.comparison.own.n]
    if not rows:
        return None
    return Block(
        key="pathway",
        heading="Sessions, waits and missed appointments",
        is_wide=True,
        pictures=_pictures(rows),
        grids=(
            Grid(
                caption="Twelve months, beside the published rates",
                head=("", "own", "published", "like for like"),
                lines=(*(_line(row) for row in rows), *_dose(figures)),
            ),
        ),
        notes=tuple(_apart_notes(rows)),
    )


def _apart_notes(rows: list[PathwayRow]) -> Iterator[Note]:
    """Why something is not comparable: each reason once, with the rows that it is about."""
    for reason in dict.fromkeys(row.apart for row in rows if row.apart):
        titles = ", ".join(row.title.lower() for row in rows if row.apart == reason)
        yield Note(
            heading="Not comparable",
            text=f"{titles[0].upper()}{titles[1:]}: {reason[0].lower()}{reason[1:]}",
        )


def _services(rows: list[PathwayRow]) -> str:
    medians = [row.spread[Statistic.MEDIAN] for row in rows if row.spread is not None]
    return ", ".join(dict.fromkeys(f"{median.population}, {median.period}" for median in medians))


def _line(row: PathwayRow) -> Line:
    return Line(
        title=row.title,
        cells=(
            words.in_full(row.comparison.own),
            words.published(row.comparison),
            words.mark(row.comparison),
        ),
    )


def _dose(figures: Pathway) -> tuple[Line, ...]:
    """The mean number of treatment sessions of a finished course; nothing without one."""
    if not figures.finished:
        return ()
    own = round_half_up(figures.sessions / figures.finished, 1)
    theirs = figures.published_mean
    return (
        Line(
            title="Mean sessions, two or more",
            cells=(
                f"{own} ({figures.sessions} over {figures.finished})",
                words.DASH if theirs is None else f"{round_half_up(theirs.unrounded, 1)}",
                words.DASH,
            ),
        ),
    )


def _pictures(rows: list[PathwayRow]) -> tuple[Picture, ...]:
    spread = [(row, row.spread) for row in rows if row.spread is not None]
    if not spread:
        return ()
    drawn = tuple(_spread_row(row, found) for row, found in spread)
    return (
        Picture(
            chart=SpreadStrip(rows=drawn),
            title="Own rates within the spread between NHS services",
            description="; ".join(
                f"{row.label}: own {row.counts}; services from {row.lowest:.0%} to "
                f"{row.highest:.0%}, half of them from {row.p25:.0%} to {row.p75:.0%}, "
                f"median {row.median:.0%}"
                for row in drawn
            ),
            caption=f"{_services(rows)}. Line: lowest to highest, ticks: a tenth and nine tenths, "
            "box: the middle half with median. Dot: own rate with 95% interval, from ten. One "
            "practitioner scatters far more by chance than a service.",
        ),
    )


def _spread_row(row: PathwayRow, spread: Mapping[Statistic, Benchmark]) -> SpreadRow:
    own = row.comparison.own
    lowest, p10, p25, median, p75, p90, highest = (
        float(spread[statistic].unrounded) / 100 for statistic in _SPREAD
    )
    # What may not be compared has no mark among the services, however large its n.
    shown = words.may_show_rate(own) and not row.apart
    return SpreadRow(
        label=row.title,
        counts=words.counts(own) + (", not comparable" if row.apart else ""),
        lowest=lowest,
        p10=p10,
        p25=p25,
        median=median,
        p75=p75,
        p90=p90,
        highest=highest,
        own=own.k / own.n if shown else None,
        interval=own.interval if shown else None,
    )
