"""What was changed after entry: counts, each of how many, in plain words."""

from collections.abc import Iterator
from dataclasses import dataclass

from practice.cases.integrity import Ledger
from practice.cohorts import Cohort
from practice.domain.estimates import Proportion
from practice.domain.integrity import LATE_AFTER_DAYS, Way
from practice.domain.integrity_counts import (
    EndingCounts,
    ScoreCounts,
    SessionCounts,
    count_endings,
    count_scores,
    count_sessions,
)
from practice.domain.measures import PrimaryOutcome
from practice.domain.periods import Month, Period
from practice.reports.blocks import Block, Grid, Line
from practice.reports.notes import Note
from practice.reports.side_two.integrity_words import pair, to_and_from, ways, within
from practice.reports.side_two.left_open import LeftOpen, left_open, left_open_block
from practice.reports.words import several


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What is dated in one period, and what became of it after its entry."""

    scores: ScoreCounts
    sessions: SessionCounts
    endings: EndingCounts


@dataclass(frozen=True, kw_only=True)
class Integrity:
    """year: the twelve months; month: the report's own, named by `of`; left: of the twelve months.

    Left-out episodes are among the changes, because leaving out hides nothing.
    """

    of: Month
    year: Changes
    month: Changes
    left: LeftOpen


def integrity(ledger: Ledger, year: Cohort, *, of: Month, by: PrimaryOutcome) -> Integrity:
    """Count them. year: the cohort of the twelve months to the month's end. No query is made."""
    return Integrity(
        of=of,
        year=changes(ledger, year.period),
        month=changes(ledger, of.period.until(year.period.end)),
        left=left_open(year, how=ledger.how, paused_until=ledger.paused_until, by=by),
    )


def changes(ledger: Ledger, period: Period) -> Changes:
    """What is dated in a period within that of the ledger."""
    return Changes(
        scores=count_scores(ledger.scores, period),
        sessions=count_sessions(ledger.sessions, period),
        endings=count_endings(ledger.endings, period),
    )


def integrity_blocks(figures: Integrity) -> tuple[Block, ...]:
    """What was changed, and beside it what is left open and left out; what has data."""
    blocks = (_changed(figures), left_open_block(figures.left))
    return tuple(block for block in blocks if block is not None)


def _changed(figures: Integrity) -> Block | None:
    month, year = figures.month, figures.year
    lines = (
        *_scores(year.scores, month.scores),
        *_sessions(year.sessions, month.sessions),
        *_endings(year.endings, month.endings),
    )
    if not lines:
        return None
    return Block(
        key="integrity",
        heading="Changed after entry",
        is_wide=True,
        leaves_room=True,
        grids=(
            Grid(
                caption="Of everything dated in these months, as known when printed, left-out "
                "episodes included",
                head=("Counted", figures.of.words, "twelve months"),
                lines=lines,
            ),
        ),
        notes=(Note(heading="How it is counted", text=_counting(figures)),),
    )


def _scores(year: ScoreCounts, month: ScoreCounts) -> Iterator[Line]:
    if not year.of:
        return
    yield pair("Scores changed after entry", year.changed, month.changed)
    yield from within("within 24 hours", ways(year.soon), ways(month.soon))
    yield from within("later", ways(year.later), ways(month.later))
    if year.entered_here:
        yield pair(
            f"Scores entered more than {LATE_AFTER_DAYS} days late",
            Proportion(k=year.late, n=year.entered_here),
            Proportion(k=month.late, n=month.entered_here),
        )


def _sessions(year: SessionCounts, month: SessionCounts) -> Iterator[Line]:
    if not year.of:
        return
    if year.with_score:
        yield pair(
            "Session kind changed after a score was known",
            Proportion(k=year.kind_changed, n=year.with_score),
            Proportion(k=month.kind_changed, n=month.with_score),
        )
        yield from within(
            "to a follow-up, or from one",
            to_and_from(year.to_follow_up, year.from_follow_up),
            to_and_from(month.to_follow_up, month.from_follow_up),
        )
        yield pair(
            "Session day changed after a score was known",
            Proportion(k=year.day_changed, n=year.with_score),
            Proportion(k=month.day_changed, n=month.with_score),
        )
    yield pair(
        "Sessions removed after entry",
        Proportion(k=year.removed, n=year.of),
        Proportion(k=month.removed, n=month.of),
    )
    if year.entered_here:
        yield pair(
            f"Sessions entered more than {LATE_AFTER_DAYS} days late",
            Proportion(k=year.late, n=year.entered_here),
            Proportion(k=month.late, n=month.entered_here),
        )
    if year.imported:
        yield pair(
            "Sessions imported (never called late)",
            Proportion(k=year.imported, n=year.of),
            Proportion(k=month.imported, n=month.of),
        )


def _endings(year: EndingCounts, month: EndingCounts) -> Iterator[Line]:
    if not year.of:
        return
    yield pair(
        "Endings given another day",
        Proportion(k=year.redated, n=year.of),
        Proportion(k=month.redated, n=month.of),
    )
    yield pair(
        "Endings given another reason",
        Proportion(k=year.recoded, n=year.of),
        Proportion(k=month.recoded, n=month.of),
    )
    yield from within(
        "to a planned ending, or from one",
        to_and_from(year.to_planned, year.from_planned),
        to_and_from(month.to_planned, month.from_planned),
    )
    yield from within(
        "either, more than 24 hours after entry",
        str(year.later or ""),
        str(month.later or ""),
    )
    yield pair(
        "Episodes reopened",
        Proportion(k=year.reopened, n=year.of),
        Proportion(k=month.reopened, n=month.of),
    )


def _counting(figures: Integrity) -> str:
    scores = figures.year.scores
    more = scores.edits - scores.changed.k
    several_times = (
        f" The {several(scores.changed.k, 'score', 'scores')} were changed {scores.edits} times."
        if more
        else ""
    )
    return (
        "A change is no mistake: most put something right. A score counts once: as later when any "
        "change came more than 24 hours after entry, and by its last total against the first; "
        f"changed and changed back is “{Way.SAME}”.{several_times} Late, after the day it was "
        f"held, is our own rule; a score added to an old session is late. An ending that is "
        "recorded where it was not has been given another reason."
    )
