"""The two key indicators: what stands where, told apart without colour, and no name over another."""

import itertools

import pytest
from reportlab.graphics.shapes import Circle, Line, Polygon, Rect, Shape, String

from practice.charts.scatter import Mark, Scatter, ScatterPoint
from practice.charts.strip import OWN, WHITE


def point(mark: Mark, x: float = 0.5, y: float = 0.5, name: str = "A") -> ScatterPoint:
    return ScatterPoint(name=name, mark=mark, x=x, y=y)


CROSSED = ScatterPoint(
    name="A",
    mark=Mark.OWN,
    x=0.5,
    y=0.6,
    x_interval=(0.4, 0.6),
    y_interval=(0.5, 0.7),
    trail=(0.3, 0.2),
)


def drawn(*points: ScatterPoint) -> list[Shape]:
    chart = Scatter(points=points, x_title="to the right", y_title="upwards")
    return list(chart.draw(width=220).contents)


def circles(found: list[Shape]) -> list[Circle]:
    return [shape for shape in found if isinstance(shape, Circle)]


@pytest.mark.parametrize(
    ("mark", "kind", "fill"),
    [
        (Mark.OWN, Circle, OWN),
        (Mark.OWN_HOLLOW, Circle, WHITE),
        (Mark.PUBLISHED, Polygon, WHITE),
        (Mark.NOT_STATED, Rect, WHITE),
    ],
)
def test_each_mark_has_its_shape(*, mark: Mark, kind: type[Shape], fill: object) -> None:
    (shape,) = [shape for shape in drawn(point(mark)) if isinstance(shape, kind)]
    assert shape.fillColor == fill  # type: ignore[attr-defined]


def test_further_right_and_higher_is_more() -> None:
    low, high = circles(drawn(point(Mark.OWN, 0.2, 0.3), point(Mark.OWN, 0.7, 0.9)))
    assert low.cx < high.cx
    assert low.cy < high.cy


def test_the_cross_is_the_two_intervals_and_the_trail_leads_from_a_year_ago() -> None:
    found = drawn(CROSSED)
    was, now = circles(found)
    assert (was.cx < now.cx, was.cy < now.cy) == (True, True)
    assert was.r < now.r
    lines = [shape for shape in found if isinstance(shape, Line)]
    ends = [(line.x1, line.y1, line.x2, line.y2) for line in lines if line.strokeColor == OWN]
    (across, up) = ends
    assert across[1] == across[3] == pytest.approx(now.cy)
    assert up[0] == up[2] == pytest.approx(now.cx)
    assert across[0] < now.cx < across[2]
    assert up[1] < now.cy < up[3]
    (trail,) = [line for line in lines if (line.x1, line.y1) == (was.cx, was.cy)]
    assert trail.strokeDashArray


def test_the_other_own_points_cross_is_broken() -> None:
    hollow = ScatterPoint(
        name="B", mark=Mark.OWN_HOLLOW, x=0.5, y=0.5, x_interval=(0.4, 0.6), y_interval=(0.4, 0.6)
    )
    lines = [line for line in drawn(hollow) if isinstance(line, Line) and line.strokeColor == OWN]
    assert len(lines) == 2
    assert all(line.strokeDashArray for line in lines)


def test_a_published_point_has_neither_cross_nor_trail() -> None:
    found = drawn(point(Mark.PUBLISHED))
    assert not circles(found)
    assert not [line for line in found if isinstance(line, Line) and line.strokeColor == OWN]


def test_names_do_not_stand_on_each_other_where_there_is_room() -> None:
    points = [
        point(Mark.OWN, 0.9, 0.66, "A"),
        point(Mark.OWN_HOLLOW, 0.93, 0.66, "B"),
        point(Mark.PUBLISHED, 0.58, 0.68, "C"),
        point(Mark.NOT_STATED, 0.84, 0.85, "D"),
        point(Mark.NOT_STATED, 0.75, 0.67, "E"),
    ]
    names = [each for each in drawn(*points) if isinstance(each, String) and each.text in "ABCDE"]
    assert sorted(each.text for each in names) == list("ABCDE")
    for one, other in itertools.combinations(names, 2):
        assert abs(one.x - other.x) > 4 or abs(one.y - other.y) > 5


@pytest.mark.parametrize(("x", "y"), [(0, 0), (1, 1), (0, 1), (1, 0)])
def test_nothing_reaches_over_the_edge(x: float, y: float) -> None:
    chart = Scatter(points=(point(Mark.OWN, x, y),), x_title="to the right", y_title="upwards")
    drawing = chart.draw(width=220)
    left, bottom, right, top = drawing.getBounds()
    assert left >= -0.01
    assert bottom >= -0.01
    assert right <= drawing.width + 3
    assert top <= drawing.height + 0.01
