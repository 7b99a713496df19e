"""A browser that somebody had not signed in with before is told of: by mail, and on the next page."""

import datetime as dt

from django.conf import settings
from django.contrib import messages
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone

from practice import post
from practice.actions.devices import clear_sessions, digest_of, meet_device
from practice.browsers import browser_words
from practice.models import KnownDevice, Practitioner

# The longest that browsers keep a cookie.
KEPT_FOR = dt.timedelta(days=400)
# No token of ours is as long.
_LONGEST = 100
NEW = "This browser was not known here. A note of it goes to your e-mail address."


def token_of(request: HttpRequest) -> str:
    """What the browser's cookie says; empty where it has none of ours."""
    token = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "")
    return token if len(token) <= _LONGEST else ""


def known_device(request: HttpRequest, *, email: str) -> str | None:
    """The digest of the browser, where somebody has signed in to that account with it before."""
    digest = digest_of(token_of(request))
    # The same query whether the address has an account or not.
    is_known = KnownDevice.objects.filter(practitioner__email=email, digest=digest).exists()
    return digest if is_known else None


def greet_device(request: HttpRequest, response: HttpResponse, *, person: Practitioner) -> None:
    """Somebody has signed in: the browser is known from now on, and a new one is told of.

    The demonstration tells nobody: everybody who looks at it signs in as the same person.
    """
    now = timezone.now()
    # Nothing else tidies up, and somebody signs in every day.
    clear_sessions(now=now)
    words = browser_words(request.headers.get("User-Agent", ""))
    met = meet_device(person=person, token=token_of(request), words=words, now=now)
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        met.token,
        max_age=KEPT_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    if met.is_new and not settings.DEMO:
        messages.warning(request, NEW)
        body = render_to_string("security/new_device_mail.txt", {"at": now, "words": words})
        post.send(EmailMessage(subject="A new browser signed in", body=body, to=[person.email]))
