"""Services: their constraints."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from practice.domain.measures import PrimaryOutcome
from practice.domain.sessions import Medium
from practice.domain.signal_kinds import SWITCHABLE, Signal
from practice.models import Service
from practice.models.service import MOST_RETENTION_YEARS
from practice.models.session import HIGHEST_FEE, MOST_MINUTES
from tests.cast import Cast, make_service
from tests.models.edges import Edge, World, all_known, every, refused, stored

EDGES = (
    *all_known(
        Service, "service_primary_outcome", field="primary_outcome", values=list(PrimaryOutcome)
    ),
    stored(Service, "service_name_given", name="V"),
    refused(Service, "service_name_given", name="", instead="This field cannot be blank."),
    refused(Service, "service_name_given", name=" "),
    *(
        stored(Service, "service_signals_known", signals_off=" ".join(codes))
        for codes in ([], *([code] for code in SWITCHABLE), SWITCHABLE, reversed(SWITCHABLE))
    ),
    *(
        refused(Service, "service_signals_known", signals_off=codes)
        for codes in (
            # Risk is never turned off.
            "risk",
            "worse risk",
            "WORSE",
            "worse,off_track",
            "worse  off_track",
            " worse",
            "worse ",
            "worse\n",
            "worseoff_track",
        )
    ),
    *all_known(Service, "service_usual_medium_known", field="usual_medium", values=list(Medium)),
    stored(Service, "service_usual_medium_known", usual_medium=""),
    *(
        stored(Service, "service_usual_minutes", usual_minutes=minutes)
        for minutes in (None, 0, MOST_MINUTES)
    ),
    refused(Service, "service_usual_minutes", usual_minutes=MOST_MINUTES + 1),
    refused(
        Service,
        "service_usual_minutes",
        usual_minutes=-1,
        column="usual_minutes",
        instead="Ensure this value is greater than or equal to 0.",
    ),
    *(
        stored(Service, "service_retention_years", retention_years=years)
        for years in (None, 1, 7, MOST_RETENTION_YEARS)
    ),
    *(
        refused(Service, "service_retention_years", retention_years=years)
        for years in (0, MOST_RETENTION_YEARS + 1)
    ),
    *(
        stored(Service, "service_usual_fee", usual_fee=fee)
        for fee in (None, Decimal(0), Decimal("0.01"), Decimal(HIGHEST_FEE))
    ),
    refused(Service, "service_usual_fee", usual_fee=Decimal("-0.01")),
    refused(Service, "service_usual_fee", usual_fee=HIGHEST_FEE + Decimal("0.01")),
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


def test_signals_that_are_turned_off(cast: Cast) -> None:
    assert cast.service.signals_turned_off == frozenset()
    cast.service.signals_off = "worse no_contact"
    assert cast.service.signals_turned_off == {Signal.WORSE, Signal.NO_CONTACT}
