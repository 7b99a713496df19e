"""No way leads round the history: bulk writes raise, and change nothing."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import models, transaction
from pytest_django import DjangoDbBlocker

from practice.models import Episode, Session
from practice.models.kept import HistoryWouldBeLostError
from tests.cast import (
    day,
    make_agreement,
    make_cast,
    make_completion,
    make_episode,
    make_invitation,
    make_meeting,
    make_session,
    saved,
)
from tests.models.lives import LIVES, a_client, contents, every_guarded, history_of

Rows = Any  # managers and querysets: what they refuse is what is tried here


def _field(rows: Rows) -> str:
    # Any field that may be updated will do.
    names = (field.name for field in rows.model._meta.concrete_fields if not field.primary_key)
    return str(next(names))


def _awaited(call: Callable[[], Awaitable[object]]) -> object:
    async def await_it() -> object:
        return await call()

    return async_to_sync(await_it)()


def _same(rows: Rows) -> dict[str, Any]:
    return {_field(rows): models.F(_field(rows))}


def _abulk_update(rows: Rows) -> object:
    # Read before the event loop begins, in which Django would not let it.
    given = list(rows.all())
    return _awaited(lambda: rows.abulk_update(given, [_field(rows)]))


REWRITES: Mapping[str, Callable[[Rows], object]] = {
    "update": lambda rows: rows.update(**_same(rows)),
    "bulk_update": lambda rows: rows.bulk_update(list(rows.all()), [_field(rows)]),
    "delete": lambda rows: rows.all().delete(),
    "_raw_delete": lambda rows: rows.all()._raw_delete("default"),
    "aupdate": lambda rows: _awaited(lambda: rows.aupdate(**_same(rows))),
    "abulk_update": _abulk_update,
    "adelete": lambda rows: _awaited(lambda: rows.all().adelete()),
}
QUIET_WRITES: Mapping[str, Callable[[Rows], object]] = {
    **REWRITES,
    "bulk_create": lambda rows: rows.bulk_create([rows.model()]),
    "abulk_create": lambda rows: _awaited(lambda: rows.abulk_create([rows.model()])),
}
WAYS: Mapping[str, Callable[[Any], Rows]] = {
    "objects": lambda model: model.objects,
    "_default_manager": lambda model: model._default_manager,
    "_base_manager": lambda model: model._base_manager,
    "all": lambda model: model.objects.all(),
    "filter": lambda model: model.objects.filter(pk__gt=0).order_by("pk"),
    "none": lambda model: model.objects.none(),
    "using": lambda model: model.objects.using("default"),
}


@dataclass(frozen=True, kw_only=True)
class Stored:
    """A row of each model, each changed once, and an episode with rows of every relation."""

    episode: int
    contents: Mapping[str, Sequence[Any]]

    def assert_unchanged(self, *, of: type[models.Model], about: str) -> None:
        """Neither the model's own rows nor their history: quicker than to look at everything."""
        for model in (of, history_of(of)):
            found = list(model._base_manager.order_by("pk").values())
            assert found == self.contents[model.__name__], about

    def assert_nothing_changed(self) -> None:
        assert contents() == self.contents


@pytest.fixture(scope="module")
def _stored(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Stored]:
    """Stored once for all tests: each one's own transaction is a savepoint inside this one."""
    with django_db_blocker.unblock(), transaction.atomic():
        cast = make_cast()
        for life in LIVES.values():
            saved(life.make(cast), by=cast.alice, why="a second row")
        # Bob has nothing but this.
        episode = make_episode(client=a_client(cast), holder=cast.bob)
        session = make_session(episode=episode, held_on=day(7))
        make_completion(of=session)
        make_completion(of=episode, on=day(8))
        meeting = make_meeting(service=cast.service, practitioner=cast.bob, held_on=day(9))
        make_agreement(meeting=meeting, episode=episode)
        make_invitation(service=cast.service)
        yield Stored(episode=episode.pk, contents=contents())
        transaction.set_rollback(True)


@pytest.fixture
def stored(_stored: Stored, db: None) -> Stored:
    """For one test, in a transaction of its own."""
    return _stored


every_quiet_write = pytest.mark.parametrize("write", QUIET_WRITES.values(), ids=QUIET_WRITES.keys())


@every_guarded
@every_quiet_write
def test_quiet_writes_raise_and_change_nothing(
    model: type[models.Model], write: Callable[[Rows], object], stored: Stored
) -> None:
    assert stored.contents[model.__name__]
    for way, rows in WAYS.items():
        with pytest.raises(HistoryWouldBeLostError, match=model.__name__):
            write(rows(model))
        stored.assert_unchanged(of=model, about=way)
    stored.assert_nothing_changed()


def test_the_error_says_what_to_do(db: None) -> None:
    with pytest.raises(HistoryWouldBeLostError, match=r"one at a time through practice\.actions"):
        Session.objects.update(minutes=50)


THROUGH_RELATIONS: Mapping[str, Callable[[Any, Any, Any], object]] = {
    "update of an episode's sessions": lambda e, s, f: e.sessions.update(minutes=1),
    "delete of an episode's sessions": lambda e, s, f: e.sessions.all().delete(),
    "bulk_create in an episode": lambda e, s, f: e.sessions.bulk_create([Session(held_on=day(9))]),
    "update of a client's episodes": lambda e, s, f: e.client.episodes.update(note=""),
    "delete of a client's episodes": lambda e, s, f: e.client.episodes.all().delete(),
    "delete of a service's clients": lambda e, s, f: e.client.service.clients.all().delete(),
    "update of an episode's holdings": lambda e, s, f: e.holdings.filter(until=None).update(
        until=day(9)
    ),
    "update of a person's holdings": lambda e, s, f: f.practitioner.holdings.update(until=day(9)),
    "update of a session's forms": lambda e, s, f: s.completions.update(total=0),
    "exclude and delete": lambda e, s, f: s.completions.exclude(total=3).delete(),
    # Django writes these as one update of the rows.
    "clear of an episode's forms": lambda e, s, f: e.lone_completions.clear(),
    "remove of an episode's form": lambda e, s, f: e.lone_completions.remove(
        e.lone_completions.get()
    ),
    "set of an episode's forms": lambda e, s, f: e.lone_completions.set([]),
    "add of a form": lambda e, s, f: e.lone_completions.add(s.completions.get()),
    "add of a session": lambda e, s, f: e.sessions.add(s),
    "update of an episode's agreements": lambda e, s, f: e.agreements.update(due_on=day(9)),
    "delete of a supervision's agreements": lambda e, s, f: (
        f.practitioner.supervision_meetings.get().agreements.all().delete()
    ),
    "update of a person's supervisions": lambda e, s, f: f.practitioner.supervision_meetings.update(
        minutes=1
    ),
    "add of an agreement": lambda e, s, f: e.agreements.add(e.agreements.get()),
    "delete of a service's invitations": lambda e, s, f: (
        e.client.service.invitations.all().delete()
    ),
}


@pytest.mark.parametrize("write", THROUGH_RELATIONS.values(), ids=THROUGH_RELATIONS.keys())
def test_related_managers_are_no_way_round(
    write: Callable[[Any, Any, Any], object], stored: Stored
) -> None:
    episode = Episode.objects.get(pk=stored.episode)
    with pytest.raises(HistoryWouldBeLostError), transaction.atomic():
        write(episode, episode.sessions.get(), episode.holdings.get())
    stored.assert_nothing_changed()


# --- The history itself

HISTORY_WAYS: Mapping[str, Callable[[Any], Rows]] = {
    "objects": lambda model: history_of(model)._default_manager,
    "_base_manager": lambda model: history_of(model)._base_manager,
    "history of a model": lambda model: model.history,
    "history of a row": lambda model: (
        model.objects.get(pk=model.history.latest("history_id").id).history
    ),
}


@pytest.mark.parametrize("way", HISTORY_WAYS.values(), ids=HISTORY_WAYS.keys())
@pytest.mark.parametrize("write", REWRITES.values(), ids=REWRITES.keys())
def test_history_is_never_rewritten(
    way: Callable[[Any], Rows], write: Callable[[Rows], object], stored: Stored
) -> None:
    for model in LIVES:
        assert stored.contents[history_of(model).__name__]
        with pytest.raises(HistoryWouldBeLostError):
            write(way(model))
        stored.assert_unchanged(of=model, about=model.__name__)
    stored.assert_nothing_changed()
