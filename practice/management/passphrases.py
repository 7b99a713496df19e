"""The passphrase of a backup: from a file, the environment, or the keyboard."""

import getpass
import os
import sys
from pathlib import Path
from typing import Any, Protocol

from practice.backups import SHORTEST_PASSPHRASE, BackupError, Passphrase

VARIABLE = "PRACTICE_BACKUP_PASSPHRASE"


class TakesArguments(Protocol):
    """A parser of arguments, or a group of one."""

    def add_argument(self, *names: str, **options: Any) -> Any: ...


def add_passphrase_argument(parser: TakesArguments) -> None:
    """--passphrase-file; never the passphrase itself, which others would see in the list of processes."""
    parser.add_argument(
        "--passphrase-file",
        type=Path,
        metavar="FILE",
        help=f"its first line; without it, {VARIABLE} or the keyboard",
    )


def new_passphrase(file: Path | None) -> Passphrase:
    """To lock with: long enough, and typed twice. Raises BackupError."""
    words = _given(file)
    if words is None:
        words = _typed(f"Passphrase for the backup (at least {SHORTEST_PASSPHRASE} characters): ")
        if words != _typed("Once more: "):
            raise BackupError("the two are not the same; there is no backup")
    if len(words) < SHORTEST_PASSPHRASE:
        raise BackupError(
            f"the passphrase is too short: at least {SHORTEST_PASSPHRASE} characters. Four or "
            "five words that do not belong together are good, and can be remembered"
        )
    return Passphrase(words=words)


def known_passphrase(file: Path | None) -> Passphrase:
    """To open with. Raises BackupError."""
    words = _given(file)
    return Passphrase(words=_typed("Passphrase of the backup: ") if words is None else words)


def _given(file: Path | None) -> str | None:
    if file is None:
        return os.environ.get(VARIABLE) or None
    try:
        first, *_ = [*file.read_text(encoding="utf-8-sig").splitlines(), ""]
    except (OSError, UnicodeDecodeError) as problem:
        raise BackupError(
            f"the passphrase file {file} could not be read ({type(problem).__name__})"
        ) from None
    return first


def _typed(question: str) -> str:
    if not sys.stdin.isatty():
        raise BackupError(
            "there is no keyboard to ask for the passphrase: name a --passphrase-file, or set "
            f"{VARIABLE}"
        )
    return getpass.getpass(question)
