"""Every write of more than one row: atomic, with who did it and why kept in the history."""

from collections.abc import Iterable, Mapping, Sequence

from django.db import models, transaction

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


@transaction.atomic
def open_service(*, name: str, by: Practitioner | None, why: str) -> Service:
    """A new service, judged by the IAPT pair until it chooses otherwise.

    by is None when a command does it, here as below: nobody is signed in then.
    """
    service = Service(name=name)
    _save(service, by=by, why=why)
    return service


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


def _save(row: models.Model, *, by: Practitioner | None, why: str) -> None:
    # Where the history looks for who and why.
    row._history_user = by  # type: ignore[attr-defined]  # noqa: SLF001
    row._change_reason = why  # type: ignore[attr-defined]  # noqa: SLF001
    row.save()
