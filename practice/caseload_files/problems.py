"""What is wrong with a file, a row or a cell, in words that say what would be right."""

from collections.abc import Sequence
from dataclasses import dataclass

# Long enough to know the cell again, short enough that a list of problems stays readable.
SHOWN_LENGTH = 60


def shown(value: str) -> str:
    """A cell's text made safe to print: on one line, no control characters, at most 60 signs.

    What a terminal would obey (escape sequences, line breaks, direction marks) is spelt out.
    """
    printable = "".join(
        sign if sign.isprintable() else f"\\x{ord(sign):02x}" for sign in value[: SHOWN_LENGTH + 1]
    )
    return printable if len(printable) <= SHOWN_LENGTH else printable[: SHOWN_LENGTH - 1] + "…"


# Slots, because a file may be wrong in every cell, and each is kept.
@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """Something wrong, or (as a warning) something worth a second look.

    file: the file's name, with the sheet for a workbook. row: as a spreadsheet numbers it, the
    headings being row 1; None for the whole file. column: the heading; "" for the whole row.
    value: what the cell holds, already safe to print. message: what would be right.
    """

    file: str
    row: int | None
    column: str
    value: str
    message: str

    def __str__(self) -> str:
        place = [self.file]
        if self.row is not None:
            place.append(f"row {self.row}")
        if self.column:
            place.append(f"column {self.column}")
        if self.value:
            place.append(f"“{self.value}”")
        return f"{', '.join(place)}: {self.message}"


def file_problem(file: str, message: str) -> Problem:
    """A problem of a whole file."""
    return Problem(file=file, row=None, column="", value="", message=message)


class UnreadableFileError(ValueError):
    """Files that could not be read as a caseload at all; `problems` says why of each."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(str(problem) for problem in self.problems))
