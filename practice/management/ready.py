"""What a database needs before pages can be served from it."""

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from practice.note_keys import is_sample_readable
from practice.readiness import is_set_up, pending_migrations


def ensure_ready() -> None:
    """Set an empty database up; never change one that holds data without being asked.

    Raises CommandError with what to do when migrations wait on a database in use.
    """
    if not is_set_up():
        make_ready()
        return
    pending = pending_migrations()
    if pending:
        raise CommandError(
            f"The database is not up to date ({len(pending)} migrations wait). Make a backup, "
            "then run: python3 manage.py migrate"
        )


def make_ready() -> None:
    """Bring the database up to date, with the table in which failed sign-ins are counted."""
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)


def ensure_notes_readable() -> None:
    """Raises CommandError with what to do where a note was written with a key that is not here."""
    if settings.WITHOUT_NOTES or is_sample_readable(connection, tuple(settings.FIELD_KEYS)):
        return
    where = settings.FIELD_KEYS_FILE or "PRACTICE_FIELD_KEYS"
    raise CommandError(
        f"There are notes written with a key that is not here ({where}). Nothing is lost yet. Put the "
        'old key behind the one that is there: it is in the copy of secrets.json ("field_keys" or '
        '"old_field_keys"), or on the page that you printed at set-up. If PRACTICE_DATA or '
        "PRACTICE_FIELD_KEYS was changed, change it back. Only if the key is lost for good: set "
        "PRACTICE_WITHOUT_NOTES=1; then clients, sessions and scores show as before, and each note "
        'that cannot be read says so. "python3 manage.py rotate_note_key --count" says how many.'
    )


def unfinished_rotation() -> str | None:
    """A sentence for whoever starts the program, where a change of the key stopped half-way."""
    keys = tuple(settings.FIELD_KEYS)
    if settings.WITHOUT_NOTES or is_sample_readable(connection, keys[:1]):
        return None
    return (
        "A change of the key of the notes is not finished. Everything can be read; stop the program "
        "and run: python3 manage.py rotate_note_key"
    )


def collect_static() -> None:
    """Gather style sheets and fonts where the server finds them."""
    call_command("collectstatic", verbosity=0, interactive=False)
