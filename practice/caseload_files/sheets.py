"""A sheet as read, before anything is understood: rows of text under recognised headings."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from practice.caseload_files.columns import COLUMNS, REQUIRED, SheetName, column_of
from practice.caseload_files.problems import Problem, UnreadableFileError, file_problem, shown

ROW_LIMIT = 200_000
# The widest sheet of ours has under 60 columns; anything far to the right is no caseload.
WIDEST = 500


class FileKind(StrEnum):
    """What a sheet was read from. Advice about separators would puzzle whoever has a workbook."""

    CSV = "CSV"
    WORKBOOK = "workbook"


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
    Compared by identity, because the same text may stand in two rows.
    """

    file: str
    number: int
    cells: Mapping[str, str]
    faults: Mapping[str, str]
    raw: tuple[str, ...]

    def problem(self, column: str, message: str) -> Problem:
        """A problem or warning with a cell of this row, or with all of it (column "")."""
        return Problem(
            file=self.file,
            row=self.number,
            column=column,
            value=shown(self.cells.get(column, "")),
            # One text for all cells that are wrong in the same way.
            message=sys.intern(message),
        )


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One of the two sheets. columns: those of ours it has; unknown: the headings ignored."""

    name: SheetName
    file: str
    headings: tuple[str, ...]
    columns: frozenset[str]
    unknown: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, kw_only=True)
class Record:
    """The cells of one row before the headings are applied; faults by place in the row."""

    number: int
    cells: Sequence[str]
    faults: Mapping[int, str]


def make_sheet(
    name: SheetName,
    *,
    file: str,
    kind: FileKind,
    headings: Sequence[str],
    records: Iterable[Record],
) -> Sheet:
    """Put the cells of each record under the headings; empty rows are left out.

    Raises UnreadableFileError for headings that cannot be used, and for too many rows or columns.
    """
    headings = headings[: _width(headings, number=1, file=file)]
    columns = [column_of(heading, name) for heading in headings]
    _check_headings(name, file=file, kind=kind, headings=headings, columns=columns)
    rows: list[Row] = []
    for record in records:
        # An array formula is a fault with an empty text: it is something all the same.
        if not _width(record.cells, number=record.number, file=file) and not record.faults:
            continue
        if len(rows) == ROW_LIMIT:
            raise UnreadableFileError(
                [file_problem(file, f"more than {ROW_LIMIT:,} rows: split it into smaller files")]
            )
        rows.append(_row(record, file=file, kind=kind, headings=headings, columns=columns))
    return Sheet(
        name=name,
        file=file,
        headings=tuple(headings),
        columns=frozenset(column for column in columns if column is not None),
        unknown=tuple(
            shown(heading.strip())
            for heading, column in zip(headings, columns, strict=True)
            if column is None and heading.strip()
        ),
        rows=tuple(rows),
    )


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
    *,
    file: str,
    kind: FileKind,
    headings: Sequence[str],
    columns: Sequence[str | None],
) -> None:
    known = [column for column in columns if column is not None]
    problems = []
    if not known:
        problems.append(
            Problem(
                file=file,
                row=1,
                column="",
                value=shown(", ".join(headings)),
                message="no heading was recognised: the first row must hold the headings, such as "
                + ", ".join(COLUMNS[name][:4])
                + _HOW_HEADINGS_STAND[kind],
            )
        )
    else:
        problems.extend(
            Problem(
                file=file,
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
            file=file,
            row=1,
            column=column,
            value="",
            message=f"{known.count(column)} columns have this heading: keep one of them",
        )
        for column in dict.fromkeys(known)
        if known.count(column) > 1
    )
    if problems:
        raise UnreadableFileError(problems)


def _hint(name: SheetName, headings: Sequence[str]) -> str:
    other = next(sheet for sheet in SheetName if sheet is not name)
    there = {column_of(heading, other) for heading in headings}
    if there.issuperset(REQUIRED[other]):
        return f" (these are the headings of the {other} sheet: are the two in the wrong order?)"
    return ""


def _row(
    record: Record,
    *,
    file: str,
    kind: FileKind,
    headings: Sequence[str],
    columns: Sequence[str | None],
) -> Row:
    cells = dict.fromkeys((column for column in columns if column is not None), "")
    faults: dict[str, str] = {}
    for place, cell in enumerate(record.cells):
        column = columns[place] if place < len(columns) else None
        if column is not None:
            cells[column] = cell.strip()
            if place in record.faults:
                faults[column] = record.faults[place]
        elif cell.strip() and (place >= len(headings) or not headings[place].strip()):
            faults.setdefault(
                "",
                f"cell {place + 1}, “{shown(cell.strip())}”, stands under no heading: "
                + _HOW_TO_MEND_A_STRAY_CELL[kind],
            )
    return Row(
        file=file,
        number=record.number,
        cells=cells,
        faults=faults,
        raw=tuple(record.cells),
    )
