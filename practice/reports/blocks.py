"""What a report's pages are put together from: a heading with pictures, tables and paragraphs.

A block holds plain words and figures only, so that it can be drawn on a page, on paper, and again
from what was stored of it.
"""

from dataclasses import dataclass
from typing import Protocol

from reportlab.graphics.shapes import Drawing

from practice.reports.notes import Note


class Chart(Protocol):
    """Plain figures that can draw themselves; every chart of practice.charts is one."""

    def draw(self, *, width: float) -> Drawing:
        """The drawing, so many points wide."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A chart with its words: the title and description are for those who cannot see it.

    caption is printed under it: what the marks mean, and of whom (n).
    """

    chart: Chart
    title: str
    description: str
    caption: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """A row of a table: its title, how far it is set in, whether it leads, and its cells."""

    title: str
    cells: tuple[str, ...]
    depth: int = 0
    leads: bool = False

    @property
    def is_across(self) -> bool:
        """It has no figures of its own: its title goes across the whole table."""
        return not any(self.cells)


@dataclass(frozen=True, kw_only=True)
class Grid:
    """A table: its caption, the head of each column (the first over the titles), and its lines."""

    caption: str
    head: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, kw_only=True)
class Block:
    """One part of a report. key: its name in addresses and stored reports, unique in a report.

    is_wide: takes the paper's width; up to three narrow ones that follow each other share a row.
    leaves_room: wide, but the last third is for the narrow ones that follow, if its tables fit.
    space: a label ("" for none) for each line to write on; signatures: labels that share one line.
    Both are for paper alone.
    """

    key: str
    heading: str
    pictures: tuple[Picture, ...] = ()
    grids: tuple[Grid, ...] = ()
    notes: tuple[Note, ...] = ()
    is_wide: bool = False
    leaves_room: bool = False
    space: tuple[str, ...] = ()
    signatures: tuple[str, ...] = ()
