"""The records of a scope, read for a period in a fixed number of queries."""

import datetime as dt
from collections import defaultdict

from django.db.models import DateField, Exists, F, Min, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Least
from django.utils import timezone

from practice.cohorts.cohort import Cohort, Scope
from practice.domain.endings import Ending, LeftOut
from practice.domain.periods import Period
from practice.domain.records import EpisodeRecord, ScoreRecord, SessionRecord
from practice.domain.sessions import Attendance, Kind, Medium
from practice.models import Episode, Holding, MeasureCompletion, Service, Session


def load_cohort(scope: Scope, period: Period) -> Cohort:
    """Read the records of a scope that can matter to a period: three queries."""
    return Cohort(period=period, episodes=records_of(episodes_in(scope, period)))


def first_referral(service: Service) -> dt.date | None:
    """The day of the service's first referral; None on an empty caseload."""
    first: dt.date | None = Episode.objects.filter(client__service=service).aggregate(
        first=Min("referred_on")
    )["first"]
    return first


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
            contract=contract,
            source=source,
            therapy=therapy,
            problem=problem,
            gender=gender,
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
            contract,
            source,
            therapy,
            problem,
            gender,
        ) in episodes.order_by("pk").values_list(
            "pk",
            "referred_on",
            "ended_on",
            "ending",
            "wished_to_continue",
            "left_out",
            "left_out_at",
            "contract",
            "source",
            "therapy",
            "problem",
            "client__gender",
        )
    )
