"""0005_trust, on a database with rows of the version before: nothing lost, nobody shut out."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.apps.registry import Apps
from django.db import DatabaseError, connection, transaction

from practice.actions.audit import record
from practice.history_check import check_model, check_triggers, kept_models
from practice.models import AuditEntry, Deed, Episode, Role, Service
from tests.cast import day, make_cast, make_client, make_episode, make_resolution, saved
from tests.migrations.versions import Row, migrate, newest, rows_of, version

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

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def before(transactional_db: None) -> Iterator[Apps]:
    """Rows stored by the program as it is, and taken back to the version before."""
    with version(newest()):
        cast = make_cast()
        # As services were made before; one of them with a change in its history.
        for service in (cast.service, cast.other_service):
            service.lead_reads_clients = False
            saved(service, by=cast.leda)
        client = make_client(service=cast.service)
        make_episode(client=client, holder=cast.alice, note="Ŵyn felt better")
        make_episode(client=client, holder=cast.bob, number=2, ended_on=day(90))
        make_resolution(service=cast.service, practitioner=cast.alice)
        yield migrate(to=BEFORE)


def test_nothing_is_lost_and_nothing_changed(before: Apps) -> None:
    kept = rows_of(before)
    assert len(kept["practice_episode"]) == 2
    assert len(kept["practice_historicalservice"]) == 4
    after = rows_of(migrate(to=THIS))
    assert after.keys() - kept.keys() == NEW_TABLES
    assert [table for table in NEW_TABLES if after[table]] == []
    for table, rows in kept.items():
        assert after[table] == [{**row, **NEW_COLUMNS.get(table, {})} for row in rows], table


def test_whoever_led_still_reads_and_the_history_says_so(before: Apps) -> None:
    migrate(to=newest())
    lead = Service.objects.get(name="Harbour").memberships.get(role=Role.LEAD).practitioner
    assert Episode.objects.visible_to(lead, on=day(100)).count() == 2
    history: Any = Service
    assert set(history.history.values_list("lead_reads_clients", flat=True)) == {True}
    # A check finds no row that differs from its history.
    assert [each.words for model in kept_models() for each in check_model(model)] == []


def test_the_audit_is_append_only_there_and_back_and_there(before: Apps) -> None:
    for to in (THIS, BEFORE, newest()):
        migrate(to=to)
    assert list(check_triggers(connection)) == []
    record(deed=Deed.SIGN_IN_FAILED, who=None)
    for statement in (
        "UPDATE practice_auditentry SET detail = ''",
        "DELETE FROM practice_auditentry",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert AuditEntry.objects.count() == 1


def test_backwards_keeps_what_the_version_before_knew(before: Apps) -> None:
    kept = rows_of(before)
    clients = migrate(to=THIS).get_model("practice", "Client").objects
    assert clients.update(consented_on=day(1)) == 1
    record(deed=Deed.SIGN_IN_FAILED, who=None)
    assert rows_of(migrate(to=BEFORE)) == kept
