"""The strip of rates: what is drawn, and what is not."""

from collections.abc import Iterator

import pytest
from reportlab.graphics.shapes import Circle, Drawing, Group, Polygon, Shape, String

from practice.charts.strip import TOO_FEW, StripRow, rate_strip

KNOWN = StripRow(label="Planned", counts="7 of 10", rate=0.7, low=0.4, high=0.9, published=None)
UNKNOWN = StripRow(label="Planned", counts="3 of 5", rate=None, low=None, high=None, published=None)


def shapes(drawing: Drawing | Group) -> Iterator[Shape]:
    for shape in drawing.contents:
        if isinstance(shape, Group):
            yield from shapes(shape)
        else:
            yield shape


def drawn(*rows: StripRow, width: float = 300.0) -> list[Shape]:
    return list(shapes(rate_strip(rows, width=width, label_width=100.0)))


def strings(found: list[Shape]) -> list[str]:
    return [shape.text for shape in found if isinstance(shape, String)]


def test_a_known_rate_is_a_dot_with_its_interval() -> None:
    found = drawn(KNOWN)
    (dot,) = [shape for shape in found if isinstance(shape, Circle)]
    assert dot.cx == pytest.approx(100 + 0.7 * 188)
    assert TOO_FEW not in strings(found)


def test_too_few_is_said_in_words_and_nothing_is_drawn() -> None:
    found = drawn(UNKNOWN)
    assert not [shape for shape in found if isinstance(shape, Circle)]
    assert strings(found).count(TOO_FEW) == 1
    assert "3 of 5" in strings(found)


@pytest.mark.parametrize("missing", ["rate", "low", "high"])
def test_a_rate_without_its_interval_is_not_drawn(missing: str) -> None:
    values: dict[str, float | None] = {"rate": 0.7, "low": 0.4, "high": 0.9, missing: None}
    row = StripRow(label="x", counts="7 of 10", published=None, **values)
    assert not [shape for shape in drawn(row) if isinstance(shape, Circle)]


def test_a_rate_of_nothing_is_drawn_at_nothing() -> None:
    """0 is a rate; missing is not 0."""
    row = StripRow(label="x", counts="0 of 10", rate=0.0, low=0.0, high=0.28, published=None)
    (dot,) = [shape for shape in drawn(row) if isinstance(shape, Circle)]
    assert dot.cx == pytest.approx(100)


def test_the_published_rate_is_a_diamond_of_its_row() -> None:
    row = StripRow(label="x", counts="7 of 10", rate=0.7, low=0.4, high=0.9, published=0.5)
    (diamond,) = [shape for shape in drawn(row, KNOWN) if isinstance(shape, Polygon)]
    xs = diamond.points[::2]
    assert (min(xs) + max(xs)) / 2 == pytest.approx(100 + 0.5 * 188)


def test_without_a_published_rate_there_is_no_diamond() -> None:
    assert not [shape for shape in drawn(KNOWN, UNKNOWN) if isinstance(shape, Polygon)]


def test_every_row_has_label_and_counts_and_the_axis_is_labelled() -> None:
    found = strings(drawn(KNOWN, UNKNOWN))
    assert found.count("Planned") == 2
    assert {"0%", "25%", "50%", "75%", "100%"} <= set(found)


@pytest.mark.parametrize("rows", [1, 2, 5])
def test_each_row_adds_to_the_height(rows: int) -> None:
    heights = [
        rate_strip([KNOWN] * count, width=300, label_width=100).height for count in (0, rows)
    ]
    assert heights[1] == pytest.approx(heights[0] + 19 * rows)


@pytest.mark.parametrize("rate", [0.0, 1.0])
def test_nothing_reaches_over_the_edge(rate: float) -> None:
    row = StripRow(label="x", counts="n", rate=rate, low=rate, high=rate, published=rate)
    drawing = rate_strip([row], width=300, label_width=100)
    left, bottom, right, top = drawing.getBounds()
    assert left >= -0.01
    assert bottom >= -0.01
    assert right <= drawing.width + 0.01
    assert top <= drawing.height + 0.01
