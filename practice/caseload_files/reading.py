"""Reads the cells of one row, and keeps everything that is wrong with them."""

from collections.abc import Callable
from typing import TypeVar

from practice.caseload_files.cells import CellError
from practice.caseload_files.problems import Problem
from practice.caseload_files.sheets import Row

T = TypeVar("T")


class RowReading:
    """One row while it is read. `problems` and `warnings` grow; `wrong` are the columns refused."""

    def __init__(self, row: Row) -> None:
        self.row = row
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []
        self.wrong: set[str] = set()
        for column, message in row.faults.items():
            self.refuse(column, message)

    def has(self, column: str) -> bool:
        """Whether the sheet has the column at all."""
        return column in self.row.cells

    def is_given(self, column: str) -> bool:
        """Whether the cell holds something."""
        return bool(self.row.cells.get(column)) or column in self.row.faults

    def read(self, column: str, understand: Callable[[str], T]) -> T | None:
        """What the cell says; None when it is empty, absent or wrong."""
        text = self.row.cells.get(column, "")
        if not text or column in self.wrong:
            return None
        try:
            return understand(text)
        except CellError as error:
            self.refuse(column, str(error))
            return None

    def require(self, column: str) -> None:
        """The cell must hold something."""
        if not self.is_given(column):
            self.refuse(column, "this cell must not be empty")

    def refuse(self, column: str, message: str) -> None:
        """Keep a problem with a cell, or with the whole row (column "")."""
        self.wrong.add(column)
        self.problems.append(self.row.problem(column, message))

    def warn(self, column: str, message: str) -> None:
        """Keep a warning: the row is taken all the same."""
        self.warnings.append(self.row.problem(column, message))
