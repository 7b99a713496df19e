"""A data folder, and the program run on it as a person would."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from practice.environment import Environment
from practice.secrets_file import find_secrets

ROOT = Path(__file__).resolve().parent.parent
DATABASE = "practice.sqlite3"


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

    def with_database(self, file: Path, *, name: str = DATABASE) -> Self:
        """Puts a copy of a database into it, where nothing was before, and secrets beside it."""
        place = self.folder / name
        place.parent.mkdir(mode=0o700, parents=True)
        find_secrets(Environment({}), folder=place.parent, database_has_tables=lambda: False)
        # With its mode: it is for its owner alone.
        shutil.copy(file, place)
        return self

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
