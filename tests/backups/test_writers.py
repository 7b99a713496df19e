"""A backup while others write: one moment, whole transactions only, and nobody has to wait."""

import re
import sqlite3
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from practice.backups import Archive, Identities, archive_of, opened
from practice.backups.rows import lines_of
from practice.backups.tables import Table
from practice.models import Service
from tests.backups.conftest import Elsewhere, Keys
from tests.cast import make_service


@contextmanager
def writing(write: Callable[[int], None]) -> Iterator[list[int]]:
    """Writes again and again in a thread of its own; gives the numbers written so far."""
    stop, done = threading.Event(), list[int]()

    def work() -> None:
        # As often as nobody writes by hand, and yet the backup need not fight for the processor.
        while not stop.wait(0.001):
            write(len(done))
            done.append(len(done))

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield done
    finally:
        stop.set()
        thread.join()


def whole(archive: Archive) -> int:
    """The number of services, each of which was written together with its history."""
    archive.check()
    services = archive.manifest.rows("practice_service")
    assert services == archive.manifest.rows("practice_historicalservice")
    return services


def test_on_sqlite(set_up_elsewhere: Elsewhere, keys: Keys, tmp_path: Path) -> None:
    elsewhere = set_up_elsewhere
    # Would raise "database is locked" at once if a backup held writers up.
    writer = sqlite3.connect(
        elsewhere.database, timeout=0, isolation_level=None, check_same_thread=False
    )
    # As Django defines it for the constraints.
    writer.create_function("REGEXP", 2, lambda pattern, text: bool(re.search(pattern, text)))

    def write(number: int) -> None:
        uid = uuid.uuid4().hex
        writer.execute("BEGIN IMMEDIATE")
        for table, columns, values in (
            ("practice_service", "", ""),
            (
                "practice_historicalservice",
                ", id, history_date, history_type",
                f", {number}, '2026-11-22', '+'",
            ),
        ):
            writer.execute(
                f"INSERT INTO {table} "  # noqa: S608 - from the lines above
                "(uid, name, primary_outcome, logs_every_enquiry, is_invented, signals_off, "
                f"usual_medium, lead_reads_clients{columns}) "
                f"VALUES ('{uid}', 'S{number}', 'iapt', 0, 0, '', '', 0{values})"
            )
        writer.execute("COMMIT")

    file = tmp_path / "busy.age"
    with writing(write) as done:
        made = elsewhere.run("backup", "--out", file, "--recipient", keys.public)
        last = len(done)
    writer.close()
    assert made.returncode == 0, made.stderr
    identities = Identities.read(keys.identity_file.read_text())
    assert 0 < whole(Archive(opened(file.read_bytes(), identities))) <= last


@pytest.mark.django_db(transaction=True)
def test_one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is committed between two tables is in neither of them."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite in memory has one writer and no snapshots: see test_on_sqlite")
    make_service(name="Before")
    written: list[bool] = []

    def write() -> None:
        with transaction.atomic():
            make_service(name="Between")
        connection.close()

    def reading(table: Table, connection: BaseDatabaseWrapper) -> Iterator[bytes]:
        if not written:
            thread = threading.Thread(target=write)
            thread.start()
            thread.join()
            written.append(True)
        return lines_of(table, connection)

    monkeypatch.setattr("practice.backups.making.lines_of", reading)
    _, content = archive_of(connection, now=timezone.now())
    assert whole(Archive(content)) == 1
    assert Service.objects.count() == 2
