"""DATABASE_URL: what is understood, and what is refused without showing a password."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from practice.databases import POSTGRESQL, SQLITE, database_from_url, has_tables, sqlite_database

BASE = Path("/base")


def test_postgresql_over_the_network() -> None:
    found = database_from_url("postgres://ann:p%40ss@db.example:5433/practice", base=BASE)
    assert found["ENGINE"] == POSTGRESQL
    assert (found["USER"], found["PASSWORD"]) == ("ann", "p@ss")
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("db.example", 5433, "practice")
    assert found["CONN_MAX_AGE"] > 0
    assert found["CONN_HEALTH_CHECKS"] is True


def test_options_of_the_driver_pass() -> None:
    found = database_from_url("postgresql://u@h/n?sslmode=verify-full", base=BASE)
    assert found["OPTIONS"]["sslmode"] == "verify-full"


@pytest.mark.parametrize(
    "url",
    ["postgres://u@%2Frun%2FMy%20Server/n", "postgres://u:p@%2Frun%2FMy%20Server:5433/n"],
    ids=["folder", "folder with port"],
)
def test_socket_folder_keeps_its_capitals(url: str) -> None:
    assert database_from_url(url, base=BASE)["HOST"] == "/run/My Server"


@pytest.mark.parametrize(
    ("url", "path"),
    [
        pytest.param("sqlite:////var/lib/a%20b.sqlite3", "/var/lib/a b.sqlite3", id="absolute"),
        pytest.param("sqlite:///sub/a.sqlite3", "/base/sub/a.sqlite3", id="relative"),
    ],
)
def test_sqlite_path(url: str, path: str) -> None:
    found = database_from_url(url, base=BASE)
    assert found["ENGINE"] == SQLITE
    assert found["NAME"] == path
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        pytest.param("hush", "does not begin with a scheme", id="no scheme"),
        pytest.param("postgres//u:hush@h/n", "does not begin with a scheme", id="no colon"),
        pytest.param("mysql://u:hush@h/n", r"scheme \(mysql://\) is not supported", id="mysql"),
        pytest.param("u:hush://h/n", "scheme is not supported", id="password before the scheme"),
        pytest.param("postgres://u:hush@h:port/n", "cannot be told", id="port is no number"),
        pytest.param("postgres://u:hush@h:99999/n", "cannot be told", id="port too high"),
        pytest.param("postgres://u:[hush@h/n", "cannot be told", id="bracket in the password"),
        pytest.param("postgres://u:hush@h", "name of the database is missing", id="no name"),
        pytest.param("postgres://u:hush@h/", "name of the database is missing", id="empty name"),
        pytest.param("sqlite://", "path is missing", id="sqlite without a path"),
        pytest.param("sqlite:///", "path is missing", id="sqlite with an empty path"),
        pytest.param("sqlite://hush", "path is missing", id="sqlite with a host"),
        pytest.param("sqlite://:memory:", "forget everything", id="sqlite in memory"),
    ],
)
def test_refused_without_showing_it(url: str, why: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=why) as caught:
        database_from_url(url, base=BASE)
    message = str(caught.value)
    assert message.startswith("DATABASE_URL cannot be used")
    assert "hush" not in message
    assert caught.value.__cause__ is None


def test_a_server_that_cannot_be_asked_is_a_paragraph(tmp_path: Path) -> None:
    folder = str(tmp_path).replace("/", "%2F")
    database = database_from_url(f"postgres://u:hush@{folder}/n", base=BASE)
    with pytest.raises(ImproperlyConfigured, match="could not be asked") as caught:
        has_tables(database)
    assert "hush" not in str(caught.value)


@pytest.mark.django_db
def test_the_database_of_this_run_has_tables_and_an_empty_one_has_not(tmp_path: Path) -> None:
    if connection.vendor == "postgresql":
        names = ("ENGINE", "HOST", "PORT", "USER", "PASSWORD", "OPTIONS")
        server = {name: connection.settings_dict[name] for name in names}
        full = {**server, "NAME": connection.settings_dict["NAME"]}
        empty = {**server, "NAME": "template1"}
    else:
        # The tests' own SQLite is in memory: files stand for it.
        full = sqlite_database(tmp_path / "full.sqlite3")
        empty = sqlite_database(tmp_path / "empty.sqlite3")
        with contextlib.closing(sqlite3.connect(full["NAME"])) as file:
            file.execute("CREATE TABLE django_migrations (id INTEGER)")
        Path(empty["NAME"]).touch()
    assert has_tables(full) is True
    assert has_tables(empty) is False
    assert has_tables(sqlite_database(tmp_path / "none.sqlite3")) is False
