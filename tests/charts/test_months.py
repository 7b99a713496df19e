"""The strip of months: a column each, as high as it says, and n above it."""

import pytest
from reportlab.graphics.shapes import Line, Rect, Shape, String

from practice.charts.months import MonthColumn, MonthColumns
from practice.charts.strip import OWN, QUIET, WHITE


def column(
    planned: int = 0, unplanned: int = 0, not_recorded: int = 0, died: int = 0
) -> MonthColumn:
    return MonthColumn(
        label="Oct", planned=planned, unplanned=unplanned, not_recorded=not_recorded, died=died
    )


def drawn(*months: MonthColumn, width: float = 240.0) -> list[Shape]:
    return list(MonthColumns(months=months).draw(width=width).contents)


def strings(found: list[Shape]) -> list[str]:
    return [shape.text for shape in found if isinstance(shape, String)]


def parts(found: list[Shape], *, legend: int = 3) -> list[Rect]:
    """The parts of the columns; the legend's come last."""
    return [shape for shape in found if isinstance(shape, Rect)][:-legend]


def test_n_stands_above_each_month_also_where_it_is_0() -> None:
    found = strings(drawn(column(3, 1), column(), column(0, 0, 2)))
    assert [text for text in found if text.isdigit()] == ["4", "0", "2"]
    assert found.count("Oct") == 3


def test_parts_are_stacked_and_as_high_as_they_say() -> None:
    planned, unplanned, not_recorded = parts(drawn(column(4, 2, 2)))
    assert planned.height == pytest.approx(2 * unplanned.height)
    assert not_recorded.height == pytest.approx(unplanned.height)
    assert unplanned.y == pytest.approx(planned.y + planned.height)
    assert not_recorded.y == pytest.approx(unplanned.y + unplanned.height)


def test_the_months_share_one_scale() -> None:
    many, few = parts(drawn(column(8), column(2)))
    assert many.height == pytest.approx(4 * few.height)


def test_told_apart_by_fill_and_hatching() -> None:
    found = drawn(column(4, 4, 4, 4))
    fills = [part.fillColor for part in parts(found, legend=4)]
    assert fills == [OWN, WHITE, WHITE, QUIET]
    column_hatching = [shape for shape in found if isinstance(shape, Line)]
    assert len(column_hatching) > 2


def test_the_word_died_stands_there_only_if_somebody_did() -> None:
    assert "died" not in strings(drawn(column(1, 1, 1)))
    assert "died" in strings(drawn(column(1), column(0, 0, 0, 1)))
    assert column(1, 2, 3, 4).n == 10


@pytest.mark.parametrize("months", [0, 1, 12])
def test_nothing_reaches_over_the_edge(months: int) -> None:
    drawing = MonthColumns(months=tuple(column(30, 20, 9, 1) for _ in range(months))).draw(
        width=240
    )
    left, bottom, right, top = drawing.getBounds()
    assert left >= -0.5
    assert bottom >= -0.01
    assert right <= drawing.width + 0.5
    assert top <= drawing.height + 0.01
