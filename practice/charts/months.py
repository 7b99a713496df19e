"""Endings month by month: planned, unplanned and not recorded, stacked, with n above each month."""

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.graphics.shapes import Drawing, Line, Rect

from practice.charts.fonts import register_fonts
from practice.charts.strip import GRID, INK, OWN, QUIET, WHITE, text_at

_HEIGHT, _FOOT, _HEAD = 66.0, 12.0, 10.0
_LEGEND = 11.0
# Told apart by fill and hatching, not by colour.
_PARTS = ("planned", "unplanned", "not recorded", "died")


@dataclass(frozen=True, kw_only=True)
class MonthColumn:
    """One month: its short label and how the therapies that ended in it ended.

    died: in no rate, but in n.
    """

    label: str
    planned: int
    unplanned: int
    not_recorded: int
    died: int

    @property
    def n(self) -> int:
        """Everybody who entered therapy and ended in the month."""
        return self.planned + self.unplanned + self.not_recorded + self.died


@dataclass(frozen=True, kw_only=True)
class MonthColumns:
    """The months in order, oldest first."""

    months: tuple[MonthColumn, ...]

    def draw(self, *, width: float) -> Drawing:
        """The chart, so many points wide."""
        return _draw(self.months, width=width)


def _draw(months: Sequence[MonthColumn], *, width: float) -> Drawing:
    register_fonts()
    height = _HEIGHT + _LEGEND
    drawing = Drawing(width, height)
    most = max((month.n for month in months), default=0)
    each = width / max(len(months), 1)
    unit = (_HEIGHT - _FOOT - _HEAD) / max(most, 1)
    drawing.add(Line(0, _FOOT, width, _FOOT, strokeColor=GRID, strokeWidth=0.8))
    for index, month in enumerate(months):
        left, top = index * each + each * 0.18, _FOOT
        for part, count in zip(
            _PARTS,
            (month.planned, month.unplanned, month.not_recorded, month.died),
            strict=True,
        ):
            _part(drawing, part, left=left, bottom=top, width=each * 0.64, height=count * unit)
            top += count * unit
        middle = index * each + each / 2
        # A month without an ending has its 0 said, not an empty place.
        drawing.add(text_at(middle, top + 2, str(month.n), size=7.5, anchor="middle"))
        drawing.add(text_at(middle, 3, month.label, size=7.5, anchor="middle", colour=QUIET))
    # Only where somebody died: the word is not put on every report.
    parts = _PARTS if any(month.died for month in months) else _PARTS[:-1]
    _legend(drawing, parts, y=_HEIGHT + 2)
    return drawing


def _part(
    drawing: Drawing, part: str, *, left: float, bottom: float, width: float, height: float
) -> None:
    if height <= 0:
        return
    fill = {"planned": OWN, "died": QUIET}.get(part, WHITE)
    column = Rect(left, bottom, width, height)
    column.fillColor, column.strokeColor, column.strokeWidth = fill, INK, 0.7
    drawing.add(column)
    if part == "not recorded":
        for at in range(2, int(height), 3):
            drawing.add(
                Line(left, bottom + at, left + width, bottom + at, strokeColor=INK, strokeWidth=0.4)
            )


def _legend(drawing: Drawing, parts: Sequence[str], *, y: float) -> None:
    x = 0.0
    for part in parts:
        _part(drawing, part, left=x, bottom=y, width=9, height=6.5)
        drawing.add(text_at(x + 12, y, part, size=7.5, colour=QUIET))
        x += 62
