"""Reports as files: their names, who may read them, and never half a file."""

from pathlib import Path

import pytest

from practice.cohorts import Scope
from practice.reports.files import monthly_name
from practice.whole_files import write_whole
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
