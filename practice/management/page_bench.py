"""How long pages take in a large practice's database: each against a bare signed-in page, side by side."""

import datetime as dt
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.core.management import call_command
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from practice.domain.periods import Month
from practice.management import bare_page
from practice.models import Episode, Practitioner
from practice.reports.kept_figures import PAGES

# Of the time of a bare page, AT MOST so many times.
WANTED = 3


@dataclass(frozen=True, kw_only=True)
class Timing:
    """Medians in seconds of a page asked for again, and of one whose figures are taken anew."""

    name: str
    queries: int
    again: float
    anew: float


def page_lines(person: Practitioner, *, today: dt.date, runs: int) -> Iterator[str]:
    """The size of the database, the bare page, and a line for each page."""
    call_command("collectstatic", interactive=False, verbosity=0)
    with override_settings(ROOT_URLCONF=bare_page.__name__):
        client = Client(SERVER_NAME="localhost")
        client.force_login(person)
        bare, timings = _measured(client, _addresses(person, today=today), runs=runs)
    vendor = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}[connection.vendor]
    yield (
        f"Pages with {Episode.objects.count():,} episodes on {vendor}, medians of {runs}; a bare "
        f"signed-in page with one query of its own: {_ms(bare)}. "
        "“Anew”: the first look after something was changed."
    )
    for each in timings:
        yield (
            f"{each.name}: {_ms(each.again)}, {each.queries} queries; anew {_ms(each.anew)}.\n"
            f"Ratio: {each.again / bare:.1f} times the bare page; anew {each.anew / bare:.1f} times."
        )
    for words, slow in {
        "Over": [each.name for each in timings if each.again / bare > WANTED],
        "Anew over": [each.name for each in timings if each.anew / bare > WANTED],
    }.items():
        yield f"{words} {WANTED} times the bare page: {', '.join(slow) if slow else 'none'}."


def _addresses(person: Practitioner, *, today: dt.date) -> Mapping[str, str]:
    """The pages of one practitioner, and of the whole service where it is the slower one."""
    service = person.memberships.get().service
    whole, own = [service.uid], [service.uid, person.uid]
    held = Episode.objects.filter(holdings__practitioner=person)
    some_open = held.filter(ended_on__isnull=True).order_by("pk")[:1].get()
    month = Month.of(today).minus(1)
    return {
        "Caseload": reverse("caseload", args=own),
        "Caseload of the whole service": reverse("caseload", args=whole),
        "A client": reverse("episode-detail", args=[some_open.uid]),
        "Endings": reverse("ending-list", args=own),
        "Outcomes": reverse("outcome-list", args=own),
        "Clients behind a number": reverse("outcome-clients", args=[*own, "finished_of_entered"]),
        "Splits": reverse("split-list", args=own),
        "Benchmarks": reverse("benchmark-list"),
        "Resolutions": reverse("resolution-list", args=own),
        "Supervision sheet": reverse("supervision-sheet", args=own),
        "A month's report": f"{reverse('report-month', args=own)}?month={month}",
        "A month's report of the whole service": f"{reverse('report-month', args=whole)}?month={month}",
        "List of reports": reverse("report-list"),
    }


def _measured(
    client: Client, addresses: Mapping[str, str], *, runs: int
) -> tuple[float, Sequence[Timing]]:
    """The pages take turns, so that a busy machine slows all of them alike."""
    looks: dict[str, Callable[[], None]] = {
        name: _look(client, address)
        for name, address in {"": bare_page.ADDRESS, **addresses}.items()
    }
    # Once before the clock runs: templates are compiled and fonts are read.
    queries = {name: _queries(look) for name, look in looks.items()}
    rounds = [{name: _both(look) for name, look in looks.items()} for _ in range(runs)]
    medians = {
        name: tuple(statistics.median(each[name][way] for each in rounds) for way in (0, 1))
        for name in looks
    }
    timings = [
        Timing(name=name, queries=queries[name], anew=medians[name][0], again=medians[name][1])
        for name in addresses
    ]
    return medians[""][1], timings


def _look(client: Client, address: str) -> Callable[[], None]:
    def look() -> None:
        answer = client.get(address, secure=True)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status_code}")

    return look


def _queries(look: Callable[[], None]) -> int:
    look()
    with CaptureQueriesContext(connection) as queries:
        look()
    return len(queries)


def _both(look: Callable[[], None]) -> tuple[float, float]:
    """Seconds of a look with nothing kept, and of one right after it."""
    PAGES.forget()
    return _seconds(look), _seconds(look)


def _seconds(look: Callable[[], None]) -> float:
    started = time.perf_counter()
    look()
    return time.perf_counter() - started


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"
