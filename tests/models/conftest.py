"""What the tests of the models share."""

from collections.abc import Iterator
from contextlib import ExitStack
from copy import deepcopy

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from tests.cast import Cast, make_cast
from tests.models.edges import World, make_world


class _Worlds:
    """One world for many tests: each one's own transaction is a savepoint inside the world's."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._world: World | None = None

    def up(self) -> World:
        """The world as it was made, if it is not there already."""
        if self._world is None:
            self._stack.enter_context(transaction.atomic())
            self._world = make_world(make_cast())
        return self._world

    def down(self) -> None:
        """An empty database."""
        if self._world is not None:
            transaction.set_rollback(True)
            self._stack.close()
            self._world = None


@pytest.fixture(scope="module")
def _worlds(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[_Worlds]:
    with django_db_blocker.unblock():
        worlds = _Worlds()
        yield worlds
        worlds.down()


@pytest.fixture
def _up(_worlds: _Worlds) -> World:
    return _worlds.up()


@pytest.fixture
def world(_up: World, db: None) -> World:
    """For one test: what it changes in memory is not there for the next, like its rows."""
    return deepcopy(_up)


@pytest.fixture
def _down(_worlds: _Worlds) -> None:
    _worlds.down()


@pytest.fixture
def cast(_down: None, db: None) -> Cast:
    """The usual people, and nothing of a world."""
    return make_cast()
