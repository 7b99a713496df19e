"""Reports made for good and resolutions: their constraints, and what of them is kept how."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from practice.models import FrozenReport, Resolution
from tests.cast import Cast, day, make_frozen_row, make_resolution
from tests.models.edges import Edge, Fields, World, every, refused, stored
from tests.models.lives import history_of


def _after(*, constraint: str, is_stored: bool, after: Fields, fields: Fields) -> Edge:
    return Edge(
        model=FrozenReport,
        constraint=constraint,
        is_stored=is_stored,
        fields=fields,
        after=(after,),
    )


def bob(world: World) -> Any:
    return world.cast.bob


def other_service(world: World) -> Any:
    return world.cast.other_service


ONCE, SERVICE_ONCE = "frozen_once_a_month", "frozen_service_once_a_month"
WHOLE: Fields = {"practitioner": None}

EDGES = (
    _after(constraint=ONCE, is_stored=False, after={}, fields={}),
    _after(constraint=ONCE, is_stored=True, after={}, fields={"month": "2026-03"}),
    _after(constraint=ONCE, is_stored=True, after={}, fields={"practitioner": bob}),
    _after(constraint=ONCE, is_stored=True, after={}, fields={"service": other_service}),
    _after(constraint=SERVICE_ONCE, is_stored=False, after=WHOLE, fields=WHOLE),
    _after(constraint=SERVICE_ONCE, is_stored=True, after=WHOLE, fields={}),
    _after(
        constraint=SERVICE_ONCE, is_stored=True, after=WHOLE, fields={**WHOLE, "month": "2026-03"}
    ),
    _after(
        constraint=SERVICE_ONCE,
        is_stored=True,
        after=WHOLE,
        fields={**WHOLE, "service": other_service},
    ),
    *(stored(FrozenReport, "frozen_month", month=month) for month in ("1999-12", "2026-01")),
    *(
        refused(FrozenReport, "frozen_month", month=month)
        for month in ("2026-00", "2026-13", "2026-1", "0999-12", "October")
    ),
    stored(FrozenReport, "frozen_digest", digest="0123456789abcdef" * 4),
    *(
        refused(FrozenReport, "frozen_digest", digest=digest)
        for digest in ("0" * 63, "0" * 63 + "g", "A" * 64, " " * 64)
    ),
    refused(FrozenReport, "frozen_digest", digest="", instead="This field cannot be blank."),
    stored(Resolution, "resolution_written", will_try="x"),
    refused(Resolution, "resolution_written", will_try="", instead="This field cannot be blank."),
    stored(Resolution, "resolution_looks_ahead", look_again_on=None),
    stored(Resolution, "resolution_looks_ahead", look_again_on=day(11)),
    refused(Resolution, "resolution_looks_ahead", look_again_on=day(10)),
    refused(Resolution, "resolution_looks_ahead", look_again_on=day(9)),
    stored(Resolution, "resolution_closed_after", closed_on=None),
    stored(Resolution, "resolution_closed_after", closed_on=day(10)),
    refused(Resolution, "resolution_closed_after", closed_on=day(9)),
)


@every(EDGES)
def test_constraint(edge: Edge, world: World) -> None:
    edge.check(world)


def test_the_history_keeps_the_digests_and_not_the_words(cast: Cast) -> None:
    """Else a client's reference would live on there after it was taken out."""
    make_frozen_row(service=cast.service, practitioner=cast.alice, by=cast.alice)
    names = {field.name for field in history_of(FrozenReport)._meta.get_fields()}
    assert "digest" in names
    assert not {"text", "figures"} & names


@pytest.mark.parametrize("field", ["will_try", "expects"])
def test_no_word_of_a_resolution_stands_in_the_database(cast: Cast, field: str) -> None:
    words: dict[str, Any] = {field: "Ask earlier about the ending"}
    made = make_resolution(service=cast.service, practitioner=cast.alice, **words)
    with connection.cursor() as cursor:
        for table in (Resolution._meta.db_table, history_of(Resolution)._meta.db_table):
            cursor.execute(f'SELECT "{field}" FROM "{table}"')  # noqa: S608
            ((kept,),) = cursor.fetchall()
            assert kept.startswith("e1:")
            assert "ending" not in kept
    made.refresh_from_db()
    assert getattr(made, field) == "Ask earlier about the ending"


def test_what_they_are_called(cast: Cast) -> None:
    """By their ids: anything else would name somebody in a log."""
    report = make_frozen_row(service=cast.service, practitioner=cast.alice)
    resolution = make_resolution(service=cast.service, practitioner=None, by=cast.leda)
    assert str(report) == f"report {report.uid}"
    assert str(resolution) == f"resolution {resolution.uid}"


def test_a_month_written_in_other_digits(cast: Cast) -> None:
    """Arabic digits are digits to many a pattern, and no month to any other program."""
    row = FrozenReport(service=cast.service, month="٢٠٢٦-٠١", text={}, figures={}, digest="0" * 64)
    with pytest.raises(ValidationError):
        row.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()
