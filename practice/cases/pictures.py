"""One measure of one client as the chart draws it, with the same numbers as rows and in words."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from practice.cases.case import Case
from practice.cases.scores import ScoreLine
from practice.cases.wording import change_words
from practice.charts.trajectory import Dot, TrajectoryPlot
from practice.domain.endings import Ending, EndingGroup
from practice.domain.measures import MEASURES, Measure, PrimaryOutcome, in_figures
from practice.domain.outcomes import FINISHED_FROM, STALE_FROM, Course
from practice.domain.periods import day_words
from practice.domain.records import EpisodeRecord, ScoreRecord
from practice.domain.session_words import KINDS
from practice.domain.sessions import QUESTIONNAIRE, Kind
from practice.domain.trajectory import Trajectory

FIRST = "first score"


@dataclass(frozen=True, kw_only=True)
class ScoreRow:
    """One score of the table under a chart. against_first is words; why not, where it is uncounted."""

    on: dt.date
    session: str
    score: str
    severity: str
    against_first: str
    is_counted: bool


@dataclass(frozen=True, kw_only=True)
class MeasurePicture:
    """One measure that was given at least once: its chart, rows, and what there is to know of it."""

    plot: TrajectoryPlot
    line: ScoreLine
    rows: tuple[ScoreRow, ...]
    marks: tuple[str, ...]

    @property
    def measure(self) -> Measure:
        """Which one."""
        return self.plot.measure

    @property
    def title(self) -> str:
        """Of the chart."""
        return f"{self.measure.name} over time"

    @property
    def description(self) -> str:
        """What the chart shows, for those who cannot see it. The table has every number."""
        parts = [self._scores_words, f"A case from {self.measure.case_at}."]
        first = self.line.start
        if first is not None:
            parts.append(
                f"Change is reliable at {self.measure.reliable_change_note} from the first score."
            )
        if self.plot.uncounted:
            parts.append(f"{len(self.plot.uncounted)} more that count in no figure.")
        parts.append(
            f"Sessions attended: {len(self.plot.attended)}; missed: {len(self.plot.missed)}."
        )
        if self.plot.ended_on is not None:
            parts.append(f"{self.plot.ending.capitalize()} on {day_words(self.plot.ended_on)}.")
        return " ".join(parts)

    @property
    def _scores_words(self) -> str:
        first, last = self.line.start, self.line.last
        if first is None:
            return "No score that counts."
        start = f"{in_figures(first.total)} on {day_words(first.on)}"
        if last is None:
            return f"One score: {start}."
        return (
            f"{len(self.plot.scores)} scores: from {start} to "
            f"{in_figures(last.total)} on {day_words(last.on)}, {self.line.change_words}."
        )

    @property
    def cut_off_words(self) -> str:
        """Where the latest score that counts stands."""
        latest = self.line.last or self.line.start
        if latest is None:
            return "no score that counts"
        if self.measure.is_case(latest.total):
            return f"at or above the cut-off of {self.measure.case_at}"
        return f"below the cut-off of {self.measure.case_at}"


def pictures(case: Case) -> tuple[MeasurePicture, ...]:
    """One for each measure given, in the order of the measures; none for a measure never given."""
    return tuple(
        MeasurePicture(
            plot=trajectory_plot(case.course, measure),
            line=ScoreLine(trajectory=Trajectory.of(case.course, code)),
            rows=_rows(case.course, measure),
            marks=marks(case.course, measure),
        )
        for code, measure in MEASURES.items()
        if any(score.measure == code for score in case.course.episode.scores)
    )


def trajectory_plot(course: Course, measure: Measure) -> TrajectoryPlot:
    """What the chart of one measure is drawn from. All measures of a course share one axis."""
    record = course.episode
    counted = course.scores(measure.code)
    days = [session.on for session in record.sessions] + [score.on for score in record.scores]
    begins_on = min(days, default=record.referred_on)
    return TrajectoryPlot(
        measure=measure,
        scores=tuple(Dot(on=score.on, total=score.total) for score in counted),
        uncounted=tuple(
            Dot(on=score.on, total=score.total)
            for score in _given(record, measure)
            if score not in counted
        ),
        attended=tuple(sorted(one.on for one in record.sessions if one.is_attended)),
        missed=tuple(sorted(one.on for one in record.sessions if not one.is_attended)),
        begins_on=min(begins_on, course.until),
        until=max([course.until, *days]),
        ended_on=record.ended_on if _has_ended(course) else None,
        ending=ending_word(record.ending),
    )


def ending_word(ending: Ending | None) -> str:
    """The word at the end of a therapy."""
    if ending is None or ending.group is EndingGroup.NEITHER:
        return "ended"
    return f"{ending.group.value} ending"


def marks(course: Course, measure: Measure) -> tuple[str, ...]:
    """Late first score, stale last score: what to know before the change is believed."""
    only = PrimaryOutcome(measure.code)
    found = []
    if course.has_late_baseline(only):
        found.append(
            f"Late first score: it came after treatment session {FINISHED_FROM}, so the change "
            "since then may miss the change before."
        )
    if course.has_stale_last(only):
        found.append(
            f"Last score out of date: {STALE_FROM} or more treatment sessions followed it, so it "
            "may not show how things stand now."
        )
    return tuple(found)


def _has_ended(course: Course) -> bool:
    ended_on = course.episode.ended_on
    return ended_on is not None and ended_on <= course.until


def _given(record: EpisodeRecord, measure: Measure) -> list[ScoreRecord]:
    found = [score for score in record.scores if score.measure == measure.code]
    return sorted(found, key=lambda score: score.order)


def _rows(course: Course, measure: Measure) -> tuple[ScoreRow, ...]:
    trajectory = Trajectory.of(course, measure.code)
    return tuple(
        ScoreRow(
            on=score.on,
            session=_session_words(course, score),
            score=in_figures(score.total),
            severity=measure.band(score.total).word,
            against_first=_against_first(trajectory, score, counted=trajectory.scores),
            is_counted=score in trajectory.scores,
        )
        for score in _given(course.episode, measure)
    )


def _against_first(
    trajectory: Trajectory, score: ScoreRecord, *, counted: Collection[ScoreRecord]
) -> str:
    if score not in counted:
        if score.kind is Kind.FOLLOW_UP:
            return "follow-up: not counted"
        return "not counted: after the ending or before the referral"
    if score == trajectory.first:
        return FIRST
    return change_words(trajectory.change_at(score))


def _session_words(course: Course, score: ScoreRecord) -> str:
    """Treatment sessions are numbered as the rules count them; the others go by their kind."""
    if score.kind is None:
        return KINDS[QUESTIONNAIRE]
    for number, session in enumerate(course.treatment_sessions, start=1):
        if (session.on, session.kind, session.position) == (score.on, score.kind, score.position):
            return f"session {number}"
    words = KINDS[score.kind]
    held = next(
        (
            one
            for one in course.episode.sessions
            if (one.on, one.kind, one.position) == (score.on, score.kind, score.position)
        ),
        None,
    )
    return f"{words}, missed" if held is not None and not held.is_attended else words
