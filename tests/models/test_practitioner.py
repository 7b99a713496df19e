"""People and their places in services: constraints, and one account for one address."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from practice.models import Membership, Practitioner, Role
from tests.cast import Cast, make_practitioner
from tests.models.edges import Edge, World, all_known, every, refused, stored

EDGES = (
    stored(Practitioner, "practitioner_email_lower", email="erin.o-neill+1@example.org"),
    refused(Practitioner, "practitioner_email_lower", email="Erin@example.org"),
    refused(Practitioner, "practitioner_email_lower", email="erin@Example.org"),
    stored(Membership, "membership_once"),
    refused(
        Membership,
        "membership_once",
        service=lambda world: world.cast.service,
        role=Role.LEAD,
    ),
    # The same person elsewhere, and another person here.
    stored(Membership, "membership_once", practitioner=lambda world: world.cast.bob),
    *all_known(Membership, "membership_role", field="role", values=Role.values),
    refused(Membership, "membership_role", role="", instead="This field cannot be blank."),
)


@every(EDGES)
def test_constraint(edge: Edge, world: World) -> None:
    edge.check(world)


def test_one_address_is_one_account(cast: Cast) -> None:
    with pytest.raises(ValidationError, match="with this E-mail already exists"):
        Practitioner(email=cast.alice.email).full_clean(exclude={"password"})
    with pytest.raises(IntegrityError), transaction.atomic():
        make_practitioner(email=cast.alice.email)


@pytest.mark.django_db
def test_created_people_have_an_address_in_lower_case() -> None:
    person = Practitioner.objects.create_user("  Erin@Example.ORG ", "a password", name="Erin")
    assert person.email == "erin@example.org"
    assert person.check_password("a password")
    assert Practitioner.objects.get_by_natural_key("ERIN@example.org") == person
    with pytest.raises(Practitioner.DoesNotExist):
        Practitioner.objects.get_by_natural_key(None)


@pytest.mark.django_db
def test_without_a_password_nobody_signs_in() -> None:
    person = Practitioner.objects.create_user("erin@example.org")
    assert not person.has_usable_password()
    assert not person.check_password("")


def test_names_for_people_to_read(cast: Cast) -> None:
    assert str(cast.alice) == "Alice"
    assert str(Practitioner(email="erin@example.org")) == "erin@example.org"
    membership = cast.alice.memberships.get()
    assert str(membership) == f"{cast.alice.pk} in {cast.service.pk}"
