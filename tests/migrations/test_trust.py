"""0005_trust, on a database with rows of the version before: nothing lost, nobody shut out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from pytest_django import DjangoDbBlocker

from practice.actions.audit import record
from practice.history_check import check_model, check_triggers, kept_models
from practice.models import AuditEntry, Deed, Episode, Role, Service
from tests.cast import day, make_cast, make_client, make_episode, make_resolution, saved
from tests.migrations.versions import Copy, Row, migrate, newest, rows_of, walking

BEFORE = "0004_quiet_afternoon"
THIS = "0005_trust"
_OF_A_CLIENT: Row = {
    "consented_on": None,
    "withdrew_on": None,
    "held_on": None,
    "hold_reason": "",
}
# Whoever led could open every client: so it stays until the service decides otherwise.
_OF_A_SERVICE: Row = {"lead_reads_clients": 1, "retention_years": None, "second_factor": None}
NEW_COLUMNS: Mapping[str, Row] = {
    "practice_client": _OF_A_CLIENT,
    "practice_historicalclient": _OF_A_CLIENT,
    "practice_service": _OF_A_SERVICE,
    "practice_historicalservice": _OF_A_SERVICE,
}
NEW_TABLES = {
    "practice_auditentry",
    "practice_historicalsupervising",
    "practice_knowndevice",
    "practice_supervising",
}


@dataclass(frozen=True, kw_only=True)
class Walk:
    """What was there on the way, and copies of where it led: a walk takes seconds, a look at it none."""

    before: Mapping[str, Sequence[Row]]
    after: Mapping[str, Sequence[Row]]
    back: Mapping[str, Sequence[Row]]
    upgraded: Copy
    # Upgraded, taken back and upgraded again.
    again: Copy


@pytest.fixture(scope="module")
def walk(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Walk]:
    """Rows stored by the program as it is, taken back to the version before, and upgraded."""
    with django_db_blocker.unblock(), walking() as copies:
        cast = make_cast()
        # As services were made before; one of them with a change in its history.
        for service in (cast.service, cast.other_service):
            service.lead_reads_clients = False
            saved(service, by=cast.leda)
        client = make_client(service=cast.service)
        make_episode(client=client, holder=cast.alice, note="Ŵyn felt better")
        make_episode(client=client, holder=cast.bob, number=2, ended_on=day(90))
        make_resolution(service=cast.service, practitioner=cast.alice)
        before = rows_of(migrate(to=BEFORE))
        apps = migrate(to=THIS)
        after, this = rows_of(apps), copies.take()
        assert apps.get_model("practice", "Client").objects.update(consented_on=day(1)) == 1
        record(deed=Deed.SIGN_IN_FAILED, who=None)
        back = rows_of(migrate(to=BEFORE))
        migrate(to=newest())
        again = copies.take()
        this.put_back()
        migrate(to=newest())
        yield Walk(before=before, after=after, back=back, upgraded=copies.take(), again=again)


@pytest.fixture
def _copy_of_upgraded(walk: Walk) -> None:
    walk.upgraded.put_back()


@pytest.fixture
def upgraded(_copy_of_upgraded: None, db: None) -> None:
    """The newest version, with what the one before had; a copy is put back outside the transaction."""


@pytest.fixture
def _copy_of_again(walk: Walk) -> None:
    walk.again.put_back()


@pytest.fixture
def again(_copy_of_again: None, db: None) -> None:
    """The same, after it was taken back to the version before and upgraded again."""


@pytest.mark.django_db
def test_nothing_is_lost_and_nothing_changed(walk: Walk) -> None:
    assert len(walk.before["practice_episode"]) == 2
    assert len(walk.before["practice_historicalservice"]) == 4
    assert walk.after.keys() - walk.before.keys() == NEW_TABLES
    assert [table for table in NEW_TABLES if walk.after[table]] == []
    for table, rows in walk.before.items():
        new = NEW_COLUMNS.get(table, {})
        assert walk.after[table] == [{**row, **new} for row in rows], table


@pytest.mark.usefixtures("upgraded")
def test_whoever_led_still_reads_and_the_history_says_so() -> None:
    lead = Service.objects.get(name="Harbour").memberships.get(role=Role.LEAD).practitioner
    assert Episode.objects.visible_to(lead, on=day(100)).count() == 2
    history: Any = Service
    assert set(history.history.values_list("lead_reads_clients", flat=True)) == {True}
    # A check finds no row that differs from its history.
    assert [each.words for model in kept_models() for each in check_model(model)] == []


@pytest.mark.usefixtures("again")
def test_the_audit_is_append_only_there_and_back_and_there() -> None:
    assert list(check_triggers(connection)) == []
    # What was recorded before went with its table.
    assert not AuditEntry.objects.exists()
    record(deed=Deed.SIGN_IN_FAILED, who=None)
    for statement in (
        "UPDATE practice_auditentry SET detail = ''",
        "DELETE FROM practice_auditentry",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert AuditEntry.objects.count() == 1


@pytest.mark.django_db
def test_backwards_keeps_what_the_version_before_knew(walk: Walk) -> None:
    assert walk.back == walk.before
