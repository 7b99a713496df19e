"""The risk item of one form as the client read it, with the answer."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings

from practice.domain.measures import CORE10, MEASURES, Measure, in_figures
from practice.models import MeasureCompletion


@dataclass(frozen=True, kw_only=True)
class RiskQuestion:
    """wording, licence: empty where this installation may not show the items."""

    name: str
    number: int
    on: dt.date
    score: str
    recall: str
    wording: str
    answer: int
    label: str
    licence: str


def may_show_items(measure: Measure) -> bool:
    """Whether the measure's wording may stand on a page here.

    The licence of CORE-10 is non-commercial: a host who charges turns its wording off.
    """
    return measure is not CORE10 or bool(settings.CORE10_ITEMS)


def answer_label(measure: Measure, answer: int) -> str:
    """What was ticked, as printed on the form; empty where the wording may not be shown."""
    return measure.answers[answer] if may_show_items(measure) else ""


def risk_question(form: MeasureCompletion, *, answer: int) -> RiskQuestion:
    """What a form's risk item asked. Raises ValueError for a measure without one."""
    measure = MEASURES[form.measure]
    if measure.risk_item is None:
        raise ValueError(f"{measure.name} has no risk item")
    on = form.completed_on if form.session is None else form.session.held_on
    if on is None:
        raise ValueError("a form has a day, of its own or of its session")
    is_shown = may_show_items(measure)
    total = form.total
    return RiskQuestion(
        name=measure.name,
        number=measure.risk_item,
        on=on,
        score=(
            "without a score"
            if total is None
            else f"{in_figures(total)}, {measure.band(total).word}"
        ),
        recall=measure.recall,
        wording=measure.items[measure.risk_item - 1] if is_shown else "",
        answer=answer,
        label=answer_label(measure, answer),
        licence=measure.licence if is_shown else "",
    )
