"""The demonstration, set up once for all tests that look at it."""

import os
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True, kw_only=True)
class Installation:
    """A data folder, and manage.py run on it as a person would, with nothing else set."""

    folder: Path
    database_url: str = ""

    @property
    def environment(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PRACTICE_", "DATABASE_URL", "DJANGO_"))
        }
        return kept | {
            "PRACTICE_DATA": str(self.folder),
            "PRACTICE_NO_BOOTSTRAP": "1",
            "DATABASE_URL": self.database_url,
        }

    def run(self, *words: str, timeout: float = 120.0) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=timeout,
        )


@dataclass(frozen=True, kw_only=True)
class Demonstration:
    """The demonstration after its first run, beside another database that it must not touch."""

    installation: Installation
    output: str
    other_database: Path
    other_bytes: bytes

    @property
    def paths(self) -> list[Path]:
        """The files that the output names, in its order."""
        return [Path(line) for line in self.output.splitlines() if line.endswith(".pdf")]


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Demonstration:
    folder = tmp_path_factory.mktemp("demonstration")
    other = folder / "other.sqlite3"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE practice_client (reference TEXT)")
        connection.execute("INSERT INTO practice_client VALUES ('REAL-1')")
    connection.close()
    before = other.read_bytes()
    installation = Installation(folder=folder / "data", database_url=f"sqlite:///{other}")
    result = installation.run("demo")
    assert result.returncode == 0, result.stderr
    return Demonstration(
        installation=installation, output=result.stdout, other_database=other, other_bytes=before
    )
