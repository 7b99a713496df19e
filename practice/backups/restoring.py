"""From an archive back into an empty database: everything, or nothing."""

from django.db import DatabaseError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from practice.backups.archive import Archive
from practice.backups.counters import set_highest
from practice.backups.errors import BackupError
from practice.backups.manifest import Manifest
from practice.backups.rows import put_back, tally_of
from practice.backups.tables import Migrations, Table, program_migrations, schema_of
from practice.databases import is_full
from practice.readiness import is_set_up


def check_fits(archive: Archive, connection: BaseDatabaseWrapper) -> None:
    """Raises BackupError where the backup is of an older or newer program than this one."""
    theirs = archive.manifest.migrations
    ours = program_migrations(connection, set(theirs))
    newer = _beyond(theirs, ours)
    if newer:
        raise BackupError(
            f"the backup was made by a newer version of the program (it has {newer[0]}, which is "
            "unknown here): update the program, then restore"
        )
    missing = _beyond(ours, theirs)
    if missing:
        newest = ", ".join(f"{app}.{names[-1]}" for app, names in theirs.items() if names)
        raise BackupError(
            f"the backup was made by an older version of the program, before {missing[0]}. Restore "
            f"it with a program whose newest migrations are {newest}, into an empty database; then "
            "point this program at that database and run: python3 manage.py migrate"
        )


def _beyond(some: Migrations, others: Migrations) -> list[str]:
    """Migrations of the first that the second has not."""
    return [
        f"{app}.{name}"
        for app, names in some.items()
        for name in names
        if name not in others.get(app, ())
    ]


def refuse_used(connection: BaseDatabaseWrapper) -> None:
    """Raises BackupError where a table that a backup fills holds a row already."""
    _refuse_rows(schema_of(connection).tables, connection)


def is_used(connection: BaseDatabaseWrapper) -> bool:
    """Whether a table that a backup fills holds a row; False also for a new and empty database.

    Raises BackupError where a newer program has used the database.
    """
    if not is_set_up():
        return False
    return _first_filled(schema_of(connection).tables, connection) is not None


def restore(archive: Archive, connection: BaseDatabaseWrapper) -> Manifest:
    """Put everything back in one transaction, and compare it with the manifest before it counts.

    Raises BackupError; then the database is as it was.
    """
    manifest = archive.manifest
    tables = {table.name: table for table in schema_of(connection).tables}
    if {part.table: part.columns for part in manifest.parts} != {
        table.name: table.column_names for table in tables.values()
    }:
        raise BackupError("the backup's tables are not those of this program: it is a foreign one")
    try:
        with transaction.atomic(using=connection.alias, durable=True):
            _keep_others_out(list(tables), connection)
            _refuse_rows(tuple(tables.values()), connection)
            for part, lines in archive.parts():
                put_back(tables[part.table], lines, connection)
            connection.check_constraints()
            _compare(manifest, tables, connection)
            # Last, because PostgreSQL's sequences stay where they are when the rest is undone.
            for part in manifest.parts:
                counter = tables[part.table].counter
                if counter and part.highest:
                    set_highest(connection, part.highest, table=part.table, column=counter)
    except (ValueError, TypeError, ArithmeticError) as problem:
        # What they say may hold a value of a row.
        raise BackupError(
            f"a row of the backup does not fit its table ({type(problem).__name__}); nothing was "
            "restored"
        ) from None
    except DatabaseError as problem:
        raise BackupError(f"{_why(problem)}; nothing was restored") from None
    return manifest


def _why(problem: DatabaseError) -> str:
    if is_full(problem):
        return "there is no room left on the disk"
    return f"the database refused the backup ({type(problem).__name__})"


def _keep_others_out(names: list[str], connection: BaseDatabaseWrapper) -> None:
    """Nobody else may write until the end. (SQLite: the transaction has the write lock already.)"""
    if connection.vendor == "postgresql":
        quoted = ", ".join(map(connection.ops.quote_name, names))
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {quoted} IN EXCLUSIVE MODE")


def _refuse_rows(tables: tuple[Table, ...], connection: BaseDatabaseWrapper) -> None:
    filled = _first_filled(tables, connection)
    if filled is not None:
        raise BackupError(
            f"this database is in use (there is something in {filled.name}), and a restore "
            "never mixes or overwrites. Restore into a new one: another PRACTICE_DATA "
            "folder or another DATABASE_URL, with the old secrets.json"
        )


def _first_filled(tables: tuple[Table, ...], connection: BaseDatabaseWrapper) -> Table | None:
    with connection.cursor() as cursor:
        for table in tables:
            quoted = connection.ops.quote_name(table.name)
            cursor.execute(f"SELECT 1 FROM {quoted} LIMIT 1")  # noqa: S608 - a table's own name
            if cursor.fetchone():
                return table
    return None


def _compare(manifest: Manifest, tables: dict[str, Table], connection: BaseDatabaseWrapper) -> None:
    for part in manifest.parts:
        if tally_of(tables[part.table], connection) != part.tally:
            raise BackupError(
                f"what the database stored in {part.table} is not what the backup holds; nothing "
                "was restored"
            )
