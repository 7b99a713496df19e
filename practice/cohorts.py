"""The only place that decides who is counted: querysets in, groups of courses and counts out.

A fixed number of queries loads a scope and a period, whatever the caseload; everything after that
is plain Python over frozen records.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.db.models import DateField, Exists, F, Min, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Least
from django.utils import timezone

from practice.domain.endings import Ending, LeftOut
from practice.domain.measures import MEASURES
from practice.domain.outcomes import Course
from practice.domain.periods import Period
from practice.domain.records import EpisodeRecord, ScoreRecord, SessionRecord
from practice.domain.sessions import Attendance, Kind, Medium
from practice.models import Episode, Holding, MeasureCompletion, Practitioner, Service, Session

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


def load_cohort(scope: Scope, period: Period) -> Cohort:
    """Read the records of a scope that can matter to a period: three queries."""
    return Cohort(period=period, episodes=records_of(episodes_in(scope, period)))


def first_referral(service: Service) -> dt.date | None:
    """The day of the service's first referral; None on an empty caseload."""
    first: dt.date | None = Episode.objects.filter(client__service=service).aggregate(
        first=Min("referred_on")
    )["first"]
    return first


def narrow(cohort: Cohort, period: Period) -> Cohort:
    """The same records sorted for a period within the loaded one that ends on the same day.

    Only a shared last day is sound: who holds an open episode is decided on that day. Raises
    ValueError otherwise.
    """
    if period.end != cohort.period.end or period.start < cohort.period.start:
        raise ValueError("a cohort narrows only to a later start with the same last day")
    return Cohort(period=period, episodes=cohort.episodes)


def entered_and_ended_in(cohort: Cohort, period: Period) -> tuple[Course, ...]:
    """Those of the loaded records that entered therapy and ended in an earlier part of the period.

    Sound for what has ended, because an ended episode belongs to whoever held it on its end date;
    who held what was open at the part's end is not known from these records. Raises ValueError for
    a part that reaches beyond the loaded period.
    """
    if period.start < cohort.period.start or period.end > cohort.period.end:
        raise ValueError("the part lies outside the loaded period")
    return Cohort(period=period, episodes=cohort.episodes).entered_and_ended


def episodes_in(scope: Scope, period: Period) -> QuerySet[Episode]:
    """Episodes of the scope that can matter to the period.

    An episode belongs to whoever held it on its end date, or while it is open on the period's
    last day. Those that ended earlier come in only if they have a session in the period (a
    follow-up): the session counts, the ending does not.
    """
    episodes = Episode.objects.filter(
        Q(ended_on__isnull=True)
        | Q(ended_on__gte=period.start)
        | Q(
            pk__in=Session.objects.filter(held_on__range=(period.start, period.end)).values(
                "episode"
            )
        ),
        client__service=scope.service,
        referred_on__lte=period.end,
    )
    if scope.practitioner is None:
        return episodes
    last_day = Value(period.end, output_field=DateField())
    episodes = episodes.annotate(judged_on=Least(Coalesce(F("ended_on"), last_day), last_day))
    held = Holding.objects.filter(
        Q(until__isnull=True) | Q(until__gt=OuterRef("judged_on")),
        episode=OuterRef("pk"),
        practitioner=scope.practitioner,
        since__lte=OuterRef("judged_on"),
    )
    return episodes.filter(Exists(held))


def records_of(episodes: QuerySet[Episode]) -> tuple[EpisodeRecord, ...]:
    """The episodes as the maths reads them, by their key: three queries."""
    keys = episodes.values("pk")
    sessions: defaultdict[int, list[SessionRecord]] = defaultdict(list)
    for key, on, kind, attendance, position, minutes, fee, medium in Session.objects.filter(
        episode__in=keys
    ).values_list(
        "episode_id", "held_on", "kind", "attendance", "position", "minutes", "fee", "medium"
    ):
        sessions[key].append(
            SessionRecord(
                on=on,
                kind=Kind(kind),
                attendance=Attendance(attendance),
                position=position,
                minutes=minutes,
                fee=fee,
                medium=Medium(medium) if medium else None,
            )
        )
    scores: defaultdict[int, list[ScoreRecord]] = defaultdict(list)
    # A completion takes its day and place from its session, or has its own when it stands alone.
    completions = (
        MeasureCompletion.objects.filter(
            Q(session__episode__in=keys) | Q(episode__in=keys), total__isnull=False
        )
        .annotate(
            key=Coalesce("session__episode_id", "episode_id"),
            on=Coalesce("session__held_on", "completed_on"),
            place=Coalesce("session__position", "position"),
            score=F("total"),
        )
        .values_list("key", "measure", "on", "score", "session__kind", "place")
    )
    for key, measure, on, total, kind, place in completions:
        scores[key].append(
            ScoreRecord(
                measure=measure,
                on=on,
                total=total,
                kind=Kind(kind) if kind else None,
                position=place,
            )
        )
    return tuple(
        EpisodeRecord(
            key=key,
            referred_on=referred_on,
            ended_on=ended_on,
            ending=Ending(ending) if ending else None,
            wished_to_continue=wished,
            left_out=LeftOut(left_out) if left_out else None,
            left_out_on=None if left_out_at is None else timezone.localdate(left_out_at),
            sessions=tuple(sessions[key]),
            scores=tuple(scores[key]),
        )
        for (
            key,
            referred_on,
            ended_on,
            ending,
            wished,
            left_out,
            left_out_at,
        ) in episodes.order_by("pk").values_list(
            "pk",
            "referred_on",
            "ended_on",
            "ending",
            "wished_to_continue",
            "left_out",
            "left_out_at",
        )
    )
