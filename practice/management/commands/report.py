"""Writes the month's report as PDF."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from practice.cohorts import Scope
from practice.domain.periods import Month
from practice.management.asked import add_scope_arguments, asked_scope
from practice.management.printing import write_monthly
from practice.management.ready import ensure_ready
from practice.reports.monthly import UnknownYearError


class Command(BaseCommand):
    """report --month 2026-10 [--practitioner EMAIL] [--service NAME] [--against YEAR] --out DIR."""

    help = (
        "Writes the month's report as PDF and prints each path: of one practitioner, or of the "
        "service and each of its practitioners."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--month", required=True, metavar="2026-10")
        parser.add_argument("--out", required=True, type=Path, metavar="FOLDER")
        parser.add_argument(
            "--against", metavar="2024-25", help="English year; default: newest ended by then"
        )
        add_scope_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        ensure_ready()
        try:
            month = Month.parse(options["month"])
        except ValueError as problem:
            raise CommandError(str(problem)) from None
        today = timezone.localdate()
        if month > Month.of(today):
            raise CommandError(f"{month.words} has not begun; the newest is {Month.of(today)}")
        scope = asked_scope(service=options["service"], practitioner=options["practitioner"])
        folder: Path = options["out"]
        try:
            for each in _scopes(scope):
                path = write_monthly(
                    each, month, folder=folder, today=today, year=options["against"]
                )
                self.stdout.write(str(path))
        except UnknownYearError as problem:
            raise CommandError(str(problem)) from None
        except OSError as problem:
            raise CommandError(
                f"the report could not be written to {folder}: {problem.strerror}"
            ) from None


def _scopes(scope: Scope) -> list[Scope]:
    """The practitioner asked for; or the service, and each practitioner where there are several."""
    if scope.practitioner is not None:
        return [scope]
    people = list(scope.service.practitioners.order_by("email"))
    if len(people) == 1:
        return [Scope(service=scope.service, practitioner=people[0])]
    return [scope, *(Scope(service=scope.service, practitioner=person) for person in people)]
