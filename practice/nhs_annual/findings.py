"""What is wrong with a file: where it stands, what is there, and what would be right."""

from collections.abc import Iterable
from dataclasses import dataclass

# More than this many are counted, not listed: a file with so many has one thing wrong, often.
MOST_LISTED = 50
# And with more than this many, the rest of it is not even looked at.
MOST_KEPT = 1_000


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing wrong. row: as a spreadsheet counts, headings are row 1; None for the whole file."""

    right: str
    row: int | None = None
    column: str = ""
    value: str = ""

    @property
    def where(self) -> str:
        """Row and column, as far as there is one; "" for the whole file."""
        row = "" if self.row is None else f"row {self.row}"
        column = f"column {self.column}" if self.column else ""
        return ", ".join(part for part in (row, column) if part)

    @property
    def words(self) -> str:
        """The finding as one line."""
        value = f"“{self.value}”: " if self.value else ""
        return f"{self.where}: {value}{self.right}" if self.where else f"{value}{self.right}"


class AnnualFileError(ValueError):
    """A file that cannot be brought in; `findings` says everything that is wrong with it."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("; ".join(finding.words for finding in self.findings[:3]))

    @property
    def listed(self) -> tuple[str, ...]:
        """A line for each finding, the last one counting what is not listed."""
        lines = [finding.words for finding in self.findings[:MOST_LISTED]]
        if len(self.findings) > MOST_LISTED:
            more = len(self.findings) - MOST_LISTED
            is_whole = len(self.findings) <= MOST_KEPT
            lines.append(f"and {more} more" if is_whole else f"and more than {more} more")
        return tuple(lines)


def refuse(right: str) -> AnnualFileError:
    """The error of one finding about the whole file."""
    return AnnualFileError([Finding(right=right)])
