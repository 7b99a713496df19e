"""What somebody hopes to reach, and the last day of it."""

import datetime as dt
import re
import uuid
from decimal import Decimal
from typing import Any

from django import forms

from practice.caseload_files import cells
from practice.caseload_files.cells import CellError
from practice.domain.periods import day_words
from practice.domain.targets import target_rates
from practice.forms.cell_fields import CellField
from practice.forms.reasons import ReasonField, reason_given

LENGTH = 400
# AT MOST this far from today, and from first to last day; farther is a slip of the pen. Ours.
FARTHEST = dt.timedelta(days=5 * 366)

_PERCENT = re.compile(r"([0-9]{1,3})(?:[.,]([0-9]))?")


def percent(text: str) -> Decimal:
    """0 to 100 with at most one decimal; a per cent sign is taken off. Raises CellError."""
    found = _PERCENT.fullmatch(text.removesuffix("%").strip())
    if found is None:
        raise CellError("write a percentage with at most one decimal, such as 65 or 61.5")
    number = Decimal(f"{found[1]}.{found[2] or 0}")
    if number > Decimal(100):
        raise CellError("a percentage lies between 0 and 100")
    return number


def _any_day(**options: Any) -> CellField:
    return CellField(
        reader=lambda text: cells.day(text, today=dt.date.max),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        **options,
    )


class TargetForm(forms.Form):
    """Which rate, how much of it, why, and for which days."""

    use_required_attribute = False
    rate = forms.ChoiceField(
        label="Which rate",
        choices=[("", "choose one"), *target_rates()],
        error_messages={
            "required": "Choose the rate that you set yourself a target for.",
            "invalid_choice": "No target can be set for that: choose one of the list.",
        },
    )
    percent = CellField(
        reader=percent,
        required=True,
        label="What you hope for, in per cent",
        help_text="0 to 100, with at most one decimal.",
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"required": "Write a percentage, such as 65 or 61.5."},
    )
    why = forms.CharField(
        label="Why, or where this number comes from",
        help_text="If you like. No names of clients.",
        max_length=LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    uid = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, today: dt.date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today
        self.fields["from_on"] = _any_day(label="From", required=True)
        self.fields["from_on"].error_messages["required"] = "Give the day from which it stands."
        self.fields["until"] = _any_day(
            label="Until",
            required=False,
            help_text="Its last day. Left empty, it stands until you end it.",
        )
        self.order_fields(["rate", "percent", "from_on", "until", "why"])

    def clean_why(self) -> str:
        # Browsers end each line with two characters, which would be a change.
        why: str = self.cleaned_data["why"].replace("\r\n", "\n")
        return why

    def clean_from_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["from_on"]
        if abs(day - self.today) > FARTHEST:
            raise forms.ValidationError("More than five years from today: correct the year.")
        return day

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        start, until = cleaned.get("from_on"), cleaned.get("until")
        if start is not None and until is not None:
            wrong = last_day_problem(until, from_on=start)
            if wrong:
                self.add_error("until", wrong)
        return cleaned

    @property
    def values(self) -> dict[str, object]:
        """By the fields of the model."""
        names = ("rate", "percent", "why", "from_on", "until")
        return {name: self.cleaned_data[name] for name in names}

    @property
    def made(self) -> uuid.UUID:
        """The number that was made with the page, so that a double click stores once."""
        return self.cleaned_data["uid"] or uuid.uuid4()


class TargetCorrectionForm(TargetForm):
    """The same of one that is set, with why it is changed where that is asked."""

    def __init__(self, *args: Any, wants_reason: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if wants_reason:
            self.fields["reason"] = ReasonField()

    @property
    def reason(self) -> str:
        """As the history keeps it."""
        return reason_given(self.cleaned_data)


class TargetEndForm(forms.Form):
    """The last day on which it stands."""

    use_required_attribute = False

    def __init__(self, *args: Any, from_on: dt.date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.from_on = from_on
        self.fields["until"] = _any_day(label="Its last day", required=True)
        self.fields["until"].error_messages["required"] = "Give the day."

    def clean_until(self) -> dt.date:
        day: dt.date = self.cleaned_data["until"]
        wrong = last_day_problem(day, from_on=self.from_on)
        if wrong:
            raise forms.ValidationError(wrong)
        return day


def last_day_problem(day: dt.date, *, from_on: dt.date) -> str:
    """What is wrong with a last day beside the first; empty where nothing is."""
    if day < from_on:
        return f"Before the day it begins, {day_words(from_on)}: give a later day."
    if day > from_on + FARTHEST:
        return "More than five years after it begins: correct the year."
    return ""
