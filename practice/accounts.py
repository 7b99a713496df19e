"""How people come by an account, and sign in: they are given one, or invited. Nobody signs up."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import perform_login
from allauth.core.internal.ratelimit import get_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url

from practice import post
from practice.actions.audit import record, record_failed_sign_in
from practice.models import Deed, Practitioner
from practice.models.encrypted import EncryptedTextField, UnreadableText
from practice.views.access import signed_in
from practice.views.new_devices import greet_device, known_device
from practice.views.readings import page_name
from practice.views.sign_ins import take_passphrase

# What turns a secret of a second factor into what the database holds: the keys of the notes.
_SECRET = EncryptedTextField()


class ClosedSignup(DefaultAccountAdapter):
    """Accounts are made by the practice; nobody can make one on a page without an invitation."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "The e-mail address or the passphrase is not right.",
        "enter_current_password": "This is not the passphrase in force.",
        "incorrect_password": "This is not the passphrase in force.",
        "too_many_login_attempts": "Too many failed attempts to sign in. Try again in a few minutes.",
        "rate_limited": "Too many wrong codes. Try again in a few minutes.",
    }

    def login(self, request: HttpRequest, user: Any) -> None:
        """Every step of signing in is behind them, the second factor included."""
        record(deed=Deed.SIGNED_IN, who=user, subject=user.uid, detail=page_name(request))
        super().login(request, user)

    def logout(self, request: HttpRequest) -> None:
        if request.user.is_authenticated:
            person = signed_in(request)
            record(deed=Deed.SIGNED_OUT, who=person, subject=person.uid, detail=page_name(request))
        super().logout(request)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        super().authentication_failed(request, **credentials)
        record_failed_sign_in(email=str(credentials.get("email", "")), detail=page_name(request))

    def set_password(self, user: Practitioner, password: str) -> None:
        """By the page that changes it, and by a link that was sent."""
        take_passphrase(self.request, password, person=user)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Practitioner,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Asked after each change that the owner of an account should hear of: also the audit's."""
        if template_prefix.startswith("mfa/"):
            code = template_prefix.rpartition("/")[2]
            record(deed=Deed.FACTOR, who=user, subject=user.uid, detail=code)
        super().send_notification_mail(template_prefix, user, context, email)

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return resolve_url("security")

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """The ways to show that it is still the same person, in this program's words."""
        words = {
            "reauthenticate": "Use your passphrase",
            "mfa_reauthenticate": "Use a code",
            "mfa_reauthenticate:webauthn": "Use a passkey",
        }
        methods = super().get_reauthentication_methods(user)
        return [method | {"description": words[method["id"]]} for method in methods]

    def post_login(self, request: HttpRequest, user: Practitioner, **login: Any) -> HttpResponse:
        """The last step of every way to sign in, after the second factor."""
        response: HttpResponse = super().post_login(request, user, **login)
        greet_device(request, response, person=user)
        return response

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Posted beside the answer: how long that takes must not tell who has an account here."""
        context = {"current_site": _Site(self.request), "email": email} | context
        post.send(self.render_mail(template_prefix, email, context))

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """What failed attempts are counted by, five in five minutes: never the account alone.

        Else whoever knows an address could shut its owner out. A browser that has signed in to the
        account before is counted by itself, any other together with its network address: of IPv6
        the part that one line has for itself, as allauth's other limits count.
        """
        email = Practitioner.objects.normalise(credentials.get("email", ""))
        device = known_device(request, email=email)
        place = f"address {get_ip(request)}" if device is None else f"device {device}"
        return f"{email} {place}"


def sign_in_by_link(request: HttpRequest, person: Practitioner, *, to: str) -> HttpResponse:
    """Somebody has just made or opened their account: they go on to the page named `to`.

    By the steps of every other way to sign in: a second factor that the account has is asked for,
    and the browser is known from now on.
    """
    response: HttpResponse = perform_login(request, person, redirect_url=resolve_url(to))
    return response


class _Site:
    """What mails say for the place where the account is."""

    def __init__(self, request: HttpRequest) -> None:
        self.domain = self.name = request.get_host()


class SecondFactors(DefaultMFAAdapter):
    """Second factors: their secrets encrypted as the notes are, and their words."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "This is not right, or was used already. Try the next code.",
        "lost_key": "The key that codes are checked with is lost: use a passkey, or have it taken off.",
        "cannot_generate_recovery_codes": "Set up an authenticator app or a passkey first.",
    }

    def encrypt(self, text: str) -> str:
        """What the database holds of a secret."""
        return str(_SECRET.get_prep_value(text))

    def decrypt(self, encrypted_text: str) -> str:
        """The secret. Raises UnreadableNoteError where the key that wrote it is not there any more.

        Where the installation goes on without the lost key: ValidationError, a wrong code's answer.
        """
        text = _SECRET.from_db_value(encrypted_text)
        if isinstance(text, UnreadableText):
            raise self.validation_error("lost_key")
        return str(text)

    def generate_authenticator_name(self, user: Practitioner, type: Authenticator.Type) -> str:  # noqa: A002
        """What a new passkey is called until somebody says otherwise."""
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return f"Passkey {number}"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The site as browsers name it beside a passkey."""
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return entity | {"name": settings.MFA_TOTP_ISSUER}
