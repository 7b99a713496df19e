"""The targets that somebody has set: shown beside a rate, never as a verdict on it."""

import datetime as dt

from django.db.models import Q

from practice.cohorts import Scope
from practice.models import Target


def standing_targets(scope: Scope, *, on: dt.date) -> tuple[Target, ...]:
    """The scope's own targets that stand on a day, by rate. One query."""
    return tuple(
        Target.objects.filter(
            Q(until__isnull=True) | Q(until__gte=on),
            service=scope.service,
            practitioner=scope.practitioner,
            from_on__lte=on,
        ).order_by("rate", "from_on", "pk")
    )
