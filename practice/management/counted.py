"""What a backup holds, in words."""

from practice.backups import Manifest

# Tables, and what one row and several are called.
_WORDS = {
    "practice_service": ("service", "services"),
    "practice_client": ("client", "clients"),
    "practice_session": ("session", "sessions"),
    "practice_measurecompletion": ("form", "forms"),
}


def counts(manifest: Manifest) -> str:
    """1 service, 68 clients, 702 sessions, 1,380 forms."""
    return ", ".join(
        f"{manifest.rows(table):,} {one if manifest.rows(table) == 1 else several}"
        for table, (one, several) in _WORDS.items()
    )
