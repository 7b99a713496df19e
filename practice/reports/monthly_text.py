"""The month's report in words and cells: page and paper draw this one object.

Everything that is printed is decided here, from the frozen figures; nothing is counted here.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from practice.charts.strip import StripRow
from practice.domain.endings import PLANNED, UNPLANNED, Ending
from practice.domain.estimates import Bounds, Proportion
from practice.domain.measures import PrimaryOutcome
from practice.domain.periods import day_words
from practice.domain.tallies import EndingTally
from practice.reports import words
from practice.reports.blocks import Block, Line, Picture
from practice.reports.figures import OutcomeFigures
from practice.reports.monthly import MonthlyReport
from practice.reports.monthly_counts import counts_of
from practice.reports.notes import Note
from practice.reports.side_two.figures import foot_blocks, side_two_blocks
from practice.reports.side_two.months import months_picture

INVENTED = "Invented data"
DRAFT = "Draft, not made for good"
DECLARED = "Planned, declared"
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
    marks, footnotes = _footnotes(report)
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
        strip=_strip(report),
        strip_words=_strip_words(report),
        measured=_measured(report),
        endings_head=(
            f"How {words.several(report.figures.endings.of, 'therapy', 'therapies')} ended",
            "n",
        ),
        endings=_endings(report.figures.endings),
        journey_title="The journey of those whose episode ended in the twelve months",
        journey_head=("", "n", "of", "%", "95% interval", report.comparator, "like for like"),
        journey=_journey(report, marks),
        footnotes=footnotes,
        outcomes_title=f"Outcomes by {report.primary.words}, two or more sessions",
        outcomes_head=(
            "If of those without two scores",
            "none did" if report.primary is PrimaryOutcome.CORE10 else "none did (NHS rule)",
            "they are left out",
            "all did",
        ),
        outcomes=_outcomes(report),
        outcomes_note=_outcomes_note(report),
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


def _outcomes(report: MonthlyReport) -> tuple[Line, ...]:
    tally = report.primary_tally
    if tally.of and not tally.paired:
        nothing = (words.NOT_MEASURED,) * 3
        return tuple(Line(title=line.title, cells=nothing) for line in report.outcome_lines)
    return tuple(
        Line(title=line.title, cells=tuple(words.in_full(own) for own in _three(line.bounds)))
        for line in report.outcome_lines
    )


def _three(bounds: Bounds) -> tuple[Proportion, Proportion, Proportion]:
    return bounds.none_of_unpaired, bounds.pairs_only, bounds.all_of_unpaired


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


def _measured(report: MonthlyReport) -> Note:
    """The two key indicators: how many have a measured ending, and how many of these improved."""
    entered = report.figures.entered[report.primary]
    return Note(
        heading="Measured endings",
        text=f"Of those who entered therapy, {words.in_full(entered.measured)} have a first and a "
        f"last score of {report.primary.words}; of these, "
        f"{words.in_full(entered.improved_of_measured)} improved reliably.",
    )


def _planned_rates(figures: OutcomeFigures) -> tuple[tuple[str, Proportion], ...]:
    endings = figures.endings
    return (
        (DECLARED, endings.declared),
        ("Planned, estimated", endings.estimated),
        ("with silent open", endings.with_silent(figures.silent_open)),
    )


def _strip(report: MonthlyReport) -> tuple[StripRow, ...]:
    # No diamond where nothing may be compared: too few, or too many endings not recorded.
    comparator = report.endings.comparison.comparator if report.endings.is_compared else None
    rows = []
    for label, own in _planned_rates(report.figures):
        shown = own.interval is not None and words.may_show_rate(own)
        low, high = own.interval if shown and own.interval else (None, None)
        declared = label == DECLARED
        rows.append(
            StripRow(
                label=label,
                counts=words.in_full(own),
                rate=float(own.rate) if shown and own.rate is not None else None,
                low=low,
                high=high,
                # The NHS rate leaves out unrecorded endings: it belongs beside the declared rate.
                published=float(comparator.rate) if comparator and declared else None,
            )
        )
    return tuple(rows)


def _strip_words(report: MonthlyReport) -> str:
    """The chart's legend, and what it shows for those who cannot see it."""
    published = report.endings.comparison
    diamond = (
        f" Diamond: {report.comparator}, {words.published(published)} of recorded endings"
        f" ({words.mark(published)})."
        if report.endings.is_compared
        else ""
    )
    return (
        "Dot and line: own rate with 95% interval, from ten endings. Declared leaves out "
        "unrecorded endings, estimated counts them as unplanned; the third line also counts the "
        f"{report.figures.silent_open} open without contact for 61 days or more.{diamond}"
    )


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


def _footnotes(report: MonthlyReport) -> tuple[dict[str, str], tuple[str, ...]]:
    """A letter for each distinct reason why a row is not like for like, and the notes."""
    reasons = dict.fromkeys(
        reason
        for comparison in (report.endings.comparison, *(row.comparison for row in report.journey))
        if (reason := words.differs(comparison))
    )
    letters = {reason: chr(ord("a") + index) for index, reason in enumerate(reasons)}
    return letters, tuple(f"{letter}: {reason}" for reason, letter in letters.items())


def _journey(report: MonthlyReport, letters: dict[str, str]) -> tuple[Line, ...]:
    lines = []
    for row in report.journey:
        own, reason = row.proportion, words.differs(row.comparison)
        letter = f" {letters[reason]}" if reason else ""
        lines.append(
            Line(
                title=f"{row.title} ({row.aside})" if row.aside else row.title,
                cells=(
                    str(own.k) if row.is_measured else words.DASH,
                    f"{own.n} {row.of_words}" if row.is_measured else words.NOT_MEASURED,
                    words.rate(own) if row.is_measured else words.DASH,
                    words.interval(own) if row.is_measured else words.DASH,
                    words.published(row.comparison),
                    words.mark(row.comparison) + letter,
                ),
                depth=row.depth,
                leads=row.depth == 0,
            )
        )
    return tuple(lines)


def _outcomes_note(report: MonthlyReport) -> str:
    tally = report.primary_tally
    return (
        f"Two scores: {words.in_full(tally.measured)}. Late first score (after the second "
        f"session): {tally.late_baseline}. Stale last score (two or more sessions after it): "
        f"{tally.stale_last}. Both stay in. Recovery is of those at case or unknown at the start."
    )
