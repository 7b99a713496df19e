"""What somebody will try after a report: written, put right, closed, and by whom."""

import datetime as dt
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from practice.actions.corrections import PUT_RIGHT
from practice.actions.versions import version_of
from practice.models import Practitioner, Resolution, Role
from tests.cast import Cast, make_practitioner, make_resolution
from tests.reports.reading import squeezed

NOW = dt.datetime(2025, 11, 22, 12, 0, tzinfo=dt.UTC)
TODAY = NOW.date()
TRY = "Ask about the ending at session three"


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: TODAY)
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def typed(**fields: Any) -> dict[str, Any]:
    return {"will_try": TRY, "from_on": "2025-11-22", "expects": "", "look_again_on": "", **fields}


def put_right(resolution: Resolution, **fields: Any) -> dict[str, Any]:
    return typed(version=version_of(resolution), **fields)


def new_url(cast: Cast, person: Practitioner | None = None) -> str:
    return reverse("resolution-create", args=[cast.service.uid, *([person.uid] if person else [])])


def report_url(cast: Cast, person: Practitioner | None = None) -> str:
    return reverse("report-month", args=[cast.service.uid, *([person.uid] if person else [])])


def page_of(client: Client, address: str, posted: dict[str, Any] | None = None) -> str:
    answer = client.get(address) if posted is None else client.post(address, posted, follow=True)
    assert answer.status_code == 200
    return squeezed(unescape(answer.content.decode()))


def mine(cast: Cast, **fields: Any) -> Resolution:
    return make_resolution(service=cast.service, practitioner=cast.alice, will_try=TRY, **fields)


def edit(resolution: Resolution, name: str = "edit") -> str:
    return reverse(f"resolution-{name}", args=[resolution.uid])


def test_from_the_report_to_the_resolution_and_back(client: Client, cast: Cast) -> None:
    client.force_login(cast.alice)
    page = page_of(client, report_url(cast, cast.alice))
    assert f'href="{new_url(cast, cast.alice)}"' in page
    assert "Nothing is open." in page
    assert "Last resolution" not in page
    page = page_of(client, new_url(cast, cast.alice))
    assert 'value="2025-11-22"' in page
    page = page_of(
        client,
        new_url(cast, cast.alice),
        typed(expects="Fewer stay away", look_again_on="2026-02-22"),
    )
    made = Resolution.objects.get()
    assert (made.service, made.practitioner, made.entered_by) == (
        cast.service,
        cast.alice,
        cast.alice,
    )
    assert "it stands on the next reports until you close it" in page
    assert "<h2>Last resolution</h2>" in page
    assert f"{TRY}. Expected: Fewer stay away. Look again on 22 February 2026." in page
    for name in ("edit", "close"):
        assert f'href="{edit(made, name)}"' in page


def test_of_the_whole_service_by_its_lead(client: Client, cast: Cast) -> None:
    client.force_login(cast.leda)
    assert "Write what we will try" in page_of(client, report_url(cast))
    assert TRY in page_of(client, new_url(cast), typed())
    assert Resolution.objects.get().practitioner is None
    client.force_login(cast.alice)
    assert TRY not in page_of(client, report_url(cast, cast.alice))
    assert client.post(new_url(cast), typed()).status_code == 403


def test_a_double_click_stores_once(client: Client, cast: Cast) -> None:
    client.force_login(cast.alice)
    posted = typed(uid="8c7e6a52-1f5e-4a6e-9a9e-000000000001")
    page_of(client, new_url(cast, cast.alice), posted)
    assert "nothing was stored twice" in page_of(client, new_url(cast, cast.alice), posted)
    assert Resolution.objects.count() == 1


WRONG = {
    "nothing": (typed(will_try="  "), "Write what you will try."),
    "no day": (typed(from_on=""), "Give the day from which you try it."),
    "no date": (typed(from_on="soon"), "errorlist"),
    "long ago": (typed(from_on="2023-11-21"), "More than two years from today"),
    "far ahead": (typed(from_on="2027-11-24"), "More than two years from today"),
    "again at once": (typed(look_again_on="2025-11-22"), "Give a day after the one it begins"),
    "again much later": (typed(look_again_on="2027-11-24"), "More than two years after it begins"),
    "too long": (typed(will_try="x" * 401), "at most 400"),
    "no number": (typed(uid="7"), "Not stored yet"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_mistake_is_said_and_nothing_typed_is_lost(
    client: Client, cast: Cast, wrong: str
) -> None:
    posted, said = WRONG[wrong]
    client.force_login(cast.alice)
    page = page_of(client, new_url(cast, cast.alice), posted | {"expects": "Fewer stay away"})
    assert said in page
    assert "Fewer stay away" in page
    assert posted["will_try"].strip() in page
    assert not Resolution.objects.exists()


@pytest.mark.parametrize("day", ["2023-11-22", "2027-11-23"])
def test_two_years_at_most(client: Client, cast: Cast, day: str) -> None:
    client.force_login(cast.alice)
    page_of(client, new_url(cast, cast.alice), typed(from_on=day))
    assert Resolution.objects.get().from_on.isoformat() == day


def test_markup_stays_text(client: Client, cast: Cast) -> None:
    client.force_login(cast.alice)
    answer = client.post(
        new_url(cast, cast.alice), typed(will_try="<b>bold</b>\r\n{{ 7 }}"), follow=True
    )
    assert b"<b>bold" not in answer.content
    assert Resolution.objects.get().will_try == "<b>bold</b>\n{{ 7 }}"


def test_put_right_at_once_needs_no_reason(client: Client, cast: Cast) -> None:
    made = mine(cast)
    first = Resolution.history.get()
    client.force_login(cast.alice)
    first.history_date = NOW
    page = page_of(client, edit(made))
    asks = "Why it is changed" in page
    posted = put_right(made, will_try="Ask at session two") | (
        {"reason": "clearer"} if asks else {}
    )
    assert "The resolution is changed." in page_of(client, edit(made), posted)
    newest = Resolution.history.latest("history_id")
    assert newest.will_try == "Ask at session two"
    assert newest.history_change_reason in {PUT_RIGHT, "clearer"}


def test_a_lead_sees_a_practitioners_and_writes_none_of_it(client: Client, cast: Cast) -> None:
    made = mine(cast)
    listed = reverse("resolution-list", args=[cast.service.uid, cast.alice.uid])
    client.force_login(cast.leda)
    for page in (page_of(client, report_url(cast, cast.alice)), page_of(client, listed)):
        assert TRY in page
        for url in (edit(made), edit(made, "close"), new_url(cast, cast.alice)):
            assert f'href="{url}' not in page
    for url in (edit(made), edit(made, "close"), new_url(cast, cast.alice)):
        assert client.get(url).status_code == 403
        posted = put_right(made, will_try="Work harder", reason="told to")
        assert client.post(url, posted | {"closed_on": "2026-11-22"}).status_code == 403
    kept = Resolution.objects.get()
    assert (kept.will_try, kept.closed_on) == (TRY, None)


def test_later_or_by_somebody_else_a_reason_is_asked(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Of the whole service: nobody but its author touches what is one practitioner's.
    lena = make_practitioner(email="lena@example.org", service=cast.service, role=Role.LEAD)
    made = make_resolution(service=cast.service, practitioner=None, will_try=TRY, by=cast.leda)
    entered = Resolution.history.get().history_date
    monkeypatch.setattr("django.utils.timezone.now", lambda: entered + dt.timedelta(hours=25))
    for person in (cast.leda, lena):
        client.force_login(person)
        assert "Why it is changed" in page_of(client, edit(made))
        page = page_of(client, edit(made), put_right(made, will_try=f"Of {person}"))
        assert "This field is required." in page
        page_of(client, edit(made), put_right(made, will_try=f"Of {person}", reason="clearer"))
        newest = Resolution.history.latest("history_id")
        assert (newest.will_try, newest.history_change_reason) == (f"Of {person}", "clearer")
    monkeypatch.setattr("django.utils.timezone.now", lambda: entered + dt.timedelta(hours=24))
    client.force_login(cast.leda)
    assert "Why it is changed" not in page_of(client, edit(made))
    page_of(client, edit(made), put_right(made, will_try="On the day"))
    assert Resolution.history.latest("history_id").history_change_reason == PUT_RIGHT


def test_closed_with_a_day(client: Client, cast: Cast) -> None:
    made = mine(cast, from_on=dt.date(2025, 9, 1), expects="Fewer stay away")
    client.force_login(cast.alice)
    page = page_of(client, edit(made, "close"))
    assert TRY in page
    assert "Fewer stay away" in page
    for day, said in (
        ("2025-08-31", "Before the day it began, 1 September 2025"),
        ("2025-11-23", "After today"),
        ("", "Give the day."),
    ):
        assert said in page_of(client, edit(made, "close"), {"closed_on": day})
    page = page_of(client, edit(made, "close"), {"closed_on": "2025-11-22"})
    assert "Closed: it stands on the report as the last resolution." in page
    assert f"Closed on 22 November 2025.</strong> {TRY}" in page
    assert "Nothing is open." in page
    assert "It was closed on 22 November 2025." in page_of(client, edit(made, "close"))
    page = page_of(client, edit(made, "close"), {"closed_on": "2025-10-01"})
    assert "This resolution is closed already." in page
    assert Resolution.objects.get().closed_on == TODAY


def test_one_that_is_closed_does_not_begin_after_its_end(client: Client, cast: Cast) -> None:
    made = mine(cast, from_on=dt.date(2025, 9, 1), closed_on=dt.date(2025, 10, 1))
    client.force_login(cast.alice)
    page = page_of(client, edit(made), typed(from_on="2025-10-02", reason="clearer"))
    assert "It was closed before this day: give an earlier one." in page
    page_of(client, edit(made), put_right(made, from_on="2025-10-01", reason="clearer"))
    assert Resolution.objects.get().from_on == dt.date(2025, 10, 1)


@pytest.mark.parametrize("person", ["bob", "charlie"])
def test_a_colleague_is_a_stranger_to_it(client: Client, cast: Cast, person: str) -> None:
    made = mine(cast)
    client.force_login(getattr(cast, person))
    for name in ("edit", "close"):
        assert client.post(edit(made, name), typed(reason="x")).status_code == 404
    assert Resolution.history.count() == 1
