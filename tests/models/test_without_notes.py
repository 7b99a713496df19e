"""The key of the notes is lost: everything else goes on, and what is stored of them stays."""

import copy

import pytest
from cryptography.fernet import Fernet
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from practice.models import Episode
from practice.models.encrypted import CANNOT_BE_READ, UnreadableNoteError, UnreadableText
from tests.cast import Cast, make_client, make_episode, saved
from tests.pgplug import FIELD_KEY

pytestmark = pytest.mark.django_db
NOTE = "Spoke of her sister Ŵyn"


@pytest.fixture
def episode(cast: Cast, settings: Settings) -> Episode:
    row = make_episode(client=make_client(service=cast.service), holder=cast.alice, note=NOTE)
    settings.FIELD_KEYS = (Fernet.generate_key().decode(),)
    settings.WITHOUT_NOTES = True
    return Episode.objects.get(pk=row.pk)


def stored() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT note FROM practice_episode")
        return str(cursor.fetchone()[0])


def test_a_save_of_something_else_keeps_the_note(
    episode: Episode, cast: Cast, settings: Settings
) -> None:
    before = stored()
    assert episode.note == CANNOT_BE_READ
    episode.planned_sessions = 12
    saved(episode, by=cast.alice, why="agreed")
    assert stored() == before
    # The key is found again.
    settings.FIELD_KEYS = (FIELD_KEY,)
    assert Episode.objects.get().note == NOTE
    assert {row.note for row in Episode.history.all()} == {NOTE}


def test_the_words_in_its_place_are_never_stored_over_it(episode: Episode) -> None:
    before = stored()
    episode.note = str(CANNOT_BE_READ)
    with pytest.raises(UnreadableNoteError), transaction.atomic():
        episode.save()
    assert stored() == before


def test_a_new_note_can_be_written(episode: Episode, cast: Cast) -> None:
    episode.note = "From here on"
    saved(episode, by=cast.alice)
    assert Episode.objects.get().note == "From here on"


def test_a_copy_carries_it_too() -> None:
    for made in (copy.copy(UnreadableText("e1:abc")), copy.deepcopy(UnreadableText("e1:abc"))):
        assert isinstance(made, UnreadableText)
        assert made.stored == "e1:abc"


def test_the_pages_say_so(episode: Episode, cast: Cast, client: Client) -> None:
    client.force_login(cast.alice)
    page = client.get(reverse("episode-detail", args=[episode.uid]))
    assert page.status_code == 200
    assert CANNOT_BE_READ in page.content.decode()
