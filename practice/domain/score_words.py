"""What a new score means: its severity word, against last time, and against the first."""

from collections.abc import Sequence
from decimal import Decimal

from practice.domain.change import Change
from practice.domain.measures import Measure, in_figures

FIRST_SCORE = "the first score"


def score_words(measure: Measure, total: Decimal, earlier: Sequence[Decimal]) -> str:
    """12 moderate; 3 lower than last time, no reliable change since the start (15).

    earlier: the scores that count before this one, earliest first.
    """
    said = f"{in_figures(total)} {measure.band(total).word}"
    if not earlier:
        return f"{said}; {FIRST_SCORE}"
    first, last = earlier[0], earlier[-1]
    change = Change(measure=measure, first=first, last=total).direction.words
    return (
        f"{said}; {_step(total - last)} last time, {change} since the start ({in_figures(first)})"
    )


def _step(points: Decimal) -> str:
    if not points:
        return "the same as"
    return f"{in_figures(abs(points))} {'lower' if points < 0 else 'higher'} than"
