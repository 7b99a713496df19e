"""`manage.py supervision_sheet`: a whole file for its owner alone, or a sentence and nothing written."""

import datetime as dt
import os
import stat
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pypdf import PdfReader

from practice.domain.periods import day_words
from practice.models import Membership, Role
from tests.cast import (
    Cast,
    day,
    hand_over,
    make_completion,
    make_practitioner,
    make_service,
    saved,
)
from tests.reports.reading import words_of
from tests.reports.supervising import ON, make_course


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: ON)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "to be made" / "sheets"


def write(folder: Path, *words: str, who: str = "alice@example.org") -> None:
    call_command("supervision_sheet", "--practitioner", who, "--out", str(folder), *words)


def printed(capsys: pytest.CaptureFixture[str]) -> Path:
    """The path that the last line names."""
    out, err = capsys.readouterr()
    assert err == ""
    return Path(out.splitlines()[-1])


def refused(folder: Path, *words: str, who: str = "alice@example.org") -> str:
    with pytest.raises(CommandError) as problem:
        write(folder, *words, who=who)
    assert problem.value.returncode == 1
    assert not folder.exists() or list(folder.iterdir()) == []
    return str(problem.value)


def test_the_sheet_of_today(cast: Cast, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_course(cast, "QZX-4711", [15, 9])
    write(folder, who=" Alice@Example.org ")
    path = printed(capsys)
    assert list(folder.iterdir()) == [path]
    assert path.name.startswith("supervision-sheet-2026-05-25-references-alice-at-example-org-")
    assert "QZX" not in path.name
    words = words_of(path.read_bytes())
    assert "Supervision sheet, 25 May 2026 Alice, Harbour" in words
    assert "QZX-4711" in words
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("text", ["2026-05-04", "04/05/2026", "4/5/2026"])
def test_the_sheet_of_an_earlier_day(
    cast: Cast, folder: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    write(folder, "--on", text)
    words = words_of(printed(capsys).read_bytes())
    assert f"Supervision sheet, {day_words(dt.date(2026, 5, 4))}" in words
    assert "Printed on 25 May 2026" in words


def test_with_letters_nobody_is_named_and_the_key_is_pointed_to(
    cast: Cast, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_course(cast, "QZX-4711", [15, 9])
    write(folder)
    write(folder, "--letters")
    out, _ = capsys.readouterr()
    lines = out.splitlines()
    assert "keep it apart from the sheet" in lines[-2]
    assert "QZX" not in out
    path = Path(lines[-1])
    assert "-letters-" in path.name
    assert "QZX" not in words_of(path.read_bytes())
    # Neither replaces the other.
    assert len(list(folder.iterdir())) == 2


def test_the_same_sheet_again_replaces_the_same_file(
    cast: Cast, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder)
    path = printed(capsys)
    first = path.read_bytes()
    write(folder)
    assert printed(capsys) == path
    assert path.read_bytes() == first


def test_somebody_else_is_not_on_it(
    cast: Cast, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_course(cast, "BOBS-1", [15], holder=cast.bob)
    write(folder)
    assert "BOBS-1" not in words_of(printed(capsys).read_bytes())
    write(folder, "--service", "Harbour", who="bob@example.org")
    assert "BOBS-1" in words_of(printed(capsys).read_bytes())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-13-01", "there is no such day"),
        ("yesterday", "not a date"),
        ("05/25/2026", "the day comes first"),
        ("1/2/26", "four digits"),
        ("", "not a date"),
        ("1066-10-14", "correct the year"),
        ("2026-05-26", "has not come yet; the newest is 2026-05-25"),
        ("9999-12-31", "has not come yet"),
    ],
)
def test_what_is_no_day_for_a_sheet(cast: Cast, folder: Path, text: str, said: str) -> None:
    assert said in refused(folder, "--on", text)


def test_an_unknown_practitioner_names_who_there_is(cast: Cast, folder: Path) -> None:
    everybody = "alice@example.org, bob@example.org, charlie@example.org, leda@example.org"
    said = refused(folder, who="nobody@example.org")
    assert "'nobody@example.org'" in said
    assert everybody in said
    said = refused(folder, "--service", "Harbour", who="charlie@example.org")
    assert "there is: alice@example.org, bob@example.org, leda@example.org" in said


def test_an_unknown_service_names_the_choices(cast: Cast, folder: Path) -> None:
    assert "Harbour, Hillside" in refused(folder, "--service", "Nowhere")


def test_somebody_who_works_in_two_is_asked_which(
    cast: Cast, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = Membership(service=cast.other_service, practitioner=cast.alice, role=Role.PRACTITIONER)
    saved(place, by=cast.charlie)
    said = refused(folder)
    assert "name one with --service; there is: Harbour, Hillside" in said
    write(folder, "--service", "Hillside")
    assert "Alice, Hillside" in words_of(printed(capsys).read_bytes())


@pytest.mark.django_db
def test_a_practice_of_one(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    service = make_service(name="Alone")
    make_practitioner(email="one@example.org", name="Somebody", service=service)
    write(folder, who="one@example.org")
    assert "Somebody, Alone" in words_of(printed(capsys).read_bytes())
    assert "there is: one@example.org" in refused(folder / "x", who="two@example.org")


@pytest.mark.django_db
def test_nothing_there_yet(folder: Path) -> None:
    assert "There is no service yet" in refused(folder)


def test_a_folder_that_cannot_be_made(cast: Cast, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("taken")
    with pytest.raises(CommandError, match="could not be written"):
        write(file / "sheets")


def test_a_full_disk_leaves_no_half_file(
    cast: Cast, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, target: Path) -> Path:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(Path, "replace", full)
    assert "No space left on device" in refused(folder)


def test_it_says_what_it_wants(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CommandError, match="--practitioner"):
        call_command("supervision_sheet", "--out", "x")


def test_a_client_handed_over_since_is_on_the_sheet_of_that_day(
    cast: Cast, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever runs commands holds the database; who held the client that day decides."""
    episode = make_course(cast, "C-1", [12])
    hand_over(episode=episode, to=cast.bob, on=day(130))
    write(folder, "--on", day(120).isoformat())
    assert "C-1" in words_of(printed(capsys).read_bytes())


def sides_in(path: Path) -> list[str]:
    """The clients who have a side, by its bookmark."""
    outline = PdfReader(path).outline
    titles = [str(each.title) for each in outline if not isinstance(each, list)]
    return [title.split(":")[0] for title in titles[titles.index("Signatures") + 1 :]]


def test_sides_for_clients_by_reference_or_by_signal(
    cast: Cast, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    risky = make_course(cast, "QZX-1", [9, 8])
    make_completion(of=risky, on=day(130), total=12, answers="--------1")
    make_course(cast, "QZX-2", [9, 16])
    make_course(cast, "QZX-3", [9, 8], note="Keeps bees")
    # Unless somebody chooses: whoever has an open risk item.
    write(folder)
    assert sides_in(printed(capsys)) == ["QZX-1"]
    write(folder, "--case", "qzx-3", "--case", " QZX-2 ", "--notes")
    path = printed(capsys)
    assert sides_in(path) == ["QZX-2", "QZX-3"]
    words = words_of(path.read_bytes())
    assert "no side of their own chosen: QZX-1." in words
    assert "Keeps bees" in words
    write(folder, "--cases-with-signals", "--letters")
    assert {"A", "B"} <= set(sides_in(printed(capsys)))
    write(folder, "--no-cases")
    assert sides_in(printed(capsys)) == []


def test_a_reference_that_is_not_on_the_sheet_is_not_repeated(cast: Cast, folder: Path) -> None:
    make_course(cast, "QZX-1", [9])
    make_course(cast, "BOBS-1", [9], holder=cast.bob)
    said = refused(folder, "--case", "QZX-1", "--case", "BOBS-1")
    assert "--case number 2 names nobody on the sheet of that day" in said
    assert "BOBS" not in said


def test_one_choice_of_sides_at_a_time(folder: Path) -> None:
    with pytest.raises(CommandError, match="not allowed with"):
        write(folder, "--case", "C-1", "--no-cases")
