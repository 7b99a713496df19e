"""What is left open and left out, and what was not measured to the end, or otherwise there."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from practice.cohorts import Cohort
from practice.domain.endings import LeftOut
from practice.domain.estimates import Proportion
from practice.domain.integrity_counts import (
    HowMeasured,
    LastMeasured,
    MeasureStops,
    SilentCounts,
    count_silent,
    last_measured,
    measure_stops,
    silence_words,
)
from practice.domain.measures import MEASURES, PrimaryOutcome
from practice.domain.outcomes import SILENT_FROM_DAYS
from practice.reports.blocks import Block, Grid, Line
from practice.reports.side_two.integrity_words import of


@dataclass(frozen=True, kw_only=True)
class LeftOpen:
    """Of twelve months; left-out episodes in the last four fields alone.

    measured: of those who entered therapy and ended. stops: of the finished courses. silent: on the
    last day. left_out: by reason, of `ended`, everything that ended; left_out_late: of these, after
    a second score was known. left_out_open: left out, and open on the last day.
    """

    by: PrimaryOutcome
    measured: LastMeasured
    stops: tuple[MeasureStops, ...]
    silent: SilentCounts
    ended: int
    left_out: Mapping[LeftOut, int]
    left_out_late: int
    left_out_open: int


def left_open(
    year: Cohort,
    *,
    how: Mapping[int, Collection[HowMeasured]],
    paused_until: Mapping[int, dt.date],
    by: PrimaryOutcome,
) -> LeftOpen:
    """Count them. how, paused_until: by the key of the episode. No query is made."""
    return LeftOpen(
        by=by,
        measured=last_measured(year.entered_and_ended, how, by),
        stops=measure_stops(year.finished),
        silent=count_silent(year.open_on_last_day, paused_until),
        ended=len(year.ended) + sum(year.left_out.values()),
        left_out=year.left_out,
        left_out_late=year.left_out_after_second_score,
        left_out_open=year.left_out_open,
    )


def left_open_block(figures: LeftOpen) -> Block | None:
    """Silent open and left out; None where nothing is open and nothing has ended."""
    lines = (*_silent(figures.silent), *_left_out(figures))
    if not lines:
        return None
    return Block(
        key="left-open",
        heading="Left open, left out",
        grids=(
            Grid(
                caption="Open on the last day, having entered therapy; ended in twelve months",
                head=("Counted", "k of n"),
                lines=lines,
            ),
        ),
    )


def measured_block(figures: LeftOpen) -> Block | None:
    """Given once, stopped early, and last measured in a new way; None without a score."""
    grids = [
        Grid(
            caption="Twelve months, courses of two or more sessions. Early: two or more sessions "
            "after the last score",
            head=("Measure", "given once", "stopped early"),
            lines=tuple(
                Line(
                    title=MEASURES[each.measure].name,
                    cells=(
                        of(Proportion(k=each.once, n=each.given)),
                        of(Proportion(k=each.stopped, n=each.given)),
                    ),
                )
                for each in figures.stops
            ),
        ),
        Grid(
            caption=f"The last measured session in a way that none before it was, of those with "
            f"two scores of {figures.by.words}",
            head=("Counted", "k of n"),
            lines=tuple(
                Line(title=title, cells=(of(found),))
                for title, found in (
                    ("Another medium, where recorded", figures.measured.medium),
                    ("Filled in another way", figures.measured.mode),
                )
                if found.n
            ),
        ),
    ]
    grids = [grid for grid in grids if grid.lines]
    if not grids:
        return None
    return Block(key="measured-to-the-end", heading="Measured to the end", grids=tuple(grids))


def _silent(silent: SilentCounts) -> Iterator[Line]:
    if not silent.of:
        return
    yield Line(
        title=f"Silent for {SILENT_FROM_DAYS} days or more",
        cells=(of(Proportion(k=silent.silent, n=silent.of)),),
    )
    if silent.silent:
        for band, n in zip(silence_words(), silent.bands, strict=True):
            yield Line(title=f"{band} days", cells=(str(n),), depth=1)
    if silent.paused:
        yield Line(title="on an agreed pause", cells=(str(silent.paused),), depth=1)


def _left_out(figures: LeftOpen) -> Iterator[Line]:
    left = sum(figures.left_out.values())
    if figures.ended:
        yield Line(
            title="Left out of every figure", cells=(of(Proportion(k=left, n=figures.ended)),)
        )
        for reason in LeftOut:
            if figures.left_out.get(reason):
                yield Line(title=reason.words, cells=(str(figures.left_out[reason]),), depth=1)
    if left:
        yield Line(
            title="after a second score was known",
            cells=(of(Proportion(k=figures.left_out_late, n=left)),),
            depth=1,
        )
    if figures.left_out_open:
        yield Line(title="Left out, still open", cells=(str(figures.left_out_open),))
