"""Puts a backup into an empty database: whole, or not at all."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.utils import timezone

from practice.backups import (
    Archive,
    BackupError,
    Identities,
    Manifest,
    Passphrase,
    UnderWay,
    check_fits,
    check_format,
    not_over,
    opened,
    read_backup,
    refuse_used,
    restore,
    under_way,
)
from practice.databases import why_refused
from practice.field_keys import field_keys
from practice.management.counted import counts
from practice.management.passphrases import add_passphrase_argument, known_passphrase
from practice.management.ready import ensure_up_to_date, finished_restore, make_ready
from practice.note_keys import are_notes_readable
from practice.readiness import is_set_up, pending_migrations
from practice.secrets_file import FILE_NAME


class Command(BaseCommand):
    """restore FILE [--passphrase-file FILE | --identity FILE]."""

    help = (
        "Puts a backup into a database that is new and empty: everything, or nothing. The backup "
        "may come from SQLite or PostgreSQL."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        key = parser.add_mutually_exclusive_group()
        add_passphrase_argument(key)
        key.add_argument(
            "--identity",
            type=Path,
            metavar="FILE",
            help="the secret key of age, for a backup that was made with --recipient",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            content = read_backup(options["file"])
            check_format(content)
            _refuse_unfit()
            archive = Archive(opened(content, _key(options)))
            check_fits(archive, connection)
            archive.check()
            # Only now: a new database is not even set up for a file that turns out bad.
            mark = UnderWay(begun_at=timezone.now(), file=options["file"].name)
            with under_way(settings.DATA_DIR, mark, into=connection):
                if pending_migrations():
                    make_ready()
                manifest = restore(archive, connection)
            readable = are_notes_readable(connection, field_keys())
        except BackupError as error:
            raise CommandError(str(error)) from None
        except DatabaseError as error:
            raise CommandError(f"{why_refused(error)}. Nothing was restored") from None
        self._tell(manifest, readable=readable)

    def _tell(self, manifest: Manifest, *, readable: bool | None) -> None:
        made = timezone.localtime(manifest.made_at)
        self.stdout.write(f"Restored, as of {made:%d %B %Y, %H:%M}: {counts(manifest)}.")
        if readable is None:
            self.stdout.write("There are no notes in it.")
        elif readable:
            self.stdout.write("The notes can be read with the keys of this installation.")
        else:
            self.stderr.write(
                "The notes cannot be read yet: they were written with keys that this installation "
                'does not have. Add the "field_keys" of the old secrets.json, or the key of your '
                f'print-out, to "field_keys" in {settings.DATA_DIR / FILE_NAME} (or to '
                "PRACTICE_FIELD_KEYS, where that is set). Keep the key that is there, too."
            )
        self.stdout.write("Everybody signs in again, with the passphrase they had.")


def _refuse_unfit() -> None:
    """Raises BackupError or CommandError where this database is none to restore into."""
    said = finished_restore()
    if said:
        raise CommandError(said)
    # One cut off while its tables were made is still to be set up; nothing can be in it.
    was_cut_off = not_over(settings.DATA_DIR, into=connection) is not None
    if is_set_up() and not was_cut_off:
        ensure_up_to_date()
        refuse_used(connection)


def _key(options: dict[str, Any]) -> Passphrase | Identities:
    if options["identity"]:
        return Identities.read(read_backup(options["identity"]).decode(errors="replace"))
    return known_passphrase(options["passphrase_file"])
