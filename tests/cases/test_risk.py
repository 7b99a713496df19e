"""Risk items: seen or not, written about or not, of open clients and of those who have ended."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from practice.cases.ended import ended_at_risk, ended_episodes, recently_ended
from practice.cases.risk import RiskItem, open_risks_of, risk_items_of
from practice.cohorts import Scope
from practice.domain.endings import Ending
from practice.domain.sessions import Attendance, Kind
from practice.models import Episode
from tests.cast import (
    Cast,
    day,
    hand_over,
    make_client,
    make_completion,
    make_episode,
    make_risk_response,
    make_session,
)

TODAY = day(60)


def episode_of(cast: Cast, reference: str = "", **fields: Any) -> Episode:
    client = make_client(service=cast.service, reference=reference)
    return make_episode(client=client, holder=cast.alice, **fields)


def items_of(episode: Episode) -> tuple[RiskItem, ...]:
    return risk_items_of(Episode.objects.filter(pk=episode.pk), on=TODAY).get(episode.pk, ())


@pytest.mark.parametrize(
    ("measure", "answers", "answer", "words"),
    [
        ("phq9", "--------2", 2, "PHQ-9 item 9: 2"),
        ("phq9", "111111110", 0, "PHQ-9 item 9: 0"),
        ("phq9", "11111111-", None, "PHQ-9: risk item not seen"),
        ("phq9", "", None, "PHQ-9: risk item not seen"),
        ("core10", "-----4----", 4, "CORE-10 item 6: 4"),
        ("core10", "0000000000", 0, "CORE-10 item 6: 0"),
    ],
    ids=["alone", "0", "unanswered", "a total alone", "CORE-10", "CORE-10 at 0"],
)
def test_seen_or_not(
    cast: Cast, measure: str, answers: str, answer: int | None, words: str
) -> None:
    episode = episode_of(cast)
    make_completion(of=episode, on=day(5), measure=measure, answers=answers, total=10)
    (item,) = items_of(episode)
    assert item.answer == answer
    assert item.words == words
    assert item.is_open is bool(answer)
    assert (item.risk is None) is (answer is None)


def test_a_measure_without_a_risk_item_has_none(cast: Cast) -> None:
    episode = episode_of(cast)
    make_completion(of=episode, on=day(5), measure="gad7", answers="3333333", total=21)
    assert items_of(episode) == ()


def test_it_is_open_until_somebody_has_written(cast: Cast) -> None:
    episode = episode_of(cast)
    form = make_completion(of=episode, on=day(5), answers="--------1")
    (item,) = items_of(episode)
    assert item.is_open
    assert item.completion == form.uid
    make_risk_response(to=form, by=cast.alice)
    (item,) = items_of(episode)
    assert not item.is_open
    assert item.is_answered_for
    assert item.answer == 1


def test_of_every_form_of_whatever_kind_oldest_first_up_to_the_day(cast: Cast) -> None:
    episode = episode_of(cast)
    make_completion(of=episode, on=day(61), answers="--------3")
    missed = make_session(episode=episode, held_on=day(30), attendance=Attendance.DNA)
    make_completion(of=missed, answers="--------2")
    follow_up = make_session(episode=episode, held_on=day(50), kind=Kind.FOLLOW_UP)
    make_completion(of=follow_up, total=None, answers="--------1")
    make_completion(of=episode, on=day(10), answers="--------3")
    found = items_of(episode)
    assert [(item.on, item.answer) for item in found] == [(day(10), 3), (day(30), 2), (day(50), 1)]


def test_two_forms_of_one_day_come_in_their_order(cast: Cast) -> None:
    episode = episode_of(cast)
    late = make_session(episode=episode, held_on=day(10), kind=Kind.REVIEW, position=2)
    early = make_session(episode=episode, held_on=day(10), position=1)
    make_completion(of=late, answers="--------2")
    make_completion(of=early, answers="--------1")
    assert [item.answer for item in items_of(episode)] == [1, 2]


def test_the_open_ones_are_found_among_many_forms(cast: Cast) -> None:
    quiet, loud = episode_of(cast), episode_of(cast)
    for number, answers in enumerate(["", "--------0", "11111111-", "--------3"]):
        form = make_completion(of=quiet, on=day(number), answers=answers)
    make_risk_response(to=form, by=cast.alice)
    # Both measures at 0 in each other's place.
    make_completion(of=quiet, on=day(20), measure="core10", answers="0000000030", total=3)
    make_completion(of=quiet, on=day(21), answers="000002000", total=2)
    one = make_completion(of=loud, on=day(7), measure="core10", answers="0000010000", total=1)
    two = make_completion(of=loud, on=day(9), answers="111111112", total=10)
    with CaptureQueriesContext(connection) as queries:
        found = open_risks_of(Episode.objects.all(), on=TODAY)
    assert len(queries) == 1
    assert {key: [item.completion for item in items] for key, items in found.items()} == {
        loud.pk: [one.uid, two.uid]
    }
    assert all(item.is_open for item in found[loud.pk])
    assert open_risks_of(Episode.objects.all(), on=day(6)) == {}


@pytest.fixture
def own(cast: Cast) -> Scope:
    return Scope(service=cast.service, practitioner=cast.alice)


def ended(cast: Cast, on: int, reference: str = "") -> Episode:
    return episode_of(cast, reference, ended_on=day(on), ending=Ending.LOSS_OF_CONTACT)


def test_ended_ones_come_latest_first_and_only_once_they_have_ended(cast: Cast, own: Scope) -> None:
    first, last = ended(cast, 10), ended(cast, 60)
    ended(cast, 61)
    episode_of(cast)
    assert list(ended_episodes(own, on=TODAY)) == [last, first]


def test_recently_is_61_days_back(cast: Cast, own: Scope) -> None:
    just, no_longer = ended(cast, 39), ended(cast, 38)
    found = list(recently_ended(own, on=day(100)))
    assert just in found
    assert no_longer not in found


def test_who_was_handed_over_is_found_by_the_new_practitioner(cast: Cast, own: Scope) -> None:
    episode = ended(cast, 50)
    hand_over(episode=episode, to=cast.bob, on=day(40))
    assert not ended_episodes(own, on=TODAY)
    bobs = Scope(service=cast.service, practitioner=cast.bob)
    assert list(ended_episodes(bobs, on=TODAY)) == [episode]
    assert list(ended_episodes(Scope(service=cast.service), on=TODAY)) == [episode]
    assert not ended_episodes(Scope(service=cast.other_service), on=TODAY)


def test_an_ending_does_not_close_a_risk_item(cast: Cast, own: Scope) -> None:
    quiet, loud = ended(cast, 50), ended(cast, 55)
    still_open = episode_of(cast)
    make_completion(of=quiet, on=day(9), answers="--------0")
    for episode in (loud, still_open):
        make_completion(of=episode, on=day(9), answers="--------1")
    (found,) = ended_at_risk(own, on=TODAY)
    assert found.episode == loud
    assert [item.answer for item in found.open_risks] == [1]
