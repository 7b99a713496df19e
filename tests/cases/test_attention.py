"""What needs attention: who is in it, under which heading, and what each line says."""

import datetime as dt

import pytest

from practice.cases.attention import attention, signal_lines
from practice.cases.case import Case, load_cases
from practice.cohorts import Scope
from practice.domain.review import ReviewGroup
from practice.domain.signal_kinds import Signal
from practice.models import Episode
from tests.cast import Cast, day, make_client, make_completion, make_episode, make_session

TODAY = day(100)


def episode_of(cast: Cast) -> Episode:
    return make_episode(client=make_client(service=cast.service), holder=cast.alice)


def loaded(cast: Cast) -> tuple[Case, ...]:
    return load_cases(Scope(service=cast.service, practitioner=cast.alice), on=TODAY)


def worse(cast: Cast, *, first: int) -> Episode:
    episode = episode_of(cast)
    for number, total in ((first, 10), (first + 7, 17)):
        held = make_session(episode=episode, held_on=day(number))
        make_completion(of=held, total=total)
        make_completion(of=held, measure="gad7", total=5)
    return episode


def test_nobody_without_a_signal_is_in_it(cast: Cast) -> None:
    episode = episode_of(cast)
    make_session(episode=episode, held_on=TODAY)
    assert attention(loaded(cast)) == ()
    assert attention(()) == ()


def test_by_the_most_pressing_signal_in_order(cast: Cast) -> None:
    later, earlier = worse(cast, first=80), worse(cast, first=70)
    risky = worse(cast, first=80)
    make_completion(of=risky, on=day(85), answers="--------1")
    episode_of(cast)
    groups = attention(loaded(cast))
    assert [group.group for group in groups] == [ReviewGroup.RISK, ReviewGroup.WORSE]
    assert [group.words for group in groups] == ["Risk item above 0", "Reliably worse"]
    assert [group.is_risk for group in groups] == [True, False]
    assert [case.episode for case in groups[0].cases] == [risky]
    # What has stood longest comes first.
    assert [case.episode for case in groups[1].cases] == [earlier, later]


def test_a_risk_line_leads_to_the_forms_that_are_to_be_written_about(cast: Cast) -> None:
    episode = worse(cast, first=80)
    forms = [
        make_completion(of=episode, on=day(number), answers=f"--------{answer}")
        for number, answer in ((81, 1), (82, 0), (83, 2))
    ]
    core = make_completion(of=episode, on=day(84), measure="core10", answers="-----1----")
    (case,) = loaded(cast)
    lines = signal_lines(case)
    assert [line.found.signal for line in lines[:3]] == [Signal.RISK, Signal.RISK, Signal.WORSE]
    assert [item.completion for item in lines[0].open_risks] == [forms[0].uid, forms[2].uid]
    assert [item.completion for item in lines[1].open_risks] == [core.uid]
    assert lines[2].open_risks == ()


@pytest.mark.parametrize("silent_for", [61, 90])
def test_since_is_said_once(cast: Cast, silent_for: int) -> None:
    """Where the line names the day already, it is not named twice."""
    quiet = episode_of(cast)
    seen = TODAY - dt.timedelta(days=silent_for)
    make_completion(of=make_session(episode=quiet, held_on=seen), total=9)
    make_completion(of=quiet.sessions.get(), measure="gad7", total=5)
    worse(cast, first=80)
    by_signal = {line.found.signal: line for case in loaded(cast) for line in signal_lines(case)}
    assert by_signal[Signal.WORSE].since_words == ""
    assert "since 2 April 2026" in by_signal[Signal.WORSE].found.text
    since = {61: "since 15 April 2026", 90: "since 17 March 2026"}
    assert by_signal[Signal.NO_CONTACT].since_words == since[silent_for]
