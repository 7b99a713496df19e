"""Who holds which client on a day."""

import datetime as dt
from collections.abc import Mapping

from django.db.models import QuerySet

from practice.cohorts import Scope
from practice.models import Episode, Holding, Practitioner


def held_in(episodes: QuerySet[Episode], *, scope: Scope, on: dt.date) -> QuerySet[Episode]:
    """Those that the scope's practitioner holds on the day; all of them for the whole service."""
    if scope.practitioner is None:
        return episodes
    held = Holding.objects.on(on).filter(practitioner=scope.practitioner)
    return episodes.filter(pk__in=held.values("episode"))


def holders_in(scope: Scope, *, on: dt.date) -> Mapping[int, Practitioner]:
    """By episode, who holds it on the day: one query. An episode that nobody holds is not in it."""
    held = Holding.objects.on(on).filter(episode__client__service=scope.service)
    return {each.episode_id: each.practitioner for each in held.select_related("practitioner")}


def holder_of(episode: Episode, *, on: dt.date) -> Practitioner | None:
    """Who holds an episode on the day; None where nobody does. One query."""
    held = Holding.objects.on(on).filter(episode=episode).select_related("practitioner").first()
    return None if held is None else held.practitioner
