"""How people come by an account: they are given one. Nobody signs up."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedSignup(DefaultAccountAdapter):
    """Accounts are made by the practice, from the command line; nobody can make one on a page."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
