"""Fees added up by hand; what is missing is left out and counted, never taken for nothing."""

from decimal import Decimal
from fractions import Fraction

import pytest

from practice.domain.fees import FEES_FROM, Fees, fees
from practice.domain.measures import PrimaryOutcome
from practice.domain.outcomes import Course
from practice.domain.records import SessionRecord
from practice.domain.sessions import Attendance, Kind
from tests.domain.courses import END, course, on, scores

PHQ9 = PrimaryOutcome.PHQ9


def paid(day: int, fee: str | None, attendance: Attendance = Attendance.ATTENDED) -> SessionRecord:
    return SessionRecord(
        on=on(day),
        kind=Kind.TREATMENT,
        attendance=attendance,
        fee=None if fee is None else Decimal(fee),
    )


def counted(*courses: Course) -> Fees:
    return fees([each for one in courses for each in one.episode.sessions], courses, PHQ9)


def test_by_hand() -> None:
    """Two known courses of 110 and 60.50; the third has a session without a fee."""
    found = counted(
        course(*scores("phq9", 18, 8), held=(paid(1, "60"), paid(8, "50"))),
        course(held=(paid(1, "60.50"), paid(8, None, Attendance.DNA))),
        course(*scores("phq9", 18, 8), held=(paid(1, "60"), paid(8, None))),
    )
    assert (found.sessions, found.session_pounds, found.without) == (4, Decimal("230.50"), 1)
    assert (found.courses, found.course_pounds, found.courses_without) == (2, Decimal("170.50"), 1)
    assert (found.improved, found.recovered) == (1, 1)
    assert found.per_session == Fraction("57.625")
    assert (found.per_course, found.per_improved, found.per_recovered) == (None, None, None)


def test_a_missed_session_that_was_charged_belongs_to_the_course_and_to_no_session() -> None:
    found = counted(course(held=(paid(1, "60"), paid(8, "30", Attendance.DNA))))
    assert (found.sessions, found.session_pounds) == (1, Decimal(60))
    assert found.course_pounds == Decimal(90)


def test_nothing_paid_is_a_fee_and_not_recorded_is_none() -> None:
    free, unknown = counted(course(held=(paid(1, "0"),))), counted(course(held=(paid(1, None),)))
    assert (free.sessions, free.per_session, free.courses) == (1, Fraction(0), 1)
    assert (unknown.sessions, unknown.per_session, unknown.courses) == (0, None, 0)
    assert unknown.courses_without == 1


def test_a_follow_up_after_the_ending_is_no_part_of_the_course() -> None:
    found = counted(course(held=(paid(1, "60"), paid(END, "50"), paid(END + 1, None))))
    assert (found.courses, found.course_pounds, found.without) == (1, Decimal(110), 1)


@pytest.mark.parametrize(("size", "is_shown"), [(FEES_FROM - 1, False), (FEES_FROM, True)])
def test_from_ten(*, size: int, is_shown: bool) -> None:
    """All fees count, also of the course that did not change; the mean is over the improved."""
    improved = [course(*scores("phq9", 18, 8), held=(paid(1, "60"),)) for _ in range(size)]
    found = counted(*improved, course(*scores("phq9", 18, 18), held=(paid(1, "40"),)))
    pounds = 60 * size + 40
    assert found.per_improved == (Fraction(pounds, size) if is_shown else None)
    assert found.per_recovered == found.per_improved
    assert found.per_course == Fraction(pounds, size + 1)


def test_without_two_scores_nobody_has_improved() -> None:
    found = counted(*(course(held=(paid(1, "60"),)) for _ in range(20)))
    assert (found.improved, found.recovered, found.per_improved) == (0, 0, None)
    assert found.per_course == 60
