"""Who may read from now on: told by mail to whoever holds clients, and shown while it holds."""

from html import unescape

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from practice.actions.services import change_service
from practice.actions.versions import version_of
from practice.cases.granting import grant_of
from practice.models import Practitioner, Role, Service
from tests.cast import Cast, make_client, make_episode, make_practitioner, make_service, saved

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mail(settings: Settings) -> None:
    # So that it leaves with the answer, and not in a thread of its own.
    settings.SENDS_MAIL = False


def page_of(person: Practitioner, name: str, *args: object) -> str:
    browser = Client()
    browser.force_login(person)
    answer = browser.get(reverse(name, args=args))
    assert answer.status_code == 200
    return " ".join(unescape(answer.content.decode()).split())


def able(*people: Practitioner) -> None:
    for person in people:
        person.set_password("seven tall elms in fog")
        saved(person, by=None)


def switch(browser: Client, service: Service, **fields: str) -> None:
    asked = {
        "name": service.name,
        "primary_outcome": "iapt",
        "ask_factor": "never",
        "version": version_of(service),
        **fields,
    }
    url = reverse("service-settings", args=[service.uid])
    assert browser.post(url, asked).status_code == 302


def test_a_grant_is_told_and_shown_with_who_and_when(cast: Cast, client: Client) -> None:
    ada = make_practitioner(
        email="ada@example.org", name="Ada", service=cast.service, role=Role.ADMINISTRATOR
    )
    able(cast.alice, cast.leda, ada, cast.charlie)
    episode = make_episode(client=make_client(service=cast.service), holder=cast.alice)
    service, whose = cast.service, (cast.service.uid, cast.alice.uid)
    assert grant_of(service).words == ""
    client.force_login(ada)
    switch(client, service)
    switch(client, service, lead_reads_clients="on")
    # Another setting is no news.
    switch(client, service, lead_reads_clients="on", logs_every_enquiry="on")
    off, on = mail.outbox
    assert "may no longer open" in off.body
    assert "Whoever leads Harbour may now open single clients of others." in on.body
    assert "arranged by Ada" in on.body
    # Bob cannot sign in, Charlie is elsewhere; Ada did it.
    assert on.bcc == ["alice@example.org", "leda@example.org"]
    assert on.to == ["ada@example.org"]
    at = f"{timezone.localtime():%-d %B %Y}"
    said = f"(Leda): <strong>yes</strong>, switched on by Ada, {at}"
    caseload = page_of(cast.alice, "caseload", *whose)
    assert said in caseload
    assert "New within thirty days." in caseload
    assert said in page_of(cast.alice, "episode-detail", episode.uid)
    assert f"<strong>yes</strong>, switched on by Ada, {at}" in page_of(
        cast.leda, "member-list", service.uid
    )
    switch(client, service)
    caseload = page_of(cast.alice, "caseload", *whose)
    assert f"(Leda): <strong>no</strong>, switched off by Ada, {at}" in caseload
    assert "New within" not in caseload


def test_a_command_is_said_to_be_one(cast: Cast) -> None:
    for may_read in (False, True):
        change_service(service=cast.service, lead_reads_clients=may_read, by=None, why="asked")
    assert grant_of(cast.service).words.startswith("switched on by a command, ")


def test_a_grant_that_is_older_than_the_row_in_hand(cast: Cast) -> None:
    """Changed by somebody else since it was read: nothing is made up."""
    before = Service.objects.get(pk=cast.service.pk)
    change_service(service=cast.service, lead_reads_clients=False, by=None, why="asked")
    assert grant_of(before).words == ""


def test_a_supervision_is_told_to_whom_it_is_of(cast: Cast, client: Client) -> None:
    able(cast.alice, cast.leda)
    sue = make_practitioner(
        email="sue@example.org", name="Sue", service=cast.service, role=Role.SUPERVISOR
    )
    client.force_login(cast.leda)
    today = timezone.localdate()
    url = reverse("supervising-create", args=[cast.service.uid])
    # Also of a lead who arranges their own: that opens clients without the grant.
    asked = {"practitioner": str(cast.alice.uid), "supervisor": str(cast.leda.uid)}
    assert client.post(url, asked | {"since": "2026-01-05"}).status_code == 302
    begun = cast.service.supervisings.get()
    end = reverse("supervising-end", args=[cast.service.uid, begun.uid])
    assert client.post(end, {"until": today.isoformat(), "to": str(sue.uid)}).status_code == 302
    assert [each.bcc for each in mail.outbox] == [["alice@example.org"]] * 2
    assert "Leda supervises you at Harbour from 5 January 2026 on" in mail.outbox[0].body
    assert "Sue supervises you at Harbour from" in mail.outbox[1].body
    caseload = page_of(cast.alice, "caseload", cast.service.uid, cast.alice.uid)
    assert (
        f"New within thirty days.</strong> Who else can open these clients: Sue, as supervisor since {today:%-d %B %Y}"
        in caseload
    )


def test_where_nobody_else_can_it_says_so(cast: Cast, settings: Settings) -> None:
    alone = make_service(name="Alone")
    one = make_practitioner(email="one@example.org", service=alone, role=Role.LEAD)
    episode = make_episode(client=make_client(service=alone), holder=one)
    for name, args in (("caseload", (alone.uid, one.uid)), ("episode-detail", (episode.uid,))):
        assert "can open" not in page_of(one, name, *args)
    make_practitioner(email="two@example.org", service=alone)
    assert "Nobody else can open these clients today." in page_of(
        one, "caseload", alone.uid, one.uid
    )


def test_in_the_demonstration_nobody_is_written_to(
    cast: Cast, client: Client, settings: Settings
) -> None:
    able(cast.alice)
    settings.DEMO = True
    client.force_login(cast.leda)
    switch(client, cast.service)
    assert mail.outbox == []
