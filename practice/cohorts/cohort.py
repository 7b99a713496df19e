"""Who is counted: the episodes of a scope sorted for one period, and the parts of it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from practice.domain.endings import Ending, LeftOut
from practice.domain.groups import GroupBy, group_of
from practice.domain.measures import MEASURES
from practice.domain.outcomes import Course
from practice.domain.periods import Period
from practice.domain.records import EpisodeRecord, SessionRecord
from practice.domain.sessions import Attendance
from practice.models import Practitioner, Service

SIX_WEEKS, EIGHTEEN_WEEKS = 42, 126


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Whose figures: one practitioner of a service, or (None) the whole service."""

    service: Service
    practitioner: Practitioner | None = None

    @property
    def words(self) -> str:
        """As a page or paper names it."""
        if self.practitioner is None:
            return self.service.name
        return f"{self.practitioner}, {self.service.name}"


@dataclass(frozen=True, kw_only=True)
class Cohort:
    """The episodes of a scope, sorted for one period into the groups that figures are taken over.

    Left-out episodes are in no group but `left_out`. Courses that ended are judged on their end
    date, open ones on the period's last day (one that ended later was still open then).
    """

    period: Period
    episodes: tuple[EpisodeRecord, ...]

    @cached_property
    def left_out(self) -> Mapping[LeftOut, int]:
        """Episodes that ended in the period and are in no figure, by reason."""
        return Counter(
            episode.left_out
            for episode in self.episodes
            if episode.left_out is not None and episode.ended_on in self.period
        )

    @cached_property
    def left_out_after_second_score(self) -> int:
        """Of those left out that ended in the period, how many had two scores of a measure by then.

        The old way to better a rate is to leave somebody out once the outcome is known.
        """
        return sum(
            any(
                course.change(measure) is not None
                for course in (Course(episode=episode, until=episode.left_out_on),)
                for measure in MEASURES
            )
            for episode in self.episodes
            if episode.left_out_on is not None and episode.ended_on in self.period
        )

    @cached_property
    def left_out_open(self) -> int:
        """Left-out episodes that are open on the period's last day."""
        return sum(
            episode.left_out is not None
            and (episode.ended_on is None or episode.ended_on > self.period.end)
            for episode in self.episodes
        )

    @cached_property
    def counted(self) -> tuple[EpisodeRecord, ...]:
        """Everything that is not left out."""
        return tuple(episode for episode in self.episodes if episode.left_out is None)

    @cached_property
    def ended(self) -> tuple[Course, ...]:
        """Ended in the period, both ends inclusive."""
        return tuple(
            Course(episode=episode, until=episode.ended_on)
            for episode in self.counted
            if episode.ended_on is not None and episode.ended_on in self.period
        )

    @cached_property
    def ended_before_treatment(self) -> tuple[Course, ...]:
        """Ended in the period without a single treatment session."""
        return tuple(course for course in self.ended if not course.entered_therapy)

    @cached_property
    def referred_on(self) -> tuple[Course, ...]:
        """Of those that ended before treatment, referred on elsewhere."""
        return tuple(
            course
            for course in self.ended_before_treatment
            if course.episode.ending is Ending.REFERRED_ON
        )

    @cached_property
    def seen_before_treatment(self) -> tuple[Course, ...]:
        """Of those that ended before treatment, seen at least once (assessment only)."""
        return tuple(
            course for course in self.ended_before_treatment if course.days_silent is not None
        )

    @cached_property
    def entered_and_ended(self) -> tuple[Course, ...]:
        """Ended in the period with at least one treatment session."""
        return tuple(course for course in self.ended if course.entered_therapy)

    @cached_property
    def one_session_only(self) -> tuple[Course, ...]:
        """Ended in the period with exactly one treatment session."""
        return tuple(course for course in self.entered_and_ended if course.one_session_only)

    @cached_property
    def finished(self) -> tuple[Course, ...]:
        """Ended in the period with two treatment sessions or more: the NHS "finished course"."""
        return tuple(course for course in self.entered_and_ended if course.finished)

    @cached_property
    def open_on_last_day(self) -> tuple[Course, ...]:
        """Referred by the period's last day and not ended by then."""
        return tuple(
            Course(episode=episode, until=self.period.end)
            for episode in self.counted
            if episode.referred_on <= self.period.end
            and (episode.ended_on is None or episode.ended_on > self.period.end)
        )

    @cached_property
    def silent_open(self) -> tuple[Course, ...]:
        """Open on the last day, entered therapy, and last seen 61 days before it or earlier."""
        return tuple(course for course in self.open_on_last_day if course.is_silent)

    @cached_property
    def measured_on_any(self) -> int:
        """Of those that entered and ended, paired on at least one measure."""
        return sum(
            any(course.change(measure) is not None for measure in MEASURES)
            for course in self.entered_and_ended
        )

    @cached_property
    def sessions(self) -> tuple[SessionRecord, ...]:
        """Appointments dated in the period, of any episode that is not left out."""
        return tuple(
            session
            for episode in self.counted
            for session in episode.sessions
            if session.on in self.period
        )

    @cached_property
    def sessions_by_attendance(self) -> Mapping[Attendance, int]:
        """Appointments dated in the period, by attendance."""
        return Counter(session.attendance for session in self.sessions)

    def finished_within(self, days: int) -> int:
        """Finished courses whose first treatment session came within so many days of referral."""
        return sum(
            course.wait_days is not None and course.wait_days <= days for course in self.finished
        )

    @cached_property
    def treatment_sessions_of_finished(self) -> int:
        """Treatment sessions of the whole course, also before the period, over finished courses."""
        return sum(len(course.treatment_sessions) for course in self.finished)


def narrow(cohort: Cohort, period: Period) -> Cohort:
    """The same records sorted for a period within the loaded one that ends on the same day.

    Only a shared last day is sound: who holds an open episode is decided on that day. Raises
    ValueError otherwise.
    """
    if period.end != cohort.period.end or period.start < cohort.period.start:
        raise ValueError("a cohort narrows only to a later start with the same last day")
    return Cohort(period=period, episodes=cohort.episodes)


def only(cohort: Cohort, chosen: Mapping[GroupBy, str]) -> Cohort:
    """The part of the records that is in every one of the groups chosen; all for no choice.

    An episode is judged on its end, or while it is open on the period's last day.
    """
    if not chosen:
        return cohort
    return Cohort(
        period=cohort.period,
        episodes=tuple(
            episode
            for episode in cohort.episodes
            for course in (
                Course(
                    episode=episode,
                    until=min(episode.ended_on or cohort.period.end, cohort.period.end),
                ),
            )
            if all(group_of(course, by) == value for by, value in chosen.items())
        ),
    )


def entered_and_ended_in(cohort: Cohort, period: Period) -> tuple[Course, ...]:
    """Those of the loaded records that entered therapy and ended in an earlier part of the period.

    Sound for what has ended, because an ended episode belongs to whoever held it on its end date;
    who held what was open at the part's end is not known from these records. Raises ValueError for
    a part that reaches beyond the loaded period.
    """
    if period.start < cohort.period.start or period.end > cohort.period.end:
        raise ValueError("the part lies outside the loaded period")
    return Cohort(period=period, episodes=cohort.episodes).entered_and_ended
