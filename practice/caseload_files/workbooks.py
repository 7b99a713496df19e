"""Reads sheets from an XLSX workbook, without running or trusting anything in it."""

import datetime as dt
import io
import warnings
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from practice.caseload_files.patience import go_on
from practice.caseload_files.problems import UnreadableFileError, file_problem, shown
from practice.caseload_files.sheets import (
    ROW_LIMIT,
    FileKind,
    Grid,
    Record,
    trimmed_headings,
)
from practice.caseload_files.sources import EMPTY, LAST_ROW, MEGABYTE, SourceFile
from practice.caseload_files.workbook_limits import DAMAGE, TooMuchError, refuse_too_much

# A sheet of very many rows may be larger: that one comes as CSV.
UNPACKED_LIMIT = 60 * MEGABYTE
_PARTS_LIMIT = 2_000
# A row is as long as its last cell, also an empty one that only has a format.
_CELLS_LIMIT = 20_000_000

_SMALLER = (
    "which is too much to read: copy the two sheets into a new workbook, or save them as CSV files"
)

# What openpyxl and the parsers under it raise for a damaged or forged workbook. (defusedxml's
# refusals of entities are ValueErrors.)
_DAMAGE = (
    *DAMAGE,
    InvalidFileException,
    ParseError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    RecursionError,
    TypeError,
)


# Which of some headings take dates, place by place.
Dates = Callable[[Sequence[str]], Sequence[bool]]


@dataclass(frozen=True, kw_only=True)
class WorkbookSheet:
    """One sheet of a workbook that is open."""

    title: str
    file: str
    worksheet: Any

    @property
    def label(self) -> str:
        """How a problem names it."""
        return f"{self.file}, sheet {shown(self.title)}"

    def headings(self) -> list[str]:
        """The cells of the first row; none for an empty sheet. Raises UnreadableFileError."""
        headings, _ = self._start()
        # At once, because what each heading may mean is asked many times over.
        grid = Grid(file=self.label, kind=FileKind.WORKBOOK, headings=headings, records=())
        return list(trimmed_headings(grid))

    def grid(self, *, dates: Dates, label: str) -> Grid:
        """Headings and rows. Raises UnreadableFileError, also while the rows are read."""
        headings, rows = self._start()
        if not headings:
            raise UnreadableFileError([file_problem(label, EMPTY)])
        takes_date = dates(headings)
        records = (_record(number, cells, takes_date=takes_date) for number, cells in rows)
        return Grid(file=label, kind=FileKind.WORKBOOK, headings=headings, records=records)

    def _start(self) -> tuple[list[str], Iterator[tuple[int, list[Any]]]]:
        # The dimensions a workbook claims may be far too large: each row is as long as its cells.
        self.worksheet.reset_dimensions()
        rows = _numbered_rows(self.worksheet.iter_rows(), file=self.label)
        _, cells = next(rows, (1, []))
        return [_text(cell, takes_date=False)[0] for cell in cells], rows


@contextmanager
def opened_workbook(source: SourceFile) -> Iterator[tuple[WorkbookSheet, ...]]:
    """The sheets of a workbook while it is open. Raises UnreadableFileError, also for the body."""
    _refuse_bursting(source)
    try:
        with warnings.catch_warnings():
            # About charts, validation and other parts that are not read anyway.
            warnings.filterwarnings("ignore", module="openpyxl")
            book = openpyxl.load_workbook(
                io.BytesIO(source.content), read_only=True, data_only=False, keep_links=False
            )
            try:
                yield tuple(
                    WorkbookSheet(title=str(sheet.title), file=source.name, worksheet=sheet)
                    for sheet in book.worksheets
                )
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
    """Look at the sizes in the archive's directory, then at what the parts would have to become.

    The sizes cannot understate: the archive reader stops at the size the directory gives.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(source.content))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise UnreadableFileError(
            [file_problem(source.name, "not an XLSX workbook, or a damaged one")]
        ) from None
    with archive:
        parts = archive.infolist()
        if len(parts) > _PARTS_LIMIT or sum(part.file_size for part in parts) > UNPACKED_LIMIT:
            message = f"unpacks to more than {UNPACKED_LIMIT // MEGABYTE} MB, {_SMALLER}"
            raise UnreadableFileError([file_problem(source.name, message)])
        try:
            refuse_too_much(archive)
        except TooMuchError:
            message = f"holds more cells, texts or formats than any caseload, {_SMALLER}"
            raise UnreadableFileError([file_problem(source.name, message)]) from None


def _numbered_rows(rows: Iterator[Sequence[Any]], *, file: str) -> Iterator[tuple[int, list[Any]]]:
    """The rows with something in them, and the first in any case.

    The library makes up every row and cell that a workbook leaves out before one with a high
    number, and a few forged bytes give it a number without end: so both are counted first.
    """
    spread = 0
    for number, row in enumerate(rows, start=1):
        go_on()
        spread += len(row)
        if number > LAST_ROW or spread > _CELLS_LIMIT:
            message = (
                "spreads over more rows or columns than any caseload: copy the rows that are "
                "filled in into a new workbook"
            )
            raise UnreadableFileError([file_problem(file, message)])
        width = len(row)
        while width and row[width - 1].value is None:
            width -= 1
        if number > 1 and not width:
            continue
        if number > ROW_LIMIT + 1:
            message = f"has something below row {ROW_LIMIT + 1:,}: remove it, or split the sheet"
            raise UnreadableFileError([file_problem(file, message)])
        yield number, list(row[:width])


def _record(number: int, cells: Sequence[Any], *, takes_date: Sequence[bool]) -> Record:
    texts: list[str] = []
    faults: dict[int, str] = {}
    for place, cell in enumerate(cells):
        text, fault = _text(cell, takes_date=place < len(takes_date) and takes_date[place])
        texts.append(text)
        if fault:
            faults[place] = fault
    return Record(number=number, cells=tuple(texts), faults=faults)


def _text(cell: Any, *, takes_date: bool) -> tuple[str, str]:
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
        return _date_text(value, takes_date=takes_date)
    elif isinstance(value, int | float):
        is_percentage = "%" in (cell.number_format or "")
        text = f"{value * 100:g}%" if is_percentage else _number_text(value)
    return text, fault


def _date_text(
    value: dt.datetime | dt.date | dt.time | dt.timedelta, *, takes_date: bool
) -> tuple[str, str]:
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        value = value.date()
    if not takes_date:
        # A spreadsheet makes a date of what looks like one: 3-12 is then no reference any more.
        return str(value), "a date or time: format the cell as text and write it again"
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value.isoformat(), ""
    return str(value), "a date with a time, or a time alone: write the date alone"


def _number_text(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(value)
