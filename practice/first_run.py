"""The one-time code with which the first account of an empty installation is made.

The code is shown in the terminal, so that only whoever started the program can become its owner.
"""

import secrets
from hashlib import sha256

from django.core.cache import cache
from django.utils.crypto import constant_time_compare

from practice.models import Practitioner

_KEY, _TRIES_KEY = "first-run-code", "first-run-tries"
LIFE_SECONDS = 24 * 60 * 60
# A wrong code may be a slip; more than this is guessing, and the code is withdrawn.
MOST_TRIES = 10


def is_new() -> bool:
    """Whether nobody has an account yet."""
    return not Practitioner.objects.exists()


def offer_code() -> str:
    """A new code, such as 4F7A-91C2-0B3E; an earlier one is void. Only its digest is kept."""
    code = "-".join(secrets.token_hex(2).upper() for _part in range(3))
    cache.set(_KEY, _digest(code), LIFE_SECONDS)
    cache.set(_TRIES_KEY, 0, LIFE_SECONDS)
    return code


def is_right(code: str) -> bool:
    """Whether it is the code in force. Counts the tries, and withdraws the code after too many."""
    kept = cache.get(_KEY)
    if kept is None:
        return False
    if constant_time_compare(kept, _digest(code)):
        return True
    cache.add(_TRIES_KEY, 0, LIFE_SECONDS)
    if cache.incr(_TRIES_KEY) >= MOST_TRIES:
        withdraw_code()
    return False


def withdraw_code() -> None:
    """No code is in force any more."""
    cache.delete_many([_KEY, _TRIES_KEY])


def _digest(code: str) -> str:
    """Typed from a terminal: capitals, spaces and dashes do not matter."""
    plain = "".join(character for character in code.upper() if character.isalnum())
    return sha256(plain.encode()).hexdigest()
