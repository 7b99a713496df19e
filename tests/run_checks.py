"""What `python3 manage.py test` runs: every check of the project, one after the other, each with its name and time.

With arguments, it runs pytest alone with these arguments, on SQLite, or on PostgreSQL where `--postgres` is among them.
All steps run even when one fails; the exit status is 1 if any did, and the last line counts the tests.
"""

from __future__ import annotations

import base64
import os
import re
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from practice.environment import KNOWN_VARIABLES

ROOT = Path(__file__).resolve().parent.parent
# Where every branch must be taken: a wrong figure there is a wrong figure on paper.
FULLY_COVERED = [
    "practice/domain/*",
    *("practice/cohorts.py", "practice/cohorts/*"),
    *("practice/actions.py", "practice/actions/*"),
]
# Whose tests must take them all, so that only these are measured: it doubles what a test costs.
MEASURED = (
    *("tests/domain", "tests/actions", "tests/caseload_files"),
    *("tests/test_cohorts.py", "tests/test_oracle.py"),
)
# Two processes: the tests are bound by the processor, and most machines have two cores or more.
WORKERS = "2"
# On PostgreSQL these would only be run once more: pages in a browser (the same views are tested without
# one on both), and programs that start with a database of their own.
ON_SQLITE_ALONE = "browser or once"
SUMMARY = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|deselected)")


@dataclass(frozen=True, kw_only=True)
class Step:
    name: str
    run: Callable[[], bool]


@dataclass(frozen=True, kw_only=True)
class Result:
    name: str
    passed: bool
    seconds: float


def main(arguments: Sequence[str]) -> int:
    if arguments:
        return run_pytest_only(arguments)
    with tempfile.TemporaryDirectory(prefix="practice-checks-") as folder:
        return Checks(Path(folder)).run()


def run_pytest_only(arguments: Sequence[str]) -> int:
    rest = [word for word in arguments if word != "--postgres"]
    database = "postgres" if len(rest) < len(arguments) else "sqlite"
    environment = {**os.environ, "TEST_DB": database}
    return subprocess.call([sys.executable, "-m", "pytest", *rest], cwd=ROOT, env=environment)


class Checks:
    """One run of all the steps."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = production_environment(folder)
        # What pytest counted, by database.
        self.counts: dict[str, dict[str, int]] = {}

    def steps(self) -> list[Step]:
        return [
            Step(name="browser", run=self.install_browser),
            self.tool("ruff format", "ruff", "format", "--check", "."),
            self.tool("ruff check", "ruff", "check", "."),
            Step(name="djlint", run=self.lint_templates),
            self.tool("mypy", "mypy"),
            Step(name="import-linter", run=self.lint_imports),
            self.django("migrations", "makemigrations", "--check", "--dry-run"),
            self.django("deploy check", "check", "--deploy", "--fail-level", "WARNING"),
            Step(name="pytest on SQLite, the figures", run=self.measured_pytest),
            Step(name="coverage, every branch of the figures", run=self.coverage_of_figures),
            Step(name="pytest on SQLite, all else", run=self.unmeasured_pytest),
            Step(name="pytest on PostgreSQL", run=self.pytest_on_postgresql),
        ]

    def run(self) -> int:
        begun = time.monotonic()
        results = []
        for step in self.steps():
            say(f"\n=== {step.name}")
            started = time.monotonic()
            passed = step.run()
            result = Result(name=step.name, passed=passed, seconds=time.monotonic() - started)
            say(f"--- {describe(result)}")
            results.append(result)

        say("\n=== Summary")
        for result in results:
            say(describe(result))
        failed = [result.name for result in results if not result.passed]
        say(f"Failed: {', '.join(failed)}" if failed else "Every check passed.")
        say(self.databases_line(time.monotonic() - begun))
        say(self.count_line())
        return 1 if failed else 0

    def tool(self, name: str, module: str, *arguments: str) -> Step:
        return Step(name=name, run=lambda: self.call("-m", module, *arguments))

    def django(self, name: str, *arguments: str) -> Step:
        return Step(name=name, run=lambda: self.call("manage.py", *arguments))

    def call(self, *words: str, environment: Mapping[str, str] | None = None) -> bool:
        """Run Python with these words; its output goes straight to the terminal."""
        command = [sys.executable, *words]
        return subprocess.call(command, cwd=ROOT, env=environment or self.environment) == 0

    def install_browser(self) -> bool:
        """Bring Chromium where it is missing; without it the tests that open pages fail."""
        return subprocess.call(["bash", "tests/install_browser.sh"], cwd=ROOT) == 0

    def lint_templates(self) -> bool:
        templates = ROOT / "templates"
        if not any(templates.rglob("*.html")):
            say("There is no template yet: nothing to lint.")
            return True
        return self.call("-m", "djlint", "--lint", "--quiet", str(templates))

    def lint_imports(self) -> bool:
        # import-linter has a program, but no module to start with -m.
        return self.call(
            "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"
        )

    def measured_pytest(self) -> bool:
        """The tests of the figures, with every branch they take."""
        return self.pytest("sqlite", "-m", "coverage", "run", "-m", "pytest", *MEASURED)

    def unmeasured_pytest(self) -> bool:
        """Everything else, on the same database."""
        others = [f"--ignore={path}" for path in MEASURED]
        return self.pytest("sqlite", "-m", "pytest", *others)

    def pytest_on_postgresql(self) -> bool:
        """Whatever touches the database once more, on the other one."""
        say(
            f"Those marked “{ON_SQLITE_ALONE}”, and those that touch no database, have been run on "
            "SQLite and are not run again."
        )
        chosen = ("-m", f"not ({ON_SQLITE_ALONE})", "--on-the-database")
        return self.pytest("postgres", "-m", "pytest", *chosen)

    def pytest(self, database: str, *words: str) -> bool:
        """Run tests on one database; shows the output as it comes, and counts."""
        command = [sys.executable, *words, "-n", WORKERS]
        lines = []
        with subprocess.Popen(
            command,
            cwd=ROOT,
            env={**self.test_environment(), "TEST_DB": database},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                sys.stdout.write(line)
                sys.stdout.flush()
                lines.append(line)
        kept = self.counts.setdefault(database, {})
        for word, number in counted(lines).items():
            kept[word] = kept.get(word, 0) + number
        return process.returncode == 0

    def coverage_of_figures(self) -> bool:
        return self.coverage("combine", "--quiet") and self.coverage(
            "report", f"--include={','.join(FULLY_COVERED)}", "--fail-under=100"
        )

    def coverage(self, *words: str) -> bool:
        return self.call("-m", "coverage", *words, environment=self.test_environment())

    def test_environment(self) -> dict[str, str]:
        # Every process leaves its data in one place, to be combined. The tests prepare the rest themselves.
        return {**os.environ, "COVERAGE_FILE": str(self.folder / ".coverage")}

    def databases_line(self, seconds: float) -> str:
        by_database = ", ".join(
            f"{counts.get('passed', 0)} on {database}" for database, counts in self.counts.items()
        )
        return f"Tests passed: {by_database}; all of it took {seconds:.1f}s."

    def count_line(self) -> str:
        passed = sum(counts.get("passed", 0) for counts in self.counts.values())
        failed = sum(
            counts.get(word, 0)
            for counts in self.counts.values()
            for word in ("failed", "error", "errors")
        )
        skipped = sum(counts.get("skipped", 0) for counts in self.counts.values())
        tail = f", {skipped} skipped" if skipped else ""
        return f"{passed} passed, {failed} failed{tail}"


def production_environment(folder: Path) -> dict[str, str]:
    """An environment as a service would have it, so that the deploy check looks at real settings.

    Empty values hide what a developer's own environment or .env file says; the data go to a temporary folder.
    """
    return {
        **os.environ,
        **dict.fromkeys(KNOWN_VARIABLES, ""),
        "DATABASE_URL": "",
        "PRACTICE_ALLOWED_HOSTS": "practice.example",
        "PRACTICE_DATA": str(folder / "data"),
        "PRACTICE_FIELD_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode("ascii"),
        "PRACTICE_NO_BOOTSTRAP": "1",
        "PRACTICE_SECRET_KEY": secrets.token_urlsafe(64),
    }


def counted(lines: Sequence[str]) -> dict[str, int]:
    """The numbers of pytest's last summary line, such as "2 failed, 30 passed in 4.05s"; none when it broke down."""
    for line in reversed(lines):
        if re.search(r" in \d+\.\d+s", line):
            return {word: int(number) for number, word in SUMMARY.findall(line)}
    return {}


def describe(result: Result) -> str:
    return f"{'ok    ' if result.passed else 'FAILED'}  {result.name} ({result.seconds:.1f}s)"


def say(words: str) -> None:
    print(words, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
