"""Whether the parts of one filled-in form agree: its total, its items, its risk item.

The import and the page ask the same questions here, and say the same sentences.
"""

from collections.abc import Sequence
from decimal import Decimal

from practice.domain.measures import Measure, in_figures

Answers = Sequence[int | None]


def disagreement(measure: Measure, answers: Answers, total: Decimal | None) -> str | None:
    """What stands against storing a total beside these answers (as ticked); None when nothing does.

    All items must make the total. The risk item may stand alone beside it; any other part of the
    items cannot confirm it.
    """
    if total is None or all(answer is None for answer in answers):
        return None
    from_items = measure.total_from_answers(answers)
    if from_items is not None:
        if from_items == total:
            return None
        return (
            f"the items make a total of {in_figures(from_items)}: correct the total or "
            "the items, or give only one of the two"
        )
    if is_only_risk(measure, answers):
        return None
    given = sum(answer is not None for answer in answers)
    alone = (
        ""
        if measure.risk_item is None
        else f", only item {measure.risk_item} (the risk item) beside the total"
    )
    return (
        f"{given} of {len(answers)} items {'stands' if given == 1 else 'stand'} beside a "
        f"total and cannot confirm it: give all items{alone}, or one of the two alone"
    )


def doubts(measure: Measure, answers: Answers, total: Decimal | None) -> tuple[str, ...]:
    """What is worth a second look in a form that is kept: no score, or a risk item against it.

    total: as stored, None for a form with too many items missing.
    """
    found = []
    if total is None:
        missing = sum(answer is None for answer in answers)
        found.append(
            f"{missing} of {len(answers)} items of {measure.name} "
            f"{'is' if missing == 1 else 'are'} unanswered: kept as an incomplete form without "
            "a score"
        )
    risk = None if measure.risk_item is None else answers[measure.risk_item - 1]
    if risk is not None and total is not None:
        highest = measure.maximum - measure.maximum_answer + risk
        if not risk <= total <= highest:
            found.append(
                f"a total of {in_figures(total)} does not go with {risk} on item "
                f"{measure.risk_item} (the risk item): check both"
            )
    return tuple(found)


def is_only_risk(measure: Measure, answers: Answers) -> bool:
    """Whether the risk item is the one item answered."""
    given = {item for item, answer in enumerate(answers, start=1) if answer is not None}
    return given == {measure.risk_item}
