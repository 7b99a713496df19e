"""Signing in before anybody has an account; changing one's passphrase, and asking for another."""

import time
from http import HTTPStatus

from allauth.account import views as account
from allauth.mfa.webauthn import views as passkeys
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from practice import first_run
from practice.views.access import signed_in

# Longer than making a link and its mail takes, which only who has an account causes.
ALIKE_SECONDS = 0.3


@login_not_required
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """allauth's page; an installation that is new opens with "create your practice" instead.

    Every address leads here while nobody is signed in.
    """
    if request.method in {"GET", "HEAD"} and first_run.is_new():
        return redirect("practice-create")
    answer: HttpResponse = account.login(request)
    return answer


@login_not_required
@never_cache
def passkey_sign_in(request: HttpRequest) -> HttpResponse:
    """allauth's: what a script asks for before it asks the browser, and what the browser answers."""
    answer: HttpResponse = passkeys.login_webauthn(request)
    return answer


@login_not_required
@never_cache
def passphrase_forgotten(request: HttpRequest) -> HttpResponse:
    """allauth's page; each answer takes as long, whether the address has an account or not."""
    began = time.monotonic()
    answer: HttpResponse = account.password_reset(request)
    if answer.status_code == HTTPStatus.FOUND:
        time.sleep(max(0.0, ALIKE_SECONDS - (time.monotonic() - began)))
    return answer


@never_cache
def passphrase_change(request: HttpRequest) -> HttpResponse:
    """allauth's page; it would send somebody without a passphrase to a page that is not there."""
    if not signed_in(request).has_usable_password():
        return render(request, "account/password_none.html")
    answer: HttpResponse = account.password_change(request)
    return answer
