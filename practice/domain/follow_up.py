"""Whether a gain lasted: scores after the ending, with a denominator of their own.

No published rule covers this; the rule of reliable change is applied a second and a third time.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from practice.domain.change import Direction
from practice.domain.measures import PrimaryOutcome
from practice.domain.outcomes import Course
from practice.domain.records import ScoreRecord
from practice.domain.sessions import Kind


@dataclass(frozen=True, kw_only=True)
class FollowUp:
    """Of courses that entered therapy and ended, by one rule.

    paired: first and last score exist. again: of these, also scored after the ending. improved:
    of the paired, reliably improved at the last score; improved_again: of those, scored again;
    still: of improved_again, still reliably improved against the first score.
    better + unchanged + worse = again: the follow-up score against the last one. days: fewest and
    most between last and follow-up score; None without one.
    """

    by: PrimaryOutcome
    paired: int
    again: int
    improved: int
    improved_again: int
    still: int
    better: int
    unchanged: int
    worse: int
    days: tuple[int, int] | None


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """One paired course: its direction at the end and, where it was scored again, both since."""

    at_end: Direction
    against_first: Direction | None = None
    against_last: Direction | None = None
    days: int = 0


def follow_up(courses: Iterable[Course], by: PrimaryOutcome, *, up_to: dt.date) -> FollowUp:
    """Count them; a score dated later than up_to is not known yet.

    A follow-up score comes after the day of the last score, and either after the ending or at a
    follow-up session. The latest of each measure counts, and the pair needs both.
    """
    seen = [found for course in courses if (found := _seen(course, by, up_to=up_to)) is not None]
    again = [each for each in seen if each.against_last is not None]
    improved = [each for each in seen if each.at_end is Direction.IMPROVED]
    since = Counter(each.against_last for each in again)
    gaps = [each.days for each in again]
    return FollowUp(
        by=by,
        paired=len(seen),
        again=len(again),
        improved=len(improved),
        improved_again=sum(each.against_first is not None for each in improved),
        still=sum(each.against_first is Direction.IMPROVED for each in improved),
        better=since[Direction.IMPROVED],
        unchanged=since[Direction.UNCHANGED],
        worse=since[Direction.DETERIORATED],
        days=(min(gaps), max(gaps)) if gaps else None,
    )


def _seen(course: Course, by: PrimaryOutcome, *, up_to: dt.date) -> _Seen | None:
    outcome = course.outcome(by)
    if outcome is None:
        return None
    firsts, lasts, later = [], [], []
    for code in by.measures:
        first, last = course.first_score(code), course.last_score(code)
        after = None if last is None else _latest_after(course, last, up_to=up_to)
        if first is None or last is None or after is None:
            return _Seen(at_end=outcome.direction)
        firsts.append(first)
        lasts.append(last)
        later.append(after)
    return _Seen(
        at_end=outcome.direction,
        against_first=_direction(course, by, pairs=zip(firsts, later, strict=True)),
        against_last=_direction(course, by, pairs=zip(lasts, later, strict=True)),
        days=(max(score.on for score in later) - max(score.on for score in lasts)).days,
    )


def _latest_after(course: Course, last: ScoreRecord, *, up_to: dt.date) -> ScoreRecord | None:
    after = [
        score
        for score in course.episode.scores
        if score.measure == last.measure
        and last.on < score.on <= up_to
        and (score.kind is Kind.FOLLOW_UP or score.on > course.until)
    ]
    return max(after, key=lambda score: score.order, default=None)


def _direction(
    course: Course, by: PrimaryOutcome, *, pairs: Iterable[tuple[ScoreRecord, ScoreRecord]]
) -> Direction | None:
    """By the same rule as at the ending: a course that has these two scores of each measure."""
    scores = tuple(replace(score, kind=None) for pair in pairs for score in pair)
    judged = Course(
        episode=replace(course.episode, scores=scores), until=max(score.on for score in scores)
    )
    outcome = judged.outcome(by)
    return None if outcome is None else outcome.direction
