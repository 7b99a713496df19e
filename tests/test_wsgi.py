"""A server that is started otherwise than by `serve` asks the same before it serves."""

import importlib
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.db import OperationalError, connections
from pytest_django import Settings

from practice.management import ready
from tests.cast import make_client, make_episode, make_service


def started() -> Any:
    """What gunicorn and its like do with `practice.wsgi`."""
    sys.modules.pop("practice.wsgi", None)
    return importlib.import_module("practice.wsgi").application


@pytest.fixture(autouse=True)
def _this_process_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """It sets up, closes and moves what belongs to its process, which here is the tests'."""
    monkeypatch.setattr("django.setup", lambda **_: None)
    monkeypatch.setattr(connections, "close_all", lambda: None)
    monkeypatch.setattr(tempfile, "tempdir", tempfile.tempdir)


@pytest.mark.django_db
def test_it_serves_where_all_is_well() -> None:
    assert callable(started())


@pytest.mark.django_db
def test_what_a_killed_program_left_is_cleared_away_and_told(
    tmp_path: Path, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.DATA_DIR = tmp_path
    for name, age in (("old", 4_000), ("young", 0)):
        left = tmp_path / f".secrets.json.{name:_>8}.practice-part"
        left.write_text("half")
        os.utime(left, (time.time() - age, time.time() - age))
    started()
    assert [path.name for path in tmp_path.glob(".*")] == [".secrets.json.___young.practice-part"]
    assert "left when it was cut off, removed now: 1" in caplog.text


@pytest.mark.django_db
def test_not_with_notes_that_no_key_here_opens(settings: Settings) -> None:
    make_episode(client=make_client(service=make_service(name="Harbour")), holder=None, note="n")
    settings.FIELD_KEYS = (Fernet.generate_key().decode(),)
    with pytest.raises(
        ImproperlyConfigured, match="There are notes written with a key that is not"
    ):
        started()


def raising(problem: Exception) -> Callable[[], Any]:
    def broken() -> None:
        raise problem

    return broken


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        pytest.param(OperationalError("a secret"), "could not be reached", id="no database"),
        pytest.param(CommandError("An update waits"), "An update waits", id="not up to date"),
    ],
)
def test_not_without_a_database_that_is_ready(
    monkeypatch: pytest.MonkeyPatch, problem: Exception, said: str
) -> None:
    monkeypatch.setattr(ready, "refuse_old", raising(problem))
    with pytest.raises(ImproperlyConfigured, match=said) as refused:
        started()
    assert "a secret" not in str(refused.value)


def test_not_with_a_database_that_is_new(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several processes at once would set it up several times."""
    monkeypatch.setattr(ready, "is_set_up", lambda: False)
    with pytest.raises(ImproperlyConfigured, match=r"not set up yet.*manage\.py migrate"):
        started()
