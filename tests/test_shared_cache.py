"""The cache in the database: a write that is refused is told, and not taken for "there already"."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.management import call_command
from django.db import DatabaseError, OperationalError, connection, transaction
from pytest_django import Settings

from practice.shared_cache import SharedCache

TABLE = "practice_cache"
pytestmark = pytest.mark.django_db


@pytest.fixture
def cache(settings: Settings) -> SharedCache:
    """As the settings of an installation have it; the tests' own is in memory."""
    kind = f"{SharedCache.__module__}.{SharedCache.__qualname__}"
    settings.CACHES = {"default": {"BACKEND": kind, "LOCATION": TABLE}}
    call_command("createcachetable", verbosity=0)
    return SharedCache(TABLE, {})


@contextmanager
def refused(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every transaction ends as on a full disk: only what it would have stored is lost."""
    really = transaction.Atomic.__exit__

    def full(self: transaction.Atomic, *_: object) -> None:
        problem = DatabaseError("full")
        really(self, DatabaseError, problem, None)
        raise problem

    with monkeypatch.context() as patch:
        patch.setattr(transaction.Atomic, "__exit__", full)
        yield


def test_it_keeps_and_counts(cache: SharedCache) -> None:
    assert cache.add("guesses", 1)
    assert not cache.add("guesses", 5)
    cache.set("guesses", 2)
    assert cache.incr("guesses") == 3
    cache.delete("guesses")
    assert cache.get("guesses") is None
    assert not cache.touch("guesses")


def test_a_write_that_is_refused(cache: SharedCache, monkeypatch: pytest.MonkeyPatch) -> None:
    with refused(monkeypatch):
        with pytest.raises(OperationalError):
            cache.add("guesses", 1)
        with pytest.raises(OperationalError):
            cache.set("guesses", 1)
    assert cache.get("guesses") is None
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {TABLE}")  # noqa: S608 - the name above
        assert cursor.fetchone()[0] == 0


def test_where_somebody_else_was_quicker(
    cache: SharedCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two at once under one key: the other's entry stands, and that is what "add" promises."""
    cache.set("guesses", 1)
    with refused(monkeypatch):
        assert not cache.add("guesses", 2)
        cache.set("guesses", 2)
    assert cache.get("guesses") == 1
