"""A report's words, tables and charts set by reportlab alone, to measure our own layers against.

Everything is known beforehand: which words, which tables, and the finished shapes of each chart. It
is laid out once, in one column, on as many pages as the report has; nothing is fitted or placed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from io import BytesIO
from xml.sax.saxutils import escape

from reportlab.graphics.shapes import Drawing
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, Table, TableStyle

from practice.charts.fonts import REGULAR, register_fonts
from practice.charts.strip import rate_strip
from practice.reports.blocks import Grid, Line, Picture
from practice.reports.monthly_text import MonthlyText
from practice.reports.notes import Note

_WIDTH = A4[0] - 60
_STYLE = ParagraphStyle("bare", fontName=REGULAR, fontSize=8.6, leading=10.4)
_GRID = TableStyle(
    [("FONTNAME", (0, 0), (-1, -1), REGULAR), ("LINEBELOW", (0, 0), (-1, -1), 0.4, "#999999")]
)


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What there is to draw: paragraphs, tables as rows of cells, charts as finished shapes."""

    paragraphs: tuple[str, ...]
    tables: tuple[tuple[tuple[str, ...], ...], ...]
    charts: tuple[Drawing, ...]

    @property
    def words(self) -> int:
        """How many words are set."""
        cells = [cell for table in self.tables for row in table for cell in row]
        return sum(len(text.split()) for text in (*self.paragraphs, *cells))


def contents_of(text: MonthlyText) -> Contents:
    """Everything a report says, without where it stands; its definitions page apart."""
    pieces = [piece for name, each in _parts(text) for piece in _pieces(each, name=name)]
    return Contents(
        paragraphs=tuple(piece for piece in pieces if isinstance(piece, str)),
        tables=tuple(piece for piece in pieces if isinstance(piece, tuple)),
        charts=(
            rate_strip(text.strip, width=_WIDTH / 2, label_width=128),
            *(piece for piece in pieces if isinstance(piece, Drawing)),
        ),
    )


def _parts(text: MonthlyText) -> Iterator[tuple[str, object]]:
    for field in fields(text):
        if not field.name.startswith("definitions") and field.name not in {"strip", "printed_on"}:
            yield field.name, getattr(text, field.name)


def _pieces(value: object, *, name: str) -> Iterator[object]:
    """Paragraphs as text, tables as tuples of rows, charts as drawings."""
    if isinstance(value, str):
        # The key of a block is no word of it.
        if value and name != "key":
            yield value
    elif isinstance(value, Note):
        yield f"{value.heading}. {value.text}"
    elif isinstance(value, Picture):
        yield value.chart.draw(width=_WIDTH / 2)
        yield value.caption
    elif isinstance(value, Grid):
        yield (value.head, *(_row(line, len(value.head)) for line in value.lines))
    elif isinstance(value, tuple):
        yield from _of_tuple(value)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _pieces(getattr(value, field.name), name=field.name)


def _of_tuple(value: tuple[object, ...]) -> Iterator[object]:
    lines = [each for each in value if isinstance(each, Line)]
    if lines:
        wide = max(len(line.cells) + 1 for line in lines)
        yield tuple(_row(line, wide) for line in lines)
    elif value and all(isinstance(each, str) for each in value):
        yield (tuple(value),)
    else:
        for each in value:
            yield from _pieces(each, name="")


def _row(line: Line, wide: int) -> tuple[str, ...]:
    cells = (line.title, *line.cells)
    return (*cells, *("" for _ in range(wide - len(cells))))


def bare_paper(contents: Contents, *, pages: int) -> Callable[[], bytes]:
    """A function that draws the contents on so many pages, each as tall as that takes."""
    register_fonts()
    tall = sum(each.wrap(_WIDTH, 10**6)[1] for each in _flowables(contents))
    tall += sum(chart.height for chart in contents.charts)
    height = tall / pages + A4[1] / 2

    def draw() -> bytes:
        out = BytesIO()
        canvas = Canvas(out, pagesize=(A4[0], height), invariant=1)
        y, left = height, pages
        for each in (*_flowables(contents), *contents.charts):
            _, high = each.wrap(_WIDTH, height)
            if high > y and left > 1:
                canvas.showPage()
                y, left = height, left - 1
            y -= high
            each.drawOn(canvas, 30, y)
        canvas.showPage()
        canvas.save()
        return out.getvalue()

    return draw


def _flowables(contents: Contents) -> Iterator[Flowable]:
    for text in contents.paragraphs:
        yield Paragraph(escape(text), _STYLE)
    for table in contents.tables:
        width = _WIDTH / len(table[0])
        cells = [[Paragraph(escape(cell), _STYLE) for cell in row] for row in table]
        yield Table(cells, colWidths=[width] * len(table[0]), style=_GRID)
