"""A database as an earlier version left it, and the way to the newest one."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.apps.registry import Apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.append_only import triggers_off

# Columns and their values, as the driver gives them.
Row = Mapping[str, Any]


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


@contextmanager
def version(name: str) -> Iterator[Apps]:
    """Inside it the database is as that version had it, or as far on as the test takes it.

    Afterwards it is empty and the newest again, whatever went wrong within.
    """
    try:
        yield migrate(to=name)
    finally:
        with triggers_off():
            _empty(MigrationExecutor(connection).loader.project_state([("practice", _now())]).apps)
        migrate(to=newest())


def _now() -> str:
    applied = MigrationExecutor(connection).loader.applied_migrations
    return max(name for app, name in applied if app == "practice")


def _empty(apps: Apps) -> None:
    tables = [
        model._meta.db_table
        for model in apps.get_app_config("practice").get_models(include_auto_created=True)
    ]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            quoted = ", ".join(f'"{table}"' for table in tables)
            cursor.execute(f"TRUNCATE {quoted} RESTART IDENTITY CASCADE")
            return
        with connection.constraint_checks_disabled():
            for table in tables:
                cursor.execute(f'DELETE FROM "{table}"')  # noqa: S608 - names of our own
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])


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
