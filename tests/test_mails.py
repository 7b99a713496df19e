"""No mail says anything about a client: neither its text nor what could be put into it."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.template.loader import get_template
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from practice.models import Service
from tests.cast import Cast, make_client, make_episode
from tests.views.signing_in import PASSPHRASE, SECRET, code, give_passphrase

ROOT = Path(__file__).resolve().parent.parent
# Everything that a mail may be filled in with: who it is for, where and when, and a link.
MAY_BE_SAID = {
    *("at", "by", "current_site.domain", "invitation.service.name", "link", "password_reset_url"),
    *("timestamp", "until", "words"),
}
# By allauth, where it sends one of ours.
REACHABLE = (
    *("account/email/password_reset_key", "account/email/password_changed"),
    *("account/email/password_reset", "mfa/email/totp_activated", "mfa/email/totp_deactivated"),
    *("mfa/email/webauthn_added", "mfa/email/webauthn_removed"),
    "mfa/email/recovery_codes_generated",
)
REFERENCE, SERVICE = "QZX-4711", "Harbour"


def mail_templates() -> list[Path]:
    folder = ROOT / "templates"
    return [*folder.glob("**/email/*.txt"), *folder.glob("**/*mail*.txt")]


def test_what_a_mail_can_be_filled_in_with() -> None:
    assert len(mail_templates()) > 15
    found = {
        name
        for path in mail_templates()
        for name in re.findall(r"{{\s*([\w.]+)", path.read_text(encoding="utf-8"))
    }
    assert found == MAY_BE_SAID


def test_the_words_are_ours() -> None:
    for prefix in REACHABLE:
        for part in ("subject", "message"):
            template: Any = get_template(f"{prefix}_{part}.txt")
            origin = template.origin.name
            assert Path(origin).is_relative_to(ROOT / "templates"), prefix
            assert "password" not in get_template(f"{prefix}_subject.txt").render().lower()


def test_mails_are_made_in_few_places() -> None:
    """Whoever adds one looks at what it says."""
    makes = {"EmailMessage", "EmailMultiAlternatives", "send_mail", "mail_admins", "mail_managers"}
    found = {
        path.relative_to(ROOT / "practice").as_posix()
        for path in (ROOT / "practice").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in makes
    }
    assert found == {
        "management/commands/changepassword.py",
        "management/commands/second_factor.py",
        "telling.py",
        "views/invitations.py",
        "views/new_devices.py",
    }


@pytest.mark.django_db
def test_every_mail_names_nobody_in_therapy(
    client: Client, cast: Cast, settings: Settings, django_capture_on_commit_callbacks: Any
) -> None:
    settings.SENDS_MAIL = False
    make_episode(client=make_client(service=cast.service, reference=REFERENCE), holder=cast.alice)
    cast.alice.set_password(PASSPHRASE)
    cast.alice.save()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("account_reset_password"), {"email": cast.alice.email})
        give_passphrase(Client(), cast.alice.email)
        give_passphrase(client, cast.alice.email)
        client.post(reverse("account_reauthenticate"), {"password": PASSPHRASE})
        session = client.session
        session["mfa.totp.secret"] = SECRET
        session.save()
        client.post(reverse("mfa_activate_totp"), {"code": code()})
        client.post(reverse("mfa_generate_recovery_codes"))
        client.post(reverse("mfa_deactivate_totp"))
        new = "four loud geese at dawn"
        form = {"oldpassword": PASSPHRASE, "password1": new, "password2": new}
        client.post(reverse("account_change_password"), form)
    call_command("second_factor", cast.alice.email)
    # Those that wait for the transaction come last in a test.
    assert {sent.subject for sent in mail.outbox} == {
        "A new passphrase",
        "A new browser signed in",
        "An authenticator app was added",
        "New recovery codes",
        "The authenticator app was removed",
        "Your passphrase was changed",
    }
    for sent in mail.outbox:
        assert sent.to == [cast.alice.email]
        said = f"{sent.subject} {sent.body}"
        for word in (REFERENCE, SERVICE, "Alice", "Leda", "127.0.0.1", "password"):
            assert word not in said.replace("/account/password/", ""), word
    assert Service.objects.filter(name=SERVICE).exists()
