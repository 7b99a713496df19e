"""System checks: each finds its fault, and is silent without it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from practice import checks
from practice.databases import POSTGRESQL, SQLITE, database_from_url, sqlite_database


def test_field_keys(settings: Settings) -> None:
    assert checks.check_field_keys(None) == []
    settings.FIELD_KEYS = ()
    assert [found.id for found in checks.check_field_keys(None)] == ["practice.E001"]


@pytest.mark.parametrize(
    ("demo", "engine", "expected"),
    [
        pytest.param(False, SQLITE, [], id="practice on SQLite"),
        pytest.param(False, POSTGRESQL, [], id="practice on PostgreSQL"),
        pytest.param(True, SQLITE, [], id="demonstration on SQLite"),
        pytest.param(True, POSTGRESQL, ["practice.E002"], id="demonstration on PostgreSQL"),
        pytest.param(False, "django.db.backends.mysql", ["practice.E003"], id="practice on MySQL"),
    ],
)
def test_kind_of_database(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    demo: bool,
    engine: str,
    expected: list[str],
) -> None:
    settings.DEMO = demo
    monkeypatch.setitem(settings.DATABASES, "default", {"ENGINE": engine, "NAME": "practice"})
    assert [found.id for found in checks.check_database_kind(None)] == expected


def test_folder_of_sqlite_is_missing(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        settings.DATABASES, "default", sqlite_database(tmp_path / "practice.sqlite3")
    )
    assert checks.check_sqlite_folder(None) == []
    monkeypatch.setitem(
        settings.DATABASES, "default", sqlite_database(tmp_path / "none" / "practice.sqlite3")
    )
    assert [found.id for found in checks.check_sqlite_folder(None)] == ["practice.E004"]


def test_folder_of_sqlite_is_read_only(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        settings.DATABASES, "default", sqlite_database(tmp_path / "practice.sqlite3")
    )
    # Root may write everywhere, so the answer of the system is replaced rather than the folder's mode.
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert [found.id for found in checks.check_sqlite_folder(None)] == ["practice.E004"]


def test_folder_of_a_database_without_a_file_is_not_asked_for(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for engine in (SQLITE, POSTGRESQL):
        monkeypatch.setitem(settings.DATABASES, "default", {"ENGINE": engine, "NAME": "practice"})
        assert checks.check_sqlite_folder(None) == []


def test_data_folder_open_to_others(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    tmp_path.chmod(0o700)
    assert checks.check_data_folder_mode(None) == []
    tmp_path.chmod(0o750)
    found = checks.check_data_folder_mode(None)
    assert [each.id for each in found] == ["practice.W001"]
    assert f"chmod 700 '{tmp_path}'" in str(found[0].hint)


@pytest.mark.parametrize(
    ("processes", "system", "found"),
    [
        (1, "posix", []),
        (4, "posix", []),
        (0, "posix", ["practice.E006"]),
        (1, "nt", []),
        (2, "nt", ["practice.E007"]),
    ],
)
def test_processes(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    processes: int,
    system: str,
    found: list[str],
) -> None:
    settings.PROCESSES = processes
    monkeypatch.setattr("practice.checks.os.name", system)
    answer = checks.check_processes(None)
    monkeypatch.undo()
    assert [message.id for message in answer] == found


def test_misspelt_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    assert checks.check_variable_names(None) == []
    monkeypatch.setenv("PRACTICE_FIELD_KEY", "secret")
    # An orchestrator sets names of its own, which resemble none of ours.
    monkeypatch.setenv("PRACTICE_SERVICE_HOST", "10.0.0.1")
    found = checks.check_variable_names(None)
    assert [each.id for each in found] == ["practice.W002"]
    assert "PRACTICE_FIELD_KEYS" in str(found[0].hint)
    assert "secret" not in str(found[0])


@pytest.mark.parametrize(
    ("version", "expected"),
    [((13, 18), ["practice.E005"]), ((14, 0), []), ((18, 4), [])],
    ids=["13.18 is too old", "14.0 will do", "18.4 will do"],
)
def test_old_postgresql(
    monkeypatch: pytest.MonkeyPatch, version: tuple[int, ...], expected: list[str]
) -> None:
    monkeypatch.setattr(connection, "vendor", "postgresql")
    monkeypatch.setattr(connection, "get_database_version", lambda: version)
    found = checks.check_postgresql_version(None, databases=["default"])
    assert [each.id for each in found] == expected


def test_version_is_not_asked_of_sqlite_or_without_a_database(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connection, "vendor", "sqlite")
    assert checks.check_postgresql_version(None, databases=["default"]) == []
    assert checks.check_postgresql_version(None, databases=None) == []


@pytest.mark.parametrize(
    ("minutes", "found"),
    [(1, []), (60, []), (720, []), (0, ["practice.E008"]), (721, ["practice.E008"])],
)
def test_idle_minutes(settings: Settings, minutes: int, found: list[str]) -> None:
    settings.IDLE_MINUTES = minutes
    assert [each.id for each in checks.check_idle_minutes(None)] == found


@pytest.mark.parametrize(
    ("is_behind", "hosts", "found"),
    [
        (True, ["practice.example"], []),
        (False, [], []),
        (True, [], ["practice.W004"]),
        (True, ["*"], ["practice.W004"]),
        (False, ["practice.example", ".example"], ["practice.W004"]),
    ],
)
def test_names_that_browsers_use(
    settings: Settings, is_behind: bool, hosts: list[str], found: list[str]
) -> None:
    settings.BEHIND_PROXY, settings.PUBLIC_HOSTS = is_behind, hosts
    assert [each.id for each in checks.check_public_hosts(None)] == found


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("postgres://u:p@db.example/name", ["practice.W005"]),
        ("postgres://u:p@db.example/name?sslmode=require", ["practice.W005"]),
        ("postgres://u:p@db.example/name?sslmode=verify-full&sslrootcert=/ca.crt", []),
        ("postgres://u:p@127.0.0.1:5432/name", []),
        ("postgres://u@%2Frun%2Fpostgresql/name", []),
        ("sqlite:////tmp/name", []),
    ],
)
def test_the_way_to_the_database(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    url: str,
    found: list[str],
    tmp_path: Path,
) -> None:
    monkeypatch.setitem(settings.DATABASES, "default", database_from_url(url, base=tmp_path))
    assert [each.id for each in checks.check_database_transport(None)] == found
