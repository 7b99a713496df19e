"""The scores of a course in order, and the levels of PHQ-9 by week."""

from decimal import Decimal

import pytest

from practice.domain.measures import MEASURES, in_figures
from practice.domain.sessions import Kind
from practice.domain.trajectory import Level, Trajectory, level_in_week
from tests.domain.courses import END, course, on, score, scores


def test_earliest_first_from_the_referral_to_the_day_without_follow_ups() -> None:
    judged = course(
        score("phq9", 14, 12),
        score("phq9", 7, 15),
        score("phq9", 7, 16, Kind.ASSESSMENT, position=9),
        score("phq9", END, 8, None),
        score("phq9", -1, 20),
        score("phq9", END + 1, 2),
        score("phq9", 21, 3, Kind.FOLLOW_UP),
        score("gad7", 7, 11),
    )
    trajectory = Trajectory.of(judged, "phq9")
    assert [one.total for one in trajectory.scores] == [16, 15, 12, 8]
    assert trajectory.first == judged.first_score("phq9")
    assert trajectory.latest == judged.last_score("phq9")
    assert [one.total for one in trajectory.later] == [15, 12, 8]
    assert trajectory.change_at(trajectory.later[1]).fall == 4


def test_never_given() -> None:
    trajectory = Trajectory.of(course(score("phq9", 7, 15)), "core10")
    assert trajectory.measure is MEASURES["core10"]
    assert trajectory.first is None
    assert trajectory.latest is None
    assert trajectory.later == ()


def test_single_score_is_first_and_latest_with_nothing_later() -> None:
    trajectory = Trajectory.of(course(score("phq9", 7, 15)), "phq9")
    assert trajectory.first == trajectory.latest == score("phq9", 7, 15)
    assert trajectory.later == ()


@pytest.mark.parametrize(
    ("totals", "day"),
    [
        pytest.param((), None, id="no score"),
        pytest.param((20,), None, id="the first score belongs to no run"),
        pytest.param((20, 9), None, id="not now"),
        pytest.param((20, 20, 9), None, id="once, not now"),
        pytest.param((20, 10), 14, id="now"),
        pytest.param((20, 10, 11, 12), 14, id="ever since the second"),
        pytest.param((20, 10, 9, 12, 13), 28, id="again: the present run alone"),
    ],
)
def test_run_start(totals: tuple[int, ...], day: int | None) -> None:
    trajectory = Trajectory.of(course(*scores("phq9", *totals)), "phq9")
    start = trajectory.run_start(lambda one: one.total >= 10)
    assert (start and start.on) == (None if day is None else on(day))


@pytest.mark.parametrize(
    ("week", "level"),
    [
        (-1, None),
        (0, None),
        (3, None),
        (4, Level(week=4, at_least=17)),
        (8, Level(week=4, at_least=17)),
        (9, Level(week=9, at_least=13)),
        (13, Level(week=9, at_least=13)),
        (14, Level(week=14, at_least=9)),
        (17, Level(week=14, at_least=9)),
        (18, None),
        (60, None),
    ],
)
def test_level_in_week(week: int, level: Level | None) -> None:
    assert level_in_week(week) == level


@pytest.mark.parametrize(
    ("total", "text"), [("12.00", "12"), ("20", "20"), ("0.00", "0"), ("11.11", "11.11")]
)
def test_in_figures(total: str, text: str) -> None:
    assert in_figures(Decimal(total)) == text
