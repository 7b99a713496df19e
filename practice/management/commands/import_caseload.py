"""Import a caseload from two CSV files, one XLSX workbook, or one sheet of rows per client."""

import datetime as dt
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, transaction
from django.utils import timezone

from practice.actions.imports import remember_headings
from practice.caseload_files import (
    HeadingError,
    ImportPlan,
    Problem,
    ServiceChoiceError,
    Taking,
    UnreadableFileError,
    WritingError,
    choose_service_to_fill,
    counted,
    listed,
    open_sources,
    plan_import,
    read_caseload,
    read_headings,
    refuse_taken_folder,
    remembered_of,
    service_meant,
    store,
    summary,
    write_rejected,
)
from practice.caseload_files.caseload import Caseload
from practice.databases import why_refused
from practice.management.ready import ensure_notes_readable, ensure_ready
from practice.models import Service


class Command(BaseCommand):
    """Thin: reads the clock once, prints, and leaves the rest to practice.caseload_files."""

    help = (
        "Import a caseload: EPISODES.csv SESSIONS.csv, or WORKBOOK.xlsx with the sheets episodes "
        "and sessions; or one CSV file or sheet with a row for each client and its scores side by "
        "side (Date1, PHQ1, GAD1, Date2, PHQ2, GAD2 ...). Nothing is stored unless every row is good. Importing the same files again "
        "changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument(
            "--service", metavar="NAME", help="the service; made if there is none of that name"
        )
        parser.add_argument(
            "--heading",
            action="append",
            default=[],
            metavar="HEADING=COLUMN",
            help="what a heading of yours means, as in --heading 'Mood 1=phq9 1' or "
            "--heading 'Therapist=' to leave it out; may be repeated, and is remembered. "
            "--heading '(dates)=sessions' or '(dates)=forms': what dates beside scores are",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would be done, and store nothing"
        )
        parser.add_argument(
            "--good-rows-only",
            type=Path,
            metavar="REJECTED_FOLDER",
            help="store the good rows, and write the others to files in this folder with the "
            "reason; the sessions of a rejected episode go with it",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        ensure_ready()
        ensure_notes_readable()
        now = timezone.now()
        try:
            said = read_headings(options["heading"])
            remembered = remembered_of(service_meant(options["service"]))
            caseload = read_caseload(
                open_sources(options["files"]), meanings={**remembered, **said}
            )
            if options["good_rows_only"] is not None:
                refuse_taken_folder(options["good_rows_only"])
            with transaction.atomic():
                plan = self._plan(caseload, options, today=timezone.localtime(now).date())
                if not options["dry_run"]:
                    service = self._store(plan, options["good_rows_only"], now=now)
                    remember_headings(service=service, meanings=said)
        except UnreadableFileError as error:
            self._complain(error.problems)
            raise CommandError("the files could not be read; nothing was stored") from None
        except (HeadingError, ServiceChoiceError, WritingError) as error:
            raise CommandError(f"{error}; nothing was stored") from None
        except DatabaseError as error:
            raise CommandError(f"{why_refused(error)}. Nothing was stored") from None
        for line in summary(plan):
            self.stdout.write(line)
        if options["dry_run"]:
            self.stdout.write("Nothing was stored: this was a dry run.")

    def _plan(self, caseload: Caseload, options: dict[str, Any], *, today: dt.date) -> ImportPlan:
        chosen = choose_service_to_fill(options["service"])
        wants_good_rows = options["good_rows_only"] is not None
        taking = Taking.GOOD_ROWS if wants_good_rows else Taking.EVERY_ROW
        plan = plan_import(caseload, chosen=chosen, today=today, taking=taking)
        self._complain(plan.everything_wrong)
        if plan.problems:
            rows = len({(problem.file, problem.row) for problem in plan.problems})
            raise CommandError(
                f"{counted(len(plan.problems), 'problem')} in {counted(rows, 'row')}; nothing was "
                "stored. Mend them, or use --good-rows-only FOLDER to store the other rows and get "
                "these back as files"
            )
        return plan

    def _store(
        self, plan: ImportPlan, rejected_folder: Path | None, *, now: dt.datetime
    ) -> Service:
        service = store(plan, by=None, now=now)
        if rejected_folder is not None and plan.rejected:
            # Inside the transaction: without the files nothing is stored.
            for path in write_rejected(plan, rejected_folder):
                self.stdout.write(f"Rejected rows: {path}")
        return service

    def _complain(self, problems: Sequence[Problem]) -> None:
        for line in listed(problems, noun="problem"):
            self.stderr.write(line)
