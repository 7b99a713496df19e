"""One questionnaire of the day: its total, its risk item, or its answers item by item."""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from django import forms

from practice.actions.sessions import FormEntry, RefusedFieldError
from practice.caseload_files import cells
from practice.domain.change import Direction
from practice.domain.forms import disagreement, doubts
from practice.domain.measures import Measure, Mode, in_figures
from practice.domain.records import ScoreRecord
from practice.domain.score_words import FIRST_SCORE, score_words
from practice.forms.cell_fields import CellField, as_sentence, number_input
from practice.models import MeasureCompletion
from practice.models.completion import pack_answers
from practice.reports.questionnaires import questionnaire, why_withheld

UNANSWERED = "no answer"
# As ScoreRecord.order.
Place = tuple[dt.date, bool, int]
LAST: Place = (dt.date.max, True, 0)
EMPTY = (
    "A form has item answers, a total, or both. To be rid of the whole form, use “Take this form "
    "back” below."
)


@dataclass(frozen=True, kw_only=True)
class Tick:
    """One answer to choose. shown: the figure printed under the box on paper; "" for no answer."""

    id: str
    value: str
    shown: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, kw_only=True)
class ItemLine:
    """One item with its answers, and what is wrong with the one given."""

    number: int
    text: str
    name: str
    ticks: tuple[Tick, ...]
    errors: Any


class ScoreForm(forms.Form):
    """A form of one measure. What is empty is not recorded.

    stored, place: as it stands and its place among the scores, when it is corrected. others: the
    other scores that count, earliest first.
    """

    def __init__(
        self,
        data: Any = None,
        *,
        measure: Measure,
        stored: MeasureCompletion | None = None,
        place: Place = LAST,
        others: Sequence[ScoreRecord] = (),
    ) -> None:
        self.measure, self.stored, self.place = measure, stored, place
        self.others = tuple(others)
        self.withheld = why_withheld(measure)
        self.entry: FormEntry | None = None
        self.doubts: tuple[str, ...] = ()
        super().__init__(data, prefix=measure.code, initial=self._stored_values())
        self.fields["total"] = CellField(
            label=f"{measure.name} total, 0 to {measure.maximum}",
            reader=partial(cells.total, measure=measure),
            widget=number_input(
                inputmode="decimal" if measure.pro_rates else "numeric", maxlength="20"
            ),
        )
        read = partial(cells.answer, measure=measure)
        if measure.risk_item is not None:
            self.fields["risk"] = CellField(
                label=self._risk_label(measure.risk_item),
                help_text="Empty: risk item not seen.",
                reader=read,
                widget=number_input(maxlength="1"),
            )
        if not self.withheld:
            for number in range(1, len(measure.items) + 1):
                self.fields[f"item_{number}"] = CellField(
                    label=f"{measure.name}, item {number}", reader=read
                )

    @property
    def is_given(self) -> bool:
        """Something stands in it, stored or typed; or something is wrong in it."""
        return self.stored is not None or (
            self.is_bound and any(self[name].data for name in self.fields)
        )

    @property
    def items_are_open(self) -> bool:
        """Answers beside the risk item stand in it."""
        return any(
            self[name].value() not in {None, ""} for name in self.fields if name.startswith("item_")
        )

    @property
    def items(self) -> list[ItemLine]:
        """The licensed wording in order, with the figures that stand on the paper form."""
        if self.withheld:
            return []
        return [
            ItemLine(
                number=item.number,
                text=item.text,
                name=self.add_prefix(f"item_{item.number}"),
                ticks=self._ticks(item.number, item.scores),
                errors=self[f"item_{item.number}"].errors,
            )
            for item in questionnaire(self.measure).items
        ]

    @property
    def said(self) -> str:
        """What the stored score means; empty without one."""
        if self.stored is None or self.stored.total is None:
            return ""
        before = [score.total for score in self.others if score.order < self.place]
        return score_words(self.measure, self.stored.total, before)

    @property
    def rules(self) -> list[tuple[str, str]]:
        """Everything that the running words need, for data attributes: the script knows no number."""
        measure = self.measure
        rules = {
            "measure": measure.code,
            "items": str(len(measure.items)),
            "maximum": str(measure.maximum),
            "missing-allowed": str(measure.missing_allowed),
            "reliable-change": str(measure.reliable_change),
            "risk-item": str(measure.risk_item or ""),
            "bands": json.dumps([[band.lower, band.word] for band in measure.bands]),
            "scores": json.dumps([self._as_told(score) for score in self.others]),
            "improved": Direction.IMPROVED.words,
            "unchanged": Direction.UNCHANGED.words,
            "worse": Direction.DETERIORATED.words,
            "first-score": FIRST_SCORE,
        }
        return list(rules.items())

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        total: Decimal | None = cleaned["total"]
        answers = self._answers(cleaned)
        if self.errors:
            return cleaned
        problem = disagreement(self.measure, answers, total)
        if problem is not None:
            self.add_error("total", as_sentence(problem))
            return cleaned
        if total is None and all(answer is None for answer in answers):
            return cleaned
        if total is None:
            total = self.measure.total_from_answers(answers)
        self.doubts = doubts(self.measure, answers, total)
        self.entry = FormEntry(
            measure=self.measure.code, answers=pack_answers(answers), total=total, mode=None
        )
        return cleaned

    def in_mode(self, mode: Mode | None) -> FormEntry | None:
        """What was entered, and how it came."""
        if self.entry is None:
            return None
        return FormEntry(
            measure=self.entry.measure,
            answers=self.entry.answers,
            total=self.entry.total,
            mode=mode,
        )

    def given(self, mode: Mode | None) -> FormEntry:
        """As in_mode, for a form that must not be emptied. Raises RefusedFieldError when it is."""
        entry = self.in_mode(mode)
        if entry is None:
            raise RefusedFieldError(self.measure.code, EMPTY)
        return entry

    def _as_told(self, score: ScoreRecord) -> list[object]:
        # Of the same day, those after the one corrected are marked.
        comes_later = score.on == self.place[0] and score.order > self.place
        return [score.on.isoformat(), in_figures(score.total), comes_later]

    def _answers(self, cleaned: dict[str, Any]) -> tuple[int | None, ...]:
        count, risk_item = len(self.measure.items), self.measure.risk_item
        answers = [cleaned.get(f"item_{number}") for number in range(1, count + 1)]
        if risk_item is None:
            return tuple(answers)
        risk, among = cleaned["risk"], answers[risk_item - 1]
        if self.withheld:
            kept = self._kept_answers(cleaned["total"], risk)
            if kept is not None:
                return kept
        if risk is not None and among is not None and risk != among:
            self.add_error(
                "risk",
                f"Item {risk_item} is {risk} here and {among} among the items: correct one of "
                "the two.",
            )
        answers[risk_item - 1] = among if risk is None else risk
        return tuple(answers)

    def _kept_answers(
        self, total: Decimal | None, risk: int | None
    ) -> tuple[int | None, ...] | None:
        # Where items may not be shown, those stored stay for as long as total and risk item do.
        if self.stored is None or self.stored.item_answers is None:
            return None
        is_unchanged = (total, risk) == (self.stored.total, self.stored.risk_answer)
        return self.stored.item_answers if is_unchanged else None

    def _stored_values(self) -> dict[str, str]:
        if self.stored is None:
            return {}
        answers = self.stored.item_answers or (None,) * len(self.measure.items)
        values = {
            f"item_{number}": str(answer)
            for number, answer in enumerate(answers, start=1)
            if answer is not None
        }
        has_total_from_items = self.measure.total_from_answers(answers) is not None
        if self.stored.risk_answer is not None:
            values["risk"] = str(self.stored.risk_answer)
        if set(values) == {"risk", f"item_{self.measure.risk_item}"}:
            # Alone beside a total: emptied in the one field, it is gone.
            del values[f"item_{self.measure.risk_item}"]
        # A total that follows from the items is not asked twice: one correction would need two.
        if self.stored.total is not None and (self.withheld or not has_total_from_items):
            values["total"] = in_figures(self.stored.total)
        return values

    def _risk_label(self, number: int) -> str:
        span = f"0 to {self.measure.maximum_answer}"
        if self.withheld:
            return f"Item {number} (the risk item), {span}"
        return f"Item {number} (“{self.measure.items[number - 1]}”), {span}"

    def _ticks(self, number: int, scores: tuple[int, ...]) -> tuple[Tick, ...]:
        field = self[f"item_{number}"]
        chosen = str(field.value() or "").strip()
        choices = [
            *(
                (str(value), str(score), label)
                for value, (score, label) in enumerate(
                    zip(scores, self.measure.answers, strict=True)
                )
            ),
            ("", "", UNANSWERED),
        ]
        return tuple(
            Tick(
                id=f"{field.auto_id}_{value or 'none'}",
                value=value,
                shown=shown,
                label=label,
                is_chosen=value == chosen,
            )
            for value, shown, label in choices
        )
