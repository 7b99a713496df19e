"""Risk responses: their constraints."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from practice.models import RiskResponse
from tests.cast import make_risk_response
from tests.models.edges import Edge, World, every, refused, stored

BLANK = "This field cannot be blank."

EDGES = (
    stored(RiskResponse, "risk_response_says_both"),
    stored(RiskResponse, "risk_response_says_both", asked="N", done="N"),
    refused(RiskResponse, "risk_response_says_both", asked="", instead=BLANK),
    refused(RiskResponse, "risk_response_says_both", done="", instead=BLANK),
    refused(RiskResponse, "risk_response_says_both", asked="", done="", instead=BLANK),
)


@every(EDGES)
def test_constraint(edge: Edge, world: World) -> None:
    edge.check(world)


def test_one_response_to_a_form(world: World) -> None:
    first = make_risk_response(to=world.form, by=world.cast.alice)
    again = RiskResponse(completion=world.form, asked="Twice", done="Twice")
    with pytest.raises(ValidationError, match="already exists"):
        again.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()
    assert RiskResponse.objects.get() == first


def test_what_a_response_is_called(world: World) -> None:
    """By its id, for it may stand in a log."""
    response = make_risk_response(to=world.form)
    assert str(response) == f"response {response.uid}"
