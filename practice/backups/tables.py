"""Which tables a backup holds: those of every model, less a named few.

They are taken from the migrations that the database has, not from the program's models: so a
backup can be made before `migrate`, of a database that is behind the program.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader

from practice.backups.columns import Column, column_of
from practice.backups.errors import BackupError

# Tables that stay out of backups, and why. Every other table of a model is in.
LEFT_OUT: Mapping[str, str] = {
    "django_session": "people sign in again after a restore",
    "django_content_type": "made anew by migrate; no table of a backup points to it",
    "auth_permission": "made anew by migrate; no table of a backup points to it",
    "auth_group": "not used: what people may see hangs on memberships",
    "auth_group_permissions": "not used, as the groups",
    "account_emailconfirmation": "links sent by mail, which run out",
}
# Tables that belong to no model.
NOT_OF_A_MODEL: Mapping[str, str] = {
    "django_migrations": "the manifest names the migrations; migrate fills the table",
    "practice_cache": "counts of failed sign-ins, which run out",
    "sqlite_sequence": "the highest number given in each table stands in the manifest",
}

Migrations = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table as one state of the migrations has it. counter: the column that numbers itself."""

    name: str
    app: str
    model: type[models.Model]
    columns: tuple[Column, ...]
    counter: str | None

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


@dataclass(frozen=True, kw_only=True)
class Schema:
    """The tables of a database, and the migrations that made them, by application."""

    tables: tuple[Table, ...]
    migrations: Migrations


def schema_of(connection: BaseDatabaseWrapper) -> Schema:
    """What the database has now. Raises BackupError: it is empty, or ahead of this program."""
    loader = MigrationLoader(connection)
    applied = sorted(loader.applied_migrations)
    if not applied:
        raise BackupError("the database is empty: there is nothing to back up yet")
    newer = [
        f"{app}.{name}"
        for app, name in applied
        if app in loader.migrated_apps and (app, name) not in loader.disk_migrations
    ]
    if newer:
        raise BackupError(
            f"the database has been used by a newer version of the program (it has {newer[0]}, "
            "which is unknown here): update the program, then try again"
        )
    nodes = [node for node in applied if node in loader.graph.nodes]
    tables = tables_of(loader.project_state(nodes).apps)
    apps = {table.app for table in tables}
    return Schema(tables=tables, migrations=_by_app(applied, apps))


def program_migrations(connection: BaseDatabaseWrapper, apps: set[str]) -> Migrations:
    """All the migrations that this program has for the applications."""
    return _by_app(sorted(MigrationLoader(connection).graph.nodes), apps)


def tables_of(registry: Any) -> tuple[Table, ...]:
    """The tables of the models of a registry of applications, by name."""
    found = []
    for model in registry.get_models(include_auto_created=True):
        options = model._meta  # noqa: SLF001 - documented by Django, in spite of its name
        if options.proxy or not options.managed or options.db_table in LEFT_OUT:
            continue
        fields = [field for field in options.local_concrete_fields if not field.generated]
        found.append(
            Table(
                name=options.db_table,
                app=options.app_label,
                model=model,
                columns=tuple(column_of(field) for field in fields),
                counter=options.auto_field and options.auto_field.column,
            )
        )
    return tuple(sorted(found, key=lambda table: table.name))


def _by_app(nodes: list[tuple[str, str]], apps: set[str]) -> Migrations:
    return {
        app: tuple(name for label, name in nodes if label == app)
        for app in sorted(apps & {label for label, _ in nodes})
    }
