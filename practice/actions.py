"""Every write of more than one row: atomic, with who did it and why kept in the history."""

from collections.abc import Iterable, Mapping, Sequence

from allauth.account.models import EmailAddress
from django.db import models, transaction

from practice.domain.measures import PrimaryOutcome
from practice.models import (
    Client,
    Episode,
    Holding,
    MeasureCompletion,
    Membership,
    Practitioner,
    Role,
    Service,
    Session,
)

Clinical = Client | Episode | Holding | Session | MeasureCompletion


class RefusedError(ValueError):
    """A rule forbids what was asked for; the message is for people and says which."""


@transaction.atomic
def open_service(*, name: str, by: Practitioner | None, why: str) -> Service:
    """A new service, judged by the IAPT pair until it chooses otherwise.

    by is None when a command does it, here as below: nobody is signed in then.
    """
    service = Service(name=name)
    _save(service, by=by, why=why)
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
    _save(owner, by=by, why=why)
    _save(service, by=owner, why=why)
    place = Membership(service=service, practitioner=owner, role=Role.LEAD)
    _save(place, by=owner, why=why)


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
            _save(person, by=by, why=why)
        _save(Membership(service=service, practitioner=person, role=role), by=by, why=why)


@transaction.atomic
def change_service(
    *,
    service: Service,
    name: str | None = None,
    primary_outcome: PrimaryOutcome | None = None,
    logs_every_enquiry: bool | None = None,
    by: Practitioner | None,
    why: str,
) -> None:
    """Other settings for a service; None leaves one as it is.

    Raises IntegrityError for the name of another service.
    """
    asked = {
        "name": name,
        "primary_outcome": primary_outcome,
        "logs_every_enquiry": logs_every_enquiry,
    }
    _read_again(service)
    _change(
        service,
        {field: value for field, value in asked.items() if value is not None},
        by=by,
        why=why,
    )


@transaction.atomic
def change_role(*, membership: Membership, role: Role, by: Practitioner | None, why: str) -> None:
    """Another role for a member. Raises RefusedError rather than leave the service without a lead.

    A service that never had one is left as it is.
    """
    # All changes of roles wait here for each other: else two leads could step down at one time,
    # each because of the other.
    _read_again(membership.service)
    _read_again(membership)
    others = membership.service.memberships.filter(role=Role.LEAD).exclude(pk=membership.pk)
    if membership.role == Role.LEAD and role != Role.LEAD and not others.exists():
        raise RefusedError(
            f"{membership.practitioner.email} is the only lead of {membership.service.name}: "
            "make somebody else a lead first, or together with it"
        )
    _change(membership, {"role": role}, by=by, why=why)


@transaction.atomic
def rename_practitioner(
    *, practitioner: Practitioner, name: str, by: Practitioner | None, why: str
) -> None:
    """Another name for a person, as pages and reports print it, in every service of theirs."""
    _read_again(practitioner)
    _change(practitioner, {"name": name}, by=by, why=why)


@transaction.atomic
def change_email(
    *, practitioner: Practitioner, email: str, by: Practitioner | None, why: str
) -> None:
    """Another address for a person to sign in with; the password stays, the old address is free.

    Raises RefusedError where somebody else has the address, as a member of any service or of none.
    """
    email = Practitioner.objects.normalise(email)
    _read_again(practitioner)
    # allauth keeps a copy of every address that somebody signed in with, and each opens the account.
    if (
        Practitioner.objects.exclude(pk=practitioner.pk).filter(email=email).exists()
        or EmailAddress.objects.exclude(user=practitioner).filter(email=email).exists()
    ):
        raise RefusedError(f"{email} is the address of another account already")
    _change(practitioner, {"email": email}, by=by, why=why)
    # So the old address would still open it, and receive the links that set a new password.
    # The copy of the new one is made by allauth at the next sign-in.
    EmailAddress.objects.filter(user=practitioner).exclude(email=email).delete()


@transaction.atomic
def record_rows(
    *,
    added: Iterable[Sequence[Clinical]],
    changed: Iterable[Clinical],
    by: Practitioner | None,
    why: str,
) -> None:
    """Store new rows and changed ones, all or none.

    added: rows of one model each, in the order in which they lean on each other. changed: stored
    rows with their new values; they are saved after the new ones, one by one.
    """
    for rows in added:
        if rows:
            type(rows[0]).objects.create_all(rows, by=by, why=why)  # type: ignore[arg-type]
    for row in changed:
        _save(row, by=by, why=why)


def _read_again(row: models.Model) -> None:
    # Locked until the transaction ends: save() writes whole rows, and would put back what somebody
    # else (a new password, say) has stored since this one was read.
    rows = type(row)._default_manager.select_for_update()  # noqa: SLF001
    row.refresh_from_db(from_queryset=rows)


def _change(
    row: models.Model, values: Mapping[str, object], *, by: Practitioner | None, why: str
) -> None:
    # What is so already is no change, and leaves nothing in the history.
    changed = {field: value for field, value in values.items() if getattr(row, field) != value}
    if changed:
        for field, value in changed.items():
            setattr(row, field, value)
        _save(row, by=by, why=why)


def _save(row: models.Model, *, by: Practitioner | None, why: str) -> None:
    # Where the history looks for who and why.
    row._history_user = by  # type: ignore[attr-defined]  # noqa: SLF001
    row._change_reason = why  # type: ignore[attr-defined]  # noqa: SLF001
    row.save()
