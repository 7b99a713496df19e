"""Backup files: named without anybody's name, whole or not there, for their owner's eyes."""

import datetime as dt
import os
from pathlib import Path

from practice.backups.errors import BackupError
from practice.whole_files import write_whole

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
    """So that no half backup ever passes for a whole one. Raises BackupError."""
    try:
        write_whole(path, content)
    except OSError as problem:
        raise _unwritable(path, problem.strerror or type(problem).__name__) from None


def read_backup(path: Path) -> bytes:
    """Raises BackupError."""
    try:
        return path.read_bytes()
    except OSError as problem:
        raise BackupError(f"{path} could not be read ({problem.strerror})") from None


def _unwritable(path: Path, why: str) -> BackupError:
    return BackupError(f"the backup could not be written to {path.parent} ({why}); there is none")
