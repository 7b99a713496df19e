"""The last supervision, and what was agreed there."""

import datetime as dt
from collections.abc import Collection, Mapping

from django.db.models import OuterRef, Subquery

from practice.cohorts import Scope
from practice.models import Agreement, SupervisionMeeting


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
