"""Styles, text and table pieces that every paper shares."""

from collections.abc import Sequence
from xml.sax.saxutils import escape

from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, Table, TableStyle

from practice.charts.fonts import BOLD, REGULAR, runs
from practice.charts.strip import GRID, INK, QUIET

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
NUMBER = ParagraphStyle("number", parent=BODY, alignment=TA_RIGHT)
HEADING = ParagraphStyle(
    "heading", parent=BODY, fontName=BOLD, fontSize=10.2, leading=12.0, spaceBefore=4, spaceAfter=2
)
TITLE = ParagraphStyle("title", parent=BODY, fontName=BOLD, fontSize=16, leading=19)


def markup(text: str, font: str = REGULAR) -> str:
    """Any text as the contents of a Paragraph.

    A Paragraph parses markup (an img tag would even open an address), so everything is escaped
    here and nowhere else; characters the face lacks are set in the fall-back.
    """
    return "".join(
        escape(piece) if name == font else f'<font name="{name}">{escape(piece)}</font>'
        for piece, name in runs(text, font)
    )


def paragraph(text: str, style: ParagraphStyle = BODY) -> Paragraph:
    """A paragraph of plain text."""
    return Paragraph(markup(text, style.fontName), style)


def labelled(label: str, text: str, style: ParagraphStyle = BODY) -> Paragraph:
    """A paragraph that opens with a bold label."""
    return Paragraph(f'<font name="{BOLD}">{markup(label, BOLD)}.</font> {markup(text)}', style)


def rows_table(
    head: Sequence[str],
    rows: Sequence[Sequence[str | Flowable]],
    *,
    widths: Sequence[float],
    numbers_from: int,
    bold_rows: Sequence[int] = (),
) -> Table:
    """A ruled table whose head repeats; columns from `numbers_from` on are set right.

    Plain strings become paragraphs, so that long words wrap and markup stays text.
    """
    cells: list[list[Flowable]] = [
        [
            paragraph(text, _style(column, numbers_from=numbers_from, bold=True))
            for column, text in enumerate(head)
        ]
    ]
    for index, row in enumerate(rows):
        bold = index in bold_rows
        cells.append(
            [
                paragraph(cell, _style(column, numbers_from=numbers_from, bold=bold))
                if isinstance(cell, str)
                else cell
                for column, cell in enumerate(row)
            ]
        )
    table = Table(cells, colWidths=list(widths), repeatRows=1, hAlign="LEFT")
    table.setStyle(
        TableStyle(
            [
                FACE,
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("LINEBELOW", (0, 0), (-1, 0), 0.9, INK),
                ("LINEBELOW", (0, 1), (-1, -1), 0.4, GRID),
                ("TOPPADDING", (0, 0), (-1, -1), 0.6),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 1.3),
                ("LEFTPADDING", (0, 0), (-1, -1), 2),
                ("RIGHTPADDING", (0, 0), (-1, -1), 3),
            ]
        )
    )
    return table


def _style(column: int, *, numbers_from: int, bold: bool) -> ParagraphStyle:
    base = NUMBER if column >= numbers_from else BODY
    if not bold:
        return base
    return ParagraphStyle(f"{base.name}-bold", parent=base, fontName=BOLD)


def side_by_side(
    left: Flowable | list[Flowable], right: Flowable, *, widths: tuple[float, float]
) -> Table:
    """Two pieces beside each other, tops level."""
    table = Table([[left, right]], colWidths=list(widths), hAlign="LEFT")
    table.setStyle(
        TableStyle(
            [
                FACE,
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("RIGHTPADDING", (0, 0), (-1, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 0),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
            ]
        )
    )
    return table
