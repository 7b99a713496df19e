"""The month's report as two sides of A4, a third of definitions on demand: the frozen object drawn."""

import math
from collections.abc import Sequence
from enum import StrEnum
from io import BytesIO

from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    PageBreak,
    PageTemplate,
    Spacer,
    Table,
    TableStyle,
)

from practice.charts.fonts import BOLD, REGULAR, register_fonts
from practice.charts.strip import GRID, INK, QUIET, rate_strip
from practice.reports.blocks import Block, Grid, Line
from practice.reports.blocks_pdf import GUTTER, height_of, laid_out
from practice.reports.layout import (
    DENSE,
    FACE,
    LANGUAGE,
    LEAD,
    MARGIN,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    SMALL,
    TEXT_WIDTH,
    heading,
    labelled,
    paragraph,
    rows_table,
    set_in,
    side_by_side,
    title,
)
from practice.reports.monthly_text import PURPOSE, MonthlyText
from practice.reports.notes import Note

_FOOTER = 24.0
# No side comes near it; below, what is too much would be cut.
_SMALLEST = 0.5
# Of the scale, the height that a side takes: paragraphs shrink both ways, rows of one line only in height.
_POWER = 1.6


class Side(StrEnum):
    """One side of the paper."""

    FRONT = "front"
    BACK = "back"
    DEFINITIONS = "definitions"


BOTH = (Side.FRONT, Side.BACK)
WITH_DEFINITIONS = (*BOTH, Side.DEFINITIONS)


def monthly_pdf(text: MonthlyText, sides: Sequence[Side] = BOTH) -> bytes:
    """The report as a PDF document: embedded fonts, title, language, one page for each side."""
    register_fonts()
    out = BytesIO()
    document = BaseDocTemplate(
        out,
        pagesize=(PAGE_WIDTH, PAGE_HEIGHT),
        title=f"{text.title}: {text.whose}",
        author=text.whose,
        subject=PURPOSE,
        lang=LANGUAGE,
        # The same report twice gives the same bytes.
        invariant=1,
        initialFontName=REGULAR,
    )
    height = PAGE_HEIGHT - MARGIN - MARGIN / 2 - _FOOTER
    frame = Frame(
        MARGIN,
        MARGIN / 2 + _FOOTER,
        TEXT_WIDTH,
        height,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )
    document.addPageTemplates(
        PageTemplate(
            frames=[frame],
            onPage=lambda canvas, _document: _head(canvas, text),
            # At the end, so that a reader of the text comes to it last.
            onPageEnd=lambda canvas, _document: _foot(canvas, text, pages=len(sides)),
        )
    )
    story: list[Flowable] = []
    for side in sides:
        story += [_fitted(text, side, height=height), PageBreak()]
    document.build(story)
    return out.getvalue()


class OneSide(Flowable):
    """Everything that stands on one side, smaller by one scale where there is much to say."""

    def __init__(self, content: Sequence[Flowable], *, scale: float, height: float) -> None:
        super().__init__()
        self.content, self.scale = content, scale
        self.width, self.height = TEXT_WIDTH, height

    def wrap(self, *_room: float) -> tuple[float, float]:
        """The whole of the side."""
        return self.width, self.height

    def draw(self) -> None:
        """One flowable under the other, as height_of measures them."""
        self.canv.saveState()
        self.canv.scale(self.scale, self.scale)
        y = self.height / self.scale
        for each in self.content:
            _width, high = each.wrapOn(self.canv, self.width / self.scale, y)
            y -= each.getSpaceBefore() + high
            each.drawOn(self.canv, 0, y)
            y -= each.getSpaceAfter()
        self.canv.restoreState()


def _fitted(text: MonthlyText, side: Side, *, height: float) -> OneSide:
    """One side whatever the caseload: much to say costs a little type size.

    It is laid out as wide as it will be once smaller, so that lines and columns use the width.
    """
    scale, power = 1.0, _POWER
    while True:
        content = _STORIES[side](text, TEXT_WIDTH / scale)
        fills = height_of(content, width=TEXT_WIDTH / scale) * scale / height
        if fills <= 1 or scale <= _SMALLEST:
            return OneSide(content, scale=scale, height=height)
        guess = math.floor(scale / fills ** (1 / power) * 100) / 100
        scale = max(min(guess, scale - 0.01), _SMALLEST)
        # What still does not fit then is mostly lines that cannot get fewer.
        power = 1.0


def _front(text: MonthlyText, width: float) -> list[Flowable]:
    return [
        title(text.title),
        paragraph(text.whose, LEAD),
        paragraph(text.facts),
        Spacer(1, 5),
        _sentences(text, width),
        heading("Endings first"),
        _endings(text, width),
        heading(text.journey_title),
        _journey(text, width),
        *(paragraph(note, SMALL) for note in text.footnotes),
        *laid_out(text.front_blocks, width=width),
    ]


def _back(text: MonthlyText, width: float) -> list[Flowable]:
    outcomes = Block(
        key="outcomes",
        heading=text.outcomes_title,
        is_wide=True,
        leaves_room=True,
        grids=(Grid(caption="", head=text.outcomes_head, lines=text.outcomes),),
        notes=(Note(heading="", text=text.outcomes_note),),
    )
    small_print = Block(
        key="notes", heading=text.notes_title, is_wide=True, leaves_room=True, notes=text.notes
    )
    return [
        *laid_out((outcomes, *text.blocks), width=width),
        Spacer(1, 3),
        *(labelled(note.heading, note.text, DENSE) for note in text.counts),
        *laid_out((small_print, *text.foot_blocks), width=width),
    ]


def _definitions(text: MonthlyText, width: float) -> list[Flowable]:
    widths = (112.0, 46.0, 130.0)
    left = (width - sum(widths)) * 0.55
    return [
        heading(text.definitions_title),
        rows_table(
            text.definitions_head,
            [(line.title, *line.cells) for line in text.definitions],
            widths=(*widths, left, width - sum(widths) - left),
            numbers_from=len(text.definitions_head),
        ),
    ]


_STORIES = {Side.FRONT: _front, Side.BACK: _back, Side.DEFINITIONS: _definitions}


def _sentences(text: MonthlyText, width: float) -> Table:
    box = Table(
        [[labelled(note.heading, note.text, LEAD)] for note in text.sentences],
        colWidths=[width],
        hAlign="LEFT",
    )
    box.setStyle(
        TableStyle(
            [
                FACE,
                ("BOX", (0, 0), (-1, -1), 0.9, INK),
                ("LEFTPADDING", (0, 0), (-1, -1), 7),
                ("RIGHTPADDING", (0, 0), (-1, -1), 7),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
            ]
        )
    )
    return box


def _endings(text: MonthlyText, width: float) -> Table:
    left, right = width * 0.58 - GUTTER, width * 0.42
    strip = rate_strip(text.strip, width=left, label_width=128)
    table = rows_table(
        text.endings_head,
        [(set_in(line), *line.cells) for line in text.endings],
        widths=(right - 26, 26),
        numbers_from=1,
        bold_rows=_leading(text.endings),
    )
    beneath: list[Flowable] = [
        strip,
        Spacer(1, 3),
        paragraph(text.strip_words, SMALL),
        Spacer(1, 4),
        text.months.chart.draw(width=left),
        paragraph(text.months.caption, SMALL),
    ]
    beside = [table, Spacer(1, 5), labelled(text.measured.heading, text.measured.text)]
    return side_by_side(beneath, beside, widths=(left, right), gutter=GUTTER)


def _journey(text: MonthlyText, width: float) -> Table:
    widths = (22.0, 98.0, 28.0, 58.0, 74.0, 76.0)
    return rows_table(
        text.journey_head,
        [(set_in(line), *line.cells) for line in text.journey],
        widths=(width - sum(widths), *widths),
        numbers_from=1,
        bold_rows=_leading(text.journey),
    )


def _leading(lines: tuple[Line, ...]) -> tuple[int, ...]:
    return tuple(index for index, line in enumerate(lines) if line.leads)


def _head(canvas: Canvas, text: MonthlyText) -> None:
    """On invented data a word that cannot be missed; and the document's own settings."""
    # The document's own date is that of printing, so that the same report is the same bytes.
    canvas.setDateFormatter(lambda *_now: f"D:{text.printed_on:%Y%m%d}000000Z")
    canvas.showOutline()
    if text.invented:
        canvas.saveState()
        canvas.setFillColor(INK)
        canvas.setFont(BOLD, 11)
        # Above everything, so that it can cover nothing.
        canvas.drawRightString(PAGE_WIDTH - MARGIN, PAGE_HEIGHT - MARGIN + 5, text.invented.upper())
        canvas.restoreState()


def _foot(canvas: Canvas, text: MonthlyText, *, pages: int) -> None:
    """What the paper is for, which page, and on each side whether it is a draft."""
    canvas.saveState()
    y = MARGIN / 2 + 8
    canvas.setStrokeColor(GRID)
    canvas.line(MARGIN, y + 11, PAGE_WIDTH - MARGIN, y + 11)
    status = paragraph(f"{text.status}.", SMALL)
    _width, height = status.wrap(TEXT_WIDTH, MARGIN)
    status.drawOn(canvas, MARGIN, y - 3 - height)
    canvas.setFillColor(QUIET)
    canvas.setFont(REGULAR, 7.5)
    canvas.drawString(MARGIN, y, f"{PURPOSE}. Confidential.")
    canvas.drawRightString(PAGE_WIDTH - MARGIN, y, f"Page {canvas.getPageNumber()} of {pages}")
    if text.invented:
        canvas.setFillColor(INK)
        canvas.setFont(BOLD, 11)
        canvas.drawCentredString(PAGE_WIDTH / 2, y, text.invented.upper())
    canvas.restoreState()
