"""The secrets of an installation: the environment's, or those of a file in the data folder that only its owner reads.

Two kinds: the secret key (losing it signs everybody out) and the field keys (losing them loses the notes for good).
So field keys are made only where no database can hold notes yet; `rotate_note_key` puts a new one in front, and a
key that nothing needs any more moves to "old_field_keys", where backups of earlier days find it.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import secrets
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

from practice.environment import Environment
from practice.whole_files import Write, write_all, written_beside

FILE_NAME = "secrets.json"
# Bytes of randomness; Django asks for 50 characters or more.
SECRET_KEY_BYTES = 64
NEW_KEY_COMMAND = (
    'python3 -c "import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())"'
)


@dataclass(frozen=True, kw_only=True)
class Secrets:
    secret_key: str
    # The first encrypts; every one decrypts.
    field_keys: tuple[str, ...]
    # None where they come from the environment.
    field_keys_file: Path | None


def find_secrets(
    environment: Environment, *, folder: Path, database_has_tables: Callable[[], bool]
) -> Secrets:
    """What the environment gives, and the rest from the secrets file, which is made when there is none.

    `database_has_tables` is asked only before new field keys would be made.
    """
    secret_key = environment.text("PRACTICE_SECRET_KEY")
    field_keys = tuple(environment.words("PRACTICE_FIELD_KEYS"))
    check_field_keys(field_keys, where="PRACTICE_FIELD_KEYS")
    if secret_key and field_keys:
        return Secrets(secret_key=secret_key, field_keys=field_keys, field_keys_file=None)

    path = folder / FILE_NAME
    if not path.exists():
        content: dict[str, str | list[str]] = {}
        if not field_keys:
            stop_if_notes_could_be_lost(path, database_has_tables)
            content["field_keys"] = [Fernet.generate_key().decode("ascii")]
        if not secret_key:
            content["secret_key"] = secrets.token_urlsafe(SECRET_KEY_BYTES)
        create_secrets_file(path, content)
    stored = read_secrets_file(path)
    if not secret_key:
        secret_key = stored_secret_key(stored, path)
    field_keys_file = None if field_keys else path
    if not field_keys:
        field_keys = stored_field_keys(stored, path)
    return Secrets(secret_key=secret_key, field_keys=field_keys, field_keys_file=field_keys_file)


def stop_if_notes_could_be_lost(path: Path, database_has_tables: Callable[[], bool]) -> None:
    if database_has_tables():
        raise ImproperlyConfigured(
            f"The database already exists, but the keys that its notes are encrypted with are missing: there is no"
            f" {path}, and PRACTICE_FIELD_KEYS is not set. New keys could not read the old notes, so none were made."
            f" Put {FILE_NAME} back from your backup (with mode 600), or set PRACTICE_FIELD_KEYS to the old keys."
            " If PRACTICE_DATA was changed, change it back. Only if the database holds nothing you need: move it"
            " away and start anew."
        )


def create_secrets_file(path: Path, content: dict[str, str | list[str]]) -> None:
    """Write the file whole or not at all; where another process was quicker, leave its file alone."""
    try:
        draft = written_beside(path, writer_of(content))
        try:
            # A link is made only where no file of that name stands; os.replace would overwrite another's keys.
            with contextlib.suppress(FileExistsError):
                os.link(draft, path)
        finally:
            draft.unlink()
    except OSError as problem:
        raise ImproperlyConfigured(
            f"The secrets file {path} could not be made ({problem.strerror}). The folder must be writable, and on a"
            " disk of this machine (not a network share or a memory stick); PRACTICE_DATA chooses another. Or set"
            " both PRACTICE_SECRET_KEY and PRACTICE_FIELD_KEYS: then no file is needed."
        ) from problem


def change_field_keys(
    path: Path, keys: tuple[str, ...], *, instead_of: tuple[str, ...], old: tuple[str, ...] = ()
) -> None:
    """Put other keys in the place of some, at once: at every moment the file holds the one list or the other.

    old: keys that nothing stored needs any more; the file remembers them apart, for backups of earlier days.
    Raises ImproperlyConfigured where the file cannot be written, or holds other keys than `instead_of` by now.
    """
    content = read_secrets_file(path)
    if stored_field_keys(content, path) != instead_of:
        raise ImproperlyConfigured(
            f"The keys in {path} are not those that this command began with: somebody else changes them now."
            " Nothing was changed. Run the command again."
        )
    content["field_keys"] = list(keys)
    if old:
        known = content.get("old_field_keys")
        earlier = known if isinstance(known, list) else []
        content["old_field_keys"] = [*old, *(key for key in earlier if key not in old)]
    try:
        # What is on the disk is a whole file, the old or the new, also after a power cut.
        write_all({path: writer_of(content)})
    except OSError as problem:
        raise ImproperlyConfigured(
            f"The secrets file {path} could not be changed ({problem.strerror}); it is as it was. Its folder must be"
            " writable, and have room."
        ) from problem


def writer_of(content: Mapping[str, object]) -> Write:
    return lambda file: file.write(json.dumps(content, indent=2).encode("ascii") + b"\n")


def read_secrets_file(path: Path) -> dict[str, object]:
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise ImproperlyConfigured(
            f"The secrets file {path} could not be read ({type(problem).__name__}). It must belong to the user that"
            " runs the program. If it is damaged, put it back from your backup; do not delete it: the notes cannot"
            " be read without the keys in it."
        ) from problem
    # Windows has no such bits; there the folder's own access list decides.
    if os.name != "nt" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ImproperlyConfigured(
            f"The secrets file {path} can be used by other users of this machine (mode {stat.S_IMODE(mode):o})."
            f" It holds the keys of the notes. Run: chmod 600 '{path}' — and if others had access to it, think"
            " about making new keys."
        )
    try:
        content = json.loads(text)
    except ValueError as problem:
        raise broken(path, "it is not valid JSON") from problem
    if not isinstance(content, dict):
        raise broken(path, "it is not a JSON object")
    return content


def stored_secret_key(content: dict[str, object], path: Path) -> str:
    secret_key = content.get("secret_key")
    if not isinstance(secret_key, str) or not secret_key:
        raise broken(path, 'it has no "secret_key"')
    return secret_key


def stored_field_keys(content: dict[str, object], path: Path) -> tuple[str, ...]:
    stored = content.get("field_keys")
    if not isinstance(stored, list) or not stored:
        raise broken(path, 'it has no list of "field_keys"')
    keys = tuple(str(key) for key in stored)
    check_field_keys(keys, where=f'"field_keys" in {path}')
    return keys


def broken(path: Path, what: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(
        f"The secrets file {path} cannot be used: {what}. It was not touched, because the notes in the database cannot"
        " be read without the keys in it. Put it back from your backup (with mode 600), or set PRACTICE_SECRET_KEY and"
        " PRACTICE_FIELD_KEYS. Only if the database holds nothing you need: move both away and start anew."
    )


def check_field_keys(keys: tuple[str, ...], *, where: str) -> None:
    for number, key in enumerate(keys, start=1):
        if not is_fernet_key(key):
            raise ImproperlyConfigured(
                f"Key number {number} of {where} is not a Fernet key: 32 random bytes, written as 44 characters of"
                " URL-safe base64. Keys are separated by commas; the first encrypts, all of them decrypt. A new one:"
                f" {NEW_KEY_COMMAND} (keep the old keys behind it, or the notes written with them are lost)."
            )


def is_fernet_key(key: str) -> bool:
    try:
        return len(base64.b64decode(key, altchars=b"-_", validate=True)) == 32
    except ValueError:
        return False
