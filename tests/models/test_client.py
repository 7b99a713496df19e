"""Clients: a reference that is not a name and carries no markup, and the other constraints."""

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from practice.models import Client, Gender
from practice.models.client import REFERENCE_LENGTH, check_reference
from tests.cast import Cast, day, make_client
from tests.models.edges import Edge, World, all_known, every, refused, stored

NOT_A_REFERENCE = (
    "A client reference is made of letters, digits and dashes, at most 40 of them, "
    "and is not a name."
)


def refused_reference(reference: str) -> Edge:
    return refused(Client, "client_reference_letters", reference=reference, instead=NOT_A_REFERENCE)


EDGES = (
    stored(Client, "client_reference_once", reference="C-KNOWN"),
    refused(Client, "client_reference_once", reference="C-known"),
    stored(
        Client,
        "client_reference_once",
        reference="C-known",
        service=lambda world: world.cast.other_service,
    ),
    *(
        stored(Client, "client_reference_letters", reference=reference)
        for reference in ("Ŵyn-1", "Łukasz", "Zoë", "1", "-", "ÅÄÖ-åäö", "x" * REFERENCE_LENGTH)
    ),
    *(
        refused_reference(reference)
        for reference in (
            *("<b>x</b>", "Ann Other", " C1", "C1 ", "C&1", "C_1", "C.1", "C/1", "C\\1", 'C"1'),
            *("C'1", "=1", "@1", "[1]", "{1}", "C;1", "C,1", "C|1", "C~1", "C`1", "C^1", "C$1"),
            *("C!1", "C#1", "C%1", "C(1)", "C*1", "C+1", "C:1", "C?1", "C\t1", "C\n1"),
            # Python's "$" also matches before a last line feed.
            "C1\n",
            # Control characters that are no white space.
            *("C\x011", "C\x1b[31m", "C\x7f1"),
        )
    ),
    refused(
        Client, "client_reference_letters", reference="", instead="This field cannot be blank."
    ),
    *all_known(Client, "client_gender", field="gender", values=Gender.values),
    stored(Client, "client_gender", gender=""),
    *(
        stored(Client, "client_withdrew_after", consented_on=consented, withdrew_on=withdrew)
        for consented, withdrew in (
            (None, None),
            (day(1), None),
            # Withdrawn by somebody of whom nobody wrote down that they had agreed.
            (None, day(1)),
            (day(1), day(1)),
            (day(1), day(2)),
        )
    ),
    refused(Client, "client_withdrew_after", consented_on=day(2), withdrew_on=day(1)),
    stored(Client, "client_hold_has_reason"),
    stored(Client, "client_hold_has_reason", held_on=day(1), hold_reason="A claim"),
    refused(Client, "client_hold_has_reason", held_on=day(1)),
    refused(Client, "client_hold_has_reason", hold_reason="A claim"),
    *(stored(Client, "client_birth_year", birth_year=year) for year in (None, 1900, 2100)),
    *(refused(Client, "client_birth_year", birth_year=year) for year in (0, 1899, 2101)),
    refused(
        Client,
        "client_birth_year",
        birth_year=-1,
        column="birth_year",
        instead="Ensure this value is greater than or equal to 0.",
    ),
)


@every(EDGES)
def test_constraint(edge: Edge, world: World) -> None:
    edge.check(world)


def test_nul_is_never_stored(cast: Cast) -> None:
    # PostgreSQL's driver refuses it before the constraint is asked.
    with pytest.raises(DatabaseError), transaction.atomic():
        make_client(service=cast.service, reference="C\x001")
    assert not Client.objects.exists()


@pytest.mark.parametrize(
    "reference",
    ["", "C1\n", "C\x001", "C\u200b1", "C\u00a01", "C–1", "€1", "x" * (REFERENCE_LENGTH + 1)],
    ids=ascii,
)
def test_not_a_reference(reference: str) -> None:
    """What the validator tells apart beyond what both databases can."""
    with pytest.raises(ValidationError) as refusal:
        check_reference(reference)
    assert refusal.value.messages == [NOT_A_REFERENCE]


def test_a_client_is_called_by_reference(cast: Cast) -> None:
    assert str(make_client(service=cast.service, reference="Ŵyn-1")) == "Ŵyn-1"
