"""A sheet as read, before anything is understood: rows of text under recognised headings."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from practice.caseload_files.columns import COLUMNS, REQUIRED, SheetName, column_of, plain
from practice.caseload_files.headings import NO_MEANINGS, Meanings, columns_of
from practice.caseload_files.patience import go_on
from practice.caseload_files.problems import Problem, UnreadableFileError, file_problem, shown

ROW_LIMIT = 200_000
# The widest sheet of ours has under 60 columns; anything far to the right is no caseload.
WIDEST = 500
_LONGEST_HEADING = 1_000


class FileKind(StrEnum):
    """What a sheet was read from. Advice about separators would puzzle whoever has a workbook."""

    CSV = "CSV"
    WORKBOOK = "workbook"


class Layout(StrEnum):
    """How a caseload stands in its files."""

    TWO_SHEETS = "two sheets"
    ROW_PER_CLIENT = "one row per client"


_HOW_HEADINGS_STAND = {FileKind.CSV: ", separated by commas or semicolons", FileKind.WORKBOOK: ""}
_HOW_TO_MEND_A_STRAY_CELL = {
    FileKind.CSV: "give the column a heading, remove the cell, or put quotes around a text with a "
    "separator",
    FileKind.WORKBOOK: "give the column a heading, or remove the cell",
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Row:
    """One row. cells: text by column; only columns that the sheet has.

    number: as a spreadsheet shows it, the headings being row 1. faults: columns whose cell could
    not be read as text, with what would be right. raw: all cells as they came, also unknown ones.
    names: the file's own heading of a column, where it differs. origin: where one row is one client,
    the number of the row that this one was made of.
    Compared by identity, because the same text may stand in two rows.
    """

    file: str
    number: int
    cells: Mapping[str, str]
    faults: Mapping[str, str]
    raw: tuple[str, ...]
    names: Mapping[str, str] = field(default_factory=dict)
    origin: int | None = None

    @property
    def label(self) -> str:
        """The row as another one is told of it; with the heading where several come of one row."""
        heading = self.names.get("date", "")
        return (
            f"{self.number} ({heading})"
            if self.origin is not None and heading
            else str(self.number)
        )

    def problem(self, column: str, message: str) -> Problem:
        """A problem or warning with a cell of this row, or with all of it (column "")."""
        return Problem(
            file=self.file,
            row=self.number,
            column=shown(self.names.get(column, column)),
            value=shown(self.cells.get(column, "")),
            # One text for all cells that are wrong in the same way.
            message=sys.intern(message),
        )


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One of the two sheets. columns: those of ours it has; unknown: the headings ignored.

    matched: headings that are not a column's own name, each with the column it was taken for.
    """

    name: SheetName
    file: str
    headings: tuple[str, ...]
    columns: frozenset[str]
    unknown: tuple[str, ...]
    rows: tuple[Row, ...]
    matched: tuple[tuple[str, str], ...] = ()
    layout: Layout = Layout.TWO_SHEETS


@dataclass(frozen=True, kw_only=True)
class Record:
    """The cells of one row before the headings are applied; faults by place in the row."""

    number: int
    cells: tuple[str, ...]
    faults: Mapping[int, str]


@dataclass(frozen=True, kw_only=True)
class Grid:
    """A sheet before anything is made of its headings. records: read as they are asked for."""

    file: str
    kind: FileKind
    headings: Sequence[str]
    records: Iterable[Record]


def make_sheet(name: SheetName, grid: Grid, *, meanings: Meanings = NO_MEANINGS) -> Sheet:
    """Put the cells of each record under the headings; empty rows are left out.

    Raises UnreadableFileError for headings that cannot be used, and for too many rows or columns.
    """
    headings = trimmed_headings(grid)
    columns = columns_of(headings, name, meanings=meanings)
    _check_headings(name, grid, headings=headings, columns=columns)
    matched = {
        column: heading.strip()
        for heading, column in zip(headings, columns, strict=True)
        if column is not None and plain(heading) != plain(column)
    }
    rows = tuple(
        _row(record, grid, headings=headings, columns=columns, names=matched)
        for record in filled_records(grid)
    )
    return Sheet(
        name=name,
        file=grid.file,
        headings=headings,
        columns=frozenset(column for column in columns if column is not None),
        unknown=unknown_headings(headings, columns),
        rows=rows,
        matched=tuple((shown(heading), column) for column, heading in matched.items()),
    )


def trimmed_headings(grid: Grid) -> tuple[str, ...]:
    """The headings up to the last that is not empty.

    Raises UnreadableFileError for too many, and for one that is a text and no heading: what each
    word of it may mean is asked many times over.
    """
    headings = tuple(grid.headings[: _width(grid.headings, number=1, file=grid.file)])
    longest = max(map(len, headings), default=0)
    if longest > _LONGEST_HEADING:
        message = f"a heading has {longest:,} signs: is the first row the row of headings?"
        raise UnreadableFileError([file_problem(grid.file, message)])
    return headings


def unknown_headings(headings: Sequence[str], columns: Sequence[object | None]) -> tuple[str, ...]:
    """The headings that are no column, as a page or terminal shows them."""
    return tuple(
        shown(heading.strip())
        for heading, column in zip(headings, columns, strict=True)
        if column is None and heading.strip()
    )


def filled_records(grid: Grid) -> Iterator[Record]:
    """The records with something in them. Raises UnreadableFileError for too many or too wide."""
    number = 0
    for record in grid.records:
        go_on()
        # An array formula is a fault with an empty text: it is something all the same.
        width = _width(record.cells, number=record.number, file=grid.file)
        if not width and not record.faults:
            continue
        if number == ROW_LIMIT:
            message = f"more than {ROW_LIMIT:,} rows: split it into smaller files"
            raise UnreadableFileError([file_problem(grid.file, message)])
        number += 1
        yield record


def _width(cells: Sequence[str], *, number: int, file: str) -> int:
    """How many cells there are up to the last with something in it."""
    width = len(cells)
    while width and not cells[width - 1].strip():
        width -= 1
    if width > WIDEST:
        message = f"row {number} has something beyond column {WIDEST}: remove it"
        raise UnreadableFileError([file_problem(file, message)])
    return width


def _check_headings(
    name: SheetName,
    grid: Grid,
    *,
    headings: Sequence[str],
    columns: Sequence[str | None],
) -> None:
    known = [column for column in columns if column is not None]
    problems = []
    if not known:
        problems.append(
            Problem(
                file=grid.file,
                row=1,
                column="",
                value=shown(", ".join(headings)),
                message="no heading was recognised: the first row must hold the headings, such as "
                + ", ".join(COLUMNS[name][:4])
                + _HOW_HEADINGS_STAND[grid.kind],
            )
        )
    else:
        problems.extend(
            Problem(
                file=grid.file,
                row=1,
                column=column,
                value="",
                message=f"this heading is needed and missing{_hint(name, headings)}",
            )
            for column in REQUIRED[name]
            if column not in known
        )
    problems.extend(
        Problem(
            file=grid.file,
            row=1,
            column=column,
            value="",
            message=claimed_twice(
                [heading for heading, one in zip(headings, columns, strict=True) if one == column],
                column,
            ),
        )
        for column in dict.fromkeys(known)
        if known.count(column) > 1
    )
    if problems:
        raise UnreadableFileError(problems)


def claimed_twice(headings: Sequence[str], column: str) -> str:
    """What is wrong when several headings are one column."""
    if all(plain(heading) == plain(column) for heading in headings):
        return f"{len(headings)} columns have this heading: keep one of them"
    named = ", ".join(f"“{shown(heading.strip())}”" for heading in headings)
    return f"{len(headings)} headings mean this column ({named}): leave all but one of them out"


def _hint(name: SheetName, headings: Sequence[str]) -> str:
    other = next(sheet for sheet in SheetName if sheet is not name)
    there = {column_of(heading, other) for heading in headings}
    if there.issuperset(REQUIRED[other]):
        return f" (these are the headings of the {other} sheet: are the two in the wrong order?)"
    return ""


def _row(
    record: Record,
    grid: Grid,
    *,
    headings: Sequence[str],
    columns: Sequence[str | None],
    names: Mapping[str, str],
) -> Row:
    cells = dict.fromkeys((column for column in columns if column is not None), "")
    faults: dict[str, str] = {}
    for place, cell in enumerate(record.cells):
        column = columns[place] if place < len(columns) else None
        if column is not None:
            cells[column] = cell.strip()
            if place in record.faults:
                faults[column] = record.faults[place]
    if stray := stray_cell(record, grid, headings=headings):
        faults[""] = stray
    return Row(
        file=grid.file,
        number=record.number,
        cells=cells,
        faults=faults,
        raw=record.cells,
        names=names,
    )


def stray_cell(record: Record, grid: Grid, *, headings: Sequence[str]) -> str:
    """What is wrong with the first cell that stands under no heading; "" where there is none."""
    for place, cell in enumerate(record.cells):
        if cell.strip() and (place >= len(headings) or not headings[place].strip()):
            return (
                f"cell {place + 1}, “{shown(cell.strip())}”, stands under no heading: "
                + _HOW_TO_MEND_A_STRAY_CELL[grid.kind]
            )
    return ""
