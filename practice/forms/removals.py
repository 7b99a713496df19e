"""What is asked before an entry is taken back."""

from typing import Any

from django import forms

from practice.actions.versions import StaleError
from practice.forms.reasons import ReasonField


class RemovalForm(forms.Form):
    """Why, where a reason is asked for, and which version was looked at."""

    use_required_attribute = False

    def __init__(self, *args: Any, needs_reason: bool, seen: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"] = forms.CharField(
            widget=forms.HiddenInput, initial=seen, required=False
        )
        if needs_reason:
            self.fields["reason"] = ReasonField(label="Why it is taken back")

    def look_again(self, problem: StaleError) -> None:
        """Say what was changed meanwhile; the next try counts as one that has seen it."""
        data = self.data.copy()  # type: ignore[attr-defined]
        data["seen"] = self.fields["seen"].initial
        self.data = data
        self.add_error(None, str(problem))
