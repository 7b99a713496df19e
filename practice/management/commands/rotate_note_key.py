"""A new key for the notes: everything that is encrypted is written anew with it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from practice.databases import why_refused
from practice.field_keys import field_keys
from practice.management.ready import ensure_ready
from practice.note_keys import Census, count_by_key, nobody_else_rotates, rewrite
from practice.secrets_file import NEW_KEY_COMMAND, change_field_keys


class Command(BaseCommand):
    """rotate_note_key [--count | --finish]."""

    help = (
        "Makes a new key for the notes and writes every encrypted value, history included, anew "
        "with it. The program may go on running: it takes the new key up from the secrets file. (Keys "
        "from the environment it knows only from its start.) If this is interrupted, the same again "
        "goes on; until --finish the old key stays in use. Prints counts, never a key and never a note."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        how = parser.add_mutually_exclusive_group()
        how.add_argument(
            "--count", action="store_true", help="only say how many values need which key"
        )
        how.add_argument(
            "--finish",
            action="store_true",
            help="take the older keys out of use, where no value needs them any more",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        ensure_ready()
        keys = field_keys()
        try:
            if options["count"]:
                self._tell(count_by_key(connection, keys))
            elif options["finish"]:
                self._finish(keys)
            else:
                self._rotate(keys)
        except ImproperlyConfigured as problem:
            raise CommandError(str(problem)) from None
        except DatabaseError as problem:
            raise CommandError(
                f"{why_refused(problem)}. Every value is either as it was or written anew, and no key "
                "was taken away. The same again goes on"
            ) from None

    def _rotate(self, keys: tuple[str, ...]) -> None:
        census = count_by_key(connection, keys)
        if census.need_older:
            self.stdout.write("Going on where an earlier rotation stopped.")
        elif len(keys) > 1:
            raise CommandError(
                f"the first of {len(keys)} keys locks everything, and the older ones are still in "
                "use: rotate_note_key --finish first"
            )
        else:
            keys = self._with_new_key(keys)
        rewritten = rewrite(connection, keys)
        left = count_by_key(connection, keys)
        self.stdout.write(f"Written anew: {rewritten:,}.")
        self._tell(left)
        if left.need_older:
            raise CommandError(
                f"{left.need_older:,} values were written with an older key meanwhile: run the same "
                "again (where the keys come from the environment, start the program with the new one "
                "first)"
            )
        self.stdout.write(
            "Look at a note on its page, then run: python3 manage.py rotate_note_key --finish"
        )

    def _with_new_key(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        file: Path | None = settings.FIELD_KEYS_FILE
        if file is None:
            raise CommandError(
                "the keys come from the environment, so you set the new one. Make it: "
                f"{NEW_KEY_COMMAND}. Put it first in PRACTICE_FIELD_KEYS, a comma and the old one "
                "behind it, wherever the program runs; then run the same again"
            )
        both = (Fernet.generate_key().decode("ascii"), *keys)
        with nobody_else_rotates(connection):
            change_field_keys(file, both, instead_of=keys)
        self.stdout.write(
            f"A new key is first in {file}; the old one stays behind it. Copy the file now to where "
            "you keep the last copy, apart from the backups: the page that was printed at set-up opens "
            "only what was written before."
        )
        return both

    def _finish(self, keys: tuple[str, ...]) -> None:
        if len(keys) == 1:
            raise CommandError("there is only one key: nothing is to be taken out of use")
        # Counted and changed under one lock: on SQLite nobody writes in between.
        with nobody_else_rotates(connection):
            census = count_by_key(connection, keys)
            self._tell(census)
            if census.need_older:
                raise CommandError(
                    f"{census.need_older:,} values still need an older key: run rotate_note_key "
                    "without --finish first"
                )
            file: Path | None = settings.FIELD_KEYS_FILE
            if file is not None:
                change_field_keys(file, keys[:1], instead_of=keys, old=keys[1:])
        if file is None:
            self.stdout.write(
                "Nothing needs any key but the first: take the others out of PRACTICE_FIELD_KEYS "
                "wherever the program runs, and start it again."
            )
        else:
            self.stdout.write(
                f'The older keys are out of use. {file} remembers them under "old_field_keys". '
                "Copy the file once more."
            )
        self.stdout.write(
            "Backups made before today open only with an older key: keep it for as long as you keep "
            "them, apart from them."
        )

    def _tell(self, census: Census) -> None:
        for number, count in enumerate(census.by_key, start=1):
            self.stdout.write(f"Key {number}: {count:,} of {census.total:,} values.")
        if census.unreadable:
            self.stderr.write(
                f"No key here opens {census.unreadable:,} of {census.total:,} values; they were left "
                "as they are."
            )
