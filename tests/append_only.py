"""Lets tests empty the one table that the database itself refuses to empty."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection

from practice.migrations._audit import TABLE, statements_off, statements_on


def let_flush_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between tests that commit, Django empties every table: the triggers go, and come back.

    In the statements of the flush itself, so that it stays one transaction.
    """
    kind: Any = type(connection.ops)
    real = kind.sql_flush

    def around(ops: Any, style: Any, tables: Sequence[str], **options: Any) -> list[str]:
        found: list[str] = real(ops, style, tables, **options)
        if TABLE not in tables:
            return found
        vendor = ops.connection.vendor
        return [*statements_off(vendor), *found, *statements_on(vendor)]

    monkeypatch.setattr(kind, "sql_flush", around)


@contextmanager
def triggers_off() -> Iterator[None]:
    """Inside it entries can be changed and deleted; afterwards the triggers are there as before."""
    _run(statements_off(connection.vendor))
    try:
        yield
    finally:
        if TABLE in connection.introspection.table_names():
            _run(statements_on(connection.vendor))


def _run(statements: Sequence[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
