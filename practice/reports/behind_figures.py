"""Every figure whose clients can be looked at, by its key: what it counts and of whom."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from practice.cohorts import Cohort
from practice.domain.measures import PrimaryOutcome
from practice.domain.outcomes import Course
from practice.reports.behind_judges import (
    Judge,
    Place,
    Shown,
    by_caseness,
    by_ending,
    by_ending_or_silent,
    by_late_first,
    by_outcome,
    by_pair,
    by_sessions,
    by_stale_last,
    improved,
    of_cases,
    of_finished,
    recovered,
    reliably_recovered,
    reworded,
    unchanged,
    worse,
)
from practice.reports.figures import BEFORE_SECOND, RATE_WORDS, WITHOUT_TWO_CORE10, without_two


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One figure: what it counts, of whom, and how one course is judged.

    by: the rule of outcome it rests on; None where it rests on no score. among: the courses that it
    judges. before_treatment: whether those who never began stand beside it as left out.
    says_ending: whether the reason why somebody stands there names the ending.
    """

    title: str
    numerator: str
    denominator: str
    judge: Judge
    among: Callable[[Cohort], Sequence[Course]]
    by: PrimaryOutcome | None = None
    before_treatment: bool = True
    says_ending: bool = False


_ENTERED = "therapies that began and ended in the period"
_FINISHED = "courses of two treatment sessions or more that ended in the period"
_CASES = f"{_FINISHED}, less those below caseness at the start"


def _finished(course: Course) -> bool:
    return course.finished


def _entered_and_ended(cohort: Cohort) -> Sequence[Course]:
    return cohort.entered_and_ended


def _rate(key: str, judge: Judge, by: PrimaryOutcome | None = None) -> Figure:
    """A named rate, in its own words."""
    said = RATE_WORDS[key]
    return Figure(
        title=said.title,
        numerator=said.numerator,
        denominator=said.denominator,
        judge=judge,
        among=_entered_and_ended,
        by=by,
        says_ending=key.startswith("planned_"),
    )


def _rates() -> dict[str, Figure]:
    iapt, core10 = PrimaryOutcome.IAPT, PrimaryOutcome.CORE10
    silent = _rate("planned_with_silent", by_ending_or_silent)
    pairs = by_outcome(core10, improved, Place.LEFT_OUT)
    return {
        "planned_declared": _rate("planned_declared", by_ending(Place.LEFT_OUT)),
        "planned_estimated": _rate("planned_estimated", by_ending(Place.NOT_COUNTED)),
        "planned_with_silent": replace(
            silent, among=lambda cohort: (*cohort.entered_and_ended, *cohort.silent_open)
        ),
        "finished_of_entered": _rate("finished_of_entered", by_sessions(_finished)),
        "reliable_improvement_iapt": _rate(
            "reliable_improvement_iapt", of_finished(by_outcome(iapt, improved)), iapt
        ),
        "recovery_iapt": _rate("recovery_iapt", of_cases(iapt, by_outcome(iapt, recovered)), iapt),
        "reliable_recovery_iapt": _rate(
            "reliable_recovery_iapt", of_cases(iapt, by_outcome(iapt, reliably_recovered)), iapt
        ),
        "reliable_improvement_core10": _rate(
            "reliable_improvement_core10",
            reworded(pairs, {without_two(core10): WITHOUT_TWO_CORE10}),
            core10,
        ),
    }


def _indicators(by: PrimaryOutcome) -> dict[str, Figure]:
    measured = by_pair(by, paired=Place.COUNTED, unpaired=Place.NOT_COUNTED)
    return {
        f"measured_ending_{by.value}": _rate(f"measured_ending_{by.value}", measured, by),
        f"improved_of_measured_{by.value}": _rate(
            f"improved_of_measured_{by.value}", by_outcome(by, improved, Place.LEFT_OUT), by
        ),
    }


def _way_in() -> dict[str, Figure]:
    def of_ended(title: str, numerator: str, is_in: Callable[[Course], bool]) -> Figure:
        return Figure(
            title=title,
            numerator=numerator,
            denominator="episodes that ended in the period",
            judge=by_sessions(is_in),
            among=lambda cohort: cohort.ended,
            before_treatment=False,
        )

    return {
        "never_started": of_ended(
            "Never started treatment",
            "ended without a treatment session",
            lambda course: not course.entered_therapy,
        ),
        "entered_of_ended": of_ended(
            "Entered therapy",
            "had a treatment session or more",
            lambda course: course.entered_therapy,
        ),
        "one_session_of_entered": Figure(
            title="One session only",
            numerator="ended after exactly one treatment session",
            denominator=_ENTERED,
            judge=by_sessions(lambda course: course.one_session_only),
            among=_entered_and_ended,
        ),
    }


def _of_finished_courses(by: PrimaryOutcome) -> dict[str, Figure]:
    """Rows of the journey, and what is counted beside the outcomes."""

    def figure(title: str, numerator: str, judge: Judge) -> Figure:
        return Figure(
            title=f"{title}, {by.words}",
            numerator=numerator,
            denominator=_FINISHED,
            judge=of_finished(judge),
            among=_entered_and_ended,
            by=by,
        )

    paired, unpaired = Place.COUNTED, Place.NOT_COUNTED
    return {
        f"paired_{by.value}": figure(
            "Two scores",
            f"have a first and a last score of {by.words}",
            by_pair(by, paired=paired, unpaired=unpaired),
        ),
        f"unpaired_{by.value}": figure(
            "No second score",
            f"have no two scores of {by.words}",
            by_pair(by, paired=unpaired, unpaired=paired),
        ),
        f"unchanged_{by.value}": figure(
            "No reliable change",
            "have two scores without a reliable change",
            by_outcome(by, unchanged),
        ),
        f"case_or_unknown_{by.value}": figure(
            "At case at first, or unknown",
            "are not known to have begun below caseness",
            by_caseness(by),
        ),
        f"late_first_{by.value}": figure(
            "Late first score",
            "have a first score after the second treatment session",
            by_late_first(by),
        ),
        f"stale_last_{by.value}": figure(
            "Stale last score",
            "had two or more treatment sessions after the last score",
            by_stale_last(by),
        ),
    }


# The name in a key, the title, what is counted, and whether a pair shows it; then whether it is of
# those who were not known to begin below caseness.
_CHANGES: tuple[tuple[str, str, str, Shown, bool], ...] = (
    ("improved", "Reliably improved", "reliably improved", improved, False),
    ("recovered", "Recovered", "at case at first and below at the end", recovered, True),
    (
        "reliably_recovered",
        "Reliably recovered",
        "recovered and reliably improved",
        reliably_recovered,
        True,
    ),
    ("worse", "Reliably worse", "reliably worse", worse, False),
)
# By the end of a key: of those without two scores, where they stand and what is said of it.
_UNPAIRED = (
    ("", Place.NOT_COUNTED, "none of those without two scores counted"),
    ("_pairs", Place.LEFT_OUT, "of those with two scores"),
    ("_all", Place.COUNTED, "all of those without two scores counted"),
)


def _changes(by: PrimaryOutcome) -> dict[str, Figure]:
    """The three lines of each outcome, as outcome_lines has them."""
    found = {}
    for name, title, numerator, shown, is_of_cases in _CHANGES:
        for end, place, said in _UNPAIRED:
            judge = by_outcome(by, shown, place)
            found[f"{name}{end}_{by.value}"] = Figure(
                title=f"{title}, {by.words}, {said}",
                numerator=f"{numerator} by {by.words}",
                denominator=f"{_CASES if is_of_cases else _FINISHED}; {said}",
                judge=of_cases(by, judge) if is_of_cases else of_finished(judge),
                among=_entered_and_ended,
                by=by,
            )
    found[f"recovered_of_entered_{by.value}"] = Figure(
        title=f"Recovered, of all who entered, {by.words}",
        numerator=f"had two sessions or more, at case at first and below at the end by {by.words}",
        denominator=_ENTERED,
        judge=_recovered_of_entered(by),
        among=_entered_and_ended,
        by=by,
    )
    return found


def _recovered_of_entered(by: PrimaryOutcome) -> Judge:
    """Who left before a second session stays in, as not recovered."""
    judge = by_outcome(by, recovered)
    return lambda course: judge(course) if course.finished else (Place.NOT_COUNTED, BEFORE_SECOND)


def _all() -> dict[str, Figure]:
    found = _rates() | _way_in()
    for by in PrimaryOutcome:
        found |= _indicators(by) | _of_finished_courses(by) | _changes(by)
    return found


FIGURES: Mapping[str, Figure] = MappingProxyType(_all())
