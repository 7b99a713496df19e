"""A pytest plugin (`-p tests.pgplug`) that prepares the environment before Django's settings are read.

It must be a plugin named on the command line: a conftest.py is read after pytest-django has loaded the settings, and
then everything would quietly run on SQLite.

The settings know nothing of tests. What tests need otherwise (a fast password hash, a cache that is empty, static
files without `collectstatic`) is changed here, on the loaded settings, so that no switch in a real installation could
ever weaken it.
"""

from __future__ import annotations

import atexit
import gc
import os
import shutil
import tempfile
from typing import Any

import pytest

from practice.environment import KNOWN_VARIABLES

# Of no use to anybody: encrypts the invented notes of tests.
FIELD_KEY = "dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk="
SECRET_KEY = "only-for-tests-" * 5


def prepare_environment() -> None:
    wanted = os.environ.get("TEST_DB", "sqlite")
    if wanted not in {"sqlite", "postgres"}:
        raise SystemExit(f"TEST_DB must be sqlite or postgres, not {wanted!r}.")
    os.environ["TEST_DB"] = wanted
    # Empty hides what a developer's own environment or .env file says.
    os.environ.update(dict.fromkeys(KNOWN_VARIABLES, ""))
    folder = tempfile.mkdtemp(prefix="practice-tests-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ.update(
        PRACTICE_DATA=folder,
        PRACTICE_FIELD_KEYS=FIELD_KEY,
        PRACTICE_SECRET_KEY=SECRET_KEY,
        # The test client speaks plain http.
        PRACTICE_LOOPBACK="1",
        PRACTICE_NO_BOOTSTRAP="1",
        DATABASE_URL=postgres_url() if wanted == "postgres" else "",
        DJANGO_SETTINGS_MODULE="practice.settings",
    )


def postgres_url() -> str:
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        return given
    from tests.postgres import start

    server = start()
    atexit.register(server.stop)
    return server.url


def adjust_settings() -> None:
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: looking through it again and again takes a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


# By these a test says that it reads or writes the tests' database; a mark makes the first its own.
ON_THE_DATABASE = {"db", "transactional_db", "django_db_reset_sequences", "live_server"}
_LEFT_OUT = pytest.StashKey[int]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--on-the-database",
        action="store_true",
        help="run only tests that read or write the tests' database: the others have run on another",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--on-the-database"):
        return
    others = [item for item in items if not is_on_the_database(item)]
    config.stash[_LEFT_OUT] = len(others)
    config.hook.pytest_deselected(items=others)
    items[:] = [item for item in items if is_on_the_database(item)]


def is_on_the_database(item: pytest.Item) -> bool:
    """By its mark or its fixtures; a test that is no function is taken to be on it."""
    fixtures = getattr(item, "fixturenames", ON_THE_DATABASE)
    return item.get_closest_marker("django_db") is not None or not ON_THE_DATABASE.isdisjoint(
        fixtures
    )


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Each worker of pytest-xdist collects for itself, and hands the number on."""
    handed_on: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if handed_on is not None:
        handed_on["left_out"] = session.config.stash.get(_LEFT_OUT, 0)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    node.config.stash[_LEFT_OUT] = node.workeroutput.get("left_out", 0)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    left_out = config.stash.get(_LEFT_OUT, 0)
    if left_out:
        terminalreporter.write_line(
            f"{left_out} tests touch no database, and are not run on this one."
        )


# The workers of pytest-xdist inherit the environment of the process that starts them, and with it the one server;
# each has a database of its own on it.
if "PYTEST_XDIST_WORKER" not in os.environ:
    prepare_environment()
adjust_settings()
