"""The program's figures against a second, slow and obvious implementation: value for value."""

import datetime as dt
import json
import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from practice.cohorts import Cohort
from practice.domain.endings import Ending, LeftOut
from practice.domain.periods import Period
from practice.domain.records import EpisodeRecord, ScoreRecord, SessionRecord
from practice.domain.sessions import QUESTIONNAIRE, Attendance, Kind
from practice.reports.figures import outcome_figures
from practice.reports.outcomes_json import outcomes_json
from tests import oracle
from tests.invented import FIRST_DAY, LAST_DAY, PRACTITIONERS, invent

EXAMPLE = Path(__file__).parent / "example"
PERIODS = {
    "the year": (FIRST_DAY, LAST_DAY),
    "one month": (dt.date(2024, 9, 1), dt.date(2024, 9, 30)),
    "one day": (LAST_DAY, LAST_DAY),
    "everything": (dt.date(2022, 1, 1), dt.date(2025, 12, 31)),
    "before anybody came": (dt.date(2020, 1, 1), dt.date(2020, 12, 31)),
}

Json = dict[str, Any]


def _differences(ours: Any, theirs: Any, path: str = "") -> list[str]:
    """Where two answers differ; numbers are compared as values, so 8 and 8.0 are the same."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        found = []
        for key in sorted(ours.keys() | theirs.keys()):
            here = f"{path}/{key}"
            if key in ours and key in theirs:
                found += _differences(ours[key], theirs[key], here)
            else:
                found.append(f"{here} is in one answer only")
        return found
    return [] if ours == theirs else [f"{path}: program {ours}, oracle {theirs}"]


def _record(key: int, episode: oracle.Episode) -> EpisodeRecord:
    ended_on, wished = episode["ended_on"], episode["wished_to_continue"]
    return EpisodeRecord(
        key=key,
        referred_on=episode["referred_on"],
        ended_on=ended_on,
        ending=Ending(episode["ending"]) if episode["ending"] else None,
        wished_to_continue={"yes": True, "no": False}.get(wished),
        left_out=LeftOut(episode["left_out"]) if episode["left_out"] else None,
        sessions=tuple(
            SessionRecord(
                on=session["date"],
                kind=Kind(session["kind"]),
                attendance=Attendance(session["attendance"]),
                position=session["place"],
            )
            for session in episode["sessions"]
            if session["kind"] != QUESTIONNAIRE
        ),
        scores=tuple(
            ScoreRecord(
                measure=measure,
                on=session["date"],
                total=Decimal(total.numerator) / Decimal(total.denominator),
                kind=None if session["kind"] == QUESTIONNAIRE else Kind(session["kind"]),
                position=session["place"],
            )
            for session in episode["sessions"]
            for measure in oracle.MEASURES
            if (total := session[measure]) is not None
        ),
    )


@pytest.mark.parametrize("seed", range(30))
def test_rules_agree_with_the_oracle(tmp_path: Path, seed: int) -> None:
    """The domain alone, without files and database: the oracle's own reading goes into records."""
    files = invent(seed, clients=80).write(tmp_path)
    episodes = oracle.read_episodes(*files)
    records = tuple(_record(key, episode) for key, episode in enumerate(episodes))
    for name, (start, end) in PERIODS.items():
        cohort = Cohort(period=Period(start=start, end=end), episodes=records)
        ours = outcomes_json(outcome_figures(cohort))
        assert _differences(ours, oracle.outcomes_of(episodes, start, end)) == [], name


def _printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> Json:
    capsys.readouterr()
    call_command("outcomes", *arguments, "--json")
    answer: Json = json.loads(capsys.readouterr().out)
    return answer


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(100, 104))
def test_program_agrees_with_the_oracle(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], seed: int
) -> None:
    """The whole way: files, import, database, command; everybody together and each practitioner."""
    awkwardly = random.Random(seed)  # noqa: S311 - repeatable, not secret
    files = invent(seed, clients=40).write(tmp_path, awkwardly=awkwardly)
    call_command("import_caseload", *map(str, files), "--service", "Invented")
    episodes = oracle.read_episodes(*files)
    for start, end in PERIODS.values():
        for email in (None, *PRACTITIONERS):
            whose = ["--practitioner", email] if email else []
            ours = _printed(capsys, "--from", start.isoformat(), "--to", end.isoformat(), *whose)
            assert _differences(ours, oracle.outcomes_of(episodes, start, end, email)) == [], (
                start,
                end,
                email,
            )


EXPECTED = {None: "expected_service.json", "p1@example.org": "expected_p1.json"}
every_expected = pytest.mark.parametrize("email", EXPECTED.keys(), ids=EXPECTED.values())
EXAMPLE_FILES = EXAMPLE / "episodes.csv", EXAMPLE / "sessions.csv"
EXAMPLE_YEAR = dt.date(2025, 10, 1), dt.date(2026, 9, 30)


@every_expected
def test_oracle_gives_the_expected_answers(email: str | None) -> None:
    expected = json.loads((EXAMPLE / EXPECTED[email]).read_text(encoding="utf-8"))
    assert _differences(oracle.outcomes(*EXAMPLE_FILES, *EXAMPLE_YEAR, email), expected) == []


@pytest.mark.django_db
@every_expected
def test_program_gives_the_expected_answers(
    capsys: pytest.CaptureFixture[str], email: str | None
) -> None:
    call_command("import_caseload", *map(str, EXAMPLE_FILES), "--service", "Example")
    start, end = EXAMPLE_YEAR
    whose = ["--practitioner", email] if email else []
    ours = _printed(capsys, "--from", start.isoformat(), "--to", end.isoformat(), *whose)
    expected = json.loads((EXAMPLE / EXPECTED[email]).read_text(encoding="utf-8"))
    assert _differences(ours, expected) == []


def test_caseloads_reach_every_word(tmp_path: Path) -> None:
    """An oracle over a caseload in which something never happens says nothing about it."""
    kinds, attendances, endings, left_out = set(), set(), set(), set()
    for seed in range(30):
        for episode in oracle.read_episodes(*invent(seed, clients=80).write(tmp_path)):
            endings.add((episode["ending"], episode["ended_on"] is None))
            left_out.add(episode["left_out"])
            for session in episode["sessions"]:
                kinds.add(session["kind"])
                attendances.add(session["attendance"])
    assert kinds == {*Kind, QUESTIONNAIRE}
    assert attendances == set(Attendance)
    assert endings == {("", True), ("", False), *((ending.value, False) for ending in Ending)}
    assert left_out == {"", *LeftOut}


def test_caseload_is_the_same_for_the_same_seed() -> None:
    assert invent(7) == invent(7)
    assert invent(7) != invent(8)
