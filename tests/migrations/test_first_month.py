"""0002_first_month, on a database full of rows of the version before: nothing lost, nothing changed."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps as installed
from django.apps.registry import Apps
from django.db import IntegrityError, connection, transaction
from pytest_django import DjangoDbBlocker

from practice.backups import archive_of
from practice.backups.archive import Archive
from practice.models import Client, Episode, Service
from tests.cast import day, make_client, make_episode, saved
from tests.migrations.versions import Copy, Row, migrate, newest, rows_of, walking

BEFORE = "0001_initial"
THIS = "0002_first_month"
# The last microsecond of summer time's repeated hour.
MOMENT = dt.datetime(2026, 10, 25, 0, 59, 59, 999_999, tzinfo=dt.UTC)
WORDS = "Ŵyn felt better; “less alone” — 😊 and '\\quoted' \"twice\"\nNULL"

# What a row of the version before holds in the columns that are new.
_EPISODE = {
    "got_what_they_came_for": "",
    "found": "",
    "would_try": "",
    "paused_until": None,
    "pause_reason": "",
}
_SERVICE = {"signals_off": "", "usual_medium": "", "usual_minutes": None, "usual_fee": None}
NEW_COLUMNS: Mapping[str, Row] = {
    "practice_episode": _EPISODE,
    "practice_historicalepisode": _EPISODE,
    "practice_service": _SERVICE,
    "practice_historicalservice": _SERVICE,
}
NEW_TABLES = {
    "practice_agreement",
    "practice_caseloadupload",
    "practice_historicalagreement",
    "practice_historicalinvitation",
    "practice_historicalriskresponse",
    "practice_historicalsupervisionmeeting",
    "practice_invitation",
    "practice_rememberedheading",
    "practice_riskresponse",
    "practice_supervisionmeeting",
}

Rows = Mapping[str, Sequence[Row]]


@dataclass(frozen=True, kw_only=True)
class Walk:
    """What was there on the way, and copies of where it led: a walk takes seconds, a look at it none."""

    # The newest version as it was made by migrating a database of nothing, and taken back from there.
    empty: Rows
    empty_before: Rows
    before: Rows
    archive: Archive
    after: Rows
    back: Rows
    upgraded: Copy
    # Upgraded, taken back and upgraded again.
    again: Copy


@pytest.fixture(scope="module")
def walk(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Walk]:
    """From the newest version, empty, down; up with every kind of row; and down and up once more."""
    with django_db_blocker.unblock(), walking() as copies:
        empty = rows_of(installed)
        apps = migrate(to=BEFORE)
        empty_before = rows_of(apps)
        _fill(_Filling(apps))
        before, (_, content) = rows_of(apps), archive_of(connection, now=MOMENT)
        after = rows_of(migrate(to=THIS))
        episodes = migrate(to=newest()).get_model("practice", "Episode").objects
        upgraded = copies.take()
        paused = {"paused_until": day(30), "pause_reason": "Jury service"}
        assert episodes.filter(number=1).update(**paused) == 1
        back = rows_of(migrate(to=BEFORE))
        migrate(to=newest())
        yield Walk(
            empty=empty,
            empty_before=empty_before,
            before=before,
            archive=Archive(content),
            after=after,
            back=back,
            upgraded=upgraded,
            again=copies.take(),
        )


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


class _Filling:
    """Stores rows of the version before, each with its history."""

    def __init__(self, apps: Apps) -> None:
        self.apps = apps

    def add(self, model: str, **values: Any) -> Any:
        row = self.apps.get_model("practice", model)(**values)
        row.save()
        self._keep(model, row, history_type="+")
        return row

    def delete(self, model: str, row: Any) -> None:
        self._keep(model, row, history_type="-")
        row.delete()

    def _keep(self, model: str, row: Any, *, history_type: str) -> None:
        history: Any = self.apps.get_model("practice", f"Historical{model}")
        names = {field.attname for field in history._meta.concrete_fields}
        own = {f.attname for f in row._meta.concrete_fields}
        history(
            **{name: getattr(row, name) for name in own & names},
            history_date=MOMENT,
            history_type=history_type,
            history_user_id=7,
            history_change_reason="a naïve “reason”",
        ).save()


def _fill(to: _Filling) -> None:
    service = to.add("Service", name="Harbour – Ŵyn", primary_outcome="core10", is_invented=True)
    other = to.add("Service", name="Hillside", logs_every_enquiry=True)
    alice = to.add("Practitioner", email="alice@example.org", name="Alice", password="argon2$x")
    bob = to.add("Practitioner", email="bob@example.org", password="!", is_active=False)
    to.add("Membership", service=service, practitioner=alice, role="lead")
    to.add("Membership", service=other, practitioner=bob, role="practitioner")
    client = to.add(
        "Client", service=service, reference="Ŵ-1", gender="non-binary", birth_year=1900
    )
    to.add("Client", service=other, reference="x" * 40)
    ended = to.add(
        "Episode",
        client=client,
        number=32_767,
        referred_on=day(0),
        **dict.fromkeys(("source", "contract", "problem", "problem_2", "problem_3"), "Ŵ" * 120),
        therapy="CBT",
        earlier_therapy="more",
        planned_sessions=999,
        ended_on=day(0),
        ending="agreed_at_end",
        wished_to_continue=False,
        left_out="under_18",
        left_out_at=MOMENT,
        left_out_by=alice,
        note=WORDS,
    )
    still_open = to.add("Episode", client=client, number=1, referred_on=day(5))
    to.add("Holding", episode=ended, practitioner=alice, since=day(0), until=day(1))
    to.add("Holding", episode=ended, practitioner=bob, since=day(1))
    session = to.add(
        "Session",
        episode=still_open,
        held_on=day(7),
        kind="review",
        attendance="dna",
        medium="video",
        minutes=0,
        fee=Decimal("99999.00"),
        position=3,
        note=WORDS,
        entered_by=alice,
        entered_at=MOMENT,
    )
    to.add("Session", episode=still_open, held_on=day(8), fee=Decimal("0.01"), minutes=1440)
    to.add(
        "MeasureCompletion",
        measure="phq9",
        session=session,
        answers="01230-123",
        mode="self",
        entered_by=bob,
        entered_at=MOMENT,
    )
    to.add(
        "MeasureCompletion",
        measure="core10",
        episode=ended,
        completed_on=day(9),
        total=Decimal("12.22"),
        entered_at=MOMENT,
        position=1,
    )
    # The highest numbers given are not those of the newest rows.
    gone = to.add("Client", service=service, reference="GONE")
    episode = to.add("Episode", client=gone, number=1, referred_on=day(5))
    to.delete("Episode", episode)
    to.delete("Client", gone)


@pytest.mark.django_db
def test_rows_of_the_version_before_are_worth_keeping(walk: Walk) -> None:
    assert len(walk.before) == 16
    for table, found in walk.before.items():
        assert len(found) >= 2, table
        for column in found[0]:
            values = {str(row[column]) for row in found if row[column] not in (None, "")}
            assert values, f"no row of {table} has anything in {column}"


@pytest.mark.django_db
def test_a_backup_can_be_made_first(walk: Walk) -> None:
    """Of the version before, by the program that is about to migrate it."""
    walk.archive.check()
    assert walk.archive.manifest.migrations["practice"] == (BEFORE,)
    for table, rows in walk.before.items():
        assert walk.archive.manifest.rows(table) == len(rows), table


@pytest.mark.django_db
def test_nothing_is_lost_and_nothing_changed(walk: Walk) -> None:
    assert walk.after.keys() - walk.before.keys() == NEW_TABLES
    assert [table for table in NEW_TABLES if walk.after[table]] == []
    for table, rows in walk.before.items():
        new = NEW_COLUMNS.get(table, {})
        assert walk.after[table] == [{**row, **new} for row in rows], table


@pytest.mark.usefixtures("upgraded")
def test_what_was_written_is_read_by_the_program() -> None:
    ended = Episode.objects.get(number=32_767)
    assert (ended.note, ended.found, ended.would_try) == (WORDS, "", "")
    assert ended.left_out_by is not None
    assert ended.left_out_by.email == "alice@example.org"
    assert Episode.history.filter(id=ended.pk).get().note == WORDS
    assert Service.objects.get(primary_outcome="core10").signals_turned_off == frozenset()
    # And goes on being changed, under the new rules.
    ended.got_what_they_came_for = "partly"
    saved(ended, by=None)
    ended.paused_until = day(30)
    with pytest.raises(IntegrityError), transaction.atomic():
        saved(ended, by=None)


@pytest.mark.usefixtures("upgraded")
def test_numbers_go_on_where_they_were() -> None:
    _numbers_go_on_where_they_were()


@pytest.mark.usefixtures("again")
def test_numbers_go_on_where_they_were_after_going_back() -> None:
    _numbers_go_on_where_they_were()


def _numbers_go_on_where_they_were() -> None:
    """A number that was given and deleted is not given again: its history is still here."""
    service = Service.objects.get(name="Hillside")
    for model in (Client, Episode):
        history: Any = model
        highest = history.history.latest("id").id
        assert not model._base_manager.filter(pk=highest).exists()
        client = make_client(service=service)
        made = client if model is Client else make_episode(client=client, holder=None)
        assert made.pk == highest + 1
        assert history.history.filter(id=made.pk).count() == 1


@pytest.mark.usefixtures("upgraded")
def test_database_is_whole() -> None:
    connection.check_constraints()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA integrity_check")
            assert cursor.fetchall() == [("ok",)]
        for model in (Client, Episode, Service):
            held = connection.introspection.get_constraints(cursor, model._meta.db_table)
            assert {one.name for one in model._meta.constraints} <= held.keys()
            assert {one.name for one in model._meta.indexes} <= held.keys()


@pytest.mark.django_db
def test_on_an_empty_database(walk: Walk) -> None:
    assert walk.empty_before.keys() == walk.before.keys()
    assert all(rows == [] for rows in walk.empty_before.values())
    assert walk.empty.keys() > walk.after.keys()
    assert all(rows == [] for rows in walk.empty.values())


@pytest.mark.usefixtures("again")
def test_backwards_keeps_what_the_version_before_knew(walk: Walk) -> None:
    """It works, and what the version before has no place for is gone: make a backup first."""
    assert walk.back == walk.before
    assert Episode.objects.get(number=1).paused_until is None
