"""Prints the figures of a period as one JSON object."""

import datetime as dt
import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from practice.actions.audit import record
from practice.cohorts import load_cohort
from practice.domain.periods import Period
from practice.management.asked import add_scope_arguments, asked_scope
from practice.management.ready import ensure_ready
from practice.models import Deed
from practice.reports.figures import outcome_figures
from practice.reports.outcomes_json import outcomes_json


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{text!r} is not a day; write it as 2026-03-09") from None


class Command(BaseCommand):
    """outcomes --from DAY --to DAY [--practitioner EMAIL] [--service NAME] --json."""

    help = "Prints the figures of a period (both ends inclusive) as one JSON object."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="start", required=True, metavar="2025-04-01")
        parser.add_argument("--to", dest="end", required=True, metavar="2026-03-31")
        parser.add_argument("--json", action="store_true", help="as JSON (the only form so far)")
        add_scope_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        ensure_ready()
        try:
            period = Period(start=_day(options["start"]), end=_day(options["end"]))
        except ValueError as problem:
            raise CommandError(str(problem)) from None
        scope = asked_scope(service=options["service"], practitioner=options["practitioner"])
        figures = outcome_figures(load_cohort(scope, period))
        record(
            deed=Deed.REPORTED,
            who=None,
            service=scope.service.uid,
            subject=(scope.practitioner or scope.service).uid,
            detail="outcomes",
        )
        self.stdout.write(json.dumps(outcomes_json(figures), indent=1, ensure_ascii=False))
