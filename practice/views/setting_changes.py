"""What was changed in a practice's settings, by whom, when and why: from the history of its row."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from practice.domain.measures import PrimaryOutcome
from practice.domain.second_factors import AskFactor
from practice.domain.signal_kinds import Signal
from practice.models import Practitioner, Service

# More are kept than a page shows.
SHOWN = 20
_LABELS = {
    "name": "name",
    "primary_outcome": "main measure",
    "logs_every_enquiry": "every enquiry is logged",
    "signals_off": "signals off",
    "usual_medium": "usual medium",
    "usual_minutes": "usual minutes",
    "usual_fee": "usual fee",
    "lead_reads_clients": "leads may open single clients",
    "retention_years": "years for which records are kept",
    "second_factor": "second factor",
}


@dataclass(frozen=True, kw_only=True)
class SettingChange:
    """what: one line for each setting, before and after. who: None where a command did it."""

    at: dt.datetime
    who: Practitioner | None
    what: tuple[str, ...]
    why: str


def setting_changes(service: Service) -> list[SettingChange]:
    """The newest first, the creation left out; two queries."""
    history: Any = service.history
    rows = list(history.order_by("-history_date", "-history_id")[: SHOWN + 1])
    people = {
        person.pk: person
        for person in Practitioner.objects.filter(
            pk__in={row.history_user_id for row in rows if row.history_user_id}
        )
    }
    return [
        SettingChange(
            at=after.history_date,
            who=people.get(after.history_user_id),
            what=tuple(_differences(before, after)),
            why=after.history_change_reason or "",
        )
        for after, before in pairwise(rows)
    ]


def _differences(before: Any, after: Any) -> Iterator[str]:
    for field, label in _LABELS.items():
        old, new = getattr(before, field), getattr(after, field)
        if old != new:
            yield f"{label}: {_words(field, old)} → {_words(field, new)}"


def _words(field: str, value: object) -> str:
    if field == "second_factor":
        return AskFactor.of(None if value is None else bool(value)).words
    if value is None or value == "":
        return "none" if field == "signals_off" else "not set"
    return _value_words(field, value)


def _value_words(field: str, value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"£{value:.2f}"
    text = str(value)
    if field == "primary_outcome":
        return PrimaryOutcome(text).words
    if field == "signals_off":
        return ", ".join(Signal(code).words for code in text.split())
    return text.replace("_", " ") if field == "usual_medium" else text
