"""New client, end of therapy, pause, details: in a browser, by keyboard, without script, on a phone."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from practice.models import Client, Episode, Practitioner
from tests.browser.conftest import PASSWORD, Visit
from tests.cast import day, make_client, make_completion, make_episode, make_session

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def leda() -> Practitioner:
    return Practitioner.objects.get(email="leda@example.org")


@pytest.fixture
def episode(visit: Visit) -> Episode:
    """Open; treatment a week apart; PHQ-9 15, then 7 on the last day."""
    made = make_episode(client=make_client(service=visit.service, reference="K-14"), holder=leda())
    for week, total in enumerate((15, 7)):
        session = make_session(episode=made, held_on=day(7 * week), by=leda())
        make_completion(of=session, total=total, by=leda())
    return made


def address(name: str, episode: Episode) -> str:
    return reverse(f"episode-{name}", args=[episode.uid])


def test_what_is_asked_back_is_accessible_and_whole(visit: Visit, episode: Episode) -> None:
    visit.sign_in()
    page, found = visit.page, []
    create = reverse("client-create", args=[visit.service.uid, leda().uid])
    visit.open(address("end", episode))
    page.get_by_role("button", name="See what it counts as").click()
    page.get_by_text("Nothing is stored yet. Put right:").wait_for()
    found += visit.problems("end with an error")
    page.get_by_label("Due to loss of contact").check()
    page.get_by_role("button", name="See what it counts as").click()
    page.get_by_role("heading", name="What it counts as").wait_for()
    found += visit.problems("end looked at")
    page.get_by_role("button", name="End therapy").click()
    page.get_by_text("The therapy has ended").wait_for()
    visit.open(create)
    page.get_by_label("Reference").fill("K-14")
    page.get_by_role("button", name="Add client").click()
    page.get_by_label("The same client: open episode 2").wait_for()
    found += visit.problems("was this client here before")
    assert found == []
    assert visit.complaints == []


def test_a_client_comes_goes_and_comes_back_without_script(visit: Visit) -> None:
    page = visit.without_script()
    page.goto(visit.server + reverse("account_login"))
    page.get_by_label("mail").fill("leda@example.org")
    page.get_by_label("Passphrase").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    create = visit.server + reverse("client-create", args=[visit.service.uid, leda().uid])
    add(page, create, "2026-03-09")
    episode = Episode.objects.get(client__reference="K-15")
    page.goto(visit.server + address("pause", episode))
    page.get_by_label("Until and including").fill("2999-01-01")
    page.get_by_label("Why").fill("a long voyage")
    page.get_by_role("button", name="Pause").click()
    page.get_by_text("Paused until and including 1 January 2999").wait_for()
    page.goto(visit.server + address("end", episode))
    page.get_by_label("Client did not wish to continue").check()
    page.get_by_label("Ended on").fill("2026-04-01")
    page.get_by_label("What we found").fill("The waiting list")
    page.get_by_role("button", name="See what it counts as").click()
    page.get_by_text("This will count as ended before treatment began.").wait_for()
    page.get_by_role("button", name="End therapy").click()
    page.get_by_text("The therapy has ended, on 1 April 2026.").wait_for()
    add(page, create, "2026-05-01")
    page.get_by_label("The same client: open episode 2").check()
    page.get_by_role("button", name="Add client").click()
    page.get_by_text("Episode 2 opened").wait_for()
    first, second = Client.objects.get(reference="K-15").episodes.order_by("number")
    assert (first.ending, first.found) == ("did_not_wish_to_continue", "The waiting list")
    assert first.paused_until is None
    assert second.ended_on is None


def add(page: Page, create: str, referred_on: str) -> None:
    page.goto(create)
    page.get_by_label("Reference").fill("K-15")
    page.get_by_label("Referred on").fill(referred_on)
    page.get_by_role("button", name="Add client").click()


def test_by_keyboard_alone_it_is_looked_at_before_it_is_stored(
    visit: Visit, episode: Episode
) -> None:
    visit.sign_in()
    visit.open(address("end", episode))
    page = visit.page
    page.get_by_label("Planned from the outset").focus()
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    assert page.get_by_label("Agreed at the end of therapy").is_checked()
    page.keyboard.press("Enter")
    page.get_by_text(
        "This will count as a planned ending: agreed at the end of therapy."
    ).wait_for()
    assert page.get_by_text("Last 7 against 15 at the start: reliably improved").is_visible()
    episode.refresh_from_db()
    assert episode.ended_on is None
    # Enter in a field after a change looks again; nothing else is stored than what was seen.
    page.get_by_label("Ended on").fill("2026-01-20")
    page.get_by_label("Ended on").press("Enter")
    page.get_by_text("Something has changed since you looked").wait_for()
    episode.refresh_from_db()
    assert episode.ended_on is None
    page.get_by_role("button", name="End therapy").press("Enter")
    page.get_by_text("The therapy has ended, on 20 January 2026.").wait_for()
    page.get_by_role("link", name="Take it back").press("Enter")
    page.get_by_role("button", name="Open the therapy again").press("Enter")
    page.get_by_text("The therapy is open again.").wait_for()
    assert visit.complaints == []


def test_what_belongs_to_another_kind_of_ending_goes_out_of_the_way(
    visit: Visit, episode: Episode
) -> None:
    visit.sign_in()
    visit.open(address("end", episode))
    page = visit.page
    wish, found = page.get_by_label("Stopped at an agreed"), page.get_by_label("What we found")
    assert wish.is_visible()
    assert found.is_visible()
    page.get_by_label("Due to a crisis").check()
    assert found.is_visible()
    assert not wish.is_visible()
    page.get_by_label("Agreed during therapy").check()
    assert wish.is_visible()
    assert not found.is_visible()
    # Unless something is wrong there.
    wish.select_option("yes")
    page.get_by_label("Due to a crisis").check()
    page.get_by_role("button", name="See what it counts as").click()
    page.get_by_text("asked of a planned ending only").wait_for()
    assert wish.is_visible()
