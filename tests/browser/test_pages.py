"""Pages as a browser has them: accessible, whole on a phone, quiet, and fit to print."""

import re

import pytest
from django.urls import reverse

from tests.browser.conftest import NARROW, Visit
from tests.caseloads import MONTH

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_full_report_and_one_asked_for_wrongly(visit: Visit) -> None:
    """Beside the walk through every page, where the report is nearly empty."""
    visit.sign_in()
    found = visit.wrong(visit.report)
    found += visit.wrong(f"{visit.report}x", widths=[NARROW])
    assert found == []
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


def test_the_charts_can_be_seen_and_are_as_wide_as_a_phone(visit: Visit) -> None:
    visit.sign_in()
    visit.open(visit.report, width=NARROW)
    for chart in visit.page.locator("svg.chart").all():
        box = chart.bounding_box()
        assert box is not None
        assert 250 <= box["width"] <= NARROW
        assert box["height"] > 50
    for name in ("Planned endings", "Endings by month", "The two key indicators", "Own rates"):
        assert visit.page.get_by_role("img", name=re.compile(f"^{name}")).count() == 1
    dots = visit.page.evaluate(
        "[...document.querySelectorAll('svg.chart')[0].querySelectorAll('circle')]"
        ".map(c => getComputedStyle(c).fill)"
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
    visit.open(reverse("report-list"))
    visit.page.get_by_role("link", name="The whole service").click()
    visit.page.get_by_label("Month:").select_option(str(MONTH.minus(1)))
    visit.page.get_by_label("Beside England:").select_option("2022-23")
    visit.page.get_by_role("button", name="Show").click()
    visit.page.get_by_role("heading", name="Monthly report, September 2025").wait_for()
    assert visit.page.get_by_role("columnheader", name="England 2022-23").count() == 1
    visit.page.get_by_role("button", name="Sign out", exact=True).click()
    visit.page.get_by_role("heading", name="Sign in").wait_for()
    assert visit.complaints == []
