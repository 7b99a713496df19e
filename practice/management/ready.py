"""What a database needs before pages can be served from it."""

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.utils import timezone

from practice.backups import (
    UNDER_WAY_NAME,
    BackupError,
    UnderWay,
    is_used,
    restore_under_way,
    settled,
)
from practice.caseload_files.problems import shown
from practice.note_keys import is_sample_readable
from practice.readiness import is_set_up, pending_migrations


def ensure_ready() -> None:
    """Set an empty database up; never change one that holds data without being asked.

    Raises CommandError with what to do when migrations wait on a database in use, or when a restore
    into it was cut off.
    """
    mark = restore_under_way(settings.DATA_DIR, into=connection)
    if mark is not None and not _is_used():
        raise CommandError(_cut_off(mark))
    ensure_up_to_date()


def ensure_up_to_date() -> None:
    """The same, whatever became of a restore: for the restore that is to follow it."""
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


def finished_restore() -> str | None:
    """A sentence for whoever starts the program, where a restore was cut off after it was stored.

    It is said once: every record is there, and whoever works with it now need not hear of it.
    """
    mark = restore_under_way(settings.DATA_DIR, into=connection)
    if mark is None or not _is_used():
        return None
    settled(settings.DATA_DIR)
    return (
        f"The restore of {shown(mark.file)}, begun on {_moment(mark)}, was cut off after everything "
        "was stored: the whole backup is here. Nothing more is to be done."
    )


def _is_used() -> bool:
    try:
        return is_used(connection)
    except BackupError as error:
        raise CommandError(str(error)) from None


def _cut_off(mark: UnderWay) -> str:
    return (
        f"A restore of {shown(mark.file)} was begun on {_moment(mark)} and did not finish. Nothing of "
        "it is stored (it is all or nothing), and the database is empty; the backup file is as it "
        "was. Run the restore again: python3 manage.py restore FILE. If it is still running in "
        "another window, wait for its end. To begin without it, remove "
        f"{settings.DATA_DIR / UNDER_WAY_NAME}"
    )


def _moment(mark: UnderWay) -> str:
    return f"{timezone.localtime(mark.begun_at):%d %B %Y, %H:%M}"


def collect_static() -> None:
    """Gather style sheets and fonts where the server finds them."""
    call_command("collectstatic", verbosity=0, interactive=False)
