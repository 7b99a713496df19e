"""Files that are written whole or not at all: beside first, then put in their place.

Only the owner of the machine's account may read them (mode 600). A program that is killed in between leaves
what it had written beside; whoever writes into the folder later, or starts there, clears it away.
"""

import contextlib
import logging
import os
import re
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO

Write = Callable[[BinaryIO], object]

_LOG = logging.getLogger(__name__)
# Of the file beside, until it is whole: no other program's files end so.
_BESIDE = ".practice-part"
_LEFTOVER = re.compile(rf"\..+\.[a-z0-9_]{{8}}{re.escape(_BESIDE)}")
# Seconds: an hour. A younger one may still be written to by another program.
_LEFT_AFTER = 3_600


def write_whole(path: Path, content: bytes) -> None:
    """Write one file. Raises OSError; then there is none, or the one that was there before."""
    write_all({path: lambda file: file.write(content)})


def write_all(files: Mapping[Path, Write]) -> None:
    """Write several files: all are whole beside their places before the first takes its own.

    What killed programs left in the same folders is removed. Raises OSError, and whatever a writer does.
    """
    parts: dict[Path, Path] = {}
    try:
        for path, write in files.items():
            parts[path] = written_beside(path, write)
        written_at = max(part.stat().st_mtime for part in parts.values())
        for path, part in parts.items():
            part.replace(path)
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)
    for folder in {path.parent for path in files}:
        settle(folder)
        remove_leftovers(folder, now=written_at)


def written_beside(path: Path, write: Write) -> Path:
    """A file of its own in the folder of `path`, whole and on the disk. Raises OSError; then there is none."""
    # Made with mode 600 by the library.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=_BESIDE)
    part = Path(name)
    with contextlib.ExitStack() as undoing:
        undoing.callback(part.unlink, missing_ok=True)
        with os.fdopen(handle, "wb") as file:
            write(file)
            file.flush()
            # Or a power cut could leave the name without the content.
            os.fsync(file.fileno())
        undoing.pop_all()
    return part


def remove_leftovers(folder: Path, *, now: float) -> None:
    """Files beside that were last written an hour ago or more: nobody is at them any more. A log line says so.

    now: seconds since 1970, by the clock of the disk. What cannot be removed stays.
    """
    removed = 0
    # Who has no right to it, or was not quick enough, has a whole file all the same.
    with contextlib.suppress(OSError):
        for found in list(os.scandir(folder)):
            if (
                _LEFTOVER.fullmatch(found.name)
                and found.is_file(follow_symlinks=False)
                and found.stat(follow_symlinks=False).st_mtime < now - _LEFT_AFTER
            ):
                Path(found).unlink(missing_ok=True)
                removed += 1
    if removed:
        _LOG.warning(
            "unfinished files that an earlier run left when it was cut off, removed now: %d",
            removed,
        )


def settle(folder: Path) -> None:
    """A new name, too, is to outlive a power cut; not every disk or system can promise it."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
