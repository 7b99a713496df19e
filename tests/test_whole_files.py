"""Files that are written whole or not at all, for their owner's eyes alone."""

import os
import stat
from pathlib import Path

import pytest

from practice.whole_files import write_all, write_whole


def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    write_whole(path, b"first")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    write_whole(path, b"second")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_bytes() == b"second"
    assert list(tmp_path.iterdir()) == [path]


def test_a_failure_leaves_the_old_file_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "report.pdf"
    write_whole(path, b"first")

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(path, b"second")
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == b"first"


def test_what_a_killed_program_left_is_cleared_away_an_hour_later(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    old = tmp_path / ".report.pdf.abcd_123.practice-part"
    young = tmp_path / ".other.pdf.abcd_456.practice-part"
    strange = [
        tmp_path / name
        for name in (".report.pdf.abcd_123", "report.pdf.abcd_123.practice-part", ".report.part")
    ]
    for path in (old, young, *strange):
        path.write_bytes(b"half")
    (tmp_path / "elsewhere").write_bytes(b"mine")
    link = tmp_path / ".link.pdf.abcd_789.practice-part"
    link.symlink_to(tmp_path / "elsewhere")
    now = young.stat().st_mtime
    for path in (old, *strange):
        os.utime(path, (now - 4_000, now - 4_000))
    os.utime(young, (now - 3_000, now - 3_000))
    os.utime(link, (now - 4_000, now - 4_000), follow_symlinks=False)
    before = set(tmp_path.iterdir())
    write_whole(tmp_path / "report.pdf", b"content")
    assert set(tmp_path.iterdir()) == before - {old} | {tmp_path / "report.pdf"}
    # Said, but not what they were called: a name may tell on somebody.
    (line,) = caplog.messages
    assert line == "unfinished files that an earlier run left when it was cut off, removed now: 1"
    write_whole(tmp_path / "report.pdf", b"content")
    assert len(caplog.messages) == 1


def test_what_cannot_be_cleared_away_stops_no_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(13, os.strerror(13))

    monkeypatch.setattr(os, "scandir", refuse)
    write_whole(tmp_path / "report.pdf", b"content")
    assert (tmp_path / "report.pdf").read_bytes() == b"content"


def test_it_is_on_the_disk_before_it_takes_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda _handle: done.append("on the disk"))
    really = Path.replace

    def replace(self: Path, target: Path) -> Path:
        done.append("in its place")
        return really(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    write_whole(tmp_path / "report.pdf", b"content")
    # The last is for the folder, in which the new name stands.
    assert done == ["on the disk", "in its place", "on the disk"]


def test_the_place_of_a_folder_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "report.pdf").mkdir()
    with pytest.raises(OSError, match=r"report\.pdf"):
        write_whole(tmp_path / "report.pdf", b"content")
    assert [path.name for path in tmp_path.iterdir()] == ["report.pdf"]


def test_of_several_none_takes_its_place_before_all_are_whole(tmp_path: Path) -> None:
    def broken(_file: object) -> None:
        raise OSError(28, os.strerror(28))

    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    one.write_bytes(b"before")
    with pytest.raises(OSError, match="No space left"):
        write_all({one: lambda file: file.write(b"after"), two: broken})
    assert list(tmp_path.iterdir()) == [one]
    assert one.read_bytes() == b"before"
