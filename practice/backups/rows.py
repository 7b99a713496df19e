"""Rows of a table: out of the database as lines of JSON, and back into it."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from practice.backups.tables import Table

_ROWS_AT_A_TIME = 1000


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How many rows, and the SHA-256 of their lines in the order of their keys."""

    rows: int
    sha256: str


class Counting:
    """Counts lines as they pass."""

    def __init__(self) -> None:
        self._rows = 0
        self._hash = hashlib.sha256()

    def passing(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        for line in lines:
            self._rows += 1
            self._hash.update(line)
            yield line

    def tally(self) -> Tally:
        return Tally(rows=self._rows, sha256=self._hash.hexdigest())


def lines_of(table: Table, connection: BaseDatabaseWrapper) -> Iterator[bytes]:
    """Each row of the table as a line, in the order of their keys; not all at once in memory."""
    # A plain queryset: the model's own managers are no concern here.
    rows: Any = models.QuerySet(model=table.model, using=connection.alias)
    selected = rows.order_by("pk").values_list(*(column.read for column in table.columns))
    for row in selected.iterator(chunk_size=_ROWS_AT_A_TIME):
        values = [column.to_json(value) for column, value in zip(table.columns, row, strict=True)]
        yield json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def tally_of(table: Table, connection: BaseDatabaseWrapper) -> Tally:
    """Of what the database holds now."""
    counting = Counting()
    for _ in counting.passing(lines_of(table, connection)):
        pass
    return counting.tally()


def put_back(table: Table, lines: Iterable[bytes], connection: BaseDatabaseWrapper) -> None:
    """Insert the rows as they were, keys included.

    The one place that writes clinical rows past the guarded managers and the history. It may,
    because the history comes along in the same backup: a restored row is no change by anybody,
    and a second "created" beside its real history would be untrue. Only into empty tables.
    Raises ValueError, TypeError or ArithmeticError where a value is not of its column's kind.
    """
    quote = connection.ops.quote_name
    columns = ", ".join(map(quote, table.column_names))
    places = ", ".join(["%s"] * len(table.columns))
    # Every name is from the migrations, and quoted; the values travel apart.
    sql = f"INSERT INTO {quote(table.name)} ({columns}) VALUES ({places})"  # noqa: S608
    with connection.cursor() as cursor:
        rest = iter(lines)
        while some := [
            _parameters(table, line, connection) for line in islice(rest, _ROWS_AT_A_TIME)
        ]:
            cursor.executemany(sql, some)


def _parameters(table: Table, line: bytes, connection: BaseDatabaseWrapper) -> list[Any]:
    return [
        column.to_database(value, connection)
        for column, value in zip(table.columns, json.loads(line), strict=True)
    ]
