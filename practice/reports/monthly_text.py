"""The month's report in words and cells: page and paper draw this one object.

Everything that is printed is decided here, from the frozen figures; nothing is counted here.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from practice.charts.strip import StripRow
from practice.domain.endings import PLANNED, UNPLANNED, Ending
from practice.domain.measures import PrimaryOutcome
from practice.domain.periods import day_words
from practice.domain.tallies import EndingTally
from practice.reports import words
from practice.reports.blocks import Block, Line, Picture
from practice.reports.figures import OutcomeFigures
from practice.reports.monthly import MonthlyReport
from practice.reports.monthly_counts import counts_of
from practice.reports.notes import Note
from practice.reports.outcome_text import (
    OUTCOME_HEAD,
    journey_head,
    measured_note,
    outcome_cells,
    outcomes_note,
    paper_footnotes,
    row_lines,
    strip_rows,
    strip_words,
)
from practice.reports.side_two.figures import foot_blocks, side_two_blocks
from practice.reports.side_two.months import months_picture

INVENTED = "Invented data"
DRAFT = "Draft, not made for good"
PURPOSE = "Service evaluation, not performance management"


@dataclass(frozen=True, kw_only=True)
class MonthlyText:
    """A month's report, ready to be drawn."""

    title: str
    whose: str
    invented: str
    printed_on: dt.date
    facts: str
    sentences: tuple[Note, ...]
    strip: tuple[StripRow, ...]
    strip_words: str
    measured: Note
    endings_head: tuple[str, ...]
    endings: tuple[Line, ...]
    journey_title: str
    journey_head: tuple[str, ...]
    journey: tuple[Line, ...]
    footnotes: tuple[str, ...]
    outcomes_title: str
    outcomes_head: tuple[str, ...]
    outcomes: tuple[Line, ...]
    outcomes_note: str
    counts: tuple[Note, ...]
    notes_title: str
    notes: tuple[Note, ...]
    months: Picture
    front_blocks: tuple[Block, ...]
    blocks: tuple[Block, ...]
    foot_blocks: tuple[Block, ...]
    definitions_title: str
    definitions_head: tuple[str, ...]
    definitions: tuple[Line, ...]
    status: str = DRAFT


def monthly_text(report: MonthlyReport) -> MonthlyText:
    """Put a report into words."""
    letters, notes = paper_footnotes(report)
    return MonthlyText(
        title=_title(report),
        whose=f"{report.practitioner}, {report.service}" if report.practitioner else report.service,
        invented=INVENTED if report.is_invented else "",
        printed_on=report.printed_on,
        facts=_facts(report),
        sentences=tuple(
            Note(heading=heading, text=text)
            for heading, text in zip(
                ("Endings", "Outcomes", "With care"), report.sentences, strict=True
            )
        ),
        strip=strip_rows(report),
        strip_words=strip_words(report),
        measured=measured_note(report),
        endings_head=(
            f"How {words.several(report.figures.endings.of, 'therapy', 'therapies')} ended",
            "n",
        ),
        endings=_endings(report.figures.endings),
        journey_title="The journey of those whose episode ended in the twelve months",
        journey_head=journey_head(report),
        journey=row_lines(report.journey, letters),
        footnotes=notes,
        outcomes_title=f"Outcomes by {report.primary.words}, two or more sessions",
        outcomes_head=(
            "If of those without two scores",
            OUTCOME_HEAD[0] if report.primary is PrimaryOutcome.CORE10 else "none did (NHS rule)",
            *OUTCOME_HEAD[1:],
        ),
        outcomes=outcome_cells(report.primary_tally),
        outcomes_note=outcomes_note(report),
        counts=counts_of(report),
        notes_title="Definitions, cautions, sources",
        notes=report.notes,
        months=months_picture(report.months),
        front_blocks=() if report.scatter is None else (report.scatter,),
        blocks=side_two_blocks(report.side_two, report.figures),
        foot_blocks=foot_blocks(report.side_two),
        definitions_title="Every rate with its definition",
        definitions_head=("Rate", "k of n", "counted", "of whom", "left out"),
        definitions=tuple(
            Line(
                title=rate.title,
                cells=(
                    words.counts(rate.proportion),
                    rate.numerator,
                    rate.denominator,
                    "; ".join(f"{n} {why}" for why, n in rate.left_out.items()) or words.DASH,
                ),
            )
            for rate in report.figures.rates.values()
        ),
    )


def _title(report: MonthlyReport) -> str:
    until = f", up to {day_words(report.period.end)}" if report.is_running else ""
    return f"Monthly report, {report.month.words}{until}"


def _facts(report: MonthlyReport) -> str:
    return (
        f"Rates are of the twelve months {report.period.words}. Ended: {report.figures.ended}. "
        f"Left out of every figure: {_left_out(report.figures)}. "
        f"Beside: {report.comparator}. Printed on {day_words(report.printed_on)}."
    )


def _left_out(figures: OutcomeFigures) -> str:
    """How many by reason, how many once the outcome was known, and how many are still open."""
    parts = [f"{n} {reason.words}" for reason, n in sorted(figures.left_out.items())]
    if figures.left_out_after_second_score:
        parts.append(f"{figures.left_out_after_second_score} after a second score was known")
    why = f" ({', '.join(parts)})" if parts else ""
    still_open = f", and {figures.left_out_open} still open" if figures.left_out_open else ""
    return f"{sum(figures.left_out.values())}{why}{still_open}"


def _endings(endings: EndingTally) -> tuple[Line, ...]:
    def branch(reasons: Sequence[Ending]) -> tuple[Line, ...]:
        return tuple(
            Line(title=reason.words, cells=(str(endings.by_reason.get(reason, 0)),), depth=1)
            for reason in reasons
        )

    return (
        Line(title="Planned", cells=(str(endings.planned),), leads=True),
        *branch(PLANNED),
        Line(
            title="of these at a limit, wished to continue",
            cells=(str(endings.wished_to_continue),),
            depth=1,
        ),
        Line(title="Unplanned", cells=(str(endings.unplanned),), leads=True),
        *branch(UNPLANNED),
        Line(title="Not recorded", cells=(str(endings.not_recorded),), leads=True),
        Line(title="Died (in neither rate)", cells=(str(endings.died),)),
    )
