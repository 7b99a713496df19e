"""The records of a scope, read for a period in a fixed number of queries."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import CharField, DateField, Exists, F, Min, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Least
from django.utils import timezone

from practice.cohorts.cohort import Cohort, Scope
from practice.domain.endings import Ending, LeftOut
from practice.domain.periods import Period
from practice.domain.records import EpisodeRecord, ScoreRecord, SessionRecord
from practice.domain.sessions import Attendance, Kind, Medium
from practice.models import Episode, Holding, MeasureCompletion, Service, Session

# So many keys at most are handed back to the database as a list: then it knows how few rows there
# are to look for. Beyond, SQLite might refuse so long a statement.
MOST_KEYS = 5000
# A list of them, or a query for them.
Keys = Iterable[Any]

_EPISODE = (
    *("pk", "referred_on", "ended_on", "ending", "wished_to_continue", "left_out", "left_out_at"),
    *("contract", "source", "therapy", "problem", "client__gender"),
)


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
        # By the episode, each with its own few sessions: a list of all sessions of the period is as
        # long as the database.
        | Q(
            Exists(
                Session.objects.filter(
                    episode=OuterRef("pk"), held_on__range=(period.start, period.end)
                )
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
    rows = list(episodes.order_by("pk").values_list(*_EPISODE))
    keys = keys_of(episodes, known=[row[0] for row in rows])
    sessions, scores = _sessions_of(keys), _scores_of(keys)
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
        ) in rows
    )


def keys_of(episodes: QuerySet[Episode], *, known: Sequence[int]) -> Keys:
    """The keys as a list, so that the database sees how few they are; many, or none, as a query."""
    # No keys at all would make no query, and what is asked of an empty caseload is no special case.
    return known if 0 < len(known) <= MOST_KEYS else episodes.order_by().values("pk")


def _sessions_of(keys: Keys) -> defaultdict[int, list[SessionRecord]]:
    found: defaultdict[int, list[SessionRecord]] = defaultdict(list)
    for key, on, kind, attendance, position, minutes, fee, medium in Session.objects.filter(
        episode__in=keys
    ).values_list(
        "episode_id", "held_on", "kind", "attendance", "position", "minutes", "fee", "medium"
    ):
        found[key].append(
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
    return found


def _scores_of(keys: Keys) -> defaultdict[int, list[ScoreRecord]]:
    """A completion takes its day and place from its session, or has its own when it stands alone."""
    counted = MeasureCompletion.objects.filter(total__isnull=False).order_by()
    # Two questions in one query: asked as one with "or", the whole table would be read.
    of_sessions = counted.filter(session__episode__in=keys).values_list(
        *("session__episode_id", "measure", "session__held_on", "total", "session__kind"),
        "session__position",
    )
    alone = counted.filter(episode__in=keys).values_list(
        *("episode_id", "measure", "completed_on", "total"),
        Value(None, output_field=CharField()),
        "position",
    )
    found: defaultdict[int, list[ScoreRecord]] = defaultdict(list)
    for key, measure, on, total, kind, place in of_sessions.union(alone, all=True):
        found[key].append(
            ScoreRecord(
                measure=measure,
                on=on,
                total=total,
                kind=Kind(kind) if kind else None,
                position=place,
            )
        )
    return found
