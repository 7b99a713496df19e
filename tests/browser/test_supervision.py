"""The supervision pages as a browser has them: from the sheet to what was agreed to the next sheet."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from practice.models import Agreement, Client, Episode, Holding, MeasureCompletion, Practitioner
from practice.models import Session as Meeting
from tests.browser.conftest import NARROW, WIDE, Visit
from tests.cast import make_agreement, make_meeting

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOSTILE = "<b>bold</b> &amp; {{ 7|add:7 }} " + "W" * 300
LONG = "W" * 37


def clients(visit: Visit, size: int) -> list[Episode]:
    """So many open clients of the lead's, seen in the last weeks; every fourth is doing worse."""
    leda = Practitioner.objects.get(email="leda@example.org")
    today = timezone.localdate()
    made = Client.objects.create_all(
        [
            Client(
                service=visit.service, reference=f"{LONG}-{number}" if number < 3 else f"N-{number}"
            )
            for number in range(size)
        ],
        by=leda,
        why="invented",
    )
    episodes = Episode.objects.create_all(
        [Episode(client=client, referred_on=today - dt.timedelta(days=40)) for client in made],
        by=leda,
        why="invented",
    )
    Holding.objects.create_all(
        [
            Holding(episode=episode, practitioner=leda, since=episode.referred_on)
            for episode in episodes
        ],
        by=leda,
        why="invented",
    )
    sessions = Meeting.objects.create_all(
        [
            Meeting(episode=episode, held_on=today - dt.timedelta(days=back), minutes=50)
            for episode in episodes
            for back in (21, 14, 1)
        ],
        by=leda,
        why="invented",
    )
    MeasureCompletion.objects.create_all(
        [
            MeasureCompletion(
                session=session,
                measure=measure,
                total=9 + (place % 3) * (4 if place // 3 % 4 == 0 else -1),
                answers="--------1" if place == 5 and measure == "phq9" else "",
            )
            for place, session in enumerate(sessions)
            for measure in ("phq9", "gad7")
        ],
        by=leda,
        why="invented",
    )
    return list(episodes)


def addresses(visit: Visit) -> dict[str, str]:
    leda = Practitioner.objects.get(email="leda@example.org")
    names = ("sheet", "sheet-pdf", "key", "record", "log")
    return {
        name: reverse(f"supervision-{name}", args=[visit.service.uid, leda.uid]) for name in names
    }


def test_many_clients_and_long_words_are_accessible_and_whole(visit: Visit) -> None:
    # More than fit on a screen, by far; axe's time goes by their number.
    episodes = clients(visit, 24)
    leda = Practitioner.objects.get(email="leda@example.org")
    meeting = make_meeting(
        service=visit.service,
        practitioner=leda,
        held_on=timezone.localdate() - dt.timedelta(days=15),
        supervisor=f"R{'u' * 140}th",
    )
    for episode in episodes[::5]:
        make_agreement(meeting=meeting, episode=episode, agreed=HOSTILE, due_on=meeting.held_on)
    visit.sign_in()
    where = addresses(visit)
    narrow = [
        where["sheet"],
        f"{where['sheet']}?sides=signals&notes=on",
        f"{where['sheet']}?on=2999-01-01",
        # Before anybody came.
        f"{where['sheet']}?on=2001-01-01",
        f"{where['key']}?letters=on",
        reverse("supervision-edit", args=[meeting.uid]),
    ]
    found = visit.wrong(*narrow, widths=[NARROW])
    found += visit.wrong(f"{where['sheet']}?letters=on", widths=[WIDE])
    found += visit.wrong(where["record"], where["log"])
    assert found == []
    assert visit.complaints == []


def test_from_the_sheet_to_what_was_agreed_and_back(visit: Visit) -> None:
    clients(visit, 4)
    visit.sign_in()
    page = visit.page
    visit.open(addresses(visit)["sheet"], width=NARROW)
    page.get_by_role("link", name="Record what was agreed").click()
    page.get_by_label("Minutes:").fill("60")
    page.get_by_label("Supervisor:").fill("Ruth")
    about = page.get_by_label(f"Agreed about {LONG}-0:")
    assert about.is_visible()
    # Nothing asks for attention here: it is folded, and opens with the keyboard.
    folded = page.get_by_label("Agreed about N-3:")
    assert not folded.is_visible()
    page.locator("summary", has_text="N-3").focus()
    page.keyboard.press("Enter")
    assert folded.is_visible()
    folded.fill("Plan the ending")
    page.get_by_label("N-3: by when:").fill("2001-01-01")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Not stored yet").wait_for()
    assert page.get_by_text("Before the supervision,").is_visible()
    assert page.get_by_label("Supervisor:").input_value() == "Ruth"
    assert folded.input_value() == "Plan the ending"
    assert visit.violations() == []
    soon = (timezone.localdate() + dt.timedelta(days=14)).isoformat()
    page.get_by_label("N-3: by when:").fill(soon)
    about.fill("Slow down")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("is recorded, with 2 agreements").wait_for()
    assert Agreement.objects.count() == 2
    page.get_by_role("link", name="Sheet", exact=True).click()
    page.get_by_text("Slow down").wait_for()
    page.get_by_text("PHQ-9 17 then, none since").wait_for()
    page.get_by_label("Clients as A, B, C:").check()
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_role("link", name="Key to the letters").click()
    page.get_by_role("heading", name="Key to the letters").wait_for()
    assert page.get_by_role("cell", name=f"{LONG}-0").is_visible()
    visit.open(addresses(visit)["log"])
    page.get_by_role("link", name="Change the supervision of").click()
    page.get_by_label("Agreed about N-3:").fill("")
    page.get_by_label("N-3: by when:").fill("")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("is changed.").wait_for()
    assert Agreement.objects.count() == 1
    assert visit.complaints == []


def test_clients_are_ticked_for_a_side_with_the_keyboard_and_without_script(visit: Visit) -> None:
    clients(visit, 4)
    visit.sign_in()
    page = visit.page
    visit.open(addresses(visit)["sheet"], width=NARROW)
    assert visit.violations() == []
    page.get_by_role("checkbox", name="N-3").focus(timeout=4000)
    page.keyboard.press("Space")
    page.get_by_role("button", name="Show with these sides").click()
    page.get_by_role("heading", name="N-3: ").wait_for()
    # The open risk item was ticked before anybody chose.
    assert page.get_by_role("heading", name=f"{LONG}-1: risk item above 0").is_visible()
    link = page.get_by_role("link", name="PDF to print").get_attribute("href")
    assert link is not None
    assert link.count("case=") == 2
    assert visit.violations() == []
    assert visit.overflow() <= 0


def test_cells_say_what_they_are_on_a_phone(visit: Visit) -> None:
    clients(visit, 4)
    visit.sign_in()
    visit.open(addresses(visit)["sheet"], width=NARROW)
    shown = visit.page.evaluate(
        """[...document.querySelectorAll('.sheet tbody tr:first-child td[data-label]')].map(
            cell => getComputedStyle(cell, '::before').content
        )"""
    )
    for label in ("Sessions", "Risk item", "Ending planned for", "Agreed last time, and since"):
        assert any(label in each for each in shown), (label, shown)
    sparks = visit.page.evaluate(
        """[...document.querySelectorAll('.sheet .spark svg')].map(
            each => each.getBoundingClientRect().width
        )"""
    )
    # These four, and the eight of the practice.
    assert len(sparks) == 24
    assert all(60 <= width <= 150 for width in sparks), sparks
