"""A year of official figures brought in on the page: what came in, what is wrong, and out again."""

import datetime as dt
import logging
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from practice.models import AnnualFigures
from tests.cast import Cast, make_annual_figures
from tests.nhs_annual.given import ENGLAND, HEADINGS, ROWS, changed, csv_of, with_england
from tests.reports.reading import squeezed

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: NOW.date())
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def lead(client: Client, cast: Cast) -> Client:
    client.force_login(cast.leda)
    return client


def url(cast: Cast) -> str:
    return reverse("annual-import", args=[cast.service.uid])


def sent(
    client: Client,
    cast: Cast,
    content: bytes | None = None,
    *,
    name: str = "main-2025-26.csv",
    year: str = "",
) -> Any:
    file = SimpleUploadedFile(name, csv_of() if content is None else content)
    return client.post(url(cast), {"file": file, "year": year}, follow=True)


def words(answer: Any) -> str:
    assert answer.status_code == 200
    return squeezed(unescape(answer.content.decode()))


def test_nothing_here_yet(lead: Client, cast: Cast) -> None:
    page = words(lead.get(url(cast)))
    assert "None yet." in page
    assert "digital.nhs.uk" in page
    assert "What came in" not in page


def test_brought_in_and_told_beside_the_year_before(
    lead: Client, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    answer = sent(lead, cast)
    page = words(answer)
    row = AnnualFigures.objects.get()
    assert (row.service, row.period, row.entered_by) == (cast.service, "2025-26", cast.leda)
    assert answer.redirect_chain == [(f"{url(cast)}?shown={row.uid}#came-in", 302)]
    assert "The figures of 2025-26 are here." in page
    assert "England's counts are those of 2024-25, to the last one" in page
    assert "452,284 of 670,419" in page
    assert "1 region, 1 board, 1 sub-board area and 13 providers; 4 groups" in page
    assert "suppressed or empty in the rows used: no figure, not 0." in page
    assert "Reliable improvement, providers" in page
    assert "Leda" in page
    assert row.digest[:12] in page
    assert "In the file, and not used here" in page
    assert "QUAYSIDE" not in caplog.text
    assert "main-2025-26" not in caplog.text


def test_the_same_file_again_is_here_already(lead: Client, cast: Cast) -> None:
    sent(lead, cast)
    assert "are here already, from this very file." in words(sent(lead, cast))
    assert AnnualFigures.objects.count() == 1


def test_the_same_file_that_everybody_has(lead: Client, cast: Cast) -> None:
    sent(lead, cast)
    row = AnnualFigures.objects.get()
    make_annual_figures(service=None, figures=row.figures, digest=row.digest)
    lead.post(reverse("annual-remove", args=[cast.service.uid, row.uid]))
    page = words(sent(lead, cast))
    assert "here already, for everybody" in page
    assert "a command" in page
    assert AnnualFigures.objects.count() == 1


def test_another_file_of_the_year_is_refused_beside_the_field(lead: Client, cast: Cast) -> None:
    sent(lead, cast)
    answer = sent(lead, cast, csv_of([*ROWS[:-1]]))
    assert "year" in answer.context["form"].errors
    assert "from another file" in words(answer)


def test_what_is_wrong_is_listed_with_its_place(lead: Client, cast: Cast) -> None:
    page = words(sent(lead, cast, with_england(Percentage_Recovery="51.9")))
    assert "row 2, column Percentage_Recovery: “51.9”" in page
    assert "321061 of 635185, which is 50.5 per cent" in page
    headings = ["Pct_Recovery" if h == "Percentage_Recovery" else h for h in HEADINGS]
    page = words(sent(lead, cast, csv_of(headings=headings)))
    assert "column Percentage_Recovery: this column is missing" in page
    assert not AnnualFigures.objects.exists()


@pytest.mark.parametrize(
    ("name", "year", "says"),
    [
        ("main.csv", "", "say which financial year it is"),
        ("main-2026-27.csv", "", "ends on 31 March 2027"),
        ("main.csv", "2026-27", "Choose a year of the list."),
        ("main.csv", "\x00<b>", "Choose a year of the list."),
    ],
)
def test_a_year_that_cannot_be(lead: Client, cast: Cast, name: str, year: str, says: str) -> None:
    answer = sent(lead, cast, name=name, year=year)
    assert "year" in answer.context["form"].errors
    assert says in words(answer)


@pytest.mark.parametrize(
    "content", [b"", b"\x00" * 99, b"PK\x03\x04" + b"x" * 99, bytes(range(256)) * 40, b'"' * 4000]
)
def test_no_file_makes_a_server_error(lead: Client, cast: Cast, content: bytes) -> None:
    answer = sent(lead, cast, content)
    assert answer.status_code == 200
    assert "file" in answer.context["form"].errors
    assert lead.post(url(cast), {"file": "text", "year": "2025-26"}).status_code == 200
    assert lead.post(url(cast)).status_code == 200


def test_too_large(lead: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("practice.forms.annual_figures.SIZE_LIMIT", 1024)
    assert "a year is far smaller" in words(sent(lead, cast))


@pytest.mark.parametrize("shown", ["", "junk", "\x00", "1' OR '1", "0" * 36, "é" * 5000])
def test_strange_addresses(lead: Client, cast: Cast, shown: str) -> None:
    make_annual_figures(service=cast.service)
    assert "0 regions" in words(lead.get(url(cast), {"shown": shown}))


def test_a_known_year_says_what_was_known_otherwise(lead: Client, cast: Cast) -> None:
    other = changed(ENGLAND, Percentage_NoReliableChange="25.0")
    page = words(sent(lead, cast, csv_of([other, *ROWS[1:]]), name="2024-25.csv"))
    assert "of them were known already, and the known ones stand" in page
    assert (
        "No reliable change, England, 2024-25: 25.4% is known and stands; the file has 25.0%"
        in page
    )
    assert "to the last one" not in page


def test_removed_after_a_question_and_twice_does_no_harm(lead: Client, cast: Cast) -> None:
    sent(lead, cast)
    row = AnnualFigures.objects.get()
    remove = reverse("annual-remove", args=[cast.service.uid, row.uid])
    page = words(lead.get(remove))
    assert "Reports made for good keep their figures" in page
    assert AnnualFigures.objects.exists()
    assert "are removed" in words(lead.post(remove, follow=True))
    assert not AnnualFigures.objects.exists()
    assert "has been removed already" in words(lead.post(remove, follow=True))
    assert AnnualFigures.history.filter(uid=row.uid, history_type="-").count() == 1


def test_what_everybody_has_and_what_others_have_is_not_removed_here(
    lead: Client, cast: Cast
) -> None:
    for service in (None, cast.other_service):
        row = make_annual_figures(service=service)
        remove = reverse("annual-remove", args=[cast.service.uid, row.uid])
        assert lead.post(remove).status_code == 404
    assert AnnualFigures.objects.count() == 2
    assert "for everybody here" in words(lead.get(url(cast)))


def test_the_report_offers_the_year(lead: Client, cast: Cast) -> None:
    make = AnnualFigures.objects.count
    assert make() == 0
    sent(lead, cast, name="2023-24.csv")
    page = words(lead.get(reverse("report-month", args=[cast.service.uid])))
    assert page.count('value="2023-24"') == 1


def test_queries_do_not_grow(lead: Client, cast: Cast, django_assert_max_num_queries: Any) -> None:
    sent(lead, cast)
    for number in range(5):
        make_annual_figures(service=cast.service, period=f"20{10 + number}-{11 + number}")
    lead.get(url(cast))
    with django_assert_max_num_queries(11):
        lead.get(url(cast))
