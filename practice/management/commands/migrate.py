"""Brings the database up to date, so that it may be cut off at any moment."""

import contextlib
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState
from django.utils import timezone

from practice.backups import UPDATE_NAME, BackupError, UnderWay, under_way


class WholeSteps(MigrationExecutor):
    """Notes each migration as done in the transaction that does it.

    Django notes it in a transaction of its own where indexes or foreign keys come last. A kill between the
    two leaves a database that has the change and does not know it: no later `migrate` gets past that.
    """

    def apply_migration(
        self,
        state: ProjectState,
        migration: Migration,
        fake: bool = False,
        fake_initial: bool = False,
    ) -> ProjectState:
        if fake or fake_initial or not migration.atomic:
            return super().apply_migration(state, migration, fake, fake_initial)
        self._tell("apply_start", migration)
        with self.connection.schema_editor(atomic=True) as editor:
            state = migration.apply(state, editor)
            _finish(editor)
            self.record_migration(migration)  # type: ignore[call-arg, arg-type]  # wrong in the stubs
        self._tell("apply_success", migration)
        return state

    def unapply_migration(
        self,
        state: ProjectState,
        migration: Migration,
        fake: bool = False,
    ) -> ProjectState:
        if fake or migration.replaces or not migration.atomic:
            return super().unapply_migration(state, migration, fake)
        self._tell("unapply_start", migration)
        with self.connection.schema_editor(atomic=True) as editor:
            state = migration.unapply(state, editor)
            _finish(editor)
            self.recorder.record_unapplied(migration.app_label, migration.name)
        self._tell("unapply_success", migration)
        return state

    def _tell(self, what: str, migration: Migration) -> None:
        if self.progress_callback:
            self.progress_callback(what, migration, False)


def _finish(editor: BaseDatabaseSchemaEditor) -> None:
    """What the editor would do at its own end, before the note and not after it."""
    while editor.deferred_sql:
        editor.execute(editor.deferred_sql.pop(0), None)


# The command takes its executor from its own module; nothing else of Django's asks for another one there.
migrate.MigrationExecutor = WholeSteps  # type: ignore[attr-defined]


class Command(migrate.Command):
    """As Django's own; while it changes something, a mark beside the database says so."""

    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        try:
            with contextlib.ExitStack() as stack:
                if _changes_anything(connection, options):
                    mark = UnderWay(begun_at=timezone.now())
                    stack.enter_context(
                        under_way(settings.DATA_DIR, mark, into=connection, name=UPDATE_NAME)
                    )
                super().handle(*args, **options)
        except BackupError as error:
            raise CommandError(str(error)) from None


def _changes_anything(connection: BaseDatabaseWrapper, options: dict[str, Any]) -> bool:
    """Whether a whole update is asked for, and something of it is not there yet."""
    if options["plan"] or options["check_unapplied"] or options["app_label"]:
        return False
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
