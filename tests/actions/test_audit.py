"""What is written down, and that nothing changes it: by the program, by raw SQL, by a flush."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction

from practice.actions import services
from practice.actions.audit import (
    Reading,
    has_audit,
    record,
    record_failed_sign_in,
    record_left,
)
from practice.actions.writing import change, save
from practice.migrations._audit import NAMES
from practice.models import AuditEntry, Deed, Membership, Role, Service, Supervising
from tests.cast import Cast, day, make_service
from tests.migrations.versions import migrate, newest

WHY = "for a test"


def written() -> list[tuple[Any, ...]]:
    """Every entry but its moment, oldest first."""
    return list(
        AuditEntry.objects.order_by("pk").values_list("deed", "who", "service", "subject", "detail")
    )


@pytest.fixture
def entry(cast: Cast) -> AuditEntry:
    record(
        deed=Deed.READ,
        who=cast.leda,
        service=cast.service.uid,
        subject=uuid.uuid4(),
        detail="episode-detail",
    )
    return AuditEntry.objects.get()


def test_an_entry_is_codes_and_random_ids(entry: AuditEntry, cast: Cast) -> None:
    assert (entry.who, entry.service, entry.deed) == (cast.leda.uid, cast.service.uid, "read")
    assert str(entry).startswith("read 20")
    assert not [field for field in AuditEntry._meta.get_fields() if field.is_relation]


def test_a_moment_may_be_given(cast: Cast, entry: AuditEntry) -> None:
    record(deed=Deed.BACKED_UP, who=None, at=entry.at)
    first, second = AuditEntry.objects.order_by("pk")
    assert (second.at, second.who) == (first.at, None)


def test_a_look_is_written_down_as_often_as_it_is_had(cast: Cast) -> None:
    look = Reading(
        deed=Deed.READ, service=cast.service.uid, subject=cast.alice.uid, detail="caseload"
    )
    for who in (cast.leda, cast.bob, cast.leda):
        look.record(who=who)
    assert written() == [
        ("read", who.uid, cast.service.uid, cast.alice.uid, "caseload")
        for who in (cast.leda, cast.bob, cast.leda)
    ]


@pytest.mark.parametrize("detail", ["C-1 Ann", "Ann", "a@example.org", "x\n", "=1"])
def test_nothing_typed_gets_into_an_entry(cast: Cast, detail: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        record(deed=Deed.READ, who=cast.leda, detail=detail)
    with pytest.raises(ValidationError):
        AuditEntry(deed=Deed.READ, detail=detail).full_clean()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE practice_auditentry SET detail = 'other'",
        "UPDATE practice_auditentry SET detail = detail",
        "DELETE FROM practice_auditentry",
    ],
)
def test_the_database_refuses_to_change_an_entry(entry: AuditEntry, statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match="never changed and never deleted"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert AuditEntry.objects.get().detail == "episode-detail"


@pytest.mark.parametrize("way", ["INSERT OR REPLACE INTO", "REPLACE INTO"])
def test_the_database_refuses_to_put_another_in_its_place(entry: AuditEntry, way: str) -> None:
    """SQLite deletes what it replaces without asking the trigger for deletions."""
    if connection.vendor == "postgresql":
        pytest.skip("PostgreSQL knows no REPLACE; its ON CONFLICT asks the trigger for changes")
    with (
        pytest.raises(DatabaseError, match="never changed and never deleted"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            f"{way} practice_auditentry (id, at, deed, detail) "
            "VALUES (%s, '2026-01-01', 'read', 'other')",
            [entry.pk],
        )
    assert AuditEntry.objects.get().detail == "episode-detail"


def test_nor_by_an_insert_that_meets_one(entry: AuditEntry) -> None:
    with (
        pytest.raises(DatabaseError, match="never changed and never deleted"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT INTO practice_auditentry (id, at, deed, detail) "
            "VALUES (%s, '2026-01-01', 'read', 'other') "
            "ON CONFLICT (id) DO UPDATE SET detail = 'other'",
            [entry.pk],
        )
    assert AuditEntry.objects.get().detail == "episode-detail"


def test_the_database_refuses_to_empty_the_audit(entry: AuditEntry) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite knows no TRUNCATE")
    with (
        pytest.raises(DatabaseError, match="never changed and never deleted"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("TRUNCATE practice_auditentry CASCADE")
    assert AuditEntry.objects.exists()


@pytest.mark.parametrize(
    "write",
    [
        lambda: AuditEntry.objects.update(detail=""),
        lambda: AuditEntry.objects.all().delete(),
        lambda: AuditEntry.objects.bulk_update([AuditEntry.objects.get()], ["detail"]),
        lambda: AuditEntry._base_manager.all().delete(),
    ],
)
def test_the_program_refuses_too(entry: AuditEntry, write: Callable[[], Any]) -> None:
    with pytest.raises(TypeError, match="never changed and never deleted"):
        write()
    assert AuditEntry.objects.get() == entry


def test_nor_by_the_row_itself(entry: AuditEntry) -> None:
    for write in (entry.save, entry.delete):
        with pytest.raises((DatabaseError, TypeError)), transaction.atomic():
            write()
    assert AuditEntry.objects.get() == entry


def triggers() -> set[str]:
    sql = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.django_db(transaction=True)
def test_the_triggers_outlive_a_flush_of_the_tests() -> None:
    """The tests' own way round them; in an installation a flush is refused."""
    service = make_service(name="Harbour")
    record(deed=Deed.READ, who=None, service=service.uid)
    call_command("flush", interactive=False, verbosity=0)
    assert not AuditEntry.objects.exists()
    assert set(NAMES[connection.vendor]) <= triggers()


@pytest.mark.django_db(transaction=True)
def test_backwards_and_forwards_again() -> None:
    """Back to a version without an audit the triggers go with the table; forth, they are there."""
    try:
        migrate(to="0004_quiet_afternoon")
        assert not has_audit()
        assert not triggers() & set(NAMES[connection.vendor])
    finally:
        migrate(to=newest())
    assert has_audit()
    assert set(NAMES[connection.vendor]) <= triggers()


# --- Signing in


def test_a_failed_sign_in_is_about_the_account(cast: Cast) -> None:
    record_failed_sign_in(email=" ALICE@example.org ", detail="account_login")
    record_failed_sign_in(email="nobody@example.org", detail="account_login")
    assert written() == [
        ("sign_in_failed", None, None, cast.alice.uid, "account_login"),
        ("sign_in_failed", None, None, None, "account_login"),
    ]


def test_where_nobody_has_an_account_there_is_nothing_to_say(db: None) -> None:
    """Else a new installation would be in use, and refuse a restore, by one attempt."""
    record_failed_sign_in(email="nobody@example.org", detail="account_login")
    assert written() == []


# --- Who may see what


def test_every_place_in_a_service_is_written_down(cast: Cast) -> None:
    services.add_members(
        service=cast.service, roles={"dora@example.org": Role.SUPERVISOR}, by=cast.leda, why=WHY
    )
    place = Membership.objects.get(practitioner__email="dora@example.org")
    services.change_role(membership=place, role=Role.LEAD, by=cast.leda, why=WHY)
    # What is so already is no change.
    services.change_role(membership=place, role=Role.LEAD, by=cast.leda, why=WHY)
    record_left(place, by=cast.leda)
    uid = place.practitioner.uid
    assert written() == [
        ("settings", cast.leda.uid, cast.service.uid, uid, code)
        for code in ("member.supervisor", "member.lead", "member.left")
    ]


def test_a_supervision_is_written_down(cast: Cast) -> None:
    row = Supervising(
        service=cast.service, supervisor=cast.bob, practitioner=cast.alice, since=day(0)
    )
    save(row, by=cast.leda, why=WHY)
    change(row, {"until": day(5)}, by=None, why=WHY)
    assert written() == [
        ("settings", who, cast.service.uid, cast.alice.uid, code)
        for who, code in ((cast.leda.uid, "supervising"), (None, "supervising.ended"))
    ]


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        ({"lead_reads_clients": False}, ["service.lead_reads_clients"]),
        (
            {"second_factor": True, "lead_reads_clients": False, "name": "Haven"},
            ["service.lead_reads_clients", "service.second_factor"],
        ),
        ({"name": "Haven", "retention_years": 7}, []),
        ({"lead_reads_clients": True}, []),
    ],
)
def test_a_setting_is_written_down_where_it_decides_who_sees_what(
    cast: Cast, values: dict[str, object], codes: list[str]
) -> None:
    change(cast.service, values, by=cast.leda, why=WHY)
    uid = cast.service.uid
    assert written() == [("settings", cast.leda.uid, uid, uid, code) for code in codes]


def test_a_new_service_changes_nothing_for_anybody(db: None) -> None:
    save(Service(name="Harbour", lead_reads_clients=True), by=None, why=WHY)
    assert written() == []
