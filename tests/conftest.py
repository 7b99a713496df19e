"""What every test begins with."""

from __future__ import annotations

import os

import pytest
from django.core.cache import cache
from django.db import connection

from tests.cast import Cast, make_cast

VENDORS = {"sqlite": "sqlite", "postgres": "postgresql"}


@pytest.fixture(autouse=True, scope="session")
def _right_database() -> None:
    """No run may test another database than the one it was asked for."""
    assert connection.vendor == VENDORS[os.environ["TEST_DB"]]


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """The limits on guessing count in the cache: one test's guesses must not shut out the next."""
    cache.clear()


@pytest.fixture
def cast(db: None) -> Cast:
    """Two services and their people: see tests/cast.py."""
    return make_cast()
