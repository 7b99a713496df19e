"""Own groups, and what was resolved, as a browser has them: at both widths, empty and full."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from practice.models import Episode, Role
from tests.browser.conftest import PASSWORD, Chromium, Visit, browsing
from tests.caseloads import CASE, WELL, Therapy, store
from tests.cast import make_practitioner, make_resolution, make_service, saved

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def quiet(live_server: LiveServer, sync_loop: None, chromium: Chromium) -> Iterator[Visit]:
    """A lead with 25 endings of the last months in three contracts; a colleague with none."""
    service = make_service(name="Harbour Counselling", is_invented=True)
    leda = make_practitioner(
        email="leda@example.org", name="Leda", service=service, role=Role.LEAD, password=PASSWORD
    )
    make_practitioner(email="bob@example.org", name="Bob", service=service)
    ended = timezone.localdate().replace(day=1) - dt.timedelta(days=40)
    store(
        service,
        leda,
        [Therapy(ended_on=ended, first=CASE, last=WELL if n % 3 else CASE) for n in range(25)],
    )
    names = ["Beacon EAP"] * 11 + ["Cyngor Tŵr-y-Môr, a contract with a very long name"] * 10
    for episode, name in zip(
        Episode.objects.order_by("pk"), [*names, *["private"] * 4], strict=True
    ):
        episode.contract = name
        saved(episode, by=leda)
    for days, look in ((200, 10), (20, 300)):
        make_resolution(
            service=service,
            practitioner=None,
            by=leda,
            from_on=ended - dt.timedelta(days=days - 100),
            look_again_on=ended + dt.timedelta(days=look),
            expects="Fewer leave early",
        )
    with browsing(chromium, live_server.url, service=service) as found:
        yield found


def test_both_pages_are_whole_at_both_widths_and_lead_on(quiet: Visit) -> None:
    quiet.sign_in()
    bob = quiet.service.practitioners.get(email="bob@example.org")
    whole, his = [quiet.service.uid], [quiet.service.uid, bob.uid]
    found = quiet.wrong(
        reverse("split-list", args=whole),
        f"{reverse('split-list', args=whole)}?by=contract&by=medium&months=36&to=x",
        reverse("split-list", args=his),
        reverse("resolution-list", args=whole),
        reverse("resolution-list", args=his),
    )
    assert not found, "\n".join(found)

    page = quiet.page
    quiet.open(reverse("split-list", args=whole))
    page.get_by_label("kind of therapy").check()
    page.get_by_label("Months:").select_option("24")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("heading", name="By kind of therapy").wait_for()
    assert page.get_by_role("heading", name="By contract").is_visible()
    assert page.get_by_text("Cannot be split.").count() == 1
    assert page.get_by_role("img", name="Planned endings").count() == 1
    assert page.get_by_label("Months:").input_value() == "24"
    # By keyboard alone: the first box takes the focus and the space bar.
    box = page.get_by_role("checkbox", name="contract")
    box.focus()
    page.keyboard.press("Space")
    assert not box.is_checked()
    page.emulate_media(media="print")
    assert not page.get_by_role("button", name="Show").is_visible()
    assert page.get_by_role("table").first.is_visible()
    page.emulate_media(media="screen")

    quiet.open(reverse("resolution-list", args=whole))
    page.get_by_role("link", name="Write what we will try").click()
    page.get_by_label("What I will try").fill("Ring whoever misses a session")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="All resolutions").click()
    page.get_by_text("Ring whoever misses a session").wait_for()
    assert quiet.complaints == []
