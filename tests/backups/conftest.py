"""An installation with a rich caseload, keys, and a second installation to restore in."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.management import call_command
from pyrage import x25519
from pytest_django.fixtures import Settings

from practice.backups.last import FILE_NAME as LAST_BACKUP
from tests.backups.given import make_rich_caseload
from tests.faults.conftest import place
from tests.pgplug import FIELD_KEY

# `place` is a fixture of the tests here, too.
__all__ = ["Backup", "Elsewhere", "Keys", "destroy", "place"]

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True, kw_only=True)
class Keys:
    """A pair of age keys, and the files that hold what opens and locks."""

    public: str
    secret: str
    identity_file: Path


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return _keys(x25519.Identity.generate(), tmp_path)


def _keys(identity: x25519.Identity, tmp_path: Path) -> Keys:
    file = tmp_path / "identity.txt"
    file.write_text(f"# created: today\n# public key: {identity.to_public()}\n{identity}\n")
    return Keys(public=str(identity.to_public()), secret=str(identity), identity_file=file)


@pytest.fixture
def out(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where backups go; the data folder and the folder for temporary files stand beside it."""
    for name in ("out", "data", "temporary"):
        # `place` makes the second, too.
        (tmp_path / name).mkdir(exist_ok=True)
    settings.DATA_DIR = tmp_path / "data"
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    return tmp_path / "out"


@pytest.fixture
def caseload(transactional_db: None) -> None:
    make_rich_caseload()


@dataclass(frozen=True, kw_only=True)
class Backup:
    file: Path
    keys: Keys

    def restore(self) -> None:
        call_command("restore", self.file, identity=self.keys.identity_file)


@pytest.fixture
def backup(caseload: None, keys: Keys, out: Path) -> Backup:
    """A backup of the rich caseload, made for a public key: a passphrase would take its seconds."""
    file = out / "backup.age"
    call_command("backup", out=file, recipient=[keys.public])
    return Backup(file=file, keys=keys)


@dataclass(frozen=True, kw_only=True)
class _Made:
    """A backup that was made once: building its caseload anew for each test would take the longest."""

    content: bytes
    secret: str


_made: list[_Made] = []


@pytest.fixture
def destroyed(transactional_db: None, out: Path, tmp_path: Path) -> Backup:
    """A backup of the rich caseload, and it is all that is left: the database is empty."""
    if not _made:
        _made.append(_made_once(tmp_path))
    keys = _keys(x25519.Identity.from_str(_made[0].secret), tmp_path)
    file = out / "backup.age"
    file.write_bytes(_made[0].content)
    return Backup(file=file, keys=keys)


def _made_once(tmp_path: Path) -> _Made:
    identity, file = x25519.Identity.generate(), tmp_path / "once.age"
    make_rich_caseload()
    call_command("backup", out=file, recipient=[str(identity.to_public())])
    destroy()
    content = file.read_bytes()
    # Each test finds the same: a file, and nothing beside.
    file.unlink()
    (tmp_path / "data" / LAST_BACKUP).unlink()
    return _Made(content=content, secret=str(identity))


def destroy() -> None:
    call_command("flush", verbosity=0, interactive=False)


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """An installation of its own, on SQLite, run as a user would."""

    folder: Path

    @property
    def database(self) -> Path:
        return self.folder / "practice.sqlite3"

    def environment(self, **variables: str) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PRACTICE_", "DATABASE_URL", "DJANGO_"))
        }
        return {
            **kept,
            "PRACTICE_DATA": str(self.folder),
            "PRACTICE_NO_BOOTSTRAP": "1",
            "PRACTICE_FIELD_KEYS": FIELD_KEY,
            **variables,
        }

    def run(self, *words: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *map(str, words)],
            cwd=ROOT,
            env=self.environment(**variables),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def contents(self) -> dict[str, list[str]]:
        printed = subprocess.run(
            [sys.executable, "-m", "tests.backups.contents"],
            cwd=ROOT,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=True,
        )
        found: dict[str, list[str]] = json.loads(printed.stdout)
        return found


@pytest.fixture
def elsewhere(tmp_path: Path) -> Elsewhere:
    """Nothing is there yet."""
    return Elsewhere(folder=tmp_path / "elsewhere")


@pytest.fixture
def set_up_elsewhere(elsewhere: Elsewhere, set_up: Path) -> Elsewhere:
    """Its tables are there, and no practice yet."""
    elsewhere.folder.mkdir(mode=0o700)
    shutil.copy(set_up, elsewhere.database)
    return elsewhere
