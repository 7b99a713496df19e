"""Outcomes by each measure beside the primary one, always with the three completeness lines."""

from collections.abc import Mapping

from practice.domain.estimates import Bounds, round_half_up
from practice.domain.measures import MEASURES, PrimaryOutcome
from practice.domain.tallies import OutcomeTally, ScoreTally
from practice.reports import words
from practice.reports.blocks import Block, Grid, Line
from practice.reports.notes import Note

# domain rule: an effect size stands on paper and page from this many pairs.
EFFECT_SIZE_FROM = 20


def measures_block(
    finished: Mapping[PrimaryOutcome, OutcomeTally],
    scores: Mapping[str, ScoreTally],
    *,
    primary: PrimaryOutcome,
) -> Block | None:
    """Every other rule that anybody is paired on; None when there is none.

    finished: outcomes over finished courses, by rule. scores: means over everybody who entered
    therapy and ended, by measure.
    """
    others = [by for by in PrimaryOutcome if by is not primary and finished[by].paired]
    if not others:
        return None
    return Block(
        key="by-measure",
        heading="Outcomes by the other measures, two or more sessions",
        is_wide=True,
        leaves_room=True,
        grids=(
            Grid(
                caption="If of those without two scores none, or all, had shown the change",
                head=("", "none did", "they are left out", "all did"),
                lines=tuple(line for by in others for line in _lines(finished[by], scores=scores)),
            ),
        ),
        notes=(
            Note(
                heading="Effect size",
                text="Mean fall over the standard deviation of the first scores, of all pairs that "
                f"entered therapy and ended; from {EFFECT_SIZE_FROM}.",
            ),
        )
        if any(map(effect_words, scores.values()))
        else (),
    )


def _lines(tally: OutcomeTally, *, scores: Mapping[str, ScoreTally]) -> tuple[Line, ...]:
    effects = "".join(
        f"; {MEASURES[code].name} effect size {said}"
        for code in tally.by.measures
        if (said := effect_words(scores[code]))
    )
    return (
        Line(
            title=f"{tally.by.words}: two scores {words.in_full(tally.measured)}; late first "
            f"{tally.late_baseline}, stale last {tally.stale_last}{effects}",
            cells=("", "", ""),
            leads=True,
        ),
        Line(title="reliably improved", cells=_three(tally.improvement), depth=1),
        Line(title="recovered", cells=_three(tally.recovery), depth=1),
        Line(title="reliably worse", cells=_three(tally.deterioration), depth=1),
    )


def _three(bounds: Bounds) -> tuple[str, str, str]:
    return (
        words.in_full(bounds.none_of_unpaired),
        words.in_full(bounds.pairs_only),
        words.in_full(bounds.all_of_unpaired),
    )


def effect_words(tally: ScoreTally) -> str:
    """With its n and which standard deviation; "" under twenty pairs."""
    if tally.effect_size is None or tally.paired < EFFECT_SIZE_FROM:
        return ""
    return f"{round_half_up(tally.effect_size, 2)} ({tally.paired} pairs)"
