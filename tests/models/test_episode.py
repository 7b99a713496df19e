"""Episodes: their constraints."""

import datetime as dt

from practice.domain.endings import Ending, LeftOut
from practice.models import EarlierTherapy, Episode, GotWhatTheyCameFor
from tests.cast import day
from tests.models.edges import Edge, World, all_known, every, refused, stored

NOON = dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)
TEST_RECORD = LeftOut.TEST_RECORD.value

EDGES = (
    stored(Episode, "episode_number_once", number=3),
    refused(Episode, "episode_number_once", number=2),
    stored(Episode, "episode_number_from_1", number=32_767),
    refused(Episode, "episode_number_from_1", number=0),
    refused(
        Episode,
        "episode_number_from_1",
        number=-1,
        column="number",
        instead="Ensure this value is greater than or equal to 0.",
    ),
    # The fresh row was referred on day 10.
    stored(Episode, "episode_end_after_referral", ended_on=None),
    stored(Episode, "episode_end_after_referral", ended_on=day(10)),
    stored(Episode, "episode_end_after_referral", ended_on=day(11)),
    refused(Episode, "episode_end_after_referral", ended_on=day(9)),
    refused(Episode, "episode_end_after_referral", ended_on=day(20), referred_on=day(21)),
    stored(Episode, "episode_ending_needs_end", ended_on=day(10), ending=""),
    stored(Episode, "episode_ending_needs_end", ended_on=day(10), ending=Ending.DIED.value),
    refused(Episode, "episode_ending_needs_end", ending=Ending.DIED.value),
    *all_known(
        Episode, "episode_ending_known", field="ending", values=list(Ending), ended_on=day(10)
    ),
    stored(Episode, "episode_wish_needs_end", wished_to_continue=None),
    stored(Episode, "episode_wish_needs_end", ended_on=day(10), wished_to_continue=None),
    stored(Episode, "episode_wish_needs_end", ended_on=day(10), wished_to_continue=True),
    refused(Episode, "episode_wish_needs_end", wished_to_continue=True),
    refused(Episode, "episode_wish_needs_end", wished_to_continue=False),
    *all_known(
        Episode,
        "episode_got_what_known",
        field="got_what_they_came_for",
        values=GotWhatTheyCameFor.values,
        ended_on=day(10),
    ),
    stored(Episode, "episode_got_what_known", got_what_they_came_for=""),
    stored(Episode, "episode_got_what_needs_end", got_what_they_came_for=""),
    stored(
        Episode, "episode_got_what_needs_end", got_what_they_came_for="partly", ended_on=day(10)
    ),
    *(
        refused(Episode, "episode_got_what_needs_end", got_what_they_came_for=value)
        for value in GotWhatTheyCameFor.values
    ),
    stored(Episode, "episode_pause_has_reason"),
    stored(Episode, "episode_pause_has_reason", paused_until=day(10), pause_reason="J"),
    refused(Episode, "episode_pause_has_reason", paused_until=day(10)),
    refused(Episode, "episode_pause_has_reason", pause_reason="Jury service"),
    # Its last day may be that of the referral.
    *(
        stored(Episode, "episode_pause_after_referral", paused_until=until, pause_reason="J")
        for until in (day(10), day(11))
    ),
    refused(Episode, "episode_pause_after_referral", paused_until=day(9), pause_reason="J"),
    *(
        stored(Episode, "episode_still_open_after_referral", still_open_on=on)
        for on in (None, day(10), day(500))
    ),
    refused(Episode, "episode_still_open_after_referral", still_open_on=day(9)),
    *all_known(
        Episode, "episode_left_out_known", field="left_out", values=list(LeftOut), left_out_at=NOON
    ),
    stored(Episode, "episode_left_out_dated", left_out="", left_out_at=None),
    stored(Episode, "episode_left_out_dated", left_out=TEST_RECORD, left_out_at=NOON),
    refused(Episode, "episode_left_out_dated", left_out=TEST_RECORD, left_out_at=None),
    refused(Episode, "episode_left_out_dated", left_out="", left_out_at=NOON),
    *all_known(
        Episode,
        "episode_earlier_therapy_known",
        field="earlier_therapy",
        values=EarlierTherapy.values,
    ),
    stored(Episode, "episode_earlier_therapy_known", earlier_therapy=""),
    *(stored(Episode, "episode_planned_sessions", planned_sessions=n) for n in (None, 1, 999)),
    *(refused(Episode, "episode_planned_sessions", planned_sessions=n) for n in (0, 1000)),
    refused(
        Episode,
        "episode_planned_sessions",
        planned_sessions=-1,
        column="planned_sessions",
        instead="Ensure this value is greater than or equal to 0.",
    ),
)


@every(EDGES)
def test_constraint(edge: Edge, world: World) -> None:
    edge.check(world)


def test_what_an_episode_is_called(world: World) -> None:
    """By ids alone, for it may stand in a log."""
    assert str(world.episode) == f"{world.client.pk}/1"
