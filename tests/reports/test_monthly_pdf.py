"""The month's paper: one side whatever comes, embedded letters, and text that stays text."""

import socket
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from io import BytesIO
from typing import Any, NoReturn

import pytest
from django.db import transaction
from pypdf import PdfReader
from pypdf.generic import DictionaryObject
from pytest_django import DjangoDbBlocker

from practice.cohorts import Scope
from practice.domain.endings import Ending, LeftOut
from practice.models import Client, MeasureCompletion
from practice.reports import monthly_pdf as module
from practice.reports.layout import MARGIN, PAGE_WIDTH
from practice.reports.monthly import MonthlyReport
from practice.reports.monthly_pdf import WITH_DEFINITIONS, OneSide, monthly_pdf
from practice.reports.monthly_text import PURPOSE, monthly_text
from tests.caseloads import (
    CASE,
    HOSTILE,
    HOSTILE_LETTERS,
    LAST_DAY,
    MONTH,
    WELL,
    Therapy,
    only,
    scope_with,
    therapies,
)
from tests.cast import Cast, make_practitioner, make_resolution, make_service, saved
from tests.reports.dressing import dressed
from tests.reports.freezing import frozen
from tests.reports.reading import pdf_of, report_of, squeezed, text_of, words_of

SIZES = [0, 1, 7, 60, 400]
# Smaller than this and the small print, of 6.9 points, can hardly be read.
LEAST_SCALE = 0.85
# Where months have been revised, and fees, hours and forms after the ending stand there as well.
WITH_EVERYTHING = 0.75


Figures = Callable[..., MonthlyReport]


@pytest.fixture(scope="module")
def figures(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Figures:
    """A report of therapies, by the outcome that comes first: counted once, its rows taken back.

    What is printed of it needs no database any more.
    """

    @cache
    def counted(made: Callable[[], list[Therapy]], primary: str = "iapt") -> MonthlyReport:
        with django_db_blocker.unblock(), transaction.atomic():
            place = make_service(name="Place", primary_outcome=primary)
            holder = make_practitioner(email="holder@example.org", service=place)
            report = report_of(scope_with(place, holder, made()))
            transaction.set_rollback(True)
        return report

    return counted


def document(report: MonthlyReport, service: str, practitioner: str, **other: Any) -> bytes:
    """The document, as if service and practitioner had these names."""
    named = replace(report, service=service, practitioner=practitioner, **other)
    return monthly_pdf(monthly_text(named))


def nobody() -> list[Therapy]:
    return []


def one_therapy() -> list[Therapy]:
    return [Therapy()]


def full_page() -> list[Therapy]:
    """Everything that can be printed is: each reason left out, each footnote, 36 months."""
    return [
        *(
            Therapy(
                first=CASE,
                last=WELL if index % 3 else {},
                ending=None if index % 5 == 0 else Ending.AGREED_AT_END,
                wished_to_continue=True,
            )
            for index in range(19)
        ),
        *(Therapy(left_out=reason, first=CASE, last=WELL) for reason in LeftOut for _ in range(12)),
        *(Therapy(left_out=reason, ended_on=None, ending=None) for reason in LeftOut),
    ]


@pytest.fixture
def scales(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """By how much each side had to be made smaller, in their order; 1 is not at all."""
    found: list[float] = []

    class Measured(OneSide):
        def __init__(self, *args: Any, scale: float, **kwargs: Any) -> None:
            found.append(scale)
            super().__init__(*args, scale=scale, **kwargs)

    monkeypatch.setattr(module, "OneSide", Measured)
    return found


def pages_of(pdf: bytes) -> int:
    return len(PdfReader(BytesIO(pdf)).pages)


@pytest.mark.parametrize("size", SIZES)
def test_two_sides_whatever_the_caseload_and_nothing_in_the_margin(
    size: int, figures: Figures, scales: list[float]
) -> None:
    """The first side at full size."""
    measures = ("phq9", "gad7", "core10")
    report = figures(lambda: therapies(size, ended=size, still_open=size // 3, measures=measures))
    pdf = document(report, "Harbour Counselling", "Zoë Łukasz-Ŵyn")
    assert pages_of(pdf) == 2
    front, back = scales
    assert front == 1
    assert back >= LEAST_SCALE
    for page in PdfReader(BytesIO(pdf)).pages:
        left, right = boxes_of(page)
        assert left >= MARGIN - 1
        assert right <= PAGE_WIDTH - MARGIN + 1


@pytest.mark.parametrize("primary", ["iapt", "phq9", "gad7", "core10"])
@pytest.mark.parametrize("letter", ["W", "w w ", "Ŵ"])
def test_two_sides_with_the_longest_names_and_every_note(
    primary: str, letter: str, figures: Figures, scales: list[float]
) -> None:
    service, practitioner = (letter * 120)[:120].strip(), (letter * 150)[:150].strip()
    pdf = document(figures(full_page, primary), service, practitioner, is_invented=True)
    assert pages_of(pdf) == 2
    assert len(scales) == 2
    assert min(scales) >= LEAST_SCALE, scales
    words = words_of(pdf)
    for reason in LeftOut:
        assert f"12 {reason.words}" in words


@pytest.mark.django_db
def test_two_sides_with_everything_that_can_be_recorded_and_revised(
    cast: Cast, scales: list[float]
) -> None:
    made = therapies(60, ended=90, still_open=30, measures=("phq9", "gad7", "core10"))
    scope = dressed(scope_with(cast.service, cast.alice, made), 60)
    frozen(scope, month=MONTH.minus(1))
    for form in MeasureCompletion.objects.filter(measure="phq9")[:30]:
        form.total = 1
        saved(form, by=cast.alice, why="read again from paper")
    make_resolution(service=cast.service, practitioner=cast.alice)
    text = text_of(scope)
    assert "revised" in {block.key for block in text.blocks}
    assert pages_of(monthly_pdf(text)) == 2
    front, back = scales
    assert front == 1
    assert back >= WITH_EVERYTHING


def fonts_of(pdf: bytes) -> dict[str, Any]:
    """Each font of the pages by its name, with its descriptor."""
    found = {}
    for font in (
        fonts[key].get_object()
        for page in PdfReader(BytesIO(pdf)).pages
        for fonts in (page["/Resources"]["/Font"],)  # type: ignore[index]
        for key in fonts
    ):
        inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
        found[str(font["/BaseFont"])] = inner.get(
            "/FontDescriptor", DictionaryObject()
        ).get_object()
    return found


def test_every_font_is_embedded(figures: Figures) -> None:
    pdf = document(figures(full_page), "Harbour", f"שלום مرحبا {HOSTILE_LETTERS}")
    fonts = fonts_of(pdf)
    for name, descriptor in fonts.items():
        assert "/FontFile2" in descriptor, name
    names = " ".join(fonts)
    assert "SourceSans3" in names
    assert "DejaVuSans" in names
    assert "Helvetica" not in names


def test_source_sans_alone_where_it_has_every_letter(figures: Figures) -> None:
    fonts = fonts_of(document(figures(full_page), "Harbour", HOSTILE_LETTERS))
    assert len(fonts) >= 2
    assert all("SourceSans3" in name for name in fonts)


@pytest.mark.parametrize("name", ["Ŵyn", "Łukasz", "Zoë", "Đặng Škvorecký", "Иван", "Ελένη"])
def test_names_can_be_read_out_of_the_document(figures: Figures, name: str) -> None:
    assert name in words_of(document(figures(nobody), "Harbour", name))


@pytest.mark.parametrize(
    "character", ["漢", "\U0001fae8", "\ue000", "\x07", "\u200b"], ids=lambda c: f"U+{ord(c):04X}"
)
def test_a_letter_no_face_has_is_seen_to_be_missing(figures: Figures, character: str) -> None:
    """As the replacement character: never nothing, an empty box or a crash."""
    words = words_of(document(figures(nobody), "Harbour", f"A{character}B"))
    assert character not in words or character == "\u200b"
    assert "A\N{REPLACEMENT CHARACTER}B" in words or character == "\u200b"


@pytest.fixture
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **_kwargs: Any) -> NoReturn:
        raise AssertionError(f"something was opened: {args}")

    monkeypatch.setattr(urllib.request, "urlopen", refuse)
    monkeypatch.setattr(urllib.request.OpenerDirector, "open", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)


MARKUP = [
    "<b>bold</b>",
    '<img src="http://127.0.0.1:1/x"/>',
    "<img src='file:///etc/hostname' width='9' height='9'/>",
    "&amp; &lt; &#65;",
    "<para>",
    "</para></font>",
    "]]>",
    "<![CDATA[ x",
    "<!-- x",
    "<a href='http://127.0.0.1:1/'>x</a>",
    "<onDraw name='x'/>",
    "{{ 7|add:7 }}",
    "%(x)s %s {0}",
]


@pytest.mark.usefixtures("_no_network")
@pytest.mark.parametrize("markup", MARKUP)
def test_markup_in_names_comes_out_as_it_was_typed(figures: Figures, markup: str) -> None:
    pdf = document(figures(one_therapy), f"S {markup}", f"P {markup}")
    assert squeezed(f"P {markup}, S {markup}") in words_of(pdf)
    front = PdfReader(BytesIO(pdf)).pages[0]
    assert not front.images
    assert "/Annots" not in front


@pytest.mark.django_db
@pytest.mark.usefixtures("_no_network")
def test_hostile_names_notes_and_references_change_nothing() -> None:
    made = therapies(3, ended=30, still_open=5, hostile=True)
    tame = therapies(3, ended=30, still_open=5)
    named = make_service(name=HOSTILE[:120])
    holder = make_practitioner(email="holder@example.org", name=HOSTILE[:150], service=named)
    hostile = text_of(scope_with(named, holder, made))
    place = make_service(name="Tame")
    person = make_practitioner(email="tame@example.org", name="Tame", service=place)
    plain = text_of(scope_with(place, person, tame))
    assert hostile.journey == plain.journey
    assert hostile.sentences == plain.sentences
    printed = words_of(monthly_pdf(hostile))
    assert squeezed(HOSTILE[:150]) in printed


def test_title_author_subject_and_language_are_set(cast: Cast) -> None:
    document = PdfReader(BytesIO(pdf_of(Scope(service=cast.service, practitioner=cast.alice))))
    about = document.metadata
    assert about is not None
    assert about.title == "Monthly report, October 2025: Alice, Harbour"
    assert about.author == "Alice, Harbour"
    assert about.subject == PURPOSE
    assert document.trailer["/Root"]["/Lang"] == "en-GB"  # type: ignore[index]
    assert about.creation_date is not None
    assert about.creation_date.date().isoformat() == "2025-11-22"


def test_invented_data_are_called_so_at_head_and_foot_and_nothing_else_is(cast: Cast) -> None:
    scope = Scope(service=cast.service)
    assert "invented" not in words_of(pdf_of(scope)).lower()
    cast.service.is_invented = True
    for page in PdfReader(BytesIO(pdf_of(scope))).pages:
        assert page.extract_text().count("INVENTED DATA") == 2


def test_the_foot_says_what_it_is_for_and_which_page(cast: Cast) -> None:
    printed = words_of(pdf_of(Scope(service=cast.service)))
    assert "Service evaluation, not performance management. Confidential." in printed
    assert "Page 1 of 2" in printed
    assert "Page 2 of 2" in printed


def test_the_same_report_twice_is_the_same_bytes(cast: Cast) -> None:
    scope = scope_with(cast.service, cast.alice, therapies(5, ended=40))
    assert pdf_of(scope) == pdf_of(scope)


def test_no_client_is_named(cast: Cast) -> None:
    made = therapies(8, ended=60, still_open=9, hostile=True)
    scope = scope_with(cast.service, cast.alice, made)
    pdf = pdf_of(scope)
    printed = words_of(pdf) + str(PdfReader(BytesIO(pdf)).metadata)
    references = Client.objects.values_list("reference", flat=True)
    assert len(references) == 69
    assert not [reference for reference in references if reference in printed]


def test_under_ten_no_own_per_cent_sign_is_on_paper(cast: Cast) -> None:
    """What is left are axes, the head of a column, the small print and the published figures.

    Appointments and forms are counted too: few enough that there are under ten of them.
    """
    pair = ("phq9", "gad7")
    made = [
        Therapy(first=only(CASE, *pair), last=only(WELL, *pair), ended_on=LAST_DAY, sessions=2)
        for _ in range(4)
    ]
    text = text_of(scope_with(cast.service, cast.alice, made))
    printed = words_of(monthly_pdf(text))
    grids = [grid for block in text.blocks for grid in block.grids]
    published = sum(line.cells[4].count("%") for line in text.journey) + sum(
        line.cells[1].count("%")
        for block in text.blocks
        if block.key == "pathway"
        for grid in block.grids
        for line in grid.lines
    )
    own = [
        cell
        for block in text.blocks
        for grid in block.grids
        for line in grid.lines
        for cell in (line.cells[:1] if block.key == "pathway" else (line.title, *line.cells))
    ]
    assert not [cell for cell in own if "%" in cell]
    assert not text.front_blocks
    strip_axis, spread_axis, heads = 5, 5, 2
    notes = [note for block in text.blocks for note in block.notes]
    small_print = sum(
        note.text.count("%") for note in (*text.notes, *text.counts, *notes, text.measured)
    )
    small_print += sum(note.count("%") for note in text.footnotes)
    small_print += sum(grid.caption.count("%") for grid in grids)
    legends = text.strip_words.count("%") + sum(
        picture.caption.count("%") for block in text.blocks for picture in block.pictures
    )
    assert printed.count("%") == (
        published + strip_axis + spread_axis + heads + small_print + legends
    )
    assert "%" not in text.counts[0].text + text.measured.text


def outline_of(pdf: bytes) -> list[str]:
    """The bookmarks, each with its page: flat, in their order."""

    def flat(entries: list[Any]) -> list[Any]:
        return [
            each
            for entry in entries
            for each in (flat(entry) if isinstance(entry, list) else [entry])
        ]

    reader = PdfReader(BytesIO(pdf))
    return [
        f"{reader.get_destination_page_number(entry)} {entry.title}"
        for entry in flat(reader.outline)
    ]


def test_every_heading_is_a_bookmark(cast: Cast) -> None:
    made = therapies(5, ended=60, measures=("phq9", "gad7", "core10"))
    text = text_of(scope_with(cast.service, cast.alice, made))
    found = outline_of(monthly_pdf(text, WITH_DEFINITIONS))
    blocks = [*text.blocks, *text.foot_blocks]
    assert len(found) == len(set(found))
    assert found[0] == f"0 {text.title}"
    for title in ("Endings first", text.journey_title, *(b.heading for b in text.front_blocks)):
        assert f"0 {title}" in found
    for title in (text.outcomes_title, text.notes_title, *(block.heading for block in blocks)):
        assert f"1 {title}" in found
    assert found[-1] == f"2 {text.definitions_title}"
    assert len(found) == 3 + len(text.front_blocks) + 2 + len(blocks) + 1


def test_a_third_side_of_definitions_on_demand(cast: Cast) -> None:
    text = text_of(scope_with(cast.service, cast.alice, therapies(5, ended=30)))
    pdf = monthly_pdf(text, WITH_DEFINITIONS)
    assert pages_of(pdf) == 3
    third = squeezed(PdfReader(BytesIO(pdf)).pages[2].extract_text())
    for line in text.definitions:
        for part in (line.title, *line.cells):
            assert part in third
    assert "Page 3 of 3" in third


def test_a_reader_of_the_text_comes_to_head_first_and_foot_last(cast: Cast) -> None:
    text = text_of(scope_with(cast.service, cast.alice, therapies(5, ended=30)))
    front, back = (
        squeezed(page.extract_text()) for page in PdfReader(BytesIO(monthly_pdf(text))).pages
    )
    assert front.startswith(text.title)
    assert front.endswith("Page 1 of 2")
    parts = [text.whose, "Endings. ", "Outcomes. ", "With care. ", "Endings first"]
    parts += [text.endings_head[0], text.journey_title, text.front_blocks[0].heading]
    assert [front.index(part) for part in parts] == sorted(front.index(part) for part in parts)
    assert back.startswith(text.outcomes_title)
    assert back.endswith("Page 2 of 2")


def test_blocks_without_data_leave_no_frame(cast: Cast) -> None:
    text = text_of(Scope(service=cast.service, practitioner=cast.alice))
    assert [block.key for block in text.front_blocks] == []
    keys = {block.key for block in text.blocks}
    absent = {"last-contact", "left-at-session", "by-measure", "pathway", "hours", "fees"}
    assert not keys & {*absent, "follow-up", "data-quality"}
    assert [block.key for block in text.foot_blocks] == ["reflection"]
    printed = words_of(monthly_pdf(text))
    for heading in ("Fees", "After the ending", "Client hours", "At which session"):
        assert heading not in printed


def test_room_to_write_on_is_on_paper_alone(cast: Cast) -> None:
    text = text_of(Scope(service=cast.service, practitioner=cast.alice))
    printed = words_of(monthly_pdf(text))
    for label in ("What I will try next", "Initials", "Date"):
        assert label in printed


def boxes_of(page: Any) -> tuple[float, float]:
    """The furthest left and right that a letter is set on a page."""
    edges: list[float] = []

    def visit(text: str, cm: list[float], tm: list[float], *_font: Any) -> None:
        if text.strip():
            edges.append(tm[4] * cm[0] + cm[4])

    page.extract_text(visitor_text=visit)
    return min(edges), max(edges)
