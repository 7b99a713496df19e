"""Services and their people: made, changed, joined."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from allauth.account.models import EmailAddress
from django.db import transaction

from practice.actions.versions import check_version
from practice.actions.writing import RefusedError, change, read_again, save
from practice.domain.measures import PrimaryOutcome
from practice.domain.second_factors import AskFactor
from practice.domain.signal_kinds import SWITCHABLE, Signal
from practice.models import Holding, Membership, Practitioner, Role, Service

# Whoever has one of these roles may hold clients.
HOLDS_CLIENTS = (Role.PRACTITIONER, Role.LEAD)


@dataclass(frozen=True, kw_only=True)
class Usual:
    """What a new session's form begins with: fee in pounds; empty or None is "not set"."""

    medium: str
    minutes: int | None
    fee: Decimal | None


@dataclass(frozen=True, kw_only=True)
class Retention:
    """For how many years from the last contact records are kept; None is not decided."""

    years: int | None


@transaction.atomic
def open_service(*, name: str, by: Practitioner | None, why: str) -> Service:
    """A new service, judged by the IAPT pair until it chooses otherwise.

    by is None when a command does it, here as below: nobody is signed in then.
    """
    service = Service(name=name)
    save(service, by=by, why=why)
    return service


@transaction.atomic
def create_practice(
    *,
    service: Service,
    owner: Practitioner,
    password: str,
    by: Practitioner | None,
    why: str,
) -> None:
    """The first practice of an installation and its owner, who leads it; both as yet unsaved.

    Raises RefusedError when somebody has an account already: then it is not the first.
    """
    if Practitioner.objects.exists():
        raise RefusedError("somebody has an account here already")
    owner.set_password(password)
    save(owner, by=by, why=why)
    save(service, by=owner, why=why)
    place = Membership(service=service, practitioner=owner, role=Role.LEAD)
    save(place, by=owner, why=why)


@transaction.atomic
def add_members(
    *, service: Service, roles: Mapping[str, Role], by: Practitioner | None, why: str
) -> None:
    """Make people, by e-mail, members of a service, each in a role.

    Whoever has no account gets one without a password: they cannot sign in until one is set.
    Raises IntegrityError for somebody who is a member already.
    """
    emails = {Practitioner.objects.normalise(email): role for email, role in roles.items()}
    people = {
        person.email: person for person in Practitioner.objects.filter(email__in=list(emails))
    }
    for email, role in emails.items():
        person = people.get(email)
        if person is None:
            person = Practitioner(email=email)
            person.set_unusable_password()
            save(person, by=by, why=why)
        save(Membership(service=service, practitioner=person, role=role), by=by, why=why)


@transaction.atomic
def change_service(
    *,
    service: Service,
    name: str | None = None,
    primary_outcome: PrimaryOutcome | None = None,
    logs_every_enquiry: bool | None = None,
    signals_off: Collection[Signal] | None = None,
    usual: Usual | None = None,
    lead_reads_clients: bool | None = None,
    retention: Retention | None = None,
    ask_factor: AskFactor | None = None,
    seen: str | None = None,
    by: Practitioner | None,
    why: str,
) -> None:
    """Other settings for a service; None leaves one as it is.

    seen: the version that was looked at; None where nobody looked, as commands do. Raises StaleError
    when it is no longer the stored one, IntegrityError for the name of another service, ValueError
    for a signal that cannot be turned off.
    """
    asked = {
        "name": name,
        "primary_outcome": primary_outcome,
        "logs_every_enquiry": logs_every_enquiry,
        "signals_off": None if signals_off is None else as_kept(signals_off),
        "lead_reads_clients": lead_reads_clients,
    }
    values = (
        {field: value for field, value in asked.items() if value is not None}
        | ({} if usual is None else _usual_values(usual))
        | ({} if retention is None else {"retention_years": retention.years})
        | ({} if ask_factor is None else {"second_factor": ask_factor.kept})
    )
    read_again(service)
    if seen is not None and any(getattr(service, name) != value for name, value in values.items()):
        check_version(service, seen=seen)
    change(service, values, by=by, why=why)


def as_kept(signals_off: Collection[Signal]) -> str:
    """Signals that are turned off, as a service keeps them: always in the same order.

    Raises ValueError for one that cannot be turned off.
    """
    fixed = set(signals_off) - set(SWITCHABLE)
    if fixed:
        raise ValueError(f"this signal is always on: {', '.join(sorted(fixed))}")
    return " ".join(signal.value for signal in SWITCHABLE if signal in signals_off)


def _usual_values(usual: Usual) -> dict[str, object]:
    return {
        "usual_medium": usual.medium,
        "usual_minutes": usual.minutes,
        "usual_fee": usual.fee,
    }


@transaction.atomic
def change_role(*, membership: Membership, role: Role, by: Practitioner | None, why: str) -> None:
    """Another role for a member. Raises RefusedError rather than leave the service without a lead.

    And for somebody who holds clients, where the new role holds none: practice.actions.members
    hands them over. A service that never had a lead is left as it is.
    """
    # All changes of roles wait here for each other: else two leads could step down at one time,
    # each because of the other.
    read_again(membership.service)
    read_again(membership)
    others = membership.service.memberships.filter(role=Role.LEAD).exclude(pk=membership.pk)
    if membership.role == Role.LEAD and role != Role.LEAD and not others.exists():
        raise RefusedError(
            f"{membership.practitioner.email} is the only lead of {membership.service.name}: "
            "make somebody else a lead first, or together with it"
        )
    if role not in HOLDS_CLIENTS and _holds_clients(membership):
        raise RefusedError(
            f"{membership.practitioner.email} holds clients in {membership.service.name}: hand them "
            "over first, on the members page"
        )
    change(membership, {"role": role}, by=by, why=why)


def _holds_clients(membership: Membership) -> bool:
    held = Holding.objects.filter(
        practitioner=membership.practitioner_id,
        episode__client__service=membership.service_id,
        until=None,
    )
    return held.exists()


@transaction.atomic
def rename_practitioner(
    *, practitioner: Practitioner, name: str, by: Practitioner | None, why: str
) -> None:
    """Another name for a person, as pages and reports print it, in every service of theirs."""
    read_again(practitioner)
    change(practitioner, {"name": name}, by=by, why=why)


@transaction.atomic
def change_email(
    *, practitioner: Practitioner, email: str, by: Practitioner | None, why: str
) -> None:
    """Another address for a person to sign in with; the password stays, the old address is free.

    Raises RefusedError where somebody else has the address, as a member of any service or of none.
    """
    email = Practitioner.objects.normalise(email)
    read_again(practitioner)
    # allauth keeps a copy of every address that somebody signed in with, and each opens the account.
    if (
        Practitioner.objects.exclude(pk=practitioner.pk).filter(email=email).exists()
        or EmailAddress.objects.exclude(user=practitioner).filter(email=email).exists()
    ):
        raise RefusedError(f"{email} is the address of another account already")
    change(practitioner, {"email": email}, by=by, why=why)
    # So the old address would still open it, and receive the links that set a new password.
    # The copy of the new one is made by allauth at the next sign-in.
    EmailAddress.objects.filter(user=practitioner).exclude(email=email).delete()
