"""Where somebody is signed in: the sessions that are theirs and still good."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from allauth.account.internal.stagekit import pop_login
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from practice.actions.passphrases import choose_passphrase
from practice.models import Practitioner
from practice.views.readings import page_name
from practice.views.session_limits import BROWSER, LAST, SINCE

_SALT = "practice.sign_ins"


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """One browser that is signed in. code: stands for its key, which is a secret, on the page."""

    key: str
    code: str
    browser: str
    since: dt.datetime
    last: dt.datetime
    is_this: bool


def sign_ins(request: HttpRequest, *, person: Practitioner, now: dt.datetime) -> list[SignIn]:
    """This one first, then the last seen. One query, whoever else is signed in."""
    found = _sign_ins(request, person=person, now=now)
    return sorted(found, key=lambda each: (not each.is_this, -each.last.timestamp()))


def take_passphrase(request: HttpRequest, passphrase: str, *, person: Practitioner) -> None:
    """Another passphrase is in force; the page's name tells the audit how it came about."""
    choose_passphrase(
        person=person,
        passphrase=passphrase,
        by=person,
        detail=page_name(request),
        now=timezone.now(),
        session_key=request.session.session_key or "",
    )
    # In this browser somebody may have been half-way in as well.
    pop_login(request)


def _sign_ins(request: HttpRequest, *, person: Practitioner, now: dt.datetime) -> Iterator[SignIn]:
    right = person.get_session_auth_hash()
    for row in Session.objects.filter(expire_date__gt=now):
        kept = row.get_decoded()
        is_theirs = kept.get(SESSION_KEY) == str(person.pk)
        # Another passphrase since: such a session opens nothing.
        if not is_theirs or not constant_time_compare(kept.get(HASH_SESSION_KEY, ""), right):
            continue
        last = dt.datetime.fromtimestamp(kept.get(LAST, now.timestamp()), tz=dt.UTC)
        if now - last > dt.timedelta(minutes=settings.IDLE_MINUTES):
            continue
        yield SignIn(
            key=row.session_key,
            code=salted_hmac(_SALT, row.session_key, algorithm="sha256").hexdigest(),
            browser=kept.get(BROWSER, "A browser"),
            since=dt.datetime.fromtimestamp(kept.get(SINCE, last.timestamp()), tz=dt.UTC),
            last=last,
            is_this=row.session_key == request.session.session_key,
        )
