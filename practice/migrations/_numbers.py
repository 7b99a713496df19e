"""An operation for migrations that make tables anew, as SQLite does for most changes."""

from typing import Any

from django.db.migrations import RunPython
from django.db.models import Max


def go_on_where_they_were(apps: Any, schema_editor: Any) -> None:
    """On SQLite a table that is made anew forgets the highest number it gave to a row.

    A number given again, after that row was deleted, would hang the old row's history on a new
    one. The history tells the highest: it is never deleted.
    """
    connection = schema_editor.connection
    if connection.vendor != "sqlite":
        return
    models = {model.__name__: model for model in apps.get_app_config("practice").get_models()}
    for name, model in models.items():
        history = models.get(f"Historical{name}")
        if history is None:
            continue
        highest = history.objects.aggregate(highest=Max("id"))["highest"] or 0
        table = model._meta.db_table  # noqa: SLF001 - documented by Django
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE sqlite_sequence SET seq = max(seq, %s) WHERE name = %s", [highest, table]
            )
            if not cursor.rowcount and highest:
                cursor.execute(
                    "INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, highest]
                )


def first() -> RunPython:
    """The first operation of such a migration: it does its work on the way back."""
    return RunPython(RunPython.noop, go_on_where_they_were)


def last() -> RunPython:
    """The last operation of such a migration."""
    return RunPython(go_on_where_they_were, RunPython.noop)
