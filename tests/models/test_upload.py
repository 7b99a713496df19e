"""Uploads and remembered headings: their constraints, and what is kept of a file."""

import datetime as dt

from practice.models import CaseloadUpload, RememberedHeading
from tests.cast import Cast
from tests.models.edges import Edge, World, every, refused, stored

NOON = dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)
TICK = dt.timedelta(microseconds=1)

EDGES = (
    stored(CaseloadUpload, "upload_stored_is_emptied", content="client,referred_on"),
    stored(CaseloadUpload, "upload_stored_is_emptied", content="", stored_at=NOON),
    refused(
        CaseloadUpload, "upload_stored_is_emptied", content="client,referred_on", stored_at=NOON
    ),
    stored(CaseloadUpload, "upload_undone_after_stored", stored_at=NOON, undone_at=NOON),
    stored(CaseloadUpload, "upload_undone_after_stored", stored_at=NOON, undone_at=NOON + TICK),
    refused(CaseloadUpload, "upload_undone_after_stored", stored_at=NOON, undone_at=NOON - TICK),
    refused(CaseloadUpload, "upload_undone_after_stored", undone_at=NOON),
    stored(RememberedHeading, "remembered_heading_once"),
    Edge(
        model=RememberedHeading,
        constraint="remembered_heading_once",
        is_stored=False,
        after=({"column": "phq9"},),
        fields={"column": "gad7"},
    ),
    Edge(
        model=RememberedHeading,
        constraint="remembered_heading_once",
        is_stored=True,
        after=({"column": "phq9"},),
        fields={"service": lambda world: world.cast.other_service},
    ),
)


@every(EDGES)
def test_constraint(edge: Edge, world: World) -> None:
    edge.check(world)


def test_headings_come_back_as_they_were(cast: Cast) -> None:
    headings = {"PHQ 1 (Ŵyn’s)": "phq9", "colour": ""}
    upload = CaseloadUpload(service=cast.service, uploaded_by=cast.alice, headings=headings)
    upload.save()
    upload.refresh_from_db()
    assert upload.headings == headings


def test_what_they_are_called(cast: Cast) -> None:
    """The upload by its id, for it may stand in a log and in the history of what it stored."""
    upload = CaseloadUpload(service=cast.service, uploaded_by=cast.alice)
    assert str(upload) == f"upload {upload.uid}"
    assert upload.why == f"import {upload.uid}"
    heading = RememberedHeading(service=cast.service, heading="phq 1", column="phq9")
    assert str(heading) == "phq 1"
