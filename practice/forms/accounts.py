"""The forms of signing in, as allauth has them, with this program's words."""

from collections.abc import Sequence
from typing import Any

from allauth.account import forms as account
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password

from practice.demonstration import LEAD_EMAIL, OTHERS, PASSPHRASE
from practice.models import Practitioner
from practice.passphrases import HELP

NOT_THE_SAME = "The two passphrases are not the same."
AGAIN = "The same passphrase again"


class InOurWords:
    """Labels by field; and no placeholder, which would say the same again and go when one types."""

    labels: dict[str, str] = {}
    helps: dict[str, str] = {}
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            field.help_text = self.helps.get(name, field.help_text)


class _Twice(InOurWords):
    """A new passphrase is typed twice."""

    labels = {"password1": "New passphrase", "password2": AGAIN}
    helps = {"password1": HELP}

    def add_error(self, field: str | None, error: Any) -> None:
        # allauth adds to the second field only that it differs from the first.
        is_plain = not isinstance(error, forms.ValidationError)
        words = NOT_THE_SAME if field == "password2" and is_plain else error
        super().add_error(field, words)  # type: ignore[misc]


class SignInForm(InOurWords, account.LoginForm):  # type: ignore[misc]
    """Who somebody is."""

    labels = {"login": "E-mail", "password": "Passphrase"}

    @property
    def demonstration(self) -> tuple[str, str] | None:
        """E-mail and passphrase that open the demonstration; None where real records are."""
        return (LEAD_EMAIL, PASSPHRASE) if settings.DEMO else None

    @property
    def demonstration_others(self) -> Sequence[tuple[str, str]]:
        """Whom else the demonstration opens as, by the same passphrase: e-mail, and who that is."""
        return OTHERS if settings.DEMO else ()


class PassphraseAgainForm(InOurWords, account.ReauthenticateForm):  # type: ignore[misc]
    """To make sure that it is still the same person."""

    labels = {"password": "Passphrase"}


class PassphraseChangeForm(_Twice, account.ChangePasswordForm):  # type: ignore[misc]
    """Another passphrase, by somebody who knows the one in force."""

    labels = {"oldpassword": "Passphrase until now"} | _Twice.labels


class PassphraseForgottenForm(InOurWords, account.ResetPasswordForm):  # type: ignore[misc]
    """Where the link for a new passphrase is to go."""

    labels = {"email": "E-mail"}

    @property
    def sends_mail(self) -> bool:
        """Else the link becomes a file, and the page says who can find it."""
        return bool(settings.SENDS_MAIL)


class PassphraseNewForm(_Twice, account.ResetPasswordKeyForm):  # type: ignore[misc]
    """A new passphrase, by somebody who has the link."""


def passphrase_field() -> forms.CharField:
    """A new passphrase, in a form of our own."""
    return forms.CharField(
        label="Passphrase", strip=False, help_text=HELP, widget=_new_passphrase_input()
    )


def again_field() -> forms.CharField:
    """The same, typed again."""
    return forms.CharField(label=AGAIN, strip=False, widget=_new_passphrase_input())


def check_new(form: forms.BaseForm, cleaned: dict[str, Any], *, person: Practitioner) -> None:
    """The fields `password` and `again` of a form, for that person: alike, and good enough."""
    passphrase, again = cleaned.get("password"), cleaned.get("again")
    if passphrase and again and passphrase != again:
        form.add_error("again", NOT_THE_SAME)
    if passphrase:
        try:
            validate_password(passphrase, user=person)
        except forms.ValidationError as problem:
            form.add_error("password", problem)


def _new_passphrase_input() -> forms.PasswordInput:
    return forms.PasswordInput(attrs={"autocomplete": "new-password"})
