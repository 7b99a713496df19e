"""What has happened since the last supervision: what was agreed there, and scores changed since."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from practice.cohorts import Scope
from practice.domain.periods import Period
from practice.models import Agreement, Episode, MeasureCompletion, Session, SupervisionMeeting

# What makes a form's score, and whose and of which day it is. How it was entered is no part of it.
_JUDGED = ("measure", "total", "answers", "session_id", "episode_id", "completed_on")
_CHANGED, _REMOVED = "~", "-"


@dataclass(frozen=True, kw_only=True)
class ScoreChanges:
    """Forms whose score was changed, or that were removed, after they had been entered."""

    changed: int
    removed: int


def last_meeting(scope: Scope, *, on: dt.date) -> SupervisionMeeting | None:
    """The practitioner's latest supervision in the service up to and including a day."""
    return (
        SupervisionMeeting.objects.filter(
            service=scope.service, practitioner=scope.practitioner, held_on__lte=on
        )
        .order_by("-held_on", "-entered_at", "-pk")
        .first()
    )


def last_agreements(keys: Collection[int], *, on: dt.date) -> Mapping[int, Agreement]:
    """By episode, the latest agreement up to and including a day, with its meeting. One query."""
    latest = Agreement.objects.filter(
        episode=OuterRef("episode"), meeting__held_on__lte=on
    ).order_by("-meeting__held_on", "-meeting__entered_at", "-pk")
    found = Agreement.objects.filter(
        episode__in=keys, pk=Subquery(latest.values("pk")[:1])
    ).select_related("meeting")
    return {agreement.episode_id: agreement for agreement in found}


def score_changes(episodes: QuerySet[Episode], period: Period) -> ScoreChanges:
    """Of the episodes' forms, how many were changed and how many removed on days of the period.

    Counted are forms, not changes: one that was put right twice counts once. One query.
    """
    keys = episodes.order_by().values("pk")
    forms: Any = MeasureCompletion.history
    sessions: Any = Session.history
    first = timezone.make_aware(dt.datetime.combine(period.start, dt.time.min))
    end = timezone.make_aware(dt.datetime.combine(period.end + dt.timedelta(days=1), dt.time.min))
    touched = forms.filter(
        history_type__in=(_CHANGED, _REMOVED), history_date__gte=first, history_date__lt=end
    )
    # A form's session may be gone as well: its history still says of which episode it was.
    of_them = sessions.filter(episode_id__in=keys).values("id")
    rows = (
        forms.filter(
            Q(episode_id__in=keys) | Q(session_id__in=of_them), id__in=touched.values("id")
        )
        .order_by("id", "history_date", "history_id")
        .values_list("id", "history_type", "history_date", *_JUDGED)
    )
    changed, removed = set(), set()
    before: tuple[int, list[object]] | None = None
    for form, kind, moment, *judged in rows:
        if first <= moment < end:
            if kind == _REMOVED:
                removed.add(form)
            # A row without one before it, of the same form, has nothing to be held against.
            elif before is not None and before[0] == form and before[1] != judged:
                changed.add(form)
        before = (form, judged)
    return ScoreChanges(changed=len(changed), removed=len(removed))
