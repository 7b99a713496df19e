"""What somebody will try after reading a report, and the end of it."""

import datetime as dt
import uuid
from typing import Any

from django import forms

from practice.caseload_files import cells
from practice.domain.periods import day_words
from practice.forms.cell_fields import CellField, DayField
from practice.forms.reasons import ReasonField, reason_given

# As much as paper has room for beside the rest of its side.
LENGTH = 400
# AT MOST this far from today; farther is a slip of the pen. Ours.
FARTHEST = dt.timedelta(days=731)


def _any_day(**options: Any) -> CellField:
    return CellField(
        reader=lambda text: cells.day(text, today=dt.date.max),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        **options,
    )


def _words(label: str, help_text: str, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        **options,
    )


class ResolutionForm(forms.Form):
    """What, from when, what is expected of it, and when to look again."""

    use_required_attribute = False
    will_try = _words(
        "What I will try",
        "One thing, in plain words. No names of clients: it stands on the report.",
        error_messages={"required": "Write what you will try."},
    )
    expects = _words("What I expect", "How it would show in the figures.", required=False)
    uid = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, today: dt.date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today
        self.fields["from_on"] = _any_day(label="From", required=True)
        self.fields["from_on"].error_messages["required"] = "Give the day from which you try it."
        self.fields["look_again_on"] = _any_day(label="Look again on", required=False)
        self.order_fields(["will_try", "from_on", "expects", "look_again_on"])

    def clean_will_try(self) -> str:
        return _plain(self.cleaned_data["will_try"])

    def clean_expects(self) -> str:
        return _plain(self.cleaned_data["expects"])

    def clean_from_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["from_on"]
        if abs(day - self.today) > FARTHEST:
            raise forms.ValidationError("More than two years from today: correct the year.")
        return day

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        again, start = cleaned.get("look_again_on"), cleaned.get("from_on")
        if again is None or start is None:
            return cleaned
        if again <= start:
            self.add_error(
                "look_again_on", f"Give a day after the one it begins, {day_words(start)}."
            )
        elif again > start + FARTHEST:
            self.add_error(
                "look_again_on", "More than two years after it begins: correct the year."
            )
        return cleaned

    @property
    def values(self) -> dict[str, object]:
        """By the fields of the model."""
        names = ("will_try", "expects", "from_on", "look_again_on")
        return {name: self.cleaned_data[name] for name in names}

    @property
    def made(self) -> uuid.UUID:
        """The number that was made with the page, so that a double click stores once."""
        return self.cleaned_data["uid"] or uuid.uuid4()


class ResolutionCorrectionForm(ResolutionForm):
    """The same of one that is written, with why it is changed where that is asked."""

    def __init__(self, *args: Any, wants_reason: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if wants_reason:
            self.fields["reason"] = ReasonField()

    @property
    def reason(self) -> str:
        """As the history keeps it."""
        return reason_given(self.cleaned_data)


class ResolutionCloseForm(forms.Form):
    """From which day it is closed."""

    use_required_attribute = False

    def __init__(self, *args: Any, from_on: dt.date, today: dt.date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.from_on = from_on
        self.fields["closed_on"] = DayField(today=today, label="Closed on")

    def clean_closed_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["closed_on"]
        if day < self.from_on:
            raise forms.ValidationError(
                f"Before the day it began, {day_words(self.from_on)}: give a later day."
            )
        return day


def _plain(text: str) -> str:
    """Browsers end each line with two characters, which would be a change."""
    return text.replace("\r\n", "\n")
