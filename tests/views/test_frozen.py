"""Making a month's report for good on its page, reading it, printing it; and all of a month at once."""

from html import unescape
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from practice.cohorts import Scope
from practice.models import FrozenReport, Practitioner, Role, Service
from practice.reports import batch
from practice.reports.batch import NOT_MADE_NAME
from practice.reports.frozen import make_frozen
from practice.views import report_batch
from tests.caseloads import MONTH, PRINTED_ON, store, therapies
from tests.cast import Cast, make_frozen_row, make_practitioner, make_service, saved
from tests.reports.freezing import MADE_AT, frozen
from tests.reports.reading import squeezed, words_of

CHOICE = "month=2025-10&against="


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: PRINTED_ON)
    monkeypatch.setattr("django.utils.timezone.now", lambda: MADE_AT)


def url(name: str, service: Service, person: Practitioner | None = None) -> str:
    return reverse(name, args=[service.uid, *([person.uid] if person else [])])


def page_of(client: Client, address: str, **posted: Any) -> str:
    answer = client.post(address, posted, follow=True) if posted else client.get(address)
    assert answer.status_code == 200
    return squeezed(unescape(answer.content.decode()))


def freeze_url(cast: Cast, choice: str = CHOICE) -> str:
    return f"{url('report-freeze', cast.service, cast.alice)}?{choice}"


def test_from_the_month_to_the_report_made_for_good(client: Client, cast: Cast) -> None:
    store(cast.service, cast.alice, therapies(4, ended=30, still_open=4))
    client.force_login(cast.alice)
    month = f"{url('report-month', cast.service, cast.alice)}?{CHOICE}"
    page = page_of(client, month)
    assert "Draft, not made for good." in page
    assert f'href="{url("report-freeze", cast.service, cast.alice)}?month=2025-10' in page
    page = page_of(client, freeze_url(cast))
    assert "Make the report of October 2025 for good" in page
    assert "Nobody can take it back" in page
    assert not FrozenReport.objects.exists()
    page = page_of(client, freeze_url(cast), sure="yes")
    made = FrozenReport.objects.get()
    assert (made.practitioner, made.made_by, made.month) == (cast.alice, cast.alice, "2025-10")
    assert "The report of October 2025 is made for good." in page
    assert f"Made for good on 22 November 2025 by Alice; digest {made.digest[:12]}." in page
    assert made.digest in page
    assert "Nothing: every figure is as it was printed." in page
    page = page_of(client, month)
    assert "Made for good on 22 November 2025 by Alice." in page
    assert f'href="{reverse("frozen-detail", args=[made.uid])}"' in page
    assert "Make this report for good" not in page
    # A second time leads there, whichever way.
    for answer in (client.get(freeze_url(cast)), client.post(freeze_url(cast))):
        assert answer.status_code == 302
        assert answer["Location"] == reverse("frozen-detail", args=[made.uid])
    assert "stays as it was made" in page_of(client, reverse("frozen-detail", args=[made.uid]))
    assert FrozenReport.objects.count() == 1


def test_of_the_whole_service_by_its_lead(client: Client, cast: Cast) -> None:
    client.force_login(cast.leda)
    address = f"{url('report-freeze', cast.service)}?month=2025-10&against=2022-23"
    page = page_of(client, address, sure="yes")
    made = FrozenReport.objects.get()
    assert made.practitioner is None
    assert "England 2022-23" in page
    assert "Today's figures of the month" in page
    assert url("report-month", cast.service) in page


def test_two_at_one_time_make_one(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second has seen that there is none yet, and is too late all the same."""
    first = frozen(Scope(service=cast.service, practitioner=cast.alice))
    asked: list[object] = []

    def not_yet(*_args: Any) -> FrozenReport | None:
        asked.append(None)
        return None if len(asked) == 1 else first

    monkeypatch.setattr("practice.views.frozen.frozen_of", not_yet)
    client.force_login(cast.alice)
    answer = client.post(freeze_url(cast))
    assert answer["Location"] == reverse("frozen-detail", args=[first.uid])
    assert FrozenReport.objects.count() == 1


def test_what_the_database_does_not_keep_is_said(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("practice.actions.reports.digest_of_report", lambda **_: "1" * 64)
    client.force_login(cast.alice)
    page = page_of(client, freeze_url(cast), sure="yes")
    assert "Not made for good. The database did not keep the report" in page
    assert not FrozenReport.objects.exists()


def test_a_month_that_is_not_over_is_not_made(client: Client, cast: Cast) -> None:
    client.force_login(cast.alice)
    page = page_of(client, freeze_url(cast, "month=2025-11&against="), sure="yes")
    assert (
        "November 2025 is not over: its report can be made for good from 1 December 2025." in page
    )
    assert "Make it for good</button>" not in page
    month = page_of(
        client, f"{url('report-month', cast.service, cast.alice)}?month=2025-11&against="
    )
    assert "Make this report for good" not in month
    assert not FrozenReport.objects.exists()


@pytest.mark.parametrize("choice", ["month=2025-13", "month=x&against=", "against=1066-67"])
def test_no_such_month(client: Client, cast: Cast, choice: str) -> None:
    client.force_login(cast.alice)
    for answer in (client.get(freeze_url(cast, choice)), client.post(freeze_url(cast, choice))):
        assert answer.status_code == 400


@pytest.mark.parametrize("person", ["bob", "charlie"])
def test_nobody_else_makes_or_reads_it(client: Client, cast: Cast, person: str) -> None:
    made = frozen(Scope(service=cast.service, practitioner=cast.alice), month=MONTH.minus(1))
    client.force_login(getattr(cast, person))
    assert client.post(freeze_url(cast)).status_code in {403, 404}
    for name in ("frozen-detail", "frozen-pdf"):
        assert client.get(reverse(name, args=[made.uid])).status_code == 404
    assert FrozenReport.objects.count() == 1


def test_the_pdf_is_printed_from_what_was_stored(client: Client, cast: Cast) -> None:
    store(cast.service, cast.alice, therapies(4, ended=30))
    made = frozen(Scope(service=cast.service, practitioner=cast.alice), by=cast.leda)
    client.force_login(cast.alice)
    address = reverse("frozen-pdf", args=[made.uid])
    answer = client.get(address)
    assert answer["Content-Type"] == "application/pdf"
    assert (
        'inline; filename="monthly-report-for-good-2025-10-alice' in answer["Content-Disposition"]
    )
    words = words_of(answer.content)
    assert f"Made for good on 22 November 2025 by Leda; digest {made.digest[:12]}" in words
    store(cast.service, cast.alice, therapies(9, ended=30))
    assert client.get(address).content == answer.content
    assert "no-store" in answer["Cache-Control"]


def test_what_was_revised_since_is_on_the_page(client: Client, cast: Cast) -> None:
    store(cast.service, cast.alice, therapies(4, ended=30))
    made = frozen(Scope(service=cast.service, practitioner=cast.alice))
    made.made_at = made.made_at.replace(year=2020)
    saved(made, by=None)
    store(cast.service, cast.alice, therapies(9, ended=30))
    client.force_login(cast.alice)
    page = page_of(client, reverse("frozen-detail", args=[made.uid]))
    assert "would be printed otherwise now" in page
    assert "<td>30</td>" not in page
    assert "episodes entered later" in page
    assert "#since" not in page


@pytest.mark.parametrize("name", ["frozen-detail", "frozen-pdf"])
def test_what_was_altered_is_never_shown(client: Client, cast: Cast, name: str) -> None:
    made = frozen(Scope(service=cast.service, practitioner=cast.alice), by=cast.alice)
    made.text |= {"facts": "Forged facts"}
    saved(made, by=None)
    client.force_login(cast.alice)
    answer = client.get(reverse(name, args=[made.uid]))
    assert answer.status_code == 409
    assert answer["Content-Type"].startswith("text/html")
    page = unescape(answer.content.decode())
    assert "This report cannot be shown" in page
    assert made.digest in page
    assert "Forged" not in page
    assert "of 0" not in page


def test_the_list_of_those_made_for_good(client: Client, cast: Cast) -> None:
    own = frozen(Scope(service=cast.service, practitioner=cast.alice), by=cast.leda)
    bobs = frozen(Scope(service=cast.service, practitioner=cast.bob))
    client.force_login(cast.alice)
    page = page_of(client, reverse("report-list"))
    assert reverse("frozen-detail", args=[own.uid]) in page
    assert reverse("frozen-detail", args=[bobs.uid]) not in page
    assert "22 November 2025, Leda" in page
    assert "All reports of a month" not in page
    client.force_login(cast.leda)
    page = page_of(client, reverse("report-list"))
    assert "2 reports, the latest month first" in page
    assert url("report-batch", cast.service) in page
    client.force_login(cast.charlie)
    assert "None yet." in page_of(client, reverse("report-list"))


def test_a_long_list_says_that_it_is_not_all(client: Client, cast: Cast) -> None:
    for number in range(62):
        month = f"{1990 + number // 12}-{number % 12 + 1:02d}"
        make_frozen_row(service=cast.service, practitioner=cast.alice, month=month)
    client.force_login(cast.alice)
    page = page_of(client, reverse("report-list"))
    assert "The newest 60 reports" in page
    assert "February 1995" in page
    assert "February 1990" not in page


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_as_many_queries_however_many_there_are(client: Client, cast: Cast) -> None:
    client.force_login(cast.leda)
    scope = Scope(service=cast.service, practitioner=cast.alice)
    made = frozen(scope)
    frozen(scope, month=MONTH.minus(1))
    addresses = [
        reverse("report-list"),
        reverse("frozen-detail", args=[made.uid]),
        reverse("frozen-pdf", args=[made.uid]),
        f"{url('report-batch', cast.service)}?month=2025-10",
        f"{url('report-month', cast.service, cast.alice)}?{CHOICE}",
    ]
    few = [queries(client, address) for address in addresses]
    for number in range(12):
        person = make_practitioner(email=f"more-{number}@example.org", service=cast.service)
        frozen(Scope(service=cast.service, practitioner=person))
    frozen(scope, month=MONTH.minus(3))
    assert [queries(client, address) for address in addresses] == few


def batch_url(cast: Cast, *, is_zip: bool = False, month: str = "2025-10") -> str:
    name = "report-batch-zip" if is_zip else "report-batch"
    return f"{url(name, cast.service)}?month={month}"


def test_all_of_a_month_in_one_go(client: Client, cast: Cast) -> None:
    store(cast.service, cast.alice, therapies(4, ended=30))
    early = frozen(Scope(service=cast.service, practitioner=cast.bob), by=cast.bob)
    client.force_login(cast.leda)
    page = page_of(client, batch_url(cast))
    assert "1 of 4 done." in page
    assert page.count("Not yet") == 3
    assert FrozenReport.objects.count() == 1
    page = page_of(client, batch_url(cast), sure="yes")
    assert "3 reports were made for good in this step." in page
    assert "4 of 4 done." in page
    assert "All of them are made for good." in page
    assert FrozenReport.objects.get(pk=early.pk).made_at == early.made_at
    assert FrozenReport.history.count() == 4
    page_of(client, batch_url(cast), sure="yes")
    assert FrozenReport.history.count() == 4


def test_a_step_ends_in_time_and_goes_on(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_batch, "LONGEST_STEP", -1.0)
    client.force_login(cast.leda)
    for done in range(1, 5):
        page = page_of(client, batch_url(cast), sure="yes")
        assert f"{done} of 4 done." in page
        assert ("Go on with" in page) is (done < 4)


def fail_for(monkeypatch: pytest.MonkeyPatch, person: Practitioner, problem: Exception) -> None:
    made = make_frozen

    def make(scope: Scope, *args: Any, **options: Any) -> FrozenReport:
        if scope.practitioner == person:
            raise problem
        return made(scope, *args, **options)

    monkeypatch.setattr(batch, "make_frozen", make)


def test_one_that_fails_is_named_and_stops_no_other(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as broken:
        fail_for(broken, cast.bob, ZeroDivisionError("7 of nothing, C-17"))
        client.force_login(cast.leda)
        page = page_of(client, batch_url(cast), sure="yes")
    assert "3 of 4 done." in page
    assert "Failed:</strong> it could not be made (ZeroDivisionError)" in page
    assert "C-17" not in page
    assert str(cast.bob.uid) in caplog.text
    assert "bob@" not in caplog.text
    assert "Go on with the 1 left" in page
    page = page_of(client, batch_url(cast), sure="yes")
    assert "4 of 4 done." in page
    assert "Failed" not in page


def test_drafts_and_those_made_for_good_in_one_zip(client: Client, cast: Cast) -> None:
    frozen(Scope(service=cast.service, practitioner=cast.bob), by=cast.bob)
    client.force_login(cast.leda)
    answer = client.get(batch_url(cast, is_zip=True))
    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"] == (
        'attachment; filename="monthly-reports-2025-10-harbour.zip"'
    )
    assert client.get(batch_url(cast, is_zip=True)).content == answer.content
    with ZipFile(BytesIO(answer.content)) as archive:
        names = archive.namelist()
        words = {name: words_of(archive.read(name)) for name in names}
        assert {info.external_attr >> 16 for info in archive.infolist()} == {0o600}
    assert len(names) == len(set(names)) == 4
    (bobs,) = [name for name in names if "for-good" in name]
    assert "Made for good on 22 November 2025 by Bob" in words[bobs]
    assert sum("Draft, not made for good" in each for each in words.values()) == 3


def test_what_the_zip_lacks_is_named_in_it(client: Client, cast: Cast) -> None:
    made = frozen(Scope(service=cast.service, practitioner=cast.bob), by=cast.bob)
    made.text |= {"facts": "Forged facts"}
    saved(made, by=None)
    client.force_login(cast.leda)
    answer = client.get(batch_url(cast, is_zip=True))
    with ZipFile(BytesIO(answer.content)) as archive:
        assert len(archive.namelist()) == 4
        said = archive.read(NOT_MADE_NAME).decode()
    assert "Bob: what is stored of it is no longer what was stored" in said


@pytest.mark.parametrize("month", ["2025-11", "2025-12", "x", "2025-13"])
def test_only_months_that_are_over(client: Client, cast: Cast, month: str) -> None:
    client.force_login(cast.leda)
    page = page_of(client, batch_url(cast, month=month))
    assert "progress" not in page
    assert client.post(batch_url(cast, month=month)).status_code == 200
    assert client.get(batch_url(cast, is_zip=True, month=month)).status_code == 400
    assert not FrozenReport.objects.exists()


@pytest.mark.django_db
def test_a_practice_of_one_has_one_report(client: Client) -> None:
    service = make_service(name="Alone")
    person = make_practitioner(email="one@example.org", service=service, role=Role.LEAD)
    client.force_login(person)
    page = page_of(client, f"{url('report-batch', service)}?month=2025-10")
    assert "0 of 1 done." in page
