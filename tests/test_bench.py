"""The measurements run, compare two ways in one run, and leave no database behind."""

import re

import pytest

from tests.conftest import Run


@pytest.mark.parametrize("sessions", ["3", "25"])
def test_a_ratio_against_a_named_other_way(run: Run, sessions: str) -> None:
    answer = run("bench", "--sessions", sessions, "--runs", "1")
    assert answer.returncode == 0, answer.stderr
    assert f"Import of {sessions} sessions" in answer.stdout
    assert "stored by save() one by one" in answer.stdout
    assert re.search(r"Ratio: \d+\.\d times", answer.stdout)
    # Nothing of it is in the database of the person who ran it.
    outcomes = run("outcomes", "--from", "2024-01-01", "--to", "2024-12-31", "--json")
    assert "There is no service yet" in outcomes.stderr
