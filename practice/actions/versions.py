"""Which state of some rows somebody has looked at: a stale form is told, and never stored over a newer one."""

from typing import Any

from django.db import models

from practice.actions.writing import RefusedError
from practice.models import Practitioner

STALE = (
    "This was changed while the page was open. Nothing of yours was stored yet: what you typed is "
    "still here, beside what is stored now. Look at both, then save again."
)


class StaleError(RefusedError):
    """Somebody, or the same person in another tab, has changed the record since it was shown."""


def version_of(*rows: models.Model) -> str:
    """The newest state of each in the history, in the order given: a query for each."""
    return "-".join(str(_newest(row)) for row in rows)


def check_version(*rows: models.Model, seen: str) -> None:
    """Raises StaleError unless `seen` is their version. The rows are locked: read again before."""
    if seen != version_of(*rows):
        raise StaleError(STALE)


def is_repeat(row: models.Model, *, by: Practitioner, why: str) -> bool:
    """Whether this person stored the newest state for this very reason: a double click."""
    kept: Any = row
    newest = kept.history.filter(history_id=_newest(row))
    is_theirs: bool = newest.filter(history_user_id=by.pk, history_change_reason=why).exists()
    return is_theirs


def _newest(row: models.Model) -> int:
    kept: Any = row
    newest: int | None = kept.history.aggregate(newest=models.Max("history_id"))["newest"]
    return newest or 0
