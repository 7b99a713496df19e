"""The month's paper: one side whatever comes, embedded letters, and text that stays text."""

import re
import socket
import urllib.request
from io import BytesIO
from typing import Any, NoReturn

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject
from reportlab.platypus import KeepInFrame

from practice.cohorts import Scope
from practice.domain.endings import Ending, LeftOut
from practice.models import Client
from practice.reports import monthly_pdf as module
from practice.reports.monthly_pdf import monthly_pdf
from practice.reports.monthly_text import PURPOSE
from tests.caseloads import (
    CASE,
    HOSTILE,
    HOSTILE_LETTERS,
    LAST_DAY,
    WELL,
    Therapy,
    scope_with,
    therapies,
)
from tests.cast import Cast, make_practitioner, make_service
from tests.reports.reading import pdf_of, squeezed, text_of, words_of

SIZES = [0, 1, 7, 60, 400]
# Smaller than this and the small print, of 6.9 points, can hardly be read.
LEAST_SCALE = 0.85


def scope_named(
    service: str,
    practitioner: str,
    made: list[Therapy],
    *,
    primary: str = "iapt",
    is_invented: bool = False,
) -> Scope:
    place = make_service(name=service, primary_outcome=primary, is_invented=is_invented)
    holder = make_practitioner(email="holder@example.org", name=practitioner, service=place)
    return scope_with(place, holder, made)


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
    """By how much each frame had to be made smaller; 1 is not at all."""
    found: list[float] = []

    class Measured(KeepInFrame):
        def drawOn(self, *args: Any, **kwargs: Any) -> None:  # noqa: N802 - reportlab's own name
            found.append(1 / getattr(self, "_scale", 1.0))
            super().drawOn(*args, **kwargs)

    monkeypatch.setattr(module, "KeepInFrame", Measured)
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("size", SIZES)
def test_one_side_at_full_size_whatever_the_caseload(size: int, scales: list[float]) -> None:
    made = therapies(size, ended=size, still_open=size // 3)
    pdf = pdf_of(scope_named("Harbour Counselling", "Zoë Łukasz-Ŵyn", made))
    assert len(PdfReader(BytesIO(pdf)).pages) == 1
    assert len(scales) == 2
    assert min(scales) > 0.95, scales


@pytest.mark.django_db
@pytest.mark.parametrize("primary", ["iapt", "phq9", "gad7", "core10"])
@pytest.mark.parametrize("letter", ["W", "w w ", "Ŵ"])
def test_one_side_with_the_longest_names_and_every_note(
    primary: str, letter: str, scales: list[float]
) -> None:
    service, practitioner = (letter * 120)[:120].strip(), (letter * 150)[:150].strip()
    scope = scope_named(service, practitioner, full_page(), primary=primary, is_invented=True)
    pdf = pdf_of(scope)
    assert len(PdfReader(BytesIO(pdf)).pages) == 1
    assert min(scales) >= LEAST_SCALE, scales
    for reason in LeftOut:
        assert f"12 {reason.words}" in words_of(pdf)


def fonts_of(pdf: bytes) -> dict[str, Any]:
    """Each font of the page by its name, with its descriptor."""
    (page,) = PdfReader(BytesIO(pdf)).pages
    fonts: Any = page["/Resources"]["/Font"]  # type: ignore[index]
    found = {}
    for font in (fonts[key].get_object() for key in fonts):
        inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
        found[str(font["/BaseFont"])] = inner.get(
            "/FontDescriptor", DictionaryObject()
        ).get_object()
    return found


@pytest.mark.django_db
def test_every_font_is_embedded() -> None:
    pdf = pdf_of(scope_named("Harbour", f"שלום مرحبا {HOSTILE_LETTERS}", full_page()))
    fonts = fonts_of(pdf)
    for name, descriptor in fonts.items():
        assert "/FontFile2" in descriptor, name
    names = " ".join(fonts)
    assert "SourceSans3" in names
    assert "DejaVuSans" in names
    assert "Helvetica" not in names


@pytest.mark.django_db
def test_source_sans_alone_where_it_has_every_letter() -> None:
    fonts = fonts_of(pdf_of(scope_named("Harbour", HOSTILE_LETTERS, full_page())))
    assert len(fonts) >= 2
    assert all("SourceSans3" in name for name in fonts)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["Ŵyn", "Łukasz", "Zoë", "Đặng Škvorecký", "Иван", "Ελένη"])
def test_names_can_be_read_out_of_the_document(name: str) -> None:
    assert name in words_of(pdf_of(scope_named("Harbour", name, [])))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "character", ["漢", "\U0001fae8", "\ue000", "\x07", "\u200b"], ids=lambda c: f"U+{ord(c):04X}"
)
def test_a_letter_no_face_has_is_seen_to_be_missing(character: str) -> None:
    """As the replacement character: never nothing, an empty box or a crash."""
    printed = words_of(pdf_of(scope_named("Harbour", f"A{character}B", [])))
    assert character not in printed or character == "\u200b"
    assert "A\N{REPLACEMENT CHARACTER}B" in printed or character == "\u200b"


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


@pytest.mark.django_db
@pytest.mark.usefixtures("_no_network")
@pytest.mark.parametrize("markup", MARKUP)
def test_markup_in_names_comes_out_as_it_was_typed(markup: str) -> None:
    pdf = pdf_of(scope_named(f"S {markup}", f"P {markup}", [Therapy()]))
    assert squeezed(f"P {markup}, S {markup}") in words_of(pdf)
    document = PdfReader(BytesIO(pdf))
    assert not document.pages[0].images
    assert "/Annots" not in document.pages[0]


@pytest.mark.django_db
@pytest.mark.usefixtures("_no_network")
def test_hostile_names_notes_and_references_change_nothing() -> None:
    made = therapies(3, ended=30, still_open=5, hostile=True)
    tame = therapies(3, ended=30, still_open=5)
    hostile = text_of(scope_named(HOSTILE[:120], HOSTILE[:150], made))
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
    assert words_of(pdf_of(scope)).count("INVENTED DATA") == 2


def test_the_foot_says_what_it_is_for_and_which_page(cast: Cast) -> None:
    printed = words_of(pdf_of(Scope(service=cast.service)))
    assert "Service evaluation, not performance management. Confidential." in printed
    assert "Page 1 of 1" in printed


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
    """What is left are the axis, the head of a column, and the published figures."""
    made = [Therapy(first=CASE, last=WELL, ended_on=LAST_DAY) for _ in range(9)]
    text = text_of(scope_with(cast.service, cast.alice, made))
    printed = words_of(monthly_pdf(text))
    signs = len(re.findall("%", printed))
    published = sum(line.cells[4].count("%") for line in text.journey)
    axis, heads = 5, 2
    small_print = sum(
        note.text.count("%") for note in (*text.notes, *text.counts, text.measured)
    ) + sum(note.count("%") for note in text.footnotes)
    legend = text.strip_words.count("%")
    assert signs == published + axis + heads + small_print + legend
    assert "%" not in text.counts[0].text + text.measured.text
