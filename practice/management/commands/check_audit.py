"""Looks for anything that was changed past the history."""

from itertools import chain
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from practice.backups.snapshot import snapshot
from practice.history_check import (
    check_audit_numbers,
    check_model,
    check_reports,
    check_triggers,
    kept_models,
)
from practice.management.ready import ensure_ready
from practice.reports.words import several


class Command(BaseCommand):
    """check_audit: nothing to say and exit code 0, or each finding on a line and exit code 1."""

    help = (
        "Compares every row whose changes are kept with its history, and looks for gaps. Prints what "
        "does not fit, by table, number and field, never a value. People can go on working meanwhile."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        ensure_ready()
        found = 0
        models = kept_models()
        # One moment, or a row that is changed meanwhile would seem to differ.
        with snapshot(connection):
            for finding in chain(
                check_triggers(connection), *map(check_model, models), check_reports()
            ):
                found += 1
                self.stdout.write(finding.words)
            missing = check_audit_numbers(connection)
        if missing:
            self.stdout.write(
                f"AuditEntry: {several(missing, 'number was', 'numbers were')} given and "
                f"{'has' if missing == 1 else 'have'} no entry. That may be what was undone when "
                "something failed; by itself it is no fault."
            )
        if found:
            raise CommandError(f"{several(found, 'finding', 'findings')}: see above")
        self.stdout.write(
            f"Every row of {several(len(models), 'table', 'tables')} is as its history says."
        )
