"""The measurements run, compare two ways in one run, and leave no database behind."""

import re

import pytest

from practice.management import chromium
from practice.management.chromium import MissingError
from tests.installation import Installation


@pytest.mark.once
def test_a_ratio_against_a_named_other_way(
    installation: Installation,
) -> None:
    sessions = "3"
    answer = installation.run(
        "bench", "--sessions", sessions, "--clients", "2", "--episodes", "20", "--runs", "1"
    )
    assert answer.returncode == 0, answer.stderr
    assert f"Import of {sessions} sessions" in answer.stdout
    assert "stored by save() one by one" in answer.stdout
    assert re.search(r"Ratio: \d+\.\d times", answer.stdout)
    # Papers: the same drawing by reportlab alone, and the same page by Chromium where there is one.
    assert re.search(
        r"Monthly report as PDF, 2 sides, median of 1: \d+ ms\. The same \d+ words, \d+ tables and "
        r"\d+ charts set by reportlab alone",
        answer.stdout,
    )
    assert re.search(r"Ratio: \d+\.\d times the time of bare reportlab", answer.stdout)
    for paper in ("Monthly report", "Supervision sheet of 2 clients"):
        assert re.search(
            rf"{paper} as PDF(, median of 1: | against Chromium)[^\n]*\nRatio: "
            r"(\d+\.\d times as quick as Chromium started for it|not measured, because )",
            answer.stdout,
        ), answer.stdout
    # Pages: each against a bare one, on PostgreSQL where a server can be started.
    assert re.search(r"Pages with 20 episodes on (PostgreSQL|SQLite), medians of 1", answer.stdout)
    for page in ("Caseload", "A client", "Endings", "Outcomes", "A month's report"):
        assert re.search(
            rf"^{page}: \d+\.\d ms, \d+ queries; anew \d+\.\d ms\.\n"
            r"Ratio: \d+\.\d times the bare page; anew \d+\.\d times\.$",
            answer.stdout,
            re.MULTILINE,
        ), answer.stdout
    assert "Over 3 times the bare page:" in answer.stdout
    # Nothing of it is in the database of the person who ran it.
    outcomes = installation.run("outcomes", "--from", "2024-01-01", "--to", "2024-12-31", "--json")
    assert "There is no service yet" in outcomes.stderr


def test_without_chromium_it_is_said_that_nothing_was_measured(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing(_name: str) -> None:
        raise ImportError

    monkeypatch.setattr(chromium, "import_module", missing)
    with pytest.raises(MissingError, match="playwright is not installed"), chromium.chromium():
        pass
