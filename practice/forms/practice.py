"""The first practice and its owner."""

from typing import Any

from django import forms

from practice import first_run
from practice.forms.accounts import again_field, check_new, passphrase_field
from practice.forms.services import SettingsForm
from practice.models import Practitioner


class PracticeForm(SettingsForm):
    """The first practice: its settings, and the account of its owner."""

    code = forms.CharField(
        label="One-time code",
        help_text="It stands in the terminal where the program was started.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    owner_name = forms.CharField(
        label="Your name",
        max_length=150,
        help_text="As your reports print it.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label="Your e-mail",
        help_text="You sign in with it.",
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = passphrase_field()
    again = again_field()

    field_order = ("code", "name", "owner_name", "email", "password", "again", "primary_outcome")

    @property
    def first_fields(self) -> list[forms.BoundField]:
        """What stands above the signals."""
        return [self[name] for name in (*self.field_order, "logs_every_enquiry")]

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if not first_run.is_right(code):
            raise forms.ValidationError(
                "This is not the code in force. Look at the terminal; after too many tries start "
                "the program again for a new one."
            )
        return code

    def clean_email(self) -> str:
        return Practitioner.objects.normalise(self.cleaned_data["email"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        check_new(self, cleaned, person=self.owner(cleaned))
        return cleaned

    @staticmethod
    def owner(cleaned: dict[str, Any]) -> Practitioner:
        """The account asked for, not yet saved."""
        return Practitioner(
            email=cleaned.get("email", ""), name=cleaned.get("owner_name", "").strip()
        )
