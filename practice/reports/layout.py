"""Styles, text and table pieces that every paper shares."""

from collections.abc import Sequence
from xml.sax.saxutils import escape

from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable, Paragraph, Table, TableStyle

from practice.charts.fonts import BOLD, REGULAR, runs
from practice.charts.strip import GRID, INK, QUIET
from practice.reports.blocks import Line

PAGE_WIDTH, PAGE_HEIGHT = A4
MARGIN = 12 * mm
TEXT_WIDTH = PAGE_WIDTH - 2 * MARGIN
LANGUAGE = "en-GB"
# A table names its face even where every cell is a paragraph; without this it is Helvetica, which
# is never embedded.
FACE = ("FONTNAME", (0, 0), (-1, -1), REGULAR)

BODY = ParagraphStyle("body", fontName=REGULAR, fontSize=8.6, leading=10.4, textColor=INK)
LEAD = ParagraphStyle("lead", parent=BODY, fontSize=9.8, leading=12.0)
SMALL = ParagraphStyle("small", parent=BODY, fontSize=6.9, leading=8.2, textColor=QUIET)
HEADING = ParagraphStyle(
    "heading", parent=BODY, fontName=BOLD, fontSize=10.2, leading=12.0, spaceBefore=4, spaceAfter=2
)
TITLE = ParagraphStyle("title", parent=BODY, fontName=BOLD, fontSize=16, leading=19)
# Tables of which several stand beside each other.
DENSE = ParagraphStyle("dense", parent=BODY, fontSize=7.4, leading=8.8)
# Left and right of a cell's text.
CELL_LEFT, CELL_RIGHT = 2.0, 3.0


def markup(text: str, font: str = REGULAR) -> str:
    """Any text as the contents of a Paragraph.

    A Paragraph parses markup (an img tag would even open an address), so everything is escaped
    here and nowhere else; characters the face lacks are set in the fall-back.
    """
    return "".join(
        escape(piece) if name == font else f'<font name="{name}">{escape(piece)}</font>'
        for piece, name in runs(text, font)
    )


class Text(Paragraph):
    """A paragraph that is broken into lines once for each width, however often it is asked."""

    def wrap(self, availWidth: float, availHeight: float) -> tuple[float, float]:  # noqa: N803 - reportlab's names
        """Its width and height. Side by side, one is asked before it is placed, when placed and when drawn."""
        # Asked to divide where there is no room, the library throws the lines away.
        if getattr(self, "broken_for", None) != availWidth or not hasattr(self, "blPara"):
            self.size = super().wrap(availWidth, availHeight)
            self.broken_for = availWidth
        return self.size


class Rows(Table):
    """A table whose columns have fixed widths: its size is found once."""

    def wrap(self, availWidth: float, availHeight: float) -> tuple[float, float]:  # noqa: N803 - reportlab's names
        """Its width and height, whatever the room."""
        if not hasattr(self, "size"):
            self.size = super().wrap(availWidth, availHeight)
        return self.size


def paragraph(text: str, style: ParagraphStyle = BODY) -> Paragraph:
    """A paragraph of plain text."""
    return Text(markup(text, style.fontName), style)


class Heading(Text):
    """A heading that is also a bookmark of the document."""

    level = 1

    def draw(self) -> None:
        """Draw it, and name its place."""
        text = self.getPlainText()
        # The page and the heading together are one name: no side has the same heading twice.
        key = f"{self.canv.getPageNumber()} {text}"
        self.canv.bookmarkHorizontal(key, 0, self.height)
        self.canv.addOutlineEntry(text, key, level=self.level, closed=False)
        super().draw()


class Title(Heading):
    """The heading of the whole document."""

    level = 0


def heading(text: str) -> Heading:
    """A heading of a part."""
    return Heading(markup(text, BOLD), HEADING)


def title(text: str) -> Title:
    """The heading of the whole."""
    return Title(markup(text, BOLD), TITLE)


def width_of(text: str, style: ParagraphStyle) -> float:
    """Points that a text takes on one line."""
    return sum(
        stringWidth(piece, name, style.fontSize) for piece, name in runs(text, style.fontName)
    )


def labelled(label: str, text: str, style: ParagraphStyle = BODY) -> Paragraph:
    """A paragraph that opens with a bold label, if it has one."""
    if not label:
        return paragraph(text, style)
    return Text(f'<font name="{BOLD}">{markup(label, BOLD)}.</font> {markup(text)}', style)


class OneLine(Flowable):
    """A text that fits on its line: drawn as it is, where a Paragraph would first parse and wrap it.

    Nearly every cell of a report is one; so drawn, a page of tables takes a third of the time.
    """

    def __init__(self, text: str, style: ParagraphStyle) -> None:
        super().__init__()
        self.text, self.style = text, style

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:  # noqa: N803 - reportlab's names
        """The whole width, and one line."""
        self.width, self.height = aW, self.style.leading
        return aW, self.style.leading

    def draw(self) -> None:
        """On the base line that a Paragraph of the style would have."""
        canvas, style = self.canv, self.style
        canvas.setFont(style.fontName, style.fontSize)
        canvas.setFillColor(style.textColor)
        y = style.leading - style.fontSize
        if style.alignment == TA_RIGHT:
            canvas.drawRightString(self.width, y, self.text)
        else:
            canvas.drawString(0, y, self.text)


def cell(text: str, style: ParagraphStyle, *, width: float) -> Flowable:
    """A text for a column so wide: on one line where it fits and one face has all its letters."""
    pieces = list(runs(text, style.fontName))
    if len(pieces) == 1 and "\n" not in text:
        ((piece, name),) = pieces
        room = width - CELL_LEFT - CELL_RIGHT
        if name == style.fontName and stringWidth(piece, name, style.fontSize) <= room:
            return OneLine(text, style)
    return paragraph(text, style)


def rows_table(
    head: Sequence[str],
    rows: Sequence[Sequence[str | Flowable]],
    *,
    widths: Sequence[float],
    numbers_from: int,
    bold_rows: Sequence[int] = (),
    style: ParagraphStyle = BODY,
) -> Table:
    """A ruled table whose head repeats; columns from `numbers_from` on are set right.

    Strings wrap where they must, and markup stays text. A row of one cell goes across the whole
    table.
    """
    plain, number, strong, strong_number = (
        _style(style, is_number=is_number, bold=bold)
        for bold in (False, True)
        for is_number in (False, True)
    )

    cells: list[list[Flowable]] = [
        [
            cell(text, strong_number if column >= numbers_from else strong, width=widths[column])
            for column, text in enumerate(head)
        ]
    ]
    for index, row in enumerate(rows):
        word, figure = (strong, strong_number) if index in bold_rows else (plain, number)
        room = sum(widths) if len(row) == 1 else None
        cells.append(
            [
                cell(
                    given, figure if column >= numbers_from else word, width=room or widths[column]
                )
                if isinstance(given, str)
                else given
                for column, given in enumerate(row)
            ]
        )
    across = [index for index, row in enumerate(cells) if len(row) == 1 < len(head)]
    for index in across:
        cells[index] += [paragraph("", style)] * (len(head) - 1)
    table = Rows(cells, colWidths=list(widths), repeatRows=1, hAlign="LEFT")
    table.setStyle(
        TableStyle(
            [
                FACE,
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("LINEBELOW", (0, 0), (-1, 0), 0.9, INK),
                ("LINEBELOW", (0, 1), (-1, -1), 0.4, GRID),
                ("TOPPADDING", (0, 0), (-1, -1), 0.6 if style is BODY else 0.2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 1.3 if style is BODY else 0.9),
                ("LEFTPADDING", (0, 0), (-1, -1), CELL_LEFT),
                ("RIGHTPADDING", (0, 0), (-1, -1), CELL_RIGHT),
                *(("SPAN", (0, index), (-1, index)) for index in across),
            ]
        )
    )
    return table


def _style(base: ParagraphStyle, *, is_number: bool, bold: bool) -> ParagraphStyle:
    found = base
    if is_number:
        found = ParagraphStyle(f"{base.name}-number", parent=base, alignment=TA_RIGHT)
    if bold:
        found = ParagraphStyle(f"{found.name}-bold", parent=found, fontName=BOLD)
    return found


def set_in(line: Line) -> str:
    """A line's title, set in as deep as it belongs."""
    return "\N{NO-BREAK SPACE}" * 3 * line.depth + line.title


def side_by_side(
    *columns: Flowable | list[Flowable], widths: Sequence[float], gutter: float = 0.0
) -> Table:
    """Pieces beside each other, tops level, each so wide, with a gutter between them."""
    places = [
        width + (gutter if index < len(widths) - 1 else 0.0) for index, width in enumerate(widths)
    ]
    table = Rows([list(columns)], colWidths=places, hAlign="LEFT")
    table.setStyle(
        TableStyle(
            [
                FACE,
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("RIGHTPADDING", (0, 0), (-2, -1), gutter),
                ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 0),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
            ]
        )
    )
    return table
