"""Says which second factors somebody has, and takes them off when they are lost."""

from argparse import ArgumentParser
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.mail import EmailMessage
from django.core.management.base import BaseCommand, CommandError
from django.template.loader import render_to_string

from practice import post
from practice.actions.second_factor import remove_factors
from practice.management.ready import ensure_ready
from practice.models import Practitioner

_WORDS = {
    Authenticator.Type.TOTP: "authenticator app",
    Authenticator.Type.WEBAUTHN: "passkey",
    Authenticator.Type.RECOVERY_CODES: "recovery codes",
}


class Command(BaseCommand):
    """second_factor EMAIL [--remove]."""

    help = (
        "Prints which second factors a person has. With --remove, takes all of them off: for "
        "somebody who has lost both the telephone and the recovery codes. Make sure first that it "
        "is the person who asks. A mail tells them."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL", help="the address that they sign in with")
        parser.add_argument("--remove", action="store_true", help="take all of them off")

    def handle(self, *args: Any, **options: Any) -> None:
        ensure_ready()
        email = Practitioner.objects.normalise(options["email"])
        person = Practitioner.objects.filter(email=email).first()
        if person is None:
            raise CommandError("nobody has an account with that address")
        if options["remove"] and remove_factors(person=person, by=None):
            body = render_to_string("security/factors_removed_mail.txt")
            mail = EmailMessage(
                subject="Your second factor was taken off", body=body, to=[person.email]
            )
            post.send(mail)
            self.stdout.write("All are taken off; the passphrase alone opens the account now.")
            return
        factors = Authenticator.objects.filter(user=person).order_by("created_at")
        for factor in factors:
            words = _WORDS[Authenticator.Type(factor.type)]
            self.stdout.write(f"{words}, since {factor.created_at:%Y-%m-%d}")
        if not factors:
            self.stdout.write("none: the passphrase alone opens the account")
