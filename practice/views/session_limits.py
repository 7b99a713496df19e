"""Nobody stays signed in for ever: an hour without a page, or a working day, and one signs in again."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from practice.browsers import browser_words

# Seconds since 1970: what a session can keep.
SINCE, LAST, BROWSER = "signed_in_at", "last_page_at", "browser"
_LOST = (
    " What you sent was not stored: sign in, and you are back on the page. The browser's Back "
    "button may still have what you typed."
)


class SessionLimits:
    """Middleware, after messages: ends a session that has been idle or there for too long.

    The times stand in the session itself; each page is the latest. Whoever signs in by a way that
    sets none is counted from their first page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = timezone.now().timestamp()
            why = _why_over(request, now=now)
            if why:
                # The page asked for leads to signing in, and from there back to itself.
                logout(request)
                messages.info(request, why + (_LOST if request.method == "POST" else ""))
            else:
                request.session.setdefault(SINCE, now)
                request.session[LAST] = now
                request.session[BROWSER] = browser_words(request.headers.get("User-Agent", ""))
        return self.get_response(request)


def _why_over(request: HttpRequest, *, now: float) -> str:
    """A sentence for the sign-in page; empty while the session goes on."""
    session = request.session
    if now - session.get(LAST, now) > settings.IDLE_MINUTES * 60:
        return f"You were signed out: there was no page for {settings.IDLE_MINUTES} minutes."
    if now - session.get(SINCE, now) > settings.LONGEST_HOURS * 60 * 60:
        return f"You were signed out: you had signed in {settings.LONGEST_HOURS} hours ago."
    return ""
