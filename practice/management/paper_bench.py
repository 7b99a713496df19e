"""How quickly papers are drawn: against bare reportlab, and against Chromium printing the same page."""

import datetime as dt
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from practice.cohorts import Scope
from practice.domain.periods import Month
from practice.management.bare_paper import bare_paper, contents_of
from practice.management.chromium import MissingError, chromium
from practice.published import published
from practice.reports.monthly import monthly_report
from practice.reports.monthly_pdf import BOTH, monthly_pdf
from practice.reports.monthly_text import MonthlyText, monthly_text
from practice.reports.supervision import supervision_sheet
from practice.reports.supervision_names import Naming
from practice.reports.supervision_pdf import supervision_pdf
from practice.reports.supervision_text import SheetText, sheet_text


@dataclass(frozen=True, kw_only=True)
class _Papers:
    """What is drawn, in words already: no database is read while the clock runs."""

    scope: Scope
    month: MonthlyText
    sheet: SheetText


def paper_lines(scope: Scope, *, last_day: dt.date, runs: int) -> Iterator[str]:
    """Each measurement as one sentence with its ratio, medians of so many runs each."""
    report = monthly_report(
        scope, Month.of(last_day), benchmarks=published(), printed_on=last_day, year=None
    )
    sheet = supervision_sheet(scope, on=last_day, printed_on=last_day, seen_by=None)
    papers = _Papers(
        scope=scope,
        month=monthly_text(report),
        sheet=sheet_text(sheet, naming=Naming.REFERENCES),
    )
    yield _against_bare(papers.month, runs=runs)
    yield from _against_chromium(papers, last_day=last_day, runs=runs)


def _medians(*draws: Callable[[], object], runs: int) -> list[float]:
    """Seconds of each way, each of which has run once before, so that fonts are read.

    They take turns, so that a busy machine slows all of them alike.
    """
    rounds = [[_seconds(draw) for draw in draws] for _ in range(runs)]
    return [statistics.median(each) for each in zip(*rounds, strict=True)]


def _seconds(draw: Callable[[], object]) -> float:
    started = time.perf_counter()
    draw()
    return time.perf_counter() - started


def _against_bare(text: MonthlyText, *, runs: int) -> str:
    contents = contents_of(text)
    draw_bare = bare_paper(contents, pages=len(BOTH))
    monthly_pdf(text)
    draw_bare()
    ours, bare = _medians(lambda: monthly_pdf(text), draw_bare, runs=runs)
    return (
        f"Monthly report as PDF, {len(BOTH)} sides, median of {runs}: {_ms(ours)}. "
        f"The same {contents.words} words, {len(contents.tables)} tables and "
        f"{len(contents.charts)} charts set by reportlab alone in one column on as many pages, "
        f"charts drawn beforehand: {_ms(bare)}.\n"
        f"Ratio: {ours / bare:.1f} times the time of bare reportlab."
    )


def _against_chromium(papers: _Papers, *, last_day: dt.date, runs: int) -> Iterator[str]:
    clients = len(papers.sheet.rows)
    ways: Mapping[str, Callable[[], bytes]] = {
        "Monthly report": lambda: monthly_pdf(papers.month),
        f"Supervision sheet of {clients} clients": lambda: supervision_pdf(papers.sheet),
    }
    pages = dict(zip(ways, _pages(papers.scope, last_day=last_day), strict=True))
    try:
        running = _running(ways, pages, runs=runs)
    except MissingError as missing:
        for name in ways:
            yield f"{name} as PDF against Chromium.\nRatio: not measured, because {missing}."
        return
    for name, draw in ways.items():
        # The program's files were read when it was started to go on running.
        _, anew = _medians(draw, partial(_started, pages[name]), runs=runs)
        ours, beside = running[name]
        yield _compared(name, ours=ours, running=beside, anew=anew, runs=runs)


def _started(page: str) -> bytes:
    with chromium() as print_page:
        return print_page(page)


def _running(
    ways: Mapping[str, Callable[[], bytes]], pages: Mapping[str, str], *, runs: int
) -> Mapping[str, list[float]]:
    """Seconds of our way and of one browser for all, by paper. Raises MissingError without one."""
    found = {}
    with chromium() as print_page:
        for name, draw in ways.items():

            def printed(page: str = pages[name]) -> bytes:
                return print_page(page)

            draw()
            printed()
            found[name] = _medians(draw, printed, runs=runs)
    return found


def _compared(name: str, *, ours: float, running: float, anew: float, runs: int) -> str:
    """The page with its style sheet and fonts, by a browser that is running and by one started."""
    return (
        f"{name} as PDF, median of {runs}: {_ms(ours)}. The accessible page of the same, loaded and "
        f"printed by Chromium started for it: {_ms(anew)}; by one that is running already: "
        f"{_ms(running)}.\n"
        f"Ratio: {anew / ours:.1f} times as quick as Chromium started for it, "
        f"{running / ours:.1f} times as one that is running already."
    )


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"


def _pages(scope: Scope, *, last_day: dt.date) -> Iterator[str]:
    """The report's page and the sheet's, as a browser gets them."""
    if scope.practitioner is None:
        raise ValueError("a sheet is somebody's")
    call_command("collectstatic", interactive=False, verbosity=0)
    client = Client(SERVER_NAME="localhost")
    client.force_login(scope.practitioner)
    whose = [scope.service.uid, scope.practitioner.uid]
    for address in (
        f"{reverse('report-month', args=whose)}?month={Month.of(last_day)}",
        f"{reverse('supervision-sheet', args=whose)}?on={last_day}&sides=nobody",
    ):
        answer = client.get(address, secure=True)
        if answer.status_code != 200:
            raise RuntimeError(f"a page answered {answer.status_code}")
        yield answer.content.decode()
