"""A browser for the tests: signed in, listening to what it complains of, with axe at hand.

axe.min.js is axe-core by Deque Systems, under the Mozilla Public License 2.0 (axe-LICENSE.txt).
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.db import connections
from django.urls import reverse
from playwright.sync_api import ConsoleMessage, Page, Response, sync_playwright
from pytest_django.live_server_helper import LiveServer

from practice.models import Role, Service
from tests.caseloads import LAST_DAY, MONTH, Therapy, store, therapies
from tests.cast import make_practitioner, make_service

AXE = (Path(__file__).parent / "axe.min.js").read_text(encoding="utf-8")
PASSWORD = "four quiet boats at anchor"
WIDE, NARROW = 1280, 320
NO_BROWSER = "There is no Chromium here: run tests/install_browser.sh, then the tests again."


def chromium() -> str:
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
        self.page.set_viewport_size({"width": width, "height": 800})
        answer = self.page.goto(self.server + path)
        assert answer is not None
        assert answer.status == 200, path
        # What is folded away must be fit to be unfolded.
        self.page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")

    def sign_in(self) -> None:
        self.open(reverse("account_login"))
        self.page.get_by_label("mail").fill("leda@example.org")
        self.page.get_by_label("Passphrase").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in", exact=True).click()
        self.page.get_by_role("button", name="Sign out", exact=True).wait_for()

    @property
    def report(self) -> str:
        return f"{reverse('report-month', args=[self.service.uid])}?month={MONTH}"

    def violations(self) -> list[str]:
        """What axe finds, by every rule it has for the levels A and AA and good practice."""
        self.page.wait_for_load_state()
        found = self.page.evaluate(
            f"""async () => {{
                {AXE}
                const result = await axe.run(document, {{resultTypes: ["violations"]}});
                return result.violations.map(
                    each => each.id + ": " + each.nodes.map(node => node.html).join(" | ")
                );
            }}"""
        )
        return [str(each) for each in found]

    def overflow(self) -> int:
        """By how many pixels the document is wider than its window."""
        self.page.wait_for_load_state()
        width: int = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return width

    def wrong(self, *places: tuple[str, int]) -> list[str]:
        """What axe finds and what is too wide, of each address at its width."""
        found = []
        for path, width in places:
            self.open(path, width=width)
            found += [f"{path} at {width}: {each}" for each in self.violations()]
            if self.overflow() > 0:
                found.append(f"{path} at {width}: {self.overflow()} pixels too wide")
        return found


@contextmanager
def browsing(server: str, service: Service) -> Iterator[Visit]:
    """A tab in which nobody is signed in yet, and that writes down every complaint."""
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=arguments)
        page = browser.new_page(locale="en-GB")
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
        browser.close()


@pytest.fixture
def sync_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Playwright runs a loop of its own in this thread, in which Django would refuse its database."""
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture
def visit(live_server: LiveServer, sync_loop: None) -> Iterator[Visit]:
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
    with browsing(live_server.url, service) as found:
        yield found
