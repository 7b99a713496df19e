"""Whether the notes of a database can be read with the keys of this installation."""

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from practice.backups.tables import Table, schema_of
from practice.models.encrypted import EncryptedTextField, UnreadableNoteError


def are_notes_readable(connection: BaseDatabaseWrapper) -> bool | None:
    """The oldest and the newest note of each column are tried; None where there are no notes."""
    found = None
    for table in schema_of(connection).tables:
        for field, ciphertext in _some_notes(table, connection):
            try:
                field.from_db_value(ciphertext)
            except UnreadableNoteError:
                return False
            found = True
    return found


def _some_notes(
    table: Table, connection: BaseDatabaseWrapper
) -> Iterator[tuple[EncryptedTextField, str]]:
    for column in table.columns:
        field = column.field
        if not isinstance(field, EncryptedTextField):
            continue
        rows: Any = models.QuerySet(model=table.model, using=connection.alias)
        kept = rows.annotate(kept_text=column.read).exclude(kept_text="")
        for order in ("pk", "-pk"):
            for text in (
                kept.exclude(kept_text=None).order_by(order).values_list("kept_text", flat=True)[:1]
            ):
                yield field, text
