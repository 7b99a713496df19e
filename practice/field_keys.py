"""The keys of the notes as they are now: a program that is running takes a new key up by itself.

They are looked up in the secrets file whenever the file has become another one. Keys that come from the
environment stay those of the start.
"""

import logging
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from practice.secrets_file import read_secrets_file, stored_field_keys

_LOG = logging.getLogger(__name__)
_Stamp = tuple[int, int, int]


@dataclass
class _Read:
    """What was last read, and the state of the file then."""

    path: Path | None = None
    stamp: _Stamp | None = None
    keys: tuple[str, ...] = field(default=(), repr=False)


_read = _Read()


def field_keys() -> tuple[str, ...]:
    """The first encrypts, every one decrypts. Asks the file system each time, which is next to nothing.

    While the file cannot be read, those that were read before go on being used: a log line says so.
    """
    global _read  # noqa: PLW0603 - replaced as a whole, so that no thread ever sees half of it
    path: Path | None = settings.FIELD_KEYS_FILE
    if path is None:
        return tuple(settings.FIELD_KEYS)
    before, stamp = _read, _stamp(path)
    if (before.path, before.stamp) != (path, stamp):
        known = before.keys if before.path == path else tuple(settings.FIELD_KEYS)
        _read = before = _Read(path=path, stamp=stamp, keys=_keys_in(path, known=known))
    return before.keys


def _stamp(path: Path) -> _Stamp | None:
    """Another file under the same name has another number, for it is never written to in its place."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _keys_in(path: Path, *, known: tuple[str, ...]) -> tuple[str, ...]:
    try:
        return stored_field_keys(read_secrets_file(path), path)
    except ImproperlyConfigured as problem:
        _LOG.error("%s The keys that were read before go on being used.", problem)
        return known
