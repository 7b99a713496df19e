"""Writes the month's report as PDF."""

from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from practice.actions.audit import record
from practice.cohorts import Scope
from practice.domain.periods import Month
from practice.management.asked import add_scope_arguments, asked_scope
from practice.management.printing import write_entry
from practice.management.ready import ensure_ready
from practice.models import Deed, Service
from practice.published import published_for
from practice.reports.batch import (
    STUMBLES,
    Entry,
    Wanted,
    entries_of,
    freeze_entry,
    scopes_of,
    why_not,
)
from practice.reports.frozen import Making, check_over
from practice.reports.monthly import choose_year
from practice.reports.monthly_pdf import BOTH, WITH_DEFINITIONS, Side
from practice.reports.words import several


class Command(BaseCommand):
    """report --month 2026-10 --out DIR [--practitioner EMAIL] [--service NAME] [--for-good]."""

    help = (
        "Writes the month's report as PDF and prints each path: of one practitioner, or of the "
        "service and each of its practitioners. One that fails is named and stops no other."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--month", required=True, metavar="2026-10")
        parser.add_argument("--out", required=True, type=Path, metavar="FOLDER")
        parser.add_argument(
            "--against", metavar="2024-25", help="English year; default: newest ended by then"
        )
        parser.add_argument(
            "--definitions",
            action="store_const",
            const=WITH_DEFINITIONS,
            default=BOTH,
            help="a third side with the definition of every rate",
        )
        parser.add_argument(
            "--for-good",
            action="store_true",
            help="make each report for good, if that is not done, and print it as it was made",
        )
        add_scope_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        ensure_ready()
        asked = asked_scope(service=options["service"], practitioner=options["practitioner"])
        wanted = _wanted(asked.service, **options)
        scopes = _scopes(asked)
        folder = _made(options["out"])
        failed = []
        for scope in scopes:
            try:
                entry = self._entry(scope, wanted, for_good=options["for_good"])
                _record(scope)
                path = write_entry(entry, wanted, folder=folder)
            except STUMBLES as problem:
                why = why_not(problem, Entry(scope=scope, report=None))
                failed.append(f"{scope.words}: {why}")
                self.stderr.write(f"not made: {failed[-1]}")
            else:
                self.stdout.write(str(path))
                self.stdout.flush()
        if failed:
            raise CommandError(
                f"{len(failed)} of {several(len(scopes), 'report', 'reports')} could not be "
                f"written to {folder}: {'; '.join(failed)}. The same again goes on where it stopped."
            )

    def _entry(self, scope: Scope, wanted: Wanted, *, for_good: bool) -> Entry:
        """A draft; or the one made for good, which is made if it is not there yet."""
        if not for_good:
            return Entry(scope=scope, report=None)
        (entry,) = entries_of([scope], wanted.month)
        freeze_entry(entry, wanted, Making(by=None, now=timezone.now(), today=wanted.today))
        (entry,) = entries_of([scope], wanted.month)
        return entry


def _record(scope: Scope) -> None:
    """Before the file is there."""
    record(
        deed=Deed.REPORTED,
        who=None,
        service=scope.service.uid,
        subject=(scope.practitioner or scope.service).uid,
        detail="report",
    )


def _wanted(
    of: Service,
    *,
    month: str,
    against: str | None,
    for_good: bool,
    definitions: Sequence[Side],
    **_options: Any,
) -> Wanted:
    """Everything that is the same for each report. Raises CommandError before anything is made."""
    today = timezone.localdate()
    try:
        chosen = Month.parse(month)
        if chosen > Month.of(today):
            raise CommandError(f"{chosen.words} has not begun; the newest is {Month.of(today)}")
        if for_good:
            check_over(chosen, today=today)
        benchmarks = published_for(of)
        choose_year(benchmarks, asked=against, on=chosen.period.end)
    except ValueError as problem:
        raise CommandError(str(problem)) from None
    return Wanted(
        month=chosen,
        benchmarks=benchmarks,
        today=today,
        year=against,
        sides=definitions,
    )


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as problem:
        raise CommandError(
            f"the report could not be written to {folder}: {problem.strerror}"
        ) from None
    return folder


def _scopes(scope: Scope) -> list[Scope]:
    """The practitioner asked for; or the service, and each practitioner where there are several."""
    return scopes_of(scope.service) if scope.practitioner is None else [scope]
