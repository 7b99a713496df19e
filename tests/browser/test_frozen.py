"""Reports made for good, resolutions and the batch as a browser has them."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from practice.cohorts import Scope
from practice.domain.periods import Month
from practice.models import FrozenReport, MeasureCompletion, Practitioner, Resolution
from tests.browser.conftest import NARROW, Visit
from tests.caseloads import MONTH
from tests.cast import make_resolution, saved
from tests.reports.freezing import frozen

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CHOICE = f"month={MONTH}&against="
HOSTILE = "<b>bold</b> &amp; {{ 7|add:7 }} " + "W" * 300


def leda() -> Practitioner:
    return Practitioner.objects.get(email="leda@example.org")


def revised_report(visit: Visit) -> FrozenReport:
    """One made for good, of which scores were corrected since."""
    report = frozen(Scope(service=visit.service), by=leda())
    report.made_at = MeasureCompletion.history.latest("history_date").history_date
    saved(report, by=None)
    for form in MeasureCompletion.objects.all()[:9]:
        form.total = 1
        saved(form, by=leda(), why="W" * 200)
    return report


def altered_report(visit: Visit) -> FrozenReport:
    report = frozen(Scope(service=visit.service), month=MONTH.minus(1), by=leda())
    report.digest = "0" * 64
    return saved(report, by=None)


def test_revised_figures_and_long_words_are_accessible_and_whole(visit: Visit) -> None:
    report = revised_report(visit)
    resolution = make_resolution(
        service=visit.service, practitioner=None, will_try=HOSTILE, expects=HOSTILE, by=leda()
    )
    last = Month.of(timezone.localdate()).minus(1)
    service = [visit.service.uid]
    narrow = [
        reverse("report-list"),
        f"{reverse('report-month', args=service)}?{CHOICE}",
        f"{reverse('report-freeze', args=service)}?month={last.minus(-1)}&against=",
        f"{reverse('report-batch', args=service)}?month={MONTH}",
        f"{reverse('report-batch', args=service)}?month=none",
        reverse("resolution-edit", args=[resolution.uid]),
        reverse("resolution-close", args=[resolution.uid]),
    ]
    visit.sign_in()
    found = visit.wrong(*narrow, widths=[NARROW])
    found += visit.wrong(reverse("frozen-detail", args=[report.uid]))
    assert found == []
    assert visit.complaints == []


def test_the_plain_page_of_one_that_was_altered(visit: Visit) -> None:
    report = altered_report(visit)
    visit.sign_in()
    visit.page.set_viewport_size({"width": NARROW, "height": 800})
    visit.page.goto(visit.server + reverse("frozen-detail", args=[report.uid]))
    visit.page.get_by_role("heading", name="This report cannot be shown").wait_for()
    assert visit.violations() == []
    assert visit.overflow() <= 0


def test_from_the_month_to_all_of_them_made_for_good(visit: Visit) -> None:
    visit.sign_in()
    page = visit.page
    visit.open(f"{reverse('report-month', args=[visit.service.uid])}?{CHOICE}", width=NARROW)
    page.get_by_role("link", name="Write what we will try").click()
    page.get_by_label("What I will try").fill("Ask about the ending at session three")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("it stands on the next reports").wait_for()
    assert Resolution.objects.count() == 1
    visit.open(f"{reverse('report-month', args=[visit.service.uid])}?{CHOICE}", width=NARROW)
    page.get_by_role("link", name="Make this report for good").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Make it for good").click()
    page.get_by_text("is made for good.").wait_for()
    page.get_by_text("Nothing: every figure is as it was printed.").wait_for()
    page.get_by_role("link", name="Reports", exact=True).click()
    page.get_by_role("link", name="All reports of a month").click()
    page.get_by_label("Month:").select_option(str(MONTH))
    page.get_by_role("button", name="Show").click()
    page.get_by_text("1 of 3 done.").wait_for()
    page.get_by_role("button", name=re.compile("Go on with the 2 left")).click()
    page.get_by_text("3 of 3 done.").wait_for()
    assert FrozenReport.objects.count() == 3
    with page.expect_download() as loading:
        page.get_by_role("link", name="All as PDF, in one ZIP").click()
    assert loading.value.suggested_filename.endswith(".zip")
    assert visit.complaints == []
