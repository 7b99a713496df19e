"""From DATABASE_URL to Django's database settings: PostgreSQL, or SQLite when nothing is set."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import dj_database_url
import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper

POSTGRESQL = "django.db.backends.postgresql"
SQLITE = "django.db.backends.sqlite3"
EXAMPLES = (
    "postgres://user:password@host:5432/name, postgres://user@%2Fsocket%2Ffolder/name (a socket folder, its slashes"
    " written as %2F), or sqlite:////absolute/path/practice.sqlite3; signs such as @ : / # ? in a password are"
    " percent-encoded"
)
SQLITE_OPTIONS: dict[str, Any] = {
    # Takes the write lock at the start of a transaction: a read lock that is raised later fails at once when
    # somebody else writes, without waiting.
    "transaction_mode": "IMMEDIATE",
    # Seconds to wait for another writer.
    "timeout": 20,
    # Write-ahead: readers and a writer do not block each other; NORMAL is its durable companion. What is
    # deleted is overwritten with noughts, so that an erased client is not left in the file's free space.
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA foreign_keys=ON; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON;"
    ),
}
# Seconds that a connection to PostgreSQL is kept for the next request.
CONNECTION_AGE = 60


def sqlite_database(path: str | Path) -> dict[str, Any]:
    return {"ENGINE": SQLITE, "NAME": str(path), "OPTIONS": dict(SQLITE_OPTIONS)}


def database_from_url(url: str, *, base: Path) -> dict[str, Any]:
    """Settings for one database; a relative SQLite path is taken from `base`, not from the current folder.

    Errors name what is wrong, and never repeat the address: it holds a password.
    """
    scheme, separator, rest = url.partition("://")
    if not separator:
        raise refused("it does not begin with a scheme such as postgres://")
    if scheme == "sqlite":
        return sqlite_from_url(rest, base=base)
    if scheme not in {"postgres", "postgresql"}:
        # The scheme is shown only where it is a plain word: a mistyped address could begin with a password.
        shown = f" ({scheme}://)" if scheme.isalnum() and len(scheme) < 20 else ""
        raise refused(
            f"its scheme{shown} is not supported: only postgres, postgresql and sqlite are"
        )
    try:
        parsed = dj_database_url.parse(url, conn_max_age=CONNECTION_AGE, conn_health_checks=True)
    except ValueError as problem:
        # `from None`: the first error's text may hold parts of the password.
        del problem
        raise refused(
            "its parts cannot be told from each other (a port that is no number?)"
        ) from None
    if not parsed["NAME"]:
        raise refused("the name of the database is missing after the host")
    settings: dict[str, Any] = dict(parsed)
    host = socket_folder(url)
    if host:
        settings["HOST"] = host
    settings["OPTIONS"] = {"connect_timeout": 10, **settings.get("OPTIONS", {})}
    return settings


def socket_folder(url: str) -> str:
    """The host as written, where it is a folder: URL parsers write hosts in lower case, and folders have capitals."""
    host = urlsplit(url).netloc.rpartition("@")[2].partition(":")[0]
    folder = unquote(host)
    return folder if folder.startswith("/") else ""


def sqlite_from_url(rest: str, *, base: Path) -> dict[str, Any]:
    if rest == ":memory:":
        raise refused("a database in memory would forget everything at the end of each command")
    if not rest.startswith("/") or rest == "/":
        raise refused(
            "the path is missing after sqlite:// (three slashes and a relative path, or four)"
        )
    # base / "/absolute" is "/absolute": joining serves both forms.
    return sqlite_database(base / unquote(rest[1:]))


def refused(why: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(
        f"DATABASE_URL cannot be used: {why}. (Its value is not shown, because it can hold a password.)"
        f" What would be right: {EXAMPLES}. Without DATABASE_URL, an SQLite file in the data folder is used."
    )


def has_tables(database: dict[str, Any]) -> bool:
    """Whether a database is there that may hold data already. Asked before new field keys are made.

    Django's connections do not exist yet when the settings load, so PostgreSQL is asked directly.
    """
    if database["ENGINE"] == SQLITE:
        path = Path(database["NAME"])
        return path.exists() and path.stat().st_size > 0
    names = {"HOST": "host", "PORT": "port", "USER": "user", "PASSWORD": "password"}
    parts = {ours: str(database[key]) for key, ours in names.items() if database.get(key)}
    # dj-database-url leaves libpq's own words (sslmode and so on) in OPTIONS.
    words = {name: str(value) for name, value in database["OPTIONS"].items()}
    try:
        with psycopg.connect(dbname=database["NAME"], **parts, **words) as connection:  # type: ignore[arg-type]
            row = connection.execute(
                "SELECT count(*) FROM information_schema.tables WHERE table_name = 'django_migrations'"
            ).fetchone()
    except psycopg.Error as problem:
        raise ImproperlyConfigured(
            "There are no field keys yet (PRACTICE_FIELD_KEYS is not set, and there is no secrets file), and the"
            " database of DATABASE_URL could not be asked whether it holds notes already"
            f" ({type(problem).__name__}); so no new keys were made. Start the database and check the address, or set"
            " PRACTICE_SECRET_KEY and PRACTICE_FIELD_KEYS."
        ) from None
    return row is not None and row[0] > 0


def stored_bytes(connection: BaseDatabaseWrapper) -> int:
    """How much the database takes up, about."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
        else:
            cursor.execute(
                "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
            )
        return int(cursor.fetchone()[0])


# Too large for a limit on files or for a share of the disk is full as well.
_NO_ROOM = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}


def is_full(problem: BaseException | None) -> bool:
    """Whether it says that there is no room left on the disk, be it the database or a file."""
    cause = problem.__cause__ if problem is not None else None
    return any(
        isinstance(found, psycopg.errors.DiskFull)
        or (isinstance(found, OSError) and found.errno in _NO_ROOM)
        or (
            isinstance(found, sqlite3.Error)
            and getattr(found, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
        )
        for found in (problem, cause)
    )


def why_refused(problem: DatabaseError) -> str:
    """For the person at the terminal. The database's own words may quote a row, and are left out."""
    if is_full(problem):
        return "there is no room left on the disk"
    return f"the database refused ({type(problem).__name__}): does something else write to it now?"
