"""Collects what is found about rows while a caseload is planned."""

from collections import defaultdict
from collections.abc import Iterable

from practice.caseload_files.problems import Problem
from practice.caseload_files.sheets import Row


class Findings:
    """Problems by row, and warnings in the order found."""

    def __init__(self) -> None:
        self.problems: defaultdict[Row, list[Problem]] = defaultdict(list)
        self.warnings: list[Problem] = []
        self._ignored: set[tuple[Row, str]] = set()

    def of_row(self, row: Row, problems: Iterable[Problem], warnings: Iterable[Problem]) -> None:
        """Take over what was found while the row was read."""
        for problem in problems:
            self.problems[row].append(problem)
        self.warnings.extend(warnings)

    def refuse(self, row: Row, column: str, message: str) -> None:
        """The row cannot be taken."""
        self.problems[row].append(row.problem(column, message))

    def warn(self, row: Row, column: str, message: str) -> None:
        """The row is taken, and somebody should look at it."""
        self.warnings.append(row.problem(column, message))

    def ignore(self, row: Row, column: str, message: str) -> None:
        """The row is taken as if the cell were empty, and somebody should look at it."""
        self.warn(row, column, message)
        self._ignored.add((row, column))

    def is_ignored(self, row: Row, column: str) -> bool:
        """Whether the cell is taken as empty."""
        return (row, column) in self._ignored

    def is_wrong(self, row: Row) -> bool:
        """Whether anything refuses the row."""
        return row in self.problems
