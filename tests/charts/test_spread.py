"""The strip of services: from lowest to highest, and one's own mark only where it may stand."""

import pytest
from reportlab.graphics.shapes import Circle, Rect, Shape, String

from practice.charts.spread import SpreadRow, SpreadStrip

LEFT, RIGHT, WIDTH = 8.0, 12.0, 200.0


def row(own: float | None = 0.5, interval: tuple[float, float] | None = (0.3, 0.7)) -> SpreadRow:
    return SpreadRow(
        label="Did not attend",
        counts="20 of 40",
        lowest=0.02,
        p10=0.06,
        p25=0.07,
        median=0.09,
        p75=0.10,
        p90=0.12,
        highest=0.20,
        own=own,
        interval=interval,
    )


def drawn(*rows: SpreadRow) -> list[Shape]:
    return list(SpreadStrip(rows=rows).draw(width=WIDTH).contents)


def across(fraction: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * fraction


def test_the_box_is_the_middle_half() -> None:
    (box,) = [shape for shape in drawn(row()) if isinstance(shape, Rect)]
    assert box.x == pytest.approx(across(0.07))
    assert box.x + box.width == pytest.approx(across(0.10))


def test_the_own_mark_is_where_it_should_be() -> None:
    (dot,) = [shape for shape in drawn(row()) if isinstance(shape, Circle)]
    assert dot.cx == pytest.approx(across(0.5))


@pytest.mark.parametrize("own", [row(None, None), row(0.5, None), row(None, (0.3, 0.7))])
def test_without_a_rate_and_its_interval_there_is_no_mark(own: SpreadRow) -> None:
    assert not [shape for shape in drawn(own) if isinstance(shape, Circle)]


def test_a_rate_of_nothing_has_its_mark() -> None:
    (dot,) = [shape for shape in drawn(row(0.0, (0.0, 0.1))) if isinstance(shape, Circle)]
    assert dot.cx == pytest.approx(across(0))


def test_label_n_and_axis_are_there() -> None:
    found = [shape.text for shape in drawn(row(), row(None, None)) if isinstance(shape, String)]
    assert found.count("Did not attend") == 2
    assert found.count("20 of 40") == 2
    assert {"0%", "50%", "100%"} <= set(found)


@pytest.mark.parametrize("rate", [0.0, 1.0])
def test_nothing_reaches_over_the_edge(rate: float) -> None:
    drawing = SpreadStrip(rows=(row(rate, (rate, rate)),)).draw(width=WIDTH)
    left, bottom, right, top = drawing.getBounds()
    assert left >= -0.01
    assert bottom >= -0.01
    # The last label of the axis is centred under its tick.
    assert right <= drawing.width + 3
    assert top <= drawing.height + 0.01
