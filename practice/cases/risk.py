"""The risk items of the forms: answered, not seen, and whether somebody has written about them."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce, Substr

from practice.domain.measures import MEASURES, Measure
from practice.domain.signal_kinds import RISK_ABOVE, RiskAnswer
from practice.models import Episode, MeasureCompletion

RISK_MEASURES = tuple(code for code, measure in MEASURES.items() if measure.risk_item is not None)
NOT_SEEN = "risk item not seen"


@dataclass(frozen=True, kw_only=True)
class RiskItem:
    """The risk item of one form. answer is None when it was not seen, which is never 0."""

    completion: uuid.UUID
    measure: Measure
    on: dt.date
    answer: int | None
    is_answered_for: bool

    @property
    def risk(self) -> RiskAnswer | None:
        """As the signals read it; None when it was not seen."""
        if self.answer is None:
            return None
        return RiskAnswer(
            measure=self.measure.code,
            on=self.on,
            answer=self.answer,
            is_answered_for=self.is_answered_for,
        )

    @property
    def is_open(self) -> bool:
        """Above 0, and nobody has written what was asked and done."""
        return self.risk is not None and self.risk.is_open

    @property
    def words(self) -> str:
        """PHQ-9 item 9: 1, or that it was not seen."""
        if self.answer is None:
            return f"{self.measure.name}: {NOT_SEEN}"
        return f"{self.measure.name} item {self.measure.risk_item}: {self.answer}"


def risk_items_of(
    episodes: QuerySet[Episode], *, on: dt.date
) -> Mapping[int, tuple[RiskItem, ...]]:
    """By episode, oldest first: one for each form up to the day that has a risk item. One query."""
    return _by_episode(_forms_of(episodes, on=on))


def open_risks_of(
    episodes: QuerySet[Episode], *, on: dt.date
) -> Mapping[int, tuple[RiskItem, ...]]:
    """The same of those alone that are above 0 and not written about, read from the forms of many.

    For the ended episodes of a practice, of which nearly all have nothing open. One query.
    """
    above = Q()
    for code in RISK_MEASURES:
        marks = [str(answer) for answer in range(RISK_ABOVE + 1, MEASURES[code].maximum_answer + 1)]
        above |= Q(measure=code, **{f"{code}_mark__in": marks})
    forms = _forms_of(episodes, on=on).annotate(
        **{
            f"{code}_mark": Substr("answers", MEASURES[code].risk_item or 1, 1)
            for code in RISK_MEASURES
        }
    )
    return _by_episode(forms.filter(above, risk_response__isnull=True))


def _forms_of(episodes: QuerySet[Episode], *, on: dt.date) -> QuerySet[MeasureCompletion]:
    keys = episodes.order_by().values("pk")
    forms = MeasureCompletion.objects.of_episodes(keys).filter(measure__in=RISK_MEASURES)
    return forms.filter(Q(session__held_on__lte=on) | Q(completed_on__lte=on))


def _by_episode(forms: QuerySet[MeasureCompletion]) -> Mapping[int, tuple[RiskItem, ...]]:
    rows = (
        forms.annotate(
            key=Coalesce("session__episode_id", "episode_id"),
            day=Coalesce("session__held_on", "completed_on"),
            place=Coalesce("session__position", "position"),
            response=F("risk_response__pk"),
        )
        .order_by("day", "place", "pk")
        .values_list("key", "uid", "measure", "day", "answers", "response")
    )
    found: defaultdict[int, list[RiskItem]] = defaultdict(list)
    for key, uid, measure, day, answers, response in rows:
        found[key].append(
            RiskItem(
                completion=uid,
                measure=MEASURES[measure],
                on=day,
                answer=MeasureCompletion(measure=measure, answers=answers).risk_answer,
                is_answered_for=response is not None,
            )
        )
    return {key: tuple(items) for key, items in found.items()}
