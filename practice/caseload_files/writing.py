"""Writes files that only their owner reads: whole or not at all, never over another unasked."""

import csv
import os
import tempfile
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

Write = Callable[[BinaryIO], None]


class Existing(StrEnum):
    """What happens to a file that is there already."""

    KEEP = "keep"
    REPLACE = "replace"


class WritingError(Exception):
    """Files could not be written; the message says why. None of them was."""


def write_files(folder: Path, files: Mapping[str, Write], *, existing: Existing) -> list[Path]:
    """Write files by name into a folder, which is made if there is none; returns their paths.

    All are written whole beside their places before the first takes its place. Raises
    WritingError.
    """
    paths = [folder / name for name in files]
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        refuse_existing(paths, existing=existing)
        return _replace_all(folder, files)
    except (OSError, ValueError) as error:
        # ValueError: a path with a NUL byte.
        reason = error.strerror if isinstance(error, OSError) else None
        raise WritingError(
            f"the folder {folder} cannot be written to ({reason or type(error).__name__}): name "
            "another one"
        ) from None


def refuse_existing(paths: Iterable[Path], *, existing: Existing) -> None:
    """Raises WritingError when a file is there that is to be kept."""
    there = [str(path) for path in paths if path.exists()]
    if there and existing is Existing.KEEP:
        raise WritingError(
            f"there is already {', '.join(there)}: move it away, or name another folder"
        )


def _replace_all(folder: Path, files: Mapping[str, Write]) -> list[Path]:
    written: list[tuple[Path, Path]] = []
    try:
        for name, write in files.items():
            # Made with mode 600 by the library.
            handle, temporary = tempfile.mkstemp(dir=folder, prefix=".", suffix=".part")
            written.append((Path(temporary), folder / name))
            with os.fdopen(handle, "wb") as file:
                write(file)
                file.flush()
                os.fsync(file.fileno())
        for part, path in written:
            part.replace(path)
    finally:
        for part, _ in written:
            part.unlink(missing_ok=True)
    return [path for _, path in written]


def csv_writer(rows: Iterable[Sequence[str]]) -> Write:
    """Writes rows as CSV for every spreadsheet: UTF-8 with its mark, commas, quotes where needed."""

    def write(file: BinaryIO) -> None:
        lines = csv.writer(_Encoded(file))
        # Excel takes a CSV file for UTF-8 only when it begins with the mark.
        file.write(BOM_UTF8)
        lines.writerows(rows)

    return write


class _Encoded:
    """What csv.writer writes to: text in, UTF-8 out."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def write(self, text: str) -> int:
        return self._file.write(text.encode())
