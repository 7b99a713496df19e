"""What makes the audit append-only: triggers that refuse every change and every deletion of an entry.

They stop slips and programs, `manage.py flush` included; whoever owns the database can take them off,
and `check_audit` says so.

On SQLite a migration that alters the table makes it anew, without its triggers: it must end with
`append_only()` again.
"""

from typing import Any

from django.db.migrations import RunPython

TABLE = "practice_auditentry"
REFUSAL = "an audit entry is never changed and never deleted"

# By the vendor of the database: what `put_on` makes there.
NAMES = {
    "sqlite": ("audit_never_changed", "audit_never_deleted"),
    "postgresql": ("audit_append_only", "audit_never_emptied"),
}

_SQLITE = (
    f"CREATE TRIGGER IF NOT EXISTS audit_never_changed BEFORE UPDATE ON {TABLE} "
    f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
    f"CREATE TRIGGER IF NOT EXISTS audit_never_deleted BEFORE DELETE ON {TABLE} "
    f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
)
_SQLITE_BACK = (
    "DROP TRIGGER IF EXISTS audit_never_changed",
    "DROP TRIGGER IF EXISTS audit_never_deleted",
)
_POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION practice_audit_refuses() RETURNS trigger LANGUAGE plpgsql AS $$ "
    f"BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$",
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
