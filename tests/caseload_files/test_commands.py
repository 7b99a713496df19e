"""import_caseload and export_caseload: exit codes, what is printed, and never a traceback."""

import io
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from practice.management.commands import import_caseload
from practice.models import Episode, Membership, Role, Service, Session
from tests.caseload_files.given import (
    a_session,
    an_episode,
    csv_source,
    row_counts,
    told,
    workbook_source,
)

pytestmark = pytest.mark.django_db

EXAMPLE = Path(__file__).parent.parent / "example"
PAIR = (EXAMPLE / "episodes.csv", EXAMPLE / "sessions.csv")


def run(command: str, *args: Any) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command(command, *map(str, args), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def refused(command: str, *args: Any) -> tuple[str, str]:
    """The message and what stood on standard error; the exit code is 1."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(CommandError) as caught:
        call_command(command, *map(str, args), stdout=out, stderr=err)
    assert caught.value.returncode == 1
    assert out.getvalue() == ""
    return str(caught.value), err.getvalue()


def a_pair(folder: Path, episodes: list[Any], sessions: list[Any]) -> tuple[Path, Path]:
    paths = folder / "episodes.csv", folder / "sessions.csv"
    for path, rows, default in zip(
        paths, (episodes, sessions), (("client", "referred_on"), ("client", "date")), strict=True
    ):
        path.write_bytes(csv_source(path.name, rows, default=default).content)
    return paths


def test_the_example_and_again() -> None:
    out, err = run("import_caseload", *PAIR)
    assert out.splitlines()[:6] == [
        "Service: My practice (new)",
        *(
            f"New practitioner: {email} (to let them sign in: python3 manage.py changepassword "
            f"{email})"
            for email in ("p2@example.org", "p1@example.org", "p0@example.org")
        ),
        "Nobody leads this service yet: python3 manage.py service --lead EMAIL",
        "Episodes: 108 added, 0 changed, 0 unchanged",
    ]
    assert "Sessions: 621 added, 0 changed, 0 unchanged, 2 without a form, not stored\n" in out
    assert err == ""
    before = row_counts()
    out, _ = run("import_caseload", *PAIR)
    assert "Episodes: 0 added, 0 changed, 108 unchanged" in out
    assert "Sessions: 0 added, 0 changed, 621 unchanged, 2 without a form, not stored" in out
    assert row_counts() == before
    assert Service.objects.get().primary_outcome == "iapt"


def test_a_dry_run_stores_nothing(tmp_path: Path) -> None:
    before = row_counts()
    out, _ = run("import_caseload", *PAIR, "--dry-run", "--service", "Harbour")
    assert "Service: Harbour (new)" in out
    assert out.endswith("Nothing was stored: this was a dry run.\n")
    assert row_counts() == before
    assert not Membership.objects.exists()
    bad = a_pair(tmp_path, [an_episode(gender="?")], [])
    assert (
        "1 problem in 1 row; nothing was stored" in refused("import_caseload", *bad, "--dry-run")[0]
    )


def test_changes_ignored_columns_and_warnings_are_named(tmp_path: Path) -> None:
    run("import_caseload", *a_pair(tmp_path, [an_episode(source="GP")], [a_session(phq9="5")]))
    rows = [an_episode(source="self", Mood="3")]
    out, _ = run("import_caseload", *a_pair(tmp_path, rows, [a_session(phq9="6", gad7_1="1")]))
    assert out.splitlines() == [
        "Service: My practice",
        "Episodes: 0 added, 1 changed, 0 unchanged",
        "Sessions: 0 added, 1 changed, 0 unchanged",
        "Changed: episodes.csv, row 2: source: GP -> self",
        "Changed: sessions.csv, row 2: phq9: 5 -> 6; gad7: (empty) -> incomplete",
        "Ignored columns of episodes: Mood",
        "Warning: sessions.csv, row 2, column gad7: 6 of 7 items of GAD-7 are unanswered: kept as "
        "an incomplete form without a score",
    ]


def test_one_person_leads(tmp_path: Path) -> None:
    out, _ = run("import_caseload", *a_pair(tmp_path, [an_episode()], []))
    assert (
        "New practitioner: p1@example.org, leads the service (to let them sign in: python3" in out
    )
    assert "Nobody leads" not in out
    assert Membership.objects.get().role == Role.LEAD


def test_all_row_errors_stand_on_standard_error(tmp_path: Path) -> None:
    before = row_counts()
    files = a_pair(
        tmp_path,
        [an_episode(gender="\x1b[31m"), an_episode(client="K2")],
        [a_session(client="K2", fee="x", phq9="99")],
    )
    message, err = refused("import_caseload", *files)
    assert message.startswith("3 problems in 2 rows; nothing was stored")
    assert [line.partition(":")[0] for line in err.splitlines()] == [
        "episodes.csv, row 2, column gender, “\\x1b[31m”",
        "sessions.csv, row 2, column fee, “x”",
        "sessions.csv, row 2, column phq9, “99”",
    ]
    assert row_counts() == before


def test_a_thousand_errors_line_by_line_and_the_others_by_kind(tmp_path: Path) -> None:
    rows = [an_episode(client=f"K{n}", gender="?") for n in range(1_000)]
    pair = a_pair(tmp_path, rows, [])
    message, err = refused("import_caseload", *pair)
    assert message.startswith("1,000 problems in 1,000 rows;")
    assert len(err.splitlines()) == 1_000
    rows += [an_episode(client=f"L{n}", referred_on=f"0{n + 1}.01.2026") for n in range(3)]
    rows += [an_episode(client=f"M{n}", gender="?") for n in range(5_000)]
    pair = a_pair(tmp_path, rows, [])
    message, err = refused("import_caseload", *pair)
    assert message.startswith("6,003 problems in 6,003 rows;")
    assert [line.partition(", column")[0] for line in err.splitlines()[999:]] == [
        "episodes.csv, row 1001",
        "The first 1,000 of 6,003 problems stand above. The others by kind, each with the first of "
        "them:",
        "5,000 times: episodes.csv, row 1005",
        "3 times: episodes.csv, row 1002",
    ]
    # The rejected files have the reason of every row.
    _, err = run("import_caseload", *pair, "--good-rows-only", tmp_path / "out")
    assert len(err.splitlines()) == 1_003
    assert len((tmp_path / "out" / "episodes.csv").read_text().splitlines()) == 6_004


def test_unreadable_files(tmp_path: Path) -> None:
    message, err = refused("import_caseload", tmp_path / "none.csv", tmp_path)
    assert message == "the files could not be read; nothing was stored"
    assert len(err.splitlines()) == 2
    assert str(tmp_path) not in err


def test_the_service(tmp_path: Path) -> None:
    pair = a_pair(tmp_path, [an_episode()], [])
    run("import_caseload", *pair, "--service", "Harbour")
    # The only service there is.
    run("import_caseload", *pair)
    run("import_caseload", *pair, "--service", "Hillside")
    assert set(Service.objects.values_list("name", flat=True)) == {"Harbour", "Hillside"}
    assert Episode.objects.count() == 2
    assert refused("import_caseload", *pair)[0] == (
        "name the service: “Harbour”; “Hillside”; nothing was stored"
    )
    assert "1 to 120 signs" in refused("import_caseload", *pair, "--service", " ")[0]
    assert "1 to 120 signs" in refused("import_caseload", *pair, "--service", "x\ty")[0]
    out = tmp_path / "out"
    assert "there is: Harbour, Hillside" in refused("export_caseload", "--out", out)[0]
    assert (
        "No service is called 'X'" in refused("export_caseload", "--out", out, "--service", "X")[0]
    )
    run("export_caseload", "--out", out, "--service", "Harbour")


def test_nothing_to_export(tmp_path: Path) -> None:
    assert "There is no service yet" in refused("export_caseload", "--out", tmp_path / "out")[0]
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("form", [[], ["--xlsx"]])
def test_export_and_import_again(form: list[str], tmp_path: Path) -> None:
    run("import_caseload", *PAIR)
    before = told(Service.objects.get())
    out, err = run("export_caseload", "--out", tmp_path / "out", *form)
    lines = out.splitlines()
    assert (lines[:2], err) == (["Episodes: 108", "Sessions: 621"], "")
    out, _ = run("import_caseload", *lines[2:])
    assert "Episodes: 0 added, 0 changed, 108 unchanged" in out
    assert "Sessions: 0 added, 0 changed, 621 unchanged" in out
    assert told(Service.objects.get()) == before
    assert "there is already" in refused("export_caseload", "--out", tmp_path / "out", *form)[0]
    run("export_caseload", "--out", tmp_path / "out", "--overwrite", *form)


def test_export_says_what_the_files_cannot(tmp_path: Path) -> None:
    run("import_caseload", *a_pair(tmp_path, [an_episode()], []))
    Episode.objects.get().holdings.get().delete()
    _, err = run("export_caseload", "--out", tmp_path / "out")
    assert err.startswith("Notice: K1, episode 1: who held it has gaps")


def test_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    rows = [list(an_episode()), list(an_episode().values())]
    source = workbook_source(
        {"episodes": rows, "sessions": [["client", "date"], ["K1", "=TODAY()"]]}
    )
    path.write_bytes(source.content)
    _, err = refused("import_caseload", path)
    assert err.startswith("book.xlsx, sheet sessions, row 2, column date, “=TODAY()”: a formula")


def test_good_rows_only(tmp_path: Path) -> None:
    pair = a_pair(tmp_path, [an_episode(), an_episode(client="K2", gender="?")], [a_session()])
    folder = tmp_path / "rejected"
    dry, _ = run("import_caseload", *pair, "--good-rows-only", folder, "--dry-run")
    assert "Episodes: 1 added, 0 changed, 0 unchanged, 1 wrong" in dry
    assert not folder.exists()
    out, err = run("import_caseload", *pair, "--good-rows-only", folder)
    assert f"Rejected rows: {folder / 'episodes.csv'}" in out
    assert err.startswith("episodes.csv, row 3, column gender, “?”")
    assert Session.objects.count() == 1
    before = row_counts()
    message, _ = refused("import_caseload", *pair, "--good-rows-only", folder)
    assert "there is already" in message
    assert row_counts() == before


def test_without_the_files_of_rejected_rows_nothing_is_stored(tmp_path: Path) -> None:
    pair = a_pair(tmp_path, [an_episode(), an_episode(client="K2", gender="?")], [])
    (tmp_path / "file").write_text("")
    before = row_counts()
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(CommandError, match="nothing was stored"):
        call_command(
            "import_caseload",
            *map(str, pair),
            "--good-rows-only",
            str(tmp_path / "file" / "below"),
            stdout=out,
            stderr=err,
        )
    assert row_counts() == before


def test_no_rejected_rows_no_files(tmp_path: Path) -> None:
    pair = a_pair(tmp_path, [an_episode()], [])
    run("import_caseload", *pair, "--good-rows-only", tmp_path / "rejected")
    assert not (tmp_path / "rejected").exists()


def test_a_database_that_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*args: Any, **kwargs: Any) -> None:
        raise DatabaseError("disk image is malformed near: secret detail")

    monkeypatch.setattr(import_caseload, "plan_import", fails)
    message, err = refused("import_caseload", *PAIR)
    assert "the database refused (DatabaseError)" in message
    assert "Nothing was stored" in message
    assert "secret" not in message + err


def test_swapped_files_are_recognised(tmp_path: Path) -> None:
    pair = tmp_path / "a.csv", tmp_path / "b.csv"
    for old, new in zip(reversed(PAIR), pair, strict=True):
        shutil.copy(old, new)
    _, err = refused("import_caseload", *pair)
    assert "are the two in the wrong order?" in err
