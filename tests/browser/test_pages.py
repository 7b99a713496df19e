"""Pages as a browser has them: accessible, whole on a phone, quiet, and fit to print.

axe.min.js is axe-core by Deque Systems, under the Mozilla Public License 2.0 (axe-LICENSE.txt).
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import ConsoleMessage, Page, Response, sync_playwright
from pytest_django.live_server_helper import LiveServer

from practice.models import Role, Service
from tests.caseloads import LAST_DAY, MONTH, Therapy, store, therapies
from tests.cast import make_practitioner, make_service

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

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
        self.page.get_by_label("Password", exact=False).fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.get_by_role("heading", name="Reports").wait_for()

    @property
    def report(self) -> str:
        return f"{reverse('report-month', args=[self.service.uid])}?month={MONTH}"

    def violations(self) -> list[str]:
        """What axe finds, by every rule it has for the levels A and AA and good practice."""
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
        width: int = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return width


@pytest.fixture
def visit(live_server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Visit]:
    # Playwright runs a loop of its own in this thread, in which Django would refuse its database.
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
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
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=arguments)
        page = browser.new_page(locale="en-GB")
        found = Visit(page=page, server=live_server.url, service=service)

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
        browser.close()


def test_pages_are_accessible_and_whole_at_both_widths(visit: Visit) -> None:
    visit.open(reverse("account_login"), width=NARROW)
    assert visit.violations() == []
    assert visit.overflow() <= 0
    visit.sign_in()
    paths = [
        "/",
        visit.report,
        f"{visit.report}x",
        reverse("benchmark-list"),
        f"{reverse('benchmark-list')}?search=zzz",
        reverse("questionnaire-list"),
        reverse("account_change_password"),
    ]
    found = {}
    for path in paths:
        for width in (WIDE, NARROW):
            visit.open(path, width=width)
            problems = visit.violations()
            if visit.overflow() > 0:
                problems.append(f"{visit.overflow()} pixels too wide")
            if problems:
                found[path, width] = problems
    assert not found, "\n".join(f"{place}: {problems}" for place, problems in found.items())
    assert visit.complaints == []


def test_keyboard_reaches_the_skip_link_first_and_then_the_content(visit: Visit) -> None:
    visit.sign_in()
    visit.open(visit.report)
    visit.page.keyboard.press("Tab")
    focused = visit.page.evaluate("document.activeElement.textContent")
    assert focused == "Skip to the content"
    box = visit.page.locator(":focus").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["y"] >= 0
    assert box["height"] > 10
    visit.page.keyboard.press("Enter")
    visit.page.keyboard.press("Tab")
    assert visit.page.evaluate("document.getElementById('main').contains(document.activeElement)")


def test_the_chart_can_be_seen_and_is_as_wide_as_a_phone(visit: Visit) -> None:
    visit.sign_in()
    visit.open(visit.report, width=NARROW)
    chart = visit.page.locator("svg.chart")
    box = chart.bounding_box()
    assert box is not None
    assert 250 <= box["width"] <= NARROW
    assert box["height"] > 50
    name = visit.page.get_by_role("img", name="Planned endings")
    assert name.count() == 1
    dots = visit.page.evaluate(
        "[...document.querySelectorAll('svg.chart circle')].map(c => getComputedStyle(c).fill)"
    )
    # Filled from the drawing itself: the policy would block a style attribute without a word.
    assert len(dots) == 3
    assert not {"none", "rgb(0, 0, 0)", "rgb(255, 255, 255)"} & set(dots)
    sizes = visit.page.evaluate(
        """[...document.querySelectorAll('svg.chart text')].map(
            text => text.getBoundingClientRect().height
        )"""
    )
    assert min(sizes) >= 8
    faces = visit.page.evaluate("document.fonts.check('16px \"Source Sans 3\"')")
    assert faces is True
    assert visit.complaints == []


def test_on_paper_there_is_the_report_and_no_navigation(visit: Visit) -> None:
    visit.sign_in()
    visit.open(visit.report)
    visit.page.emulate_media(media="print")
    for gone in ("header.site", "form.choose", "a:has-text('PDF to print')", "nav"):
        for each in visit.page.locator(gone).all():
            assert not each.is_visible(), gone
    assert visit.page.get_by_role("heading", name="Monthly report, October 2025").is_visible()
    assert visit.page.get_by_text("Invented data.").first.is_visible()
    for table in visit.page.locator("table").all():
        assert table.is_visible()
    paper = visit.page.pdf(format="A4")
    assert paper.startswith(b"%PDF-")


def test_a_month_is_chosen_with_the_form(visit: Visit) -> None:
    visit.sign_in()
    visit.page.get_by_role("link", name="The whole service").click()
    visit.page.get_by_label("Month:").select_option(str(MONTH.minus(1)))
    visit.page.get_by_label("Beside England:").select_option("2022-23")
    visit.page.get_by_role("button", name="Show").click()
    visit.page.get_by_role("heading", name="Monthly report, September 2025").wait_for()
    assert visit.page.get_by_role("columnheader", name="England 2022-23").count() == 1
    visit.page.get_by_role("button", name="Sign out").click()
    visit.page.get_by_role("heading", name="Sign in").wait_for()
    assert visit.complaints == []
