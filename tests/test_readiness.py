"""A database that is new, half set up, or not there: each command says what to do, or does it."""

from pathlib import Path

from tests.conftest import Run

ROOT = Path(__file__).resolve().parent.parent
OUTCOMES = ("outcomes", "--from", "2026-01-01", "--to", "2026-01-31", "--json")


def test_an_empty_database_is_set_up_by_the_first_command(run: Run) -> None:
    example = ROOT / "tests" / "example"
    brought = run("import_caseload", str(example / "episodes.csv"), str(example / "sessions.csv"))
    assert brought.returncode == 0, brought.stderr
    assert "108 added" in brought.stdout
    again = run(*OUTCOMES)
    assert again.returncode == 0, again.stderr


def test_nothing_there_yet_is_said_plainly(run: Run) -> None:
    answer = run(*OUTCOMES)
    assert answer.returncode == 1
    assert "There is no service yet" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_database_in_use_is_never_migrated_unasked(run: Run) -> None:
    assert run("migrate", "contenttypes").returncode == 0
    for words in (
        OUTCOMES,
        ("serve",),
        ("report", "--month", "2026-01", "--out", "out"),
        ("export_caseload", "--out", "out"),
        ("import_caseload", "episodes.csv", "sessions.csv"),
    ):
        answer = run(*words)
        assert answer.returncode == 1
        assert "The database is not up to date" in answer.stderr
        assert "manage.py migrate" in answer.stderr
        assert "Traceback" not in answer.stderr
