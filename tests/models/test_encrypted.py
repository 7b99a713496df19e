"""Encrypted notes: what is written comes back, or there is an error; never anything else."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.apps import apps
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import connection, models
from django.db.models import Q
from django.forms import modelform_factory
from pytest_django import Settings

from practice.models import (
    Agreement,
    CaseloadUpload,
    Client,
    Episode,
    Resolution,
    RiskResponse,
    Session,
    Target,
)
from practice.models.encrypted import EncryptedTextField, UnreadableNoteError, is_written
from practice.models.kept import KeptForever
from tests.cast import (
    Cast,
    day,
    make_agreement,
    make_client,
    make_completion,
    make_episode,
    make_meeting,
    make_resolution,
    make_risk_response,
    make_session,
    make_target,
    saved,
)

WORDS = "Spoke of her sister Ŵyn"
FIELD = EncryptedTextField()


@pytest.fixture
def episode(cast: Cast) -> Episode:
    client = make_client(service=cast.service)
    return make_episode(client=client, holder=cast.alice, note=WORDS)


def in_table(model: type[models.Model], column: str = "note") -> list[str]:
    """The column as the database holds it."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {column} FROM "{model._meta.db_table}"')  # noqa: S608 - no input
        return [value for (value,) in cursor.fetchall()]


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "Ŵyn, Łukasz and Zoë",
        "🙂 👩‍👩‍👧",
        " leading and trailing \n",
        "<b>bold</b> & 'quoted' \"twice\"; DROP TABLE--",
        "NUL \x00 and the like \x1b",
        "e1:gAAAAA",
        "long " * 50_000,
    ],
    ids=lambda text: ascii(text[:20]),
)
def test_round_trip(cast: Cast, text: str) -> None:
    episode = make_episode(client=make_client(service=cast.service), holder=cast.alice, note=text)
    assert Episode.objects.get(pk=episode.pk).note == text
    assert Episode.objects.values_list("note", flat=True).get() == text
    (stored,) = in_table(Episode)
    assert stored.startswith("e1:")
    assert stored != text
    # Chance may put a few letters of a short text into any ciphertext.
    assert len(text) < 10 or text not in stored


def test_no_note_is_no_secret(cast: Cast, settings: Settings) -> None:
    """'' stays '' and None stays None, also where there is no key."""
    settings.FIELD_KEYS = []
    episode = make_episode(client=make_client(service=cast.service), holder=cast.alice)
    assert in_table(Episode) == [""]
    assert Episode.objects.get(pk=episode.pk).note == ""
    for nothing in ("", None):
        assert FIELD.get_prep_value(nothing) == nothing
        assert FIELD.from_db_value(nothing) == nothing


def test_the_same_words_never_look_the_same(cast: Cast) -> None:
    client = make_client(service=cast.service)
    for number in range(1, 4):
        make_episode(client=client, holder=cast.alice, number=number, note=WORDS)
    assert len(set(in_table(Episode))) == 3


def test_saving_what_was_read_encrypts_once(cast: Cast, episode: Episode) -> None:
    for _ in range(3):
        saved(Episode.objects.get(pk=episode.pk), by=cast.alice)
    assert Episode.objects.get(pk=episode.pk).note == WORDS
    assert [note.count("e1:") for note in in_table(Episode)] == [1]


def test_wrong_key_is_an_error_and_never_a_text(episode: Episode, settings: Settings) -> None:
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    reads = (
        lambda: Episode.objects.get(pk=episode.pk),
        lambda: list(Episode.objects.values("note")),
        episode.refresh_from_db,
        lambda: list(Episode.history.all()),
    )
    for read in reads:
        with pytest.raises(UnreadableNoteError) as refused:
            read()
        assert "FIELD_KEYS" in str(refused.value)
        assert in_table(Episode)[0][3:20] not in str(refused.value)


@pytest.mark.parametrize("stored", ["e1:", "e1:gAAAAA", WORDS, "\x00", "Ŵ"], ids=ascii)
def test_what_no_key_wrote_is_unreadable(stored: str) -> None:
    with pytest.raises(UnreadableNoteError):
        FIELD.from_db_value(stored)


def test_a_changed_letter_is_unreadable() -> None:
    written = FIELD.get_prep_value(WORDS)
    changed = written[:50] + ("A" if written[50] != "A" else "B") + written[51:]
    with pytest.raises(UnreadableNoteError):
        FIELD.from_db_value(changed)


def test_keys_change_without_a_gap(settings: Settings) -> None:
    """The first key writes, every one reads; the old one goes when nothing needs it any more."""
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    settings.FIELD_KEYS = [old]
    by_old = FIELD.get_prep_value(WORDS)
    settings.FIELD_KEYS = [new, old]
    by_new = FIELD.get_prep_value(WORDS)
    assert FIELD.from_db_value(by_old) == FIELD.from_db_value(by_new) == WORDS

    settings.FIELD_KEYS = [new]
    assert FIELD.from_db_value(by_new) == WORDS
    with pytest.raises(UnreadableNoteError):
        FIELD.from_db_value(by_old)


def test_without_a_key_nothing_is_written_or_read(
    cast: Cast, episode: Episode, settings: Settings
) -> None:
    settings.FIELD_KEYS = []
    with pytest.raises(ImproperlyConfigured, match="FIELD_KEYS is empty"):
        Episode.objects.get(pk=episode.pk)
    episode.note = "something new"
    with pytest.raises(ImproperlyConfigured, match="FIELD_KEYS is empty"):
        saved(episode, by=cast.alice)


@pytest.mark.parametrize(
    "lookup", ["exact", "iexact", "contains", "startswith", "in", "gt", "regex", "range", "year"]
)
def test_notes_cannot_be_searched(db: None, lookup: str) -> None:
    ways: list[tuple[Any, str]] = [
        (Episode.objects, "note"),
        (Session.objects, "note"),
        (Episode.history, "note"),
        (Client.objects, "episodes__note"),
        (Episode.objects, "pause_reason"),
        (RiskResponse.objects, "asked"),
        (Agreement.history, "agreed"),
        (CaseloadUpload.objects, "content"),
    ]
    for rows, name in ways:
        with pytest.raises(FieldError):
            rows.filter(**{f"{name}__{lookup}": WORDS})
        with pytest.raises(FieldError):
            rows.exclude(**{f"{name}__{lookup}": WORDS})


def test_notes_cannot_be_found_by_their_words(episode: Episode) -> None:
    with pytest.raises(FieldError):
        Episode.objects.filter(note=WORDS)
    assert Episode.objects.filter(note__isnull=False).get() == episode
    assert not Episode.objects.filter(note__isnull=True).exists()


def test_threads_do_not_mix(settings: Settings) -> None:
    settings.FIELD_KEYS = [Fernet.generate_key().decode() for _ in range(2)]

    def there_and_back(number: int) -> bool:
        text = f"{WORDS} {number}"
        return FIELD.from_db_value(FIELD.get_prep_value(text)) == text

    with ThreadPoolExecutor(max_workers=8) as threads:
        assert all(threads.map(there_and_back, range(2000)))


def test_a_form_with_an_error_changes_no_reading(cast: Cast, episode: Episode) -> None:
    """A known fault of fields like this one: after one invalid form they return ciphertext."""
    form_class = modelform_factory(Episode, fields=["note", "planned_sessions"])
    read = Episode.objects.get(pk=episode.pk)
    form = form_class({"note": WORDS, "planned_sessions": "0"}, instance=read)
    assert not form.is_valid()
    assert form["note"].value() == WORDS
    assert Episode.objects.get(pk=episode.pk).note == WORDS

    form = form_class({"note": "Other words", "planned_sessions": "6"}, instance=read)
    assert form.is_valid()
    saved(form.save(commit=False), by=cast.alice)
    assert Episode.objects.get(pk=episode.pk).note == "Other words"


def test_history_holds_no_words_either(cast: Cast, episode: Episode) -> None:
    session = make_session(episode=episode, held_on=day(7), by=cast.alice, note=WORDS)
    # Both ways into the history: one row at a time, and many at once.
    Session.objects.create_all(
        [Session(episode=episode, held_on=day(14), note=WORDS)], by=cast.alice, why="import"
    )
    session.note = "Other words"
    saved(session, by=cast.alice)
    for model in (Session, Session.history.model, Episode, Episode.history.model):
        kept = in_table(model)
        assert kept
        assert all(note.startswith("e1:") and " " not in note for note in kept)
    after, before = session.history.all()
    assert (before.note, after.note) == (WORDS, "Other words")


# --- Every column of words about a client


def encrypted_columns() -> set[tuple[type[models.Model], str]]:
    """Every column of the practice's own tables that is encrypted, history aside."""
    return {
        (model, field.name)
        for model in apps.get_app_config("practice").get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, EncryptedTextField) and not issubclass(model, KeptForever)
    }


def test_what_is_encrypted() -> None:
    """Free words about a client, or a whole file of them: a column less here wants a reason."""
    assert encrypted_columns() == {
        (Client, "hold_reason"),
        (Episode, "note"),
        (Episode, "found"),
        (Episode, "would_try"),
        (Episode, "pause_reason"),
        (Session, "note"),
        (RiskResponse, "asked"),
        (RiskResponse, "done"),
        (Agreement, "agreed"),
        (Resolution, "will_try"),
        (Resolution, "expects"),
        (Target, "why"),
        (CaseloadUpload, "content"),
    }


def test_every_one_is_encrypted_in_its_table_and_in_its_history(cast: Cast) -> None:
    episode = make_episode(
        client=make_client(service=cast.service, held_on=day(1), hold_reason=WORDS),
        holder=cast.alice,
        note=WORDS,
        found=WORDS,
        would_try=WORDS,
        paused_until=day(30),
        pause_reason=WORDS,
    )
    session = make_session(episode=episode, held_on=day(7), by=cast.alice, note=WORDS)
    make_risk_response(to=make_completion(of=session), by=cast.alice, asked=WORDS, done=WORDS)
    meeting = make_meeting(service=cast.service, practitioner=cast.alice, held_on=day(9))
    make_agreement(meeting=meeting, episode=episode, agreed=WORDS)
    make_resolution(service=cast.service, practitioner=cast.alice, will_try=WORDS, expects=WORDS)
    make_target(service=cast.service, practitioner=cast.alice, why=WORDS)
    CaseloadUpload(service=cast.service, uploaded_by=cast.alice, content=WORDS).save()
    for model, column in encrypted_columns():
        kept: Any = model
        tables = [kept, kept.history.model] if hasattr(kept, "history") else [kept]
        for table in tables:
            (stored,) = in_table(table, column)
            assert stored.startswith("e1:"), (table, column)
            assert "sister" not in stored
            assert table._default_manager.values_list(column, flat=True).get() == WORDS


def test_a_constraint_on_words_does_not_read_them(cast: Cast, settings: Settings) -> None:
    """The database asks only whether there are any: a row is checked where its key is not."""
    episode = make_episode(
        client=make_client(service=cast.service),
        holder=cast.alice,
        paused_until=day(30),
        pause_reason=WORDS,
    )
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    rows = Episode.objects.filter(is_written("pause_reason"), ~Q(is_written("found")))
    assert list(rows.values_list("pk", flat=True)) == [episode.pk]
