"""Who left, when, and how they were at last contact: for those who entered therapy and ended."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from practice.domain.change import Direction
from practice.domain.endings import EndingGroup
from practice.domain.measures import PrimaryOutcome
from practice.domain.outcomes import Course

# By the number of treatment sessions of the whole course: from, to (None: or more).
SESSION_BANDS: tuple[tuple[int, int | None], ...] = ((1, 1), (2, 2), (3, 5), (6, 10), (11, None))


def band_words(band: tuple[int, int | None]) -> str:
    """1, 3 to 5, 11 or more."""
    low, high = band
    if high is None:
        return f"{low} or more"
    return f"{low}" if low == high else f"{low} to {high}"


@dataclass(frozen=True, kw_only=True)
class LastContact:
    """How unplanned enders were at their last score against the first, by one rule.

    improved + unchanged + deteriorated + no_second_score = of. of: episodes that entered therapy
    and whose ending is recorded as unplanned, endings by the service included.
    """

    by: PrimaryOutcome
    of: int
    improved: int
    unchanged: int
    deteriorated: int
    no_second_score: int


def last_contact(courses: Sequence[Course], by: PrimaryOutcome) -> LastContact:
    """Count the unplanned enders among courses that entered therapy and ended."""
    left = [course for course in courses if _group(course) is EndingGroup.UNPLANNED]
    outcomes = [course.outcome(by) for course in left]
    directions = Counter(outcome.direction for outcome in outcomes if outcome is not None)
    return LastContact(
        by=by,
        of=len(left),
        improved=directions[Direction.IMPROVED],
        unchanged=directions[Direction.UNCHANGED],
        deteriorated=directions[Direction.DETERIORATED],
        no_second_score=sum(outcome is None for outcome in outcomes),
    )


@dataclass(frozen=True, kw_only=True)
class LeavingBand:
    """Of a group of courses, those that ended after so many treatment sessions.

    planned + unplanned + other = n. other: not recorded, died, and referred on.
    """

    band: tuple[int, int | None]
    planned: int
    unplanned: int
    other: int

    @property
    def n(self) -> int:
        """Everybody who ended after so many sessions."""
        return self.planned + self.unplanned + self.other


def leaving_bands(courses: Sequence[Course]) -> tuple[LeavingBand, ...]:
    """At which session people leave: every course that entered therapy is in one band."""
    counted: Counter[tuple[tuple[int, int | None], EndingGroup | None]] = Counter(
        (_band(len(course.treatment_sessions)), _group(course)) for course in courses
    )
    return tuple(
        LeavingBand(
            band=band,
            planned=counted[band, EndingGroup.PLANNED],
            unplanned=counted[band, EndingGroup.UNPLANNED],
            other=counted[band, EndingGroup.NEITHER] + counted[band, None],
        )
        for band in SESSION_BANDS
    )


def _band(sessions: int) -> tuple[int, int | None]:
    """The band of a number of sessions. Raises ValueError for a course that never began."""
    for low, high in SESSION_BANDS:
        if low <= sessions and (high is None or sessions <= high):
            return low, high
    raise ValueError(f"{sessions} treatment sessions: the course did not enter therapy")


def _group(course: Course) -> EndingGroup | None:
    ending = course.episode.ending
    return None if ending is None else ending.group
