"""Whether anything was changed past the history: rows that differ from it, gaps, missing triggers.

What it finds is told by model, number of the row and names of fields, never by values.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any, NamedTuple

from django.apps import apps
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.functions import Cast

from practice.backups.counters import highest_given
from practice.domain.digests import digest_of_report
from practice.migrations._audit import NAMES, TABLE, in_force_on
from practice.models import AuditEntry, FrozenReport
from practice.models.encrypted import EncryptedTextField, UnreadableNoteError

# Rows that are held in memory at a time, each with all of its history.
_ROWS_AT_A_TIME = 500
# Each is as long as a few hundred other rows.
_REPORTS_AT_A_TIME = 20

_ENTERED, _CHANGED, _REMOVED = "+", "~", "-"

# The fields of a row that its history keeps, in their order, as text.
Values = tuple[str | None, ...]


class _State(NamedTuple):
    """One row of a history. date: as text, which has the order of time."""

    row: int
    kind: str
    date: str
    values: Values


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One fault. row: its number in its table; None where it is about a whole table."""

    model: str
    row: int | None
    fault: str
    fields: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """Client 12: differs from its history in birth_year, gender."""
        where = self.model if self.row is None else f"{self.model} {self.row}"
        what = f"{self.fault} in {', '.join(self.fields)}" if self.fields else self.fault
        return f"{where}: {what}"


def kept_models() -> list[type[models.Model]]:
    """Every model whose changes are kept."""
    found = apps.get_app_config("practice").get_models()
    return sorted((one for one in found if hasattr(one, "history")), key=lambda one: one.__name__)


def check_model(model: type[models.Model]) -> Iterator[Finding]:
    """Every row of a model beside its history, in pieces: two queries for each 500 rows."""
    after = 0
    while True:
        rows = _rows(model, after=after)
        last = None if len(rows) < _ROWS_AT_A_TIME else max(rows)
        yield from _check_piece(model, rows, _history(model, after=after, last=last))
        if last is None:
            return
        after = last


def check_reports() -> Iterator[Finding]:
    """The words and figures of a report made for good stand in no history, but its digest does."""
    kept: Any = (
        models.QuerySet(FrozenReport).order_by("pk").values("pk", "text", "figures", "digest")
    )
    for row in kept.iterator(chunk_size=_REPORTS_AT_A_TIME):
        if digest_of_report(text=row["text"], figures=row["figures"]) != row["digest"]:
            yield Finding(
                model=FrozenReport.__name__,
                row=row["pk"],
                fault="differs from its digest",
                fields=("text", "figures"),
            )


def check_audit_numbers(connection: BaseDatabaseWrapper) -> int:
    """How many numbers of the audit were given and have no entry.

    A transaction that was undone leaves one on PostgreSQL: so it is no proof of anything.
    """
    highest = highest_given(connection, table=TABLE, column="id")
    top = AuditEntry.objects.aggregate(top=models.Max("pk"))["top"] or 0
    return max(highest, top) - AuditEntry.objects.count()


def check_triggers(connection: BaseDatabaseWrapper) -> Iterator[Finding]:
    """What makes the audit append-only is there, in force, and does what it was made for."""
    sql, values = in_force_on(connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        there = {name for (name,) in cursor.fetchall()}
    for name in NAMES[connection.vendor]:
        if name not in there:
            yield Finding(
                model="AuditEntry",
                row=None,
                fault=f"its entries could be changed: the trigger {name} is missing or altered",
            )


def _check_piece(
    model: type[models.Model], rows: dict[int, Values], history: Iterable[_State]
) -> Iterator[Finding]:
    name = model.__name__
    with_history = set()
    for key, group in groupby(history, key=lambda state: state.row):
        with_history.add(key)
        states = list(group)
        for fault in _order_faults(states):
            yield Finding(model=name, row=key, fault=fault)
        yield from _present_faults(model, key, row=rows.get(key), last=states[-1])
    for key in rows.keys() - with_history:
        yield Finding(model=name, row=key, fault="has no history")


def _order_faults(states: Sequence[_State]) -> Iterator[str]:
    """What is wrong with a history by itself."""
    kinds = [state.kind for state in states]
    if kinds[0] != _ENTERED:
        yield "its history does not begin with its entry"
    if _ENTERED in kinds[1:]:
        yield "was entered twice by its history"
    if _REMOVED in kinds[:-1]:
        yield "its history goes on after its removal"
    if any(later.date < earlier.date for earlier, later in pairwise(states)):
        yield "the dates of its history are out of order"


def _present_faults(
    model: type[models.Model], key: int, *, row: Values | None, last: _State
) -> Iterator[Finding]:
    name, is_removed = model.__name__, last.kind == _REMOVED
    if row is None and not is_removed:
        yield Finding(model=name, row=key, fault="is gone, and its history does not say so")
    if row is not None and is_removed:
        yield Finding(model=name, row=key, fault="is there, and by its history it was removed")
    # Most are the same as they stand, and are looked at no closer.
    if row is not None and not is_removed and row != last.values:
        yield from _differences(model, key, row=row, last=last.values)


def _differences(
    model: type[models.Model], key: int, *, row: Values, last: Values
) -> Iterator[Finding]:
    different, unreadable = [], []
    for field, stands, kept in zip(_fields(model), row, last, strict=True):
        if stands == kept:
            continue
        if not isinstance(field, EncryptedTextField):
            different.append(field.attname)
            continue
        # Each note was encrypted for itself, and must be read.
        try:
            if field.from_db_value(stands) != field.from_db_value(kept):
                different.append(field.attname)
        except UnreadableNoteError:
            unreadable.append(field.attname)
    for fault, names in (
        ("differs from its history", different),
        ("cannot be read with the keys that are here, or was tampered with,", unreadable),
    ):
        if names:
            yield Finding(model=model.__name__, row=key, fault=fault, fields=tuple(names))


def _fields(model: Any) -> list[Any]:
    """Those that the history keeps; a password is none of them."""
    return [
        field
        for field in model.history.model.tracked_fields
        if field.concrete and not field.primary_key
    ]


def _as_text(*names: str) -> list[Cast]:
    # As the database writes it: quicker by half than to make dates and numbers of a million rows,
    # and notes are not decrypted.
    return [Cast(name, models.TextField()) for name in names]


def _values(model: Any) -> list[Cast]:
    return _as_text(*(field.attname for field in _fields(model)))


def _rows(model: Any, *, after: int) -> dict[int, Values]:
    found: Any = models.QuerySet(model).filter(pk__gt=after).order_by("pk")
    rows = found.values_list("pk", *_values(model))[:_ROWS_AT_A_TIME]
    return {key: tuple(values) for key, *values in rows}


def _history(model: Any, *, after: int, last: int | None) -> Iterator[_State]:
    """The history of one piece, in the order in which it was written. last: None is to the end."""
    found: Any = models.QuerySet(model.history.model).filter(id__gt=after)
    if last is not None:
        found = found.filter(id__lte=last)
    states = found.order_by("id", "history_id").values_list(
        "id", "history_type", *_as_text("history_date"), *_values(model)
    )
    for row, kind, date, *values in states.iterator(chunk_size=_ROWS_AT_A_TIME):
        yield _State(row=row, kind=kind, date=date, values=tuple(values))
