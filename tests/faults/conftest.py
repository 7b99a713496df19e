"""A real database of a test's own, in which everything is stored for good: others' programs see it."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
import traceback
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, cast

import pytest
from django.conf import settings as django_settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from tests.faults import killed
from tests.pgplug import FIELD_KEY, SECRET_KEY

ROOT = Path(__file__).resolve().parent.parent.parent
NAME = "faults"
TOO_LONG = 60.0


@dataclass(frozen=True, kw_only=True)
class Place:
    """An installation. url: its database, as programs started beside are told of it."""

    folder: Path
    url: str

    def environment(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PRACTICE_", "DATABASE_URL", "DJANGO_"))
        }
        return kept | {
            "PRACTICE_DATA": str(self.folder),
            "PRACTICE_NO_BOOTSTRAP": "1",
            "PRACTICE_FIELD_KEYS": FIELD_KEY,
            "PRACTICE_SECRET_KEY": SECRET_KEY,
            "DATABASE_URL": self.url,
        }

    def killed(self, point: str, number: int, *words: str | Path) -> None:
        """Do something in a process of its own that is killed there; it must have come so far.

        The process is a copy of this one, which knows the program already; its connection is its own.
        """
        connections["default"].close()
        with warnings.catch_warnings():
            # Of threads that might hold a lock: the only other one waits for the test runner's next word.
            warnings.simplefilter("ignore", DeprecationWarning)
            number_of_copy = os.fork()
        if not number_of_copy:
            self._as_a_copy(point, number, *map(str, words))
        assert _ended(number_of_copy) == signal.SIGKILL

    def _as_a_copy(self, point: str, number: int, *words: str) -> NoReturn:
        try:
            django_settings.DATA_DIR = self.folder
            killed.do(point, number, *words)
        except BaseException:  # noqa: BLE001 - nothing of the copy may go on as the test runner
            traceback.print_exc()
        finally:
            os._exit(1)

    def program_killed(self, point: str, number: int, *words: str | Path) -> None:
        """The same in a program of its own, started as anybody would: slower by all that it must load."""
        ended = subprocess.run(
            [sys.executable, "-m", "tests.faults.killed", point, str(number), *map(str, words)],
            cwd=ROOT,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=TOO_LONG,
        )
        assert ended.returncode == -signal.SIGKILL, ended.stdout + ended.stderr


def _ended(process: int) -> int:
    """The signal that ended it; 0 where it came to its own end."""
    until = time.monotonic() + TOO_LONG
    while time.monotonic() < until:
        found, status = os.waitpid(process, os.WNOHANG)
        if found:
            return os.WTERMSIG(status)
        time.sleep(0.005)
    os.kill(process, signal.SIGTERM)
    raise AssertionError("it does not end")


@pytest.fixture
def place(tmp_path: Path, transactional_db: None) -> Iterator[Place]:
    """A copy of the empty database of the tests, which is this process's database meanwhile, too."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    whole = connections["default"]
    make = _on_sqlite if whole.vendor == "sqlite" else _on_postgresql
    yield from make(whole, folder)


def _on_sqlite(whole: BaseDatabaseWrapper, folder: Path) -> Iterator[Place]:
    path = folder / "practice.sqlite3"
    whole.ensure_connection()
    copy = sqlite3.connect(path)
    cast(Any, whole.connection).backup(copy)
    copy.close()
    yield from _in_place(whole, name=str(path), place=Place(folder=folder, url=""))


def _on_postgresql(whole: BaseDatabaseWrapper, folder: Path) -> Iterator[Place]:
    old = str(whole.settings_dict["NAME"])
    new = f"{old}_{NAME}"
    # A database that somebody is connected to cannot be copied.
    whole.close()
    _on_server(whole, f'DROP DATABASE IF EXISTS "{new}" WITH (FORCE)')
    _on_server(whole, f'CREATE DATABASE "{new}" TEMPLATE "{old}"')
    # Here rows are stored for good: it may plan as it does elsewhere.
    _on_server(whole, f'ALTER DATABASE "{new}" SET enable_nestloop = on')
    url = os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{new}"
    try:
        yield from _in_place(whole, name=new, place=Place(folder=folder, url=url))
    finally:
        _on_server(whole, f'DROP DATABASE "{new}" WITH (FORCE)')


def _on_server(whole: BaseDatabaseWrapper, statement: str) -> None:
    # As Django itself makes and drops the databases of tests: from one that is always there.
    with cast(Any, whole)._nodb_cursor() as cursor:
        cursor.execute(statement)


def _in_place(whole: BaseDatabaseWrapper, *, name: str, place: Place) -> Iterator[Place]:
    own = type(whole)({**whole.settings_dict, "NAME": name}, "default")
    if own.vendor == "sqlite":
        # Waiting for another writer takes its time, which is not what is tested.
        own.settings_dict["OPTIONS"] = {
            **django_settings.DATABASES["default"]["OPTIONS"],
            "timeout": 0.1,
        }
    connections["default"] = own
    try:
        yield place
    finally:
        own.close()
        connections["default"] = whole
