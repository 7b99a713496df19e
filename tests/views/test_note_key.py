"""The key of the notes: shown to whoever has just created the practice, until it is printed."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from practice import first_run
from practice.models import Practitioner
from tests.cast import Cast
from tests.views.test_practice import START, asked

PAGE = reverse("note-key")
pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client: Client) -> Client:
    """The browser of somebody who has created the practice a moment ago."""
    client.post(START, asked(first_run.offer_code()))
    return client


def keys_on(page: str) -> list[str]:
    """Each key as it would be copied: its groups are set apart by the style sheet alone."""
    parts = page.split('class="note-key"')[1:]
    lines = [part.split(">", 1)[1].split("</p>")[0] for part in parts]
    return [line.replace("<span>", "").replace("</span>", "").strip() for line in lines]


def test_every_key_is_there_to_be_copied(owner: Client) -> None:
    answer = owner.get(PAGE)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert keys_on(page) == list(settings.FIELD_KEYS)
    assert "not in your backups" in page
    # Without script the button could do nothing, and stays away.
    assert "data-print hidden>Print" in page
    # A print-out that says nothing of what it opens would be thrown away.
    assert "Tŷ Ŵyn, " in page
    assert "no-store" in answer["Cache-Control"]


def test_until_it_is_printed(owner: Client) -> None:
    for _again in range(2):
        assert owner.get(PAGE).status_code == 200
    answer = owner.post(PAGE)
    assert answer.status_code == 302
    assert answer["Location"] == reverse("home")
    for method in (owner.get, owner.post):
        assert method(PAGE).status_code == 404


def test_it_is_in_no_session_and_no_log(owner: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    owner.get(PAGE)
    owner.post(PAGE)
    for key in settings.FIELD_KEYS:
        assert key not in str(dict(owner.session))
        assert key not in caplog.text


def test_not_for_the_owner_in_another_session(owner: Client) -> None:
    elsewhere = Client()
    elsewhere.force_login(Practitioner.objects.get())
    assert elsewhere.get(PAGE).status_code == 404


def test_not_for_somebody_else_who_signs_in_in_the_same_browser(
    owner: Client, django_user_model: type[Practitioner]
) -> None:
    other = django_user_model.objects.create_user("other@example.org", "x")
    owner.force_login(other)
    assert owner.get(PAGE).status_code == 404


def test_not_for_anybody_later(cast: Cast, client: Client) -> None:
    assert client.get(PAGE).status_code == 302
    client.force_login(cast.leda)
    assert client.get(PAGE).status_code == 404
