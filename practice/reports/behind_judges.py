"""Where one course stands in a figure, and why: by its ending, its sessions, its scores."""

from collections.abc import Callable, Mapping
from enum import StrEnum

from practice.domain.change import Direction
from practice.domain.endings import Ending, EndingGroup
from practice.domain.measures import MEASURES, PrimaryOutcome
from practice.domain.outcomes import Caseness, Course, Outcome
from practice.domain.periods import day_words
from practice.reports.figures import (
    BEFORE_SECOND,
    BELOW_CASENESS,
    DIED,
    NOT_RECORDED,
    without_two,
)


class Place(StrEnum):
    """Where a course stands in a proportion."""

    COUNTED = "counted"
    NOT_COUNTED = "not counted"
    LEFT_OUT = "left out"


Judged = tuple[Place, str]
Judge = Callable[[Course], Judged]


def by_ending(unrecorded: Place) -> Judge:
    """Planned or not; unrecorded: where an ending stands that nobody recorded."""

    def judge(course: Course) -> Judged:
        ending = course.episode.ending
        if ending is Ending.DIED:
            return Place.LEFT_OUT, DIED
        if ending is None or ending.group is EndingGroup.NEITHER:
            return unrecorded, NOT_RECORDED
        if ending.group is EndingGroup.UNPLANNED:
            return Place.NOT_COUNTED, f"unplanned: {ending.words}"
        limit = "; at a limit, wished to continue" if course.episode.wished_to_continue else ""
        return Place.COUNTED, f"planned: {ending.words}{limit}"

    return judge


def by_ending_or_silent(course: Course) -> Judged:
    """As estimated; whoever is open on the course's day is judged for being silent."""
    ended_on = course.episode.ended_on
    if ended_on is None or ended_on > course.until:
        return (
            Place.NOT_COUNTED,
            f"open on {day_words(course.until)}, last seen {course.days_silent} days before",
        )
    return by_ending(Place.NOT_COUNTED)(course)


def by_sessions(is_in: Callable[[Course], bool]) -> Judge:
    """By the number of treatment sessions."""

    def judge(course: Course) -> Judged:
        return (Place.COUNTED if is_in(course) else Place.NOT_COUNTED), _sessions_words(course)

    return judge


def _sessions_words(course: Course) -> str:
    n = len(course.treatment_sessions)
    if n:
        return "1 treatment session" if n == 1 else f"{n} treatment sessions"
    if course.episode.ending is Ending.REFERRED_ON:
        return "no treatment session; referred on"
    seen = "seen, not treated" if course.days_silent is not None else "never seen"
    return f"no treatment session; {seen}"


def _scores_words(course: Course, by: PrimaryOutcome) -> str:
    """Of each measure, whether it has two scores."""
    said = ("no score", "one score alone", "two scores")
    return "; ".join(
        f"{MEASURES[code].name}: {said[min(len(course.scores(code)), 2)]}" for code in by.measures
    )


def by_pair(by: PrimaryOutcome, *, paired: Place, unpaired: Place) -> Judge:
    """By whether a first and a last score exist."""

    def judge(course: Course) -> Judged:
        place = unpaired if course.outcome(by) is None else paired
        return place, _scores_words(course, by)

    return judge


Shown = Callable[[Outcome], bool]


def improved(outcome: Outcome) -> bool:
    """Reliably improved."""
    return outcome.direction is Direction.IMPROVED


def unchanged(outcome: Outcome) -> bool:
    """No reliable change."""
    return outcome.direction is Direction.UNCHANGED


def worse(outcome: Outcome) -> bool:
    """Reliably worse."""
    return outcome.direction is Direction.DETERIORATED


def recovered(outcome: Outcome) -> bool:
    """From at case to below."""
    return outcome.recovered


def reliably_recovered(outcome: Outcome) -> bool:
    """Both."""
    return outcome.reliably_recovered


def by_outcome(by: PrimaryOutcome, shown: Shown, unpaired: Place = Place.NOT_COUNTED) -> Judge:
    """Whether the change was shown; unpaired: where somebody without two scores stands."""

    def judge(course: Course) -> Judged:
        outcome = course.outcome(by)
        if outcome is None:
            if unpaired is Place.LEFT_OUT:
                return unpaired, without_two(by)
            supposed = "; counted as if it had" if unpaired is Place.COUNTED else ""
            return unpaired, f"{_scores_words(course, by)}{supposed}"
        place = Place.COUNTED if shown(outcome) else Place.NOT_COUNTED
        return place, _outcome_words(course, by)

    return judge


def _outcome_words(course: Course, by: PrimaryOutcome) -> str:
    outcome = course.outcome(by)
    if outcome is None:
        return _scores_words(course, by)
    said = outcome.direction.words
    if outcome.recovered:
        return f"{said}; recovered"
    at_first = {Caseness.AT: "still at case at the end", Caseness.NOT_AT: "not at case at first"}
    return f"{said}; {at_first[course.caseness(by)]}"


def by_caseness(by: PrimaryOutcome) -> Judge:
    """By the first scores: at case, or not known not to be."""

    words = {
        Caseness.AT: "at case at first",
        Caseness.NOT_AT: "below case at first",
        Caseness.UNKNOWN: "not known whether at case at first",
    }

    def judge(course: Course) -> Judged:
        caseness = course.caseness(by)
        place = Place.NOT_COUNTED if caseness is Caseness.NOT_AT else Place.COUNTED
        return place, words[caseness]

    return judge


def by_late_first(by: PrimaryOutcome) -> Judge:
    """Whether the first score came late."""

    def judge(course: Course) -> Judged:
        if course.has_late_baseline(by):
            return Place.COUNTED, "first score after the second treatment session"
        return Place.NOT_COUNTED, _scores_words(course, by)

    return judge


def by_stale_last(by: PrimaryOutcome) -> Judge:
    """Whether the last score is stale."""

    def judge(course: Course) -> Judged:
        if course.has_stale_last(by):
            return Place.COUNTED, "two or more treatment sessions after the last score"
        return Place.NOT_COUNTED, _scores_words(course, by)

    return judge


def of_finished(judge: Judge) -> Judge:
    """Of the finished courses alone."""
    return lambda course: judge(course) if course.finished else (Place.LEFT_OUT, BEFORE_SECOND)


def of_cases(by: PrimaryOutcome, judge: Judge) -> Judge:
    """Of the finished courses that are not known to have begun below caseness."""

    def judged(course: Course) -> Judged:
        if course.caseness(by) is Caseness.NOT_AT:
            return Place.LEFT_OUT, BELOW_CASENESS
        return judge(course)

    return of_finished(judged)


def reworded(judge: Judge, words: Mapping[str, str]) -> Judge:
    """The same with some reasons in other words."""

    def judged(course: Course) -> Judged:
        place, why = judge(course)
        return place, words.get(why, why)

    return judged
