"""Bring in a year of the official annual figures of NHS Talking Therapies."""

import logging
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from practice.actions.annual_figures import (
    HereAlreadyError,
    replace_annual_figures,
    store_annual_figures,
)
from practice.management.asked import asked_service
from practice.management.ready import ensure_ready
from practice.models import AnnualFigures, Service
from practice.nhs_annual.bringing import Ready, YearError, ready, same_as_another
from practice.nhs_annual.findings import AnnualFileError
from practice.nhs_annual.opening import MEGABYTE, SIZE_LIMIT
from practice.nhs_annual.summary import Summary, summary_of
from practice.published import brought_in, everything_else, published

_LOG = logging.getLogger(__name__)


class Command(BaseCommand):
    """import_nhs_annual FILE [--year 2025-26] [--service NAME] [--replace]."""

    help = (
        "Brings in the main CSV file of the annual reports of NHS Talking Therapies as a new year: "
        "England, regions, boards, services and their spread. For everybody here, or with "
        "--service for one service. Nothing is stored unless the whole file is good."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--year",
            default="",
            metavar="2025-26",
            help="the financial year; default: as the file or its name says",
        )
        parser.add_argument("--service", metavar="NAME", help="only for this service")
        parser.add_argument(
            "--replace", action="store_true", help="take the place of another file of the year"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        ensure_ready()
        service = None if options["service"] is None else asked_service(options["service"])
        brought = self._ready(options["file"], asked=options["year"])
        row = AnnualFigures(
            service=service,
            period=brought.year,
            figures=brought.kept,
            digest=brought.digest,
            entered_at=timezone.now(),
        )
        try:
            if options["replace"]:
                replace_annual_figures(row=row, by=None, now=row.entered_at)
            else:
                store_annual_figures(row=row, by=None)
        except HereAlreadyError as problem:
            if not problem.is_same:
                raise CommandError(f"{problem} Use --replace to take its place.") from None
            self.stdout.write(f"{problem} Nothing was changed.")
            row = problem.row
        else:
            _LOG.info("annual figures %s of %s brought in", row.uid, row.period)
        self._tell(row, brought, service)

    def _ready(self, file: Path, *, asked: str) -> Ready:
        try:
            with file.open("rb") as opened:
                content = opened.read(SIZE_LIMIT + 1)
        except OSError as problem:
            raise CommandError(f"the file could not be read: {problem.strerror}") from None
        if len(content) > SIZE_LIMIT:
            raise CommandError(f"the file is larger than {SIZE_LIMIT // MEGABYTE} MB")
        try:
            return ready(content, name=file.name, asked=asked, today=timezone.localdate())
        except AnnualFileError as problem:
            for line in problem.listed:
                self.stderr.write(line)
            raise CommandError("the file cannot be brought in; nothing was stored") from None
        except YearError as problem:
            raise CommandError(f"{problem} (--year); nothing was stored") from None

    def _tell(self, row: AnnualFigures, brought: Ready, service: Service | None) -> None:
        whose = "everybody here" if service is None else service.name
        self.stdout.write(f"NHS Talking Therapies {row.period}, for {whose}")
        summary = summary_of(
            row.figures, brought_in(row), year=row.period, known=everything_else(row, service)
        )
        for line in _lines(summary):
            self.stdout.write(line)
        other = same_as_another(brought, published())
        if other:
            self.stdout.write(
                f"England's counts are those of {other}, to the last one: is {row.period} the "
                "right year?"
            )


def _lines(summary: Summary) -> list[str]:
    lines = [
        f"  {line.title}: {line.figure}"
        + (f" ({line.counts})" if line.counts else "")
        + f"; {summary.year_before}: {line.before}"
        for line in summary.lines
    ]
    lines += summary.counted
    if summary.about["passed_over"]:
        lines.append(f"In the file, and not used here: {', '.join(summary.about['passed_over'])}.")
    lines += [
        f"  {row['title']} ({row['services']}): {row['min']} {row['p10']} {row['p25']} "
        f"{row['median']} {row['p75']} {row['p90']} {row['max']}"
        for row in summary.spreads
    ]
    lines.append(f"{summary.figures} figures, {summary.already} of them known already.")
    lines += [
        f"  {one.title}: {one.known} is known and stands; the file has {one.brought}."
        for one in summary.differences
    ]
    return lines
