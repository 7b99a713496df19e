"""One's own second factors, where one is signed in, and the browsers that are known."""

import datetime as dt
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from practice.actions.devices import (
    digest_of,
    end_every_session,
    end_session,
    forget_device,
)
from practice.forms.security import END, EVERYWHERE, SecurityForm
from practice.models import KnownDevice, Practitioner
from practice.second_factor import asking_places, has_one
from practice.views.access import signed_in
from practice.views.new_devices import token_of
from practice.views.sign_ins import SignIn, sign_ins

# A list of browsers that goes back further is read by nobody.
DEVICES_SHOWN = 20


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def security_page(request: HttpRequest) -> HttpResponse:
    """What protects one's account; each button takes something away from somebody else."""
    person, now = signed_in(request), timezone.now()
    if request.method == "POST":
        form = SecurityForm(request.POST)
        if form.is_valid():
            return _done(request, form.cleaned_data, person=person, now=now)
        messages.error(request, "This was not understood: nothing was done.")
        return redirect("security")
    return render(request, "security/security.html", _context(request, person=person, now=now))


@never_cache
@require_safe
def security_index(request: HttpRequest) -> HttpResponse:
    """Where the pages of the second factor lead back to."""
    return redirect("security")


def _done(
    request: HttpRequest, asked: dict[str, Any], *, person: Practitioner, now: dt.datetime
) -> HttpResponse:
    places = sign_ins(request, person=person, now=now)
    if asked["what"] == EVERYWHERE:
        end_every_session([place.key for place in places], person=person, now=now)
        logout(request)
        messages.success(request, "You have signed out everywhere.")
        return redirect(settings.LOGIN_URL)
    if asked["what"] == END:
        place = next((place for place in places if place.code == asked["which"]), None)
        return _ended(request, place, person=person)
    device = _device(person, asked["which"])
    if device is not None:
        forget_device(device)
        messages.success(request, "This browser is not known any more.")
    return redirect("security")


def _ended(request: HttpRequest, place: SignIn | None, *, person: Practitioner) -> HttpResponse:
    if place is not None and place.is_this:
        get_adapter().logout(request)
        messages.success(request, "You have signed out.")
        return redirect(settings.LOGIN_URL)
    if place is not None and end_session(place.key, person=person):
        messages.success(request, "That browser is signed out.")
    else:
        messages.info(request, "That browser was signed out already.")
    return redirect("security")


def _device(person: Practitioner, uid: str) -> KnownDevice | None:
    # Compared as text: what is no id is nobody's.
    devices = KnownDevice.objects.filter(practitioner=person)
    return next((device for device in devices if str(device.uid) == uid), None)


def _context(request: HttpRequest, *, person: Practitioner, now: dt.datetime) -> dict[str, object]:
    factors = list(Authenticator.objects.filter(user=person).order_by("created_at"))
    devices = KnownDevice.objects.filter(practitioner=person).order_by("-last_at")
    return {
        "app": _of_kind(factors, Authenticator.Type.TOTP),
        "passkeys": [factor for factor in factors if factor.type == Authenticator.Type.WEBAUTHN],
        "codes": _codes(_of_kind(factors, Authenticator.Type.RECOVERY_CODES)),
        "has_factor": has_one(person),
        "asking": []
        if settings.DEMO
        else [place.service.name for place in asking_places(person).select_related("service")],
        "sign_ins": sign_ins(request, person=person, now=now),
        "devices": devices[:DEVICES_SHOWN],
        "this_digest": digest_of(token_of(request)),
        "idle_minutes": settings.IDLE_MINUTES,
        "longest_hours": settings.LONGEST_HOURS,
    }


def _of_kind(factors: list[Authenticator], kind: str) -> Authenticator | None:
    return next((factor for factor in factors if factor.type == kind), None)


def _codes(factor: Authenticator | None) -> dict[str, int] | None:
    """How many recovery codes are left, of how many."""
    if factor is None:
        return None
    paper = factor.wrap()
    try:
        return {"left": len(paper.get_unused_codes()), "of": len(paper.generate_codes())}
    except ValidationError:
        # The key is lost, and the installation goes on without it.
        return None
