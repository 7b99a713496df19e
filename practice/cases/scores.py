"""The scores of one measure over one course, said shortly: start, best, last, and the change word."""

from collections.abc import Iterable
from dataclasses import dataclass

from practice.charts.sparkline import SparkPoint, sparkline_svg
from practice.domain.change import Change
from practice.domain.measures import MEASURES, in_figures
from practice.domain.outcomes import Course
from practice.domain.records import ScoreRecord
from practice.domain.trajectory import Trajectory

NOT_MEASURED = "not measured"
ONE_SCORE = "one score"


@dataclass(frozen=True, kw_only=True)
class ScoreLine:
    """One measure of one course. change is None without a second score."""

    trajectory: Trajectory

    @property
    def name(self) -> str:
        """The measure's name."""
        return self.trajectory.measure.name

    @property
    def start(self) -> ScoreRecord | None:
        """The first score."""
        return self.trajectory.first

    @property
    def best(self) -> ScoreRecord | None:
        """The lowest score, the earliest of equals: low is well on all three measures."""
        return min(self.trajectory.scores, key=lambda score: (score.total, score.on), default=None)

    @property
    def last(self) -> ScoreRecord | None:
        """The most recent score, when there are at least two."""
        return self.trajectory.latest if self.trajectory.later else None

    @property
    def change(self) -> Change | None:
        """The first score against the last."""
        return None if self.last is None else self.trajectory.change_at(self.last)

    @property
    def change_words(self) -> str:
        """Reliably improved, no reliable change or reliably worse; or why it cannot be said."""
        if self.change is not None:
            return self.change.direction.words
        return ONE_SCORE if self.start is not None else NOT_MEASURED

    @property
    def words(self) -> str:
        """In one line: PHQ-9 15, best 7, last 9: reliably improved."""
        if self.start is None:
            return f"{self.name} {NOT_MEASURED}"
        first = in_figures(self.start.total)
        if self.last is None or self.best is None:
            return f"{self.name} {first}: {ONE_SCORE}"
        best, last = in_figures(self.best.total), in_figures(self.last.total)
        return f"{self.name} {first}, best {best}, last {last}: {self.change_words}"

    def svg(self, *, uid: str, description: str) -> str:
        """The scores as a small line with the cut-off, by the day on which each was taken, for a page."""
        measure = self.trajectory.measure
        return sparkline_svg(
            [
                SparkPoint(day=score.on.toordinal(), total=float(score.total))
                for score in self.trajectory.scores
            ],
            maximum=measure.maximum,
            cut_off=measure.case_at,
            uid=uid,
            title=self.drawing_words,
            description=description,
        )

    @property
    def drawing_words(self) -> str:
        """The same for whoever cannot see it: PHQ-9: 15, 12, 9; cut-off 10."""
        totals = ", ".join(in_figures(score.total) for score in self.trajectory.scores)
        return f"{self.name}: {totals or NOT_MEASURED}; cut-off {self.trajectory.measure.case_at}"


def score_lines(course: Course, *, primary: Iterable[str]) -> tuple[ScoreLine, ...]:
    """One for each primary measure, given or not, and for every other measure that was given."""
    wanted = set(primary)
    return tuple(
        ScoreLine(trajectory=Trajectory.of(course, code))
        for code in MEASURES
        if code in wanted or course.scores(code)
    )
