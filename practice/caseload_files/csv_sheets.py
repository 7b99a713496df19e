"""Reads a sheet from a CSV file: UTF-8, comma or semicolon, a row of headings."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from practice.caseload_files.patience import go_on
from practice.caseload_files.problems import Problem, UnreadableFileError, file_problem
from practice.caseload_files.sheets import (
    WIDEST,
    FileKind,
    Grid,
    Record,
    trimmed_headings,
)
from practice.caseload_files.sources import EMPTY, LAST_ROW, SourceFile

_SEPARATORS = ",;"
# So much of the first line tells which of them it is.
_FIRST_LINE = 64 * 1024
_SAVE_AS = "save it as “CSV UTF-8”"


# How many of some headings are known.
Known = Callable[[Sequence[str]], int]


def read_csv(source: SourceFile, *, known: Known) -> Grid:
    """The headings and rows of a CSV file. Raises UnreadableFileError, also while rows are read.

    known: tells which of the separators makes more sense of the first line.
    """
    if source.is_zip:
        raise UnreadableFileError(
            [
                file_problem(
                    source.name,
                    "a workbook or zip archive, not a CSV file: give an XLSX workbook alone, "
                    "or two CSV files",
                )
            ]
        )
    text = _decoded(source)
    if not text.strip():
        raise UnreadableFileError([file_problem(source.name, EMPTY)])
    separator = _separator(text, known)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    numbered = enumerate(_rows(reader, file=source.name), start=1)
    _, headings = next(numbered)
    records = (
        # As it stays: of a row per client, every session made of the row keeps it.
        Record(number=number, cells=tuple(cells), faults={})
        for number, cells in numbered
    )
    grid = Grid(file=source.name, kind=FileKind.CSV, headings=headings, records=records)
    # At once, because what each heading may mean is asked many times over.
    return replace(grid, headings=trimmed_headings(grid))


def _decoded(source: SourceFile) -> str:
    content = source.content
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        message = f"encoded as UTF-16, not UTF-8: {_SAVE_AS}"
    elif b"\0" in content:
        row = content.count(b"\n", 0, content.index(b"\0")) + 1
        message = (
            f"line {row} has a NUL byte, which no text has (UTF-16, or not a text at all?): "
            + _SAVE_AS
        )
    else:
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            # The error counts from after a byte-order mark that it has taken off itself.
            wrong = error.object[error.start]
            row = error.object.count(b"\n", 0, error.start) + 1
            message = (
                f"not UTF-8: line {row} has the byte {wrong:02X} (hexadecimal), as files in "
                f"Windows-1252 or Latin-1 have it: {_SAVE_AS}"
            )
    raise UnreadableFileError([file_problem(source.name, message)])


def _separator(text: str, known: Known) -> str:
    """The separator under which more headings are recognised; a comma when neither is better."""
    first = text[:_FIRST_LINE].splitlines()[0]

    def recognised(separator: str) -> tuple[int, int]:
        headings = [heading.strip('" ') for heading in first.split(separator, WIDEST)[:WIDEST]]
        # Among unknown headings, the separator that makes more of them.
        return known(headings), len(headings)

    return max(_SEPARATORS, key=recognised)


def _rows(reader: Iterator[list[str]], *, file: str) -> Iterator[list[str]]:
    number = 0
    try:
        for cells in reader:
            go_on()
            number += 1
            if number > LAST_ROW:
                message = f"more than {LAST_ROW:,} rows, empty ones included: remove the empty rows"
                raise UnreadableFileError([file_problem(file, message)])
            yield cells
    except csv.Error as error:
        raise UnreadableFileError(
            [
                Problem(
                    file=file,
                    row=number + 1,
                    column="",
                    value="",
                    message=_in_words(str(error)),
                )
            ]
        ) from None


def _in_words(error: str) -> str:
    if "field limit" in error:
        return (
            f"a cell of more than {csv.field_size_limit():,} signs: shorten it, or look for a "
            'quotation mark (") that is opened and never closed'
        )
    return (
        'a quotation mark (") stands where it cannot: put quotes around the whole cell, close '
        "them, and double those inside it"
    )
