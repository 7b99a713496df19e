"""Fields read by the rules of the caseload file: page and file take the same, and refuse alike."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from practice.caseload_files import cells
from practice.caseload_files.cells import CellError


def as_sentence(text: str) -> str:
    """Words that stand after a colon in a list of problems, as a sentence of their own."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


class CellField(forms.CharField):
    """One line of text that a reader of caseload_files.cells understands; None where it is empty."""

    def __init__(self, *, reader: Callable[[str], object], **options: Any) -> None:
        self.reader = reader
        super().__init__(**({"required": False} | options))

    def to_python(self, value: object) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            return self.reader(text)
        except CellError as problem:
            raise ValidationError(as_sentence(str(problem))) from None


class DayField(CellField):
    """A day that has come, as a browser's date field or a British hand writes it."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def __init__(self, *, today: dt.date, **options: Any) -> None:
        self.today = today
        super().__init__(reader=_day, **({"required": True} | options))
        self.widget.attrs["max"] = today.isoformat()
        self.error_messages["required"] = "Give the day."

    def to_python(self, value: object) -> Any:
        found = super().to_python(value)
        if found is not None and found > self.today:
            raise ValidationError(
                f"After today, {self.today.isoformat()}: give a day that has come."
            )
        return found


def number_input(**attributes: str) -> forms.TextInput:
    """A short field for figures, for which a phone shows its digits."""
    return forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"} | attributes)


def _day(text: str) -> dt.date:
    return cells.day(text, today=dt.date.max)
