"""Encryption of the whole file, in the age format (https://age-encryption.org/v1).

pyrage does the work. With a passphrase it takes and gives the whole content at once, so the
compressed archive (never the rows themselves) is in memory as a whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pyrage
from pyrage import passphrase as scrypt
from pyrage import x25519

from practice.backups.errors import BackupError

MAGIC = b"age-encryption.org/"
SUPPORTED = MAGIC + b"v1\n"
# The first recipient line of a file that opens with a passphrase.
_FOR_PASSPHRASE = SUPPORTED + b"-> scrypt "
SHORTEST_PASSPHRASE = 12
DAMAGED = (
    "the file is damaged: it was cut short or changed after it was written. Take another copy of it"
)


@dataclass(frozen=True, kw_only=True)
class Passphrase:
    """Locks and opens; never shown, not even in a traceback."""

    words: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Recipients:
    """Public keys (age1...): they lock, and only their identities open."""

    keys: tuple[x25519.Recipient, ...]

    @classmethod
    def read(cls, texts: Sequence[str]) -> "Recipients":
        """Raises BackupError when a text is not a public key."""
        try:
            return cls(keys=tuple(x25519.Recipient.from_str(text.strip()) for text in texts))
        except pyrage.RecipientError:
            raise BackupError(
                "a recipient is a public key of age: age1 and 58 more letters and digits, as "
                "age-keygen prints it"
            ) from None


@dataclass(frozen=True, kw_only=True)
class Identities:
    """Secret keys (AGE-SECRET-KEY-1...), as age-keygen writes them to a file."""

    keys: tuple[x25519.Identity, ...] = field(repr=False)

    @classmethod
    def read(cls, text: str) -> "Identities":
        """The lines of an identity file, without its comments. Raises BackupError."""
        lines = [line.strip() for line in text.splitlines()]
        try:
            keys = tuple(
                x25519.Identity.from_str(line) for line in lines if line and line[0] != "#"
            )
        except pyrage.IdentityError:
            keys = ()
        if not keys:
            raise BackupError(
                "the identity file holds no secret key of age: a line that begins with "
                "AGE-SECRET-KEY-1, as age-keygen writes it"
            )
        return cls(keys=keys)


def sealed(content: bytes, lock: Passphrase | Recipients) -> bytes:
    """The content as an age file. A passphrase takes a second or two: so it does for a guesser."""
    if isinstance(lock, Passphrase):
        locked = scrypt.encrypt(content, lock.words)
    else:
        locked = pyrage.encrypt(content, list(lock.keys))
    return locked


def check_format(content: bytes) -> None:
    """Raises BackupError where this cannot be a backup, before anybody is asked for a passphrase."""
    if not content.startswith(MAGIC):
        raise BackupError(
            "this is not a backup: it does not begin as an age file does. A backup is a file that "
            "`backup` wrote, practice-backup-....age by name"
        )
    if not content.startswith(SUPPORTED):
        raise BackupError(
            "the file is of a newer age format than this program can read: update the program"
        )


def opened(content: bytes, key: Passphrase | Identities) -> bytes:
    """What is in an age file. Raises BackupError: a wrong key, a wrong kind of key, damage."""
    check_format(content)
    _check_kind(content, key)
    try:
        if isinstance(key, Passphrase):
            inside = scrypt.decrypt(content, key.words)
        else:
            inside = pyrage.decrypt(content, list(key.keys))
    except pyrage.DecryptError as problem:
        raise BackupError(_words_for(str(problem), key)) from None
    return inside


def _check_kind(content: bytes, key: Passphrase | Identities) -> None:
    needs_passphrase = content.startswith(_FOR_PASSPHRASE)
    if needs_passphrase and isinstance(key, Identities):
        raise BackupError("this backup opens with a passphrase, not with an identity file")
    if not needs_passphrase and isinstance(key, Passphrase):
        raise BackupError(
            "this backup was made for a public key: it opens with --identity FILE, not with a "
            "passphrase"
        )


def _words_for(said: str, key: Passphrase | Identities) -> str:
    """pyrage has one exception for everything; its words tell a wrong key from damage."""
    if "xcessive work" in said:
        return (
            "the backup was made on a machine so much faster that this one would need too long to "
            "try its passphrase: restore it on a faster machine"
        )
    if said == "No matching keys found":
        return (
            "the backup was made for another key than the one in this identity file (or the "
            "beginning of the file is damaged)"
        )
    if said == "Decryption failed" and isinstance(key, Passphrase):
        return "the passphrase is wrong (or the beginning of the file is damaged)"
    return DAMAGED
