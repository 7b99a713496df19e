"""Where in an episode a session or form may stand."""

import datetime as dt

import pytest

from practice.domain.endings import Ending
from practice.domain.placing import Bounds, Part, Placed, misplaced
from practice.domain.sessions import QUESTIONNAIRE, Attendance, Kind

REFERRED, END = dt.date(2026, 1, 5), dt.date(2026, 3, 9)
DAY = dt.timedelta(days=1)
OPEN = Bounds(referred_on=REFERRED, ended_on=None, ending="")
ENDED = Bounds(referred_on=REFERRED, ended_on=END, ending=Ending.AGREED_AT_END)
REFERRED_ON = Bounds(referred_on=REFERRED, ended_on=END, ending=Ending.REFERRED_ON)


def placed(
    on: dt.date,
    kind: str = Kind.TREATMENT,
    attendance: Attendance | None = Attendance.ATTENDED,
    *,
    has_score: bool = False,
) -> Placed:
    return Placed(on=on, kind=kind, attendance=attendance, has_score=has_score)


def part(one: Placed, bounds: Bounds) -> Part | None:
    found = misplaced(one, bounds)
    return None if found is None else found.part


def test_not_before_the_referral() -> None:
    assert part(placed(REFERRED), OPEN) is None
    found = misplaced(placed(REFERRED - DAY), OPEN)
    assert found is not None
    assert found.part is Part.DATE
    assert "5 January 2026" in found.message
    assert part(placed(REFERRED - DAY, QUESTIONNAIRE, None, has_score=True), OPEN) is Part.DATE


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (placed(END), None),
        (placed(END + DAY), Part.KIND),
        (placed(END + DAY, attendance=Attendance.DNA), None),
        (placed(END + DAY, attendance=Attendance.DNA, has_score=True), Part.KIND),
        (placed(END + DAY, Kind.REVIEW), None),
        (placed(END + DAY, Kind.REVIEW, has_score=True), Part.KIND),
        (placed(END + DAY, Kind.FOLLOW_UP, has_score=True), None),
        (placed(END + DAY, QUESTIONNAIRE, None, has_score=True), None),
    ],
)
def test_after_the_end(one: Placed, expected: Part | None) -> None:
    assert part(one, ENDED) is expected


def test_no_treatment_where_the_client_was_referred_on_before_it() -> None:
    assert part(placed(END), REFERRED_ON) is Part.KIND
    assert part(placed(END, Kind.ASSESSMENT), REFERRED_ON) is None
    assert part(placed(END, attendance=Attendance.DNA), REFERRED_ON) is None
    assert part(placed(END, QUESTIONNAIRE, None), REFERRED_ON) is None
