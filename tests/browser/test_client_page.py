"""A client's page as a browser has it: readable at both widths, whole on paper, open to everybody."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from practice.models import Agreement, Episode, Practitioner
from tests.browser.conftest import NARROW, Visit
from tests.cast import (
    make_client,
    make_completion,
    make_episode,
    make_meeting,
    make_risk_response,
    make_session,
    saved,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG_WORD = "Donaudampfschifffahrtsgesellschaft" * 4


def course(visit: Visit, held: int, *, reference: str) -> Episode:
    """So many weekly sessions up to today, two measures, some missed, some risk, words everywhere."""
    leda = Practitioner.objects.get(email="leda@example.org")
    start = timezone.localdate() - dt.timedelta(weeks=held, days=3)
    who = make_client(service=visit.service, reference=reference)
    episode = make_episode(
        client=who, holder=leda, referred_on=start, planned_sessions=12, note=f"Note. {LONG_WORD}"
    )
    for index in range(held):
        is_missed = index % 5 == 3
        session = make_session(
            episode=episode,
            held_on=start + dt.timedelta(days=1 + 7 * index),
            by=leda,
            attendance="dna" if is_missed else "attended",
            medium="video",
            minutes=50,
            note=LONG_WORD if index == 1 else "",
        )
        if not is_missed:
            answers = "--------1" if index % 2 == 0 else ""
            form = make_completion(of=session, total=(index * 7) % 28, answers=answers, by=leda)
            make_completion(of=session, measure="gad7", total=(index * 5) % 22, by=leda)
            if index == 0:
                make_risk_response(to=form, by=leda)
            form.mode = "self"
            saved(form, by=leda, why="a reason")
    meeting = make_meeting(
        service=visit.service, practitioner=leda, held_on=start + dt.timedelta(days=2)
    )
    saved(Agreement(meeting=meeting, episode=episode, agreed=LONG_WORD), by=leda)
    return episode


def ended(visit: Visit) -> Episode:
    episode = course(visit, 7, reference="ENDED")
    last = episode.sessions.latest("held_on").held_on
    episode.ended_on, episode.ending, episode.found = last, "loss_of_contact", "Moved away."
    leda = Practitioner.objects.get(email="leda@example.org")
    saved(episode, by=leda, why="ended")
    later = make_session(
        episode=episode, held_on=last + dt.timedelta(days=90), kind="follow_up", by=leda
    )
    make_completion(of=later, total=4, by=leda)
    return episode


def url(episode: Episode) -> str:
    return reverse("episode-detail", args=[episode.uid])


def test_a_long_course_and_an_ended_one_are_accessible_and_whole(visit: Visit) -> None:
    eighty, over = url(course(visit, 80, reference="EIGHTY")), url(ended(visit))
    visit.sign_in()
    assert visit.wrong(eighty) + visit.wrong(over, widths=[NARROW]) == []
    assert visit.complaints == []


def test_letters_of_the_charts_are_readable_on_a_phone(visit: Visit) -> None:
    address = url(course(visit, 40, reference="FORTY"))
    visit.sign_in()
    visit.open(address, width=NARROW)
    assert visit.page.get_by_role("img", name="PHQ-9 over time").count() == 1
    heights = visit.page.evaluate(
        """[...document.querySelectorAll('svg.chart text')].map(
            text => parseFloat(getComputedStyle(text).fontSize)
                * text.ownerSVGElement.getBoundingClientRect().width
                / text.ownerSVGElement.viewBox.baseVal.width
        )"""
    )
    assert len(heights) > 20
    assert min(heights) >= 8
    touching = visit.page.evaluate(
        """[...document.querySelectorAll('svg.chart')].flatMap(svg => {
            const texts = [...svg.querySelectorAll('text')];
            const boxes = texts.map(each => each.getBoundingClientRect());
            const found = [];
            for (let i = 0; i < boxes.length; i++)
                for (let j = i + 1; j < boxes.length; j++) {
                    const a = boxes[i], b = boxes[j];
                    // A line box is taller than its figures: a third of it is white.
                    const up = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
                    const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
                    if (across > 0.5 && up > a.height * 0.45)
                        found.push(texts[i].textContent + " and " + texts[j].textContent);
                }
            return found;
        })"""
    )
    assert touching == []
    assert visit.complaints == []


def test_the_print_button_prints_and_paper_has_no_buttons(visit: Visit) -> None:
    address = url(course(visit, 12, reference="TWELVE"))
    visit.sign_in()
    visit.page.add_init_script("window.print = () => { document.title = 'printed' }")
    visit.open(address)
    visit.page.get_by_role("button", name="Print").click()
    assert visit.page.title() == "printed"
    visit.page.emulate_media(media="print")
    for hidden in (".client-actions", ".jumps", "header.site", ".history td:last-child"):
        assert not visit.page.locator(hidden).first.is_visible(), hidden
    for shown in ("svg.chart", ".history", ".trajectory table", ".pressing"):
        assert visit.page.locator(shown).first.is_visible(), shown
    # Whole: nothing is left in a box that scrolls.
    cut = visit.page.evaluate(
        "[...document.querySelectorAll('.table-wrap')].filter("
        "each => each.scrollHeight > each.clientHeight + 1).length"
    )
    assert cut == 0
    assert visit.complaints == []


def test_risk_is_written_by_keyboard_alone(visit: Visit) -> None:
    address = url(course(visit, 4, reference="FOUR"))
    visit.sign_in()
    visit.open(address)
    visit.page.get_by_role("link", name="Write what was asked and done").focus()
    visit.page.keyboard.press("Enter")
    visit.page.get_by_label("What was asked").focus()
    visit.page.keyboard.type("Asked about plans: none.")
    visit.page.keyboard.press("Tab")
    visit.page.keyboard.type("Safety plan looked at again.")
    visit.page.keyboard.press("Tab")
    visit.page.keyboard.press("Enter")
    visit.page.get_by_text("Written: what was asked and done").wait_for()
    assert visit.page.get_by_text("Safety plan looked at again.").count() == 1
    assert visit.complaints == []
