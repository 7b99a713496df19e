"""Two people, one session: what was changed since a page was opened is not overwritten but told."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.db.models import Max
from django.utils import timezone

from practice.actions.versions import StaleError
from practice.domain.measures import MEASURES
from practice.models import MeasureCompletion, Practitioner, Session

# By the names of the history's columns.
_SESSION: Mapping[str, str] = MappingProxyType(
    {
        "episode_id": "the client",
        "held_on": "the date",
        "kind": "the kind",
        "attendance": "the attendance",
        "medium": "the medium",
        "minutes": "the minutes",
        "fee": "the fee",
        "note": "the note",
    }
)
_FORM: Mapping[str, str] = MappingProxyType(
    {
        "episode_id": "the client",
        "completed_on": "the date",
        "total": "the total",
        "answers": "the answers",
        "mode": "how it came",
    }
)
_KINDS = MappingProxyType({"+": "was added", "-": "was taken off"})


class ChangedMeanwhileError(StaleError):
    """Somebody has changed the row since the page was opened; the message says who and what."""


def version_of(row: Session | MeasureCompletion) -> str:
    """The newest history rows of a session and its forms, or of one form: two queries at most."""
    return f"{_newest(_sessions(row))}-{_newest(_forms(row))}"


def check_unchanged(row: Session | MeasureCompletion, *, seen: str, by: Practitioner) -> None:
    """Raises ChangedMeanwhileError unless `seen` is the row's version."""
    if seen == version_of(row):
        return
    first, second = _states(seen) or (0, 0)
    later = [
        *_sessions(row).filter(history_id__gt=first),
        *_forms(row).filter(history_id__gt=second),
    ]
    later.sort(key=lambda kept: (kept.history_date, kept.history_id))
    told = "; ".join(dict.fromkeys(_told(kept, by=by) for kept in later))
    raise ChangedMeanwhileError(
        f"This was changed while the page was open{': ' if told else ''}{told}. Nothing of yours is "
        "stored yet: look at what is stored now, then go on."
    )


def as_it_was(
    row: Session | MeasureCompletion, *, seen: str
) -> tuple[Any, Mapping[str, MeasureCompletion]] | None:
    """The row in the state of a version, with the forms it had then, by measure: two queries.

    None for a version that never was.
    """
    states = _states(seen)
    if states is None:
        return None
    first, second = states
    if isinstance(row, MeasureCompletion):
        then = _forms(row).filter(history_id=second).first()
        return None if then is None else (then.instance, {})
    then = _sessions(row).filter(history_id=first).first()
    if then is None:
        return None
    newest = {
        each.id: each for each in _forms(row).filter(history_id__lte=second).order_by("history_id")
    }
    return then.instance, {
        each.measure: each.instance for each in newest.values() if each.history_type != "-"
    }


def _states(seen: str) -> tuple[int, int] | None:
    match = re.fullmatch(r"([0-9]{1,18})-([0-9]{1,18})", seen)
    return (int(match[1]), int(match[2])) if match else None


def _sessions(row: Session | MeasureCompletion) -> Any:
    kept: Any = Session
    return kept.history.filter(id=row.pk if isinstance(row, Session) else None)


def _forms(row: Session | MeasureCompletion) -> Any:
    kept: Any = MeasureCompletion
    if isinstance(row, Session):
        return kept.history.filter(session_id=row.pk)
    return kept.history.filter(id=row.pk)


def _newest(rows: Any) -> int:
    return rows.aggregate(newest=Max("history_id"))["newest"] or 0


def _told(kept: Any, *, by: Practitioner) -> str:
    name = MEASURES[kept.measure].name if hasattr(kept, "measure") else "the session"
    who = "you" if kept.history_user_id == by.pk else _name(kept.history_user_id)
    when = f"{timezone.localtime(kept.history_date):%H:%M}"
    what = _KINDS.get(kept.history_type) or f"was changed ({_differences(kept)})"
    return f"{name} {what} by {who} at {when}"


def _name(pk: int | None) -> str:
    person = None if pk is None else Practitioner.objects.filter(pk=pk).first()
    return "a command" if person is None else str(person)


def _differences(kept: Any) -> str:
    before = kept.prev_record
    words = _FORM if hasattr(kept, "measure") else _SESSION
    return ", ".join(
        label for field, label in words.items() if getattr(before, field) != getattr(kept, field)
    )
