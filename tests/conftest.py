"""What every test begins with."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection

from practice.reports.kept_figures import PAGES
from tests.append_only import let_flush_pass
from tests.cast import Cast, make_cast
from tests.installation import Installation

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
def _prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder as the first `serve` leaves it: its secrets, every table, and no practice yet."""
    folder = tmp_path_factory.mktemp("prepared") / "data"
    words = "from practice.management.ready import make_ready; make_ready()"
    result = Installation(folder=folder).run("shell", "--no-imports", "-c", words)
    assert result.returncode == 0, result.stderr
    return folder


@pytest.fixture
def installation(_prepared: Path, tmp_path: Path) -> Installation:
    """One of its own, set up already: for tests of something else than setting up, which takes seconds."""
    folder = tmp_path / "data"
    # With the modes of its files: the secrets are for their owner alone.
    shutil.copytree(_prepared, folder)
    return Installation(folder=folder)
