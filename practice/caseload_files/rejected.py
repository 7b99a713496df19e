"""Gives rejected rows back as two CSV files with a column for the reason.

Mended there, the files can be imported themselves: the column `reason` is none of ours.
"""

from pathlib import Path

from practice.caseload_files.cells import guarded, unguarded
from practice.caseload_files.columns import SheetName
from practice.caseload_files.plan import ImportPlan
from practice.caseload_files.sheets import Row, Sheet
from practice.caseload_files.writing import (
    Existing,
    Write,
    csv_writer,
    refuse_existing,
    write_files,
)

_REASON = "reason"


def rejected_paths(folder: Path) -> list[Path]:
    """Where the rejected rows go."""
    return [folder / f"{sheet}.csv" for sheet in SheetName]


def refuse_taken_folder(folder: Path) -> None:
    """Raises WritingError when rejected rows of another import are there."""
    refuse_existing(rejected_paths(folder), existing=Existing.KEEP)


def write_rejected(plan: ImportPlan, folder: Path) -> list[Path]:
    """Both files, the headings alone where a sheet has no bad row. Raises WritingError."""
    files: dict[str, Write] = {}
    for sheet in plan.sheets:
        rows = [one for one in plan.rejected if one.sheet is sheet.name]
        lines = [[*_guarded_all(sheet.headings), _REASON]]
        lines += [[*_cells(sheet, one.row), " | ".join(one.reasons)] for one in rows]
        files[f"{sheet.name}.csv"] = csv_writer(lines)
    return write_files(folder, files, existing=Existing.KEEP)


def _cells(sheet: Sheet, row: Row) -> list[str]:
    """As many cells as there are headings, so that the reason stands under its own."""
    width = len(sheet.headings)
    cells = [*row.raw[:width], *([""] * (width - len(row.raw)))]
    return _guarded_all(cells)


def _guarded_all(texts: tuple[str, ...] | list[str]) -> list[str]:
    # A cell that came with its guard keeps it, and gets no second one.
    return [guarded(unguarded(text)) for text in texts]
