"""A new passphrase: stored, written down, and whoever is half-way in by the old one begins again."""

import datetime as dt

from django.db import transaction

from practice.actions.audit import record
from practice.actions.devices import end_half_sign_ins
from practice.actions.writing import save
from practice.models import Deed, Practitioner

NEW = "a new passphrase"


@transaction.atomic
def choose_passphrase(
    *,
    person: Practitioner,
    passphrase: str,
    by: Practitioner | None,
    detail: str,
    now: dt.datetime,
    session_key: str = "",
) -> None:
    """The passphrase is in force, and no earlier one. Every session that the old one opened is void.

    by: None for a command. detail: the audit's code for how it came about. session_key: the session
    in which it is done, if any; it is not taken away under the request that is using it.
    """
    # The whole row is written: what somebody else has stored in it meanwhile must stay.
    held = Practitioner.objects.select_for_update().get(pk=person.pk)
    held.set_password(passphrase)
    save(held, by=by, why=NEW)
    # The session in which it is done goes on by the new one.
    person.password = held.password
    record(deed=Deed.FACTOR, who=by, subject=person.uid, detail=detail)
    end_half_sign_ins(person=person, but=session_key, now=now)
