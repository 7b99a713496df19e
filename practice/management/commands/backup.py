"""Writes everything but the keys into one encrypted file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.utils import timezone

from practice.actions.audit import has_audit, record
from practice.backups import (
    BackupError,
    LastBackup,
    Manifest,
    Passphrase,
    Recipients,
    archive_of,
    destination,
    record_backup,
    sealed,
    write_backup,
)
from practice.databases import why_refused
from practice.management.counted import counts
from practice.management.passphrases import add_passphrase_argument, new_passphrase
from practice.models import Deed
from practice.secrets_file import FILE_NAME


class Command(BaseCommand):
    """backup --out FILE_OR_FOLDER [--passphrase-file FILE | --recipient age1...] [--overwrite]."""

    help = (
        "Writes everything of this installation but its keys into one encrypted file (age format), "
        "while the program goes on running. `restore` puts it back, on SQLite or PostgreSQL."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--out",
            required=True,
            type=Path,
            metavar="FILE_OR_FOLDER",
            help="a folder gets practice-backup-DATE-TIME.age",
        )
        lock = parser.add_mutually_exclusive_group()
        add_passphrase_argument(lock)
        lock.add_argument(
            "--recipient",
            action="append",
            metavar="age1...",
            help="a public key of age instead of a passphrase; may be given again",
        )
        parser.add_argument(
            "--overwrite", action="store_true", help="replace a file that is there already"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        try:
            path = destination(
                options["out"], now=timezone.localtime(now), overwrite=options["overwrite"]
            )
            lock = _lock(options)
            # Before the file is there, so that the entry is in the backup itself.
            if has_audit():
                record(deed=Deed.BACKED_UP, who=None, detail="backup", at=now)
            manifest, archive = archive_of(connection, now=now)
            content = sealed(archive, lock)
            write_backup(path, content)
        except BackupError as error:
            raise CommandError(str(error)) from None
        except DatabaseError as error:
            # The entry of the audit is written before anything is read.
            raise CommandError(f"{why_refused(error)}. There is no backup") from None
        self._tell(path, manifest, size=len(content))
        try:
            record_backup(settings.DATA_DIR, LastBackup(made_at=now, file=path.name))
        except BackupError as error:
            self.stderr.write(f"The backup is good, but its date could not be noted: {error}")

    def _tell(self, path: Path, manifest: Manifest, *, size: int) -> None:
        self.stdout.write(f"{path} ({max(1, round(size / 1000)):,} kB): {counts(manifest)}")
        self.stdout.write(
            "The keys of the notes are not in it. To read notes after a restore you also need "
            f"{settings.DATA_DIR / FILE_NAME}, or PRACTICE_FIELD_KEYS, or your print-out of the "
            "key: keep it apart from this file. Without the passphrase or identity of the backup, "
            "nobody can open it."
        )


def _lock(options: dict[str, Any]) -> Passphrase | Recipients:
    if options["recipient"]:
        return Recipients.read(options["recipient"])
    return new_passphrase(options["passphrase_file"])
