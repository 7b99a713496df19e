"""A real database of a test's own, in which everything is stored for good: others' programs see it."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
from django.conf import settings as django_settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from tests.pgplug import FIELD_KEY, SECRET_KEY

ROOT = Path(__file__).resolve().parent.parent.parent
NAME = "faults"


@dataclass(frozen=True, kw_only=True)
class Place:
    """An installation. url: its database, as programs started beside are told of it."""

    folder: Path
    url: str

    def _environment(self, **variables: str) -> dict[str, str]:
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
            **variables,
        }

    def killed(self, point: str, number: int, *words: str | Path, **variables: str) -> None:
        """Run a program that is killed there; it must have come so far."""
        ended = self._run(
            "-m", "tests.faults.killed", point, str(number), *map(str, words), **variables
        )
        assert ended.returncode == -signal.SIGKILL, ended.stdout + ended.stderr

    def _run(self, *words: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, *words],
            cwd=ROOT,
            env=self._environment(**variables),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )


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
            "timeout": 0.3,
        }
    connections["default"] = own
    try:
        yield place
    finally:
        own.close()
        connections["default"] = whole
