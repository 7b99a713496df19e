"""The endings page as a browser has it: empty, small and large, by keyboard, and without script."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from practice.domain.endings import UNPLANNED, Ending
from practice.models import Episode, Practitioner, Role, Service
from tests.browser.conftest import NARROW, PASSWORD, WIDE, Chromium, Visit, browsing
from tests.caseloads import CASE, HOSTILE_LETTERS, WELL, Therapy, store
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
    """A tab for the lead of a practice of two, without a client."""
    service = make_service(name="Harbour Counselling", is_invented=True)
    make_practitioner(
        email="leda@example.org",
        name="Leda Škvorecký",
        service=service,
        role=Role.LEAD,
        password=PASSWORD,
    )
    make_practitioner(email="bob@example.org", name="Bob", service=service)
    with browsing(chromium, live_server.url, service=service) as found:
        yield found


def leda() -> Practitioner:
    return Practitioner.objects.get(email="leda@example.org")


def silent(service: Service, reference: str, days: int, **fields: Any) -> Episode:
    today = timezone.localdate()
    episode = make_episode(
        client=make_client(service=service, reference=reference),
        holder=leda(),
        referred_on=today - dt.timedelta(days=days + 30),
        **fields,
    )
    session = make_session(episode=episode, held_on=today - dt.timedelta(days=days))
    make_completion(of=session, total=15)
    return episode


def fill(service: Service) -> None:
    """One client for each thing that a row can say, and enough others for a second page."""
    today = timezone.localdate()
    silent(service, "S-1", 70)
    silent(service, LONGEST, 130)
    silent(service, "S-LOOKED", 95, still_open_on=today - dt.timedelta(days=3))
    until = today + dt.timedelta(days=30)
    silent(service, "S-PAUSED", 80, paused_until=until, pause_reason="at sea")
    for number, contract in enumerate(("EAP", HOSTILE_LETTERS)):
        episode = silent(
            service,
            f"GONE-{number}",
            20,
            ended_on=today - dt.timedelta(days=10),
            ending=Ending.CRISIS,
            contract=contract,
            found="Money ran out. " * 10 * number,
        )
        make_completion(of=episode, on=today - dt.timedelta(days=15), total=4)
    silent(service, "BLANK-1", 20, ended_on=today - dt.timedelta(days=10))
    every = (*UNPLANNED, *UNPLANNED, Ending.AGREED_AT_END, None)
    store(
        service,
        leda(),
        [
            Therapy(
                ended_on=today - dt.timedelta(days=number * 9),
                ending=every[number % len(every)],
                first=CASE,
                last=WELL,
            )
            for number in range(36)
        ],
    )


def test_accessible_and_whole_at_both_widths(tab: Visit) -> None:
    tab.sign_in()
    own = reverse("ending-list", args=[tab.service.uid, leda().uid])
    whole = reverse("ending-list", args=[tab.service.uid])
    found = tab.wrong(own)
    fill(tab.service)
    one = Episode.objects.get(client__reference="S-1")
    found += tab.wrong(
        own,
        f"{whole}?months=36&contract=zzz&how=crisis&left-sort=-score&all-page=2",
        reverse("episode-still-open", args=[one.uid]),
    )
    assert not found, "\n".join(found)
    assert tab.complaints == []


def test_answered_by_keyboard_and_chosen_on_a_phone(tab: Visit) -> None:
    fill(tab.service)
    tab.sign_in()
    path = reverse("ending-list", args=[tab.service.uid, leda().uid])
    tab.page.set_viewport_size({"width": NARROW, "height": 800})
    tab.page.goto(tab.server + path)
    page = tab.page
    # Folded away until it is asked for.
    contract = page.get_by_label("Contract")
    assert not contract.is_visible()
    page.locator(".end-choose summary").focus()
    page.keyboard.press("Enter")
    contract.select_option("EAP")
    page.get_by_role("button", name="Show").press("Enter")
    page.get_by_text("only contract: EAP").wait_for()
    assert page.locator("#unplanned tbody tr").count() == 1
    page.get_by_role("link", name="Show all").first.press("Enter")
    # On a wide screen the form stands open by itself.
    page.set_viewport_size({"width": WIDE, "height": 800})
    assert contract.is_visible()
    page.get_by_role("button", name="Still open S-1").press("Enter")
    page.get_by_text("S-1: looked at on").wait_for()
    row = page.locator("#silent li", has_text="S-1")
    assert "left open" in row.inner_text()
    row.get_by_role("link", name="End it").press("Enter")
    page.get_by_role("heading", name="End therapy: S-1").wait_for()
    last_seen = timezone.localdate() - dt.timedelta(days=70)
    assert page.get_by_label("Ended on").input_value() == last_seen.isoformat()
    assert tab.complaints == []


def test_without_script(live_server: LiveServer, tab: Visit) -> None:
    """The same with script turned off: everything is a link, a form, or folded by the browser."""
    fill(tab.service)
    tab.sign_in()
    page = tab.without_script()
    page.set_viewport_size({"width": NARROW, "height": 800})
    page.goto(live_server.url + reverse("ending-list", args=[tab.service.uid, leda().uid]))
    page.locator(".end-choose summary").click()
    page.get_by_label("Months").select_option("36")
    page.get_by_role("button", name="Show").click()
    page.get_by_text("By month, n on top").nth(2).wait_for()
    page.get_by_role("link", name="list these, due to a crisis").click()
    page.get_by_text("due to a crisis. Show all").wait_for()
    page.get_by_role("button", name="Still open S-1").click()
    page.get_by_text("S-1: looked at on").wait_for()
    # What was chosen is chosen still.
    assert "months=36" in page.url
