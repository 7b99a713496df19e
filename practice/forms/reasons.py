"""The reason that a later correction asks for."""

from typing import Any

from django import forms

from practice.actions.corrections import PUT_RIGHT

REASON_LENGTH = 300


class ReasonField(forms.CharField):
    """Why something is changed: required, or not asked where the entry is one's own and fresh."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", "Why it is changed")
        options.setdefault("help_text", "It is kept in the history, with your name and the time.")
        options.setdefault("max_length", REASON_LENGTH)
        super().__init__(**options)


def reason_given(cleaned: dict[str, Any]) -> str:
    """The reason typed, or the words that stand for none being needed."""
    return cleaned.get("reason") or PUT_RIGHT
