"""Write the caseload of a service as two CSV files or one XLSX workbook."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from practice.actions.audit import record
from practice.caseload_files import (
    Existing,
    WritingError,
    csv_files,
    export_caseload,
    workbook_files,
    write_files,
)
from practice.management.asked import asked_service
from practice.management.ready import ensure_notes_readable, ensure_ready
from practice.models import Deed


class Command(BaseCommand):
    """Thin: the files hold notes in clear, and only their owner may read them."""

    help = (
        "Write the caseload of a service as episodes.csv and sessions.csv (or caseload.xlsx), which "
        "import_caseload reads again without a change. The files hold notes in clear."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
        parser.add_argument("--service", metavar="NAME")
        parser.add_argument("--xlsx", action="store_true", help="one workbook instead of two files")
        parser.add_argument(
            "--overwrite", action="store_true", help="replace files that are there already"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        ensure_ready()
        ensure_notes_readable()
        existing = Existing.REPLACE if options["overwrite"] else Existing.KEEP
        try:
            # One transaction, so that both sheets show the same moment.
            with transaction.atomic():
                service = asked_service(options["service"])
                caseload = export_caseload(service)
                # Before the first file is there: data that has left is never without its entry.
                record(
                    deed=Deed.EXPORTED,
                    who=None,
                    service=service.uid,
                    subject=service.uid,
                    detail="export_caseload",
                )
            files = workbook_files(caseload) if options["xlsx"] else csv_files(caseload)
            paths = write_files(options["out"], files, existing=existing)
        except WritingError as error:
            raise CommandError(f"{error}; nothing was written") from None
        for notice in caseload.notices:
            self.stderr.write(f"Notice: {notice}")
        for sheet in caseload.sheets:
            self.stdout.write(f"{sheet.name.capitalize()}: {len(sheet.rows)}")
        for path in paths:
            self.stdout.write(str(path))
