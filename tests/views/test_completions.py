"""One form by itself: corrected where it stands alone, taken back wherever it stands."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from practice.models import Episode, MeasureCompletion, RiskResponse
from tests.cast import (
    Cast,
    hand_over,
    make_client,
    make_completion,
    make_episode,
    make_session,
    saved,
)
from tests.views.test_sessions import as_shown, errors, make_old, messages, shown

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def today() -> dt.date:
    return timezone.localdate()


@pytest.fixture
def episode(cast: Cast) -> Episode:
    return make_episode(
        client=make_client(service=cast.service), holder=cast.alice, referred_on=today() - 60 * DAY
    )


@pytest.fixture
def form(cast: Cast, episode: Episode) -> MeasureCompletion:
    """Alice's own, of yesterday."""
    return make_completion(
        of=episode, on=today() - DAY, total=12, answers="--------1", by=cast.alice
    )


@pytest.fixture
def browser(client: Client, cast: Cast) -> Client:
    client.force_login(cast.alice)
    return client


def edit_url(form: MeasureCompletion) -> str:
    return reverse("completion-edit", args=[form.uid])


def remove_url(form: MeasureCompletion) -> str:
    return reverse("completion-remove", args=[form.uid])


def test_untouched_it_changes_nothing(browser: Client, form: MeasureCompletion) -> None:
    page = browser.get(edit_url(form))
    values = as_shown(page)
    assert (values["phq9-total"], values["phq9-risk"]) == ("12", "1")
    assert "12 moderate; the first score" in shown(page)
    assert "gad7-total" not in values
    browser.post(edit_url(form), values)
    kept: Any = form
    assert kept.history.count() == 1


def test_date_score_risk_item_and_mode_are_put_right(
    browser: Client, cast: Cast, form: MeasureCompletion
) -> None:
    values = as_shown(browser.get(edit_url(form)))
    values |= {
        "date": today().isoformat(),
        "phq9-total": "13",
        "phq9-risk": "0",
        "mode": "self",
    }
    answer = browser.post(edit_url(form), values)
    assert answer.status_code == 302
    assert messages(answer)[0].startswith("Stored: without a meeting, ")
    form.refresh_from_db()
    assert (form.completed_on, form.total, form.risk_answer, form.mode) == (
        today(),
        Decimal(13),
        0,
        "self",
    )
    kept: Any = form
    last = kept.history.latest("history_id")
    assert (last.history_user_id, last.history_change_reason) == (
        cast.alice.pk,
        "put right within 24 hours of entry",
    )


def test_items_may_take_the_place_of_a_total(browser: Client, form: MeasureCompletion) -> None:
    values = as_shown(browser.get(edit_url(form))) | {"phq9-total": ""}
    values |= {f"phq9-item_{number}": "1" for number in range(1, 10)}
    browser.post(edit_url(form), values)
    form.refresh_from_db()
    assert (form.total, form.answers) == (Decimal(9), "111111111")


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"date": "2001-01-01"}, "date", "Before the referral"),
        ({"date": "2999-01-01"}, "date", "After today"),
        ({"phq9-total": "28"}, "phq9-total", "from 0 to 27"),
        ({"phq9-total": "", "phq9-risk": ""}, "phq9-total", "A form has item answers"),
        ({"mode": "post"}, "mode", "Select a valid choice"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(
    browser: Client, form: MeasureCompletion, wrong: dict[str, str], field: str, said: str
) -> None:
    values = as_shown(browser.get(edit_url(form))) | wrong
    answer = browser.post(edit_url(form), values)
    found = errors(answer)
    assert list(found) == [field]
    assert said in found[field][0]
    assert as_shown(answer) == values
    form.refresh_from_db()
    assert form.total == Decimal(12)


def test_one_form_of_a_measure_a_day(
    browser: Client, episode: Episode, form: MeasureCompletion
) -> None:
    make_completion(of=episode, on=today(), total=3)
    values = as_shown(browser.get(edit_url(form))) | {"date": today().isoformat()}
    answer = browser.post(edit_url(form), values)
    assert errors(answer) == {"phq9-total": ["This measure is already recorded for this day."]}


def test_later_it_needs_a_reason(browser: Client, form: MeasureCompletion) -> None:
    make_old(form, hours=25)
    values = as_shown(browser.get(edit_url(form))) | {"phq9-total": "13"}
    assert errors(browser.post(edit_url(form), values))["reason"]
    assert browser.post(edit_url(form), values | {"reason": "typo"}).status_code == 302
    kept: Any = form
    assert kept.history.latest("history_id").history_change_reason == "typo"


def test_the_wrong_client_is_put_right(
    browser: Client, cast: Cast, form: MeasureCompletion
) -> None:
    right = make_episode(
        client=make_client(service=cast.service),
        holder=cast.alice,
        referred_on=today() - 5 * DAY,
    )
    values = as_shown(browser.get(edit_url(form))) | {"client": str(right.uid)}
    answer = browser.post(edit_url(form), values)
    # The risk item above 0 goes along, and is as open as before.
    assert answer["Location"] == reverse("risk-write", args=[form.uid])
    form.refresh_from_db()
    assert form.episode == right


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(
    browser: Client, cast: Cast, form: MeasureCompletion
) -> None:
    values = as_shown(browser.get(edit_url(form))) | {"phq9-total": "3"}
    seen = browser.get(remove_url(form)).context["form"]["seen"].value()
    form.total = Decimal(14)
    saved(form, by=cast.leda)
    answer = browser.post(edit_url(form), values)
    assert "PHQ-9 was changed (the total) by Leda" in errors(answer)["__all__"][0]
    assert "by Leda" in shown(browser.post(remove_url(form), {"seen": seen, "reason": "r"}))
    form.refresh_from_db()
    assert form.total == Decimal(14)


def test_a_form_of_a_session_is_put_right_with_its_session(
    browser: Client, cast: Cast, episode: Episode
) -> None:
    session = make_session(episode=episode, held_on=today(), by=cast.alice)
    form = make_completion(of=session, by=cast.alice)
    answer = browser.get(edit_url(form))
    assert answer["Location"] == reverse("session-edit", args=[session.uid])


def test_a_lone_form_is_taken_back_with_what_was_written_about_it(
    browser: Client, cast: Cast, episode: Episode, form: MeasureCompletion
) -> None:
    saved(RiskResponse(completion=form, asked="a", done="b"), by=cast.alice)
    page = browser.get(remove_url(form))
    assert "PHQ-9, filled in without a meeting" in shown(page)
    assert MeasureCompletion.objects.exists()
    sent = {"seen": page.context["form"]["seen"].value()}
    answer = browser.post(remove_url(form), sent)
    assert answer["Location"] == reverse("episode-detail", args=[episode.uid])
    assert not MeasureCompletion.objects.exists()
    assert not RiskResponse.objects.exists()
    kept: Any = MeasureCompletion
    assert kept.history.latest("history_id").history_type == "-"
    # The second of two clicks; and nobody else learns of it.
    again = browser.post(remove_url(form), sent)
    assert again["Location"] == answer["Location"]
    assert messages(again)[-1] == "This form was taken back already."
    assert browser.get(remove_url(form)).status_code == 404
    browser.force_login(cast.bob)
    assert browser.post(remove_url(form), sent).status_code == 404


def test_one_form_of_a_session_is_taken_back_the_session_stays(
    browser: Client, cast: Cast, episode: Episode
) -> None:
    session = make_session(episode=episode, held_on=today(), by=cast.alice)
    form = make_completion(of=session, by=cast.alice)
    make_completion(of=session, measure="gad7", by=cast.alice)
    page = browser.get(remove_url(form))
    assert "PHQ-9, treatment of" in shown(page)
    sent = {"seen": page.context["form"]["seen"].value()}
    assert browser.post(remove_url(form), sent).status_code == 302
    assert [left.measure for left in session.completions.all()] == ["gad7"]
    assert browser.post(remove_url(form), sent).status_code == 302


def test_later_it_is_taken_back_with_a_reason(browser: Client, form: MeasureCompletion) -> None:
    make_old(form, hours=25)
    page = browser.get(remove_url(form))
    sent = {"seen": page.context["form"]["seen"].value()}
    assert browser.post(remove_url(form), sent).context["form"].errors["reason"]
    browser.post(remove_url(form), sent | {"reason": "of somebody else"})
    kept: Any = MeasureCompletion
    assert kept.history.latest("history_id").history_change_reason == "of somebody else"


def test_nothing_to_take_back_twice_where_the_session_went_as_well(
    browser: Client, cast: Cast, episode: Episode
) -> None:
    session = make_session(episode=episode, held_on=today(), by=cast.alice)
    form = make_completion(of=session, by=cast.alice)
    url = reverse("session-remove", args=[session.uid])
    seen = browser.get(url).context["form"]["seen"].value()
    browser.post(url, {"seen": seen})
    assert browser.post(remove_url(form), {"seen": seen}).status_code == 404


def test_whoever_handed_the_client_over_is_a_stranger(
    browser: Client, cast: Cast, episode: Episode, form: MeasureCompletion
) -> None:
    hand_over(episode=episode, to=cast.bob, on=today())
    for url in (edit_url(form), remove_url(form)):
        assert browser.get(url).status_code == 404
        assert browser.post(url, {}).status_code == 404


def test_a_constant_number_of_queries(
    browser: Client, episode: Episode, form: MeasureCompletion
) -> None:
    def asked(url: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(url).status_code == 200
        return len(queries)

    urls = [edit_url(form), remove_url(form)]
    before = [asked(url) for url in urls]
    for days in range(2, 9):
        make_completion(of=episode, on=today() - days * DAY, total=days)
    assert [asked(url) for url in urls] == before
