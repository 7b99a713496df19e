"""Signals for review: why an open course deserves a second look.

The rules are this product's own, and say so. A signal states what is on the record today; it is
never a prediction, and there is none for dropping out. Each can be turned off, except risk.
"""

import datetime as dt
from collections.abc import Collection, Iterator

from practice.domain.change import Direction
from practice.domain.measures import MEASURES, PHQ9, PrimaryOutcome, in_figures
from practice.domain.outcomes import SILENT_FROM_DAYS, Course
from practice.domain.periods import day_words
from practice.domain.records import ScoreRecord
from practice.domain.signal_kinds import (
    IMPROVED_BY_SESSION,
    OVERDUE_FROM,
    RISK_ABOVE,
    SILENCE_BANDS,
    RiskAnswer,
    Signal,
    SignalFound,
)
from practice.domain.trajectory import Level, Trajectory, level_in_week


def signals(
    course: Course,
    *,
    measures: frozenset[str],
    risks: Collection[RiskAnswer],
    off: frozenset[Signal],
    paused_until: dt.date | None,
) -> tuple[SignalFound, ...]:
    """What there is to look at on the course's day, most pressing first, then by measure.

    measures: codes of the practice's primary measures, which alone can be overdue. risks: of every
    form of the episode, follow-up forms and forms without a total included. off: what the practice
    has turned off; risk cannot be. A paused course and one that has ended show risk alone, because
    that stays until somebody has written. Raises ValueError for a code that is no measure.
    """
    primary = sorted(measures, key=list(MEASURES).index)
    found = list(_risk(risks))
    if _is_open(course) and not is_paused(course.until, paused_until=paused_until):
        trajectories = {code: Trajectory.of(course, code) for code in MEASURES}
        for trajectory in trajectories.values():
            found += _worse(trajectory)
            found += _not_improved(course, trajectory)
        found += _off_track(course, trajectories[PHQ9.code])
        for code in primary:
            found += _score_overdue(course, trajectories[code])
        found += _no_contact(course)
    shown = [one for one in found if one.signal is Signal.RISK or one.signal not in off]
    # A stable sort: within a signal the measures keep their order.
    return tuple(sorted(shown, key=lambda one: list(Signal).index(one.signal)))


def is_paused(day: dt.date, *, paused_until: dt.date | None) -> bool:
    """Whether an agreed pause covers the day; its last day belongs to it."""
    return paused_until is not None and day <= paused_until


def _is_open(course: Course) -> bool:
    ended_on = course.episode.ended_on
    return ended_on is None or ended_on > course.until


def _risk(risks: Collection[RiskAnswer]) -> Iterator[SignalFound]:
    """A risk item above 0 that nobody has written about: one line for each measure.

    No date is left out, so that neither the day of looking nor an ending can hide one.
    """
    for measure in MEASURES.values():
        answers = sorted(
            (risk for risk in risks if risk.measure == measure.code and risk.is_open),
            key=lambda risk: (risk.on, risk.answer),
        )
        if not answers:
            continue
        first, latest = answers[0], answers[-1]
        text = (
            f"{measure.name} risk item ({measure.risk_item}) answered {latest.answer} "
            f"on {day_words(latest.on)}"
        )
        if len(answers) > 1:
            highest = max(risk.answer for risk in answers)
            text += (
                f", above {RISK_ABOVE} on {len(answers)} forms since {day_words(first.on)}, "
                f"the highest {highest}"
            )
        yield SignalFound(
            signal=Signal.RISK,
            text=f"{text}: what was asked and done is not written yet",
            since=first.on,
            measure=measure.code,
        )


def _worse(trajectory: Trajectory) -> Iterator[SignalFound]:
    """The latest score is reliably worse than the first.

    It comes at whatever session this happens and goes when a later score is no longer reliably
    worse: the page says how the client is, and the chart shows what was. since: the first score of
    the present unbroken run of reliably worse ones. A single score has nothing to be held against.
    """
    since = trajectory.run_start(
        lambda score: trajectory.change_at(score).direction is Direction.DETERIORATED
    )
    if since is not None:
        yield SignalFound(
            signal=Signal.WORSE,
            text=(
                f"{_latest_against_first(trajectory)}: reliably worse since {day_words(since.on)}"
            ),
            since=since.on,
            measure=trajectory.measure.code,
        )


def _not_improved(course: Course, trajectory: Trajectory) -> Iterator[SignalFound]:
    """A case at first, six treatment sessions or more, and no score so far reliably better.

    Needs a second score: with one alone nobody knows, and that is what an overdue score says. One
    reliably better score, even if it did not last, ends it for good. Sessions count from the first
    treatment session; where the first score came late (after the second session), from its day,
    or a practice that starts to measure in mid-therapy would see the signal for everybody.
    """
    first, later = trajectory.first, trajectory.later
    if first is None or not later or not trajectory.measure.is_case(first.total):
        return
    if any(trajectory.change_at(score).direction is Direction.IMPROVED for score in later):
        return
    late = course.has_late_baseline(PrimaryOutcome(trajectory.measure.code))
    held = [s for s in course.treatment_sessions if not late or s.on >= first.on]
    if len(held) < IMPROVED_BY_SESSION:
        return
    yield SignalFound(
        signal=Signal.NOT_IMPROVED,
        text=(
            f"{_latest_against_first(trajectory)}: not reliably better in {len(held)} sessions "
            f"(last score {day_words(later[-1].on)})"
        ),
        since=max(held[IMPROVED_BY_SESSION - 1].on, later[0].on),
        measure=trajectory.measure.code,
    )


def _off_track(course: Course, trajectory: Trajectory) -> Iterator[SignalFound]:
    """The latest PHQ-9 is at or above the level for its week, when the first was a case.

    Weeks are whole weeks from the first treatment session to the day of the score, so week 4 begins
    on day 28. Each score is held against its own week's level, never an old score against a later
    level. The first PHQ-9 is the start and is not judged, whenever it was taken.
    """
    first, latest = trajectory.first, trajectory.latest
    if first is None or latest is None or not course.entered_therapy:
        return
    began = course.treatment_sessions[0].on

    def level_for(score: ScoreRecord) -> Level | None:
        return level_in_week((score.on - began).days // 7)

    def is_high(score: ScoreRecord) -> bool:
        level = level_for(score)
        return level is not None and score.total >= level.at_least

    since, level = trajectory.run_start(is_high), level_for(latest)
    if since is None or level is None or not trajectory.measure.is_case(first.total):
        return
    yield SignalFound(
        signal=Signal.OFF_TRACK,
        text=(
            f"{trajectory.measure.name} {in_figures(latest.total)} at week "
            f"{(latest.on - began).days // 7} ({level.at_least} or more from week {level.week}): "
            f"at or above the level for its week since {day_words(since.on)}"
        ),
        since=since.on,
        measure=trajectory.measure.code,
    )


def _score_overdue(course: Course, trajectory: Trajectory) -> Iterator[SignalFound]:
    """No score dated on or after the first of the last two treatment sessions attended.

    Any valid score of the measure ends it, also one on a form sent in between sessions. Missed
    sessions, assessments, reviews and follow-ups do not count. since: the second session without.
    """
    latest = trajectory.latest
    without = [s for s in course.treatment_sessions if latest is None or s.on > latest.on]
    if len(without) < OVERDUE_FROM:
        return
    name = trajectory.measure.name
    yield SignalFound(
        signal=Signal.SCORE_OVERDUE,
        text=(
            f"No {name} yet: {len(without)} sessions without one"
            if latest is None
            else f"No {name} since {day_words(latest.on)}: {len(without)} sessions without one"
        ),
        since=without[OVERDUE_FROM - 1].on,
        measure=trajectory.measure.code,
    )


def _no_contact(course: Course) -> Iterator[SignalFound]:
    """Therapy has begun, and the client was last seen 61 days ago or more."""
    days = course.days_silent
    if days is None or not course.is_silent:
        return
    seen = course.until - dt.timedelta(days=days)
    yield SignalFound(
        signal=Signal.NO_CONTACT,
        text=f"Last seen {days} days ago, on {day_words(seen)} ({silence_words(days)})",
        since=seen + dt.timedelta(days=SILENT_FROM_DAYS),
        measure=None,
    )


def silence_words(days: int) -> str:
    """The NHS band of a silence of 61 days or more: 61 to 90 days."""
    reached = [start for start in SILENCE_BANDS if days >= start]
    further = SILENCE_BANDS[len(reached) :]
    if not further:
        return f"more than {reached[-1] - 1} days"
    return f"{reached[-1]} to {further[0] - 1} days"


def _latest_against_first(trajectory: Trajectory) -> str:
    first, latest = trajectory.scores[0], trajectory.scores[-1]
    return (
        f"{trajectory.measure.name} {in_figures(latest.total)} "
        f"against {in_figures(first.total)} at the start"
    )
