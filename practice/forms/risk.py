"""What was asked and done about a risk item."""

from typing import Any

from django import forms
from django.http import QueryDict

from practice.forms.reasons import ReasonField, reason_given
from practice.models import RiskResponse

LONGEST = 20_000


def _words(label: str, help_text: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Write a sentence: the risk item stays open without it."},
    )


class RiskForm(forms.Form):
    """Both are required. stored: the response there is, in the state `version`.

    wants_reason: it is somebody else's, or older, so that another wording asks for a reason.
    """

    asked = _words(
        "What was asked", "What you asked about it and what the client said, in a sentence or two."
    )
    done = _words(
        "What was done", "What you agreed or did; also when nothing more was needed, and why."
    )
    # Which words were looked at: else one could write over another's without having seen them.
    version = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)

    def __init__(
        self,
        data: QueryDict | None,
        *,
        stored: RiskResponse | None,
        version: int,
        wants_reason: bool,
    ) -> None:
        first = {"asked": stored.asked, "done": stored.done} if stored else {}
        super().__init__(data, initial={**first, "version": version})
        self._first, self._version = first, str(version)
        if wants_reason:
            self.fields["reason"] = ReasonField()

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if {name: cleaned.get(name) for name in ("asked", "done")} == self._first:
            # What is stored already needs no reason, and is a second click.
            self.errors.pop("reason", None)
        elif cleaned.get("version") != self._version:
            # It is refused as stale: a reason is asked once its page has shown what it replaces.
            self.errors.pop("reason", None)
        return cleaned

    @property
    def version_seen(self) -> int:
        """The state that the page showed; one that never was, where it was tampered with."""
        text = str(self.cleaned_data.get("version", ""))
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else -1

    @property
    def reason(self) -> str:
        """Why, as the history keeps it."""
        return reason_given(self.cleaned_data)
