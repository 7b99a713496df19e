"""Reports as files: their names, who may read them, and never half a file."""

import os
import stat
from pathlib import Path

import pytest

from practice.cohorts import Scope
from practice.reports.files import monthly_name, write_whole
from tests.caseloads import HOSTILE, MONTH
from tests.cast import Cast, make_practitioner, make_service


def test_named_by_month_and_address(cast: Cast) -> None:
    scope = Scope(service=cast.service, practitioner=cast.alice)
    assert monthly_name(scope, MONTH).startswith("monthly-report-2025-10-alice-at-example-org")
    assert monthly_name(Scope(service=cast.service), MONTH).startswith(
        "monthly-report-2025-10-harbour"
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "a/b\\c", "漢字", HOSTILE[:120], "W" * 120, "\u202egnp.exe"]
)
def test_a_name_is_safe_in_every_file_system(name: str) -> None:
    found = monthly_name(Scope(service=make_service(name=name)), MONTH)
    assert found.endswith(".pdf")
    assert found.isascii()
    assert set(found.lower()) <= set("abcdefghijklmnopqrstuvwxyz0123456789-._")
    assert ".." not in found
    assert len(found) < 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    "addresses",
    [
        ("a.b@example.org", "a-b@example.org"),
        ("ab@example.org", "a+b@example.org"),
        ("zoe@example.org", "zoe-at@example.org"),
        ("zoe@example.org", "zoe@example-org.org"),
    ],
)
def test_two_people_never_share_a_file(addresses: tuple[str, str]) -> None:
    """Or one report would be written over the other without a word."""
    service = make_service(name="Harbour")
    names = {
        monthly_name(
            Scope(service=service, practitioner=make_practitioner(email=email, service=service)),
            MONTH,
        )
        for email in addresses
    }
    assert len(names) == 2


@pytest.mark.django_db
def test_two_services_never_share_a_file() -> None:
    services = [make_service(name=name) for name in ("Harbour", "Harbour!", "harbour")]
    assert len({monthly_name(Scope(service=service), MONTH) for service in services}) == 3


@pytest.mark.django_db
def test_one_person_in_two_services_has_two_files() -> None:
    person = make_practitioner(email="zoe@example.org")
    services = [make_service(name=name) for name in ("Harbour", "Hillside")]
    names = {
        monthly_name(Scope(service=service, practitioner=person), MONTH) for service in services
    }
    assert len(names) == 2


@pytest.mark.django_db
def test_the_longest_address_still_fits_into_a_file_name(tmp_path: Path) -> None:
    """File systems allow 255 bytes; the file beside it needs a few more than the name."""
    email = f"{'w' * 60}@{'.'.join(['d' * 60] * 3)}.org"
    service = make_service(name="Harbour")
    person = make_practitioner(email=email, service=service)
    path = tmp_path / monthly_name(Scope(service=service, practitioner=person), MONTH)
    write_whole(path, b"content")
    assert path.read_bytes() == b"content"


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


def test_what_a_killed_program_left_is_cleared_away_a_day_later(tmp_path: Path) -> None:
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
        os.utime(path, (now - 90_000, now - 90_000))
    os.utime(young, (now - 80_000, now - 80_000))
    os.utime(link, (now - 90_000, now - 90_000), follow_symlinks=False)
    before = set(tmp_path.iterdir())
    write_whole(tmp_path / "report.pdf", b"content")
    assert set(tmp_path.iterdir()) == before - {old} | {tmp_path / "report.pdf"}


def test_what_cannot_be_cleared_away_stops_no_report(
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
    assert done == ["on the disk", "in its place"]


def test_the_place_of_a_folder_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "report.pdf").mkdir()
    with pytest.raises(OSError, match=r"report\.pdf"):
        write_whole(tmp_path / "report.pdf", b"content")
    assert [path.name for path in tmp_path.iterdir()] == ["report.pdf"]
