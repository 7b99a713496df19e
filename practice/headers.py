"""The headers of every answer: of pages, files, redirects and errors alike.

This is the outermost middleware, so that also what the inner ones refuse carries them. An answer that brings
one of these headers itself keeps its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from django.conf import settings
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

POLICY = "Content-Security-Policy"
# What a page of ours never asks a browser for. Passkeys are not among them.
TURNED_OFF = (
    *("accelerometer", "autoplay", "browsing-topics", "camera", "clipboard-read"),
    *("display-capture", "encrypted-media", "fullscreen", "geolocation", "gyroscope", "hid"),
    *("idle-detection", "magnetometer", "microphone", "midi", "payment", "picture-in-picture"),
    *("screen-wake-lock", "serial", "usb", "xr-spatial-tracking"),
)
_FIXED: Mapping[str, str] = MappingProxyType(
    {
        "Permissions-Policy": ", ".join(f"{feature}=()" for feature in TURNED_OFF),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Permitted-Cross-Domain-Policies": "none",
        "X-Robots-Tag": "noindex, nofollow, noarchive",
    }
)
# No cookies: whoever signs out is still told so, and the browser stays a known one.
FORGOTTEN = '"cache", "storage"'


def headers(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: see above."""
    fixed = {
        **_FIXED,
        POLICY: written(settings.SECURE_CSP),
        "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
        "X-Frame-Options": settings.X_FRAME_OPTIONS,
    }

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in fixed.items():
            response.headers.setdefault(name, value)
        # Static files say how long they may be kept; everything else is kept nowhere.
        if "Cache-Control" not in response.headers:
            add_never_cache_headers(response)
        if getattr(request, "has_signed_out", False):
            response.headers.setdefault("Clear-Site-Data", FORGOTTEN)
        return response

    return middleware


def written(policy: Mapping[str, Sequence[str]]) -> str:
    """A policy as its header has it."""
    return "; ".join(f"{directive} {' '.join(sources)}" for directive, sources in policy.items())


@receiver(user_logged_out)
def _note_signing_out(request: HttpRequest | None, **_more: object) -> None:
    # By hand, after a while without a page, or by "everywhere": what the browser kept goes too.
    if request is not None:
        request.has_signed_out = True  # type: ignore[attr-defined]
