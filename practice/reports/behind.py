"""The clients behind a figure: who is counted, who is not, and who is left out, each with the reason.

Nothing is counted here; that the lists are as long as the figures say is held by the tests, for
every figure.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from practice.cohorts import Cohort
from practice.domain.estimates import Proportion
from practice.domain.outcomes import Course
from practice.reports.behind_figures import FIGURES, Figure
from practice.reports.behind_judges import Judged, Place

BEFORE_FIRST = "ended before a first treatment session"


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A course, where it stands, and why."""

    course: Course
    place: Place
    why: str


@dataclass(frozen=True, kw_only=True)
class Behind:
    """The courses of one figure, the latest ending first.

    left_out: judged, and in neither numerator nor denominator. beyond: never in question: ended
    before treatment, or left out of every figure.
    """

    figure: Figure
    counted: tuple[Placed, ...]
    not_counted: tuple[Placed, ...]
    left_out: tuple[Placed, ...]
    beyond: tuple[Placed, ...]

    @property
    def proportion(self) -> Proportion:
        """k of n."""
        k = len(self.counted)
        return Proportion(k=k, n=k + len(self.not_counted))

    @property
    def reasons(self) -> Mapping[str, int]:
        """Why somebody is left out -> how many."""
        return Counter(placed.why for placed in self.left_out)


def behind(cohort: Cohort, key: str) -> Behind:
    """The courses behind a figure. Raises KeyError for a key that is none of FIGURES."""
    figure = FIGURES[key]
    judged = [_placed(course, figure.judge(course)) for course in figure.among(cohort)]
    beyond = [_placed(course, (Place.LEFT_OUT, why)) for course, why in _beyond(cohort, figure)]

    def standing(place: Place) -> tuple[Placed, ...]:
        return _latest_first([placed for placed in judged if placed.place is place])

    return Behind(
        figure=figure,
        counted=standing(Place.COUNTED),
        not_counted=standing(Place.NOT_COUNTED),
        left_out=standing(Place.LEFT_OUT),
        beyond=_latest_first(beyond),
    )


def _placed(course: Course, judged: Judged) -> Placed:
    place, why = judged
    return Placed(course=course, place=place, why=why)


def _latest_first(placed: list[Placed]) -> tuple[Placed, ...]:
    return tuple(
        sorted(placed, key=lambda each: (each.course.until, each.course.episode.key), reverse=True)
    )


def _beyond(cohort: Cohort, figure: Figure) -> list[tuple[Course, str]]:
    found = [
        (Course(episode=episode, until=episode.ended_on), f"in no figure: {episode.left_out.words}")
        for episode in cohort.episodes
        if episode.left_out is not None
        and episode.ended_on is not None
        and episode.ended_on in cohort.period
    ]
    if figure.before_treatment:
        found += [(course, BEFORE_FIRST) for course in cohort.ended_before_treatment]
    return found
