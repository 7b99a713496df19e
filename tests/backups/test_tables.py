"""A walk over every model and every table: in the backup, or left out for a reason that is named."""

import datetime as dt
import json
import os
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.migrations.recorder import MigrationRecorder
from django.test.utils import isolate_apps
from django.utils import timezone

from practice.backups import BackupError, archive_of
from practice.backups.columns import UnknownKindError
from practice.backups.rows import lines_of, put_back, tally_of
from practice.backups.tables import LEFT_OUT, NOT_OF_A_MODEL, Table, schema_of, tables_of

SQLITE = os.environ["TEST_DB"] == "sqlite"


@pytest.fixture
def kept(db: None) -> dict[str, Table]:
    return {table.name: table for table in schema_of(connection).tables}


def test_every_model_of_the_practice(kept: dict[str, Table]) -> None:
    for model in apps.get_app_config("practice").get_models(include_auto_created=True):
        columns = kept[model._meta.db_table].column_names
        assert set(columns) == {field.column for field in model._meta.concrete_fields}


def test_every_table_of_the_database(kept: dict[str, Table]) -> None:
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
        if SQLITE:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            there |= {name for (name,) in cursor.fetchall()}
        assert there - kept.keys() - LEFT_OUT.keys() <= NOT_OF_A_MODEL.keys()
        assert kept.keys() | LEFT_OUT.keys() <= there
        assert not kept.keys() & LEFT_OUT.keys()
        for table in kept.values():
            described = connection.introspection.get_table_description(cursor, table.name)
            assert {column.name for column in described} == set(table.column_names), table.name
    assert all(LEFT_OUT.values())
    assert all(NOT_OF_A_MODEL.values())


def test_every_table_of_the_models(kept: dict[str, Table]) -> None:
    """The migrations and the models agree on what there is."""
    assert {table.name: sorted(table.column_names) for table in tables_of(apps)} == {
        name: sorted(table.column_names) for name, table in kept.items()
    }


def test_nothing_kept_points_to_what_is_left_out(kept: dict[str, Table]) -> None:
    with connection.cursor() as cursor:
        for name in kept:
            for _, table in connection.introspection.get_relations(cursor, name).values():
                assert table in kept, name


def test_keys_sort_alike_on_both_databases(kept: dict[str, Table]) -> None:
    """Digests go by the order of keys; texts would sort by the rules of a language."""
    for table in kept.values():
        key = table.model._meta.pk
        assert key is not None
        assert isinstance(key, models.AutoField | models.BigAutoField | models.UUIDField)


@pytest.mark.django_db(transaction=True)
def test_a_database_ahead_of_the_program() -> None:
    recorder = MigrationRecorder(connection)
    recorder.record_applied("practice", "9999_later")
    try:
        with pytest.raises(BackupError, match=r"newer version.*practice\.9999_later"):
            archive_of(connection, now=timezone.now())
    finally:
        recorder.record_unapplied("practice", "9999_later")


def test_not_inside_another_transaction(db: None) -> None:
    with pytest.raises(RuntimeError, match="outside any other transaction"):
        archive_of(connection, now=timezone.now())


# --- Every kind of column, also those that no table has today

EDGES: list[dict[str, Any]] = [
    {},
    {
        "flag": True,
        "day": dt.date(1, 1, 1),
        "moment": dt.datetime(2026, 3, 29, 1, 0, 0, 1, tzinfo=dt.UTC),
        "clock": dt.time(23, 59, 59, 999_999),
        "amount": Decimal("-0.10"),
        "ratio": 0.1,
        "big": 2**63 - 1,
        "text": "Ŵ 😊 \u2028 \\ \" '\n\r\t",
        "data": {"b": [1, 2.5, None, "é"], "a": {"z": True}},
        "other_id": 1,
    },
    {
        "flag": False,
        "day": dt.date(9999, 12, 31),
        "moment": dt.datetime(2026, 10, 25, 1, 30, tzinfo=dt.UTC),
        "amount": Decimal("12.00"),
        "ratio": -1e-7,
        "big": -(2**63),
        "text": "",
        "data": [],
    },
    {
        "amount": Decimal("99999999.99"),
        "ratio": 5e-324,
        "data": models.Value(None, models.JSONField()),
    },
]


@pytest.mark.django_db(transaction=True)
@isolate_apps("practice")
def test_every_kind_of_value_comes_back_as_it_was() -> None:
    class Everything(models.Model):  # noqa: DJ008
        flag = models.BooleanField(null=True)
        day = models.DateField(null=True)
        moment = models.DateTimeField(null=True)
        clock = models.TimeField(null=True)
        amount = models.DecimalField(max_digits=10, decimal_places=2, null=True)
        ratio = models.FloatField(null=True)
        big = models.BigIntegerField(null=True)
        text = models.TextField(null=True)  # noqa: DJ001 - to be told apart from ""
        data = models.JSONField(null=True)
        other = models.ForeignKey("self", on_delete=models.PROTECT, null=True)

        objects: models.Manager[Any] = models.Manager()

        class Meta:
            app_label = "practice"

    with connection.schema_editor() as editor:
        editor.create_model(Everything)
    try:
        for values in EDGES:
            Everything.objects.create(**values)
        (table,) = tables_of(Everything._meta.apps)
        before, lines = _raw(Everything), list(lines_of(table, connection))
        tally = tally_of(table, connection)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE practice_everything SET other_id = NULL")
        Everything.objects.all().delete()
        put_back(table, lines, connection)
        assert _raw(Everything) == before
        assert list(lines_of(table, connection)) == lines
        assert tally_of(table, connection) == tally
        assert tally.rows == len(EDGES)
        for values, row in zip(EDGES, Everything.objects.order_by("pk"), strict=True):
            for name, value in values.items():
                wanted = None if isinstance(value, models.Value) else value
                assert getattr(row, name) == wanted
    finally:
        with connection.schema_editor() as editor:
            editor.delete_model(Everything)


def _raw(model: Any) -> list[list[Any]]:
    """As the driver gives them; JSON from its text, where null is not the same as none."""
    fields = model._meta.concrete_fields
    is_json = [field.column == "data" for field in fields]
    names = ", ".join(
        f"CAST({field.column} AS text)" if json_here else field.column
        for field, json_here in zip(fields, is_json, strict=True)
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {names} FROM {model._meta.db_table} ORDER BY id")  # noqa: S608
        return [
            [
                ("JSON", json.loads(value)) if json_here and value is not None else value
                for json_here, value in zip(is_json, row, strict=True)
            ]
            for row in cursor.fetchall()
        ]


@isolate_apps("practice")
def test_a_kind_that_nobody_has_classed_fails_loudly() -> None:
    class Odd(models.Model):  # noqa: DJ008
        lasting = models.DurationField()

        class Meta:
            app_label = "practice"

    with pytest.raises(UnknownKindError, match=r"Odd\.lasting is a DurationField"):
        tables_of(Odd._meta.apps)
