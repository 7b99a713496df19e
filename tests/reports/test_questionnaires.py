"""Blank questionnaires: the licensed wording and nothing else, on one side that anybody can fill in."""

import re
from io import BytesIO

import pytest
from pypdf import PageObject, PdfReader
from pypdf.generic import ContentStream, DictionaryObject, PdfObject
from pytest_django import Settings

from practice.domain.measures import CORE10, GAD7, MEASURES, PHQ9, Measure
from practice.reports.questionnaire_pdf import TICK_BOX, blank_pdf
from practice.reports.questionnaires import questionnaire, why_withheld

ALL = [pytest.param(measure, id=measure.code) for measure in MEASURES.values()]
A4 = (595.28, 841.89)

# Every word of ours on a form, beside the measure's own; a new one has to be thought about here.
OURS = {
    PHQ9.code: (
        "For office use PHQ-9: 0 to 27. The sum of the answers. "
        "No total if an item is missing: all nine must be answered. Total"
    ),
    GAD7.code: (
        "For office use GAD-7: 0 to 21. The sum of the answers. "
        "No total if an item is missing: all seven must be answered. Total"
    ),
    CORE10.code: (
        "For office use CORE-10: 0 to 40. 10 × mean, or the sum when all ten are answered. "
        "With one item missing, 10 × the mean of those answered; "
        "with two or more missing, no total. Total"
    ),
}


def page_of(measure: Measure) -> PageObject:
    """The one page of the form."""
    (page,) = PdfReader(BytesIO(blank_pdf(questionnaire(measure)))).pages
    return page


def words_of(measure: Measure) -> str:
    """The text in the order in which it is read, with single spaces."""
    return " ".join(page_of(measure).extract_text().split())


def dictionary(found: PdfObject) -> DictionaryObject:
    """A dictionary of the file, through its reference."""
    resolved = found.get_object()
    assert isinstance(resolved, DictionaryObject)
    return resolved


def expected_words(measure: Measure) -> str:
    """The whole form from the measure's own texts: anything beside them fails the comparison."""
    top = measure.maximum_answer
    if measure is CORE10:
        labels = [*measure.answers]
        scores = [
            " ".join(str(top - each if number in {2, 3} else each) for each in range(top + 1))
            for number in range(1, len(measure.items) + 1)
        ]
    else:
        labels = [f"{label} {score}" for score, label in enumerate(measure.answers)]
        scores = ["" for _ in measure.items]
    lines = [
        f"{number} {text} {score}"
        for number, (text, score) in enumerate(zip(measure.items, scores, strict=True), start=1)
    ]
    parts = [measure.name, "Reference Date", measure.stem, *labels, *lines]
    return " ".join(" ".join([*parts, OURS[measure.code], measure.licence]).split())


@pytest.mark.parametrize("measure", ALL)
def test_says_what_the_measure_says_in_its_order_and_no_more(measure: Measure) -> None:
    assert words_of(measure) == expected_words(measure)


def test_the_functional_question_of_the_phq9_is_left_out() -> None:
    assert "difficult" not in words_of(PHQ9)


def test_the_wording_survives_as_the_licence_asks() -> None:
    # Typed from the published form, not from measures.py.
    words = words_of(CORE10)
    assert "(c) CORE System Trust: https://www.coresystemtrust.org.uk/copyright.pdf" in words
    assert "2 I have felt I have someone to turn to for support when needed 4 3 2 1 0" in words
    assert "3 I have felt able to cope when things go wrong 4 3 2 1 0" in words
    assert "6 I made plans to end my life 0 1 2 3 4" in words
    assert words.startswith("CORE-10 Reference Date Over the last week Not at all")


@pytest.mark.parametrize("measure", ALL)
def test_asks_for_no_name(measure: Measure) -> None:
    asked = words_of(measure).removesuffix(measure.licence)
    assert not re.search(r"\b(name|born|birth|age|address|nhs)\b", asked, flags=re.IGNORECASE)


@pytest.mark.parametrize("measure", ALL)
def test_one_box_for_each_answer_of_each_item(measure: Measure) -> None:
    boxes = [
        operands
        for operands, operator in ContentStream(page_of(measure).get_contents(), None).operations
        if operator == b"re"
    ]
    assert len(boxes) == len(measure.items) * len(measure.answers)
    assert {(float(width), float(height)) for _, _, width, height in boxes} == {
        (TICK_BOX, TICK_BOX)
    }


@pytest.mark.parametrize("measure", ALL)
def test_one_upright_side_of_a4(measure: Measure) -> None:
    page = page_of(measure)
    assert (float(page.mediabox.width), float(page.mediabox.height)) == pytest.approx(A4, abs=0.01)
    assert page.rotation == 0


@pytest.mark.parametrize("measure", ALL)
def test_every_font_is_embedded(measure: Measure) -> None:
    fonts = dictionary(dictionary(page_of(measure)["/Resources"])["/Font"])
    assert fonts
    for font in map(dictionary, fonts.values()):
        # The built-in faces of a viewer have no descriptor at all.
        assert "/FontDescriptor" in font, font["/BaseFont"]
        assert "/FontFile2" in dictionary(font["/FontDescriptor"]), font["/BaseFont"]


@pytest.mark.parametrize("measure", ALL)
def test_items_are_large_and_nothing_is_tiny(measure: Measure) -> None:
    sizes: dict[str, float] = {}

    def note(text: str, _cm: object, _tm: object, _font: object, size: float) -> None:
        for word in text.split():
            sizes[word] = min(size, sizes.get(word, size))

    page_of(measure).extract_text(visitor_text=note)
    rare = max(measure.items[0].split(), key=len)
    assert sizes[rare] >= 11
    assert min(sizes.values()) >= 8


@pytest.mark.parametrize("measure", ALL)
def test_black_only(measure: Measure) -> None:
    colours = {
        tuple(float(value) for value in operands)
        for operands, operator in ContentStream(page_of(measure).get_contents(), None).operations
        if operator in {b"rg", b"RG"}
    }
    assert colours == {(0.0, 0.0, 0.0)}


@pytest.mark.parametrize("measure", ALL)
def test_the_file_says_what_it_is(measure: Measure) -> None:
    reader = PdfReader(BytesIO(blank_pdf(questionnaire(measure))))
    about = reader.metadata
    assert about is not None
    assert about.title == f"{measure.name}: blank questionnaire"
    assert about.author == "Practice outcomes"
    assert about.subject == measure.licence
    assert str(dictionary(reader.trailer["/Root"])["/Lang"]) == "en-GB"


@pytest.mark.parametrize("measure", ALL)
def test_the_same_bytes_each_time(measure: Measure) -> None:
    assert blank_pdf(questionnaire(measure)) == blank_pdf(questionnaire(measure))


def test_only_a_form_with_reversed_items_carries_scores_at_the_boxes() -> None:
    assert questionnaire(PHQ9).heading_scores == (0, 1, 2, 3)
    assert questionnaire(GAD7).heading_scores == (0, 1, 2, 3)
    assert questionnaire(CORE10).heading_scores is None
    reversed_items = [
        item.number for item in questionnaire(CORE10).items if item.scores == (4, 3, 2, 1, 0)
    ]
    assert reversed_items == [2, 3]


def test_everything_is_offered_unless_switched_off(settings: Settings) -> None:
    assert [why_withheld(measure) for measure in MEASURES.values()] == ["", "", ""]
    settings.CORE10_ITEMS = False
    assert "non-commercial" in why_withheld(CORE10)
    assert why_withheld(PHQ9) == why_withheld(GAD7) == ""
