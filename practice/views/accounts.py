"""Changing one's passphrase, for somebody who may not have one."""

from allauth.account import views as account
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from practice.views.access import signed_in


def passphrase_change(request: HttpRequest) -> HttpResponse:
    """allauth's page; it would send somebody without a passphrase to a page that is not there."""
    if not signed_in(request).has_usable_password():
        return render(request, "account/password_none.html")
    answer: HttpResponse = account.password_change(request)
    return answer
