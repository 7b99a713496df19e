"""History: every change keeps who, when, what before and after, and why."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from simple_history.manager import HistoryManager

from practice.models import Episode, Practitioner, Session
from practice.models.kept import HistoryWouldBeLostError, KeptQuerySet
from tests.cast import Cast, day, make_client, make_completion, make_practitioner, saved
from tests.models.lives import (
    EXEMPT,
    GONE_WITH_THEIR_ACCOUNT,
    GUARDED,
    LIVES,
    WITHOUT_HISTORY,
    a_session,
    an_episode,
    every_guarded,
    every_model,
    history_of,
    with_history,
)

# --- Every model is classed


def test_every_model_is_classed() -> None:
    """A new model fails here until somebody says what it is."""
    known = {*with_history(), *map(history_of, with_history()), *WITHOUT_HISTORY}
    assert set(apps.get_app_config("practice").get_models(include_auto_created=True)) == known
    assert len(GUARDED) + len(EXEMPT) + len(WITHOUT_HISTORY) == len(
        {*GUARDED, *EXEMPT, *WITHOUT_HISTORY}
    )
    assert all([*EXEMPT.values(), *WITHOUT_HISTORY.values()])


def test_every_guarded_model_has_a_life() -> None:
    assert set(LIVES) == set(with_history())


def test_what_has_no_history_really_has_none() -> None:
    """And nothing clinical leans on it, so that nothing of a client goes with it."""
    for model in WITHOUT_HISTORY:
        assert not hasattr(model, "history")
        pointing = [one for one in model._meta.get_fields() if one.auto_created and one.is_relation]
        assert pointing == []


@every_guarded
def test_every_manager_is_guarded(model: type[models.Model]) -> None:
    for manager in (model._default_manager, model._base_manager, *model._meta.managers):
        assert isinstance(manager.all(), KeptQuerySet)
    # Django's own deletions and related managers go by these two.
    assert model._meta.base_manager_name == "objects"
    assert model._default_manager.name == "objects"


@pytest.mark.parametrize("model", [*with_history(), *WITHOUT_HISTORY])
def test_nothing_is_deleted_along(model: type[models.Model]) -> None:
    """PROTECT on every foreign key of every model, clinical or not, and on those Django adds."""
    for field in model._meta.get_fields():
        if field.is_relation and field.concrete and not field.many_to_many:
            assert field.remote_field is not None
            wanted = models.CASCADE if model in GONE_WITH_THEIR_ACCOUNT else models.PROTECT
            assert field.remote_field.on_delete is wanted, field


@every_model
def test_history_outlives_what_it_tells_of(model: type[models.Model]) -> None:
    fields: Any = history_of(model)._meta.concrete_fields
    for field in fields:
        if field.is_relation and field.name != "history_user":
            assert field.remote_field.on_delete is models.DO_NOTHING, field
            assert not field.db_constraint


# --- One row at a time: created, changed, deleted


@every_model
def test_each_change_keeps_who_when_what_and_why(model: Any, cast: Cast) -> None:
    life, begun = LIVES[model], timezone.now()
    row: Any = life.make(cast)
    key = row.pk
    setattr(row, life.field, life.after)
    saved(row, by=cast.bob, why="a slip of the pen")
    row._history_user, row._change_reason = cast.leda, "asked for by the client"
    row.delete()

    deleted, changed, created = model.history.filter(id=key)
    assert [each.history_type for each in (created, changed, deleted)] == ["+", "~", "-"]
    assert [each.history_user for each in (created, changed, deleted)] == [
        cast.alice,
        cast.bob,
        cast.leda,
    ]
    assert begun <= created.history_date <= changed.history_date <= deleted.history_date
    assert deleted.history_date <= timezone.now()
    assert [changed.history_change_reason, deleted.history_change_reason] == [
        "a slip of the pen",
        "asked for by the client",
    ]
    assert [getattr(each, life.field) for each in (created, changed, deleted)] == [
        life.before,
        life.after,
        life.after,
    ]
    assert changed.diff_against(created).changed_fields == [life.field]


def test_a_password_is_in_no_history(cast: Cast) -> None:
    make_practitioner(email="erin@example.org", password="correct horse")
    assert "password" not in {field.name for field in history_of(Practitioner)._meta.get_fields()}


def test_a_long_reason_is_kept_whole(cast: Cast) -> None:
    client = make_client(service=cast.service)
    saved(client, by=cast.alice, why="because " * 500)
    assert client.history.first().history_change_reason == "because " * 500


def test_who_stays_known_after_a_person_is_gone(cast: Cast) -> None:
    """Either the person cannot be deleted any more, or the history still says who it was."""
    client = make_client(service=cast.service)
    gone = make_practitioner(email="gone@example.org")
    saved(client, by=gone, why="a slip of the pen")
    key = gone.pk
    try:
        with transaction.atomic():
            gone.delete()
    except (models.ProtectedError, models.RestrictedError, HistoryWouldBeLostError, IntegrityError):
        assert Practitioner.objects.filter(pk=key).exists()
    assert client.history.first().history_user_id == key


# --- Many rows at once


def some_sessions(episode: Episode, *, days: range) -> list[Session]:
    return [Session(episode=episode, held_on=day(number)) for number in days]


def test_create_all_keeps_history_of_each_row(cast: Cast) -> None:
    episode = an_episode(cast)
    created = Session.objects.create_all(
        some_sessions(episode, days=range(3)), by=cast.bob, why="import of sessions.csv"
    )
    assert [session.pk for session in created] == [
        session.pk for session in Session.objects.order_by("held_on")
    ]
    for session in created:
        (kept,) = session.history.all()
        assert (kept.history_type, kept.history_user) == ("+", cast.bob)
        assert kept.history_change_reason == "import of sessions.csv"
        assert (kept.episode_id, kept.held_on, kept.uid) == (
            episode.pk,
            session.held_on,
            session.uid,
        )


def test_create_all_by_a_command_has_nobody(cast: Cast) -> None:
    Session.objects.create_all(
        some_sessions(an_episode(cast), days=range(1)), by=None, why="import_caseload"
    )
    kept = Session.history.get()
    assert kept.history_user is None
    assert kept.history_change_reason == "import_caseload"


def test_create_all_through_a_related_manager(cast: Cast) -> None:
    episode = an_episode(cast)
    rows: Any = episode.sessions
    rows.create_all(some_sessions(episode, days=range(2)), by=cast.bob, why="import")
    assert episode.sessions.count() == Session.history.count() == 2


def test_create_all_is_all_or_none(cast: Cast) -> None:
    episode = an_episode(cast)
    bad = [*some_sessions(episode, days=range(600)), Session(episode=episode, held_on=day(599))]
    with pytest.raises(IntegrityError):
        Session.objects.create_all(bad, by=cast.bob, why="import")
    assert not Session.objects.exists()
    assert not Session.history.exists()


def test_create_all_keeps_no_row_without_its_history(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object, **kwargs: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(HistoryManager, "bulk_history_create", full)
    with pytest.raises(OSError, match="no space left"):
        Session.objects.create_all(
            some_sessions(an_episode(cast), days=range(3)), by=cast.bob, why="import"
        )
    assert not Session.objects.exists()
    assert not Session.history.exists()


def test_delete_all_keeps_a_last_row_of_each(cast: Cast) -> None:
    episode = an_episode(cast)
    made = Session.objects.create_all(
        some_sessions(episode, days=range(3)), by=cast.bob, why="import"
    )
    now = timezone.now()
    rows = Session.objects.filter(pk__in=[row.pk for row in made[:2]])
    assert rows.delete_all(by=cast.leda, why="undone", now=now) == 2
    assert list(Session.objects.all()) == [made[2]]
    for row in made[:2]:
        last, first = Session.history.filter(id=row.pk)
        assert (last.history_type, last.history_user, last.history_change_reason) == (
            "-",
            cast.leda,
            "undone",
        )
        assert last.history_date == now
        assert (first.history_type, last.held_on) == ("+", first.held_on)


def test_delete_all_of_none(cast: Cast) -> None:
    assert Session.objects.all().delete_all(by=cast.bob, why="", now=timezone.now()) == 0


def test_delete_all_takes_nothing_that_something_hangs_on(cast: Cast) -> None:
    session = a_session(cast)
    make_completion(of=session, by=cast.alice)

    def deleted() -> None:
        with transaction.atomic():
            Session.objects.all().delete_all(by=cast.bob, why="", now=timezone.now())
            connection.check_constraints()

    with pytest.raises(IntegrityError):
        deleted()
    assert list(Session.objects.all()) == [session]
    assert [row.history_type for row in Session.history.all()] == ["+"]


def test_create_all_of_none(cast: Cast) -> None:
    assert list(Session.objects.create_all([], by=cast.bob, why="import")) == []


def test_create_all_writes_in_batches(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    episode = an_episode(cast)
    with django_assert_max_num_queries(20):
        Session.objects.create_all(
            some_sessions(episode, days=range(501)), by=cast.bob, why="import"
        )
    assert Session.objects.count() == Session.history.count() == 501


def test_history_is_dated_by_the_clock_alone(cast: Cast) -> None:
    """With a zone, so that two changes on either side of midnight stand in order."""
    begun = datetime.now(UTC)
    client = make_client(service=cast.service)
    kept = client.history.get()
    assert kept.history_date.tzinfo is not None
    assert begun <= kept.history_date <= datetime.now(UTC)
