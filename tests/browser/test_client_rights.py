"""What a client may ask for, in a browser: read, withdrawn, held, erased; on a laptop and on a phone."""

import re

import pytest
from django.urls import reverse

from practice.models import Client, Practitioner
from tests.browser.conftest import NARROW, WIDE, Visit
from tests.cast import day, make_client, make_completion, make_episode, make_session, saved

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


LONG = "K-" + "14" * 19


def leda() -> Practitioner:
    return Practitioner.objects.get(email="leda@example.org")


def problems(visit: Visit, name: str) -> list[str]:
    """What axe finds and what is too wide, on a laptop and on a phone, of the page as it stands."""
    found = []
    for width in (WIDE, NARROW):
        visit.page.set_viewport_size({"width": width, "height": 800})
        found += [f"{name} at {width}: {each}" for each in visit.violations()]
        if visit.overflow() > 0:
            found.append(f"{name} at {width}: {visit.overflow()} pixels too wide")
    return found


def erin(visit: Visit) -> Client:
    """Somebody with as long a reference as there can be, ended long ago."""
    client = make_client(service=visit.service, reference=LONG, by=leda())
    episode = make_episode(client=client, holder=leda(), ended_on=day(30), ending="agreed_at_end")
    session = make_session(episode=episode, held_on=day(7), by=leda())
    make_completion(of=session, total=15, by=leda())
    return client


def test_a_client_asks_for_a_copy_and_withdraws_consent(visit: Visit) -> None:
    client = erin(visit)
    visit.sign_in()
    page, found = visit.page, []
    visit.open(reverse("episode-detail", args=[client.episodes.get().uid]))
    page.get_by_role("link", name="What the client may ask for").click()
    page.get_by_role("heading", name="A copy of everything").wait_for()
    page.get_by_text("What the data's keys mean").click()
    found += problems(visit, "copy")

    page.get_by_role("link", name="Consent to the figures").click()
    page.get_by_text("1 ending leaves the figures").wait_for()
    found += problems(visit, "consent")
    page.get_by_label("Withdrawn on").fill("2026-01-01")
    page.get_by_label("Consent given on").fill("2026-01-12")
    page.get_by_role("button", name="Save").press("Enter")
    page.get_by_text("Stored.").wait_for()
    page.get_by_label("Withdrawn on").fill("2026-01-01")
    page.get_by_role("button", name="Record the withdrawal").click()
    page.get_by_text("Before consent was given").wait_for()
    found += problems(visit, "consent with an error")
    page.get_by_label("Withdrawn on").fill("2026-02-20")
    page.get_by_role("button", name="Record the withdrawal").click()
    page.get_by_role("heading", name="Take the withdrawal back").wait_for()
    found += problems(visit, "consent withdrawn")
    assert found == []
    assert visit.complaints == []


def test_a_client_is_held_due_and_erased(visit: Visit) -> None:
    client = erin(visit)
    visit.sign_in()
    page, found = visit.page, []
    visit.open(reverse("client-hold", args=[client.uid]))
    found += problems(visit, "hold")
    page.get_by_label("Why").fill("A complaint")
    page.get_by_role("button", name="Set the hold").click()
    page.get_by_role("heading", name="Held since").wait_for()
    found += problems(visit, "held")
    visit.open(reverse("client-erase", args=[client.uid]))
    page.get_by_text("A legal hold stands").wait_for()
    found += problems(visit, "erase under a hold")

    due = reverse("retention-list", args=[visit.service.uid])
    visit.open(due)
    page.get_by_text("No period is set.").wait_for()
    found += problems(visit, "without a period")
    visit.service.retention_years = 1
    saved(visit.service, by=leda())
    visit.open(due)
    page.get_by_role("heading", name=re.compile(r"^Due: \d")).wait_for()
    found += problems(visit, "retention")

    visit.open(reverse("client-hold", args=[client.uid]))
    page.get_by_label("Why").fill("settled")
    page.get_by_role("button", name="End the hold").click()
    page.get_by_text("The hold has ended.").wait_for()
    visit.open(reverse("client-erase", args=[client.uid]))
    page.get_by_label("Why").select_option("client_asked")
    page.get_by_role("button", name="Erase for ever").click()
    page.get_by_text("Type the reference").wait_for()
    found += problems(visit, "erase with an error")
    page.get_by_label("The client's reference").fill(LONG)
    page.get_by_role("button", name="Erase for ever").press("Enter")
    page.get_by_text("The client is erased").wait_for()
    assert not Client.objects.filter(pk=client.pk).exists()
    assert found == []
    assert visit.complaints == []
