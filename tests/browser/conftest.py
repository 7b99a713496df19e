"""A browser for the tests: signed in, listening to what it complains of, with axe at hand.

One Chromium serves all tests of a process; each has a context of its own, with nobody's cookies.

axe.min.js is axe-core by Deque Systems, under the Mozilla Public License 2.0 (axe-LICENSE.txt).
"""

import asyncio
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, sync_playwright
from pytest_django.live_server_helper import LiveServer

from practice.models import Practitioner, Role, Service
from tests.caseloads import LAST_DAY, MONTH, Therapy, store, therapies
from tests.cast import make_practitioner, make_service

AXE = (Path(__file__).parent / "axe.min.js").read_text(encoding="utf-8")
PASSWORD = "four quiet boats at anchor"
WIDE, NARROW = BOTH = (1280, 320)
LOCALE = "en-GB"
NO_BROWSER = "There is no Chromium here: run tests/install_browser.sh, then the tests again."


def program() -> str:
    """The browser's program. Without it these tests fail: a page nobody has opened is not tested."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found:
            return found
    pytest.fail(NO_BROWSER)


@dataclass(kw_only=True)
class Visit:
    """One browser tab of somebody who leads a practice, and everything it complained of."""

    page: Page
    server: str
    service: Service
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str, *, width: int = WIDE) -> None:
        self.resize(width)
        answer = self.page.goto(self.server + path)
        assert answer is not None
        assert answer.status == 200, path
        # What is folded away must be fit to be unfolded.
        self.page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")

    def sign_in(self) -> None:
        """By a session's cookie: test_sign_in and test_setup go through the form."""
        client = Client()
        client.force_login(Practitioner.objects.get(email="leda@example.org"))
        name = settings.SESSION_COOKIE_NAME
        self.page.context.add_cookies(
            [{"name": name, "value": client.cookies[name].value, "url": self.server}]
        )

    def without_script(self) -> Page:
        """Another tab, with script turned off, where whoever is signed in here is signed in too."""
        browser = self.page.context.browser
        assert browser is not None
        return browser.new_context(
            java_script_enabled=False,
            locale=LOCALE,
            storage_state=self.page.context.storage_state(),
        ).new_page()

    @property
    def report(self) -> str:
        return f"{reverse('report-month', args=[self.service.uid])}?month={MONTH}"

    def violations(self) -> list[str]:
        """What axe finds, by every rule it has for the levels A and AA and good practice."""
        self.page.wait_for_load_state()
        # Once for a document, at however many widths it is looked at.
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE)
        found = self.page.evaluate(
            """async () => {
                const result = await axe.run(document, {resultTypes: ["violations"]});
                return result.violations.map(
                    each => each.id + ": " + each.nodes.map(node => node.html).join(" | ")
                );
            }"""
        )
        return [str(each) for each in found]

    def overflow(self) -> int:
        """By how many pixels the document is wider than its window."""
        self.page.wait_for_load_state()
        width: int = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return width

    def resize(self, width: int) -> None:
        self.page.set_viewport_size({"width": width, "height": 800})

    def too_wide(self, name: str, *, widths: Sequence[int] = BOTH) -> list[str]:
        """By how much the page as it stands is too wide, at each width."""
        found = []
        for width in widths:
            self.resize(width)
            if self.overflow() > 0:
                found.append(f"{name} at {width}: {self.overflow()} pixels too wide")
        return found

    def problems(self, name: str, *, widths: Sequence[int] = BOTH) -> list[str]:
        """What axe finds and what is too wide, of the page as it stands, at each width."""
        found = []
        for width in widths:
            found += self.too_wide(name, widths=[width])
            found += [f"{name} at {width}: {each}" for each in self.violations()]
        return found

    def wrong(self, *paths: str, widths: Sequence[int] = BOTH) -> list[str]:
        """The same of each address. One document serves all widths: no script asks how wide it is."""
        found = []
        for path in paths:
            self.open(path, width=widths[0])
            found += self.problems(path, widths=widths)
        return found


@dataclass(frozen=True, kw_only=True)
class Chromium:
    """The browser of this process, and the loop that speaks to it."""

    browser: Browser
    loop: asyncio.AbstractEventLoop


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """Started for the first test that asks, and there to the end of all tests."""
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=arguments)
        running = Chromium(browser=browser, loop=asyncio.get_running_loop())
        # Tests without a browser come in between: to them, and to Django, no loop may seem to run.
        asyncio._set_running_loop(None)
        yield running
        asyncio._set_running_loop(running.loop)
        browser.close()


@contextmanager
def browsing(chromium: Chromium, server: str, *, service: Service) -> Iterator[Visit]:
    """A tab in which nobody is signed in yet, and that writes down every complaint."""
    asyncio._set_running_loop(chromium.loop)
    try:
        # Nothing may fade: axe would measure a colour that is on its way.
        context = chromium.browser.new_context(locale=LOCALE, reduced_motion="reduce")
        page = context.new_page()
        found = Visit(page=page, server=server, service=service)

        def heard(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"}:
                found.complaints.append(message.text)

        def answered(response: Response) -> None:
            if response.status >= 400:
                found.complaints.append(f"{response.status} {response.url}")

        page.on("console", heard)
        page.on("response", answered)
        page.on("pageerror", lambda error: found.complaints.append(str(error)))
        yield found
        # Playwright's loop runs in this thread: what a test asks the database meanwhile goes over a
        # connection of its own, which PostgreSQL would count as somebody still there at the end.
        connections.close_all()
        for each in chromium.browser.contexts:
            each.close()
    finally:
        asyncio._set_running_loop(None)


@pytest.fixture
def sync_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Playwright runs a loop of its own in this thread, in which Django would refuse its database."""
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture
def visit(live_server: LiveServer, sync_loop: None, chromium: Chromium) -> Iterator[Visit]:
    """A tab for the lead of a practice with 60 ended episodes and 8 open ones."""
    service = make_service(name="Harbour Counselling", is_invented=True)
    leda = make_practitioner(
        email="leda@example.org",
        name="Leda Škvorecký",
        service=service,
        role=Role.LEAD,
        password=PASSWORD,
    )
    make_practitioner(email="bob@example.org", name="Bob", service=service)
    store(service, leda, [*therapies(5, ended=60, still_open=8), Therapy(ended_on=LAST_DAY)])
    with browsing(chromium, live_server.url, service=service) as found:
        yield found
