"""One moment of the database, however long it takes to read it and whoever writes meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper


@contextmanager
def snapshot(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Everything read inside is of one moment; nobody who writes has to wait. Writes nothing.

    Raises RuntimeError inside another transaction, which might have begun to see an earlier one.
    """
    if connection.in_atomic_block:
        raise RuntimeError("a backup is made outside any other transaction")
    if connection.vendor == "postgresql":
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
        return
    # Past Django, whose transactions on SQLite take the write lock at once (see databases.py) and
    # so would hold everybody up. With the write-ahead log a reader keeps its moment without one.
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")
