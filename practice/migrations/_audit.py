"""What makes the audit append-only: triggers that refuse every change and every deletion of an entry.

They stop slips and programs, `manage.py flush` included; whoever owns the database can take them off,
and `check_audit` says so.

SQLite has a way of its own round both: what "INSERT OR REPLACE" replaces, it deletes without asking
the triggers for deletions. So it has a third trigger, against an entry under a number that is taken.

On SQLite a migration that alters the table makes it anew, without its triggers: it must end with
`append_only()` again.
"""

from typing import Any

from django.db.migrations import RunPython

TABLE = "practice_auditentry"
REFUSAL = "an audit entry is never changed and never deleted"

# By the vendor of the database: what `put_on` makes there.
NAMES = {
    "sqlite": ("audit_never_changed", "audit_never_deleted", "audit_never_replaced"),
    "postgresql": ("audit_append_only", "audit_never_emptied"),
}

_SQLITE = (
    f"CREATE TRIGGER IF NOT EXISTS audit_never_changed BEFORE UPDATE ON {TABLE} "
    f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
    f"CREATE TRIGGER IF NOT EXISTS audit_never_deleted BEFORE DELETE ON {TABLE} "
    f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
    f"CREATE TRIGGER IF NOT EXISTS audit_never_replaced BEFORE INSERT ON {TABLE} "  # noqa: S608 - our own names
    f"WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id) "
    f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
)
_SQLITE_BACK = (
    "DROP TRIGGER IF EXISTS audit_never_changed",
    "DROP TRIGGER IF EXISTS audit_never_deleted",
    "DROP TRIGGER IF EXISTS audit_never_replaced",
)
_POSTGRESQL_BODY = f" BEGIN RAISE EXCEPTION '{REFUSAL}'; END "
_POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION practice_audit_refuses() RETURNS trigger LANGUAGE plpgsql AS "
    f"$${_POSTGRESQL_BODY}$$",
    f"CREATE OR REPLACE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON {TABLE} "
    "FOR EACH ROW EXECUTE FUNCTION practice_audit_refuses()",
    f"CREATE OR REPLACE TRIGGER audit_never_emptied BEFORE TRUNCATE ON {TABLE} "
    "FOR EACH STATEMENT EXECUTE FUNCTION practice_audit_refuses()",
)
_POSTGRESQL_BACK = (
    f"DROP TRIGGER IF EXISTS audit_append_only ON {TABLE}",
    f"DROP TRIGGER IF EXISTS audit_never_emptied ON {TABLE}",
    "DROP FUNCTION IF EXISTS practice_audit_refuses()",
)


def statements_on(vendor: str) -> tuple[str, ...]:
    """What puts the triggers on, however often it is run."""
    return _SQLITE if vendor == "sqlite" else _POSTGRESQL


def statements_off(vendor: str) -> tuple[str, ...]:
    """What takes them off, where they are there or not."""
    return _SQLITE_BACK if vendor == "sqlite" else _POSTGRESQL_BACK


def in_force_on(vendor: str) -> tuple[str, tuple[str, ...]]:
    """A question for the names of the triggers that do what `put_on` made them for, and its values.

    One of the same name that does something else, or is switched off, is not among them.
    """
    if vendor == "sqlite":
        made = [statement.replace("IF NOT EXISTS ", "") for statement in _SQLITE]
        marks = ", ".join(["%s"] * len(made))
        return (
            "SELECT name FROM sqlite_master "  # noqa: S608 - nothing but marks for values
            f"WHERE type = 'trigger' AND tbl_name = %s AND sql IN ({marks})",
            (TABLE, *made),
        )
    # tgtype: 27 is before each row is changed or deleted, 34 before the table is emptied.
    return (
        "SELECT tgname FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid "
        "WHERE tgrelid = %s::regclass AND tgenabled IN ('O', 'A') AND tgqual IS NULL "
        "AND tgattr = '' AND tgtype IN (27, 34) AND prosrc = %s",
        (TABLE, _POSTGRESQL_BODY),
    )


def put_on(apps: Any, schema_editor: Any) -> None:
    """The triggers are there, however often it is asked."""
    for statement in statements_on(schema_editor.connection.vendor):
        schema_editor.execute(statement)


def take_off(apps: Any, schema_editor: Any) -> None:
    """The triggers are gone: only on the way back to a version that has no audit."""
    for statement in statements_off(schema_editor.connection.vendor):
        schema_editor.execute(statement)


def append_only() -> RunPython:
    """The operation for a migration."""
    return RunPython(put_on, take_off)
