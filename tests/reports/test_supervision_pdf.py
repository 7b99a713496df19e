"""The sheet on paper: what the page says, whatever is written, on pages that lose nothing."""

import datetime as dt
import html
import re
from io import BytesIO
from typing import Any

import pytest
from django.template.loader import render_to_string
from pypdf import PdfReader

from practice.domain.endings import Ending
from practice.models import Episode
from practice.reports.files import supervision_name
from practice.reports.supervision_names import Naming
from practice.reports.supervision_pdf import supervision_pdf
from practice.reports.supervision_text import SheetText
from tests.caseloads import HOSTILE, HOSTILE_LETTERS, LAST_DAY, PRINTED_ON, store, therapies
from tests.cast import Cast, day, make_agreement, make_completion, make_meeting, saved
from tests.reports.reading import squeezed, words_of
from tests.reports.supervising import (
    every_word,
    gather_statistics,
    make_course,
    scope_of,
    text_of,
    words_of_row,
)

pytestmark = pytest.mark.django_db

SIZES = [0, 1, 7, 60]
A4_LANDSCAPE = (842, 595)


def caseload(cast: Cast, size: int, *, hostile: bool = False) -> None:
    """So many open clients and as many endings; half of the clients with something agreed."""
    store(cast.service, cast.alice, therapies(3, ended=size, still_open=size, hostile=hostile))
    gather_statistics()
    met = make_meeting(
        service=cast.service, practitioner=cast.alice, held_on=LAST_DAY - dt.timedelta(days=30)
    )
    for number, episode in enumerate(Episode.objects.filter(ended_on=None)):
        if number % 2:
            agreed = f"{HOSTILE_LETTERS} {HOSTILE}" if hostile else "Ask about drinking"
            due_on = LAST_DAY - dt.timedelta(days=number - 5)
            make_agreement(meeting=met, episode=episode, agreed=agreed, due_on=due_on)
        if number % 4 == 3:
            make_completion(of=episode, on=LAST_DAY, total=13, answers="--------2")


def autumn(cast: Cast, naming: Naming = Naming.REFERENCES) -> SheetText:
    return text_of(cast, on=LAST_DAY, today=PRINTED_ON, naming=naming)


def pages_of(pdf: bytes) -> list[str]:
    return [squeezed(page.extract_text()) for page in PdfReader(BytesIO(pdf)).pages]


def page_of(cast: Cast, text: SheetText) -> str:
    rows = [(row, [{"measure": each, "svg": ""} for each in row.measures]) for row in text.rows]
    context = {"text": text, "rows": rows, "scope": scope_of(cast), "choice": "", "form": None}
    page = render_to_string("supervision/supervision_sheet.html", context)
    return squeezed(html.unescape(re.sub(r"<[^>]*>", " ", page.replace("<!doctype html>", ""))))


def found_in_order(words: list[str], text: str) -> None:
    """Each of them after the one before: a row may not borrow another's cells."""
    at = 0
    for each in words:
        place = text.find(squeezed(each), at)
        assert place >= 0, (each, text[at : at + 300])
        at = place + len(squeezed(each))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("naming", Naming)
def test_page_and_paper_say_the_same(cast: Cast, size: int, naming: Naming) -> None:
    caseload(cast, size)
    text = autumn(cast, naming)
    assert len(text.rows) == size
    page, paper = page_of(cast, text), words_of(supervision_pdf(text))
    for row in text.rows:
        found_in_order(words_of_row(row), page)
        found_in_order(words_of_row(row), paper)
    for words in every_word(text):
        assert squeezed(words) in page, words
        assert squeezed(words) in paper, words
    for label in (*(text.head if size else [text.nobody]), *text.signatures):
        assert label in paper


@pytest.mark.parametrize(
    ("size", "hostile"), [(0, False), (7, True), (60, False), (60, True), (400, True)]
)
def test_pages_repeat_the_head_and_no_row_is_cut(cast: Cast, size: int, hostile: bool) -> None:
    caseload(cast, size, hostile=hostile)
    text = autumn(cast)
    pages = pages_of(supervision_pdf(text))
    for number, page in enumerate(pages, start=1):
        assert text.footer in page
        assert re.search(rf"Page {number} of\b", page)
    # White space apart, because a reference may take two lines.
    dense = ["".join(page.split()) for page in pages]
    at = 0
    for row in text.rows:
        words = ["".join(each.split()) for each in words_of_row(row)]
        while not is_whole(words, dense[at]):
            at += 1
            assert at < len(dense), row.name
        assert "Agreedlasttime,andsince" in dense[at]
    assert all(page.count("Agreed last time, and since") <= 1 for page in pages)


def is_whole(words: list[str], page: str) -> bool:
    """Whether all cells of a row stand on the page, one after the other."""
    at = page.find(words[0])
    for each in words:
        at = page.find(each, at)
        if at < 0:
            return False
        at += len(each)
    return True


def test_a_text_as_long_as_the_form_takes_stays_on_one_page(cast: Cast) -> None:
    met = make_meeting(service=cast.service, practitioner=cast.alice, held_on=day(120))
    for number, agreed in enumerate(["W" * 1000, "w " * 500, "\n".join("x" * 500), "Ŵ" * 1000]):
        episode = make_course(cast, f"{'W' * 38}-{number}", [12, 11], start=126)
        make_agreement(meeting=met, episode=episode, agreed=agreed)
    pages = pages_of(supervision_pdf(text_of(cast)))
    printed = "".join("".join(pages).split())
    assert "W" * 1000 in printed
    assert "w" * 500 in printed
    assert "Ŵ" * 1000 in printed
    for number in range(4):
        assert f"{'W' * 38}-{number}" in printed


def test_a_text_longer_than_a_page_is_printed_whole_all_the_same(cast: Cast) -> None:
    met = make_meeting(service=cast.service, practitioner=cast.alice, held_on=day(120))
    episode = make_course(cast, "C-1", [12, 11])
    words = [f"word{number}" for number in range(3000)]
    make_agreement(meeting=met, episode=episode, agreed=" ".join(words))
    make_course(cast, "C-2", [12], ended_on=day(130), ending=Ending.CRISIS, found=" ".join(words))
    printed = words_of(supervision_pdf(text_of(cast)))
    for each in words:
        assert printed.count(f"{each} ") + printed.count(f"{each}.") >= 2, each


def test_a_client_with_very_many_open_risk_items_is_printed_whole(cast: Cast) -> None:
    episode = make_course(cast, "C-1", [])
    for number in range(100):
        make_completion(of=episode, on=day(30 + number), answers="--------1")
    assert words_of(supervision_pdf(text_of(cast))).count("OPEN") == 100


MARKUP = [
    *("<b>bold</b>", '<img src="http://127.0.0.1:1/x"/>', "&amp; &lt; &#65;", "<para>"),
    *("</para></font>", "]]>", "<!-- x", "<onDraw name='x'/>", "{{ 7|add:7 }}", "%(x)s %s {0}"),
]


@pytest.mark.parametrize("markup", MARKUP)
def test_markup_comes_out_as_it_was_typed(cast: Cast, markup: str) -> None:
    met = make_meeting(
        service=cast.service, practitioner=cast.alice, held_on=day(120), supervisor=f"S {markup}"
    )
    episode = make_course(cast, "C-1", [12, 11])
    make_agreement(meeting=met, episode=episode, agreed=f"A {markup} Z")
    make_course(
        cast,
        "C-2",
        [12],
        ended_on=day(130),
        ending=Ending.CRISIS,
        found=f"F {markup} Z",
        would_try=f"T {markup} Z",
    )
    cast.alice.name = f"P {markup}"
    saved(cast.alice, by=cast.alice)
    text = text_of(cast)
    pdf = supervision_pdf(text)
    printed, page = words_of(pdf), page_of(cast, text)
    for words in (f"S {markup}", f"A {markup} Z", f"F {markup} Z", f"T {markup} Z", f"P {markup}"):
        assert words in printed
        # The reader of the page drops tags: none of these may have become one.
        assert words.split("<")[0].strip() in page
    document = PdfReader(BytesIO(pdf))
    assert not any(list(each.images) for each in document.pages)
    assert all("/Annots" not in each for each in document.pages)


def test_every_font_is_embedded_and_the_document_says_what_it_is(cast: Cast) -> None:
    caseload(cast, 7, hostile=True)
    text = autumn(cast)
    document = PdfReader(BytesIO(supervision_pdf(text)))
    for page in document.pages:
        fonts: Any = page["/Resources"]["/Font"]  # type: ignore[index]
        for font in (fonts[key].get_object() for key in fonts):
            inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
            assert "/FontFile2" in inner["/FontDescriptor"].get_object(), font["/BaseFont"]
        assert tuple(round(float(side)) for side in page.mediabox[2:]) == A4_LANDSCAPE
    about = document.metadata
    assert about is not None
    assert about.title == "Supervision sheet, 31 October 2025: Alice, Harbour"
    assert about.author == "Alice, Harbour"
    assert document.trailer["/Root"]["/Lang"] == "en-GB"  # type: ignore[index]
    titles = [each.title for each in document.outline if not isinstance(each, list)]
    assert titles == [text.title, text.since_title, "Signatures"]
    assert "REF-" not in str(about)


def test_a_reader_of_the_text_comes_to_head_first_and_foot_last(cast: Cast) -> None:
    """Clients in their order, each from reference to what was agreed; nothing leads elsewhere."""
    caseload(cast, 20)
    text = autumn(cast)
    content = supervision_pdf(text)
    pages = [squeezed(page) for page in pages_of(content)]
    assert pages[0].startswith(text.title)
    for number, page in enumerate(pages, start=1):
        assert text.footer in page[-150:]
        assert f"Page {number} of" in page[-30:]
    words = " ".join(pages)
    at = words.index(text.head[-1])
    for row in text.rows:
        for part in (row.name, row.group, *row.sessions, row.measures[0].name, *row.planned):
            at = words.index(squeezed(part), at)
    assert words.index(text.since_title) > at
    assert b"http" not in content
    assert "http" not in words


def test_the_same_sheet_twice_is_the_same_bytes(cast: Cast) -> None:
    caseload(cast, 7)
    assert supervision_pdf(autumn(cast)) == supervision_pdf(autumn(cast))


def test_invented_data_are_called_so_on_every_page(cast: Cast) -> None:
    caseload(cast, 20)
    cast.service.is_invented = True
    saved(cast.service, by=cast.leda)
    pages = pages_of(supervision_pdf(autumn(cast)))
    assert len(pages) > 1
    assert all(page.count("INVENTED DATA") == 2 for page in pages)


def test_names_of_files_tell_sheets_apart_and_name_no_client(cast: Cast) -> None:
    scope = scope_of(cast)
    one = supervision_name(scope, day(0), naming="references")
    assert re.fullmatch(
        r"supervision-sheet-2026-01-05-references-alice-at-example-org-[0-9a-f]{8}\.pdf", one
    )
    assert (
        len(
            {
                one,
                supervision_name(scope, day(0), naming="letters"),
                supervision_name(scope, day(1), naming="references"),
            }
        )
        == 3
    )
