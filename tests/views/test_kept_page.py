"""Pages that are shown again as they were drawn: never after a change, and to nobody else."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from practice.models import AuditEntry, Deed, Membership
from practice.reports.kept_figures import Stamp, data_stamp
from practice.views import kept_page
from tests.cast import Cast, day, make_client, make_completion, make_episode, make_session, saved

TODAY = day(60)


@pytest.fixture(autouse=True)
def _settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another worker's tests write on the same server: here that keeps nothing from being kept."""

    def settled() -> Stamp:
        return replace(data_stamp(), is_settled=True)

    monkeypatch.setattr(kept_page, "data_stamp", settled)
    monkeypatch.setattr(timezone, "localdate", lambda *_at: TODAY)


@pytest.fixture
def page(cast: Cast, client: Client) -> str:
    """Alice's caseload with one client, looked at once."""
    episode = make_episode(client=make_client(service=cast.service), holder=cast.alice)
    session = make_session(episode=episode, held_on=day(50), by=cast.alice)
    make_completion(of=session, total=17, by=cast.alice)
    client.force_login(cast.alice)
    address = reverse("caseload", args=[cast.service.uid, cast.alice.uid])
    assert "17" in looked_at(client, address)
    return address


def looked_at(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as found:
        looked_at(client, address)
    return len(found)


def test_shown_again_in_fewer_queries(client: Client, page: str) -> None:
    again = queries(client, page)
    assert looked_at(client, page) == looked_at(client, page)
    assert queries(client, f"{page}?why=risk") > again + 5


def test_a_changed_score_is_seen_at_once(cast: Cast, client: Client, page: str) -> None:
    (form,) = cast.service.clients.get().episodes.get().sessions.get().completions.all()
    form.total = Decimal(23)
    saved(form, by=cast.alice, why="read wrongly")
    again = looked_at(client, page)
    assert "23" in again
    assert ">17<" not in again


def test_tomorrow_it_is_drawn_anew(
    client: Client, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = queries(client, page)
    monkeypatch.setattr(timezone, "localdate", lambda *_at: TODAY + dt.timedelta(days=1))
    assert queries(client, page) > again


def test_whoever_may_no_longer_see_it_does_not(cast: Cast, client: Client, page: str) -> None:
    Membership.objects.get(practitioner=cast.alice, service=cast.service).delete()
    assert client.get(page).status_code == 404


def test_nobody_else_is_shown_it(cast: Cast, client: Client, page: str) -> None:
    client.force_login(cast.charlie)
    assert client.get(page).status_code == 404


def test_one_can_sign_out_from_a_page_that_is_shown_again(
    cast: Cast, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its token is of the browser's own cookie: a browser without it gets a page of its own."""
    for _browser in range(2):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(cast.alice)
        looked_at(strict, page)
        shown = looked_at(strict, page)
        token = shown.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
        answer = strict.post(reverse("account_logout"), {"csrfmiddlewaretoken": token})
        assert answer.status_code == 302


def test_a_message_is_shown_once(cast: Cast, client: Client, page: str) -> None:
    session = client.session
    session["_messages"] = '[["__json_message", 0, 25, "Stored. Only once.", ""]]'
    session.save()
    assert "Only once" in looked_at(client, page)
    assert "Only once" not in looked_at(client, page)


def test_each_look_at_somebody_elses_clients_is_written_down(
    cast: Cast, client: Client, page: str
) -> None:
    client.force_login(cast.leda)
    first = queries(client, page)
    AuditEntry.objects.filter(deed=Deed.READ).get(who=cast.leda.uid)
    assert queries(client, page) < first - 5
    own, again = AuditEntry.objects.filter(deed=Deed.READ, who=cast.leda.uid)
    assert (own.service, own.subject, own.detail) == (again.service, again.subject, again.detail)
    assert (own.subject, own.detail) == (cast.alice.uid, "caseload")


def test_no_entry_no_page(
    cast: Cast, client: Client, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(cast.leda)
    looked_at(client, page)

    def full(*_given: object, **_named: object) -> None:
        raise OperationalError("no room")

    monkeypatch.setattr(AuditEntry, "save", full)
    client.raise_request_exception = False
    answer = client.get(page)
    assert answer.status_code == 503
    assert "17" not in answer.content.decode()
