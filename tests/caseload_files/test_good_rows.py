"""Taking the good rows and giving the bad ones back as files."""

import csv
from pathlib import Path

import pytest

from practice.caseload_files import (
    SheetName,
    Taking,
    UnreadableFileError,
    Verdict,
    WritingError,
    open_sources,
    plan_import,
    planning,
    read_caseload,
    refuse_taken_folder,
    write_rejected,
)
from practice.models import Episode, Membership, Role, Session
from tests.caseload_files.given import (
    TODAY,
    a_session,
    an_episode,
    chosen,
    imported,
    only,
    planned,
    stored,
)

pytestmark = pytest.mark.django_db

EPISODES = [an_episode(), an_episode(client="K2", birth_year="65"), an_episode(client="K3")]
SESSIONS = [
    a_session(),
    a_session(client="K2"),
    a_session(client="K3", fee="-1"),
    a_session(client="K3", date="2026-01-19"),
]


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_bad_episode_takes_its_sessions_along() -> None:
    plan = planned(EPISODES, SESSIONS, taking=Taking.GOOD_ROWS)
    assert plan.problems == ()
    assert [(one.sheet, one.row.number) for one in plan.rejected] == [
        (SheetName.EPISODES, 3),
        (SheetName.SESSIONS, 3),
        (SheetName.SESSIONS, 4),
    ]
    assert plan.rejected[1].reasons == ("sessions.csv, row 3: its episode, row 3, was not taken",)
    assert plan.counts[SheetName.SESSIONS] == {Verdict.NEW: 2, Verdict.WRONG: 2}
    stored(plan)
    assert set(Episode.objects.values_list("client__reference", flat=True)) == {"K1", "K3"}
    assert Session.objects.count() == 2


def test_the_rejected_rows_can_be_mended_and_imported(tmp_path: Path) -> None:
    plan = planned(EPISODES, SESSIONS, taking=Taking.GOOD_ROWS)
    service = stored(plan)
    folder = tmp_path / "rejected"
    paths = write_rejected(plan, folder)
    assert [path.name for path in paths] == ["episodes.csv", "sessions.csv"]
    assert {path.stat().st_mode & 0o777 for path in paths} == {0o600}
    episodes, sessions = (rows_of(path) for path in paths)
    assert [row["reason"] for row in sessions] == [
        "sessions.csv, row 3: its episode, row 3, was not taken",
        "sessions.csv, row 4, column fee, “-1”: write an amount in pounds from 0 to 99,999, such "
        "as 55, 55.00 or £1,250.00",
    ]
    # What a spreadsheet could run has its guard.
    assert sessions[1]["fee"] == "'-1"
    mended = [
        [row | {"birth_year": "1965"} for row in episodes],
        [row | {"fee": "1"} for row in sessions],
    ]
    imported(*mended, service=service)
    assert Session.objects.count() == 4


def test_rejected_rows_are_not_written_over(tmp_path: Path) -> None:
    plan = planned(EPISODES, SESSIONS, taking=Taking.GOOD_ROWS)
    refuse_taken_folder(tmp_path)
    write_rejected(plan, tmp_path)
    with pytest.raises(WritingError, match="there is already"):
        refuse_taken_folder(tmp_path)


def test_cells_as_they_came_go_back_under_their_headings(tmp_path: Path) -> None:
    (tmp_path / "e.csv").write_text(
        "client,referred_on,Shoe size,note\nK1,tomorrow,44\nK2,2026-01-05,45,'=1,extra\n"
    )
    (tmp_path / "s.csv").write_text("client,date\n")
    caseload = read_caseload(open_sources([tmp_path / "e.csv", tmp_path / "s.csv"]))
    plan = plan_import(caseload, chosen=chosen(None), today=TODAY, taking=Taking.GOOD_ROWS)
    first, second = rows_of(write_rejected(plan, tmp_path / "out")[0])
    assert (first["Shoe size"], first["note"]) == ("44", "")
    assert (second["note"], second["reason"][:21]) == ("'=1", "e.csv, row 3: cell 5,")
    assert rows_of(tmp_path / "out" / "sessions.csv") == []


def test_what_is_left_must_keep_the_rules_without_the_bad_rows() -> None:
    service = imported([an_episode()], [a_session()])
    # Stored as attended; the row that says otherwise is wrong, so the end cannot be taken either.
    plan = planned(
        [an_episode(ended_on="2026-01-11")],
        [a_session(attendance="dna", fee="x")],
        service=service,
        taking=Taking.GOOD_ROWS,
    )
    assert [(one.sheet, one.row.number) for one in plan.rejected] == [
        ("episodes", 2),
        ("sessions", 2),
    ]
    assert "last attended treatment session" in plan.rejected[0].reasons[0]


def test_the_rounds_are_few_and_a_plan_that_needs_more_cannot_be_stored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    service = imported([an_episode()], [a_session()])
    # Without the session's row, the episode's is at odds with what is stored: a second round.
    rows = [an_episode(ended_on="2026-01-11")], [a_session(attendance="dna", fee="x")]
    monkeypatch.setattr(planning, "_ROUNDS", 2)
    assert planned(*rows, service=service, taking=Taking.GOOD_ROWS).problems == ()
    monkeypatch.setattr(planning, "_ROUNDS", 1)
    plan = planned(*rows, service=service, taking=Taking.GOOD_ROWS)
    assert only(plan.problems).column == "ended_on"


def test_a_row_without_a_key_goes_alone() -> None:
    plan = planned(
        [an_episode(), an_episode(client="no reference")],
        [a_session(), a_session(client="no reference")],
        taking=Taking.GOOD_ROWS,
    )
    assert [(one.sheet, one.row.number) for one in plan.rejected] == [
        ("episodes", 3),
        ("sessions", 3),
    ]


def test_who_is_named_in_bad_rows_alone_gets_no_account() -> None:
    bad = an_episode(client="K2", practitioner="p2@example.org", gender="?")
    stored(planned([an_episode(), bad], taking=Taking.GOOD_ROWS))
    assert list(Membership.objects.values_list("practitioner__email", "role")) == [
        ("p1@example.org", Role.LEAD)
    ]


def test_unreadable_files_have_no_good_rows(tmp_path: Path) -> None:
    (tmp_path / "e.csv").write_bytes(b"\xff\xfe")
    with pytest.raises(UnreadableFileError):
        read_caseload(open_sources([tmp_path / "e.csv"] * 2))
