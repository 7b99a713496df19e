"""A database as an earlier version left it, and the way to the newest one."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from itertools import count
from typing import Any

from django.apps.registry import Apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

# Columns and their values, as the driver gives them.
Row = Mapping[str, Any]
_numbers = count(1)


def migrate(*, to: str) -> Apps:
    """Migrate the practice's own tables there; the models as they were then."""
    executor = MigrationExecutor(connection)
    with _usual_plans():
        executor.migrate([("practice", to)])
    # The state is that of the graph, which has not changed by what was applied.
    apps: Apps = executor.loader.project_state([("practice", to)]).apps
    return apps


@contextmanager
def _usual_plans() -> Iterator[None]:
    """Migrations ask PostgreSQL's own catalogue a great deal, which is slow without nested loops."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET enable_nestloop = on")
        yield
        cursor.execute("RESET enable_nestloop")


def newest() -> str:
    """The last migration of the practice's own tables."""
    (leaf,) = MigrationExecutor(connection).loader.graph.leaf_nodes("practice")
    return str(leaf[1])


class Copies:
    """Copies of the whole database, tables and numbers given included: far quicker than migrating anew.

    Neither taken nor put back inside a transaction.
    """

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack

    def take(self) -> "Copy":
        """The database as it is now."""
        copy = _InMemory() if connection.vendor == "sqlite" else _OnServer()
        self._stack.callback(copy.forget)
        return copy


class _InMemory:
    """A copy of SQLite's database."""

    def __init__(self) -> None:
        self._kept = sqlite3.connect(":memory:")
        connection.ensure_connection()
        connection.connection.backup(self._kept)

    def put_back(self) -> None:
        """The tests' database is as it was when the copy was taken."""
        connection.ensure_connection()
        self._kept.backup(connection.connection)

    def forget(self) -> None:
        self._kept.close()


class _OnServer:
    """A copy beside the tests' database on the same PostgreSQL."""

    def __init__(self) -> None:
        self._own = str(connection.settings_dict["NAME"])
        self._kept = f"{self._own}_copy_{next(_numbers)}"
        self._copy(self._own, to=self._kept)

    def put_back(self) -> None:
        """The tests' database is as it was when the copy was taken."""
        self._copy(self._kept, to=self._own)

    def forget(self) -> None:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{self._kept}"')

    def _copy(self, source: str, *, to: str) -> None:
        # Neither may be in use.
        connection.close()
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{to}"')
            cursor.execute(f'CREATE DATABASE "{to}" TEMPLATE "{source}"')


Copy = _InMemory | _OnServer


@contextmanager
def walking() -> Iterator[Copies]:
    """Inside it the database may be taken from version to version, and filled there.

    Afterwards it is as it was before, whatever went wrong within.
    """
    with ExitStack() as stack:
        copies = Copies(stack)
        stack.callback(copies.take().put_back)
        yield copies


def rows_of(apps: Apps) -> dict[str, Sequence[Row]]:
    """Every row of every table that the version has."""
    found: dict[str, Sequence[Row]] = {}
    with connection.cursor() as cursor:
        for model in apps.get_app_config("practice").get_models(include_auto_created=True):
            table, key = model._meta.db_table, model._meta.pk
            assert key is not None
            cursor.execute(f'SELECT * FROM "{table}" ORDER BY "{key.column}"')  # noqa: S608
            names = [column[0] for column in cursor.description]
            found[table] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return found
