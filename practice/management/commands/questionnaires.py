"""Writes the blank questionnaires as PDF."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from practice.domain.measures import MEASURES, Measure
from practice.reports.questionnaire_pdf import blank_pdf
from practice.reports.questionnaires import questionnaire, why_withheld
from practice.whole_files import write_whole


class Command(BaseCommand):
    """questionnaires --out FOLDER [--measure phq9]."""

    help = "Writes blank questionnaires as PDF, one side of A4 each, and prints each path."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--out", required=True, type=Path, metavar="FOLDER")
        parser.add_argument("--measure", choices=tuple(MEASURES), help="default: all of them")

    def handle(self, *args: Any, **options: Any) -> None:
        # Nothing of the database stands on a form: it can be printed before there is one.
        measures = self._asked(options["measure"])
        folder: Path = options["out"]
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for measure in measures:
                path = folder / f"{measure.code}.pdf"
                write_whole(path, blank_pdf(questionnaire(measure)))
                self.stdout.write(str(path))
        except OSError as problem:
            raise CommandError(
                f"the questionnaires could not be written to {folder}: {problem.strerror}"
            ) from None

    def _asked(self, code: str | None) -> list[Measure]:
        """The one asked for, or all that may be printed. Raises CommandError if it may not."""
        if code is not None:
            measure = MEASURES[code]
            if reason := why_withheld(measure):
                raise CommandError(f"{measure.name} is not written. {reason}")
            return [measure]
        offered = []
        for measure in MEASURES.values():
            if reason := why_withheld(measure):
                self.stderr.write(f"{measure.name} is left out. {reason}")
            else:
                offered.append(measure)
        return offered
