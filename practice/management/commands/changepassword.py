"""Gives somebody a passphrase, typed twice on the machine itself."""

import getpass
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.management.base import BaseCommand, CommandError
from django.template.loader import render_to_string
from django.utils import timezone

from practice import post
from practice.actions.passphrases import choose_passphrase
from practice.forms.accounts import NOT_THE_SAME
from practice.management.ready import ensure_ready
from practice.models import Practitioner

MOST_TRIES = 3


class Command(BaseCommand):
    """changepassword EMAIL."""

    help = (
        "Asks twice for a new passphrase and gives it to a person, who is signed out everywhere and "
        "told by mail. A second factor that they have stays. Make sure first that it is the person "
        "who asks."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL", help="the address that they sign in with")

    def handle(self, *args: Any, **options: Any) -> None:
        ensure_ready()
        email = Practitioner.objects.normalise(options["email"])
        person = Practitioner.objects.filter(email=email).first()
        if person is None:
            raise CommandError("nobody has an account with that address")
        had_one = person.has_usable_password()
        passphrase = self._asked(person)
        choose_passphrase(
            person=person,
            passphrase=passphrase,
            by=None,
            detail="changepassword",
            now=timezone.now(),
        )
        # Whoever had none has nothing to be surprised by.
        if had_one:
            body = render_to_string("security/passphrase_given_mail.txt")
            post.send(
                EmailMessage(
                    subject="You were given a new passphrase", body=body, to=[person.email]
                )
            )
        self.stdout.write(f"{person.email} signs in with the new passphrase from now on.")

    def _asked(self, person: Practitioner) -> str:
        for _ in range(MOST_TRIES):
            passphrase = getpass.getpass(f"New passphrase for {person.email}: ")
            if getpass.getpass("Once more: ") != passphrase:
                self.stderr.write(NOT_THE_SAME)
                continue
            try:
                validate_password(passphrase, person)
            except ValidationError as problem:
                self.stderr.write("\n".join(problem.messages))
                continue
            return passphrase
        raise CommandError(f"no passphrase after {MOST_TRIES} tries: nothing was changed")
