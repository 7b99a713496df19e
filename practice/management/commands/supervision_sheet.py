"""Writes the supervision sheet as PDF."""

import datetime as dt
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from practice.actions.audit import record
from practice.caseload_files import cells
from practice.caseload_files.cells import CellError
from practice.cohorts import Scope
from practice.management.asked import asked_scope
from practice.management.ready import ensure_notes_readable, ensure_ready
from practice.models import Deed, Practitioner, Service
from practice.reports.case_choice import Choice, Which, chosen_cases, offered
from practice.reports.case_side import Notes, load_case_sides
from practice.reports.files import supervision_name
from practice.reports.supervision import SupervisionSheet, supervision_sheet
from practice.reports.supervision_names import Naming
from practice.reports.supervision_pdf import supervision_pdf
from practice.reports.supervision_text import sheet_text
from practice.whole_files import write_whole


class Command(BaseCommand):
    """supervision_sheet --practitioner EMAIL [--on DATE] [--case REFERENCE ...] --out DIR."""

    help = (
        "Writes the supervision sheet of one practitioner as PDF, one row for each open client and "
        "one side for each client chosen, and prints its path as the last line. Unless clients are "
        "chosen, those with an open risk item have a side."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--practitioner", required=True, metavar="EMAIL")
        parser.add_argument("--on", metavar="2026-10-31", help="the day; default: today")
        parser.add_argument(
            "--service", metavar="NAME", help="needed for somebody who works in several"
        )
        parser.add_argument(
            "--letters",
            action="store_const",
            const=Naming.LETTERS,
            default=Naming.REFERENCES,
            dest="naming",
            help="clients as A, B, C; their key is on the page of the sheet",
        )
        sides = parser.add_mutually_exclusive_group()
        sides.add_argument(
            "--case",
            action="append",
            metavar="REFERENCE",
            dest="references",
            help="a side for this client; can be given again",
        )
        for name, which, words in (
            ("--cases-with-signals", Which.SIGNALS, "a side for every client with a signal"),
            ("--no-cases", Which.NOBODY, "no sides; the sheet itself still shows every risk item"),
        ):
            sides.add_argument(
                name,
                action="store_const",
                const=which,
                default=Which.RISK,
                dest="which",
                help=words,
            )
        parser.add_argument(
            "--notes",
            action="store_const",
            const=Notes.PRINTED,
            default=Notes.LEFT_OUT,
            help="the notes of sessions and episodes on the sides",
        )
        parser.add_argument("--out", required=True, type=Path, metavar="FOLDER")

    def handle(self, *args: Any, **options: Any) -> None:
        ensure_ready()
        ensure_notes_readable()
        today = timezone.localdate()
        on = _day(options["on"], today=today)
        scope = _scope(email=options["practitioner"], service=options["service"])
        naming: Naming = options["naming"]
        folder: Path = options["out"]
        sheet = supervision_sheet(scope, on=on, printed_on=today, seen_by=None)
        choice = _choice(sheet, references=options["references"], which=options["which"])
        sides = load_case_sides(sheet, choice, notes=options["notes"])
        record(
            deed=Deed.REPORTED,
            who=None,
            service=scope.service.uid,
            subject=None if scope.practitioner is None else scope.practitioner.uid,
            detail="supervision_sheet",
        )
        path = folder / supervision_name(scope, on, naming=naming.value)
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_whole(path, supervision_pdf(sheet_text(sheet, naming=naming, sides=sides)))
        except OSError as problem:
            raise CommandError(
                f"the sheet could not be written to {folder}: {problem.strerror}"
            ) from None
        if naming is Naming.LETTERS:
            self.stdout.write(
                "The key to the letters is on the page of the same day's sheet. Print it today, "
                "and keep it apart from the sheet."
            )
        self.stdout.write(str(path))


def _choice(sheet: SupervisionSheet, *, references: list[str] | None, which: Which) -> Choice:
    """Raises CommandError for a reference that is not on the sheet, without repeating it."""
    if references is None:
        return chosen_cases(sheet, which=which)
    wanted = [reference.strip().casefold() for reference in references]
    on_sheet = {case.episode.client.reference.casefold() for case in offered(sheet)}
    for place, reference in enumerate(wanted, start=1):
        if reference not in on_sheet:
            raise CommandError(
                f"--case number {place} names nobody on the sheet of that day; nothing was written"
            )
    return chosen_cases(
        sheet,
        which=Which.TICKED,
        ticked=[
            str(case.episode.uid)
            for case in offered(sheet)
            if case.episode.client.reference.casefold() in wanted
        ],
    )


def _day(text: str | None, *, today: dt.date) -> dt.date:
    if text is None:
        return today
    try:
        day = cells.day(text, today=dt.date.max)
    except CellError as problem:
        raise CommandError(f"{text!r} is not a day for a sheet: {problem}") from None
    if day > today:
        raise CommandError(f"{day.isoformat()} has not come yet; the newest is {today.isoformat()}")
    return day


def _scope(*, email: str, service: str | None) -> Scope:
    """In the service named, or in the only one, or in the only one where the person works."""
    if service is None and Service.objects.count() > 1:
        known = Practitioner.objects.normalise(email)
        names = list(
            Service.objects.filter(memberships__practitioner__email=known)
            .order_by("name")
            .values_list("name", flat=True)
        )
        if len(names) == 1:
            service = names[0]
        elif not names:
            people = Practitioner.objects.filter(memberships__isnull=False).distinct()
            raise CommandError(
                f"{email!r} is not a practitioner of any service; there is: "
                + ", ".join(people.order_by("email").values_list("email", flat=True))
            )
        else:
            raise CommandError(
                f"{email} works in several services: name one with --service; there is: "
                + ", ".join(names)
            )
    return asked_scope(service=service, practitioner=email)
