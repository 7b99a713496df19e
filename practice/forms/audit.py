"""Which entries of the audit somebody wants to see."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils import timezone

from practice.cases.audit import deed_words
from practice.models import Deed, Practitioner

_ONE_DAY = dt.timedelta(days=1)


class AuditForm(forms.Form):
    """A person, a deed and a period; everything where nothing is chosen."""

    person = forms.ChoiceField(
        label="Who, or about whom",
        required=False,
        error_messages={"invalid_choice": "Choose somebody of this service."},
    )
    deed = forms.ChoiceField(
        label="What",
        required=False,
        choices=[("", "anything"), *((deed.value, deed_words(deed)) for deed in Deed)],
        error_messages={"invalid_choice": "Choose one of these."},
    )
    since = forms.DateField(
        label="From",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "Give a date, such as 2026-03-09."},
    )
    until = forms.DateField(
        label="Up to and including",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "Give a date, such as 2026-03-31."},
    )

    def __init__(self, data: Mapping[str, Any], *, people: Sequence[Practitioner]) -> None:
        super().__init__(data)
        choice = self.fields["person"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101 - said above; for the types
        choice.choices = [("", "anybody"), *((str(one.uid), str(one)) for one in people)]

    def clean_until(self) -> dt.date | None:
        until: dt.date | None = self.cleaned_data["until"]
        if until is not None and until == dt.date.max:
            raise forms.ValidationError("Give an earlier date.")
        return until

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", "Give a day that is not before the first one.")
        return cleaned

    @property
    def asked(self) -> dict[str, Any]:
        """What narrows the entries; of a form with errors only what is right."""
        found = self.cleaned_data
        since, until = found.get("since"), found.get("until")
        return {
            "person": uuid.UUID(found["person"]) if found.get("person") else None,
            "deed": found.get("deed", ""),
            "since": None if since is None else _midnight(since),
            "before": None if until is None else _midnight(until + _ONE_DAY),
        }


def _midnight(day: dt.date) -> dt.datetime:
    """By the practice's clock."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))
