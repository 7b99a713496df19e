"""Services: their constraints."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from practice.domain.measures import PrimaryOutcome
from practice.models import Service
from tests.cast import Cast, make_service
from tests.models.edges import Edge, World, all_known, every, refused, stored

EDGES = (
    *all_known(
        Service, "service_primary_outcome", field="primary_outcome", values=list(PrimaryOutcome)
    ),
    stored(Service, "service_name_given", name="V"),
    refused(Service, "service_name_given", name="", instead="This field cannot be blank."),
)


@every(EDGES)
def test_constraint(edge: Edge, world: World) -> None:
    edge.check(world)


def test_two_services_have_two_names(cast: Cast) -> None:
    with pytest.raises(ValidationError, match="Service with this Name already exists"):
        Service(name=cast.service.name).full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        make_service(name=cast.service.name)


def test_a_service_is_called_by_its_name(cast: Cast) -> None:
    assert str(cast.service) == "Harbour"
