"""The block that says what has been revised since earlier months were made for good."""

from collections.abc import Sequence

from practice.reports.blocks import Block, Grid, Line
from practice.reports.notes import Note
from practice.reports.revisions import MonthRevised, Revision
from practice.reports.words import several

KEY, HEADING = "revised", "Revised since printed"
# As many figures as paper has room for; the page of each report lists them all.
MOST_LINES = 5
MOST_REASONS = 3


def revised_block(months: Sequence[MonthRevised]) -> Block | None:
    """None where no earlier month was made for good; one quiet line where nothing was revised."""
    if not months:
        return None
    differing = [month for month in months if month.revisions]
    if not differing:
        of = "the month" if len(months) == 1 else f"the {len(months)} months"
        note = Note(
            heading="Nothing",
            text=f"Every figure of {of} made for good in the last twelve is as it was printed.",
        )
        return Block(key=KEY, heading=HEADING, notes=(note,), is_wide=True)
    lines = [_line(month, each) for month in differing for each in month.revisions]
    return Block(
        key=KEY,
        heading=HEADING,
        is_wide=True,
        grids=(
            Grid(
                caption="Figures of months made for good that differ now",
                head=("", "then", "now", "entered or changed since"),
                lines=tuple(lines[:MOST_LINES]),
            ),
        ),
        notes=(_counted(months, listed=min(len(lines), MOST_LINES)), *_reasons(differing)),
    )


def _line(month: MonthRevised, revision: Revision) -> Line:
    return Line(
        title=f"{month.month.words}: {revision.title}",
        cells=(revision.then_words, revision.now_words, revision.why),
    )


def _counted(months: Sequence[MonthRevised], *, listed: int) -> Note:
    each = "; ".join(
        f"{month.month.words} {several(len(month.revisions), 'figure', 'figures')}"
        for month in months
        if month.revisions
    )
    left = sum(len(month.revisions) for month in months) - listed
    more = f" {left} of them are not listed here, but on the page of each report." if left else ""
    return Note(heading="How many", text=f"{each}.{more}")


def _reasons(months: Sequence[MonthRevised]) -> tuple[Note, ...]:
    """What was given as reasons, as it was typed."""
    found = list(dict.fromkeys(reason for month in months for reason in month.reasons))
    if not found:
        return ()
    quoted = ", ".join(f"“{reason}”" for reason in found[:MOST_REASONS])
    more = len(found) - MOST_REASONS
    rest = f", and {several(more, 'other', 'others')}" if more > 0 else ""
    return (Note(heading="Reasons given", text=f"{quoted}{rest}."),)
