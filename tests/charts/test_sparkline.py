"""The small line of scores: what is drawn where, and that grey is enough to read it."""

import re

import pytest
from reportlab.graphics.shapes import Circle, Drawing, Line, PolyLine

from practice.charts.sparkline import HEIGHT, WIDTH, SparkPoint, sparkline, sparkline_svg
from practice.charts.svg import to_svg


def drawn(*totals: float, days: tuple[int, ...] = ()) -> Drawing:
    days = days or tuple(range(0, 7 * len(totals), 7))
    points = [SparkPoint(day=day, total=total) for day, total in zip(days, totals, strict=True)]
    return sparkline(points, maximum=27, cut_off=10)


def circles(drawing: Drawing) -> list[Circle]:
    return [shape for shape in drawing.contents if isinstance(shape, Circle)]


def is_hollow(dot: Circle) -> bool:
    assert dot.fillColor is not None
    return dot.fillColor.rgb() == (1, 1, 1)


def cut_off(drawing: Drawing) -> Line:
    (line,) = [shape for shape in drawing.contents if isinstance(shape, Line)]
    return line


def test_first_and_last_score_are_told_apart_without_colour() -> None:
    first, last = circles(drawn(15, 12, 9))
    assert first.cx < last.cx
    assert is_hollow(first)
    assert not is_hollow(last)
    assert first.strokeColor == last.strokeColor


def test_higher_scores_stand_higher_and_the_cut_off_is_dashed_between_them() -> None:
    drawing = drawn(15, 12, 9)
    first, last = circles(drawing)
    line = cut_off(drawing)
    assert first.cy > line.y1 > last.cy
    assert line.y1 == line.y2
    assert line.strokeDashArray


def test_a_score_at_the_cut_off_stands_on_the_line() -> None:
    drawing = drawn(10, 10)
    assert {dot.cy for dot in circles(drawing)} == {cut_off(drawing).y1}


def test_the_line_passes_every_score_in_order_of_days() -> None:
    drawing = drawn(20, 5, 11, 3, days=(0, 7, 70, 77))
    (line,) = [shape for shape in drawing.contents if isinstance(shape, PolyLine)]
    xs, ys = line.points[::2], line.points[1::2]
    assert len(xs) == 4
    assert xs == sorted(xs)
    # A long gap is a long way.
    assert (xs[2] - xs[1]) == pytest.approx(9 * (xs[1] - xs[0]))
    assert ys[0] > ys[2] > ys[1] > ys[3]


def test_one_score_is_one_hollow_dot_without_a_line() -> None:
    drawing = drawn(12)
    (dot,) = circles(drawing)
    assert is_hollow(dot)
    assert not [shape for shape in drawing.contents if isinstance(shape, PolyLine)]


def test_without_a_score_there_is_the_cut_off_alone() -> None:
    drawing = drawn()
    assert circles(drawing) == []
    assert cut_off(drawing).y1 > 0


@pytest.mark.parametrize(
    "totals", [(0.0, 27.0), (27.0, 0.0), (11.11, 11.11)], ids=["up", "down", "decimals"]
)
def test_nothing_is_cut_off_at_the_edges(totals: tuple[float, float]) -> None:
    for dot in circles(drawn(*totals)):
        assert dot.r <= dot.cx <= WIDTH - dot.r
        assert dot.r <= dot.cy <= HEIGHT - dot.r


def test_two_scores_of_one_day_do_not_divide_by_nothing() -> None:
    first, last = circles(drawn(12, 8, days=(3, 3)))
    assert first.cx == last.cx
    assert first.cy > last.cy


def test_it_becomes_a_labelled_svg_without_ids_of_its_own() -> None:
    svg = to_svg(drawn(15, 12, 9), uid="a", title="PHQ-9: 15, 12, 9; cut-off 10", description="x")
    assert "<title" in svg
    assert "PHQ-9: 15, 12, 9; cut-off 10" in svg
    assert set(re.findall(r' id="([^"]*)"', svg)) == {"a-t", "a-d"}
    assert "style=" not in svg
    assert "stroke-dasharray" in svg


def test_the_same_scores_are_drawn_once_and_labelled_each_time() -> None:
    points = [SparkPoint(day=day, total=total) for day, total in ((700, 18.0), (714, 9.0))]
    later = [SparkPoint(day=point.day + 31, total=point.total) for point in points]
    shown = [
        sparkline_svg(each, maximum=27, cut_off=10, uid=uid, title=title, description="<b>")
        for each, uid, title in ((points, "a", "18 & 9"), (later, "b", "later"))
    ]
    for svg, uid, title in zip(shown, "ab", ("18 &amp; 9", "later"), strict=True):
        assert f'aria-labelledby="{uid}-t {uid}-d"' in svg
        assert f'<title id="{uid}-t">{title}</title><desc id="{uid}-d">&lt;b&gt;</desc>' in svg
        drawing = sparkline(points, maximum=27, cut_off=10)
        assert svg == to_svg(drawing, uid=uid, title=title.replace("&amp;", "&"), description="<b>")


def test_other_scores_are_another_line() -> None:
    def bare(*totals: float, maximum: float = 27, cut_off: float = 10) -> str:
        points = [SparkPoint(day=day, total=total) for day, total in enumerate(totals)]
        return sparkline_svg(
            points, maximum=maximum, cut_off=cut_off, uid="a", title="t", description="d"
        )

    assert len({bare(1, 2), bare(2, 1), bare(1, 2, 2), bare(1, 2, cut_off=8), bare(1), bare()}) == 6
    assert bare(1, 2) != bare(1, 2, maximum=21)
