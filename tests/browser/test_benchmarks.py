"""Benchmarks in a browser: looked for, narrowed, read, and a target set by keyboard."""

import re

import pytest
from django.urls import reverse

from practice.models import Target
from tests.browser.conftest import NARROW, WIDE, Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def check(visit: Visit, path: str) -> None:
    """Accessible on a phone, and whole at both widths; what is folded away is unfolded."""
    assert visit.wrong(path, widths=[NARROW]) == []
    visit.page.set_viewport_size({"width": WIDE, "height": 800})
    assert visit.overflow() <= 0, path


def test_a_figure_is_found_read_and_made_a_target_of(visit: Visit) -> None:
    visit.sign_in()
    page, start = visit.page, reverse("benchmark-list")
    check(visit, start)
    # Looked for in words, and narrowed.
    page.get_by_label("Search").fill("recovery")
    page.get_by_label("About whom").select_option("gender")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("heading", name=re.compile(r"^\d+ figures$")).wait_for()
    assert page.get_by_label("About whom").input_value() == "gender"
    assert page.get_by_role("table").get_by_role("link", name="England, 2024-25").count() > 1
    # What differs, page after page.
    for query in ("whom=place", "whom=outside&sort=-title", "event=evil", "search=zzz"):
        check(visit, f"{start}?{query}")
    visit.open(f"{start}?whom=place")
    page.get_by_role("link", name="Next").click()
    page.get_by_text("Page 2 of").wait_for()
    # All of one figure, and where it leads.
    for key in ("tmn-rcn-2003-04-measured-ending", "providers-2024-25-recovery-p25"):
        check(visit, reverse("benchmark-detail", args=[key]))
    page.get_by_role("link", name="Recovery, England, 2024-25", exact=True).click()
    page.get_by_role("heading", name="Recovery, England, 2024-25", level=1).wait_for()
    # A target, with nothing but the keyboard.
    visit.open(start)
    page.get_by_role("link", name="Set a target of my own").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Set a target").wait_for()
    assert visit.violations() == []
    page.get_by_label("Which rate").select_option("planned_declared")
    page.get_by_label("What you hope for").focus()
    page.keyboard.type("a lot")
    page.keyboard.press("Enter")
    page.get_by_text("Write a percentage with at most one decimal").wait_for()
    assert visit.violations() == []
    page.get_by_label("What you hope for").fill("65.5")
    page.keyboard.press("Enter")
    page.get_by_text("Planned endings, declared: 65.5%").wait_for()
    made = Target.objects.get()
    for name in ("edit", "end"):
        check(visit, reverse(f"target-{name}", args=[made.uid]))
    page.get_by_role("button", name="End it").click()
    page.get_by_text("Its last day is stored").wait_for()
    check(visit, start)
    # On paper there is nothing to press.
    page.emulate_media(media="print")
    for gone in ("form.choose", "a:has-text('Set a target')"):
        for each in page.locator(gone).all():
            assert not each.is_visible(), gone
    assert visit.complaints == []
