"""How many scores a scope had on the record in a span of days: what changes of scores are of."""

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from practice.cohorts import Scope, episodes_in
from practice.domain.integrity import IMPORT_UNDONE
from practice.domain.periods import Period
from practice.models import MeasureCompletion, Session

_REMOVED = "-"


def scores_on_record(scope: Scope, days: Period) -> int:
    """Forms with a total that stood on some day of the period, left-out episodes included.

    Entered by its last day, and not removed before its first; what an import brought and its
    undoing took away never stood. Of the episodes that load_ledger_since tells of. One query.
    """
    episodes = episodes_in(scope, Period(start=dt.date.min, end=days.end)).order_by().values("pk")
    sessions: Any = Session.history
    forms: Any = MeasureCompletion.history
    gone = forms.filter(
        Q(history_date__lt=_midnight(days.start))
        | Q(history_change_reason__startswith=IMPORT_UNDONE),
        id=OuterRef("id"),
        history_type=_REMOVED,
    )
    every = forms.order_by().values("pk")
    of_sessions = sessions.filter(episode_id__in=episodes).order_by().values("id")
    # Two questions joined: asked with "or", the whole history is read.
    of_them = every.filter(episode_id__in=episodes).union(every.filter(session_id__in=of_sessions))
    return int(
        forms.filter(
            pk__in=of_them,
            history_date__lt=_midnight(days.end + dt.timedelta(days=1)),
            total__isnull=False,
        )
        .exclude(Exists(gone))
        .order_by()
        .values("id")
        .distinct()
        .count()
    )


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
