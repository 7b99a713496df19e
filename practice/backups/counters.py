"""The highest number that a table has ever given to a row.

It may be above the highest row: a number that is given twice would hang one row's history on another.
"""

from django.db.backends.base.base import BaseDatabaseWrapper


def highest_given(connection: BaseDatabaseWrapper, *, table: str, column: str) -> int:
    """0 where none was given yet."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sequence = _sequence(connection, table=table, column=column)
            # The name comes quoted from the server. `is_called` is false until the first number.
            cursor.execute(f"SELECT last_value, is_called FROM {sequence}")  # noqa: S608
            last, is_called = cursor.fetchone()
            return int(last) if is_called else 0
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
        return int(row[0]) if row else 0


def set_highest(connection: BaseDatabaseWrapper, number: int, *, table: str, column: str) -> None:
    """The next row's number is one above, at least. PostgreSQL does not undo this by a rollback."""
    if not number:
        return
    number = max(number, highest_given(connection, table=table, column=column))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sequence = _sequence(connection, table=table, column=column)
            cursor.execute("SELECT setval(%s, %s)", [sequence, number])
            return
        cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
        cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, number])


def _sequence(connection: BaseDatabaseWrapper, *, table: str, column: str) -> str:
    with connection.cursor() as cursor:
        quoted = connection.ops.quote_name(table)
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [quoted, column])
        return str(cursor.fetchone()[0])
