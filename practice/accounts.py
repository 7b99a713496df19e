"""How people come by an account: they are given one, or invited. Nobody signs up."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.shortcuts import resolve_url


class ClosedSignup(DefaultAccountAdapter):
    """Accounts are made by the practice; nobody can make one on a page without an invitation."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "The e-mail address or the passphrase is not right.",
        "enter_current_password": "This is not the passphrase in force.",
        "incorrect_password": "This is not the passphrase in force.",
        "too_many_login_attempts": "Too many failed attempts to sign in. Try again in a few minutes.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return resolve_url("home")
