"""A case: one open episode on one day, with what needs attention first."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q, QuerySet

from practice.cases.holders import held_in
from practice.cases.risk import RiskItem, risk_items_of
from practice.cases.scores import ScoreLine, score_lines
from practice.cohorts import Scope, records_of
from practice.domain.outcomes import Course
from practice.domain.review import ReviewGroup, review_group, review_order
from practice.domain.signal_kinds import SignalFound
from practice.domain.signals import is_paused, signals
from practice.models import Episode, Service

# Long, encrypted, and of no use to a list: each would have to be decrypted.
NOTES = ("note", "found", "would_try")


@dataclass(frozen=True, kw_only=True)
class Case:
    """One episode as it stands on the course's day.

    risk_items: of every form with a risk item up to the day, oldest first, whatever the session or
    the total.
    """

    service: Service
    episode: Episode
    course: Course
    risk_items: tuple[RiskItem, ...]

    @property
    def on(self) -> dt.date:
        """The day it is looked at."""
        return self.course.until

    @cached_property
    def signals(self) -> tuple[SignalFound, ...]:
        """What there is to look at, most pressing first."""
        return signals(
            self.course,
            measures=frozenset(self.service.primary.measures),
            risks=[item.risk for item in self.risk_items if item.risk is not None],
            off=self.service.signals_turned_off,
            paused_until=self.episode.paused_until,
        )

    @cached_property
    def group(self) -> ReviewGroup:
        """Where it stands on the sheet and the caseload."""
        return review_group(
            self.course, found=self.signals, planned_sessions=self.episode.planned_sessions
        )

    @cached_property
    def order(self) -> tuple[int, dt.date, int]:
        """A sort key: what needs attention first."""
        return review_order(
            self.course, found=self.signals, planned_sessions=self.episode.planned_sessions
        )

    @cached_property
    def scores(self) -> tuple[ScoreLine, ...]:
        """The practice's primary measures, given or not, and every other measure that was given."""
        return score_lines(self.course, primary=self.service.primary.measures)

    @property
    def is_paused(self) -> bool:
        """Whether an agreed pause covers the day."""
        return is_paused(self.on, paused_until=self.episode.paused_until)

    @cached_property
    def attended(self) -> int:
        """Sessions of any kind at which the client was seen, up to the day."""
        return sum(s.is_attended and s.on <= self.on for s in self.course.episode.sessions)

    @cached_property
    def missed(self) -> int:
        """Appointments up to the day at which the client was not seen, whoever cancelled."""
        return sum(not s.is_attended and s.on <= self.on for s in self.course.episode.sessions)

    @property
    def weeks(self) -> int | None:
        """Whole weeks since the first treatment session; None before it."""
        if not self.course.entered_therapy:
            return None
        return (self.on - self.course.treatment_sessions[0].on).days // 7

    @property
    def days_silent(self) -> int | None:
        """Days since the client was last seen; None if never."""
        return self.course.days_silent

    @property
    def last_risk(self) -> RiskItem | None:
        """The risk item of the most recent form that has one, seen or not."""
        return self.risk_items[-1] if self.risk_items else None


def open_episodes(scope: Scope, *, on: dt.date) -> QuerySet[Episode]:
    """Referred by the day and not ended on it or before; of a practitioner, those held on the day."""
    episodes = Episode.objects.filter(
        Q(ended_on__isnull=True) | Q(ended_on__gt=on),
        client__service=scope.service,
        referred_on__lte=on,
    )
    return held_in(episodes, scope=scope, on=on)


def load_cases(scope: Scope, *, on: dt.date) -> tuple[Case, ...]:
    """The open episodes of a scope on a day, what needs attention first: five queries.

    Left-out episodes are among them: they are in no figure, but somebody is in therapy. An episode
    belongs to whoever holds it on the day. Each comes with its client, without its notes.
    """
    episodes = open_episodes(scope, on=on)
    records = {record.key: record for record in records_of(episodes)}
    risks = risk_items_of(episodes, on=on)
    cases = (
        Case(
            service=scope.service,
            episode=episode,
            course=Course(episode=records[episode.pk], until=on),
            risk_items=risks.get(episode.pk, ()),
        )
        for episode in episodes.select_related("client").defer(*NOTES)
        # One that was added since the records were read comes with the next look.
        if episode.pk in records
    )
    return tuple(sorted(cases, key=lambda case: case.order))


def load_case(episode: Episode, *, on: dt.date) -> Case:
    """One episode on a day, or on its end date where it has ended by then: four queries."""
    rows = Episode.objects.filter(pk=episode.pk)
    (record,) = records_of(rows)
    until = on if episode.ended_on is None else min(on, episode.ended_on)
    return Case(
        service=episode.client.service,
        episode=episode,
        course=Course(episode=record, until=until),
        # A risk item stays until somebody has written, an ending does not close it.
        risk_items=risk_items_of(rows, on=on).get(episode.pk, ()),
    )
