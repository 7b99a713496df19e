"""Supervisions and agreements: their constraints."""

from practice.models import Agreement, SupervisionMeeting
from practice.models.supervision import MOST_SUPERVISION_MINUTES
from tests.cast import day, make_agreement, make_episode
from tests.models.edges import Edge, World, every, refused, stored

EDGES = (
    # alice had one on day 5 with Sunniva Vale.
    stored(SupervisionMeeting, "supervision_once"),
    stored(SupervisionMeeting, "supervision_once", held_on=day(5), supervisor="Tove Ash"),
    stored(
        SupervisionMeeting,
        "supervision_once",
        held_on=day(5),
        practitioner=lambda world: world.cast.bob,
    ),
    stored(
        SupervisionMeeting,
        "supervision_once",
        held_on=day(5),
        service=lambda world: world.cast.other_service,
    ),
    refused(SupervisionMeeting, "supervision_once", held_on=day(5)),
    refused(SupervisionMeeting, "supervision_once", held_on=day(5), minutes=90),
    *(
        stored(SupervisionMeeting, "supervision_minutes", minutes=minutes)
        for minutes in (1, MOST_SUPERVISION_MINUTES)
    ),
    *(
        refused(SupervisionMeeting, "supervision_minutes", minutes=minutes)
        for minutes in (0, MOST_SUPERVISION_MINUTES + 1)
    ),
    refused(
        SupervisionMeeting,
        "supervision_minutes",
        minutes=-1,
        column="minutes",
        instead="Ensure this value is greater than or equal to 0.",
    ),
    stored(SupervisionMeeting, "supervision_supervisor_given", supervisor="Ŵ"),
    refused(SupervisionMeeting, "supervision_supervisor_given", supervisor=" \t"),
    refused(
        SupervisionMeeting,
        "supervision_supervisor_given",
        supervisor="",
        instead="This field cannot be blank.",
    ),
    # About the episode something was agreed on day 5.
    stored(Agreement, "agreement_once_a_meeting"),
    refused(Agreement, "agreement_once_a_meeting", episode=lambda world: world.episode),
    stored(Agreement, "agreement_written", agreed="R"),
    stored(Agreement, "agreement_written", due_on=day(0)),
    refused(Agreement, "agreement_written", agreed="", instead="This field cannot be blank."),
)


@every(EDGES)
def test_constraint(edge: Edge, world: World) -> None:
    edge.check(world)


def test_what_they_are_called(world: World) -> None:
    """By ids, for they may stand in a log."""
    episode = make_episode(client=world.client, holder=world.cast.alice)
    agreement = make_agreement(meeting=world.meeting, episode=episode, agreed="A secret word")
    assert str(agreement) == f"agreement {agreement.uid}"
    assert str(world.meeting) == f"supervision {world.meeting.uid}"
