"""No constraint without a name, a sentence for people, and a row on each side of it.

And the database of either kind really holds them, put there by the migrations.
"""

from collections import Counter
from collections.abc import Sequence

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.db.migrations.loader import MigrationLoader

from practice.models import Session
from tests.cast import Cast, day, make_client, make_episode
from tests.models import (
    test_annual_figures,
    test_audit,
    test_benchmark,
    test_client,
    test_completion,
    test_device,
    test_episode,
    test_holding,
    test_invitation,
    test_practitioner,
    test_report,
    test_risk,
    test_service,
    test_session,
    test_supervising,
    test_supervision,
    test_upload,
)
from tests.models.edges import Edge

EDGES: Sequence[Edge] = (
    *test_service.EDGES,
    *test_practitioner.EDGES,
    *test_client.EDGES,
    *test_episode.EDGES,
    *test_holding.EDGES,
    *test_session.EDGES,
    *test_completion.EDGES,
    *test_risk.EDGES,
    *test_supervision.EDGES,
    *test_report.EDGES,
    *test_benchmark.EDGES,
    *test_invitation.EDGES,
    *test_supervising.EDGES,
    *test_device.EDGES,
    *test_audit.EDGES,
    *test_annual_figures.EDGES,
    *test_upload.EDGES,
)
# PostgreSQL cuts longer names, and two might become one.
LONGEST_NAME = 63

MODELS = list(apps.get_app_config("practice").get_models(include_auto_created=True))
CONSTRAINTS = [(model, one) for model in MODELS for one in model._meta.constraints]

every_constraint = pytest.mark.parametrize(
    ("model", "constraint"),
    [
        pytest.param(model, one, id=f"{model.__name__}-{one.name or 'unnamed'}")
        for model, one in CONSTRAINTS
    ],
)


@every_constraint
def test_tried_on_both_sides(model: type[models.Model], constraint: models.BaseConstraint) -> None:
    sides = {
        edge.is_stored
        for edge in EDGES
        if edge.model is model and edge.constraint == constraint.name
    }
    assert sides == {True, False}, "add rows to EDGES in the module that mirrors the model's"


@every_constraint
def test_named_and_explained(model: type[models.Model], constraint: models.BaseConstraint) -> None:
    assert constraint.name
    assert len(constraint.name) <= LONGEST_NAME
    message = str(constraint.violation_error_message)
    assert message != str(constraint.default_violation_error_message)
    assert constraint.name not in message
    assert message[0].isupper()
    assert message.endswith(".")


def test_names_are_used_once() -> None:
    counted = Counter(constraint.name for _, constraint in CONSTRAINTS)
    assert [name for name, n in counted.items() if n > 1] == []


def test_every_edge_is_of_a_constraint_that_exists() -> None:
    known = {(model, constraint.name) for model, constraint in CONSTRAINTS}
    assert {(edge.model, edge.constraint) for edge in EDGES} == known


def test_edges_have_labels_of_their_own() -> None:
    """Otherwise pytest numbers them, and a failure does not say which row it was."""
    counted = Counter((edge.label, bool(edge.after)) for edge in EDGES)
    assert [label for label, n in counted.items() if n > 1] == []


@pytest.mark.django_db
@every_constraint
def test_held_by_the_database(model: type[models.Model], constraint: models.BaseConstraint) -> None:
    with connection.cursor() as cursor:
        held = connection.introspection.get_constraints(cursor, model._meta.db_table)
    assert constraint.name in held
    assert held[constraint.name]["check"] == isinstance(constraint, models.CheckConstraint)
    assert held[constraint.name]["unique"] == isinstance(constraint, models.UniqueConstraint)


@pytest.mark.django_db
def test_migrations_end_with_the_constraints_of_the_models() -> None:
    state = MigrationLoader(connection).project_state()
    migrated = {
        (name, constraint.name)
        for (app, name), model in state.models.items()
        if app == "practice"
        for constraint in model.options.get("constraints", [])
    }
    assert migrated == {(model._meta.model_name, one.name) for model, one in CONSTRAINTS}


@pytest.mark.django_db(transaction=True)
def test_foreign_keys_are_enforced() -> None:
    """On SQLite they are off unless each connection asks for them."""
    nobody = 10**9
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"), transaction.atomic():
        Session(episode_id=nobody, held_on=day(1)).save()
    assert not Session.objects.exists()


def test_nothing_is_deleted_with_what_it_belongs_to(cast: Cast) -> None:
    client = make_client(service=cast.service)
    make_episode(client=client, holder=cast.alice)
    for row in (client, cast.service, cast.alice):
        with pytest.raises(models.ProtectedError):
            row.delete()
