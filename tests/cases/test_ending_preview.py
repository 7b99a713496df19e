"""What an ending counts as, said before it is stored."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from practice.actions.ending_rules import EndingFacts
from practice.actions.sessions import FormEntry
from practice.cases.ending_preview import preview
from practice.domain.endings import Ending, LeftOut
from practice.models import Episode
from tests.cast import Cast, day, make_client, make_completion, make_episode, make_session

pytestmark = pytest.mark.django_db
LOST = EndingFacts(
    ended_on=day(42),
    ending=Ending.LOSS_OF_CONTACT,
    wished_to_continue=None,
    got_what_they_came_for="",
    found="",
    would_try="",
    scores=(),
)


def entry(measure: str, total: int) -> FormEntry:
    return FormEntry(measure=measure, answers="", total=Decimal(total), mode=None)


def episode_of(cast: Cast, scores: list[dict[str, int]], **fields: Any) -> Episode:
    """A treatment session a week from day 0, each with its totals by measure."""
    episode = make_episode(client=make_client(service=cast.service), holder=cast.alice, **fields)
    for week, totals in enumerate(scores):
        session = make_session(episode=episode, held_on=day(7 * week))
        for measure, total in totals.items():
            make_completion(of=session, measure=measure, total=total)
    return episode


def said(episode: Episode, facts: EndingFacts) -> dict[str, str]:
    return {one.heading: one.text for one in preview(episode, facts).consequences}


IMPROVED = [{"phq9": 15, "gad7": 12}, {}, {"phq9": 12, "gad7": 9}, {"phq9": 7, "gad7": 6}]


def test_an_unplanned_ending_of_somebody_who_improved(cast: Cast) -> None:
    episode = episode_of(cast, IMPROVED)
    found = preview(episode, LOST)
    assert found.headline == "This will count as an unplanned ending: due to loss of contact."
    assert said(episode, LOST) == {
        "Planned-ending rate": "In it, as not planned.",
        "PHQ-9": "Last 7 against 15 at the start: reliably improved, and from a case (10 or more) "
        "to below it.",
        "GAD-7": "Last 6 against 12 at the start: reliably improved, and from a case (8 or more) "
        "to below it.",
        "Measured ending": "Yes.",
        "Both together": "Reliably improved, by the NHS rule for pairs.",
        "Finished course": "Yes, 4 treatment sessions. That is not the same as a planned ending.",
        "Recovery rate": "In it, as recovered.",
    }
    # Nothing was stored.
    assert Episode.objects.get().ended_on is None


def test_the_scores_of_the_last_day_are_its_last(cast: Cast) -> None:
    episode = episode_of(cast, [{"phq9": 15, "gad7": 12}, {}])
    facts = replace(LOST, scores=(entry("phq9", 16), entry("gad7", 12)))
    words = said(episode, facts)
    assert words["PHQ-9"] == "Last 16 against 15 at the start: no reliable change."
    assert words["Both together"] == "No reliable change, by the NHS rule for pairs."
    assert words["Recovery rate"] == "In it, as not recovered."


@pytest.mark.parametrize(
    ("facts", "headline", "rate"),
    [
        pytest.param(
            {"ending": Ending.AGREED_AT_END, "wished_to_continue": False},
            "a planned ending: agreed at the end of therapy",
            "In it, as planned.",
            id="planned",
        ),
        pytest.param(
            {"ending": Ending.PLANNED_FROM_OUTSET, "wished_to_continue": True},
            "a planned ending: planned from the outset",
            "at a limit while the client wished to continue",
            id="at a limit",
        ),
        pytest.param(
            {"ending": Ending.ENDED_BY_SERVICE},
            "an unplanned ending: ended by the practitioner or service",
            "In it, as not planned.",
            id="by the service",
        ),
        pytest.param(
            {"ending": Ending.DIED},
            "neither planned nor unplanned: the client died",
            "Kept out of it",
            id="died",
        ),
        pytest.param(
            {"ending": None},
            "ended, how is not recorded",
            "counted as unplanned in the estimated one",
            id="not recorded",
        ),
    ],
)
def test_each_ending(cast: Cast, facts: dict[str, Any], headline: str, rate: str) -> None:
    episode = episode_of(cast, IMPROVED)
    given = replace(LOST, **facts)
    assert preview(episode, given).headline == f"This will count as {headline}."
    assert rate in said(episode, given)["Planned-ending rate"]


@pytest.mark.parametrize(
    ("ending", "headline"),
    [
        (Ending.REFERRED_ON, "referred on, before treatment began"),
        (Ending.AGREED_AT_END, "ended before treatment began"),
        (None, "ended before treatment began"),
    ],
)
def test_before_treatment(cast: Cast, ending: Ending | None, headline: str) -> None:
    episode = make_episode(client=make_client(service=cast.service), holder=cast.alice)
    make_completion(of=episode, on=day(1), total=15)
    facts = replace(LOST, ending=ending)
    assert preview(episode, facts).headline == f"This will count as {headline}."
    assert said(episode, facts) == {
        "Planned-ending rate": "Not in it: only those with at least one treatment session are.",
        "PHQ-9": "One score only, 15: whether it changed cannot be said.",
        "GAD-7": "Not measured.",
    }


def test_left_out(cast: Cast) -> None:
    episode = episode_of(cast, IMPROVED, left_out=LeftOut.UNDER_18, left_out_at="2026-02-01T12:00Z")
    assert preview(episode, LOST).headline == (
        "This counts in no figure: the episode is left out (under 18)."
    )
    assert list(said(episode, LOST)) == ["Planned-ending rate", "PHQ-9", "GAD-7"]


def test_one_session_without_a_pair(cast: Cast) -> None:
    words = said(episode_of(cast, [{"phq9": 15}]), LOST)
    assert (
        words["Finished course"]
        == "No, 1 treatment session: it begins with 2, however a therapy ends."
    )
    assert words["Measured ending"] == (
        "No: that needs two scores of each of PHQ-9 and GAD-7 by the end."
    )
    assert "Recovery rate" not in words


@pytest.mark.parametrize(
    ("scores", "words"),
    [
        pytest.param([{"phq9": 15}, {}], "without two scores nobody can say", id="unpaired"),
        pytest.param([{"phq9": 5}, {}], "a first score is missing", id="unknown"),
        pytest.param(
            [{"phq9": 5, "gad7": 5}, {"phq9": 4, "gad7": 4}], "below the cut-off", id="no case"
        ),
    ],
)
def test_recovery(cast: Cast, scores: list[dict[str, int]], words: str) -> None:
    assert words in said(episode_of(cast, scores), LOST)["Recovery rate"]


def test_late_baseline_and_stale_last(cast: Cast) -> None:
    both = {"phq9": 15, "gad7": 12}
    words = said(episode_of(cast, [{}, {}, both, both, {}, {}]), LOST)
    assert "after the second treatment session" in words["Late baseline"]
    assert "2 or more treatment sessions came after" in words["Stale last score"]
    words = said(episode_of(cast, [both, {}, both, {}]), LOST)
    assert not {"Late baseline", "Stale last score"} & set(words)


def test_another_primary_measure_alone(cast: Cast) -> None:
    cast.service.primary_outcome = "core10"
    cast.service.save()
    words = said(episode_of(cast, [{"core10": 20}, {"core10": 14}]), LOST)
    assert words["CORE-10"] == "Last 14 against 20 at the start: reliably improved."
    assert words["Measured ending"] == "Yes."
    assert "Both together" not in words
    words = said(episode_of(cast, [{"core10": 20}, {}]), LOST)
    assert words["Measured ending"] == "No: that needs two scores of CORE-10 by the end."


def test_three_queries_however_long_the_therapy(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for length in (2, 12):
        made = episode_of(cast, [{"phq9": 15}] * length)
        episode = Episode.objects.select_related("client__service").get(pk=made.pk)
        with django_assert_num_queries(3):
            assert preview(episode, LOST).consequences
