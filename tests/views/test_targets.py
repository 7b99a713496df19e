"""One's own targets: set, put right, ended, listed, and seen by nobody else."""

import datetime as dt
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from practice.actions.corrections import PUT_RIGHT
from practice.actions.versions import version_of
from practice.models import Practitioner, Role, Target
from tests.cast import Cast, make_practitioner, make_target
from tests.reports.reading import squeezed

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
TODAY = NOW.date()
LIST = reverse("benchmark-list")


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: TODAY)
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def typed(**fields: Any) -> dict[str, Any]:
    return {
        "rate": "planned_declared",
        "percent": "65",
        "from_on": "2026-11-22",
        "until": "",
        "why": "",
        **fields,
    }


def new_url(cast: Cast, person: Practitioner | None = None) -> str:
    return reverse("target-create", args=[cast.service.uid, *([person.uid] if person else [])])


def address(target: Target, name: str = "edit") -> str:
    return reverse(f"target-{name}", args=[target.uid])


def page_of(client: Client, path: str, posted: dict[str, Any] | None = None) -> str:
    answer = client.get(path) if posted is None else client.post(path, posted, follow=True)
    assert answer.status_code == 200
    return squeezed(unescape(answer.content.decode()))


def mine(cast: Cast, **fields: Any) -> Target:
    return make_target(service=cast.service, practitioner=cast.alice, **fields)


def test_from_the_benchmarks_to_a_target_and_back(client: Client, cast: Cast) -> None:
    client.force_login(cast.alice)
    page = page_of(client, LIST)
    assert f'href="{new_url(cast, cast.alice)}"' in page
    assert f'href="{new_url(cast)}"' not in page
    assert "None stands." in page
    assert "will ever say that you failed it" in page
    page = page_of(client, new_url(cast, cast.alice))
    assert 'value="2026-11-22"' in page
    assert "reliable improvement" in page
    assert "69%" in page
    answer = client.post(
        new_url(cast, cast.alice),
        typed(percent="61.5 %", why="As England\r\nlast year", until="2027-11-22"),
    )
    assert answer["Location"] == f"{LIST}#targets"
    made = Target.objects.get()
    assert (made.service, made.practitioner, made.entered_by) == (
        cast.service,
        cast.alice,
        cast.alice,
    )
    assert (made.percent, made.why) == (Decimal("61.5"), "As England\nlast year")
    page = page_of(client, LIST)
    assert "nothing here will say that you failed it" in page
    assert "<strong>Planned endings, declared: 61.5%</strong>" in page
    assert "From 22 November 2026 until 22 November 2027" in page
    assert "As England<br>last year" in page
    assert f'href="{address(made)}"' in page


def test_of_the_whole_service_by_its_lead_and_in_no_colleagues_list(
    client: Client, cast: Cast
) -> None:
    mine(cast, why="of Alice alone")
    client.force_login(cast.leda)
    assert f'href="{new_url(cast)}"' in page_of(client, LIST)
    page = page_of(client, new_url(cast), typed(percent="60"))
    assert "Harbour, the whole service." in page
    assert "of Alice alone" not in page
    assert Target.objects.latest("pk").practitioner is None
    client.force_login(cast.bob)
    page = page_of(client, LIST)
    assert "60.0%" not in page
    assert "of Alice alone" not in page
    assert client.post(new_url(cast), typed()).status_code == 403
    assert client.post(new_url(cast, cast.alice), typed()).status_code == 403


def test_a_double_click_stores_once(client: Client, cast: Cast) -> None:
    client.force_login(cast.alice)
    posted = typed(uid="8c7e6a52-1f5e-4a6e-9a9e-000000000001")
    page_of(client, new_url(cast, cast.alice), posted)
    assert "nothing was stored twice" in page_of(client, new_url(cast, cast.alice), posted)
    assert Target.objects.count() == 1


WRONG = {
    "no rate": (typed(rate=""), "Choose the rate that you set yourself a target for."),
    "another rate": (typed(rate="effectiveness"), "No target can be set for that"),
    "no number": (typed(percent=""), "Write a percentage, such as 65 or 61.5."),
    "in words": (typed(percent="many"), "Write a percentage with at most one decimal"),
    "two decimals": (typed(percent="61.55"), "at most one decimal"),
    "negative": (typed(percent="-1"), "at most one decimal"),
    "over": (typed(percent="100.1"), "A percentage lies between 0 and 100."),
    "not a number": (typed(percent="NaN"), "at most one decimal"),
    "other digits": (typed(percent="٦٥"), "at most one decimal"),
    "no day": (typed(from_on=""), "Give the day from which it stands."),
    "no date": (typed(from_on="soon"), "rite a date as"),
    "long ago": (typed(from_on="2021-11-17"), "More than five years from today"),
    "ends before": (typed(until="2026-11-21"), "Before the day it begins, 22 November 2026"),
    "ends late": (typed(until="2031-11-27"), "More than five years after it begins"),
    "too long": (typed(why="x" * 401), "at most 400"),
    "no uid": (typed(uid="7"), "Not stored yet"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_mistake_is_said_and_nothing_typed_is_lost(
    client: Client, cast: Cast, wrong: str
) -> None:
    posted, said = WRONG[wrong]
    client.force_login(cast.alice)
    page = page_of(client, new_url(cast, cast.alice), {"why": "My own words"} | posted)
    assert said in page
    assert "Not stored yet" in page
    assert posted["why"] in page
    assert f'value="{posted["percent"]}"' in page or not posted["percent"]
    assert not Target.objects.exists()


@pytest.mark.parametrize("given", ["0", "100", "100.0", "99,9", " 50% "])
def test_numbers_that_are_taken(client: Client, cast: Cast, given: str) -> None:
    client.force_login(cast.alice)
    page_of(client, new_url(cast, cast.alice), typed(percent=given))
    number = given.strip().removesuffix("%").replace(",", ".")
    assert Target.objects.get().percent == Decimal(number)


def test_a_second_one_for_the_rate_is_refused_beside_it(client: Client, cast: Cast) -> None:
    made = mine(cast)
    client.force_login(cast.alice)
    page = page_of(client, new_url(cast, cast.alice), typed(percent="77.7", why="Higher"))
    assert "A target for this rate stands already, 70.0% from 5 January 2026" in page
    assert 'value="77.7"' in page
    assert "Higher" in page
    other = mine(cast, rate="recovery")
    page = page_of(client, address(other), typed(reason="x", version=version_of(other)))
    assert "A target for this rate stands already" in page
    assert Target.objects.get(pk=other.pk).rate == "recovery"
    assert Target.objects.get(pk=made.pk).percent == Decimal("70.0")


def test_markup_stays_text(client: Client, cast: Cast) -> None:
    client.force_login(cast.alice)
    answer = client.post(new_url(cast, cast.alice), typed(why="<b>bold</b> {{ 7 }}"), follow=True)
    assert b"<b>bold" not in answer.content
    assert Target.objects.get().why == "<b>bold</b> {{ 7 }}"


def test_a_lead_sees_a_practitioners_and_writes_none_of_it(client: Client, cast: Cast) -> None:
    made = mine(cast)
    client.force_login(cast.leda)
    for url in (address(made), address(made, "end"), new_url(cast, cast.alice)):
        assert client.get(url).status_code == 403
        posted = typed(percent="99", reason="higher", version=version_of(made))
        assert client.post(url, posted).status_code == 403
    kept = Target.objects.get()
    assert (kept.percent, kept.until) == (Decimal("70.0"), None)
    client.force_login(cast.alice)
    assert "nobody else changes it" in page_of(client, LIST)


def test_later_or_by_somebody_else_a_reason_is_asked(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Of the whole service: nobody but its author touches what is one practitioner's.
    lena = make_practitioner(email="lena@example.org", service=cast.service, role=Role.LEAD)
    made = make_target(service=cast.service, practitioner=None, by=cast.leda)
    entered = Target.history.get().history_date
    monkeypatch.setattr("django.utils.timezone.now", lambda: entered + dt.timedelta(hours=25))
    for person in (cast.leda, lena):
        client.force_login(person)
        assert "Why it is changed" in page_of(client, address(made))
        number = f"{60 + person.pk % 9}.1"
        seen = version_of(made)
        page = page_of(client, address(made), typed(percent=number, version=seen))
        assert "This field is required." in page
        page = page_of(client, address(made), typed(percent=number, reason="clearer", version=seen))
        assert "The target is changed." in page
        newest = Target.history.latest("history_id")
        assert (newest.percent, newest.history_change_reason) == (Decimal(number), "clearer")
    monkeypatch.setattr("django.utils.timezone.now", lambda: entered + dt.timedelta(hours=24))
    client.force_login(cast.leda)
    assert "Why it is changed" not in page_of(client, address(made))
    page_of(client, address(made), typed(percent="55", version=version_of(made)))
    assert Target.history.latest("history_id").history_change_reason == PUT_RIGHT


def test_ended_and_kept_in_the_list(client: Client, cast: Cast) -> None:
    made = mine(cast, why="As England")
    client.force_login(cast.alice)
    page = page_of(client, address(made, "end"))
    assert "Planned endings, declared: 70.0%" in page
    assert "As England" in page
    assert 'value="2026-11-22"' in page
    for day, said in (
        ("2026-01-04", "Before the day it begins, 5 January 2026"),
        ("2031-01-10", "More than five years after it begins"),
        ("", "Give the day."),
        ("x", "rite a date as"),
    ):
        assert said in page_of(client, address(made, "end"), {"until": day})
    page = page_of(client, address(made, "end"), {"until": "2026-10-31"})
    assert "1 that ended" in page
    assert "From 5 January 2026 until 31 October 2026" in page
    assert "None stands." in page
    assert "It ended on 31 October 2026." in page_of(client, address(made, "end"))
    page = page_of(client, address(made, "end"), {"until": "2026-11-22"})
    assert "It ends on 31 October 2026 already." in page
    assert Target.objects.get().until == dt.date(2026, 10, 31)


def test_its_last_day_is_one_of_its_days_and_one_to_come_is_said(
    client: Client, cast: Cast
) -> None:
    mine(cast, until=TODAY)
    mine(cast, rate="recovery", from_on=TODAY + dt.timedelta(days=1))
    client.force_login(cast.alice)
    page = page_of(client, LIST)
    assert "that ended" not in page
    assert "From 23 November 2026: it has not begun." in page
    assert page.index("Planned endings, declared: 70.0%") < page.index("Recovery: 70.0%")


@pytest.mark.parametrize("person", ["bob", "charlie"])
def test_a_colleague_is_a_stranger_to_it(client: Client, cast: Cast, person: str) -> None:
    made = mine(cast)
    client.force_login(getattr(cast, person))
    for name in ("edit", "end"):
        assert client.get(address(made, name)).status_code == 404
        posted = typed(reason="x", until="2026-11-22")
        assert client.post(address(made, name), posted).status_code == 404
    assert Target.history.count() == 1
