"""The strip of groups: what is drawn, whose words fit, and what is not drawn."""

import pytest
from reportlab.graphics.shapes import Circle, Drawing, Line, String
from reportlab.pdfbase.pdfmetrics import stringWidth

from practice.charts.splits import GroupRow, GroupStrip
from practice.charts.strip import OWN, TOO_FEW, WHITE
from practice.charts.svg import to_svg

WIDTH = 270.0


def row(label: str = "EAP", rate: float | None = 0.5, *, is_filled: bool = True) -> GroupRow:
    return GroupRow(
        label=label,
        counts="10 of 20 (50%)",
        rate=rate,
        low=None if rate is None else rate * 0.6,
        high=None if rate is None else rate + (1 - rate) * 0.4,
        is_filled=is_filled,
    )


def drawn(*rows: GroupRow, whole: float | None = None) -> Drawing:
    words = "" if whole is None else "everybody: 30 of 40 (75%)"
    return GroupStrip(rows=rows, whole=whole, whole_words=words).draw(width=WIDTH)


def across(fraction: float) -> float:
    return 8.0 + (WIDTH - 20.0) * fraction


def texts(drawing: Drawing) -> list[str]:
    return [each.text for each in drawing.contents if isinstance(each, String)]


def dashes(drawing: Drawing) -> list[Line]:
    return [each for each in drawing.contents if isinstance(each, Line) and each.strokeDashArray]


def test_the_dot_is_where_the_rate_is_and_open_where_too_little_is_known() -> None:
    filled, hollow = (
        each
        for each in drawn(row(rate=0.25), row(is_filled=False)).contents
        if isinstance(each, Circle)
    )
    assert filled.cx == pytest.approx(across(0.25))
    assert hollow.cx == pytest.approx(across(0.5))
    assert (filled.fillColor, hollow.fillColor, hollow.strokeColor) == (OWN, WHITE, OWN)


def test_the_whole_is_dashed_through_each_row_and_said_once() -> None:
    drawing = drawn(row(), row("Charity"), row("Self", None), whole=0.75)
    found = dashes(drawing)
    assert [each.x1 for each in found] == [pytest.approx(across(0.75))] * 3
    assert texts(drawing).count("everybody: 30 of 40 (75%)") == 1
    assert dashes(drawn(row())) == []
    assert not any("everybody" in text for text in texts(drawn(row())))


def test_without_a_rate_there_are_counts_and_words() -> None:
    drawing = drawn(row(rate=None))
    assert not [each for each in drawing.contents if isinstance(each, Circle)]
    assert {"10 of 20 (50%)", TOO_FEW} <= set(texts(drawing))


def test_long_names_are_cut_and_letters_of_other_alphabets_are_there() -> None:
    drawing = drawn(row("Cyngor Tŵr-y-Môr Đặng " * 6), row("Łódź → 心"))
    assert any(text.endswith("…") for text in texts(drawing))
    for each in drawing.contents:
        if isinstance(each, String):
            assert each.x + stringWidth(each.text, each.fontName, each.fontSize) <= WIDTH + 0.01
            assert each.x >= -0.01
    assert "Łódź" in "".join(texts(drawing))


@pytest.mark.parametrize("rate", [0.0, 1.0])
def test_nothing_reaches_over_the_edge(rate: float) -> None:
    drawing = drawn(row(rate=rate), whole=rate)
    left, bottom, right, top = drawing.getBounds()
    assert left >= -0.01
    assert bottom >= -0.01
    assert right <= WIDTH + 0.01
    assert top <= drawing.height + 0.01


def test_of_nothing_there_is_an_axis() -> None:
    assert texts(drawn()) == ["0%", "25%", "50%", "75%", "100%"]


def test_names_are_text_and_never_markup() -> None:
    svg = to_svg(drawn(row("<b>&amp;</b>")), uid="a", title="t", description="d")
    assert "<b>" not in svg
    assert "&lt;b&gt;&amp;amp;" in svg
