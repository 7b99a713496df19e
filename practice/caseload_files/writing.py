"""Writes files that only their owner reads: whole or not at all, never over another unasked."""

import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from practice.whole_files import Write, write_all


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
        write_all(dict(zip(paths, files.values(), strict=True)))
    except (OSError, ValueError) as error:
        # ValueError: a path with a NUL byte.
        reason = error.strerror if isinstance(error, OSError) else None
        raise WritingError(
            f"the folder {folder} cannot be written to ({reason or type(error).__name__}): name "
            "another one"
        ) from None
    return paths


def refuse_existing(paths: Iterable[Path], *, existing: Existing) -> None:
    """Raises WritingError when a file is there that is to be kept."""
    there = [str(path) for path in paths if path.exists()]
    if there and existing is Existing.KEEP:
        raise WritingError(
            f"there is already {', '.join(there)}: move it away, or name another folder"
        )


def csv_writer(rows: Iterable[Sequence[str]]) -> Write:
    """Writes rows as CSV for every spreadsheet: UTF-8 with its mark, commas, quotes where needed."""

    def write(file: BinaryIO) -> None:
        # Excel takes a CSV file for UTF-8 only when it begins with the mark.
        file.write(BOM_UTF8)
        file.writelines(csv_line(row).encode() for row in rows)

    return write


# Quotes keep a text in its cell also where a spreadsheet parts cells at semicolons or tabs, as some do
# of themselves: what stands behind one would begin a cell, and a formula there would be run.
_NEEDS_QUOTES = re.compile(r'[,;\t|"\r\n\v\f\x1c-\x1e\x85\u2028\u2029]|^\s|\s$')


def csv_line(cells: Sequence[str]) -> str:
    """One row, with the end of its line."""
    return ",".join(map(_csv_cell, cells)) + "\r\n"


def _csv_cell(text: str) -> str:
    if not _NEEDS_QUOTES.search(text):
        return text
    return '"' + text.replace('"', '""') + '"'
