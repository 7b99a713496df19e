"""check_audit: every fault that can be planted past the history is found, and nothing else is."""

import re
from collections.abc import Callable
from io import StringIO
from itertools import chain
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from practice import history_check
from practice.actions.audit import record
from practice.domain.digests import digest_of_report
from practice.history_check import (
    Finding,
    check_audit_numbers,
    check_model,
    check_reports,
    check_triggers,
    kept_models,
)
from practice.migrations._audit import NAMES
from practice.models import AuditEntry, Client, Deed, Episode, Practitioner, Session
from tests.append_only import triggers_off
from tests.cast import (
    Cast,
    day,
    hand_over,
    make_agreement,
    make_cast,
    make_client,
    make_completion,
    make_episode,
    make_frozen_row,
    make_meeting,
    make_resolution,
    make_risk_response,
    make_session,
    saved,
)

SECRET = "Spoke of her sister Wyn"
REFERENCE = "C-secret-7"


def everything(cast: Cast) -> Episode:
    """A row of nearly every kind, some changed, some removed."""
    client = make_client(service=cast.service, reference=REFERENCE, birth_year=1980)
    episode = make_episode(client=client, holder=cast.alice, note=SECRET)
    session = make_session(episode=episode, held_on=day(7), note=SECRET, minutes=50)
    session.minutes, session.note = 60, f"{SECRET}, again"
    saved(session, by=cast.alice, why="a slip of the pen")
    form = make_completion(of=session, answers="000000001", total=None)
    make_risk_response(to=form)
    make_completion(of=make_session(episode=episode, held_on=day(14)), total="12").delete()
    meeting = make_meeting(service=cast.service, practitioner=cast.alice, held_on=day(8))
    make_agreement(meeting=meeting, episode=episode)
    text, figures = {"a": ["½", None, 0.1]}, {"k": 14.25}
    make_frozen_row(
        service=cast.service,
        practitioner=None,
        text=text,
        figures=figures,
        digest=digest_of_report(text=text, figures=figures),
    )
    make_resolution(service=cast.service, practitioner=cast.alice, expects=SECRET)
    hand_over(episode=episode, to=cast.bob, on=day(40))
    rows: Any = Session.objects
    rows.create_all([Session(episode=episode, held_on=day(21))], by=cast.bob, why="import")
    Session.objects.filter(held_on=day(21)).delete_all(
        by=cast.bob, why="undone", now=timezone.now()
    )
    return episode


def found() -> list[Finding]:
    return [*chain.from_iterable(map(check_model, kept_models())), *check_reports()]


def run(sql: str, *values: str | int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        assert cursor.rowcount == 1, "the fault was not planted"


def test_of_an_empty_database_there_is_nothing_to_say(db: None) -> None:
    assert found() == []


def test_what_came_by_actions_is_clean(cast: Cast) -> None:
    everything(cast)
    # A password is in no history, and signing in changes it in its own ways.
    cast.alice.set_password("another one entirely")
    cast.alice.save(update_fields=["password"])
    assert found() == []
    assert {"Client", "Holding", "Membership", "Service", "Supervising", "Practitioner"} <= {
        model.__name__ for model in kept_models()
    }
    assert AuditEntry not in kept_models()


@pytest.mark.parametrize("at_a_time", [1, 2, 3])
def test_in_pieces_of_any_size(cast: Cast, monkeypatch: pytest.MonkeyPatch, at_a_time: int) -> None:
    everything(cast)
    for _ in range(3):
        make_client(service=cast.service)
    make_client(service=cast.service).delete()
    monkeypatch.setattr(history_check, "_ROWS_AT_A_TIME", at_a_time)
    assert found() == []
    run("UPDATE practice_client SET gender = 'male' WHERE reference = %s", REFERENCE)
    run("DELETE FROM practice_historicalclient WHERE history_type = '-'")
    assert [finding.fault for finding in found()] == [
        "differs from its history",
        "is gone, and its history does not say so",
    ]


PLANTED = {
    "a changed value": (
        "UPDATE practice_client SET birth_year = 1981, gender = 'male' WHERE reference = 'C-secret-7'",
        "Client {client}: differs from its history in gender, birth_year",
    ),
    "a changed foreign key": (
        "UPDATE practice_holding SET since = '2026-01-06' WHERE until IS NOT NULL",
        "Holding {holding}: differs from its history in since",
    ),
    "a changed document": (
        "UPDATE practice_frozenreport SET figures = '{{\"k\": 15}}'",
        "FrozenReport {frozen}: differs from its digest in text, figures",
    ),
    "a changed account": (
        "UPDATE practice_practitioner SET email = 'x@example.org' "
        "WHERE email = 'charlie@example.org'",
        "Practitioner {charlie}: differs from its history in email",
    ),
    "a note emptied": (
        "UPDATE practice_episode SET note = ''",
        "Episode {episode}: differs from its history in note",
    ),
    "a note put in the place of another": (
        "UPDATE practice_session SET note = (SELECT note FROM practice_episode) WHERE minutes = 60",
        "Session {session}: differs from its history in note",
    ),
    "a note cut": (
        "UPDATE practice_session SET note = substr(note, 1, 50) WHERE minutes = 60",
        "Session {session}: cannot be read with the keys that are here, or was tampered with, "
        "in note",
    ),
    "the history changed": (
        "UPDATE practice_historicalclient SET birth_year = 1981",
        "Client {client}: differs from its history in birth_year",
    ),
    "the history gone": (
        "DELETE FROM practice_historicalclient",
        "Client {client}: has no history",
    ),
    "removed by the history": (
        "UPDATE practice_historicalsession SET history_type = '-' WHERE history_type = '~'",
        "Session {session}: is there, and by its history it was removed",
    ),
    "a first entry gone": (
        "DELETE FROM practice_historicalsession WHERE minutes = 50 AND history_type = '+'",
        "Session {session}: its history does not begin with its entry",
    ),
    "a last entry gone": (
        "DELETE FROM practice_historicalsession WHERE history_type = '-'",
        "Session {gone}: is gone, and its history does not say so",
    ),
    "entered twice": (
        "UPDATE practice_historicalsession SET history_type = '+' WHERE history_type = '~'",
        "Session {session}: was entered twice by its history",
    ),
    "dates out of order": (
        "UPDATE practice_historicalsession SET history_date = '2020-01-01 00:00:00+00:00' "
        "WHERE history_type = '~'",
        "Session {session}: the dates of its history are out of order",
    ),
}


@pytest.mark.parametrize("case", PLANTED)
def test_each_planted_fault_is_found(cast: Cast, case: str) -> None:
    episode = everything(cast)
    sql, words = PLANTED[case]
    run(sql.replace("{{", "{").replace("}}", "}"))
    keys = {
        "client": episode.client_id,
        "episode": episode.pk,
        "holding": episode.holdings.order_by("pk")[0].pk,
        "session": Session.objects.values_list("pk", flat=True).get(minutes=60),
        "frozen": cast.service.frozen_reports.get().pk,
        "charlie": cast.charlie.pk,
        "gone": Session.history.latest("id").id,
    }
    assert [finding.words for finding in found()] == [words.format(**keys)]


def test_a_row_gone_without_a_word(cast: Cast) -> None:
    client = make_client(service=cast.service)
    key = client.pk
    run("DELETE FROM practice_client WHERE id = %s", key)
    assert [finding.words for finding in found()] == [
        f"Client {key}: is gone, and its history does not say so"
    ]


def test_a_row_that_came_without_a_word(cast: Cast) -> None:
    session = make_session(
        episode=make_episode(client=make_client(service=cast.service), holder=cast.alice),
        held_on=day(1),
    )
    run("DELETE FROM practice_historicalsession")
    assert [finding.words for finding in found()] == [f"Session {session.pk}: has no history"]


def test_a_row_that_came_back(cast: Cast) -> None:
    """By its history it was removed, and then changed: one of them is untrue."""
    client = make_client(service=cast.service)
    saved(client, by=None)
    run("UPDATE practice_historicalclient SET history_type = '-' WHERE history_type = '+'")
    assert [finding.fault for finding in found()] == [
        "its history does not begin with its entry",
        "its history goes on after its removal",
    ]


def test_notes_under_a_key_that_is_not_here(cast: Cast, settings: Settings) -> None:
    episode = everything(cast)
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    faults = found()
    assert {finding.fault for finding in faults} == {
        "cannot be read with the keys that are here, or was tampered with,"
    }
    assert ("Episode", episode.pk) in {(finding.model, finding.row) for finding in faults}


# --- The audit itself


def test_numbers_without_an_entry_are_counted(cast: Cast) -> None:
    for _ in range(5):
        record(deed=Deed.READ, who=cast.leda)
    # On PostgreSQL what earlier tests took back has used numbers up as well.
    before = check_audit_numbers(connection)
    assert before == 0 or connection.vendor == "postgresql"
    first, *_, last = AuditEntry.objects.order_by("pk").values_list("pk", flat=True)
    with triggers_off():
        for key in (first + 1, last):
            run("DELETE FROM practice_auditentry WHERE id = %s", key)
    # Also the last one, though nothing above it tells.
    assert check_audit_numbers(connection) == before + 2


@pytest.mark.parametrize("gone", [[0], [2], [4], [0, 1], [1, 3], [3, 4], [0, 1, 2, 3, 4]])
def test_a_gap_at_the_beginning_in_the_middle_and_at_the_end(cast: Cast, gone: list[int]) -> None:
    for _ in range(5):
        record(deed=Deed.READ, who=cast.leda)
    before = check_audit_numbers(connection)
    keys = list(AuditEntry.objects.order_by("pk").values_list("pk", flat=True))
    with triggers_off():
        for place in gone:
            run("DELETE FROM practice_auditentry WHERE id = %s", keys[place])
    assert check_audit_numbers(connection) == before + len(gone)


def test_nothing_is_kept_in_a_table_of_pairs() -> None:
    """What is joined many to many has a table of its own, and would have no history."""
    joined = {
        f"{model.__name__}.{field.name}"
        for model in kept_models()
        for field in model._meta.many_to_many
        if not hasattr(field.remote_field.through, "history")
    }
    assert joined <= {"Practitioner.groups", "Practitioner.user_permissions"}


def test_what_it_cannot_find(cast: Cast) -> None:
    """README says so: an earlier entry that agrees with nothing that is there any more."""
    session = make_session(
        episode=make_episode(client=make_client(service=cast.service), holder=cast.alice),
        held_on=day(1),
        minutes=50,
    )
    for minutes in (55, 60):
        session.minutes = minutes
        saved(session, by=cast.alice)
    # In between; all of it, row and history; both alike.
    run("DELETE FROM practice_historicalsession WHERE minutes = 55")
    assert found() == []
    run("UPDATE practice_historicalsession SET minutes = 45 WHERE minutes = 60")
    run("UPDATE practice_session SET minutes = 45")
    assert found() == []


def test_a_trigger_that_is_missing(db: None) -> None:
    assert list(check_triggers(connection)) == []
    with triggers_off():
        faults = list(check_triggers(connection))
    assert len(faults) == len(NAMES[connection.vendor])
    assert all("could be changed: the trigger audit_" in each.words for each in faults)
    assert list(check_triggers(connection)) == []


def test_a_trigger_that_does_something_else(db: None) -> None:
    """Of the same name, and without its teeth."""
    toothless = {
        "sqlite": (
            "DROP TRIGGER audit_never_changed",
            "CREATE TRIGGER audit_never_changed BEFORE UPDATE ON practice_auditentry "
            "BEGIN SELECT 1; END",
        ),
        "postgresql": (
            "CREATE OR REPLACE FUNCTION practice_audit_refuses() RETURNS trigger LANGUAGE plpgsql "
            "AS $$ BEGIN RETURN NEW; END $$",
        ),
    }[connection.vendor]
    with connection.cursor() as cursor:
        for statement in toothless:
            cursor.execute(statement)
    assert "audit_never_changed" in str(list(check_triggers(connection))) or (
        len(list(check_triggers(connection))) == len(NAMES["postgresql"])
    )


def test_a_trigger_that_is_switched_off(db: None) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite's triggers cannot be switched off, only dropped")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE practice_auditentry DISABLE TRIGGER audit_append_only")
        assert [each.row for each in check_triggers(connection)] == [None]
        cursor.execute("ALTER TABLE practice_auditentry ENABLE TRIGGER audit_append_only")


# --- The command


def check() -> str:
    said = StringIO()
    call_command("check_audit", stdout=said)
    return said.getvalue()


@pytest.mark.django_db(transaction=True)
def test_the_command_says_so_and_fails_without_a_value() -> None:
    cast = make_cast()
    everything(cast)
    # The tests before this one have used numbers up: that is told, and is no fault.
    holes = r"(AuditEntry: \d+ numbers were given and have no entry\..*\n)?"
    assert re.fullmatch(holes + r"Every row of \d+ tables is as its history says\.\n", check())
    record(deed=Deed.READ, who=cast.leda)
    holes_now = check_audit_numbers(connection) + AuditEntry.objects.count()
    with triggers_off():
        run("DELETE FROM practice_auditentry")
    # Not a fault by itself.
    assert check_audit_numbers(connection) == holes_now
    assert f"AuditEntry: {holes_now} number" in check()

    run("UPDATE practice_client SET reference = 'C-other'")
    run("UPDATE practice_episode SET note = 'in clear'")
    said = StringIO()
    with pytest.raises(CommandError, match="2 findings: see above"):
        call_command("check_audit", stdout=said)
    words = said.getvalue()
    assert "differs from its history in reference" in words
    assert "in note" in words
    for value in (SECRET, REFERENCE, "C-other", "in clear", "alice", "e1:"):
        assert value not in words


@pytest.mark.django_db
@pytest.mark.parametrize("clients", [1, 30])
def test_a_constant_number_of_queries(
    cast: Cast, clients: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    for _ in range(clients):
        make_episode(client=make_client(service=cast.service), holder=cast.alice)
    with django_assert_num_queries(2 * len(kept_models()) + 1):
        assert found() == []
    assert Client.objects.count() == clients
    assert Practitioner.objects.count() == 4
