"""A form that somebody else, or the same person in another tab, was quicker with: both versions, nothing lost."""

import datetime as dt
from html import unescape
from typing import Any

import pytest
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from practice.actions.versions import version_of
from practice.models import Client as ClientRow
from practice.models import Episode, Membership, Resolution, Service, SupervisionMeeting, Target
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


def test_a_role(client: Client, cast: Cast) -> None:
    episode = make_episode(
        client=make_client(service=cast.service, reference="C-9"), holder=cast.alice
    )
    place = cast.alice.memberships.get()
    address = reverse("member-role", args=[cast.service.uid, cast.alice.uid])
    client.force_login(cast.leda)
    page = as_shown(client.get(address))
    place.role = "lead"
    saved(place, by=cast.bob)
    mine = {"role": "supervisor", "to": str(cast.bob.uid)}
    answer = client.post(address, page | mine)
    words = squeezed(answer)
    assert "Changed by Bob" in words
    assert "<td><p>Supervisor: reads" in words
    assert "<td><p>Lead: members" in words
    assert of(Membership, place).role == "lead"
    assert as_shown(answer) | mine == as_shown(answer)
    assert episode.holdings.get().practitioner == cast.alice
    # What was left alone is as Bob stored it.
    assert as_shown(client.post(address, page | {"to": str(cast.bob.uid)}))["role"] == "lead"
    settled(client, address, {}, answer)
    assert of(Membership, place).role == "supervisor"
    # A double click of the second is none the worse.
    assert client.post(address, as_shown(answer)).status_code == 302
    assert Membership.history.filter(id=place.pk).count() == 3


@pytest.fixture
def held(episode: Episode) -> ClientRow:
    return episode.client


def test_the_day_of_consent(client: Client, cast: Cast, held: ClientRow) -> None:
    address = reverse("client-consent", args=[held.uid])
    client.force_login(cast.alice)
    page = {"consent": "1", "version": as_shown(client.get(address))["version"]}
    held.consented_on = in_days(-9)
    saved(held, by=cast.leda)
    answer = client.post(address, page | {"consented_on": in_days(-8).isoformat()})
    words = squeezed(answer)
    assert "Changed by Leda" in words
    both = f"<td><p>{in_days(-8)}</p></td> <td><p>{in_days(-9)}</p></td>"
    assert both in words
    assert of(ClientRow, held).consented_on == in_days(-9)
    shown = as_shown(answer)
    assert shown["consented_on"] == in_days(-8).isoformat()
    again = page | {"consented_on": shown["consented_on"], "version": version_of(held)}
    # By now it takes the place of another: that wants a reason.
    assert "Say in a few words why." in squeezed(client.post(address, again))
    assert client.post(address, again | {"reason": "a slip"}).status_code == 302
    assert of(ClientRow, held).consented_on == in_days(-8)
    # Over a withdrawal that came between, neither is stored, and both are said.
    held.refresh_from_db()
    held.withdrew_on = in_days(-1)
    saved(held, by=cast.leda)
    words = squeezed(client.post(address, again | {"consented_on": in_days(-7).isoformat()}))
    assert "Stored now: consent withdrawn on" in words
    assert "Take the withdrawal back first to store yours." in words
    assert in_days(-7).isoformat() in words


def test_a_withdrawal_in_two_tabs_of_one_person(
    client: Client, cast: Cast, held: ClientRow, episode: Episode
) -> None:
    address = reverse("client-consent", args=[held.uid])
    client.force_login(cast.alice)
    page = {"withdraw": "1", "version": as_shown(client.get(address))["version"]}
    first, second = in_days(-2).isoformat(), in_days(-3).isoformat()
    for _ in range(2):
        assert client.post(address, page | {"withdrew_on": first}).status_code == 302
    words = squeezed(client.post(address, page | {"withdrew_on": second}))
    assert "Changed by you, on another page" in words
    assert f"<td><p>{second}</p></td> <td><p>{first}</p></td>" in words
    assert of(ClientRow, held).withdrew_on == in_days(-2)

    # The button that leaves out the rest, of a page that has seen the withdrawal.
    rest = page | {"withdrew_on": first, "version": version_of(held)}
    back = {"take_back": "1", "version": version_of(held), "reason": "a slip"}
    for _ in range(2):
        assert client.post(address, back).status_code == 302
    answer = client.post(address, rest)
    words = squeezed(answer)
    assert "Stored now: no withdrawal of consent." in words
    assert f"<td><p>{first}</p></td> <td><p>empty</p></td>" in words
    assert as_shown(answer)["withdrew_on"] == first
    assert of(Episode, episode).left_out == ""

    # And the one that takes it back.
    words = squeezed(client.post(address, back | {"reason": "for another reason"}))
    assert "Changed by you, on another page" in words
    assert "Stored now: no withdrawal of consent." in words
    assert "There is nothing to take back." in words
    assert "What you typed is what is stored now" not in words
    fresh = back | {"reason": "for another reason", "version": version_of(held)}
    assert "No withdrawal of consent is recorded." in squeezed(client.post(address, fresh))


def test_a_hold(client: Client, cast: Cast, held: ClientRow) -> None:
    address = reverse("client-hold", args=[held.uid])
    client.force_login(cast.alice)
    page = as_shown(client.get(address))
    held.held_on, held.hold_reason = in_days(-5), "a claim"
    saved(held, by=cast.leda)
    today = in_days(0).isoformat()
    words = squeezed(client.post(address, page | {"hold_reason": "a complaint"}))
    assert "Changed by Leda" in words
    assert f"<td><p>{today}</p></td> <td><p>{in_days(-5)}</p></td>" in words
    assert "<td><p>a complaint</p></td> <td><p>a claim</p></td>" in words
    assert "End the hold that stands first to set yours." in words
    assert of(ClientRow, held).hold_reason == "a claim"
    # What was ended again meanwhile is there no more; what was typed stays.
    held.held_on, held.hold_reason = None, ""
    saved(held, by=cast.leda)
    answer = client.post(address, page | {"hold_reason": "a complaint"})
    assert "Stored now: no legal hold." in squeezed(answer)
    shown = as_shown(answer)
    assert (shown["held_on"], shown["hold_reason"]) == (today, "a complaint")
    settled(client, address, {}, answer)
    assert of(ClientRow, held).hold_reason == "a complaint"


def test_the_end_of_a_hold(client: Client, cast: Cast, held: ClientRow) -> None:
    held.held_on, held.hold_reason = in_days(-5), "a claim"
    saved(held, by=cast.leda)
    address = reverse("client-hold", args=[held.uid])
    client.force_login(cast.alice)
    page = as_shown(client.get(address)) | {"reason": "settled", "end": "1"}
    held.hold_reason = "another claim"
    saved(held, by=cast.leda)
    answer = client.post(address, page)
    words = squeezed(answer)
    assert "Changed by Leda" in words
    assert "Stored now: held since" in words
    assert "another claim" in words
    assert of(ClientRow, held).held_on == in_days(-5)
    assert as_shown(answer)["reason"] == "settled"
    for _ in range(2):
        settled(client, address, {"end": "1"}, answer)
    assert of(ClientRow, held).held_on is None
    words = squeezed(client.post(address, page | {"reason": "for another reason"}))
    assert "Changed by you, on another page" in words
    assert "There is nothing to end." in words
