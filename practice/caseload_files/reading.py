"""Reads the cells of one row, and keeps everything that is wrong with them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol, TypeVar

from practice.caseload_files.cells import CellError
from practice.caseload_files.patience import go_on
from practice.caseload_files.problems import Problem, UnreadableFileError, file_problem
from practice.caseload_files.sheets import Row

T = TypeVar("T")
# A file that is wrong in more cells than these is another file than it was taken for.
MOST_WRONG = 100_000


class Understood(Protocol):
    """A row that has been read."""

    @property
    def problems(self) -> Sequence[Problem]: ...


R = TypeVar("R", bound=Understood)


def limited(rows: Iterable[R], *, file: str) -> Iterator[R]:
    """The rows, while not too much is wrong with them: each problem is kept. Raises UnreadableFileError."""
    wrong = 0
    for row in rows:
        wrong += len(row.problems)
        if wrong > MOST_WRONG:
            message = f"more than {MOST_WRONG:,} cells are wrong: is it the file that was meant?"
            raise UnreadableFileError([file_problem(file, message)])
        yield row


class RowReading:
    """One row while it is read. `problems` and `warnings` grow; `wrong` are the columns refused."""

    def __init__(self, row: Row) -> None:
        go_on()
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
