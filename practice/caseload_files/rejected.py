"""Gives rejected rows back with a column for the reason, as they stood in the practice's own file.

Mended there, they can be imported themselves: the column of the reason is none of ours.
"""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell

from practice.caseload_files.cells import guarded, unguarded
from practice.caseload_files.columns import SheetName
from practice.caseload_files.headings import GIVEN_BACK, compared
from practice.caseload_files.plan import ImportPlan
from practice.caseload_files.sheets import Row, Sheet
from practice.caseload_files.sources import SourceFile
from practice.caseload_files.writing import (
    Existing,
    csv_writer,
    refuse_existing,
    write_files,
)
from practice.whole_files import Write

_REASON = "reason"
# In a practice's own sheet, "reason" may be the reason for the ending.
_REASON_OF_A_CLIENT = "reason not imported"
_CLIENTS = "clients"

Lines = Sequence[Sequence[str]]


def rejected_paths(folder: Path) -> list[Path]:
    """Where the rejected rows go."""
    return [folder / f"{name}.csv" for name in (*SheetName, _CLIENTS)]


def refuse_taken_folder(folder: Path) -> None:
    """Raises WritingError when rejected rows of another import are there."""
    refuse_existing(rejected_paths(folder), existing=Existing.KEEP)


def rejected_tables(plan: ImportPlan) -> Mapping[str, Lines]:
    """Headings and rows by name; the headings alone where a sheet has no bad row."""
    if plan.is_row_per_client:
        return {_CLIENTS: _clients(plan)}
    tables: dict[str, Lines] = {}
    for sheet in plan.sheets:
        rows = [one for one in plan.rejected if one.sheet is sheet.name]
        tables[sheet.name.value] = _lines(
            sheet, [(one.row, one.reasons) for one in rows], reason=_REASON
        )
    return tables


def _clients(plan: ImportPlan) -> Lines:
    """The file's own rows, each once, with what is wrong with anything made of it."""
    reasons: dict[int, dict[str, None]] = {}
    for one in plan.rejected:
        reasons.setdefault(one.row.number, {}).update(dict.fromkeys(one.reasons))
    episodes = plan.sheets[0]
    rows = [(row, list(reasons[row.number])) for row in episodes.rows if row.number in reasons]
    return _lines(episodes, rows, reason=_REASON_OF_A_CLIENT)


def _lines(sheet: Sheet, rows: Sequence[tuple[Row, Sequence[str]]], *, reason: str) -> Lines:
    # A row that was given back before has a reason already, which is now an old one.
    kept = [
        place
        for place, heading in enumerate(sheet.headings)
        if compared(heading) not in GIVEN_BACK or heading.strip() != reason
    ]
    lines = [[*_guarded_all([sheet.headings[place] for place in kept]), reason]]
    for row, reasons in rows:
        cells = [row.raw[place] if place < len(row.raw) else "" for place in kept]
        # A reason begins with the name of the file, which may be anything.
        lines.append([*_guarded_all(cells), guarded(" | ".join(reasons))])
    return lines


def _guarded_all(texts: Sequence[str]) -> list[str]:
    # A cell that came with its guard keeps it, and gets no second one.
    return [guarded(unguarded(text)) for text in texts]


def write_rejected(plan: ImportPlan, folder: Path) -> list[Path]:
    """A CSV file for each sheet. Raises WritingError."""
    files: dict[str, Write] = {
        f"{name}.csv": csv_writer(lines) for name, lines in rejected_tables(plan).items()
    }
    return write_files(folder, files, existing=Existing.KEEP)


def rejected_sources(plan: ImportPlan) -> tuple[SourceFile, ...]:
    """The rejected rows as files that can be read again."""
    found = []
    for name, lines in rejected_tables(plan).items():
        content = io.BytesIO()
        csv_writer(lines)(content)
        found.append(SourceFile(name=f"{name}.csv", content=content.getvalue()))
    return tuple(found)


def workbook_of(tables: Mapping[str, Lines]) -> bytes:
    """Tables as sheets of a workbook, every cell as text."""
    book = Workbook(write_only=True)
    for name, lines in tables.items():
        sheet = book.create_sheet(name)
        sheet.freeze_panes = "A2"
        for line in lines:
            sheet.append([_text_cell(sheet, text) for text in line])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


# A spreadsheet's cell holds no longer text, and none of the control characters.
_WORKBOOK_CELL = 32_767


def _text_cell(sheet: Any, text: str) -> Cell | None:
    text = "".join(sign for sign in text if sign >= " " or sign in "\n\t")[:_WORKBOOK_CELL]
    if not text:
        return None
    cell = WriteOnlyCell(sheet, value=guarded(unguarded(text)))
    cell.number_format = "@"
    # Whatever it begins with, it is a text and no formula.
    cell.data_type = "s"
    return cell
