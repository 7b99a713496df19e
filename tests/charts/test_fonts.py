"""Which face prints which letter."""

import pytest
from reportlab.pdfbase import pdfmetrics

from practice.charts.fonts import BOLD, REGULAR, register_fonts, runs


@pytest.mark.parametrize("font", [REGULAR, BOLD])
@pytest.mark.parametrize("text", ["plain", "Ŵyn Łukasz Zoë Đặng", "– — “x” … − % ≥", "\u00a0"])
def test_source_sans_has_the_letters_of_europe(text: str, font: str) -> None:
    assert list(runs(text, font)) == [(text, font)]


@pytest.mark.parametrize(
    ("font", "fall_back"), [(REGULAR, "DejaVuSans"), (BOLD, "DejaVuSans-Bold")]
)
def test_other_letters_fall_back_and_the_rest_stays(font: str, fall_back: str) -> None:
    assert list(runs("Ana שלום", font)) == [("Ana ", font), ("שלום", fall_back)]
    assert list(runs("aאb", font)) == [("a", font), ("א", fall_back), ("b", font)]


@pytest.mark.parametrize("character", ["漢", "\ue000", "\U00012345", "\x00", "\ud800"])
def test_a_letter_nobody_has_is_the_replacement_character(character: str) -> None:
    ((shown, _font),) = runs(character)
    assert shown == "\N{REPLACEMENT CHARACTER}"


def test_nothing_is_lost() -> None:
    text = "Zoë ← שלום 漢字 end"
    shown = "".join(piece for piece, _font in runs(text))
    assert len(shown) == len(text)
    assert shown == text.replace("漢", "\ufffd").replace("字", "\ufffd")


def test_no_text_is_no_run() -> None:
    assert list(runs("")) == []


def test_a_font_of_reportlabs_own_is_refused() -> None:
    """It is not embedded, and prints Welsh and Polish letters as black squares."""
    with pytest.raises((TypeError, KeyError)):
        list(runs("text", "Helvetica"))


def test_a_bold_label_finds_its_bold_face() -> None:
    register_fonts()
    assert pdfmetrics.getFont(BOLD).fontName == BOLD
