"""From the database to an archive, ready to be encrypted."""

import datetime as dt

from django.db.backends.base.base import BaseDatabaseWrapper

from practice.backups.archive import ArchiveWriter
from practice.backups.counters import highest_given
from practice.backups.manifest import Manifest, Part
from practice.backups.rows import lines_of
from practice.backups.snapshot import snapshot
from practice.backups.tables import Table, schema_of


def archive_of(connection: BaseDatabaseWrapper, *, now: dt.datetime) -> tuple[Manifest, bytes]:
    """Everything as of one moment, compressed. Raises BackupError."""
    writer = ArchiveWriter()
    with snapshot(connection):
        schema = schema_of(connection)
        parts = tuple(_part(table, writer, connection) for table in schema.tables)
        manifest = Manifest(
            made_at=now,
            database=connection.vendor,
            migrations=schema.migrations,
            parts=parts,
        )
    return manifest, writer.finished(manifest)


def _part(table: Table, writer: ArchiveWriter, connection: BaseDatabaseWrapper) -> Part:
    tally = writer.add(table.name, lines_of(table, connection))
    highest = table.counter and highest_given(connection, table=table.name, column=table.counter)
    return Part(table=table.name, columns=table.column_names, tally=tally, highest=highest or None)
