"""One measure, two scores."""

from decimal import Decimal

import pytest

from practice.domain.change import Change, Direction
from practice.domain.measures import MEASURES

BETTER, SAME, WORSE = Direction.IMPROVED, Direction.UNCHANGED, Direction.DETERIORATED


def _change(code: str, first: str, last: str) -> Change:
    return Change(measure=MEASURES[code], first=Decimal(first), last=Decimal(last))


@pytest.mark.parametrize(
    ("code", "first", "last", "direction"),
    [
        pytest.param("phq9", "15", "9", BETTER, id="phq9 falls by exactly 6"),
        pytest.param("phq9", "15", "10", SAME, id="phq9 falls by 5"),
        pytest.param("phq9", "15", "15", SAME, id="phq9 stays"),
        pytest.param("phq9", "10", "15", SAME, id="phq9 rises by 5"),
        pytest.param("phq9", "9", "15", WORSE, id="phq9 rises by exactly 6"),
        pytest.param("gad7", "12", "8", BETTER, id="gad7 falls by exactly 4"),
        pytest.param("gad7", "12", "9", SAME, id="gad7 falls by 3"),
        pytest.param("gad7", "9", "12", SAME, id="gad7 rises by 3"),
        pytest.param("gad7", "8", "12", WORSE, id="gad7 rises by exactly 4"),
        pytest.param("core10", "20", "14", BETTER, id="core10 falls by exactly 6"),
        pytest.param("core10", "20", "15", SAME, id="core10 falls by 5"),
        pytest.param("core10", "15", "20", SAME, id="core10 rises by 5"),
        pytest.param("core10", "14", "20", WORSE, id="core10 rises by exactly 6"),
        pytest.param("core10", "20", "14.44", SAME, id="core10 falls by 5.56 when pro-rated"),
        pytest.param("core10", "17.78", "11.11", BETTER, id="core10 falls by 6.67"),
        # In binary floating point 11.11 - 5.11 is a hair under 6.
        pytest.param("core10", "11.11", "5.11", BETTER, id="core10 falls by 6 with decimals"),
    ],
)
def test_direction(code: str, first: str, last: str, direction: Direction) -> None:
    assert _change(code, first, last).direction is direction


def test_fall_is_positive_when_the_client_feels_better() -> None:
    assert _change("phq9", "15", "9").fall == 6
    assert _change("phq9", "9", "15").fall == -6


@pytest.mark.parametrize(
    ("code", "first", "last", "recovered", "reliably"),
    [
        pytest.param("phq9", "10", "9", True, False, id="phq9 10 to 9: recovered, not reliably"),
        pytest.param("phq9", "15", "9", True, True, id="phq9 15 to 9"),
        pytest.param("phq9", "15", "10", False, False, id="phq9 still exactly at the cut-off"),
        pytest.param("phq9", "20", "10", False, False, id="phq9 reliably better, still a case"),
        pytest.param("phq9", "9", "0", False, False, id="phq9 never a case"),
        pytest.param("phq9", "9", "10", False, False, id="phq9 becomes a case"),
        pytest.param("gad7", "8", "7", True, False, id="gad7 8 to 7"),
        pytest.param("gad7", "11", "7", True, True, id="gad7 11 to 7"),
        pytest.param("gad7", "12", "8", False, False, id="gad7 still exactly at the cut-off"),
        pytest.param("gad7", "7", "0", False, False, id="gad7 never a case"),
        pytest.param("core10", "11", "10", True, False, id="core10 11 to 10"),
        pytest.param("core10", "16", "10", True, True, id="core10 16 to 10"),
        pytest.param("core10", "17", "11", False, False, id="core10 still exactly at the cut-off"),
        pytest.param("core10", "10", "0", False, False, id="core10 never a case"),
        pytest.param("core10", "11.11", "10", True, False, id="core10 pro-rated start"),
    ],
)
def test_recovery(code: str, first: str, last: str, *, recovered: bool, reliably: bool) -> None:
    change = _change(code, first, last)
    assert change.recovered is recovered
    assert change.reliably_recovered is reliably
    assert change.recovered == (change.started_at_case and not change.ended_at_case)
