"""System checks: what is wrong with this installation, and what to do about it."""

from __future__ import annotations

import difflib
import os
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Advice
from django.db import connections

from practice.databases import POSTGRESQL, SQLITE
from practice.environment import KNOWN_VARIABLES
from practice.note_keys import is_sample_readable
from practice.readiness import pending_migrations

# Django 5.2 supports nothing older.
OLDEST_POSTGRESQL = 14


@register(Tags.security)
def check_field_keys(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    if settings.FIELD_KEYS:
        return []
    return [
        Error(
            "There is no key to encrypt notes with.",
            hint="Set PRACTICE_FIELD_KEYS, or leave it out to have a key made in the data folder.",
            id="practice.E001",
        )
    ]


@register()
def check_database_kind(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    engine = settings.DATABASES["default"]["ENGINE"]
    if settings.DEMO and engine != SQLITE:
        return [
            Error(
                "The demonstration must have an SQLite file of its own.",
                hint="Take PRACTICE_DEMO out of the environment, or the other database out of the settings.",
                id="practice.E002",
            )
        ]
    if engine not in {SQLITE, POSTGRESQL}:
        return [
            Error(
                f"The database engine {engine} is not supported.",
                hint="Set DATABASE_URL to a postgres:// or sqlite:// address, or leave it out.",
                id="practice.E003",
            )
        ]
    return []


@register()
def check_sqlite_folder(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    database = settings.DATABASES["default"]
    # Tests keep SQLite in memory, under a name that is no path.
    if database["ENGINE"] != SQLITE or not Path(database["NAME"]).is_absolute():
        return []
    folder = Path(database["NAME"]).parent
    if folder.is_dir() and os.access(folder, os.W_OK | os.X_OK):
        return []
    return [
        Error(
            f"The folder of the database, {folder}, is not there or cannot be written to.",
            hint="SQLite writes further files beside the database. Make the folder writable for this user, or set"
            " PRACTICE_DATA (or the path in DATABASE_URL) to one that is.",
            id="practice.E004",
        )
    ]


@register(Tags.security)
def check_data_folder_mode(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    # Windows keeps no such bits.
    if os.name == "nt" or not settings.DATA_DIR.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return []
    return [
        Advice(
            f"Other users of this machine can look into the data folder {settings.DATA_DIR}.",
            hint=f"Run: chmod 700 '{settings.DATA_DIR}'",
            id="practice.W001",
        )
    ]


@register()
def check_processes(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    if settings.PROCESSES < 1:
        return [
            Error(
                "PRACTICE_PROCESSES is 0: nothing would answer.",
                hint="Set it to 1 or more, or leave it out.",
                id="practice.E006",
            )
        ]
    if settings.PROCESSES > 1 and os.name == "nt":
        return [
            Error(
                "On Windows the pages are served by one process.",
                hint="Set PRACTICE_PROCESSES to 1, or leave it out.",
                id="practice.E007",
            )
        ]
    return []


@register()
def check_public_hosts(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    if settings.BEHIND_PROXY and not settings.PUBLIC_HOSTS:
        problem = "Behind a web server every name but localhost is refused."
    elif any(name.startswith(("*", ".")) for name in settings.PUBLIC_HOSTS):
        problem = "PRACTICE_ALLOWED_HOSTS is a pattern: links in mails lead to whatever host a request names."
    else:
        return []
    return [
        Advice(
            problem,
            hint="Set PRACTICE_ALLOWED_HOSTS to the names that browsers use, such as practice.example.",
            id="practice.W004",
        )
    ]


@register()
def check_database_transport(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """PostgreSQL's own default goes on without encryption where the other end offers none, or a false one."""
    database = settings.DATABASES["default"]
    host = str(database.get("HOST", ""))
    is_here = host in {"", "localhost", "127.0.0.1", "::1"} or host.startswith("/")
    is_checked = database.get("OPTIONS", {}).get("sslmode") in {"verify-full", "verify-ca"}
    if database["ENGINE"] != POSTGRESQL or is_here or is_checked:
        return []
    return [
        Advice(
            "The database is on another machine, and nothing makes sure that it is that one, or that nobody listens.",
            hint="Add ?sslmode=verify-full&sslrootcert=/path/to/ca.crt to DATABASE_URL.",
            id="practice.W005",
        )
    ]


@register()
def check_idle_minutes(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    longest = settings.LONGEST_HOURS * 60
    if 1 <= settings.IDLE_MINUTES <= longest:
        return []
    return [
        Error(
            f"PRACTICE_IDLE_MINUTES is {settings.IDLE_MINUTES}.",
            hint=f"Set it to a number from 1 to {longest}, or leave it out: then it is 60.",
            id="practice.E008",
        )
    ]


@register()
def check_variable_names(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """A misspelt variable would be passed over in silence. Names that resemble none of ours are somebody else's."""
    warnings: list[CheckMessage] = []
    for name in sorted(os.environ):
        if not name.startswith("PRACTICE_") or name in KNOWN_VARIABLES:
            continue
        similar = difflib.get_close_matches(name, KNOWN_VARIABLES, n=1, cutoff=0.8)
        warnings += [
            Advice(
                f"The environment variable {name} is not known.",
                hint=f"Is {similar_name} meant? .env.example lists them all.",
                id="practice.W002",
            )
            for similar_name in similar
        ]
    return warnings


@register(Tags.database)
def check_postgresql_version(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Runs with `migrate` and `check --database default`, because it asks the server."""
    errors: list[CheckMessage] = []
    for alias in databases or []:
        connection = connections[alias]
        if connection.vendor != "postgresql":
            continue
        version = connection.get_database_version()
        if version < (OLDEST_POSTGRESQL,):
            errors.append(
                Error(
                    f"PostgreSQL {'.'.join(map(str, version))} is too old.",
                    hint=f"Use PostgreSQL {OLDEST_POSTGRESQL} or newer.",
                    id="practice.E005",
                )
            )
    return errors


@register(Tags.database)
def check_notes_readable(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Runs with `check --database default`. `serve` refuses to start for the same reason, unless told otherwise.

    A warning, not an error: it must not stand in the way of `migrate`.
    """
    keys = tuple(settings.FIELD_KEYS)
    # A database without all its tables has columns missing; it is migrated first.
    if "default" not in (databases or []) or not keys or pending_migrations():
        return []
    if is_sample_readable(connections["default"], keys):
        return []
    return [
        Advice(
            "There are notes written with a key that is not here.",
            hint="Put the old key behind the one that is there; `rotate_note_key --count` says how many values need it.",
            id="practice.W003",
        )
    ]
