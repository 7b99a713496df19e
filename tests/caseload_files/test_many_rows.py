"""Many rows that speak of each other: what is said and done of each stays small."""

from dataclasses import replace
from typing import Any

import pytest

from practice.caseload_files.across import client_facts
from practice.caseload_files.episode_rows import read_episode_rows
from practice.caseload_files.findings import Findings
from practice.caseload_files.listing import counted, listed, others_named
from practice.caseload_files.problems import Problem
from practice.caseload_files.stored import NOTHING_STORED
from tests.caseload_files.given import TODAY, a_session, an_episode, csv_caseload, imported, planned

pytestmark = pytest.mark.django_db

LONGEST = 400


def said_of(problems: Any) -> list[str]:
    found = [str(problem) for problem in problems]
    assert max(map(len, found)) < LONGEST
    return found


@pytest.mark.parametrize("many", [4, 5, 4_000])
def test_equal_rows_name_three_others(many: int) -> None:
    episodes = said_of(planned([an_episode()] * many).problems)
    sessions = said_of(planned([an_episode()], [a_session()] * many).problems)
    more = "" if many == 4 else f" and {many - 4:,} more"
    for said in (episodes, sessions):
        assert len(said) == many
        assert f"the same as row 3, 4, 5{more}:" in said[0]
        assert f"the same as row 2, 3, 4{more}:" in said[-1]


class Counting(str):
    """A text that counts how often it is compared."""

    __slots__ = ()
    compared = 0
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        Counting.compared += 1
        return str.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        Counting.compared += 1
        return str.__ne__(self, other)


def test_work_grows_with_the_rows_and_not_with_their_pairs() -> None:
    def compared(many: int) -> int:
        Counting.compared = 0
        names = [Counting(number) for number in range(many)]
        for name in names:
            others_named(names, besides=name)
        return Counting.compared

    assert compared(4_000) < 5 * 4_000
    assert compared(16_000) < 5 * 16_000


def test_a_conflict_of_facts_compares_each_row_a_few_times() -> None:
    first, second = Counting("female"), Counting("male")
    rows = read_episode_rows(csv_caseload([an_episode()] * 2_000).episodes, today=TODAY)
    told = [
        replace(row, facts={"gender": first if number < 1_000 else second})
        for number, row in enumerate(rows)
    ]
    Counting.compared = 0
    findings = Findings()
    client_facts(told, stored=NOTHING_STORED, findings=findings)
    assert Counting.compared < 5 * len(told)
    said = said_of(problem for row in told for problem in findings.problems[row.row])
    assert len(said) == 2_000
    assert "row 1002 gives the same client another gender, male" in said[0]
    assert "row 2 gives the same client another gender, female" in said[-1]


def test_many_ways_to_write_a_reference() -> None:
    def spelt(number: int) -> str:
        signs = f"{number:09b}".replace("0", "a").replace("1", "A")
        return f"K-{signs}"

    rows = [an_episode(client=spelt(number)) for number in range(512)]
    warnings = said_of(planned(rows).warnings)
    assert len(warnings) == 512
    assert all(" and 508 more by capital letters only" in warning for warning in warnings)


def test_many_open_episodes_of_one_client_are_a_warning_each() -> None:
    rows = [an_episode(episode=str(number)) for number in range(1, 2_001)]
    warnings = planned(rows).warnings
    assert [warning.row for warning in warnings] == list(range(3, 2_002))
    assert "episodes 1 and 2 of this client overlap" in warnings[0].message


def _from(start: str, end: str, **cells: str) -> dict[str, str]:
    return an_episode(referred_on=start, ended_on=end, **cells)


def test_an_overlap_is_seen_over_episodes_between_and_against_stored_ones() -> None:
    long = _from("2026-01-05", "2026-06-01")
    short = _from("2026-02-01", "2026-02-10", episode="2")
    apart = _from("2026-03-01", "2026-03-10", episode="3")
    after = _from("2026-06-01", "", episode="4")
    found = [
        warning.message.partition(":")[0]
        for warning in planned([after, apart, short, long]).warnings
    ]
    assert found == [
        "episodes 1 and 2 of this client overlap",
        "episodes 1 and 3 of this client overlap",
    ]
    # The later one is stored alone, behind another that has a row of its own and ends in time.
    service = imported([apart])
    found = [warning.message for warning in planned([long, short], service=service).warnings]
    assert [message.partition(":")[0] for message in found] == [
        "episodes 1 and 3 of this client overlap",
        "episodes 1 and 2 of this client overlap",
    ]
    assert planned([short, after], service=service).warnings == ()


def _problem(row: int, message: str) -> Problem:
    return Problem(file="e.csv", row=row, column="client", value="", message=message)


def test_kinds_leave_out_what_differs_from_row_to_row() -> None:
    problems = [
        _problem(row, f"client K{row} has no episode {row}: add it") for row in range(1_100)
    ]
    problems += [_problem(5_000 + row, f"write 1 to {row}") for row in range(7)]
    assert list(listed(problems, noun="problem"))[1_001:] == [
        "100 times: e.csv, row 1000, column client: client K1000 has no episode 1000: add it",
        "7 times: e.csv, row 5000, column client: write 1 to 0",
    ]


def test_fifty_kinds_and_no_more() -> None:
    words = ["".join(chr(97 + int(figure)) for figure in str(number)) for number in range(1_060)]
    lines = list(listed([_problem(1, word) for word in words], noun="warning"))
    assert len(lines) == 1_000 + 1 + 50 + 1
    assert lines[-1] == "and 10 warnings of 10 other kinds"
    assert list(listed([_problem(1, "x")] * 1_000, noun="warning"))[1_000:] == []


def test_one_and_many() -> None:
    assert [counted(number, "row") for number in (0, 1, 2, 1_000)] == [
        "0 rows",
        "1 row",
        "2 rows",
        "1,000 rows",
    ]
