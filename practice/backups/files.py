"""Backup files: named without anybody's name, whole or not there, for their owner's eyes."""

import contextlib
import datetime as dt
import os
import tempfile
from pathlib import Path

from practice.backups.errors import BackupError

SUFFIX = ".age"


def default_name(now: dt.datetime) -> str:
    """practice-backup-2026-11-22-1405.age, by the clock on the wall."""
    return f"practice-backup-{now:%Y-%m-%d-%H%M}{SUFFIX}"


def destination(asked: Path, *, now: dt.datetime, overwrite: bool) -> Path:
    """Where to write: in a folder that exists, under a name of its own. Raises BackupError.

    A name that does not end in .age is a folder: else a mistyped folder would become a file.
    """
    path = asked if asked.suffix == SUFFIX and not asked.is_dir() else asked / default_name(now)
    if not path.parent.is_dir():
        raise BackupError(
            f"there is no folder {path.parent}: make it, or name another, or a file that ends in "
            f"{SUFFIX}"
        )
    if path.exists() and not (overwrite and path.is_file()):
        raise BackupError(
            f"there is already {path}: name another file, or add --overwrite to replace it"
        )
    if not os.access(path.parent, os.W_OK):
        raise _unwritable(path, "it may not be written to")
    return path


def write_backup(path: Path, content: bytes) -> None:
    """Written beside and then put in place, so that no half backup ever passes for a whole one.

    Only the account's owner may read it (mode 600). Raises BackupError.
    """
    beside: Path | None = None
    try:
        # Made with mode 600 by the library.
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
        beside = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        _settle(path.parent)
    except OSError as problem:
        raise _unwritable(path, problem.strerror or type(problem).__name__) from None
    finally:
        if beside is not None:
            beside.unlink(missing_ok=True)


def read_backup(path: Path) -> bytes:
    """Raises BackupError."""
    try:
        return path.read_bytes()
    except OSError as problem:
        raise BackupError(f"{path} could not be read ({problem.strerror})") from None


def _settle(folder: Path) -> None:
    """The new name, too, is to outlive a power cut; not every disk or system can promise it."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _unwritable(path: Path, why: str) -> BackupError:
    return BackupError(f"the backup could not be written to {path.parent} ({why}); there is none")
