"""A session logged in a browser: few keys, words while typing, whole on a phone."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from practice.domain.measures import MEASURES, PHQ9
from practice.domain.score_words import score_words
from practice.models import Episode, MeasureCompletion, Practitioner, Session
from tests.browser.conftest import NARROW, WIDE, Visit
from tests.cast import make_client, make_completion, make_episode, make_session

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WEEK = dt.timedelta(days=7)
# Beyond the numbers themselves; the skip link and the way to the form are counted too.
MOST_KEYS = 12
PHQ9_SO_FAR = (20, 15)


@pytest.fixture
def episode(visit: Visit) -> Episode:
    """A client with two sessions, PHQ-9 20 and then 15, GAD-7 9 at the first."""
    leda = Practitioner.objects.get(email="leda@example.org")
    today = timezone.localdate()
    made = make_episode(
        client=make_client(service=visit.service, reference="K-1"),
        holder=leda,
        referred_on=today - 5 * WEEK,
    )
    for weeks, total in zip((2, 1), PHQ9_SO_FAR, strict=True):
        session = make_session(
            episode=made,
            held_on=today - weeks * WEEK,
            medium="video",
            minutes=50,
            fee=Decimal(60),
            by=leda,
        )
        make_completion(of=session, total=total, answers="--------0", by=leda)
        if weeks == 2:
            make_completion(of=session, measure="gad7", total=9, by=leda)
    visit.sign_in()
    return made


def log(visit: Visit, episode: Episode, *, width: int = WIDE) -> None:
    """The page as it comes, with nothing unfolded."""
    visit.page.set_viewport_size({"width": width, "height": 800})
    visit.page.goto(visit.server + reverse("session-log", args=[episode.uid]))


def said(visit: Visit, code: str = "phq9") -> str:
    box = visit.page.locator(f".entry-score[data-measure={code}] .entry-said")
    return box.inner_text()


def arrived(visit: Visit) -> None:
    visit.page.locator(".message").first.wait_for()


def test_a_usual_session_takes_few_keys_beyond_the_numbers(visit: Visit, episode: Episode) -> None:
    keys = 0

    def press(key: str) -> None:
        nonlocal keys
        visit.page.keyboard.press(key)
        keys += 1

    visit.page.goto(visit.server + reverse("episode-detail", args=[episode.uid]))
    # Past the menu by the skip link, then to the button.
    press("Tab")
    press("Enter")
    to_the_form = visit.page.get_by_role("link", name="Log a session").first
    while keys < MOST_KEYS and not to_the_form.evaluate("e => e === document.activeElement"):
        press("Tab")
    press("Enter")
    visit.page.locator("form.entry").wait_for()
    visit.page.keyboard.type("12")
    press("Tab")
    visit.page.keyboard.type("0")
    press("Tab")
    press("Tab")
    visit.page.keyboard.type("7")
    press("Enter")
    arrived(visit)
    assert keys <= MOST_KEYS, keys
    stored = Session.objects.latest("entered_at")
    assert (stored.held_on, stored.kind, stored.attendance) == (
        timezone.localdate(),
        "treatment",
        "attended",
    )
    assert (stored.medium, stored.minutes, stored.fee) == ("video", 50, Decimal(60))
    forms = {form.measure: form for form in stored.completions.all()}
    assert set(forms) == {"phq9", "gad7"}
    assert (forms["phq9"].total, forms["phq9"].risk_answer) == (Decimal(12), 0)
    assert (forms["gad7"].total, forms["gad7"].answers) == (Decimal(7), "")
    message = visit.page.locator(".message").first.inner_text()
    assert "PHQ-9 12 moderate; 3 lower than last time" in message
    assert visit.complaints == []


def test_the_script_says_what_the_server_says(visit: Visit, episode: Episode) -> None:
    log(visit, episode)
    earlier = [Decimal(each) for each in PHQ9_SO_FAR]
    for total in range(PHQ9.maximum + 1):
        visit.page.locator("[name='phq9-total']").fill(str(total))
        assert said(visit) == score_words(PHQ9, Decimal(total), earlier)


def test_words_while_typing_follow_the_date_and_refuse_what_is_out_of_range(
    visit: Visit, episode: Episode
) -> None:
    log(visit, episode)
    page = visit.page
    total = page.locator("[name='phq9-total']")
    total.fill("28")
    assert said(visit) == "0 to 27"
    total.fill("4.5")
    assert said(visit) == "0 to 27"
    total.fill("12")
    day = timezone.localdate() - WEEK - dt.timedelta(days=1)
    page.locator("[name=date]").fill(day.isoformat())
    assert said(visit) == score_words(PHQ9, Decimal(12), [Decimal(20)])
    day = timezone.localdate() - 4 * WEEK
    page.locator("[name=date]").fill(day.isoformat())
    assert said(visit) == "12 moderate; the first score"
    page.locator(".entry-more summary").first.click()
    page.locator("[name='core10-total']").fill("11.11")
    assert said(visit, "core10") == "11.11 mild; the first score"


def test_a_correction_says_what_the_server_says(visit: Visit, episode: Episode) -> None:
    session = episode.sessions.latest("held_on")
    make_completion(of=episode, on=session.held_on, total=3, position=1)
    visit.page.goto(visit.server + reverse("session-edit", args=[session.uid]))
    words = score_words(PHQ9, Decimal(15), [Decimal(20)])
    assert said(visit) == words
    # On a later day, the other form of the old day came before.
    visit.page.locator("[name=date]").fill(timezone.localdate().isoformat())
    assert said(visit) == score_words(PHQ9, Decimal(15), [Decimal(20), Decimal(3)])


def test_items_by_number_keys_with_the_running_total(visit: Visit, episode: Episode) -> None:
    log(visit, episode)
    page = visit.page
    page.locator(".entry-score[data-measure=phq9] .entry-items summary").click()
    page.locator("#id_phq9-item_1_none").focus()
    page.keyboard.type("2222112")
    assert said(visit) == "12 so far, 7 of 9 items"
    page.keyboard.type("01")
    assert said(visit) == score_words(PHQ9, Decimal(13), [Decimal(20), Decimal(15)])
    # The risk item is one answer, wherever it is given.
    risk = page.locator("[name='phq9-risk']")
    assert risk.input_value() == "1"
    risk.fill("0")
    assert said(visit) == score_words(PHQ9, Decimal(12), [Decimal(20), Decimal(15)])
    page.locator("[name='phq9-total']").fill("14")
    assert said(visit).endswith("The items make 12: correct one of the two")
    page.locator("[name='phq9-total']").fill("")
    page.locator("#id_phq9-item_1_2").focus()
    page.keyboard.press("Backspace")
    assert said(visit) == "10 so far, 8 of 9 items"
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    arrived(visit)
    form = MeasureCompletion.objects.latest("entered_at")
    assert (form.total, form.answers) == (Decimal(12), "222211200")


def test_reversed_items_take_the_figure_printed_on_paper(visit: Visit, episode: Episode) -> None:
    log(visit, episode)
    page = visit.page
    page.locator(".entry-more summary").first.click()
    page.locator(".entry-score[data-measure=core10] .entry-items summary").click()
    page.locator("#id_core10-item_1_none").focus()
    # Ten times "Only occasionally": the paper form prints 3 under it at items 2 and 3.
    page.keyboard.type("1331111111")
    assert said(visit, "core10") == "14 mild; the first score"
    page.keyboard.press("Enter")
    arrived(visit)
    form = MeasureCompletion.objects.get(measure="core10")
    assert (form.total, form.answers) == (Decimal(14), "1111111111")
    # An item above 0 leads to what was asked and done.
    assert page.url.endswith(reverse("risk-write", args=[form.uid]))


def test_enter_saves_from_any_field_and_a_wrong_value_loses_nothing(
    visit: Visit, episode: Episode
) -> None:
    log(visit, episode)
    page = visit.page
    page.locator(".entry-usual summary").click()
    page.locator("[name=minutes]").fill("fifty")
    page.locator("[name='phq9-total']").fill("12")
    page.locator("[name=minutes]").press("Enter")
    page.locator(".errorlist").first.wait_for()
    assert page.locator("[name='phq9-total']").input_value() == "12"
    # Focus stands on what is wrong, which is unfolded, and the words are there again.
    assert page.evaluate("document.activeElement.name") == "minutes"
    assert said(visit) == score_words(PHQ9, Decimal(12), [Decimal(20), Decimal(15)])
    page.keyboard.press("Control+A")
    page.keyboard.type("45")
    page.locator("[name=note]").fill("one\ntwo")
    page.locator("[name=note]").press("Control+Enter")
    arrived(visit)
    stored = Session.objects.latest("entered_at")
    assert (stored.minutes, stored.note) == (45, "one\ntwo")


def test_a_form_without_a_meeting_hides_what_a_meeting_has(visit: Visit, episode: Episode) -> None:
    log(visit, episode)
    page = visit.page
    page.locator("[name=kind]").select_option("questionnaire")
    for name in ("attendance", "medium", "note"):
        assert not page.locator(f"[name={name}]").is_visible()
    page.locator("[name='phq9-total']").fill("12")
    # A note that was typed before stays to be seen, with what is wrong about it.
    page.locator("[name=kind]").select_option("treatment")
    page.locator("[name=note]").fill("of a meeting")
    page.locator("[name=kind]").select_option("questionnaire")
    page.locator("[name='phq9-total']").press("Enter")
    page.get_by_text("has no note").wait_for()
    assert page.locator("[name=note]").input_value() == "of a meeting"
    page.locator("[name=note]").fill("")
    page.locator("[name='phq9-total']").press("Enter")
    arrived(visit)
    assert Session.objects.filter(episode=episode).count() == 2
    assert MeasureCompletion.objects.latest("entered_at").episode == episode


def test_errors_are_accessible_and_whole_on_a_phone(visit: Visit, episode: Episode) -> None:
    log(visit, episode, width=NARROW)
    page = visit.page
    for measure in ("phq9", "gad7"):
        page.locator(f"[name='{measure}-total']").fill("99")
    page.locator("[name='phq9-risk']").fill("9")
    page.keyboard.press("Enter")
    page.locator(".errorlist").first.wait_for()
    assert page.evaluate("document.activeElement.name") == "phq9-total"
    visit.page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
    assert visit.violations() == []
    assert visit.overflow() <= 0
    small = page.evaluate(
        """[...document.querySelectorAll(
            'form.entry input:not([type=radio]):not([type=hidden]), form.entry select, ' +
            'form.entry .entry-tick, form.entry button'
        )].filter(e => e.getBoundingClientRect().height < 44).map(e => e.outerHTML)"""
    )
    assert small == []
    digits = page.locator("[name='phq9-total']").get_attribute("inputmode")
    assert digits == "numeric"


def test_every_measure_can_be_entered(visit: Visit, episode: Episode) -> None:
    log(visit, episode)
    assert visit.page.locator(".entry-score").count() == len(MEASURES)
