"""A text column that the application encrypts, so that the database never holds the words."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThan

from practice.field_keys import field_keys

if TYPE_CHECKING:
    _TextField = models.TextField[Any, Any]
else:
    _TextField = models.TextField  # Django's fields take no type arguments at run time

# Marks what is stored, so that a later scheme can be told apart from this one.
PREFIX = "e1:"
# What stands in the place of a note where the installation goes on without the key (WITHOUT_NOTES).
CANNOT_BE_READ = "(cannot be read: the key is missing)"


@lru_cache(maxsize=8)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    if not keys:
        raise ImproperlyConfigured("FIELD_KEYS is empty: notes cannot be encrypted without a key")
    return MultiFernet([Fernet(key) for key in keys])


class UnreadableNoteError(ValueError):
    """A note was encrypted with a key that is not among FIELD_KEYS."""


class UnreadableText(str):
    """Stands for a note that cannot be read, and carries it: a save puts back what was stored.

    It equals CANNOT_BE_READ, so a form that shows it and is sent back unchanged changes nothing.
    """

    stored: str

    def __new__(cls, stored: str) -> "UnreadableText":
        shown = super().__new__(cls, CANNOT_BE_READ)
        shown.stored = stored
        return shown


class EncryptedTextField(_TextField):
    """Text encrypted with the first of the field keys and readable with any of them.

    The key is apart from SECRET_KEY, so that either can be changed alone. A wrong key raises and
    never returns ciphertext (which a later save would encrypt once more); only where somebody has
    decided to go on without the lost key (settings.WITHOUT_NOTES) an UnreadableText comes instead.
    Encrypted columns cannot be searched, sorted or unique, so every look-up but isnull is refused.
    """

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, UnreadableText):
            return value.stored
        text = super().get_prep_value(value)
        if text is None or text == "":
            return text
        if text == CANNOT_BE_READ:
            # Somewhere the words were taken without the note that they stand for: it would be lost.
            raise UnreadableNoteError("what stands in the place of a note is not stored over it")
        return PREFIX + _box(field_keys()).encrypt(text.encode()).decode()

    def from_db_value(self, value: str | None, *_: object) -> str | None:
        """Decrypt what the database holds; raises UnreadableNoteError on a wrong key."""
        if value is None or value == "":
            return value
        try:
            token = value.removeprefix(PREFIX).encode()
            return _box(field_keys()).decrypt(token).decode()
        except InvalidToken:
            if settings.WITHOUT_NOTES:
                return UnreadableText(value)
            raise UnreadableNoteError(
                "a note cannot be decrypted: the key it was written with is not among FIELD_KEYS"
            ) from None

    def get_lookup(self, lookup_name: str) -> Any:
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None


def is_written(field: str) -> GreaterThan[int]:
    """For constraints: the encrypted column holds words. (What they are it cannot say.)"""
    return GreaterThan(Length(models.F(field)), 0)
