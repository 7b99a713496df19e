"""What a database holds, read in ways of its own: the tests' word against the program's.

`python -m tests.backups.contents` prints it, for installations in other processes.
"""

import datetime as dt
import json
import os
from typing import Any

# Not from the program: what it leaves out, and no table of these is compared.
NOT_COMPARED = frozenset(
    {
        "account_emailconfirmation",
        "auth_group",
        "auth_group_permissions",
        "auth_permission",
        "django_content_type",
        "django_migrations",
        "django_session",
        "practice_cache",
    }
)


def raw_contents() -> dict[str, list[str]]:
    """Every row of every table as the driver gives it, of the kept tables: for one kind of database."""
    from django.apps import apps
    from django.db import connection

    in_json = {
        (model._meta.db_table, field.column)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if field.get_internal_type() == "JSONField"
    }
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if table not in NOT_COMPARED:
                cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
                names = [column[0] for column in cursor.description]
                rows = [
                    repr(
                        [
                            _cell(value, (table, name) in in_json)
                            for name, value in zip(names, row, strict=True)
                        ]
                    )
                    for row in cursor.fetchall()
                ]
                # The first column of a history table is not unique: the order of the rows is not told.
                found[table] = [repr(names), *sorted(rows)]
    return found


def _cell(value: Any, is_json: bool) -> Any:
    # Where the database keeps JSON as text, the order of names in it and its spaces mean nothing.
    if is_json and isinstance(value, str):
        return json.dumps(json.loads(value), sort_keys=True)
    return value


def everything() -> dict[str, list[str]]:
    """As raw_contents, with the tables that are left out: for "nothing changed"."""
    from django.db import connection

    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            found[table] = sorted(map(repr, cursor.fetchall()))
    return found


def portable_contents() -> dict[str, list[str]]:
    """Every row as the models give it, and the notes also as they are stored: for any kind."""
    from django.apps import apps
    from django.db import connection

    from practice.models.encrypted import EncryptedTextField

    found: dict[str, list[str]] = {}
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        if table in NOT_COMPARED:
            continue
        rows: Any = model._base_manager.order_by("pk").values()
        found[table] = [repr(sorted((name, _said(row[name])) for name in row)) for row in rows]
        for field in model._meta.concrete_fields:
            if not isinstance(field, EncryptedTextField):
                continue
            with connection.cursor() as cursor:
                cursor.execute(f'SELECT {field.column} FROM "{table}"')  # noqa: S608
                found[f"{table}.{field.column}"] = sorted(str(row[0]) for row in cursor.fetchall())
    return found


def _said(value: Any) -> str:
    if isinstance(value, dict | list):
        # Of JSON neither kind promises the order of its names, however deep.
        value = json.dumps(value, sort_keys=True)
    return repr(value.astimezone(dt.UTC) if isinstance(value, dt.datetime) else value)


if __name__ == "__main__":
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "practice.settings"
    django.setup()
    print(json.dumps(portable_contents()))  # noqa: T201 - read by the test that started this
