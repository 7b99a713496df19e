"""The run of all checks: no step may be swallowed, and the last line counts right."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests import run_checks
from tests.run_checks import Checks, Step, counted


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("===== 30 passed in 4.05s =====", {"passed": 30}),
        (
            "== 1 failed, 30 passed, 2 skipped, 1 error in 64.05s (0:01:04) ==",
            {"failed": 1, "passed": 30, "skipped": 2, "error": 1},
        ),
        ("no tests ran in 0.01s", {}),
        ("ImportError: something", {}),
    ],
)
def test_counts_of_the_summary_line(line: str, expected: dict[str, int]) -> None:
    assert counted(["collected 99 items", "test says 7 passed", line, ""]) == expected


def test_every_step_runs_and_a_failure_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = []

    def step(name: str, outcome: str) -> Step:
        def run() -> bool:
            ran.append(name)
            return outcome == "passes"

        return Step(name=name, run=run)

    steps = [step("first", "fails"), step("second", "passes"), step("third", "fails")]
    checks = Checks(tmp_path)
    monkeypatch.setattr(checks, "steps", lambda: steps)
    checks.counts = {
        "sqlite": {"passed": 10, "failed": 1},
        "postgres": {"passed": 8, "errors": 2, "skipped": 1},
    }
    assert checks.run() == 1
    assert ran == ["first", "second", "third"]
    lines = capsys.readouterr().out.splitlines()
    assert lines[-3] == "Failed: first, third"
    assert lines[-2].startswith("Tests passed: 10 on sqlite, 8 on postgres; ")
    assert lines[-1] == "18 passed, 3 failed, 1 skipped"


def test_all_well_is_status_0(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    checks = Checks(tmp_path)
    monkeypatch.setattr(checks, "steps", lambda: [Step(name="only", run=lambda: True)])
    assert checks.run() == 0
    assert "Every check passed." in capsys.readouterr().out


def test_the_steps_are_all_there(tmp_path: Path) -> None:
    assert [step.name for step in Checks(tmp_path).steps()] == [
        "browser",
        "ruff format",
        "ruff check",
        "djlint",
        "mypy",
        "import-linter",
        "migrations",
        "deploy check",
        "pytest on SQLite, the figures",
        "coverage, every branch of the figures",
        "pytest on SQLite, all else",
        "pytest on PostgreSQL",
    ]


def test_a_tool_that_fails_fails_its_step(tmp_path: Path) -> None:
    checks = Checks(tmp_path)
    assert checks.call("-c", "raise SystemExit(0)") is True
    assert checks.call("-c", "raise SystemExit(3)") is False
    assert checks.call("-m", "no_such_tool") is False


def test_no_template_is_said_out_loud(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run_checks, "ROOT", tmp_path)
    assert Checks(tmp_path).lint_templates() is True
    assert "no template yet" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "database", "rest"),
    [
        (["tests/test_locks.py", "-q"], "sqlite", ["tests/test_locks.py", "-q"]),
        (["-k", "lock", "--postgres"], "postgres", ["-k", "lock"]),
        (["--postgres"], "postgres", []),
    ],
)
def test_arguments_go_to_one_run_of_pytest(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], database: str, rest: list[str]
) -> None:
    calls = []

    def call(command: list[str], *, cwd: Path, env: dict[str, str]) -> int:
        calls.append((command[1:], env["TEST_DB"]))
        return 5

    monkeypatch.setattr(subprocess, "call", call)
    assert run_checks.main(arguments) == 5
    assert calls == [(["-m", "pytest", *rest], database)]
