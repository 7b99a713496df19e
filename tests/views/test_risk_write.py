"""The page on which what was asked and done is written."""

import datetime as dt
import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from practice.actions.versions import STALE
from practice.models import MeasureCompletion, RiskResponse
from tests.caseloads import HOSTILE
from tests.cast import (
    Cast,
    day,
    make_client,
    make_completion,
    make_episode,
    make_risk_response,
    make_session,
)

ASKED, DONE = "Asked about thoughts and plans", "Safety plan; GP told"
ONE = "--------1"


def make_form(cast: Cast, answers: str = ONE, measure: str = "phq9") -> MeasureCompletion:
    episode = make_episode(client=make_client(service=cast.service), holder=cast.alice)
    session = make_session(episode=episode, held_on=day(1), by=cast.alice)
    return make_completion(of=session, answers=answers, measure=measure, by=cast.alice)


@pytest.fixture
def form(cast: Cast) -> MeasureCompletion:
    return make_form(cast)


def url(form: MeasureCompletion) -> str:
    return reverse("risk-write", args=[form.uid])


def version_on(client: Client, form: MeasureCompletion) -> str:
    page = client.get(url(form)).content.decode()
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found is not None
    return found[1]


def send(
    client: Client,
    form: MeasureCompletion,
    *,
    asked: str = ASKED,
    done: str = DONE,
    version: str | None = None,
    reason: str = "",
) -> Any:
    typed = {
        "asked": asked,
        "done": done,
        "version": version_on(client, form) if version is None else version,
        "reason": reason,
    }
    return client.post(url(form), typed)


def text(answer: Any) -> str:
    return " ".join(unescape(answer.content.decode()).split())


def later(monkeypatch: pytest.MonkeyPatch, **delta: float) -> None:
    moment = timezone.now() + dt.timedelta(**delta)
    monkeypatch.setattr("practice.views.completions.timezone.now", lambda: moment)


def test_the_page_shows_the_score_the_wording_and_the_answer(
    client: Client, cast: Cast, form: MeasureCompletion
) -> None:
    client.force_login(cast.alice)
    page = text(client.get(url(form)))
    assert "PHQ-9 of 6 January 2026: 12, moderate" in page
    assert "Item 9, answered 1 (Several days)." in page
    assert "Thoughts that you would be better off dead" in page
    assert "Copyright (c) Pfizer" in page
    assert "It stays open" in page
    assert "Why it is changed" not in page


@pytest.mark.parametrize("is_shown", [True, False])
def test_a_host_who_charges_does_not_show_the_wording_of_core10(
    client: Client, cast: Cast, settings: Any, is_shown: bool
) -> None:
    settings.CORE10_ITEMS = is_shown
    form = make_form(cast, answers="-----2----", measure="core10")
    client.force_login(cast.alice)
    page = text(client.get(url(form)))
    assert "Item 6, answered 2" in page
    assert ("I made plans to end my life" in page) is is_shown
    assert ("Sometimes" in page) is is_shown
    assert ("coresystemtrust" in page) is is_shown


def test_written_it_is_no_longer_open(client: Client, cast: Cast, form: MeasureCompletion) -> None:
    client.force_login(cast.alice)
    answer = send(client, form)
    episode = form.session.episode if form.session else None
    assert episode is not None
    back = reverse("episode-detail", args=[episode.uid])
    assert answer.status_code == 302
    assert answer["Location"] == back
    response = RiskResponse.objects.get()
    assert (response.asked, response.done, response.written_by) == (ASKED, DONE, cast.alice)
    page = client.get(back).content.decode()
    assert "Written: what was asked and done" in page
    assert "not written about yet" not in page


def test_a_lone_form_leads_back_to_its_episode(client: Client, cast: Cast) -> None:
    episode = make_episode(client=make_client(service=cast.service), holder=cast.alice)
    form = make_completion(of=episode, on=day(2), answers=ONE, by=cast.alice)
    client.force_login(cast.alice)
    assert send(client, form)["Location"] == reverse("episode-detail", args=[episode.uid])


@pytest.mark.parametrize(("asked", "done"), [("", DONE), (ASKED, ""), ("   ", "\n"), ("", "")])
def test_both_are_required_and_what_was_typed_is_kept(
    client: Client, cast: Cast, form: MeasureCompletion, asked: str, done: str
) -> None:
    client.force_login(cast.alice)
    answer = send(client, form, asked=asked, done=done)
    assert answer.status_code == 200
    page = text(answer)
    assert "the risk item stays open without it" in page
    for typed in (asked.strip(), done.strip()):
        assert typed in page
    assert not RiskResponse.objects.exists()


def test_a_double_click_stores_once(client: Client, cast: Cast, form: MeasureCompletion) -> None:
    client.force_login(cast.alice)
    for _ in range(2):
        assert send(client, form, version="0").status_code == 302
    assert RiskResponse.objects.get().history.count() == 1


def test_own_words_can_be_put_right_for_a_day_without_a_reason(
    client: Client, cast: Cast, form: MeasureCompletion, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(cast.alice)
    send(client, form)
    later(monkeypatch, hours=23)
    # The sitting before is over by then.
    client.force_login(cast.alice)
    page = text(client.get(url(form)))
    assert DONE in page
    assert "Why it is changed" not in page
    assert send(client, form, done="GP written to").status_code == 302
    response = RiskResponse.objects.get()
    assert response.done == "GP written to"
    assert response.history.count() == 2


def test_later_it_asks_for_a_reason_and_keeps_it(
    client: Client, cast: Cast, form: MeasureCompletion, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(cast.alice)
    send(client, form)
    later(monkeypatch, hours=25)
    # The sitting before is over by then.
    client.force_login(cast.alice)
    assert "Why it is changed" in text(client.get(url(form)))
    refused = send(client, form, done="GP written to")
    assert refused.status_code == 200
    assert "GP written to" in text(refused)
    assert RiskResponse.objects.get().done == DONE
    assert send(client, form, done="GP written to", reason="forgot the GP").status_code == 302
    newest = RiskResponse.objects.get().history.latest("history_id")
    assert (newest.done, newest.history_change_reason) == ("GP written to", "forgot the GP")
    # The same again, without a change: nothing to give a reason for.
    assert send(client, form, done="GP written to").status_code == 302


def test_somebody_elses_words_ask_for_a_reason_at_once(
    client: Client, cast: Cast, form: MeasureCompletion
) -> None:
    make_risk_response(to=form, by=cast.alice)
    client.force_login(cast.leda)
    assert "Why it is changed" in text(client.get(url(form)))


def test_what_somebody_wrote_meanwhile_is_shown_and_not_written_over(
    client: Client, cast: Cast, form: MeasureCompletion
) -> None:
    client.force_login(cast.alice)
    seen = version_on(client, form)
    make_risk_response(to=form, by=cast.leda, asked="Theirs", done="Also theirs")
    answer = send(client, form, version=seen)
    page = text(answer)
    assert answer.status_code == 200
    assert STALE in page
    for words in (ASKED, DONE, "Theirs", "Also theirs"):
        assert words in page
    assert RiskResponse.objects.get().asked == "Theirs"
    # Having seen it, with a reason, it may be replaced.
    found = re.search(r'name="version" value="(\d+)"', answer.content.decode())
    assert found is not None
    assert (
        send(client, form, version=found[1], reason="both spoke to the client").status_code == 302
    )
    assert RiskResponse.objects.get().asked == ASKED


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 20, "9" * 50, "0\x00"])
def test_a_version_that_is_none_stores_nothing(
    client: Client, cast: Cast, form: MeasureCompletion, version: str
) -> None:
    client.force_login(cast.alice)
    assert send(client, form, version=version).status_code == 200
    assert not RiskResponse.objects.exists()


def test_in_a_race_the_second_is_told(
    client: Client, cast: Cast, form: MeasureCompletion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody writes between the look at what is stored and the write."""
    client.force_login(cast.alice)
    version = version_on(client, form)

    def first(row: object) -> None:
        if not RiskResponse.objects.exists():
            make_risk_response(to=form, by=cast.leda)

    monkeypatch.setattr("practice.actions.risk.read_again", first)
    answer = send(client, form, version=version)
    assert answer.status_code == 200
    assert STALE in text(answer)
    assert ASKED in text(answer)


@pytest.mark.parametrize(
    ("measure", "answers"),
    [
        ("phq9", "--------0"),
        ("phq9", ""),
        ("phq9", "11111111-"),
        ("gad7", "1111111"),
        ("core10", ""),
    ],
)
def test_where_there_is_nothing_to_respond_to_there_is_no_page(
    client: Client, cast: Cast, measure: str, answers: str
) -> None:
    form = make_form(cast, measure=measure, answers=answers)
    client.force_login(cast.alice)
    assert client.get(url(form)).status_code == 404
    assert client.post(url(form), {"asked": ASKED, "done": DONE, "version": "0"}).status_code == 404
    assert not RiskResponse.objects.exists()


@pytest.mark.parametrize(("person", "status"), [("bob", 404), ("charlie", 404), ("leda", 302)])
def test_who_may_write(
    client: Client, cast: Cast, form: MeasureCompletion, person: str, status: int
) -> None:
    client.force_login(getattr(cast, person))
    assert send(client, form, version="0").status_code == status
    assert RiskResponse.objects.exists() is (status == 302)


def test_looking_changes_nothing(client: Client, cast: Cast, form: MeasureCompletion) -> None:
    client.force_login(cast.alice)
    client.get(f"{url(form)}?asked=x&done=y&version=0")
    client.head(url(form))
    assert client.put(url(form)).status_code == 405
    assert not RiskResponse.objects.exists()


def test_markup_stays_text(client: Client, cast: Cast, form: MeasureCompletion) -> None:
    make_risk_response(to=form, by=cast.alice, asked=HOSTILE, done=HOSTILE)
    client.force_login(cast.alice)
    raw = client.get(url(form)).content.decode()
    assert "<b>bold" not in raw
    assert "<img" not in raw
    assert HOSTILE in unescape(raw)


def test_as_many_queries_however_often_it_was_changed(
    client: Client, cast: Cast, form: MeasureCompletion
) -> None:
    client.force_login(cast.alice)
    counts = []
    for number in range(3):
        send(client, form, done=f"wording {number}")
        with CaptureQueriesContext(connection) as captured:
            client.get(url(form))
        counts.append(len(captured))
    assert len(set(counts)) == 1
    # Three of them ask for a second factor, who may write, and whether somebody else reads.
    assert counts[0] <= 13


def test_words_are_in_no_address(client: Client, cast: Cast, form: MeasureCompletion) -> None:
    client.force_login(cast.alice)
    answer = send(client, form)
    assert ASKED.split(maxsplit=1)[0] not in answer["Location"]
    assert "no-store" in client.get(url(form))["Cache-Control"]
