"""The page of blank questionnaires, and each as PDF: for everybody who is signed in, and nobody else."""

from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader
from pytest_django import Settings

from practice.domain.measures import CORE10, MEASURES, PHQ9
from tests.cast import Cast, make_practitioner

LIST = reverse("questionnaire-list")
PDFS = [reverse("questionnaire-pdf", args=[code]) for code in MEASURES]


@pytest.fixture
def signed_in(client: Client, db: None) -> Client:
    """Somebody who belongs to no practice at all: a blank form is nobody's."""
    client.force_login(make_practitioner(email="nomad@example.org"))
    return client


@pytest.mark.parametrize("url", [LIST, *PDFS])
def test_anonymous_signs_in_first(client: Client, url: str, db: None) -> None:
    answer = client.get(url)
    assert answer.status_code == 302
    assert answer["Location"] == f"{reverse('account_login')}?next={url}"


@pytest.mark.parametrize("url", [LIST, *PDFS])
def test_everybody_signed_in_may_have_them(client: Client, cast: Cast, url: str) -> None:
    for person in (cast.alice, cast.leda, cast.charlie):
        client.force_login(person)
        assert client.get(url).status_code == 200


@pytest.mark.parametrize("url", [LIST, *PDFS])
def test_only_to_be_read(signed_in: Client, url: str) -> None:
    assert signed_in.post(url).status_code == 405


@pytest.mark.parametrize("code", ["phq2", "PHQ9", "iapt"])
def test_an_unknown_questionnaire_is_not_found(signed_in: Client, code: str) -> None:
    assert signed_in.get(reverse("questionnaire-pdf", args=[code])).status_code == 404


def test_the_page_links_every_form_with_its_licence(signed_in: Client) -> None:
    page = signed_in.get(LIST).content.decode()
    for measure, url in zip(MEASURES.values(), PDFS, strict=True):
        assert f'href="{url}"' in page
        assert measure.licence in page
    assert "10 items, over the last week" in page


def test_the_pdf_opens_in_the_browser_under_the_measures_name(signed_in: Client) -> None:
    answer = signed_in.get(reverse("questionnaire-pdf", args=[PHQ9.code]))
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'inline; filename="phq9.pdf"'
    assert PHQ9.items[8] in " ".join(
        PdfReader(BytesIO(answer.content)).pages[0].extract_text().split()
    )


def test_switched_off_is_said_and_not_given(signed_in: Client, settings: Settings) -> None:
    settings.CORE10_ITEMS = False
    page = signed_in.get(LIST).content.decode()
    url = reverse("questionnaire-pdf", args=[CORE10.code])
    assert url not in page
    assert "Its item texts are switched off in this installation" in page
    assert signed_in.get(url).status_code == 404
    assert signed_in.get(reverse("questionnaire-pdf", args=[PHQ9.code])).status_code == 200


def test_the_site_leads_there(signed_in: Client) -> None:
    assert f'<a href="{LIST}">Questionnaires</a>' in signed_in.get("/").content.decode()
