"""Rows exactly on the good and on the bad side of a constraint, and what must become of each.

The modules beside this one list them as EDGES; test_constraints.py fails while a constraint is
without one on each side.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction

from practice.models import (
    Agreement,
    AnnualFigures,
    AuditEntry,
    CaseloadUpload,
    Client,
    Episode,
    FrozenReport,
    Holding,
    Invitation,
    KnownDevice,
    MeasureCompletion,
    Membership,
    Practitioner,
    RememberedHeading,
    Resolution,
    RiskResponse,
    Service,
    Session,
    Supervising,
    SupervisionMeeting,
    Target,
)
from tests.cast import (
    Cast,
    day,
    make_agreement,
    make_client,
    make_completion,
    make_episode,
    make_meeting,
    make_session,
)

# Values of fields; a function is called with the world the row is made in.
Fields = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class World:
    """What a row can point to."""

    cast: Cast
    client: Client
    episode: Episode  # held by alice
    unheld: Episode
    session: Session
    other_session: Session
    form: MeasureCompletion  # of the unheld episode, with no word yet about its risk item
    meeting: SupervisionMeeting  # alice's on day 5, with an agreement about the episode


def make_world(cast: Cast) -> World:
    client = make_client(service=cast.service, reference="C-known")
    episode = make_episode(client=client, holder=cast.alice, number=1)
    unheld = make_episode(client=client, holder=None, number=2)
    meeting = make_meeting(
        service=cast.service, practitioner=cast.alice, held_on=day(5), supervisor="Sunniva Vale"
    )
    make_agreement(meeting=meeting, episode=episode)
    return World(
        cast=cast,
        client=client,
        episode=episode,
        unheld=unheld,
        session=make_session(episode=episode, held_on=day(1)),
        other_session=make_session(episode=episode, held_on=day(2)),
        form=make_completion(of=unheld, on=day(3), total=None, answers="000000001"),
        meeting=meeting,
    )


# A row of each model that no constraint objects to; each edge changes some of its fields.
VALID: Mapping[type[models.Model], Fields] = {
    Service: {"name": "Valley"},
    Practitioner: {"email": "erin@example.org"},
    Membership: {
        "service": lambda world: world.cast.other_service,
        "practitioner": lambda world: world.cast.alice,
    },
    Supervising: {
        "service": lambda world: world.cast.service,
        "supervisor": lambda world: world.cast.bob,
        "practitioner": lambda world: world.cast.alice,
        "since": day(10),
    },
    KnownDevice: {"practitioner": lambda world: world.cast.alice, "digest": "d" * 64},
    AuditEntry: {"deed": "read"},
    Client: {"service": lambda world: world.cast.service, "reference": "C-new"},
    Episode: {"client": lambda world: world.client, "number": 3, "referred_on": day(10)},
    Holding: {
        "episode": lambda world: world.unheld,
        "practitioner": lambda world: world.cast.alice,
        "since": day(10),
    },
    Session: {"episode": lambda world: world.episode, "held_on": day(10)},
    MeasureCompletion: {"measure": "phq9", "session": lambda world: world.session, "total": 12},
    RiskResponse: {
        "completion": lambda world: world.form,
        "asked": "Thoughts only",
        "done": "Crisis numbers given",
    },
    SupervisionMeeting: {
        "service": lambda world: world.cast.service,
        "practitioner": lambda world: world.cast.alice,
        "held_on": day(10),
        "minutes": 60,
        "supervisor": "Sunniva Vale",
    },
    Agreement: {
        "meeting": lambda world: world.meeting,
        "episode": lambda world: world.unheld,
        "agreed": "Review the goals",
    },
    FrozenReport: {
        "service": lambda world: world.cast.service,
        "practitioner": lambda world: world.cast.alice,
        "month": "2026-02",
        "text": {"a": "MonthlyText"},
        "figures": {"year.ended.episodes": 7},
        "digest": "0" * 64,
    },
    Resolution: {
        "service": lambda world: world.cast.service,
        "practitioner": lambda world: world.cast.alice,
        "will_try": "Ask about the ending at session three",
        "from_on": day(10),
    },
    Target: {
        "service": lambda world: world.cast.service,
        "practitioner": lambda world: world.cast.alice,
        "rate": "planned_declared",
        "percent": "70.0",
        "from_on": day(10),
    },
    Invitation: {
        "service": lambda world: world.cast.service,
        "email": "invited@example.org",
        "digest": "d" * 64,
    },
    CaseloadUpload: {
        "service": lambda world: world.cast.service,
        "uploaded_by": lambda world: world.cast.alice,
    },
    AnnualFigures: {
        "service": lambda world: world.cast.service,
        "period": "2025-26",
        "figures": [{"is": "about", "regions": 7}],
        "digest": "0" * 64,
    },
    RememberedHeading: {"service": lambda world: world.cast.service, "heading": "phq 1"},
}


@dataclass(frozen=True, kw_only=True)
class Edge:
    """One row at a constraint.

    after: rows that are there already. instead: what full_clean() says where the field itself
    objects before the constraint is asked. column: its column's own check, made by Django for
    numbers that cannot be negative, may speak first in the database.
    """

    model: type[models.Model]
    constraint: str
    is_stored: bool
    fields: Fields
    after: tuple[Fields, ...] = ()
    instead: str | None = None
    column: str | None = None

    @property
    def label(self) -> str:
        """What pytest calls it."""
        values = " ".join(
            f"{name}={_named(value)}" for name, value in (self.fields or {"as": "valid"}).items()
        )
        return f"{self.constraint}: {values} is {'stored' if self.is_stored else 'refused'}"

    def row(self, world: World, fields: Fields) -> models.Model:
        """An unsaved row with these fields, valid in all others."""
        given = {**VALID[self.model], **fields}
        return self.model(
            **{name: value(world) if callable(value) else value for name, value in given.items()}
        )

    def check(self, world: World) -> None:
        """The database and full_clean() are of one mind, and it is the right one."""
        for fields in self.after:
            self.row(world, fields).save()
        if self.is_stored:
            self._check_stored(world)
        else:
            self._check_refused(world)

    def _check_stored(self, world: World) -> None:
        row = self.row(world, self.fields)
        _clean(row)
        row.save()
        assert self.model._base_manager.filter(pk=row.pk).exists()

    def _check_refused(self, world: World) -> None:
        row, before = self.row(world, self.fields), self.model._base_manager.count()
        constraint = find_constraint(self.model, self.constraint)
        with pytest.raises(ValidationError) as refused:
            row.validate_constraints()
        assert constraint.violation_error_message in refused.value.messages
        with pytest.raises(ValidationError) as refused:
            _clean(row)
        assert (self.instead or constraint.violation_error_message) in refused.value.messages

        with pytest.raises(IntegrityError) as broken, transaction.atomic():
            row.save()
        assert any(name in str(broken.value) for name in self._names(constraint)), broken.value
        assert self.model._base_manager.count() == before

    def _names(self, constraint: models.BaseConstraint) -> Iterable[str]:
        """How the databases name the constraint in their messages."""
        table = self.model._meta.db_table
        if connection.vendor == "postgresql":
            yield f'constraint "{constraint.name}"'
            if self.column:
                yield f'constraint "{table}_{self.column}_check"'
        elif isinstance(constraint, models.UniqueConstraint):
            # SQLite names the columns of a unique index, never the index.
            columns = (self.model._meta.get_field(name).column for name in constraint.fields)  # type: ignore[union-attr]
            yield "UNIQUE constraint failed: " + ", ".join(f"{table}.{name}" for name in columns)
        else:
            yield f"CHECK constraint failed: {constraint.name}"
            if self.column:
                yield f"CHECK constraint failed: {self.column}"


def _named(value: object) -> str:
    return "..." if callable(value) else repr(str(value))


def _clean(row: models.Model) -> None:
    # A password is set by a method of its own, and never typed into the field.
    row.full_clean(exclude={"password"})


def find_constraint(model: type[models.Model], name: str) -> models.BaseConstraint:
    """The model's constraint of that name."""
    (found,) = (one for one in model._meta.constraints if one.name == name)
    return found


def stored(model: type[models.Model], constraint: str, **fields: Any) -> Edge:
    """A row on the good side."""
    return Edge(model=model, constraint=constraint, is_stored=True, fields=fields)


def refused(
    model: type[models.Model],
    constraint: str,
    *,
    instead: str | None = None,
    column: str | None = None,
    **fields: Any,
) -> Edge:
    """A row on the bad side."""
    return Edge(
        model=model,
        constraint=constraint,
        is_stored=False,
        fields=fields,
        instead=instead,
        column=column,
    )


def all_known(
    model: type[models.Model], constraint: str, *, field: str, values: Iterable[str], **fields: Any
) -> tuple[Edge, ...]:
    """Each word of a list is stored; another one and one in capitals are not."""
    values = list(values)
    good = [{**fields, field: value} for value in values]
    bad = [{**fields, field: value} for value in ("elsewise", values[-1].upper())]
    return (
        *(stored(model, constraint, **each) for each in good),
        *(
            refused(
                model,
                constraint,
                instead=f"Value '{each[field]}' is not a valid choice.",
                **each,
            )
            for each in bad
        ),
    )


def every(edges: Iterable[Edge]) -> pytest.MarkDecorator:
    """Runs a test once for each edge, under its label."""
    return pytest.mark.parametrize("edge", [pytest.param(edge, id=edge.label) for edge in edges])
