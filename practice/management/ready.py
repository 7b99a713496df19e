"""What a database needs before pages can be served from it."""

import datetime as dt
import logging
import tempfile

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, connections
from django.utils import timezone

from practice.backups import (
    UNDER_WAY_NAME,
    UPDATE_NAME,
    BackupError,
    UnderWay,
    is_used,
    not_over,
    settled,
)
from practice.caseload_files.problems import shown
from practice.field_keys import field_keys
from practice.note_keys import is_sample_readable
from practice.readiness import is_set_up, pending_migrations
from practice.whole_files import remove_leftovers

_LOG = logging.getLogger(__name__)


def ensure_ready() -> None:
    """Set an empty database up; never change one that holds data without being asked.

    Raises CommandError with what to do when migrations wait on a database in use, or when a restore
    into it was cut off.
    """
    _refuse_cut_off()
    ensure_up_to_date()


def refuse_unfit() -> None:
    """What `serve` asks before it serves, for a server that is started in another way.

    Changes nothing: several processes may come here at once. Raises ImproperlyConfigured with what to do.
    """
    try:
        _refuse_cut_off()
        refuse_old()
        ensure_notes_readable()
        for said in told_at_start():
            _LOG.warning(said)
    except CommandError as problem:
        raise ImproperlyConfigured(str(problem)) from None
    except DatabaseError as problem:
        raise ImproperlyConfigured(
            f"The database could not be reached ({type(problem).__name__}), so nothing is served. "
            "Start it and check DATABASE_URL, then start this again."
        ) from None
    finally:
        # A server may make its processes from this one, and they must not share a connection.
        connections.close_all()


def told_at_start() -> list[str]:
    """Sentences for whoever starts the program, about what an earlier run left when it was cut off."""
    remove_leftovers(settings.DATA_DIR, now=timezone.now().timestamp())
    found = (finished_restore(), finished_update(), unfinished_rotation())
    return [said for said in found if said]


def _refuse_cut_off() -> None:
    mark = not_over(settings.DATA_DIR, into=connection)
    if mark is not None and not _is_used():
        raise CommandError(_cut_off(mark))


def ensure_up_to_date() -> None:
    """The same, whatever became of a restore: for the restore that is to follow it."""
    if not is_set_up():
        make_ready()
        return
    refuse_old()


def refuse_old() -> None:
    """Raises CommandError with what to do where migrations wait."""
    if not is_set_up():
        raise CommandError("The database is not set up yet. Run: python3 manage.py migrate")
    waiting = len(pending_migrations())
    if not waiting:
        return
    mark = not_over(settings.DATA_DIR, into=connection, name=UPDATE_NAME)
    if mark is None:
        raise CommandError(
            f"The database is not up to date ({waiting} migrations wait). Make a backup, "
            "then run: python3 manage.py migrate"
        )
    raise CommandError(
        f"An update of the database was begun on {_moment(mark)} and did not finish: {waiting} of its "
        "steps wait. Each step is stored whole or not at all, and nothing is lost. To finish it, run: "
        "python3 manage.py migrate. If it is still running in another window, wait for its end"
    )


def make_ready() -> None:
    """Bring the database up to date, with the table in which failed sign-ins are counted."""
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)


def ensure_notes_readable() -> None:
    """Raises CommandError with what to do where a note was written with a key that is not here."""
    if settings.WITHOUT_NOTES or is_sample_readable(connection, field_keys()):
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
    keys = field_keys()
    if settings.WITHOUT_NOTES or is_sample_readable(connection, keys[:1]):
        return None
    return (
        "A change of the key of the notes is not finished. Everything can be read; to go on with it, "
        "run: python3 manage.py rotate_note_key"
    )


def finished_update() -> str | None:
    """The same for an update of the database, which `refuse_old` has found to be whole. Said once."""
    mark = not_over(settings.DATA_DIR, into=connection, name=UPDATE_NAME)
    if mark is None:
        return None
    settled(settings.DATA_DIR, name=UPDATE_NAME)
    return (
        f"The update of the database, begun on {_moment(mark)}, was cut off after everything was "
        "stored. Nothing more is to be done."
    )


def finished_restore() -> str | None:
    """A sentence for whoever starts the program, where a restore was cut off after it was stored.

    It is said once: every record is there, and whoever works with it now need not hear of it.
    """
    mark = not_over(settings.DATA_DIR, into=connection)
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


def keep_temporary_files() -> None:
    """Let whatever is put aside for a moment lie in the data folder, and not where everybody's files do.

    The web server puts a large upload on a disk on its way in, and the spreadsheet library a workbook on
    its way out: in clear, and after a crash for good. So what is older than a day is removed.
    """
    folder = settings.DATA_DIR / "temporary"
    folder.mkdir(mode=0o700, exist_ok=True)
    oldest = (timezone.now() - dt.timedelta(days=1)).timestamp()
    for left in folder.iterdir():
        if left.is_file() and left.stat().st_mtime < oldest:
            left.unlink(missing_ok=True)
    tempfile.tempdir = str(folder)


def collect_static() -> None:
    """Gather style sheets and fonts where the server finds them."""
    call_command("collectstatic", verbosity=0, interactive=False)
