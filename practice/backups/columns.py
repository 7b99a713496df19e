"""Values of columns: from either database to JSON and back, without loss.

Columns are read and written as the plain kind that the database knows (text, number, date, ...),
past whatever a field of our own does beside: so an encrypted note is read as its ciphertext.
"""

import datetime as dt
import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Combinable, ExpressionWrapper
from django.db.models.functions import Cast


class UnknownKindError(TypeError):
    """A column of a kind that nobody has said how to back up."""


def _as_it_is(value: Any) -> Any:
    return value


def _instant(value: dt.datetime) -> str:
    # One way to write each instant, so that both databases give the same digest.
    return value.astimezone(dt.UTC).isoformat()


@dataclass(frozen=True, kw_only=True)
class Kind:
    """How the values of a kind of column are read, written in JSON, and stored."""

    plain: Callable[[], "models.Field[Any, Any]"]
    to_json: Callable[[Any], Any] = _as_it_is
    from_json: Callable[[Any], Any] = _as_it_is


_WHOLE = Kind(plain=models.BigIntegerField)
_TEXT = Kind(plain=models.TextField)
KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(
        (
            "AutoField",
            "BigAutoField",
            "BigIntegerField",
            "IntegerField",
            "PositiveBigIntegerField",
            "PositiveIntegerField",
            "PositiveSmallIntegerField",
            "SmallAutoField",
            "SmallIntegerField",
        ),
        _WHOLE,
    ),
    **dict.fromkeys(("CharField", "SlugField", "TextField"), _TEXT),
    "BooleanField": Kind(plain=models.BooleanField),
    "FloatField": Kind(plain=models.FloatField),
    "DateField": Kind(
        plain=models.DateField, to_json=dt.date.isoformat, from_json=dt.date.fromisoformat
    ),
    "TimeField": Kind(
        plain=models.TimeField, to_json=dt.time.isoformat, from_json=dt.time.fromisoformat
    ),
    "DateTimeField": Kind(
        plain=models.DateTimeField, to_json=_instant, from_json=dt.datetime.fromisoformat
    ),
    "UUIDField": Kind(plain=models.UUIDField, to_json=str, from_json=uuid.UUID),
}


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a table. field: the model's. read: what a query selects. plain: for writing."""

    name: str
    field: "models.Field[Any, Any]"
    read: Combinable
    kind: Kind
    plain: "models.Field[Any, Any]"

    def to_json(self, value: Any) -> Any:
        return None if value is None else self.kind.to_json(value)

    def to_database(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        """The parameter of an INSERT."""
        known = None if value is None else self.kind.from_json(value)
        return self.plain.get_db_prep_save(known, connection)


def column_of(field: Any) -> Column:
    """The column of a field of a model. Raises UnknownKindError."""
    # A foreign key is stored as the key it points to.
    stored = field.target_field if field.is_relation else field
    kind_name = stored.get_internal_type()
    here = models.F(field.attname)
    if kind_name == "JSONField":
        # As text, for a JSON null is not the same as no value; the binding to JSON is the column's.
        json_kind = Kind(plain=models.TextField, to_json=_ordered)
        plain = json_kind.plain()
        read: Combinable = Cast(here, plain)
        return Column(name=field.column, field=field, read=read, kind=json_kind, plain=plain)
    if kind_name == "DecimalField":
        kind = _decimal(stored.max_digits, stored.decimal_places)
    elif kind_name in KINDS:
        kind = KINDS[kind_name]
    else:
        raise UnknownKindError(
            f"{field.model.__name__}.{field.name} is a {kind_name}, and backups/columns.py does "
            "not say how to keep one"
        )
    plain = kind.plain()
    read = ExpressionWrapper(here, output_field=plain)
    return Column(name=field.column, field=field, read=read, kind=kind, plain=plain)


def _decimal(digits: int, places: int) -> Kind:
    # SQLite keeps 12.00 as 12: the places of the column are put back.
    step = Decimal(1).scaleb(-places)
    return Kind(
        plain=lambda: models.DecimalField(max_digits=digits, decimal_places=places),
        to_json=lambda value: str(value.quantize(step)),
        from_json=Decimal,
    )


def _ordered(text: str) -> str:
    """JSON in one spelling: PostgreSQL's jsonb keeps neither the order of names nor the spaces."""
    return json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True)
