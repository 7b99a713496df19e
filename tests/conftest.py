"""What every test begins with."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from practice.models import Practitioner
from practice.reports.kept_figures import PAGES
from tests.append_only import let_flush_pass
from tests.cast import Cast, make_cast
from tests.installation import DATABASE, Installation

ROOT = Path(__file__).resolve().parent.parent
Run = Callable[..., "subprocess.CompletedProcess[str]"]
VENDORS = {"sqlite": "sqlite", "postgres": "postgresql"}


@pytest.fixture(autouse=True, scope="session")
def _right_database() -> None:
    """No run may test another database than the one it was asked for."""
    assert connection.vendor == VENDORS[os.environ["TEST_DB"]]


@pytest.fixture(autouse=True, scope="session")
def _flush_passes() -> Iterator[None]:
    """The audit is never emptied: but between tests it is."""
    with pytest.MonkeyPatch.context() as patch:
        let_flush_pass(patch)
        yield


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """The limits on guessing count in the cache: one test's guesses must not shut out the next."""
    cache.clear()
    # A test's rows are taken back, and the next may number its own as they were.
    PAGES.forget()


@pytest.fixture
def cast(db: None) -> Cast:
    """Two services and their people: see tests/cast.py."""
    return make_cast()


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs manage.py as a user would, with a data folder of its own."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PRACTICE_", "DATABASE_URL", "DJANGO_"))
    }
    environment |= {"PRACTICE_DATA": str(tmp_path / "data"), "PRACTICE_NO_BOOTSTRAP": "1"}

    def command(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    return command


@pytest.fixture(scope="session")
def set_up(
    tmp_path_factory: pytest.TempPathFactory,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
) -> Path:
    """An SQLite file as the first command leaves it: every table, and no practice yet.

    To be copied, by tests of something else than setting up, which takes seconds.
    """
    folder = tmp_path_factory.mktemp("set-up")
    folder.chmod(0o700)
    with django_db_blocker.unblock():
        # Not made where no test of the run asks for it.
        is_there = Practitioner._meta.db_table in connection.introspection.table_names()
    if connection.vendor != "sqlite" or not is_there:
        words = "from practice.management.ready import make_ready; make_ready()"
        result = Installation(folder=folder).run("shell", "--no-imports", "-c", words)
        assert result.returncode == 0, result.stderr
        return folder / DATABASE
    # The tests' own database was made by the same steps.
    with django_db_blocker.unblock(), closing(sqlite3.connect(folder / DATABASE)) as copy:
        connection.ensure_connection()
        own: Any = connection.connection
        own.backup(copy)
        # As the program opens it: a property of the file.
        assert copy.execute("PRAGMA journal_mode = wal").fetchone() == ("wal",)
        # Whoever came before left nothing in it.
        assert copy.execute("SELECT count(*) FROM practice_practitioner").fetchone() == (0,)
    (folder / DATABASE).chmod(0o600)
    return folder / DATABASE


@pytest.fixture
def installation(set_up: Path, tmp_path: Path) -> Installation:
    """One of its own, set up already: for tests of something else than setting up, which takes seconds."""
    return Installation(folder=tmp_path / "data").with_database(set_up)
