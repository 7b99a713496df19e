"""The caseload as a browser has it: empty, small and large, on a laptop and on a phone."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from practice.domain.endings import Ending, LeftOut
from practice.models import Episode, Practitioner, Role, Service
from tests.browser.conftest import NARROW, PASSWORD, WIDE, Chromium, Visit, browsing
from tests.caseloads import HOSTILE_LETTERS, Therapy, only, store
from tests.cast import (
    make_client,
    make_completion,
    make_episode,
    make_practitioner,
    make_service,
    make_session,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONGEST = "Ŵyn-Łukasz-Škvorecký-1234567890123456789"


@pytest.fixture
def tab(live_server: LiveServer, sync_loop: None, chromium: Chromium) -> Iterator[Visit]:
    """A tab for the lead of a practice without a client."""
    service = make_service(name="Harbour Counselling", is_invented=True)
    make_practitioner(
        email="leda@example.org",
        name="Leda Škvorecký",
        service=service,
        role=Role.LEAD,
        password=PASSWORD,
    )
    with browsing(chromium, live_server.url, service=service) as found:
        yield found


def leda() -> Practitioner:
    return Practitioner.objects.get(email="leda@example.org")


def small(service: Service) -> None:
    """One client for each thing that a row can say."""
    today = timezone.localdate()
    began = today - dt.timedelta(days=70)

    def made(reference: str, *totals: int, **fields: Any) -> Episode:
        client = make_client(service=service, reference=reference)
        episode = make_episode(client=client, holder=leda(), referred_on=began, **fields)
        for number, total in enumerate(totals):
            on = today - dt.timedelta(weeks=len(totals) - number)
            session = make_session(episode=episode, held_on=on)
            for measure in ("phq9", "gad7", "core10"):
                make_completion(of=session, measure=measure, total=min(total, 21))
        return episode

    risky = made(LONGEST, 15, 12, 9, planned_sessions=12)
    make_completion(of=risky, on=today, measure="phq9", total=None, answers="--------2")
    made("WORSE-1", 8, 11, 16)
    made("ONE-1", 14)
    made("NEW-1", contract=HOSTILE_LETTERS)
    made("CALM-1", *(20, 19, 17, 15, 12, 9, 9, 7, 4))
    until = today + dt.timedelta(days=30)
    made("PAUSED-1", 12, paused_until=until, pause_reason="in Łódź until the spring")
    made("COUPLE-1", 12, left_out=LeftOut.COUPLE_OR_FAMILY, left_out_at=timezone.now())
    made("GONE-1", 12, ended_on=today, ending=Ending.LOSS_OF_CONTACT)


def large(service: Service) -> None:
    """Sixty clients of two practitioners, a third of them out of contact."""
    small(service)
    bob = make_practitioner(email="bob@example.org", name="Bob", service=service)
    today = timezone.localdate()
    first = {"phq9": 17, "gad7": 14}
    for person in (leda(), bob):
        store(
            service,
            person,
            [
                Therapy(
                    ended_on=None,
                    ending=None,
                    sessions=2 + number % 8,
                    last_seen=today - dt.timedelta(days=number * 3),
                    first=first,
                    last=only({"phq9": number, "gad7": 9}, "phq9", "gad7"),
                )
                for number in range(2, 28)
            ],
        )


def test_many_clients_are_accessible_and_whole(tab: Visit) -> None:
    tab.sign_in()
    whole = reverse("caseload", args=[tab.service.uid])
    own = reverse("caseload", args=[tab.service.uid, leda().uid])
    found = tab.wrong(whole, own, widths=[NARROW])
    large(tab.service)
    found += tab.wrong(own, whole)
    found += tab.wrong(
        f"{own}?search=1&why=any",
        f"{own}?contract=zzz&sort=reference",
        f"{whole}?sort=-last_score&page=2",
        widths=[NARROW],
    )
    for path in (own, whole):
        # Between a phone and a laptop, nothing but the width is different.
        tab.open(path, width=800)
        assert tab.overflow() <= 0, path
    assert found == []
    assert tab.complaints == []


def test_on_a_phone_rows_are_cards_with_a_name_before_each_value(tab: Visit) -> None:
    small(tab.service)
    tab.sign_in()
    tab.open(reverse("caseload", args=[tab.service.uid, leda().uid]), width=NARROW)
    page = tab.page
    assert not page.locator("table thead").is_visible()
    card = page.locator("tbody tr", has_text="CALM-1")
    box = card.bounding_box()
    assert box is not None
    assert box["width"] <= NARROW
    before = card.locator("td").first.evaluate("e => getComputedStyle(e, '::before').content")
    assert "Sessions" in before
    log = card.get_by_role("link", name="Log a session of CALM-1").bounding_box()
    assert log is not None
    # Large enough for a thumb.
    assert log["height"] >= 36
    assert log["x"] >= 0
    assert log["x"] + log["width"] <= NARROW


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_line_of_scores_is_seen_and_heard(tab: Visit, width: int) -> None:
    small(tab.service)
    tab.sign_in()
    tab.open(reverse("caseload", args=[tab.service.uid, leda().uid]), width=width)
    row = tab.page.locator("tbody tr", has_text="CALM-1")
    line = row.get_by_role("img", name="PHQ-9: 20, 19, 17, 15, 12, 9, 9, 7, 4; cut-off 10")
    box = line.bounding_box()
    assert box is not None
    assert box["width"] >= 70
    assert box["height"] >= 18
    fills = line.locator("circle").evaluate_all("all => all.map(e => getComputedStyle(e).fill)")
    assert fills[0] == "rgb(255, 255, 255)"
    assert len(set(fills)) == 2
    assert line.locator("polyline").evaluate("e => getComputedStyle(e).fill") == "none"
    assert line.locator("[stroke-dasharray]").count() == 1


def test_found_by_keyboard_alone_and_shown_again(tab: Visit) -> None:
    large(tab.service)
    tab.sign_in()
    page = tab.page
    tab.open(reverse("caseload", args=[tab.service.uid, leda().uid]))
    page.get_by_label("Search:").focus()
    page.keyboard.type("calm")
    page.keyboard.press("Enter")
    page.get_by_text("1 of 33 open clients, by search: calm.").wait_for()
    assert page.locator("tbody tr").count() == 1
    page.get_by_role("link", name="Show all").focus()
    page.keyboard.press("Enter")
    page.get_by_text("1 to 25 of 33").wait_for()
    page.get_by_role("link", name="Client", exact=True).focus()
    page.keyboard.press("Enter")
    page.locator("th[aria-sort=ascending]").wait_for()
    assert page.locator("tbody th a").first.inner_text() == "CALM-1"
    page.get_by_role("link", name="Next").click()
    page.get_by_text("26 to 33 of 33").wait_for()
    page.go_back()
    assert tab.complaints == []


def test_without_script_the_whole_page_works(tab: Visit) -> None:
    small(tab.service)
    tab.sign_in()
    page = tab.without_script()
    page.goto(tab.server + reverse("caseload", args=[tab.service.uid, leda().uid]))
    page.get_by_text("More to choose by, order and length").click()
    page.get_by_label("Pause:").select_option("yes")
    page.get_by_role("button", name="Show").click()
    page.get_by_text("1 of 7 open clients, by pause: paused now.").wait_for()
    assert page.locator("tbody tr").count() == 1
    page.get_by_role("heading", name="What needs attention").click()
    page.get_by_text("What the signals are").click()
    assert page.get_by_text("never a prediction").is_visible()
