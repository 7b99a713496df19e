"""Reads the two sheets from an XLSX workbook, without running or trusting anything in it."""

import datetime as dt
import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from practice.caseload_files.columns import DATE_COLUMNS, SheetName, column_of, plain
from practice.caseload_files.problems import Problem, UnreadableFileError, file_problem, shown
from practice.caseload_files.sheets import ROW_LIMIT, Record, Sheet, make_sheet
from practice.caseload_files.sources import EMPTY, MEGABYTE, SourceFile

# A sheet of the allowed number of rows stays below; an archive made to burst does not.
UNPACKED_LIMIT = 200 * MEGABYTE
_PARTS_LIMIT = 2_000
# The widest sheet of ours has under 60 columns; anything far to the right is no caseload.
_WIDEST = 500

# What openpyxl and the parsers under it raise for a damaged or forged workbook. (defusedxml's
# refusals of entities are ValueErrors.)
_DAMAGE = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    InvalidFileException,
    ParseError,
    zlib.error,
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    RuntimeError,
    TypeError,
    ValueError,
)


def read_workbook(source: SourceFile) -> tuple[Sheet, Sheet]:
    """The sheets `episodes` and `sessions` of a workbook. Raises UnreadableFileError."""
    _refuse_bursting(source)
    try:
        with warnings.catch_warnings():
            # About charts, validation and other parts that are not read anyway.
            warnings.filterwarnings("ignore", module="openpyxl")
            book = openpyxl.load_workbook(
                io.BytesIO(source.content), read_only=True, data_only=False, keep_links=False
            )
            try:
                return _read_sheets(book, source.name)
            finally:
                book.close()
    except UnreadableFileError:
        raise
    except _DAMAGE as error:
        raise UnreadableFileError(
            [
                file_problem(
                    source.name,
                    f"damaged, or not an XLSX workbook ({type(error).__name__}): open it in a "
                    "spreadsheet and save it anew as “Excel workbook (.xlsx)”",
                )
            ]
        ) from None


def _refuse_bursting(source: SourceFile) -> None:
    """Look at the sizes in the archive's directory before anything is unpacked.

    They cannot understate: the archive reader stops at the size the directory gives.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(source.content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise UnreadableFileError(
            [file_problem(source.name, "not an XLSX workbook, or a damaged one")]
        ) from None
    if len(parts) > _PARTS_LIMIT or sum(part.file_size for part in parts) > UNPACKED_LIMIT:
        raise UnreadableFileError(
            [
                file_problem(
                    source.name,
                    f"unpacks to more than {UNPACKED_LIMIT // MEGABYTE} MB, which no caseload "
                    "does: copy the two sheets into a new workbook",
                )
            ]
        )


def _read_sheets(book: Any, file: str) -> tuple[Sheet, Sheet]:
    problems: list[Problem] = []
    sheets: list[Sheet] = []
    for name in SheetName:
        found = [sheet for sheet in book.worksheets if plain(sheet.title) == name]
        if len(found) != 1:
            titles = ", ".join(shown(sheet.title) for sheet in book.worksheets[:10]) or "none"
            wrong = "has no sheet" if not found else "has more than one sheet"
            problems.append(file_problem(file, f"{wrong} named {name}; it has: {titles}"))
            continue
        try:
            sheets.append(_read_sheet(found[0], name, file=f"{file}, sheet {name}"))
        except UnreadableFileError as error:
            problems.extend(error.problems)
    if problems:
        raise UnreadableFileError(problems)
    episodes, sessions = sheets
    return episodes, sessions


def _read_sheet(worksheet: Any, name: SheetName, *, file: str) -> Sheet:
    # The dimensions a workbook claims may be far too large: each row is as long as its cells.
    worksheet.reset_dimensions()
    rows = _numbered_rows(worksheet.iter_rows(), file=file)
    _, heading_cells = next(rows, (1, ()))
    if not heading_cells:
        raise UnreadableFileError([file_problem(file, EMPTY)])
    headings = [_text(cell, None)[0] for cell in heading_cells]
    # A heading row is as long as its last cell with something in it.
    while headings and not headings[-1].strip():
        headings.pop()
    columns = [column_of(heading, name) for heading in headings]
    records = (_record(number, cells, columns=columns) for number, cells in rows)
    return make_sheet(name, file=file, headings=headings, records=records)


def _numbered_rows(rows: Iterator[Sequence[Any]], *, file: str) -> Iterator[tuple[int, list[Any]]]:
    for number, row in enumerate(rows, start=1):
        cells = list(row)
        while cells and cells[-1].value is None:
            cells.pop()
        if number > 1 and not cells:
            continue
        if number > ROW_LIMIT + 1:
            message = f"has something below row {ROW_LIMIT + 1:,}: remove it, or split the sheet"
            raise UnreadableFileError([file_problem(file, message)])
        if len(cells) > _WIDEST:
            message = f"row {number} has something beyond column {_WIDEST}: remove it"
            raise UnreadableFileError([file_problem(file, message)])
        yield number, cells


def _record(number: int, cells: Sequence[Any], *, columns: Sequence[str | None]) -> Record:
    texts: list[str] = []
    faults: dict[int, str] = {}
    for place, cell in enumerate(cells):
        text, fault = _text(cell, columns[place] if place < len(columns) else None)
        texts.append(text)
        if fault:
            faults[place] = fault
    return Record(number=number, cells=texts, faults=faults)


def _text(cell: Any, column: str | None) -> tuple[str, str]:
    """A cell as the CSV file would have it, and what is wrong with it ("" for nothing)."""
    value = cell.value
    text, fault = str(value), ""
    if value is None:
        text = ""
    elif cell.data_type == "f":
        text = value if isinstance(value, str) else "="
        fault = "a formula: copy it and paste it back as values"
    elif cell.data_type == "e":
        fault = "an error of the spreadsheet: write the value itself"
    elif isinstance(value, bool):
        text = "TRUE" if value else "FALSE"
        fault = "a TRUE/FALSE cell: format it as text and write the word (yes or no) or the number"
    elif isinstance(value, dt.datetime | dt.date | dt.time | dt.timedelta):
        return _date_text(value, column)
    elif isinstance(value, int | float):
        is_percentage = "%" in (cell.number_format or "")
        text = f"{value * 100:g}%" if is_percentage else _number_text(value)
    return text, fault


def _date_text(
    value: dt.datetime | dt.date | dt.time | dt.timedelta, column: str | None
) -> tuple[str, str]:
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        value = value.date()
    if column not in DATE_COLUMNS:
        # A spreadsheet makes a date of what looks like one: 3-12 is then no reference any more.
        return str(value), "a date or time: format the cell as text and write it again"
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value.isoformat(), ""
    return str(value), "a date with a time, or a time alone: write the date alone"


def _number_text(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(value)
