"""A form that somebody else, or the same person in another tab, was quicker with: both versions, nothing lost."""

import datetime as dt
from html import unescape
from typing import Any

import pytest
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from practice.models import Episode, Resolution, Service, SupervisionMeeting, Target
from tests.cast import (
    Cast,
    day,
    make_agreement,
    make_client,
    make_completion,
    make_episode,
    make_meeting,
    make_resolution,
    make_session,
    make_target,
    saved,
)
from tests.views.shown import as_shown

pytestmark = pytest.mark.django_db


def squeezed(answer: Any) -> str:
    return " ".join(unescape(answer.content.decode()).split())


def in_days(number: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=number)


def of(model: type[models.Model], row: Any) -> Any:
    return model._default_manager.get(pk=row.pk)


def settled(browser: Client, address: str, mine: dict[str, str], answer: Any) -> Any:
    """Save once more what the page that was refused shows."""
    again = browser.post(address, as_shown(answer) | mine)
    assert again.status_code == 302, squeezed(again)


def test_settings_of_a_service(client: Client, cast: Cast) -> None:
    address = reverse("service-settings", args=[cast.service.uid])
    client.force_login(cast.leda)
    page = as_shown(client.get(address))
    cast.service.usual_minutes, cast.service.usual_medium = 40, "video"
    saved(cast.service, by=cast.alice)
    answer = client.post(address, page | {"usual_minutes": "50", "logs_every_enquiry": "on"})
    words = squeezed(answer)
    assert answer.status_code == 200
    assert "Changed by Alice" in words
    assert ">Usual minutes</th> <td><p>50</p></td> <td><p>40</p></td>" in words.replace("<br>", "")
    assert of(Service, cast.service).usual_minutes == 40
    # What was left alone is as Alice stored it; what was typed is kept.
    shown = as_shown(answer)
    assert (shown["usual_minutes"], shown["usual_medium"]) == ("50", "video")
    settled(client, address, {}, answer)
    stored = of(Service, cast.service)
    assert (stored.usual_minutes, stored.usual_medium) == (50, "video")
    assert stored.logs_every_enquiry


def test_a_resolution_in_two_tabs_of_one_person(client: Client, cast: Cast) -> None:
    made = make_resolution(
        service=cast.service, practitioner=cast.alice, by=cast.alice, from_on=in_days(-3)
    )
    address = reverse("resolution-edit", args=[made.uid])
    client.force_login(cast.alice)
    first = second = as_shown(client.get(address))
    assert client.post(address, first | {"will_try": "Of the first tab"}).status_code == 302
    answer = client.post(address, second | {"expects": "Of the second tab"})
    words = squeezed(answer)
    assert "Changed by you, on another page" in words
    assert of(Resolution, made).will_try == "Of the first tab"
    settled(client, address, {}, answer)
    stored = of(Resolution, made)
    assert (stored.will_try, stored.expects) == ("Of the first tab", "Of the second tab")
    # Once more the same is a double click, whatever page it comes from.
    assert client.post(address, as_shown(answer)).status_code == 302
    assert Resolution.history.count() == 3


@pytest.fixture
def episode(cast: Cast) -> Episode:
    client = make_client(service=cast.service, reference="C-9")
    return make_episode(client=client, holder=cast.alice, referred_on=in_days(-40))


def test_a_pause(client: Client, cast: Cast, episode: Episode) -> None:
    address = reverse("episode-pause", args=[episode.uid])
    client.force_login(cast.alice)
    page = as_shown(client.get(address))
    episode.paused_until, episode.pause_reason = in_days(9), "exams"
    saved(episode, by=cast.leda)
    mine = {"until": in_days(20).isoformat(), "why": "an operation"}
    answer = client.post(address, page | mine)
    words = squeezed(answer)
    assert "Changed by Leda" in words
    for word in ("exams", "an operation", in_days(9).isoformat(), in_days(20).isoformat()):
        assert word in words
    assert of(Episode, episode).paused_until == in_days(9)
    settled(client, address, mine, answer)
    assert of(Episode, episode).paused_until == in_days(20)


def test_a_target_in_two_tabs_of_one_person(client: Client, cast: Cast) -> None:
    made = make_target(service=cast.service, practitioner=cast.alice, by=cast.alice)
    address = reverse("target-edit", args=[made.uid])
    client.force_login(cast.alice)
    first = second = as_shown(client.get(address))
    assert client.post(address, first | {"percent": "75"}).status_code == 302
    answer = client.post(address, second | {"why": "What I read"})
    assert "Changed by you, on another page" in squeezed(answer)
    assert of(Target, made).why == ""
    settled(client, address, {}, answer)
    stored = of(Target, made)
    assert (stored.percent, stored.why) == (75, "What I read")


@pytest.mark.parametrize("version", ["", "0", "9" * 40, "x", "\u0662"])
def test_a_version_that_never_was_is_stale(
    client: Client, cast: Cast, episode: Episode, version: str
) -> None:
    client.force_login(cast.alice)
    address = reverse("episode-pause", args=[episode.uid])
    answer = client.post(
        address, {"until": in_days(2).isoformat(), "why": "exams", "version": version}
    )
    assert answer.status_code == 200
    assert of(Episode, episode).paused_until is None


def test_a_session_with_its_scores(client: Client, cast: Cast, episode: Episode) -> None:
    session = make_session(episode=episode, held_on=in_days(-9), by=cast.alice, minutes=50)
    form = make_completion(of=session, total=12, by=cast.alice)
    address = reverse("session-edit", args=[session.uid])
    client.force_login(cast.alice)
    page = as_shown(client.get(address))
    form.total = 14
    saved(form, by=cast.leda)
    answer = client.post(address, page | {"minutes": "45", "phq9-total": "13"})
    words = squeezed(answer)
    assert "PHQ-9 was changed (the total) by Leda" in words
    assert ">Minutes</th> <td><p>45</p></td> <td><p>50</p></td>" in words
    assert "total, 0 to 27</th> <td><p>13</p></td> <td><p>14</p></td>" in words
    assert as_shown(answer)["minutes"] == "45"
    session.refresh_from_db()
    assert session.minutes == 50


def test_a_form_without_a_meeting(client: Client, cast: Cast, episode: Episode) -> None:
    form = make_completion(of=episode, on=in_days(-9), total=12, by=cast.alice)
    address = reverse("completion-edit", args=[form.uid])
    client.force_login(cast.alice)
    page = as_shown(client.get(address))
    form.total = 14
    saved(form, by=cast.leda)
    answer = client.post(address, page | {"phq9-total": "13"})
    words = squeezed(answer)
    assert "total, 0 to 27</th> <td><p>13</p></td> <td><p>14</p></td>" in words
    form.refresh_from_db()
    assert form.total == 14


def test_a_supervision(client: Client, cast: Cast) -> None:
    episode = make_episode(
        client=make_client(service=cast.service, reference="C-9"), holder=cast.alice
    )
    meeting = make_meeting(service=cast.service, practitioner=cast.alice, held_on=day(3))
    agreed = make_agreement(meeting=meeting, episode=episode, agreed="At first")
    address = reverse("supervision-edit", args=[meeting.uid])
    client.force_login(cast.alice)
    page = as_shown(client.get(address))
    agreed.agreed = "Of Leda"
    saved(agreed, by=cast.leda)
    mine = {f"{episode.uid}-agreed": "Of Alice", "minutes": "75", "reason": "a slip"}
    answer = client.post(address, page | mine)
    words = squeezed(answer)
    assert "Changed by Leda" in words
    assert "<td><p>Of Alice</p></td> <td><p>Of Leda</p></td>" in words
    agreed.refresh_from_db()
    assert agreed.agreed == "Of Leda"
    assert SupervisionMeeting.objects.get().minutes != 75
