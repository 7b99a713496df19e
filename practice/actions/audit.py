"""What leaves no other trace is written down: who read a client, took data out, signed in.

An entry is one insert of codes and random ids. It holds no name, no reference and nothing typed.
"""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import connection, transaction

from practice.models import AuditEntry, Deed, Membership, Practitioner, Service, Supervising

# Settings of a service that decide who may see what, and how one signs in to it.
ACCESS_SETTINGS = frozenset({"lead_reads_clients", "second_factor"})


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What an entry says of a look at somebody's clients, but who looked and when.

    service, subject, detail: as in `record`.
    """

    deed: Deed
    service: uuid.UUID
    subject: uuid.UUID
    detail: str

    def record(self, *, who: Practitioner) -> None:
        """One entry of it, now. Raises as `record` does."""
        record(
            deed=self.deed,
            who=who,
            service=self.service,
            subject=self.subject,
            detail=self.detail,
        )


def record(
    *,
    deed: Deed,
    who: Practitioner | None,
    service: uuid.UUID | None = None,
    subject: uuid.UUID | None = None,
    detail: str = "",
    at: dt.datetime | None = None,
) -> None:
    """Add one entry; None for who where it came by a command, or nobody is known.

    service, subject: the random ids of where it was and what it was about. detail: a code, such as
    the name of a page or command. at is given where one deed has many entries. Raises the
    database's error where it could not be written: whoever asked must not get what they asked for.
    """
    entry = AuditEntry(
        deed=deed,
        who=None if who is None else who.uid,
        service=service,
        subject=subject,
        detail=detail,
    )
    if at is not None:
        entry.at = at
    entry.save(force_insert=True)


def has_audit() -> bool:
    """Whether the database knows the audit: a backup can be made of one that is behind the program."""
    return AuditEntry._meta.db_table in connection.introspection.table_names()  # noqa: SLF001


@transaction.atomic
def record_failed_sign_in(*, email: str, detail: str) -> None:
    """Somebody failed to sign in: the entry is about the account, where the address has one.

    Of an installation where nobody has an account there is nothing to say (and a backup is restored
    only where nothing has been written yet). The same two queries, whoever was meant.
    """
    has_accounts = Practitioner.objects.exists()
    meant = Practitioner.objects.filter(email=Practitioner.objects.normalise(email)).first()
    if has_accounts:
        record(
            deed=Deed.SIGN_IN_FAILED,
            who=None,
            subject=None if meant is None else meant.uid,
            detail=detail,
        )


def record_access(row: object, *, changed: frozenset[str], by: Practitioner | None) -> None:
    """Who may see what was changed: a place in a service, a supervision, a service's own setting.

    Asked of every row that is saved through practice.actions; of most there is nothing to say.
    changed: the fields that are different; empty for a new row.
    """
    if isinstance(row, Membership):
        _record_setting(row.service, row.practitioner, f"member.{row.role}", by=by)
    elif isinstance(row, Supervising):
        code = "supervising" if row.until is None else "supervising.ended"
        _record_setting(row.service, row.practitioner, code, by=by)
    elif isinstance(row, Service):
        for field in sorted(changed & ACCESS_SETTINGS):
            _record_setting(row, None, f"service.{field}", by=by)


def record_left(place: Membership, *, by: Practitioner | None) -> None:
    """A member has left the service."""
    _record_setting(place.service, place.practitioner, "member.left", by=by)


def _record_setting(
    service: Service, about: Practitioner | None, code: str, *, by: Practitioner | None
) -> None:
    record(
        deed=Deed.SETTINGS,
        who=by,
        service=service.uid,
        subject=service.uid if about is None else about.uid,
        detail=code,
    )
