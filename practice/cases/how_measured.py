"""How the scores of episodes were taken: the medium of the session, and how the form was filled in."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce

from practice.domain.integrity_counts import HowMeasured
from practice.domain.measures import Mode
from practice.domain.records import ScoreRecord
from practice.domain.sessions import Kind, Medium
from practice.models import Episode, MeasureCompletion


def how_measured(episodes: QuerySet[Episode]) -> Mapping[int, tuple[HowMeasured, ...]]:
    """Every score of the episodes as cohorts reads it, with how it was taken: one query."""
    keys = episodes.order_by().values("pk")
    rows: Iterable[tuple[Any, ...]] = (
        MeasureCompletion.objects.of_episodes(keys)
        .filter(total__isnull=False)
        .annotate(
            key=Coalesce("session__episode_id", "episode_id"),
            on=Coalesce("session__held_on", "completed_on"),
            place=Coalesce("session__position", "position"),
            score=F("total"),
        )
        .values_list(
            "key",
            "measure",
            "on",
            "score",
            "session__kind",
            "place",
            "session__medium",
            "mode",
        )
    )
    found: defaultdict[int, list[HowMeasured]] = defaultdict(list)
    for key, measure, on, total, kind, place, medium, mode in rows:
        score = ScoreRecord(
            measure=measure,
            on=on,
            total=total,
            kind=Kind(kind) if kind else None,
            position=place,
        )
        found[key].append(
            HowMeasured(score=score, medium=Medium(medium) if medium else None, mode=Mode(mode))
        )
    return {key: tuple(each) for key, each in found.items()}
