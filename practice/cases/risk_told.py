"""The risk items of many episodes with what was asked and done about them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from practice.cases.case import Case
from practice.cases.entries import Response
from practice.cases.questions import answer_label
from practice.cases.risk import RiskItem
from practice.cases.wording import moment_words, person_words
from practice.domain.signal_kinds import RISK_ABOVE
from practice.models import RiskResponse


@dataclass(frozen=True, kw_only=True)
class RiskTold:
    """The risk item of one form; response is None where nobody has written."""

    item: RiskItem
    response: Response | None

    @property
    def is_told(self) -> bool:
        """Whether there is something to say beyond the answer: above 0, or written about."""
        return self.response is not None or (
            self.item.answer is not None and self.item.answer > RISK_ABOVE
        )

    @property
    def words(self) -> str:
        """PHQ-9 item 9: 1, Several days."""
        answer = self.item.answer
        label = "" if answer is None else answer_label(self.item.measure, answer)
        return ", ".join(words for words in (self.item.words, label) if words)


def load_risks_told(cases: Collection[Case]) -> Mapping[int, tuple[RiskTold, ...]]:
    """By episode, every form with a risk item, the latest first: one query."""
    answered = [
        item.completion for case in cases for item in case.risk_items if item.is_answered_for
    ]
    rows = RiskResponse.objects.filter(completion__uid__in=answered).select_related(
        "completion", "written_by"
    )
    responses = {
        row.completion.uid: Response(
            asked=row.asked,
            done=row.done,
            written_by=person_words(row.written_by),
            written_at=moment_words(row.written_at),
        )
        for row in rows
    }
    return {
        case.episode.pk: tuple(
            RiskTold(item=item, response=responses.get(item.completion))
            for item in reversed(case.risk_items)
        )
        for case in cases
    }
