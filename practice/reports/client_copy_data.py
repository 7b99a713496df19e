"""Everything about one client as data: JSON whose every key is documented beside it."""

import datetime as dt
import json
import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django.db import models

from practice.cases.field_words import TOLD
from practice.cases.whole_client import WholeClient, WholeEpisode
from practice.models import MeasureCompletion, Practitioner

Json = dict[str, Any]
FORMAT = 1
DATA_NAME, KEYS_NAME = "client.json", "keys.txt"
# Says nothing outside the database it comes from.
_UNSAID = frozenset({"id"})
_HAPPENED = MappingProxyType({"+": "entered", "~": "changed", "-": "removed"})

# What a key means; those of TOLD have their words there.
_KEYS: Mapping[str, str] = MappingProxyType(
    {
        "format": "version of this layout",
        "made_at": "when this copy was made",
        "made_by": "who made it",
        "service": "the practice or service",
        "client": "the client: the reference, and what is recorded of the person",
        "uid": "a random id, the same wherever the record is named",
        "episodes": "each referral with the therapy that came of it",
        "holdings": "who held the episode, from and until when",
        "practitioner": "a person of the practice, by name",
        "since": "the first day",
        "until": "the first day no longer; null: still",
        "sessions": "appointments, kept or missed",
        "forms": "questionnaires: of a session, or (in an episode) filled in without a meeting",
        "answers": "item answers as ticked, one character an item, - for none; empty: total alone",
        "position": "the place among the entries of one day",
        "entered_by": "who entered it; null: a command, or nobody known",
        "entered_at": "when it was entered",
        "risk_response": "what was asked and done about the risk item; null: nothing is written",
        "written_by": "who wrote it",
        "written_at": "when it was written",
        "agreements": "what was agreed about the client in a supervision",
        "supervision": "the supervision: its day and the supervisor",
        "day": "a day",
        "supervisor": "as the practitioner wrote the name",
        "left_out_at": "since when the episode is left out of the figures",
        "left_out_by": "who left it out",
        "history": "every state that each of these records ever had, oldest first",
        "of": "which kind of record it is about",
        "happened": "entered, changed or removed",
        "at": "when",
        "by": "who; null: a command, or nobody known",
        "why": "the reason that was given, or what the program writes for it",
        "values": "the record as it was from then on",
        "opened": "who opened the record without holding it, or took data out of it",
        "who": "the person, by name",
        "deed": "what was done",
        "page": "the page's name in the program",
    }
)


def documented_keys() -> Mapping[str, str]:
    """Every key of the data with what it means."""
    told = {one.name: one.label for fields in TOLD.values() for one in fields}
    return {**told, **_KEYS}


def keys_text() -> str:
    """The documentation that goes with the data, a key a line."""
    lines = [f"{name}: {words}" for name, words in sorted(documented_keys().items())]
    head = (
        f"The keys of {DATA_NAME}. Days are 2026-03-09, moments are in UTC; null is not recorded. "
        "episodes.csv and sessions.csv hold what two sheets can hold of the same."
    )
    return "\n".join([head, "", *lines, ""])


def client_data(whole: WholeClient, *, made_by: str, now: dt.datetime) -> bytes:
    """The whole record as JSON in UTF-8."""
    data = {
        "format": FORMAT,
        "made_at": _value(now),
        "made_by": made_by,
        "service": whole.client.service.name,
        "client": _fields(whole.client, whole),
        "episodes": [_episode(one, whole) for one in whole.episodes],
        "history": [_state(row, whole) for row in whole.past],
        "opened": [
            {"at": _value(one.at), "who": one.who, "deed": one.deed, "page": one.page}
            for one in whole.openings
        ],
    }
    return json.dumps(data, ensure_ascii=False, indent=1).encode() + b"\n"


def _episode(one: WholeEpisode, whole: WholeClient) -> Json:
    lone = [form for row in one.rows if row.session is None for form in row.forms]
    return {
        **_fields(one.episode, whole),
        "holdings": [_fields(holding, whole) for holding in one.holdings],
        "sessions": [
            {**_fields(row.session, whole), "forms": _forms(row.forms, whole)}
            for row in one.rows
            if row.session is not None
        ],
        "forms": _forms(lone, whole),
        "agreements": [
            {
                **_fields(agreement, whole),
                "supervision": {
                    "day": _value(agreement.meeting.held_on),
                    "supervisor": agreement.meeting.supervisor,
                },
            }
            for agreement in one.agreements
        ],
    }


def _forms(forms: Sequence[MeasureCompletion], whole: WholeClient) -> list[Json]:
    found = []
    for form in forms:
        response = whole.response_to(form)
        written = None if response is None else _fields(response, whole)
        found.append({**_fields(form, whole), "risk_response": written})
    return found


def _state(row: Any, whole: WholeClient) -> Json:
    return {
        "of": row.instance_type._meta.verbose_name,  # noqa: SLF001
        "happened": _HAPPENED[row.history_type],
        "at": _value(row.history_date),
        "by": None if row.history_user_id is None else whole.name(row.history_user_id),
        "why": row.history_change_reason or "",
        "values": _fields(row, whole, of=row.instance_type),
    }


def _fields(row: models.Model, whole: WholeClient, *, of: type[models.Model] | None = None) -> Json:
    """Every column of a record; of what leads to other records, only the people."""
    found: Json = {}
    for field in (of or type(row))._meta.concrete_fields:  # noqa: SLF001
        key = getattr(row, field.attname)
        if field.related_model is Practitioner:
            found[field.name] = None if key is None else whole.name(key)
        elif not field.is_relation and field.name not in _UNSAID:
            found[field.name] = _value(key)
    return found


def _value(value: object) -> object:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value
