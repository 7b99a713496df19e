"""Sessions: their constraints."""

from decimal import Decimal

from practice.domain.sessions import Attendance, Kind, Medium
from practice.models import Session
from practice.models.session import HIGHEST_FEE, MOST_MINUTES
from tests.cast import day
from tests.models.edges import Edge, World, all_known, every, refused, stored

EDGES = (
    # There is a treatment session on day 1.
    stored(Session, "session_once_a_day"),
    stored(Session, "session_once_a_day", held_on=day(1), kind=Kind.REVIEW.value),
    stored(Session, "session_once_a_day", held_on=day(1), episode=lambda world: world.unheld),
    refused(Session, "session_once_a_day", held_on=day(1)),
    *all_known(Session, "session_kind_known", field="kind", values=list(Kind)),
    refused(Session, "session_kind_known", kind="", instead="This field cannot be blank."),
    *all_known(Session, "session_attendance_known", field="attendance", values=list(Attendance)),
    refused(
        Session, "session_attendance_known", attendance="", instead="This field cannot be blank."
    ),
    *all_known(Session, "session_medium_known", field="medium", values=list(Medium)),
    stored(Session, "session_medium_known", medium=""),
    *(stored(Session, "session_minutes", minutes=n) for n in (None, 0, MOST_MINUTES)),
    refused(Session, "session_minutes", minutes=MOST_MINUTES + 1),
    refused(
        Session,
        "session_minutes",
        minutes=-1,
        column="minutes",
        instead="Ensure this value is greater than or equal to 0.",
    ),
    *(
        stored(Session, "session_fee", fee=fee)
        for fee in (None, Decimal(0), Decimal("0.01"), Decimal(HIGHEST_FEE))
    ),
    refused(Session, "session_fee", fee=Decimal("-0.01")),
    refused(Session, "session_fee", fee=HIGHEST_FEE + Decimal("0.01")),
)


@every(EDGES)
def test_constraint(edge: Edge, world: World) -> None:
    edge.check(world)


def test_what_a_session_is_called(world: World) -> None:
    """By an id and a day, for it may stand in a log."""
    assert str(world.session) == f"{world.episode.pk} on 2026-01-06"
