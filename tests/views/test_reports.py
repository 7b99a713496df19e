"""The report pages: choosing a month, what the page says, and what the browser may keep."""

import datetime as dt
from html import unescape
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from practice.models import Practitioner, Service
from practice.reports.monthly_pdf import WITH_DEFINITIONS, monthly_pdf
from tests.caseloads import HOSTILE, MONTH, PRINTED_ON, Therapy, scope_with, store, therapies
from tests.cast import Cast, make_client, make_episode, make_practitioner, make_service
from tests.reports.reading import squeezed, text_of, words_of

WRONG = {
    "a month that is none": "month=2025-13",
    "a word": "month=yesterday",
    "markup": "month=<script>alert(1)</script>",
    "before anybody came": "month=1999-01",
    "not begun yet": "month=2025-12",
    "empty": "month=",
    "none": "against=2024-25",
    "a year that is none": "month=2025-10&against=1066-67",
    "a year of markup": "month=2025-10&against=<b>",
    "a zero byte": "month=2025-10%00",
    "no text at all": "month=%ff%fe",
    "very long": f"month={'9' * 5000}",
    "something else": "colour=red",
}
each_wrong = pytest.mark.parametrize("query", WRONG.values(), ids=WRONG.keys())


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: PRINTED_ON)


def url(service: Service, person: Practitioner | None = None, *, pdf: bool = False) -> str:
    name = "report-month-pdf" if pdf else "report-month"
    return reverse(name, args=[service.uid, *([person.uid] if person else [])])


def page_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return squeezed(unescape(answer.content.decode()))


def test_opens_with_this_month_in_a_first_one(client: Client, cast: Cast) -> None:
    client.force_login(cast.alice)
    page = page_of(client, url(cast.service, cast.alice))
    assert f"<h1>Monthly report, {MONTH.minus(-1).words}, up to" in page


def test_opens_with_the_last_whole_month(client: Client, cast: Cast) -> None:
    client.force_login(cast.alice)
    make_episode(
        client=make_client(service=cast.service), holder=cast.alice, referred_on=MONTH.period.start
    )
    page = page_of(client, url(cast.service, cast.alice))
    assert "<h1>Monthly report, October 2025</h1>" in page
    assert "Alice, Harbour" in page


def test_page_says_what_the_report_says(client: Client, cast: Cast) -> None:
    scope = scope_with(cast.service, cast.alice, therapies(4, ended=40, still_open=6))
    client.force_login(cast.alice)
    page = page_of(client, f"{url(cast.service, cast.alice)}?month=2025-10")
    text = text_of(scope)
    for words in (text.facts, text.strip_words, text.outcomes_note, *text.footnotes):
        assert words in page
    for note in (*text.sentences, *text.counts, *text.notes):
        assert note.text in page
    assert '<svg role="img"' in page or "<svg " in page
    assert text.strip[0].counts in page


def test_pdf_is_the_same_report(client: Client, cast: Cast) -> None:
    scope = scope_with(cast.service, cast.alice, therapies(4, ended=40, still_open=6))
    client.force_login(cast.alice)
    answer = client.get(f"{url(cast.service, cast.alice, pdf=True)}?month=2025-10&against=2022-23")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content == monthly_pdf(text_of(scope, year="2022-23"))
    assert len(PdfReader(BytesIO(answer.content)).pages) == 2


def test_a_third_side_of_definitions_is_one_link_away(client: Client, cast: Cast) -> None:
    scope = scope_with(cast.service, cast.alice, therapies(4, ended=40))
    client.force_login(cast.alice)
    page = page_of(client, f"{url(cast.service, cast.alice)}?month=2025-10&against=2022-23")
    link = f"{url(cast.service, cast.alice, pdf=True)}?month=2025-10&against=2022-23&definitions=1"
    assert f'href="{link}"' in page
    answer = client.get(link)
    assert answer.content == monthly_pdf(text_of(scope, year="2022-23"), WITH_DEFINITIONS)
    assert len(PdfReader(BytesIO(answer.content)).pages) == 3


def test_pdf_opens_in_the_browser_under_a_name_without_a_client(client: Client, cast: Cast) -> None:
    store(cast.service, cast.alice, [Therapy(reference="QZX-4711")])
    client.force_login(cast.alice)
    answer = client.get(url(cast.service, cast.alice, pdf=True))
    kind, _, name = answer["Content-Disposition"].partition("; filename=")
    assert kind == "inline"
    assert name.strip('"').startswith("monthly-report-2025-10-alice-at-example-org")
    assert name.strip('"').endswith(".pdf")
    assert "QZX" not in str(answer.headers)
    assert "QZX-4711" not in words_of(answer.content)


def test_page_links_the_pdf_of_the_very_same_choice(client: Client, cast: Cast) -> None:
    client.force_login(cast.alice)
    page = page_of(client, f"{url(cast.service, cast.alice)}?month=2025-10&against=2021-22")
    link = f"{url(cast.service, cast.alice, pdf=True)}?month=2025-10&against=2021-22"
    assert f'href="{link}"' in page
    assert "England 2021-22" in words_of(client.get(link).content)


def test_choices_go_back_to_the_first_referral(client: Client, cast: Cast) -> None:
    store(cast.service, cast.alice, [Therapy(ended_on=dt.date(2025, 6, 30), sessions=1)])
    client.force_login(cast.alice)
    page = page_of(client, url(cast.service, cast.alice))
    assert '<option value="2025-06">June 2025</option>' in page
    assert '<option value="2025-11">November 2025</option>' in page
    assert '<option value="2025-05">' not in page
    assert '<option value="2025-12">' not in page


def test_a_month_that_is_not_over_says_up_to_which_day(client: Client, cast: Cast) -> None:
    client.force_login(cast.alice)
    page = page_of(client, f"{url(cast.service, cast.alice)}?month=2025-11")
    assert "Monthly report, November 2025, up to 22 November 2025" in page


@each_wrong
def test_a_wrong_choice_is_a_page_with_a_message(client: Client, cast: Cast, query: str) -> None:
    client.force_login(cast.alice)
    page = page_of(client, f"{url(cast.service, cast.alice)}?{query}")
    assert "Choose a month" in page or "errorlist" in page
    assert "Endings first" not in page


@each_wrong
def test_a_wrong_choice_is_no_pdf(client: Client, cast: Cast, query: str) -> None:
    client.force_login(cast.alice)
    answer = client.get(f"{url(cast.service, cast.alice, pdf=True)}?{query}")
    assert answer.status_code == 400
    assert "could not be read" in answer.content.decode()
    assert answer["Content-Type"].startswith("text/html")


def test_what_was_typed_into_the_address_stays_text(client: Client, cast: Cast) -> None:
    client.force_login(cast.alice)
    for query in (WRONG["markup"], WRONG["a year of markup"]):
        page = client.get(f"{url(cast.service, cast.alice)}?{query}").content.decode()
        assert "<script>alert" not in page
        assert "<b>" not in page


@pytest.mark.django_db
def test_markup_in_names_stays_text(client: Client) -> None:
    service = make_service(name=HOSTILE[:120])
    person = make_practitioner(email="h@example.org", name=HOSTILE[:150], service=service)
    store(service, person, therapies(1, ended=12, hostile=True))
    client.force_login(person)
    for address in (reverse("report-list"), url(service, person)):
        raw = client.get(address).content.decode()
        assert "<b>bold" not in raw
        assert "<img" not in raw
        assert "127.0.0.1:1/x" in raw
        assert "{{ 7|add:7 }}" in raw
        assert HOSTILE[:100] in unescape(raw)


def test_nothing_is_kept_by_browser_or_proxy(client: Client, cast: Cast) -> None:
    """They hold personal data: on a shared machine the back button must not show them."""
    client.force_login(cast.alice)
    own = cast.service, cast.alice
    for address in ("/", url(*own), url(*own, pdf=True), f"{url(*own)}?month=x"):
        answer = client.get(address)
        kept = answer["Cache-Control"]
        assert "no-store" in kept
        assert "private" in kept
        assert "public" not in kept


def test_every_answer_carries_the_protective_headers(client: Client, cast: Cast) -> None:
    client.force_login(cast.alice)
    own = cast.service, cast.alice
    for address in ("/", url(*own), url(*own, pdf=True), f"{url(*own, pdf=True)}?month=x", "/x"):
        answer = client.get(address)
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["Referrer-Policy"] == "same-origin"


def test_pages_carry_nothing_the_policy_refuses(client: Client, cast: Cast) -> None:
    store(cast.service, cast.alice, therapies(2, ended=30))
    client.force_login(cast.alice)
    raw = client.get(url(cast.service, cast.alice)).content.decode()
    assert " style=" not in raw
    assert "<style" not in raw
    assert "<script" not in raw
    assert " onclick" not in raw


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_as_many_queries_for_100_clients_as_for_none(client: Client, cast: Cast) -> None:
    client.force_login(cast.alice)
    addresses = [url(cast.service, cast.alice, pdf=pdf) for pdf in (False, True)]
    first = [queries(client, address) for address in addresses]
    for size in (7, 53, 40):
        store(cast.service, cast.alice, therapies(size, ended=size, still_open=size // 5))
        assert [queries(client, address) for address in addresses] == first
    # Two of them ask whether a second factor is needed, and who may write.
    assert max(first) <= 28, first


def test_as_many_queries_for_a_list_of_30_people_as_of_three(client: Client, cast: Cast) -> None:
    client.force_login(cast.leda)
    few = queries(client, reverse("report-list"))
    for number in range(27):
        make_practitioner(email=f"more-{number}@example.org", service=cast.service)
    assert queries(client, reverse("report-list")) == few


def test_invented_data_are_called_so_on_every_page_of_theirs(client: Client, cast: Cast) -> None:
    client.force_login(cast.alice)
    address = url(cast.service, cast.alice)
    assert "Invented data" not in page_of(client, address)
    cast.service.is_invented = True
    cast.service.save()
    assert "Invented data" in page_of(client, address)
    assert "Invented data" in page_of(client, f"{address}?month=x")


def test_the_demonstration_says_so_everywhere(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.conf.settings.DEMO", True)
    for address in (reverse("account_login"), reverse("account_reset_password")):
        assert "Invented data" in page_of(client, address)
    client.force_login(cast.alice)
    for address in (
        reverse("report-list"),
        reverse("benchmark-list"),
        reverse("questionnaire-list"),
    ):
        assert "Invented data" in page_of(client, address)
    for address in ("/no-such-page", url(cast.service)):
        assert "Invented data" in client.get(address).content.decode()
