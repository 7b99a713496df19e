"""Short ways to sign in for the tests of it: with a passphrase, and with the code of an app."""

import time
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.test import Client
from django.urls import reverse

from practice.models import Practitioner

PASSPHRASE = "three quiet herons"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
LOGIN, CODE, SECURITY = reverse("account_login"), reverse("mfa_authenticate"), reverse("security")


def give_app(person: Practitioner) -> None:
    """An authenticator app with a known secret, and recovery codes."""
    totp.TOTP.activate(person, SECRET)
    RecoveryCodes.activate(person)


def code(*, steps: int = 0, secret: str = SECRET) -> str:
    """What the app shows; steps: half minutes from now."""
    shown: str = totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30 + steps))
    return shown


def recovery_codes(person: Practitioner) -> list[str]:
    row = Authenticator.objects.get(user=person, type=Authenticator.Type.RECOVERY_CODES)
    return list(row.wrap().get_unused_codes())


def give_passphrase(client: Client, email: str, passphrase: str = PASSPHRASE, **more: Any) -> Any:
    form = {"login": email, "password": passphrase} | more.pop("form", {})
    return client.post(LOGIN, form, **more)


def is_in(client: Client) -> bool:
    """Whether the browser is signed in."""
    return client.get(SECURITY).status_code == 200
