"""The demonstration, set up once for all tests that look at it."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.conftest import place
from tests.installation import ROOT, Installation

# These are found here by the tests of commands; `place` is a fixture of theirs, too.
__all__ = ["ROOT", "Demonstration", "Installation", "demonstration", "place"]


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
