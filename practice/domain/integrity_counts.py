"""Counting what was changed, entered late, taken back, measured otherwise, and left open."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from practice.domain.estimates import Proportion
from practice.domain.integrity import EndingStory, ScoreStory, SessionStory, Way
from practice.domain.measures import MEASURES, Mode, PrimaryOutcome
from practice.domain.outcomes import Course
from practice.domain.periods import Period
from practice.domain.records import ScoreRecord
from practice.domain.sessions import Kind, Medium
from practice.domain.signal_kinds import SILENCE_BANDS
from practice.domain.signals import is_paused


@dataclass(frozen=True, kw_only=True)
class ScoreCounts:
    """Of the scores dated in a period that were ever entered, removed ones included.

    soon: changed, every change within 24 hours of entry, by way. later: changed, at least one
    change after that. Each score counts once; edits: the changes themselves. late: of those entered
    here (not imported), more than 7 days after their day.
    """

    of: int
    soon: Mapping[Way, int]
    later: Mapping[Way, int]
    edits: int
    entered_here: int
    late: int

    @property
    def changed(self) -> Proportion:
        """Changed after entry / entered."""
        return Proportion(k=sum(self.soon.values()) + sum(self.later.values()), n=self.of)


def count_scores(stories: Iterable[ScoreStory], period: Period) -> ScoreCounts:
    """Count the scores whose day, as it stands, is in the period."""
    within = [story for story in stories if story.on in period]
    ways = Counter((story.is_soon, story.way) for story in within)
    return ScoreCounts(
        of=len(within),
        soon={each: ways[True, each] for each in Way if ways[True, each]},
        later={each: ways[False, each] for each in Way if ways[False, each]},
        edits=sum(len(story.edits) for story in within),
        entered_here=sum(not story.entry.is_imported for story in within),
        late=sum(story.is_late for story in within),
    )


@dataclass(frozen=True, kw_only=True)
class SessionCounts:
    """Of the sessions dated in a period that were ever entered, removed ones included.

    with_score: a score of them was ever entered. kind_changed, day_changed: of these, while a score
    was known. to_follow_up, from_follow_up: of kind_changed; a follow-up's scores are in no
    outcome. late: of those entered here, more than 7 days after they were held.
    """

    of: int
    removed: int
    with_score: int
    kind_changed: int
    to_follow_up: int
    from_follow_up: int
    day_changed: int
    entered_here: int
    late: int

    @property
    def imported(self) -> int:
        """Came by an import, whose entry day says nothing about when they were written down."""
        return self.of - self.entered_here


def count_sessions(stories: Iterable[SessionStory], period: Period) -> SessionCounts:
    """Count the sessions whose day, as it stands, is in the period."""
    within = [story for story in stories if story.on in period]
    scored = [story for story in within if story.has_score]
    moves = [story.kind_moved for story in scored]
    return SessionCounts(
        of=len(within),
        removed=sum(story.removal is not None for story in within),
        with_score=len(scored),
        kind_changed=sum(bool(story.kinds) for story in scored),
        to_follow_up=sum(move is not None and move[1] is Kind.FOLLOW_UP for move in moves),
        from_follow_up=sum(move is not None and move[0] is Kind.FOLLOW_UP for move in moves),
        day_changed=sum(bool(story.days) for story in scored),
        entered_here=sum(not story.entry.is_imported for story in within),
        late=sum(story.is_late for story in within),
    )


@dataclass(frozen=True, kw_only=True)
class EndingCounts:
    """Of the episodes that stand, or ever stood, as ended on a day of a period.

    redated, recoded: given another day, another reason, without being reopened. later: of the
    redated or recoded, at least once more than 24 hours after the ending was entered. to_planned,
    from_planned: of the recoded, by the reason first entered and the last. reopened: taken back.
    """

    of: int
    redated: int
    recoded: int
    later: int
    to_planned: int
    from_planned: int
    reopened: int


def count_endings(stories: Iterable[EndingStory], period: Period) -> EndingCounts:
    """Count the episodes of which a day of the period is, or was, the end."""
    within = [story for story in stories if any(day in period for day in story.days)]
    return EndingCounts(
        of=len(within),
        redated=sum(bool(story.redated) for story in within),
        recoded=sum(bool(story.recoded) for story in within),
        later=sum(
            any(not edit.is_soon for edit in (*story.redated, *story.recoded)) for story in within
        ),
        to_planned=sum(story.recoded_to_planned for story in within),
        from_planned=sum(story.recoded_from_planned for story in within),
        reopened=sum(bool(story.reopened) for story in within),
    )


@dataclass(frozen=True, kw_only=True)
class HowMeasured:
    """A score with the medium of its session (None: not recorded, or no session) and its mode."""

    score: ScoreRecord
    medium: Medium | None
    mode: Mode


@dataclass(frozen=True, kw_only=True)
class LastMeasured:
    """Of courses paired by a rule, those last measured as never before in the course.

    medium: of those whose medium is recorded at the last measured session and at one before it.
    mode: of all the paired; how a form came onto the record is always known. Scores of one day and
    place are one occasion, before which there may be none.
    """

    medium: Proportion
    mode: Proportion


def last_measured(
    courses: Iterable[Course],
    how: Mapping[int, Collection[HowMeasured]],
    by: PrimaryOutcome,
) -> LastMeasured:
    """Compare the last measured session of each paired course with all before it.

    how: by the key of the episode. Measured: with a score, of a measure of the rule, that counts.
    """
    media, modes = [], []
    for course in courses:
        if course.outcome(by) is None:
            continue
        counted = [
            each for each in how.get(course.episode.key, ()) if _counts(each.score, course, by)
        ]
        latest = max((each.score.order for each in counted), default=None)
        last = [each for each in counted if each.score.order == latest]
        before = [each for each in counted if each.score.order != latest]
        if before:
            modes.append(not {each.mode for each in last} <= {each.mode for each in before})
        then, now = _media(before), _media(last)
        if then and now:
            media.append(not now <= then)
    return LastMeasured(
        medium=Proportion(k=sum(media), n=len(media)), mode=Proportion(k=sum(modes), n=len(modes))
    )


def _counts(score: ScoreRecord, course: Course, by: PrimaryOutcome) -> bool:
    return score.measure in by.measures and score in course.scores(score.measure)


def _media(measured: Iterable[HowMeasured]) -> set[Medium]:
    return {each.medium for each in measured if each.medium is not None}


@dataclass(frozen=True, kw_only=True)
class MeasureStops:
    """Of finished courses that have a score of a measure: given once, or stopped before the ending.

    once: one score only. stopped: two scores or more, and two or more treatment sessions after the
    last. given - once - stopped were measured to the end.
    """

    measure: str
    given: int
    once: int
    stopped: int


def measure_stops(finished: Sequence[Course]) -> tuple[MeasureStops, ...]:
    """By measure, those that were given at all; courses with two or more treatment sessions."""
    found = []
    for code in MEASURES:
        given = [course for course in finished if course.first_score(code) is not None]
        if given:
            found.append(
                MeasureStops(
                    measure=code,
                    given=len(given),
                    once=sum(course.last_score(code) is None for course in given),
                    stopped=sum(course.has_stale_last(PrimaryOutcome(code)) for course in given),
                )
            )
    return tuple(found)


@dataclass(frozen=True, kw_only=True)
class SilentCounts:
    """Of open courses that entered therapy: last seen so long ago. paused: of the silent, agreed.

    bands: from the shortest, one for each of SILENCE_BANDS; they sum to the silent open.
    """

    of: int
    bands: tuple[int, ...]
    paused: int

    @property
    def silent(self) -> int:
        """Without contact for 61 days or more, a pause agreed or not."""
        return sum(self.bands)


def count_silent(
    open_courses: Iterable[Course], paused_until: Mapping[int, dt.date]
) -> SilentCounts:
    """Count courses that are open on the day they are judged on. paused_until: by episode."""
    entered = [course for course in open_courses if course.entered_therapy]
    silent = [course for course in entered if course.is_silent]
    bands = Counter(
        max(band for band in SILENCE_BANDS if band <= (course.days_silent or 0))
        for course in silent
    )
    return SilentCounts(
        of=len(entered),
        bands=tuple(bands[band] for band in SILENCE_BANDS),
        paused=sum(
            is_paused(course.until, paused_until=paused_until.get(course.episode.key))
            for course in silent
        ),
    )


def silence_words() -> tuple[str, ...]:
    """61 to 90, 91 to 120, over 120."""
    ends = SILENCE_BANDS[1:]
    return (
        *(f"{start} to {end - 1}" for start, end in zip(SILENCE_BANDS, ends, strict=False)),
        f"over {SILENCE_BANDS[-1] - 1}",
    )
