"""What clients paid, by session, by course, and for each client who improved.

Fees are prices. Published costs of the NHS programme are what providing it cost: context beside
them, never a comparison.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from practice.domain.change import Direction
from practice.domain.measures import PrimaryOutcome
from practice.domain.outcomes import Course
from practice.domain.records import SessionRecord

# domain rule: a mean over courses, and fees for each improved client, stand from this many.
FEES_FROM = 10


@dataclass(frozen=True, kw_only=True)
class Fees:
    """In pounds. sessions: attended in the period with a fee; without: attended, fee not recorded.

    courses: entered therapy and ended in the period, with a fee on every attended session of the
    whole course; course_pounds also counts fees of missed sessions. courses_without: the others,
    which are in no line. improved, recovered: of courses, by one rule; those without two scores
    are in neither.
    """

    by: PrimaryOutcome
    sessions: int
    session_pounds: Decimal
    without: int
    courses: int
    course_pounds: Decimal
    courses_without: int
    improved: int
    recovered: int

    @property
    def per_session(self) -> Fraction | None:
        """Mean fee of an attended session that has one; None without any."""
        return Fraction(self.session_pounds) / self.sessions if self.sessions else None

    @property
    def per_course(self) -> Fraction | None:
        """Mean of all fees of a course; None under ten courses."""
        return self._shared(self.courses)

    @property
    def per_improved(self) -> Fraction | None:
        """All fees of all courses / reliably improved; None under ten improved."""
        return self._shared(self.improved)

    @property
    def per_recovered(self) -> Fraction | None:
        """All fees of all courses / recovered; None under ten recovered."""
        return self._shared(self.recovered)

    def _shared(self, among: int) -> Fraction | None:
        return Fraction(self.course_pounds) / among if among >= FEES_FROM else None


def fees(
    sessions: Iterable[SessionRecord], entered_and_ended: Iterable[Course], by: PrimaryOutcome
) -> Fees:
    """Add them up. sessions: of the period, missed ones among them."""
    attended = [session for session in sessions if session.is_attended]
    paid = [session.fee for session in attended if session.fee is not None]
    courses = list(entered_and_ended)
    whole = [course for course in courses if _is_known(course)]
    outcomes = [outcome for course in whole if (outcome := course.outcome(by)) is not None]
    return Fees(
        by=by,
        sessions=len(paid),
        session_pounds=sum(paid, Decimal(0)),
        without=len(attended) - len(paid),
        courses=len(whole),
        course_pounds=sum((_total(course) for course in whole), Decimal(0)),
        courses_without=len(courses) - len(whole),
        improved=sum(outcome.direction is Direction.IMPROVED for outcome in outcomes),
        recovered=sum(outcome.recovered for outcome in outcomes),
    )


def _held(course: Course) -> list[SessionRecord]:
    """A follow-up after the ending is no part of the course."""
    return [session for session in course.episode.sessions if session.on <= course.until]


def _is_known(course: Course) -> bool:
    return all(session.fee is not None for session in _held(course) if session.is_attended)


def _total(course: Course) -> Decimal:
    return sum((session.fee for session in _held(course) if session.fee is not None), Decimal(0))
