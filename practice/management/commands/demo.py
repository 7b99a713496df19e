"""Sets up the demonstration: an invented practice in a database file of its own, and its reports."""

import csv
import datetime as dt
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from practice.actions.reports import freeze_report
from practice.actions.services import change_service
from practice.caseload_files import (
    choose_service_to_fill,
    open_sources,
    plan_import,
    read_caseload,
    store,
)
from practice.cohorts import Scope
from practice.demonstration import (
    PASSPHRASE,
    InventedCaseload,
    invented_afterwards,
    invented_caseload,
)
from practice.demonstration.rows import Row
from practice.demonstration.storing import store_afterwards, store_found
from practice.domain.periods import Month
from practice.management.printing import write_monthly
from practice.management.ready import make_ready
from practice.models import Membership, Role, Service, Session
from practice.published import published_for
from practice.reports.frozen import Making, make_frozen

# Days without a session that a holiday explains.
LONGEST_GAP = 31
# Months before this one whose reports have been made for good: the last whole one is still a draft.
MADE_FOR_GOOD = (3, 2)


class Command(BaseCommand):
    """demo [--fresh]."""

    help = "Sets up the demonstration practice (invented data) and writes its monthly reports."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--fresh", action="store_true", help="build the demonstration anew, as of today"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("the demonstration runs as: python3 manage.py demo")
        if options["fresh"]:
            _forget()
        make_ready()
        today = timezone.localdate()
        if not Service.objects.exists():
            invented = invented_caseload(today)
            _bring_in(invented)
            self.stdout.write(
                f"Brought in {len(invented.episodes)} episodes, {len(invented.sessions)} sessions."
            )
        service = Service.objects.get()
        lead = service.memberships.get(role=Role.LEAD).practitioner
        self.stdout.write(
            f"The demonstration is ready: {service.name}. Invented data; nobody in it exists.\n"
            "To look at it in a browser: python3 manage.py serve --demo\n"
            f"Sign in at http://localhost:8000/ as {lead.email} with the passphrase {PASSPHRASE}\n"
            "The supervision sheet of today:"
        )
        folder = Path(settings.DATA_DIR) / "reports"
        call_command("supervision_sheet", practitioner=lead.email, out=folder, stdout=self.stdout)
        self.stdout.write("The monthly reports, the last whole month:")
        month = _last_whole_month(service, today=today)
        others = service.memberships.filter(role=Role.PRACTITIONER).select_related("practitioner")
        for place in others.order_by("practitioner__email"):
            scope = Scope(service=service, practitioner=place.practitioner)
            self.stdout.write(str(write_monthly(scope, month, folder=folder, today=today)))
        for scope in (Scope(service=service), Scope(service=service, practitioner=lead)):
            self.stdout.write(str(write_monthly(scope, month, folder=folder, today=today)))


def _forget() -> None:
    """Remove the demonstration's database file; settings made sure that it is no other."""
    connection.close()
    file = Path(settings.DATABASES["default"]["NAME"])
    for name in (file, *(file.with_name(file.name + ending) for ending in ("-wal", "-shm"))):
        name.unlink(missing_ok=True)


@transaction.atomic
def _bring_in(invented: InventedCaseload) -> None:
    """Through the ordinary import, as somebody's own spreadsheet would come."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [
            _write(Path(folder) / "episodes.csv", invented.episodes),
            _write(Path(folder) / "sessions.csv", invented.sessions),
        ]
        caseload = read_caseload(open_sources(paths))
    plan = plan_import(
        caseload, chosen=choose_service_to_fill(invented.service), today=invented.today
    )
    if plan.problems:
        raise CommandError(f"the invented caseload breaks a rule: {plan.problems[0]}")
    store(plan, by=None, now=timezone.now())
    service = Service.objects.get(name=invented.service)
    service.is_invented = True
    service.save()
    lead, *_others = invented.practitioners
    for place in Membership.objects.filter(service=service).select_related("practitioner"):
        person = place.practitioner
        person.name = invented.practitioners[person.email]
        person.set_password(PASSPHRASE)
        person.save()
        place.role = Role.LEAD if person.email == lead else Role.PRACTITIONER
        place.save()
    leads = service.memberships.get(role=Role.LEAD).practitioner
    # So that there is something to see on the pages of the whole service too.
    change_service(service=service, lead_reads_clients=True, by=leads, why="settings changed")
    now, afterwards = timezone.now(), invented_afterwards(invented)
    store_afterwards(service, afterwards, now=now)
    _make_for_good(service, Making(by=leads, now=now, today=invented.today))
    if afterwards.found is not None:
        # After the papers, so that the next one has something to tell of.
        store_found(service, afterwards.found, now=now)


def _make_for_good(service: Service, making: Making) -> None:
    """The months before the last whole one, of the lead's own part and of the whole service."""
    for back in MADE_FOR_GOOD:
        month = Month.of(making.today).minus(back)
        for scope in (Scope(service=service, practitioner=making.by), Scope(service=service)):
            report = make_frozen(scope, month, benchmarks=published_for(service), making=making)
            freeze_report(report=report, by=making.by)


def _write(path: Path, rows: list[Row]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def _last_whole_month(service: Service, *, today: dt.date) -> Month:
    """As of today, or of the newest session where the demonstration was built long ago."""
    newest = Session.objects.filter(episode__client__service=service).aggregate(
        newest=Max("held_on")
    )["newest"]
    is_old = (today - newest).days > LONGEST_GAP
    return Month.of(newest if is_old else today).minus(1)
