"""Prints the settings of a practice and its members, and changes them."""

import shlex
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, transaction
from django.utils import timezone

from practice.actions.services import (
    add_members,
    change_email,
    change_service,
    rename_practitioner,
)
from practice.actions.writing import RefusedError
from practice.databases import why_refused
from practice.domain.measures import PrimaryOutcome
from practice.domain.second_factors import AskFactor
from practice.domain.signal_kinds import SWITCHABLE, Signal
from practice.management.asked import asked_service
from practice.management.ready import ensure_ready
from practice.management.roles import WHY, add_role_options, change_roles, role_lines
from practice.members import Member, members_of, places_of
from practice.models import Membership, Practitioner, Role, Service, Supervising
from practice.telling import tell_of_grant, tell_of_supervision

YES_OR_NO = {"yes": True, "no": False}


class Command(BaseCommand):
    """service [--service NAME] [the settings to change]."""

    help = (
        "Prints the settings of a practice and its members. With options, changes them first: all "
        "or none, each change with its history. An option about a person may be given several "
        "times; a person whose address changes may be named by the old or the new one."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--service", metavar="NAME", help="needed when there are several")
        self._add_settings(parser)
        self._add_people(parser)
        add_role_options(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        ensure_ready()
        today = timezone.localdate()
        service = asked_service(options["service"])
        could_read = service.lead_reads_clients
        try:
            with transaction.atomic():
                begun = _change_members(service, options)
                _change_settings(service, options)
        except RefusedError as refused:
            raise CommandError(f"{refused}; nothing was stored") from None
        except DatabaseError as error:
            raise CommandError(f"{why_refused(error)}. Nothing was stored") from None
        for supervising in begun:
            tell_of_supervision(supervising, by=None)
        if service.lead_reads_clients != could_read:
            tell_of_grant(service, by=None)
        members = members_of(service, today=today)
        for line in (
            *_practice(service),
            *_people(members),
            *role_lines(service, today=today),
            *_passphrases(members),
        ):
            self.stdout.write(line)

    def _add_settings(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--primary",
            choices=[outcome.value for outcome in PrimaryOutcome],
            help="what the practice is judged by: iapt is "
            f"{PrimaryOutcome.IAPT.words} together, by the rule of NHS Talking Therapies (IAPT); "
            + "; ".join(
                f"{outcome} is {outcome.words} alone"
                for outcome in PrimaryOutcome
                if outcome is not PrimaryOutcome.IAPT
            ),
        )
        parser.add_argument(
            "--logs-every-enquiry",
            choices=list(YES_OR_NO),
            help="whether every enquiry is logged: only then do referral counts and waits mean "
            "anything",
        )
        parser.add_argument(
            "--signal-off",
            action="append",
            default=[],
            choices=[signal.value for signal in SWITCHABLE],
            help="a signal for review that is not wanted; may be given several times",
        )
        parser.add_argument(
            "--signal-on",
            action="append",
            default=[],
            choices=[signal.value for signal in SWITCHABLE],
            help="the opposite",
        )
        parser.add_argument(
            "--second-factor",
            choices=[answer.value for answer in AskFactor],
            help="whether signing in takes an authenticator app or a passkey beside the "
            "passphrase: always, never, or where there are several members",
        )
        parser.add_argument(
            "--lead-reads-clients",
            choices=list(YES_OR_NO),
            help="whether whoever leads may open single clients of others, and not figures only",
        )
        parser.add_argument("--rename", metavar="NEW_NAME", help="another name for the practice")

    def _add_people(self, parser: ArgumentParser) -> None:
        add: Callable[..., Any] = parser.add_argument
        add("--add", **_several("EMAIL"), help="a new member, a practitioner; needs no account yet")
        add("--email", **_several("OLD", "NEW"), help="another address for a member to sign in by")
        add("--name", **_several("EMAIL", "NAME"), help="a member's name, as reports print it")
        add("--lead", **_several("EMAIL"), help="a member who is to see the whole practice")
        add("--no-lead", **_several("EMAIL"), help="the opposite; the last lead stays one")


def _several(*words: str) -> dict[str, Any]:
    """An option of so many words that may be given more than once."""
    return {"action": "append", "nargs": len(words), "metavar": words, "default": []}


def _change_settings(service: Service, options: Mapping[str, Any]) -> None:
    primary, logs, name = options["primary"], options["logs_every_enquiry"], options["rename"]
    reads = options["lead_reads_clients"]
    change_service(
        service=service,
        name=None if name is None else _free_name(name, service=service),
        primary_outcome=None if primary is None else PrimaryOutcome(primary),
        logs_every_enquiry=None if logs is None else YES_OR_NO[logs],
        signals_off=_signals_off(service, options),
        lead_reads_clients=None if reads is None else YES_OR_NO[reads],
        ask_factor=None
        if options["second_factor"] is None
        else AskFactor(options["second_factor"]),
        by=None,
        why=WHY,
    )


def _signals_off(service: Service, options: Mapping[str, Any]) -> set[Signal] | None:
    off, on = set(options["signal_off"]), set(options["signal_on"])
    if off & on:
        raise RefusedError(
            f"{', '.join(sorted(off & on))} stands under both --signal-off and --signal-on: choose one"
        )
    if not off | on:
        return None
    return (set(service.signals_turned_off) | {Signal(code) for code in off}) - {
        Signal(code) for code in on
    }


def _change_members(service: Service, options: Mapping[str, Any]) -> list[Supervising]:
    """Returns the supervisions that have begun."""
    for (email,) in options["add"]:
        _add(service, email)
    known = {member.practitioner.email: member for member in places_of(service)}
    for old, new in options["email"]:
        member = _known(service, known, old)
        address = _address(new)
        change_email(practitioner=member.practitioner, email=address, by=None, why=WHY)
        # Beside the old one, which goes on meaning the same person for the options below.
        known[address] = member
    for email, text in options["name"]:
        person, name = _known(service, known, email).practitioner, _one_line(text, of=Practitioner)
        rename_practitioner(practitioner=person, name=name, by=None, why=WHY)
    return change_roles(service, options, known=lambda email: _known(service, known, email))


def _add(service: Service, email: str) -> None:
    address = _address(email)
    members = [member.practitioner.email for member in places_of(service)]
    if address in members:
        raise RefusedError(
            f"{address} is a member of {service.name} already; there is: {', '.join(members)}"
        )
    add_members(service=service, roles={address: Role.PRACTITIONER}, by=None, why=WHY)


def _known(service: Service, known: Mapping[str, Membership], email: str) -> Membership:
    """The member of that address, among those known by an address of theirs."""
    member = known.get(Practitioner.objects.normalise(email))
    if member is None:
        there = sorted({member.practitioner.email for member in known.values()})
        raise RefusedError(
            f"{email!r} is not a member of {service.name}; there is: "
            + (", ".join(there) or "nobody yet (--add EMAIL)")
        )
    return member


def _free_name(name: str, *, service: Service) -> str:
    """A name that no other service has, in capitals or not: people could not tell them apart."""
    name = _one_line(name, of=Service)
    others = list(Service.objects.exclude(pk=service.pk).order_by("name"))
    if name.casefold() in {other.name.casefold() for other in others}:
        raise RefusedError(
            f"{name!r} is in use already; there is besides this one: "
            + ", ".join(other.name for other in others)
        )
    return name


def _one_line(text: str, *, of: type[Service | Practitioner]) -> str:
    """A name as that model takes it."""
    longest: Any = of._meta.get_field("name").max_length  # noqa: SLF001
    text = text.strip()
    if not text or len(text) > longest or not text.isprintable():
        raise RefusedError(f"a name has 1 to {longest} signs, on one line")
    return text


def _address(text: str) -> str:
    """An e-mail address, in lower case, as accounts keep it."""
    address = Practitioner.objects.normalise(text)
    try:
        Practitioner._meta.get_field("email").clean(address, None)  # noqa: SLF001
    except ValidationError:
        address = ""
    # Quoted addresses may hold what a terminal would obey.
    if not address or not address.isprintable():
        raise RefusedError(f"{text!r} is not an e-mail address: write it as zoe@example.org")
    return address


def _practice(service: Service) -> Iterator[str]:
    yield service.name
    if service.is_invented:
        yield "Invented data: the demonstration"
    yield f"Primary outcome: {PrimaryOutcome(service.primary_outcome).words}"
    yield f"Every enquiry is logged: {'yes' if service.logs_every_enquiry else 'no'}"
    off = [signal for signal in SWITCHABLE if signal in service.signals_turned_off]
    yield f"Signals turned off: {', '.join(f'{each} ({each.words})' for each in off) or 'none'}"
    yield f"Second factor: {AskFactor.of(service.second_factor).words}"
    if service.memberships.count() > 1:
        reads = "yes" if service.lead_reads_clients else "no"
        yield f"Whoever leads may open single clients of others: {reads}"


def _people(members: list[Member]) -> Iterator[str]:
    yield "Members:" if members else "Members: nobody yet (--add EMAIL)"
    for member in members:
        person = member.person
        yield (
            f"  {member.role}: {person.name or '(no name yet)'}, {person.email}, "
            f"{member.sign_in}, holds {member.holding}"
        )
    if members and not any(member.place.is_lead for member in members):
        yield "Nobody sees the whole practice: make somebody a lead with --lead EMAIL"


def _passphrases(members: list[Member]) -> Iterator[str]:
    without = [member.person for member in members if not member.person.has_usable_password()]
    if without:
        yield "To let a person without a passphrase sign in, invite them on the settings page, or:"
    for person in without:
        # An address may hold signs that a shell takes for its own, such as an apostrophe.
        yield f"  python3 manage.py changepassword {shlex.quote(person.email)}"
