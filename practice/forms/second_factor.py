"""The forms of the second factor, as allauth has them, with this program's words."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as passkeys
from django import forms
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.forms.fields import InvalidJSONInput

from practice.actions.audit import record_failed_sign_in
from practice.forms.accounts import InOurWords
from practice.models import Practitioner

LONGEST_NAME = 60
# Characters: ours have fewer than two thousand.
LONGEST_CREDENTIAL = 50_000
# What an answer that no browser gives may raise, beside what allauth expects.
STRANGE = (AttributeError, KeyError, IndexError, TypeError, ValueError, struct.error)
_DIGITS = {"inputmode": "numeric", "autocomplete": "one-time-code", "autocapitalize": "off"}


class _Code(InOurWords):
    """A code is typed."""

    labels = {"code": "Code"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs.update(_DIGITS)
        self.fields["code"].max_length = 40  # type: ignore[attr-defined]


class CodeForm(_Code, base.AuthenticateForm):  # type: ignore[misc]
    """A code of the app or of the paper, after the passphrase."""

    helps = {"code": "Six digits from your authenticator app, or one of your recovery codes."}

    def clean_code(self) -> str:
        with _failure_written_down(self.user):
            code: str = super().clean_code()
            return _only_once(self, code)


class CodeAgainForm(_Code, base.ReauthenticateForm):  # type: ignore[misc]
    """A code, to make sure that it is still the same person."""

    helps = CodeForm.helps

    def clean_code(self) -> str:
        code: str = super().clean_code()
        return _only_once(self, code)


class AppForm(_Code, totp.ActivateTOTPForm):  # type: ignore[misc]
    """The first code of an authenticator app: then it knows the secret."""

    labels = {"code": "The code that the app shows now"}

    def clean_code(self) -> str:
        code: str = super().clean_code()
        _use_up(self.user, code)
        return code


class _CredentialField(forms.JSONField):
    """What a browser answers: a few kilobytes; more, or of no use as JSON, is nothing of a browser's."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and len(value) > LONGEST_CREDENTIAL:
            raise get_adapter().validation_error("incorrect_code")
        try:
            return super().to_python(value)
        except (RecursionError, ValueError):
            raise get_adapter().validation_error("incorrect_code") from None

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Nothing: an answer is good once, so no page gives it back."""
        return InvalidJSONInput("")


class _Credential:
    """A passkey has answered. allauth and what it stands on take some strange answers for faults."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"] = _CredentialField(widget=forms.HiddenInput)

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except STRANGE:
            raise get_adapter().validation_error("incorrect_code") from None


class PasskeySignInForm(_Credential, passkeys.LoginWebAuthnForm):  # type: ignore[misc]
    """A passkey alone."""

    def clean_credential(self) -> Any:
        # Whose it would be, only the answer itself says: that proves nothing, and is not written.
        with _failure_written_down(None):
            return super().clean_credential()


class PasskeyCodeForm(_Credential, passkeys.AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey after the passphrase."""

    def clean_credential(self) -> Any:
        with _failure_written_down(self.user):
            return super().clean_credential()


class PasskeyAgainForm(_Credential, passkeys.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey, to make sure that it is still the same person."""


class PasskeyForm(InOurWords, passkeys.AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey; the browser makes it."""

    labels = {"name": "What to call it", "passwordless": "Also to sign in with it alone"}
    helps = {
        "name": "Such as the device that holds it.",
        "passwordless": (
            "Without the passphrase. Take this off for a key that asks for neither a PIN nor a "
            "finger."
        ),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"passwordless": True} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.fields["credential"] = _CredentialField(widget=forms.HiddenInput)
        _limit_name(self)

    def clean(self) -> dict[str, Any]:
        try:
            cleaned: dict[str, Any] = super().clean()
        except STRANGE:
            raise get_adapter().validation_error("incorrect_code") from None
        return cleaned


class PasskeyNameForm(InOurWords, passkeys.EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a passkey."""

    labels = {"name": "What to call it"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _limit_name(self)


@contextmanager
def _failure_written_down(person: Practitioner | None) -> Iterator[None]:
    """Around the step after the passphrase: whoever fails there has failed to sign in."""
    try:
        yield
    except ValidationError:
        page = "mfa_login_webauthn" if person is None else "mfa_authenticate"
        record_failed_sign_in(email="" if person is None else person.email, detail=page)
        raise


def _limit_name(form: Any) -> None:
    form.fields["name"].max_length = LONGEST_NAME
    form.fields["name"].widget.attrs["maxlength"] = str(LONGEST_NAME)


def _only_once(form: Any, code: str) -> str:
    """allauth remembers a used code for one period, but with the tolerance it is good for three."""
    is_paper = form.authenticator.type == Authenticator.Type.RECOVERY_CODES
    if not is_paper and not _use_up(form.user, code):
        raise get_adapter().validation_error("incorrect_code")
    return code


def _use_up(person: Practitioner, code: str) -> bool:
    """Whether the code had not been used yet. The cache is shared by all processes."""
    digits = "".join(sign for sign in code if sign.isdecimal())
    periods = 2 * settings.MFA_TOTP_TOLERANCE + 2
    return cache.add(f"code-used:{person.pk}:{digits}", 1, timeout=periods * 30)
