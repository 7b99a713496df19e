"""Pieces of a paper that are no text: lines to write on, bookmarks, the number of pages."""

from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from practice.charts.fonts import REGULAR
from practice.charts.strip import GRID, QUIET

# Room for a hand that writes: lines as far apart as on narrow-ruled paper.
LINES, LINE_GAP = 3, 15.0


class Ruled(Flowable):
    """Empty lines to write on."""

    def __init__(self, width: float, *, lines: int = LINES, gap: float = LINE_GAP) -> None:
        super().__init__()
        self.width, self.height = width, lines * gap
        self.lines, self.gap = lines, gap

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        canvas: Canvas = self.canv
        canvas.setStrokeColor(GRID)
        canvas.setLineWidth(0.5)
        for line in range(self.lines):
            canvas.line(0, line * self.gap + 1, self.width, line * self.gap + 1)


class Bookmark(Flowable):
    """An entry of the outline that leads to this place. It takes no room."""

    def __init__(self, title: str, key: str) -> None:
        super().__init__()
        self.title, self.key = title, key

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return 0, 0

    def draw(self) -> None:
        canvas: Canvas = self.canv
        canvas.bookmarkPage(self.key)
        canvas.addOutlineEntry(self.title, self.key, level=0)


class PageTotal(Flowable):
    """The number of pages, known at last: the footer of each page has left a place for it."""

    NAME = "page-total"

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return 0, 0

    def draw(self) -> None:
        canvas: Canvas = self.canv
        total = str(canvas.getPageNumber())
        canvas.beginForm(self.NAME, 0, -3, 30, 10)
        canvas.setFillColor(QUIET)
        canvas.setFont(REGULAR, 7.5)
        canvas.drawString(0, 0, total)
        canvas.endForm()
