"""What a target may be set for, and what others have set."""

import pytest

from practice.domain.benchmarks import load_benchmarks
from practice.domain.measures import PrimaryOutcome
from practice.domain.own_rates import OWN
from practice.domain.targets import (
    own_rate,
    rate_place,
    rate_words,
    set_by_others,
    target_rates,
)


@pytest.mark.parametrize("primary", list(PrimaryOutcome))
def test_every_target_is_for_an_own_rate(primary: PrimaryOutcome) -> None:
    names = [own_rate(rate, primary) for rate, _words in target_rates()]
    assert set(names) <= set(OWN)
    assert len(set(names)) == len(names)


def test_outcomes_are_those_of_the_primary_measure() -> None:
    assert own_rate("recovery", PrimaryOutcome.CORE10) == "recovery_core10"
    assert own_rate("planned_declared", PrimaryOutcome.CORE10) == "planned_declared"


def test_words_and_order_endings_first() -> None:
    assert rate_words("planned_declared") == "planned endings, declared"
    assert rate_place("planned_declared") == 0
    assert rate_place("finished_of_entered") < rate_place("reliable_improvement")
    with pytest.raises(KeyError):
        rate_words("effectiveness")


def test_what_others_have_set_soonest_first() -> None:
    found = [figure.key for figure in set_by_others(load_benchmarks())]
    assert found[-2:] == ["target-2028-29-reliable-improvement", "target-2028-29-reliable-recovery"]
    assert "target-recovery" in found
    # A wait is no rate that somebody may set a target for.
    assert not any("wait" in key for key in found)
