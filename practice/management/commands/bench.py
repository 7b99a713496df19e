"""Measures what is claimed to be quick, against a named other way, in one run.

Ratios of medians, never a bare number of seconds: those depend on the machine.
"""

import csv
import datetime as dt
import io
import os
import statistics
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from practice.caseload_files import (
    SourceFile,
    choose_service_to_fill,
    plan_import,
    read_caseload,
    store,
)
from practice.cohorts import Scope
from practice.domain.measures import MEASURES
from practice.management.many_practices import fill
from practice.management.page_bench import page_lines
from practice.management.paper_bench import paper_lines
from practice.management.ready import make_ready
from practice.models import (
    Client,
    Episode,
    Holding,
    MeasureCompletion,
    Practitioner,
    Service,
    Session,
)

RUNS = 3
SESSIONS = 1000
# Open clients on the sheet; as many have ended in the year of the report.
CLIENTS = 60
# Sessions of each invented client.
A_CLIENT = 10
FIRST_DAY = dt.date(2024, 1, 1)
# Of the papers: later than every session.
LAST_DAY = dt.date(2024, 3, 31)
_ENDINGS = ("agreed_at_end", "loss_of_contact", "planned_from_outset", "")
# Of the pages.
EPISODES = 50_000
_MARK = "PRACTICE_BENCH"
_PAPERS, _PAGES = "papers", "pages"
# More memory than it begins with: a server that holds so much would be given it.
_SERVER = ("shared_buffers=256MB", "max_wal_size=4GB")


class Command(BaseCommand):
    """bench: in a database of its own, in a temporary folder."""

    help = "Measures the program against named other ways; touches no database of yours."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--sessions", type=int, default=SESSIONS, help="rows to bring in")
        parser.add_argument("--clients", type=int, default=CLIENTS, help="open clients on paper")
        parser.add_argument("--episodes", type=int, default=EPISODES, help="behind the pages")
        parser.add_argument("--runs", type=int, default=RUNS, help="runs of each way")

    def handle(self, *args: Any, **options: Any) -> None:
        part = os.environ.get(_MARK)
        if part is None:
            given = [f"--{name}={options[name]}" for name in _OPTIONS]
            _elsewhere(_PAPERS, given, url="")
            with self._large_server() as url:
                _elsewhere(_PAGES, given, url=url)
            return
        make_ready()
        if part == _PAPERS:
            self._measure_import(options["sessions"], runs=options["runs"])
            scope = _paper_scope(options["clients"])
            lines = paper_lines(scope, last_day=LAST_DAY, runs=options["runs"])
        else:
            today = timezone.localdate()
            person = fill(episodes=options["episodes"], today=today)
            lines = page_lines(person, today=today, runs=options["runs"])
        for line in lines:
            self.stdout.write(line)

    @contextmanager
    def _large_server(self) -> Iterator[str]:
        """The address of an empty PostgreSQL; "" for SQLite, and it is said why, where there is none."""
        try:
            # Not on every platform.
            from practice.management.throwaway_postgres import NoPostgresError, start
        except ImportError:
            self.stdout.write("Pages are measured on SQLite: no PostgreSQL is started here.")
            yield ""
            return
        try:
            server = start(*_SERVER)
        except NoPostgresError as problem:
            self.stdout.write(f"Pages are measured on SQLite: {problem}")
            yield ""
            return
        try:
            yield server.create("practice")
        finally:
            server.stop()

    def _measure_import(self, sessions: int, *, runs: int) -> None:
        rows = _rows(sessions)
        fast = statistics.median(_timed(lambda: _import(rows)) for _ in range(runs))
        slow = statistics.median(_timed(lambda: _save_one_by_one(rows)) for _ in range(runs))
        self.stdout.write(
            f"Import of {sessions} sessions with {sessions * len(MEASURES)} forms answered item by "
            f"item, every rule checked and every row with its history, median of {runs}: "
            f"{fast:.2f} s, {sessions / fast:.0f} sessions a second.\n"
            f"The same rows stored by save() one by one, with history and no rule checked: "
            f"{slow:.2f} s.\n"
            f"Ratio: {slow / fast:.1f} times as quick."
        )


_OPTIONS = ("sessions", "clients", "episodes", "runs")


def _elsewhere(part: str, arguments: Sequence[str], *, url: str) -> None:
    """Start again for one part, with a data folder and a database that are thrown away."""
    with tempfile.TemporaryDirectory(prefix="practice-bench-") as folder:
        kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        subprocess.run(  # noqa: S603 - this same program
            [sys.executable, str(settings.BASE_DIR / "manage.py"), "bench", *arguments],
            env=kept | {_MARK: part, "PRACTICE_DATA": folder, "DATABASE_URL": url},
            check=True,
        )


def _paper_scope(clients: int) -> Scope:
    """So many open clients of one practitioner, and as many who ended: stored by the import."""
    episodes, sessions = _rows(clients * A_CLIENT * 2)
    for number, row in enumerate(episodes):
        ended = number % 2 == 1
        row["ended_on"] = str(LAST_DAY - dt.timedelta(days=number % 20)) if ended else ""
        row["ending"] = _ENDINGS[number // 2 % len(_ENDINGS)] if ended else ""
    for row in sessions:
        # Nobody has an open risk item: a row for each of ten forms would be no ordinary sheet.
        row |= {f"{m.code}_{m.risk_item}": "0" for m in MEASURES.values() if m.risk_item}
    _import((episodes, sessions))
    return Scope(service=Service.objects.get(), practitioner=Practitioner.objects.get())


def _timed(run: Callable[[], None]) -> float:
    """Seconds of one run, which is then undone."""
    with transaction.atomic():
        started = time.perf_counter()
        run()
        seconds = time.perf_counter() - started
        transaction.set_rollback(True)
    return seconds


def _rows(count: int) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Invented clients with weekly sessions, each with every item of every measure."""
    episodes, sessions = [], []
    for number in range(-(-count // A_CLIENT)):
        client = f"B-{number:03}"
        episodes.append({"client": client, "referred_on": str(FIRST_DAY), "note": "invented"})
        for week in range(min(A_CLIENT, count - number * A_CLIENT)):
            day = FIRST_DAY + dt.timedelta(weeks=week)
            row = {"client": client, "date": str(day), "minutes": "50", "fee": "60"}
            for measure in MEASURES.values():
                for item in range(1, len(measure.items) + 1):
                    row[f"{measure.code}_{item}"] = str((number + week + item) % 3)
            sessions.append(row)
    return episodes, sessions


def _import(rows: tuple[list[dict[str, str]], list[dict[str, str]]]) -> None:
    names = ("episodes.csv", "sessions.csv")
    files = tuple(
        SourceFile(name=name, content=_csv(sheet)) for name, sheet in zip(names, rows, strict=True)
    )
    plan = plan_import(
        read_caseload(files), chosen=choose_service_to_fill(None), today=timezone.localdate()
    )
    store(plan, by=None, now=timezone.now())


def _csv(sheet: list[dict[str, str]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(sheet[0]))
    writer.writeheader()
    writer.writerows(sheet)
    return text.getvalue().encode()


def _save_one_by_one(rows: tuple[list[dict[str, str]], list[dict[str, str]]]) -> None:
    """The plain way: a save() for each row, which keeps its history too."""
    service = Service.objects.create(name="Bench")
    holder = Practitioner.objects.create_user("bench@practice.invalid")
    episodes: dict[str, Episode] = {}
    for row in rows[0]:
        client = Client.objects.create(service=service, reference=row["client"])
        episode = Episode.objects.create(client=client, referred_on=FIRST_DAY, note=row["note"])
        Holding.objects.create(episode=episode, practitioner=holder, since=FIRST_DAY)
        episodes[row["client"]] = episode
    for row in rows[1]:
        session = Session.objects.create(
            episode=episodes[row["client"]], held_on=row["date"], minutes=50, fee=60
        )
        for measure in MEASURES.values():
            answers = [
                int(row[f"{measure.code}_{item}"]) for item in range(1, len(measure.items) + 1)
            ]
            MeasureCompletion.objects.create(
                session=session,
                measure=measure.code,
                answers="".join(str(answer) for answer in answers),
                total=measure.total_from_answers(answers),
            )
