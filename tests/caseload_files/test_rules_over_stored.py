"""The rules and warnings look at the union of the file and what is stored."""

import datetime as dt
from collections.abc import Sequence

import pytest

from practice.models import (
    Episode,
    MeasureCompletion,
    Service,
    Session,
)
from tests.caseload_files.given import (
    Row,
    a_session,
    again,
    an_episode,
    imported,
    only,
    planned,
    stored,
)
from tests.cast import saved

pytestmark = pytest.mark.django_db


def problems_of(
    service: Service, episodes: Sequence[Row] = (), sessions: Sequence[Row] = ()
) -> list[tuple[str, str]]:
    plan = planned(episodes, sessions, service=service)
    return [(problem.file.removesuffix(".csv"), problem.column) for problem in plan.problems]


def test_an_end_in_the_file_against_stored_sessions() -> None:
    service = imported([an_episode()], [a_session(phq9="5")])
    rows = [an_episode(ended_on="2026-01-11")]
    assert problems_of(service, rows) == [("episodes", "ended_on")] * 2
    # The session is corrected by the same import.
    assert problems_of(service, rows, [a_session(attendance="dna")]) == [("sessions", "phq9")]
    moved = imported([an_episode(client="K9")], [a_session(client="K9")], service=service)
    assert problems_of(
        moved, [an_episode(client="K9", ended_on="2026-01-11")],
        [a_session(client="K9", attendance="dna")],
    ) == []  # fmt: skip


def test_a_referral_in_the_file_against_stored_sessions() -> None:
    service = imported([an_episode()], [a_session()])
    rows = [an_episode(referred_on="2026-01-13")]
    assert problems_of(service, rows) == [("episodes", "referred_on")]


def test_a_referral_in_the_file_against_a_stored_end() -> None:
    service = imported([an_episode(ended_on="2026-02-01")])
    assert problems_of(service, [an_episode(referred_on="2026-02-02")]) == [
        ("episodes", "referred_on")
    ]


def test_a_session_for_a_stored_episode() -> None:
    service = imported([an_episode(ended_on="2026-02-01", ending="46")])
    late = "2026-02-02"
    assert again(service, sessions=[a_session()]) == []
    assert Session.objects.count() == 1
    assert problems_of(service, sessions=[a_session(date=late)]) == [("sessions", "date")]
    assert problems_of(service, sessions=[a_session(date=late, kind="6", phq9="5")]) == []
    assert problems_of(service, sessions=[a_session(date=late, kind="4", phq9="5")]) == [
        ("sessions", "phq9")
    ]
    assert problems_of(service, sessions=[a_session(date="2026-01-04")]) == [("sessions", "date")]


def test_a_treatment_for_a_stored_episode_that_was_referred_on() -> None:
    service = imported([an_episode(ended_on="2026-02-01", ending="referred_on")])
    assert problems_of(service, sessions=[a_session()]) == [("sessions", "kind")]
    assert problems_of(service, sessions=[a_session(kind="assessment")]) == []


def test_referred_on_in_the_file_against_a_stored_treatment() -> None:
    service = imported([an_episode()], [a_session()])
    rows = [an_episode(ended_on="2026-02-01", ending="referred_on")]
    assert problems_of(service, rows) == [("episodes", "ending")]
    # Stored rows that another hand left at odds trouble only the rows that touch them.
    episode = Episode.objects.get()
    episode.ended_on, episode.ending = dt.date(2026, 1, 6), "referred_on"
    saved(episode, by=None)
    saved(MeasureCompletion(session=Session.objects.get(), measure="phq9", total=5), by=None)
    assert problems_of(service, sessions=[a_session(kind="1", date="2026-01-05")]) == []


def test_a_stored_form_counts_for_a_row_that_does_not_repeat_it() -> None:
    service = imported([an_episode()], [a_session(kind="4", phq9="5")])
    rows = [an_episode(ended_on="2026-01-11")]
    assert problems_of(service, rows, [a_session(kind="4")]) == [("sessions", "phq9")]


# --- warnings


@pytest.mark.parametrize(
    ("episodes", "sessions", "column", "message"),
    [
        pytest.param([an_episode()], [a_session(phq9_1="1")], "phq9", "8 of 9 items of PHQ-9 are unanswered", id="incomplete"),
        pytest.param([an_episode()], [a_session(phq9="1", phq9_9="2")], "phq9", "a total of 1 does not go with 2 on item 9", id="risk above total"),
        pytest.param([an_episode()], [a_session(core10="38", core10_6="0")], "core10", "does not go with 0 on item 6", id="total above risk"),
        pytest.param([an_episode(ended_on="2026-02-01", ending="crisis", wished_to_continue="yes")], [], "wished_to_continue", "not a planned one", id="wish, unplanned"),
        pytest.param([an_episode(ended_on="2026-02-01", wished_to_continue="yes")], [], "wished_to_continue", "not a planned one", id="wish, not recorded"),
        pytest.param([an_episode(wished_to_continue="no")], [], "wished_to_continue", "ignored, because the episode is open", id="no, open"),
        pytest.param([an_episode(wished_to_continue="yes")], [], "wished_to_continue", "ignored, because the episode is open", id="yes, open"),
        pytest.param([an_episode(planned_sessions="0")], [], "planned_sessions", "taken as not recorded", id="no sessions planned"),
        pytest.param([an_episode(planned_sessions="0.0")], [], "planned_sessions", "taken as not recorded", id="0.0 sessions planned"),
        pytest.param([an_episode(), an_episode(client="k1")], [], "client", "differs from K1 by capital letters only", id="case"),
        pytest.param([an_episode(), an_episode(episode="2", referred_on="2026-02-01")], [], "referred_on", "episodes 1 and 2 of this client overlap", id="overlap, open"),
        pytest.param([an_episode(ended_on="2026-02-02"), an_episode(episode="2", referred_on="2026-02-01")], [], "referred_on", "overlap", id="overlap by a day"),
        pytest.param([an_episode()], [a_session(kind="questionnaire")], "kind", "nothing to store", id="questionnaire without a form"),
    ],
)  # fmt: skip
def test_warnings(
    episodes: Sequence[Row], sessions: Sequence[Row], column: str, message: str
) -> None:
    plan = planned(episodes, sessions)
    assert plan.problems == ()
    found = [warning for warning in plan.warnings if message in warning.message]
    assert {warning.column for warning in found} == {column}
    stored(plan)


def test_what_is_ignored_is_not_stored_and_is_no_change_the_next_time() -> None:
    rows = [an_episode(wished_to_continue="yes", planned_sessions="0")]
    plan = planned(rows)
    assert len(plan.warnings) == 2
    service = stored(plan)
    episode = Episode.objects.get()
    assert (episode.wished_to_continue, episode.planned_sessions) == (None, None)
    assert again(service, rows) == []


def test_a_wish_that_is_stored_and_an_end_that_is_taken_back() -> None:
    ended = an_episode(ended_on="2026-02-01", ending="planned", wished_to_continue="yes")
    service = imported([ended])
    # With its ending the row is taken; the end may also be stored alone.
    assert again(service, [an_episode(wished_to_continue="yes")]) == []
    open_again = an_episode(ended_on="", ending="")
    assert problems_of(service, [open_again]) == [("episodes", "ended_on")]
    assert again(service, [{**open_again, "wished_to_continue": "yes"}]) == [
        "ended_on: 2026-02-01 -> (empty)",
        "ending: other_planned -> (empty)",
        "wished_to_continue: yes -> (empty)",
    ]
    assert Episode.objects.get().wished_to_continue is None


@pytest.mark.parametrize(
    "episodes",
    [
        pytest.param([an_episode(ended_on="2026-02-01"), an_episode(episode="2", referred_on="2026-02-01")], id="the same day"),
        pytest.param([an_episode(), an_episode(client="K2")], id="two clients"),
    ],
)  # fmt: skip
def test_no_overlap(episodes: Sequence[Row]) -> None:
    assert planned(episodes).warnings == ()


def test_warnings_look_at_what_is_stored() -> None:
    service = imported([an_episode()], [a_session()])
    overlapping = planned([an_episode(episode="2", referred_on="2026-02-01")], service=service)
    assert "overlap" in only(overlapping.warnings).message
    assert only(planned([an_episode(client="k1")], service=service).warnings).column == "client"
    kind = only(planned([], [a_session(kind="review")], service=service).warnings)
    assert (kind.column, "an import would keep both" in kind.message) == ("kind", True)
    # An overlap between stored episodes alone is not this file's business.
    stored(overlapping)
    assert planned([an_episode(client="K2")], service=service).warnings == ()
    assert planned([], [a_session(date="2026-01-13")], service=service).warnings == ()
