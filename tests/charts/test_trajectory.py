"""The trajectory: what is drawn of which score, and that no number touches another."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.graphics import renderPDF
from reportlab.graphics.shapes import Circle, Drawing, Line, Polygon, Shape, String
from reportlab.lib.colors import Color
from reportlab.pdfbase.pdfmetrics import stringWidth

from practice.charts.labels import Box, Segment, Wanted, place
from practice.charts.svg import to_svg
from practice.charts.trajectory import Dot, TrajectoryPlot, trajectory_chart
from practice.domain.change import Change, Direction
from practice.domain.measures import CORE10, GAD7, MEASURES, PHQ9, Measure

START = dt.date(2026, 1, 5)
WIDTH, HEIGHT = 320.0, 190.0
each_measure = pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
LENGTHS = [1, 2, 3, 6, 12, 40, 80]
each_length = pytest.mark.parametrize("length", LENGTHS)


def day(number: int) -> dt.date:
    return START + dt.timedelta(days=number)


def dots(*totals: float, gap: int = 7) -> tuple[Dot, ...]:
    return tuple(
        Dot(on=day(gap * index), total=Decimal(str(total))) for index, total in enumerate(totals)
    )


def plot(*totals: float, measure: Measure = PHQ9, gap: int = 7) -> TrajectoryPlot:
    scores = dots(*totals, gap=gap)
    return TrajectoryPlot(
        measure=measure,
        scores=scores,
        uncounted=(),
        attended=tuple(dot.on for dot in scores),
        missed=(),
        begins_on=START,
        until=max([START, *(dot.on for dot in scores)]),
    )


def long_plot(length: int, measure: Measure = PHQ9) -> TrajectoryPlot:
    totals, total = [], measure.maximum - 4
    for index in range(length):
        totals.append(total)
        # Up and down without a pattern, and the same each time.
        total = max(0, min(measure.maximum, total + index * index % 11 % 9 - 5))
    return plot(*totals, measure=measure)


def drawn(one: TrajectoryPlot, *, width: float = WIDTH, height: float = HEIGHT) -> list[Shape]:
    return list(trajectory_chart(one, width=width, height=height).contents)


def words(found: list[Shape]) -> list[str]:
    return [shape.text for shape in found if isinstance(shape, String)]


def circles(found: list[Shape]) -> list[Circle]:
    return [shape for shape in found if isinstance(shape, Circle)]


def lines(found: list[Shape]) -> list[Line]:
    return [shape for shape in found if isinstance(shape, Line)]


def brightness(colour: Color | None) -> float:
    """From 0, black, to 3, white."""
    assert colour is not None
    return float(sum(colour.rgb()))


def is_hollow(circle: Circle) -> bool:
    return brightness(circle.fillColor) == 3


def band_of(found: list[Shape]) -> Polygon | None:
    return next((shape for shape in found if isinstance(shape, Polygon)), None)


def text_box(shape: String) -> Box:
    wide = stringWidth(shape.text, shape.fontName, shape.fontSize)
    left = {"start": shape.x, "middle": shape.x - wide / 2, "end": shape.x - wide}
    return Box(
        left=left[shape.textAnchor],
        bottom=shape.y,
        right=left[shape.textAnchor] + wide,
        top=shape.y + shape.fontSize * 0.7,
    )


def test_a_single_score_is_a_dot_without_a_line() -> None:
    found = drawn(plot(15))
    (dot,) = circles(found)
    assert not is_hollow(dot)
    assert "15" in words(found)
    assert not [line for line in lines(found) if line.strokeWidth == pytest.approx(1.3)]


@each_length
def test_scores_are_dots_joined_by_a_line(length: int) -> None:
    found = drawn(long_plot(length))
    assert len(circles(found)) == length
    assert len([one for one in lines(found) if one.strokeWidth == pytest.approx(1.3)]) == length - 1


def test_no_score_is_no_dot_and_no_band() -> None:
    found = drawn(plot())
    assert circles(found) == []
    assert band_of(found) is None
    assert "case 10+" in words(found)


@each_measure
def test_the_cut_off_is_a_labelled_dashed_line_at_its_total(measure: Measure) -> None:
    found = drawn(plot(measure.case_at, measure=measure))
    (dashed,) = [line for line in lines(found) if line.strokeDashArray]
    (dot,) = circles(found)
    assert dashed.y1 == dashed.y2 == pytest.approx(dot.cy)
    assert f"case {measure.case_at}+" in words(found)


@each_measure
def test_the_axis_goes_from_0_to_the_highest_total(measure: Measure) -> None:
    found = drawn(plot(0, measure.maximum, measure=measure))
    assert {"0", str(measure.maximum)} <= set(words(found))
    low, high = circles(found)
    assert low.cy < high.cy < HEIGHT


@each_measure
@given(data=st.data())
def test_within_the_band_change_is_not_reliable(measure: Measure, data: st.DataObject) -> None:
    """The band and the rule of change are one: strictly within, no reliable change."""
    totals = st.integers(0, measure.maximum).map(Decimal)
    first, later = data.draw(totals), data.draw(totals)
    band = replace(plot(), measure=measure, scores=(Dot(on=START, total=first),)).band
    assert band is not None
    change = Change(measure=measure, first=first, last=later)
    low, high = first - measure.reliable_change, first + measure.reliable_change
    assert band == (max(low, Decimal(0)), min(high, Decimal(measure.maximum)))
    is_within = low < later < high
    assert is_within == (change.direction is Direction.UNCHANGED)


def test_the_band_is_drawn_around_the_first_score() -> None:
    found = drawn(plot(15, 9, 21))
    band, (_, low, high) = band_of(found), circles(found)
    assert band is not None
    ys = band.points[1::2]
    assert min(ys) == pytest.approx(low.cy)
    assert max(ys) == pytest.approx(high.cy)


def test_the_band_ends_at_the_axis() -> None:
    one = plot(3)
    assert one.band == (Decimal(0), Decimal(9))
    assert plot(25).band == (Decimal(19), Decimal(27))
    assert plot(19, measure=GAD7).band == (Decimal(15), Decimal(21))
    assert plot().band is None


def test_sessions_attended_are_ticks_and_missed_ones_crosses() -> None:
    one = replace(plot(15, 9), attended=(day(0), day(7)), missed=(day(3),))
    bare = replace(one, attended=(), missed=())
    before, after = lines(drawn(bare)), lines(drawn(one))
    upright = [line for line in after if line.x1 == line.x2 and line.strokeWidth == 1.1]
    slanted = [
        line
        for line in after
        if line.x1 != line.x2 and line.strokeWidth == 1.0 and not line.strokeDashArray
    ]
    assert len(upright) == 2
    assert len(slanted) == 2
    assert len(after) == len(before) + 4


def test_the_end_of_therapy_is_a_mark_with_its_word() -> None:
    one = replace(plot(15, 9), ended_on=day(7), ending="unplanned ending")
    found = drawn(one)
    (label,) = [shape for shape in found if isinstance(shape, String) and "ending" in shape.text]
    assert label.text == "unplanned ending"
    box = text_box(label)
    assert box.left >= 0
    assert box.right <= WIDTH + 0.01
    (mark,) = [line for line in lines(found) if line.strokeWidth == pytest.approx(1.4)]
    assert mark.x1 == mark.x2 == pytest.approx(circles(found)[1].cx)


def test_scores_after_the_end_are_hollow_and_joined_to_nothing() -> None:
    one = replace(plot(15, 9), ended_on=day(7), ending="ended", until=day(60))
    more = replace(
        one, uncounted=(Dot(on=day(40), total=Decimal(6)), Dot(on=day(60), total=Decimal(5)))
    )
    found = drawn(more)
    assert [is_hollow(circle) for circle in circles(found)] == [False, False, True, True]
    assert {"6", "5"} <= set(words(found))
    assert len(lines(found)) == len(lines(drawn(one)))


def overlaps(boxes: list[Box]) -> Iterator[tuple[Box, Box]]:
    for index, one in enumerate(boxes):
        for other in boxes[index + 1 :]:
            if one.touches(other):
                yield one, other


@each_length
@each_measure
@pytest.mark.parametrize("width", [200.0, WIDTH, 500.0])
def test_no_words_touch_and_nothing_leaves_the_drawing(
    measure: Measure, length: int, width: float
) -> None:
    one = long_plot(length, measure)
    ended = replace(
        one,
        ended_on=one.until,
        ending="unplanned ending",
        until=one.until + dt.timedelta(days=90),
        uncounted=(Dot(on=one.until + dt.timedelta(days=90), total=Decimal(7)),),
    )
    for each in (one, ended):
        found = drawn(each, width=width)
        boxes = [text_box(shape) for shape in found if isinstance(shape, String)]
        assert list(overlaps(boxes)) == []
        for box in boxes:
            assert box.left >= -0.01
            assert box.right <= width + 0.01
            assert box.bottom >= 0
            assert box.top <= HEIGHT


@each_length
def test_the_first_score_and_the_last_have_their_numbers(length: int) -> None:
    one = long_plot(length)
    found = drawn(one)
    first, last = circles(found)[0], circles(found)[length - 1]
    texts = [shape for shape in found if isinstance(shape, String)]
    for circle, dot in ((first, one.scores[0]), (last, one.scores[-1])):
        near = [
            text.text
            for text in texts
            if abs(text.x - circle.cx) < 22 and abs(text.y - circle.cy) < 18
        ]
        assert str(dot.total) in near


def test_few_scores_have_all_their_numbers_and_many_have_some() -> None:
    few, many = drawn(long_plot(6)), drawn(long_plot(80))
    axis = len(words(drawn(plot())))
    assert len(words(few)) >= 6 + 4
    assert axis < len(words(many)) < 80


def test_a_pro_rated_score_keeps_its_decimals() -> None:
    assert "11.11" in words(drawn(plot(11.11, measure=CORE10)))


@pytest.mark.parametrize("days", [0, 1, 6, 30, 200, 700, 5000])
def test_dates_stand_apart_whatever_the_span(days: int) -> None:
    one = replace(plot(15), until=day(days))
    dates = [shape for shape in drawn(one) if isinstance(shape, String) and shape.y < 5]
    assert dates[0].text == "5 Jan 26"
    assert 1 <= len(dates) <= 8
    assert list(overlaps([text_box(shape) for shape in dates])) == []


def test_everything_is_told_apart_without_colour() -> None:
    """Dots are darker than the band by far: on a copier's paper too."""
    found = drawn(plot(15, 9))
    band = band_of(found)
    assert band is not None
    assert brightness(band.fillColor) > 2.6
    assert all(brightness(circle.fillColor) < 1.2 for circle in circles(found))


def test_the_same_drawing_is_svg_and_pdf() -> None:
    drawing = trajectory_chart(long_plot(12), width=WIDTH, height=HEIGHT)
    assert isinstance(drawing, Drawing)
    svg = to_svg(drawing, uid="x", title="PHQ-9", description="Twelve scores.")
    assert svg.startswith("<svg")
    assert "style=" not in svg
    file = BytesIO()
    renderPDF.drawToFile(drawing, file)
    assert file.getvalue().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("line", "crosses"),
    [
        (Segment(0, 0, 10, 10), True),
        (Segment(0, 5, 10, 5), True),
        (Segment(5, -5, 5, 20), True),
        (Segment(0, 20, 10, 20), False),
        (Segment(20, 0, 20, 10), False),
        (Segment(0, 9, 3, 20), False),
        (Segment(5, 5, 5, 5), True),
        (Segment(20, 20, 20, 20), False),
    ],
)
def test_where_a_line_crosses_a_box(line: Segment, crosses: bool) -> None:
    assert line.crosses(Box(left=4, bottom=4, right=6, top=6)) is crosses


def test_without_room_a_number_is_left_out() -> None:
    frame = Box(left=0, bottom=0, right=30, top=30)
    one = Wanted(x=15, y=15, width=8, height=6, reach=3)
    assert list(place([one], order=[0], taken=[], lines=[], frame=frame)) == [0]
    assert place([one], order=[0], taken=[frame], lines=[], frame=frame) == {}
    # Everywhere crossed by a line: only the two that lead are put there all the same.
    grid = [Segment(0, y, 30, y) for y in range(0, 31, 2)]
    apart = [replace(one, x=x) for x in (12.0, 40.0, 70.0)]
    wide = replace(frame, right=100.0)
    long = [replace(line, x2=100.0) for line in grid]
    assert sorted(place(apart, order=[0, 1, 2], taken=[], lines=long, frame=wide)) == [0, 1]
