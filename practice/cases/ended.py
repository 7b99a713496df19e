"""Clients who have ended, so that they are found again."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet

from practice.cases.case import NOTES
from practice.cases.holders import held_in
from practice.cases.risk import RiskItem, open_risks_of
from practice.cohorts import Scope
from practice.models import Episode

# Recently: the day of the ending is AT MOST this many days back. Ours; two months.
RECENT_DAYS = 61


def ended_episodes(scope: Scope, *, on: dt.date) -> QuerySet[Episode]:
    """Ended on the day or before, the latest ending first, with their clients, without their notes.

    Of a practitioner: those held on the day, which are those that this person may open.
    """
    episodes = Episode.objects.filter(client__service=scope.service, ended_on__lte=on)
    return (
        held_in(episodes, scope=scope, on=on)
        .select_related("client")
        .defer(*NOTES)
        .order_by("-ended_on", "pk")
    )


def recently_ended(scope: Scope, *, on: dt.date) -> QuerySet[Episode]:
    """Those that ended in the last 61 days, the day itself included."""
    return ended_episodes(scope, on=on).filter(ended_on__gte=on - dt.timedelta(days=RECENT_DAYS))


@dataclass(frozen=True, kw_only=True)
class EndedAtRisk:
    """An ended episode with forms whose risk item somebody has yet to write about."""

    episode: Episode
    open_risks: tuple[RiskItem, ...]


def ended_at_risk(scope: Scope, *, on: dt.date) -> tuple[EndedAtRisk, ...]:
    """The ended episodes whose risk item is still open, the latest ending first.

    An ending does not close it. One query, and a second where there are any.
    """
    ended = ended_episodes(scope, on=on)
    risks = open_risks_of(ended, on=on)
    return tuple(
        EndedAtRisk(episode=episode, open_risks=risks[episode.pk])
        for episode in ended.filter(pk__in=list(risks))
    )
