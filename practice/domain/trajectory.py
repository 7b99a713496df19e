"""The scores of one measure over a course, in order, and the levels a PHQ-9 is held against."""

from collections.abc import Callable
from dataclasses import dataclass

from practice.domain.change import Change
from practice.domain.measures import MEASURES, Measure
from practice.domain.outcomes import Course
from practice.domain.records import ScoreRecord


@dataclass(frozen=True, kw_only=True)
class Level:
    """From `week` weeks after the first treatment session on: a PHQ-9 of AT LEAST this is high."""

    week: int
    at_least: int


# Schueller, Kwasny, Dear, Titov & Mohr 2015, General Hospital Psychiatry, 470-475 (PMID 26077754):
# cut points of two trials of CBT for depression, on people with depression only. A level holds from
# its week until the next one's.
LEVELS = (Level(week=4, at_least=17), Level(week=9, at_least=13), Level(week=14, at_least=9))
# The longer of its two therapies lasted 18 weeks, and the cut points are about the response at that
# end: from this week on they say nothing, and a therapy of a year is not held against them.
LEVELS_BEFORE_WEEK = 18


def level_in_week(week: int) -> Level | None:
    """The level that holds so many whole weeks after the first treatment session."""
    if week >= LEVELS_BEFORE_WEEK:
        return None
    begun = [level for level in LEVELS if week >= level.week]
    return begun[-1] if begun else None


@dataclass(frozen=True, kw_only=True)
class Trajectory:
    """The valid scores of one measure, earliest first; empty when it was never given."""

    measure: Measure
    scores: tuple[ScoreRecord, ...]

    @classmethod
    def of(cls, course: Course, measure: str) -> "Trajectory":
        """The scores that count for the course, by its own rules."""
        return cls(measure=MEASURES[measure], scores=course.scores(measure))

    @property
    def first(self) -> ScoreRecord | None:
        """The earliest score: the start that every later one is held against."""
        return self.scores[0] if self.scores else None

    @property
    def latest(self) -> ScoreRecord | None:
        """The most recent score, be it the only one (Course.last_score needs two)."""
        return self.scores[-1] if self.scores else None

    @property
    def later(self) -> tuple[ScoreRecord, ...]:
        """Every score after the first."""
        return self.scores[1:]

    def change_at(self, score: ScoreRecord) -> Change:
        """The first score against the given one."""
        return Change(measure=self.measure, first=self.scores[0].total, last=score.total)

    def run_start(self, holds: Callable[[ScoreRecord], bool]) -> ScoreRecord | None:
        """The first score of the unbroken run up to the latest for which something holds.

        The first score of all is the start and belongs to no run. None when it does not hold for
        the latest score, or when there is no second score.
        """
        start = None
        for score in reversed(self.later):
            if not holds(score):
                break
            start = score
        return start
