"""`manage.py report`: whole files for their owner alone, or one sentence and nothing written."""

import datetime as dt
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from practice.cohorts import Scope
from practice.models import Client, FrozenReport
from practice.reports import batch
from practice.reports.frozen import make_frozen
from tests.caseloads import PRINTED_ON, store, therapies
from tests.cast import Cast, make_practitioner, make_service, saved
from tests.reports.reading import words_of


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: PRINTED_ON)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "to be made" / "reports"


def write(folder: Path, *words: str, month: str = "2025-10") -> None:
    call_command("report", "--month", month, "--out", str(folder), *words)


def printed(capsys: pytest.CaptureFixture[str]) -> list[Path]:
    out, err = capsys.readouterr()
    assert err == ""
    return [Path(line) for line in out.splitlines()]


def refused(folder: Path, *words: str, month: str = "2025-10") -> str:
    """The sentence of a command that wrote nothing."""
    with pytest.raises(CommandError) as problem:
        write(folder, *words, month=month)
    assert problem.value.returncode == 1
    assert not folder.exists() or list(folder.iterdir()) == []
    return str(problem.value)


def test_the_service_and_each_of_its_practitioners(
    cast: Cast, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store(cast.service, cast.alice, therapies(1, ended=20))
    write(folder, "--service", "Harbour")
    paths = printed(capsys)
    assert sorted(paths) == sorted(folder.iterdir())
    assert len(paths) == 4
    whose = [words_of(path.read_bytes()) for path in paths]
    for words, heading in zip(whose, ["", "Alice, ", "Bob, ", "Leda, "], strict=True):
        assert f"Monthly report, October 2025 {heading}Harbour" in words
        assert "Printed on 22 November 2025" in words


def test_a_third_side_of_definitions_on_demand(
    cast: Cast, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for words, pages in (((), 2), (("--definitions",), 3)):
        write(folder, "--service", "Harbour", "--practitioner", "alice@example.org", *words)
        (path,) = printed(capsys)
        assert f"Page {pages} of {pages}" in words_of(path.read_bytes())


def test_one_practitioner(cast: Cast, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, "--service", "Harbour", "--practitioner", " Bob@Example.org ")
    (path,) = printed(capsys)
    assert "Bob, Harbour" in words_of(path.read_bytes())


@pytest.mark.django_db
def test_a_practice_of_one_has_one_report(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    service = make_service(name="Alone")
    make_practitioner(email="one@example.org", name="Somebody", service=service)
    write(folder)
    (path,) = printed(capsys)
    assert "Somebody, Alone" in words_of(path.read_bytes())


@pytest.mark.django_db
def test_a_service_of_nobody_yet_has_its_own(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_service(name="Empty")
    write(folder)
    assert len(printed(capsys)) == 1


@pytest.mark.django_db
def test_people_whose_addresses_look_alike_each_get_theirs(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    service = make_service(name="Twins")
    for name, email in (("Ann", "a.b@example.org"), ("Ben", "a-b@example.org")):
        make_practitioner(email=email, name=name, service=service)
    write(folder)
    paths = printed(capsys)
    assert len(set(paths)) == 3
    assert ["Ann, Twins" in words_of(path.read_bytes()) for path in paths].count(True) == 1
    assert ["Ben, Twins" in words_of(path.read_bytes()) for path in paths].count(True) == 1


def test_only_the_owner_may_read_folder_and_files(cast: Cast, folder: Path) -> None:
    write(folder, "--service", "Harbour")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_the_same_month_again_replaces_the_same_files(
    cast: Cast, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder, "--service", "Harbour")
    first = {path: path.read_bytes() for path in printed(capsys)}
    write(folder, "--service", "Harbour")
    assert {path: path.read_bytes() for path in printed(capsys)} == first
    assert set(folder.iterdir()) == set(first)


def test_no_file_is_named_after_a_client(cast: Cast, folder: Path) -> None:
    store(cast.service, cast.alice, therapies(1, ended=9, hostile=True))
    write(folder, "--service", "Harbour")
    names = " ".join(path.name for path in folder.iterdir())
    for reference in Client.objects.values_list("reference", flat=True):
        assert reference not in names


def test_against_another_english_year(
    cast: Cast, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder, "--service", "Hillside", "--against", "2021-22")
    (path,) = printed(capsys)
    assert "England 2021-22" in words_of(path.read_bytes())


def test_this_month_up_to_today(
    cast: Cast, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder, "--service", "Hillside", month="2025-11")
    (path,) = printed(capsys)
    assert "November 2025, up to 22 November 2025" in words_of(path.read_bytes())


@pytest.mark.parametrize("month", ["2025-13", "2025-1", "10/2025", "October", "", "2025-10-01"])
def test_what_is_no_month(cast: Cast, folder: Path, month: str) -> None:
    said = refused(folder, "--service", "Harbour", month=month)
    assert "is not a month; write it as 2026-10" in said


@pytest.mark.parametrize("month", ["2025-12", "2026-01", "2999-12"])
def test_a_month_that_has_not_begun(cast: Cast, folder: Path, month: str) -> None:
    said = refused(folder, "--service", "Harbour", month=month)
    assert "has not begun; the newest is 2025-11" in said


def test_an_unknown_year_names_the_choices(cast: Cast, folder: Path) -> None:
    said = refused(folder, "--service", "Harbour", "--against", "1066-67")
    assert "'1066-67'" in said
    assert "2024-25, 2023-24" in said


def test_an_unknown_service_names_the_choices(cast: Cast, folder: Path) -> None:
    said = refused(folder, "--service", "Nowhere")
    assert "'Nowhere'" in said
    assert "Harbour, Hillside" in said


def test_several_services_and_none_named(cast: Cast, folder: Path) -> None:
    assert "Harbour, Hillside" in refused(folder)


def test_an_unknown_practitioner_names_the_choices(cast: Cast, folder: Path) -> None:
    said = refused(folder, "--service", "Harbour", "--practitioner", "charlie@example.org")
    assert "alice@example.org, bob@example.org, leda@example.org" in said


@pytest.mark.django_db
def test_nothing_there_yet(folder: Path) -> None:
    assert "import_caseload" in refused(folder)


def test_a_folder_that_cannot_be_made(cast: Cast, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("taken")
    said = refused_below(file / "reports")
    assert str(file / "reports") in said
    assert file.read_text() == "taken"


def refused_below(folder: Path) -> str:
    with pytest.raises(CommandError, match="could not be written") as problem:
        write(folder, "--service", "Harbour")
    return str(problem.value)


def test_a_full_disk_leaves_no_half_file(
    cast: Cast, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, target: Path) -> Path:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(Path, "replace", full)
    said = refused(folder, "--service", "Harbour")
    assert "No space left on device" in said


def test_what_is_printed_are_paths_and_nothing_else(
    cast: Cast, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder, "--service", "Harbour")
    for path in printed(capsys):
        assert path.is_file()
        assert path.suffix == ".pdf"


def test_a_month_long_before_anybody_came(
    cast: Cast, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder, "--service", "Hillside", month="1999-12")
    (path,) = printed(capsys)
    words = words_of(path.read_bytes())
    assert "No published figures" in words
    assert str(dt.date(1999, 12, 31).year) in words


def for_good(folder: Path, *words: str, month: str = "2025-10") -> None:
    write(folder, "--service", "Harbour", "--for-good", *words, month=month)


def test_for_good_each_is_stored_and_printed_as_it_was_made(
    cast: Cast, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store(cast.service, cast.alice, therapies(1, ended=20))
    for_good(folder)
    paths = printed(capsys)
    assert len(paths) == FrozenReport.objects.count() == 4
    assert all("monthly-report-for-good-2025-10" in path.name for path in paths)
    for path in paths:
        assert "Made for good on 22 November 2025 by a command; digest" in words_of(
            path.read_bytes()
        )
    assert {row.history_user for row in FrozenReport.history.all()} == {None}


def test_for_good_again_changes_nothing_that_is_done(
    cast: Cast, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for_good(folder)
    first = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in printed(capsys)}
    store(cast.service, cast.alice, therapies(1, ended=20))
    for_good(folder)
    again = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in printed(capsys)}
    assert again == first
    assert FrozenReport.history.count() == 4


def test_a_draft_does_not_replace_what_was_made_for_good(
    cast: Cast, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for_good(folder)
    write(folder, "--service", "Harbour")
    paths = printed(capsys)
    assert len(set(paths)) == len(list(folder.iterdir())) == 8
    assert "Draft, not made for good" in words_of(paths[-1].read_bytes())


def test_for_good_of_one_practitioner(
    cast: Cast, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for_good(folder, "--practitioner", "bob@example.org", "--against", "2021-22")
    (path,) = printed(capsys)
    assert "England 2021-22" in words_of(path.read_bytes())
    assert FrozenReport.objects.get().practitioner == cast.bob


def test_for_good_of_a_month_that_is_not_over(cast: Cast, folder: Path) -> None:
    said = refused(folder, "--service", "Harbour", "--for-good", month="2025-11")
    assert "November 2025 is not over" in said
    assert not FrozenReport.objects.exists()


def test_one_that_fails_is_named_and_stops_no_other(
    cast: Cast,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = make_frozen

    def make(scope: Scope, *args: Any, **options: Any) -> FrozenReport:
        if scope.practitioner == cast.bob:
            raise OSError(28, os.strerror(28))
        return made(scope, *args, **options)

    with monkeypatch.context() as broken:
        broken.setattr(batch, "make_frozen", make)
        with pytest.raises(CommandError, match="1 of 4 reports could not be written") as problem:
            for_good(folder)
    assert problem.value.returncode == 1
    assert "Bob, Harbour: it could not be written: No space left on device" in str(problem.value)
    assert "goes on where it stopped" in str(problem.value)
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == len(list(folder.iterdir())) == 3
    assert err.startswith("not made: Bob, Harbour: ")
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    for_good(folder)
    assert len(printed(capsys)) == 4
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_what_was_altered_is_not_printed(cast: Cast, folder: Path) -> None:
    for_good(folder)
    report = FrozenReport.objects.get(practitioner=cast.bob)
    report.text |= {"facts": "Forged facts"}
    saved(report, by=None)
    with pytest.raises(CommandError, match="no longer what was stored when it was made"):
        for_good(folder)
