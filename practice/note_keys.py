"""Which key each encrypted value needs, and writing all of them anew with the first key.

This goes round the managers and the history on purpose: the words stay the same, only their lock is
another, in the rows and in their history alike. A row of history for each would say that somebody
changed a note, and would keep one more copy of it.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.apps import apps
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from practice.models.encrypted import PREFIX, EncryptedTextField

# Rows that are rewritten together: a kill undoes at most so many, and others wait no longer for them.
CHUNK = 100
# Any number that no other lock of this program has (PostgreSQL's advisory locks are numbers).
_LOCK = 5_203_771
# Secrets of second factors lie encrypted inside a JSON column of the library that keeps them.
_IN_JSON = {"mfa_authenticator": "data"}


@dataclass(frozen=True, kw_only=True)
class EncryptedColumn:
    """A column of ciphertext, or of JSON with ciphertext in it."""

    table: str
    key: str
    name: str
    is_json: bool


@dataclass(frozen=True, kw_only=True)
class Census:
    """How many values each key opens, in the order of the keys, and how many none does."""

    by_key: tuple[int, ...]
    unreadable: int

    @property
    def total(self) -> int:
        return sum(self.by_key) + self.unreadable

    @property
    def need_older(self) -> int:
        """Values that can be read, but not with the first key."""
        return sum(self.by_key[1:])


def encrypted_columns() -> list[EncryptedColumn]:
    """Those of every table of the program, history tables included."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        options = model._meta  # noqa: SLF001 - documented by Django, in spite of its name
        for field in options.local_concrete_fields:
            is_json = _IN_JSON.get(options.db_table) == field.column
            if is_json or isinstance(field, EncryptedTextField):
                found.append(
                    EncryptedColumn(
                        table=options.db_table,
                        key=str(options.pk.column),
                        name=str(field.column),
                        is_json=is_json,
                    )
                )
    return sorted(found, key=lambda column: (column.table, column.name))


def count_by_key(connection: BaseDatabaseWrapper, keys: tuple[str, ...]) -> Census:
    """Try every value. Changes nothing."""
    boxes = [Fernet(key) for key in keys]
    by_key, unreadable = [0] * len(boxes), 0
    for column in encrypted_columns():
        for _key, stored in _values(connection, column):
            for value in _ciphertexts(stored, column):
                number = _opened_by(value, boxes)
                if number is None:
                    unreadable += 1
                else:
                    by_key[number] += 1
    return Census(by_key=tuple(by_key), unreadable=unreadable)


def rewrite(connection: BaseDatabaseWrapper, keys: tuple[str, ...]) -> int:
    """Write what an older key locks anew with the first; returns how many values.

    In chunks that are stored each for itself: after a kill the same again goes on. A value that no
    key opens, or that somebody changes meanwhile, is left as it is.
    """
    rewritten = 0
    for column in encrypted_columns():
        last: int | None = None
        while True:
            with transaction.atomic(using=connection.alias):
                rows = _chunk(connection, column, after=last)
                rewritten += sum(_rewrite_row(connection, column, row, keys=keys) for row in rows)
            if len(rows) < CHUNK:
                break
            last = rows[-1][0]
    return rewritten


def is_sample_readable(connection: BaseDatabaseWrapper, keys: tuple[str, ...]) -> bool:
    """Whether the oldest and the newest value of every column open; True where there is none."""
    return are_notes_readable(connection, keys) is not False


def are_notes_readable(connection: BaseDatabaseWrapper, keys: tuple[str, ...]) -> bool | None:
    """The same; None where there is nothing to read."""
    boxes = [Fernet(key) for key in keys]
    found = [
        _opened_by(value, boxes) is not None
        for column in encrypted_columns()
        for order in ("ASC", "DESC")
        for _key, stored in _chunk(connection, column, limit=1, order=order)
        for value in _ciphertexts(stored, column)
    ]
    return all(found) if found else None


@contextmanager
def nobody_else_rotates(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Waits for another command that changes the keys; a kill lets go by itself."""
    # On SQLite the transaction itself is the lock: it begins with the right to write.
    with transaction.atomic(using=connection.alias):
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        yield


def _rewrite_row(
    connection: BaseDatabaseWrapper,
    column: EncryptedColumn,
    row: tuple[int, str],
    *,
    keys: tuple[str, ...],
) -> int:
    key, stored = row
    changed = 0

    def again(value: str) -> str:
        nonlocal changed
        new = _rewritten(value, keys)
        changed += new != value
        return new

    new = _each_ciphertext(stored, column, again)
    if not changed:
        return 0
    quote = connection.ops.quote_name
    cast = "::jsonb" if column.is_json and connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        # Only over the very value that was read: what somebody has stored since stays.
        cursor.execute(
            f"UPDATE {quote(column.table)} SET {quote(column.name)} = %s{cast} "  # noqa: S608 - names of our own
            f"WHERE {quote(column.key)} = %s AND {quote(column.name)} = %s{cast}",
            [new, key, stored],
        )
        return changed if cursor.rowcount else 0


def _rewritten(value: str, keys: tuple[str, ...]) -> str:
    """The same words locked with the first key; as it is where that locks it already, or no key opens it."""
    boxes = [Fernet(key) for key in keys]
    if _opened_by(value, boxes) in {None, 0}:
        return value
    token = MultiFernet(boxes).rotate(value.removeprefix(PREFIX).encode())
    return PREFIX + token.decode()


def _opened_by(value: str, boxes: list[Fernet]) -> int | None:
    """The place of the key that opens the value; None for none of them."""
    for number, box in enumerate(boxes):
        try:
            box.decrypt(value.removeprefix(PREFIX).encode())
        except InvalidToken:
            continue
        return number
    return None


def _ciphertexts(stored: str, column: EncryptedColumn) -> list[str]:
    found: list[str] = []

    def noted(value: str) -> str:
        found.append(value)
        return value

    _each_ciphertext(stored, column, noted)
    return found


def _each_ciphertext(stored: str, column: EncryptedColumn, change: Callable[[str], str]) -> str:
    if not column.is_json:
        return change(stored)
    return json.dumps(_each_inside(json.loads(stored), change))


def _each_inside(content: Any, change: Callable[[str], str]) -> Any:
    if isinstance(content, dict):
        return {name: _each_inside(value, change) for name, value in content.items()}
    if isinstance(content, list):
        return [_each_inside(value, change) for value in content]
    # Other texts beside are not ours.
    is_ours = isinstance(content, str) and content.startswith(PREFIX)
    return change(content) if is_ours else content


def _values(connection: BaseDatabaseWrapper, column: EncryptedColumn) -> Iterator[tuple[int, str]]:
    last: int | None = None
    while rows := _chunk(connection, column, after=last):
        yield from rows
        last = rows[-1][0]


def _chunk(
    connection: BaseDatabaseWrapper,
    column: EncryptedColumn,
    *,
    after: int | None = None,
    limit: int = CHUNK,
    order: str = "ASC",
) -> list[tuple[int, str]]:
    """Some rows that hold something, by number, with the column as it is stored."""
    quote = connection.ops.quote_name
    key, name = quote(column.key), quote(column.name)
    text = f"CAST({name} AS text)"
    beyond = "" if after is None else f"AND {key} > %s "
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {key}, {text} FROM {quote(column.table)} "  # noqa: S608 - names of our own
            f"WHERE {name} IS NOT NULL AND {text} <> '' {beyond}ORDER BY {key} {order} LIMIT {limit}",
            [] if after is None else [after],
        )
        return [(found, stored) for found, stored in cursor.fetchall()]
