"""Browsers that somebody signs in with: known ones and a new one; and where somebody is signed in."""

import datetime as dt
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256

from allauth.account.internal.stagekit import LOGIN_SESSION_KEY
from allauth.account.utils import user_pk_to_url_str
from django.contrib.sessions.models import Session
from django.db import transaction

from practice.actions.audit import record
from practice.models import Deed, KnownDevice, Practitioner

# Bytes of randomness of the cookie.
TOKEN_BYTES = 32
# What the audit calls it when somebody signs out where they are not.
ELSEWHERE, EVERYWHERE = "elsewhere", "everywhere"


@dataclass(frozen=True, kw_only=True)
class Met:
    """token: what the browser is to keep. is_new: whether the person should be told of it.

    The first browser of all is no news: there is nothing it could be different from.
    """

    token: str
    is_new: bool


def digest_of(token: str) -> str:
    """What is kept of a browser's token."""
    return sha256(token.encode()).hexdigest()


@transaction.atomic
def meet_device(*, person: Practitioner, token: str, words: str, now: dt.datetime) -> Met:
    """Somebody signs in with a browser. token: what its cookie says, empty without one."""
    # Two sign-ins at once wait here for each other: else each would be the first.
    Practitioner.objects.select_for_update().get(pk=person.pk)
    devices = KnownDevice.objects.filter(practitioner=person)
    known = devices.filter(digest=digest_of(token)).first() if token else None
    if known is not None:
        known.last_at, known.words = now, words
        known.save()
        return Met(token=token, is_new=False)
    is_new = devices.exists()
    token = token or secrets.token_urlsafe(TOKEN_BYTES)
    KnownDevice.objects.create(
        practitioner=person,
        digest=digest_of(token),
        words=words,
        first_at=now,
        last_at=now,
    )
    return Met(token=token, is_new=is_new)


@transaction.atomic
def forget_device(device: KnownDevice) -> None:
    """The browser counts as new when it signs in again."""
    device.delete()


@transaction.atomic
def end_session(key: str, *, person: Practitioner) -> bool:
    """Whoever is signed in as that person by this session is not any more; False where nobody was."""
    is_ended = _end([key]) > 0
    if is_ended:
        _record_end(person, ELSEWHERE)
    return is_ended


@transaction.atomic
def end_every_session(keys: Collection[str], *, person: Practitioner, now: dt.datetime) -> None:
    """Nobody is signed in as that person by these, nor half-way in: the passphrase given, no more."""
    _end(keys)
    _end(_half_sign_ins(person, now=now))
    _record_end(person, EVERYWHERE)


@transaction.atomic
def end_half_sign_ins(*, person: Practitioner, but: str, now: dt.datetime) -> None:
    """Whoever has given that person's passphrase, and no second factor yet, gives it again."""
    _end(_half_sign_ins(person, now=now) - {but})


def _end(keys: Collection[str]) -> int:
    count, _of_each = Session.objects.filter(session_key__in=list(keys)).delete()
    return count


def _record_end(person: Practitioner, detail: str) -> None:
    record(deed=Deed.SIGNED_OUT, who=person, subject=person.uid, detail=detail)


def _half_sign_ins(person: Practitioner, *, now: dt.datetime) -> set[str]:
    meant = user_pk_to_url_str(person)
    return {
        row.session_key
        for row in Session.objects.filter(expire_date__gt=now)
        if (row.get_decoded().get(LOGIN_SESSION_KEY) or {}).get("user_pk") == meant
    }


@transaction.atomic
def clear_sessions(*, now: dt.datetime) -> None:
    """Rows of sessions whose time is over are taken away: they open nothing."""
    Session.objects.filter(expire_date__lt=now).delete()
