"""A blank questionnaire as one side of A4, black on white, to be filled in with a pen."""

from io import BytesIO

from reportlab.lib.colors import black
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    PageTemplate,
    Spacer,
    Table,
    TableStyle,
)

from practice.charts.fonts import BOLD, REGULAR, register_fonts
from practice.reports.layout import FACE, LANGUAGE, PAGE_HEIGHT, PAGE_WIDTH, paragraph
from practice.reports.questionnaires import Item, Questionnaire

AUTHOR = "Practice outcomes"
# The side of a tick box: room for a pen held by an unsteady hand.
TICK_BOX = 15.0

# Wider than a report's: forms are punched, clipped and held at the edge.
_MARGIN = 15 * mm
_WIDTH = PAGE_WIDTH - 2 * _MARGIN
_FOOT = 30.0

# Pure black, not the reports' ink: copiers turn a dark grey into dots.
_TITLE = ParagraphStyle("form-title", fontName=BOLD, fontSize=24, leading=28, textColor=black)
_STEM = ParagraphStyle(
    "form-stem",
    fontName=BOLD,
    fontSize=14,
    leading=18,
    textColor=black,
    # Breaks the long question near its middle, rather than before its last word.
    rightIndent=100,
)
_ITEM = ParagraphStyle("form-item", fontName=REGULAR, fontSize=12, leading=14.5, textColor=black)
_LABEL = ParagraphStyle(
    "form-label",
    parent=_ITEM,
    fontSize=10,
    leading=11.5,
    alignment=TA_CENTER,
    # A word too wide for its column would be cut in two without a hyphen.
    splitLongWords=0,
)
_SCORE = ParagraphStyle("form-score", parent=_ITEM, fontSize=8.5, leading=10, alignment=TA_CENTER)
_FIELD = ParagraphStyle("form-field", parent=_ITEM, fontSize=9.5, leading=11)
_SMALL = ParagraphStyle("form-small", parent=_ITEM, fontSize=9, leading=11)

_NUMBER_WIDTH = 20.0
# By the number of answers: "occasionally" must fit on a line, the items keep the rest.
_ANSWER_WIDTHS = {4: 62.0, 5: 59.0}


class TickBox(Flowable):
    """An empty square."""

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:  # noqa: N803 - reportlab's names
        return TICK_BOX, TICK_BOX

    def draw(self) -> None:
        self.canv.setLineWidth(1.1)
        self.canv.setStrokeColor(black)
        self.canv.rect(0, 0, TICK_BOX, TICK_BOX)


def blank_pdf(form: Questionnaire) -> bytes:
    """The form as a PDF document: embedded fonts, title, language, the same bytes each time."""
    register_fonts()
    out = BytesIO()
    document = BaseDocTemplate(
        out,
        pagesize=(PAGE_WIDTH, PAGE_HEIGHT),
        title=f"{form.name}: blank questionnaire",
        author=AUTHOR,
        # The licence goes with the file as well as on the paper.
        subject=form.licence,
        lang=LANGUAGE,
        invariant=1,
        initialFontName=REGULAR,
    )
    frame = Frame(
        _MARGIN,
        _MARGIN + _FOOT,
        _WIDTH,
        PAGE_HEIGHT - 2 * _MARGIN - _FOOT,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )
    # At the page's end, so that the licence is also the last thing read aloud or copied.
    document.addPageTemplates(
        PageTemplate(
            frames=[frame], onPageEnd=lambda canvas, _document: _licence(canvas, form.licence)
        )
    )
    document.build(
        [
            _head(form.name),
            Spacer(1, 16),
            paragraph(form.stem, _STEM),
            Spacer(1, 8),
            _items(form),
            Spacer(1, 16),
            _office(form),
        ]
    )
    return out.getvalue()


def _head(name: str) -> Table:
    """The measure's name, and what is filled in before the first item: a reference and a date."""
    reference, date = 170.0, 120.0
    table = Table(
        [[paragraph(name, _TITLE), paragraph("Reference", _FIELD), paragraph("Date", _FIELD)]],
        colWidths=[_WIDTH - reference - date, reference, date],
        rowHeights=[40],
        hAlign="LEFT",
    )
    table.setStyle(
        TableStyle(
            [
                FACE,
                ("VALIGN", (0, 0), (0, 0), "MIDDLE"),
                ("VALIGN", (1, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (0, 0), 0),
                ("LEFTPADDING", (1, 0), (-1, -1), 5),
                ("TOPPADDING", (1, 0), (-1, -1), 2),
                ("GRID", (1, 0), (-1, -1), 0.9, black),
            ]
        )
    )
    return table


def _items(form: Questionnaire) -> Table:
    answer = _ANSWER_WIDTHS[len(form.answers)]
    answers = [answer] * len(form.answers)
    table = Table(
        [
            [[], [], *_labels(form)],
            *(
                [_number(item), paragraph(item.text, _ITEM), *_boxes(form, item)]
                for item in form.items
            ),
        ],
        colWidths=[_NUMBER_WIDTH, _WIDTH - _NUMBER_WIDTH - sum(answers), *answers],
        hAlign="LEFT",
    )
    table.setStyle(
        TableStyle(
            [
                FACE,
                ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
                ("VALIGN", (0, 1), (-1, -1), "MIDDLE"),
                ("ALIGN", (2, 0), (-1, -1), "CENTER"),
                ("LINEBELOW", (0, 0), (-1, 0), 1.1, black),
                ("LINEBELOW", (0, 1), (-1, -1), 0.5, black),
                ("LEFTPADDING", (0, 0), (-1, -1), 2),
                ("RIGHTPADDING", (0, 0), (-1, -1), 2),
                ("RIGHTPADDING", (1, 0), (1, -1), 8),
                ("LEFTPADDING", (2, 0), (-1, -1), 1),
                ("RIGHTPADDING", (2, 0), (-1, -1), 1),
                ("TOPPADDING", (0, 1), (-1, -1), 8),
                ("BOTTOMPADDING", (0, 1), (-1, -1), 9),
                ("BOTTOMPADDING", (0, 0), (-1, 0), 5),
            ]
        )
    )
    return table


def _number(item: Item) -> Flowable:
    return paragraph(str(item.number), _ITEM)


def _labels(form: Questionnaire) -> list[list[Flowable]]:
    cells: list[list[Flowable]] = [[paragraph(label, _LABEL)] for label in form.answers]
    for cell, score in zip(cells, form.heading_scores or (), strict=False):
        cell.append(paragraph(str(score), _SCORE))
    return cells


def _boxes(form: Questionnaire, item: Item) -> list[list[Flowable]]:
    if form.heading_scores is not None:
        return [[TickBox()] for _ in item.scores]
    # As much room above the box as the score takes beneath it: the box stands level with the item.
    return [
        [Spacer(1, _SCORE.leading), TickBox(), paragraph(str(score), _SCORE)]
        for score in item.scores
    ]


def _office(form: Questionnaire) -> Table:
    """The total and how it comes about: for whoever adds up, apart from what the client fills in."""
    total = 100.0
    words = [
        paragraph("For office use", _FIELD),
        paragraph(form.total, _SMALL),
        paragraph(form.missing, _SMALL),
    ]
    table = Table(
        [[words, paragraph("Total", _FIELD)]], colWidths=[_WIDTH - total, total], hAlign="LEFT"
    )
    table.setStyle(
        TableStyle(
            [
                FACE,
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("GRID", (0, 0), (-1, -1), 0.9, black),
                ("LEFTPADDING", (0, 0), (-1, -1), 5),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
            ]
        )
    )
    return table


def _licence(canvas: Canvas, licence: str) -> None:
    words = paragraph(licence, _SMALL)
    words.wrapOn(canvas, _WIDTH, _FOOT)
    words.drawOn(canvas, _MARGIN, _MARGIN)
