"""What the words about scores mean."""

from collections.abc import Mapping

from practice.domain.measures import CORE10, GAD7, MEASURES, PHQ9, Measure
from practice.domain.outcomes import FINISHED_FROM, STALE_FROM
from practice.domain.signal_kinds import RISK_ABOVE
from practice.domain.word import NHS, OURS, Word


def _each(words: Mapping[Measure, str]) -> str:
    return ", ".join(f"{measure.name} {said}" for measure, said in words.items())


def _thresholds() -> str:
    return _each({measure: f"{measure.case_at} or more" for measure in MEASURES.values()})


def _bands(measure: Measure) -> str:
    bounds = [band.lower for band in measure.bands[1:]]
    tops = [str(bound - 1) for bound in bounds] + [str(measure.maximum)]
    parts = [
        f"{band.lower}-{top} {band.word}" for band, top in zip(measure.bands, tops, strict=True)
    ]
    return f"{measure.name}: {', '.join(parts)}."


def _sources(*measures: Measure) -> str:
    return "; ".join(dict.fromkeys(measure.case_source for measure in measures))


_RELIABLE = _each({measure: measure.reliable_change_note for measure in MEASURES.values()})
_RISK_ITEMS = ", ".join(
    f"item {measure.risk_item} of {measure.name}"
    for measure in MEASURES.values()
    if measure.risk_item is not None
)
_PRO_RATED = ", ".join(measure.name for measure in MEASURES.values() if measure.pro_rates)
# One item left out, the others ticked at 1.
_A_PRO_RATED_TOTAL = CORE10.total_from_answers([None, *(1 for _item in CORE10.items[1:])])

SCORES = (
    Word(
        slug="first-last-score",
        title="first and last score",
        text=(
            "The earliest and the latest valid score of a questionnaire from the referral up to the "
            "day of the ending. Scores at follow-ups and after the ending do not count. There is a "
            "last score only where there are at least two."
        ),
        source=NHS,
    ),
    Word(
        slug="caseness",
        title="caseness",
        text=(
            f"A first score at or above the cut-off of its questionnaire: {_thresholds()}. By "
            f"{PHQ9.name} and {GAD7.name} together, one of the two is enough; below on both is not "
            "at caseness; anything else is unknown. It says how high somebody scored, not what "
            "they have."
        ),
        source=_sources(PHQ9, GAD7, CORE10),
    ),
    Word(
        slug="reliable-change",
        title="reliable change",
        text=(
            "A change larger than the questionnaire's own error, up or down, first score against "
            f"last: {_RELIABLE}. Anything smaller may be chance."
        ),
        source=_sources(PHQ9, GAD7, CORE10),
    ),
    Word(
        slug="reliable-improvement",
        title="reliable improvement",
        text=(
            f"By {PHQ9.name} and {GAD7.name} together: reliably lower on at least one of them, and "
            "reliably higher on neither. By one questionnaire: reliably lower. A fall does not show "
            "that therapy caused it: some improve anyway, and high first scores tend to fall."
        ),
        source=NHS,
    ),
    Word(
        slug="reliable-deterioration",
        title="reliable deterioration, reliably worse",
        text=(
            f"By {PHQ9.name} and {GAD7.name} together: reliably higher on at least one of them, and "
            "reliably lower on neither. Better on one and worse on the other is no reliable change."
        ),
        source=f"{NHS}; it follows from the published counts",
    ),
    Word(
        slug="recovery",
        title="recovery",
        text=(
            "At caseness at first, and every last score below its cut-off. Reliable recovery: "
            "reliably improved as well. Both are below a cut-off on a questionnaire, no more. They "
            "are counted of the finished courses without those known not to be at caseness."
        ),
        source=NHS,
    ),
    Word(
        slug="late-first-score",
        title="late first score (late baseline)",
        text=(
            f"The first score came after the day of treatment session {FINISHED_FROM}, when some of "
            "the change may already have happened. It stays in, and is counted beside the outcome."
        ),
        source=OURS,
    ),
    Word(
        slug="stale-last-score",
        title="stale last score",
        text=(
            f"{STALE_FROM} or more treatment sessions came after the last score, so nobody knows how "
            "it stood at the end. It stays in, as the NHS counts it, and is counted beside the outcome."
        ),
        source=OURS,
    ),
    Word(
        slug="severity",
        title="mild, moderate, severe",
        text=" ".join(_bands(measure) for measure in MEASURES.values()),
        source="; ".join(dict.fromkeys(measure.source for measure in MEASURES.values())),
    ),
    Word(
        slug="pro-rated",
        title="a score with decimals",
        text=(
            f"One unanswered item of {_PRO_RATED} may be replaced by the mean of the others, which "
            f"gives a total such as {_A_PRO_RATED_TOTAL}. With more missing there is no score; a blank form is "
            "never 0."
        ),
        source=CORE10.source,
    ),
    Word(
        slug="risk-item",
        title="risk item",
        text=(
            f"The question about suicide or harm: {_RISK_ITEMS}. Any answer above {RISK_ABOVE} is "
            "shown, whatever the total, until somebody writes what was asked and done. Where only "
            "the total is known it is “not seen”, never 0. It is no test of risk: ask."
        ),
        source=OURS,
    ),
)
