"""The first practice and its owner."""

from typing import Any, ClassVar

from django import forms
from django.contrib.auth.password_validation import validate_password

from practice import first_run
from practice.models import Practitioner, Service


class PracticeForm(forms.ModelForm[Service]):
    """The first practice: its settings, and the account of its owner."""

    code = forms.CharField(
        label="One-time code", help_text="It stands in the terminal where the program was started."
    )
    owner_name = forms.CharField(
        label="Your name", max_length=150, help_text="As your reports print it."
    )
    email = forms.EmailField(label="Your e-mail", help_text="You sign in with it.")
    password = forms.CharField(
        label="Password",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 12 characters; a few words are easier to keep in mind.",
    )
    again = forms.CharField(
        label="The same password again",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    class Meta:
        model = Service
        fields = ("name", "primary_outcome", "logs_every_enquiry")
        labels: ClassVar = {
            "name": "Name of your practice",
            "primary_outcome": "Your main measure of outcome",
            "logs_every_enquiry": "Every enquiry is logged here, also from those who never come",
        }
        help_texts: ClassVar = {
            "primary_outcome": "The report's sentence on outcomes rests on it. Can be changed.",
            "logs_every_enquiry": "Only then are those who never started compared with the NHS.",
        }

    field_order = ("code", "name", "owner_name", "email", "password", "again", "primary_outcome")

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
        password, again = cleaned.get("password"), cleaned.get("again")
        if password and again and password != again:
            self.add_error("again", "The two passwords are not the same.")
        if password:
            try:
                validate_password(password, user=self.owner(cleaned))
            except forms.ValidationError as problem:
                self.add_error("password", problem)
        return cleaned

    @staticmethod
    def owner(cleaned: dict[str, Any]) -> Practitioner:
        """The account asked for, not yet saved."""
        return Practitioner(
            email=cleaned.get("email", ""), name=cleaned.get("owner_name", "").strip()
        )
