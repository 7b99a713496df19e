"""Where a practice asks for a second factor, its people set one up before they see anything else."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from practice.models import Practitioner
from practice.second_factor import needs_one

# Open also without a second factor: to set one up, to change the passphrase, to sign out.
OPEN = frozenset(
    {
        "security",
        "mfa_index",
        "mfa_list_webauthn",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "account_reauthenticate",
        "account_change_password",
        "account_login",
        "account_logout",
        "healthz",
    }
)


class RequiredSecondFactor:
    """Middleware: leads whoever lacks a second factor that is asked for to where it is set up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Before every page; one query where somebody is signed in."""
        person = request.user
        if settings.DEMO or not isinstance(person, Practitioner):
            return None
        match = request.resolver_match
        is_open = match is not None and match.url_name in OPEN
        return None if is_open or not needs_one(person) else redirect("security")
