"""What somebody hopes to reach: set once, put right, ended, one at a time for a rate."""

import datetime as dt
from contextlib import nullcontext
from decimal import Decimal
from typing import Any

import pytest

from practice.actions.targets import SET, add_target, correct_target, end_target
from practice.actions.versions import StaleError, version_of
from practice.actions.writing import RefusedError
from practice.models import Target
from tests.cast import Cast, day, make_target


def unsaved(cast: Cast, **fields: Any) -> Target:
    given = {
        "service": cast.service,
        "practitioner": cast.alice,
        "rate": "planned_declared",
        "percent": Decimal("65.5"),
        "from_on": day(10),
    }
    return Target(**{**given, **fields})


def test_set_with_who_and_why(cast: Cast) -> None:
    assert add_target(target=unsaved(cast, why="Last year it was 60"), by=cast.alice)
    stored = Target.objects.get()
    assert (stored.percent, stored.why, stored.entered_by) == (
        Decimal("65.5"),
        "Last year it was 60",
        cast.alice,
    )
    row = Target.history.get()
    assert (row.history_user, row.history_change_reason) == (cast.alice, SET)


def test_a_double_click_stores_once(cast: Cast) -> None:
    made = unsaved(cast)
    again = unsaved(cast, uid=made.uid)
    assert add_target(target=made, by=cast.alice)
    assert not add_target(target=again, by=cast.alice)
    assert Target.objects.count() == Target.history.count() == 1


OVERLAPS: dict[str, tuple[dict[str, Any], dict[str, Any], str | None]] = {
    "both open": ({}, {"from_on": day(50)}, "stands already, 70.0% from 15 January 2026:"),
    "the new one begins earlier": ({}, {"from_on": day(2)}, "stands already"),
    "the new one ends before": ({}, {"from_on": day(2), "until": day(9)}, None),
    "the new one ends on its first day": ({}, {"from_on": day(2), "until": day(10)}, "already"),
    "it ended before": ({"until": day(20)}, {"from_on": day(21)}, None),
    "it ends on that day": (
        {"until": day(20)},
        {"from_on": day(20)},
        "from 15 January 2026 until 25 January 2026",
    ),
    "another rate": ({}, {"rate": "recovery"}, None),
}


@pytest.mark.parametrize("case", OVERLAPS)
def test_one_at_a_time_for_a_rate(cast: Cast, case: str) -> None:
    there, new, said = OVERLAPS[case]
    make_target(service=cast.service, practitioner=cast.alice, **{"from_on": day(10), **there})
    if said is None:
        assert add_target(target=unsaved(cast, **new), by=cast.alice)
        return
    with pytest.raises(RefusedError, match=said):
        add_target(target=unsaved(cast, **new), by=cast.alice)
    assert Target.objects.count() == 1


def test_each_has_their_own_and_the_service_too(cast: Cast) -> None:
    make_target(service=cast.service, practitioner=cast.alice)
    make_target(service=cast.service, practitioner=None, by=cast.leda)
    make_target(service=cast.other_service, practitioner=cast.charlie)
    assert add_target(target=unsaved(cast, practitioner=cast.bob), by=cast.bob)
    with pytest.raises(RefusedError, match="stands already"):
        add_target(target=unsaved(cast, practitioner=None), by=cast.leda)


def test_put_right_keeps_what_was_there(cast: Cast) -> None:
    made = make_target(service=cast.service, practitioner=cast.alice)
    correct_target(
        target=made,
        values={"percent": Decimal("62.5"), "rate": "recovery"},
        seen=version_of(made),
        by=cast.alice,
        why="a slip of the pen",
    )
    newest, oldest = Target.history.order_by("-history_id")
    assert (newest.percent, newest.rate) == (Decimal("62.5"), "recovery")
    assert (oldest.percent, oldest.rate) == (Decimal("70.0"), "planned_declared")
    assert (newest.history_user, newest.history_change_reason) == (cast.alice, "a slip of the pen")


def test_put_right_to_the_same_leaves_nothing_in_the_history(cast: Cast) -> None:
    made = make_target(service=cast.service, practitioner=cast.alice)
    correct_target(
        target=made,
        values={"percent": Decimal("70.0")},
        seen=version_of(made),
        by=cast.alice,
        why="nothing",
    )
    assert Target.history.count() == 1


def test_put_right_over_a_newer_state_is_refused(cast: Cast) -> None:
    made = make_target(service=cast.service, practitioner=cast.alice)
    seen = version_of(made)
    for by, percent in ((cast.leda, Decimal(60)), (cast.alice, Decimal(80))):
        refused = pytest.raises(StaleError) if by == cast.alice else nullcontext()
        with refused:
            correct_target(target=made, values={"percent": percent}, seen=seen, by=by, why="x")
    assert Target.objects.get(pk=made.pk).percent == 60


def test_put_right_into_another_one_is_refused(cast: Cast) -> None:
    make_target(service=cast.service, practitioner=cast.alice, rate="recovery")
    made = make_target(service=cast.service, practitioner=cast.alice)
    with pytest.raises(RefusedError, match="stands already"):
        correct_target(
            target=made, values={"rate": "recovery"}, seen=version_of(made), by=cast.alice, why="x"
        )
    assert made.rate == Target.objects.get(pk=made.pk).rate == "planned_declared"


def test_ended_with_a_day_and_only_ever_earlier(cast: Cast) -> None:
    made = make_target(service=cast.service, practitioner=cast.alice)
    end_target(target=made, until=day(30), by=cast.alice)
    assert Target.objects.get().until == day(30)
    assert Target.history.latest("history_id").history_change_reason == "ended"
    for until in (day(30), day(31)):
        with pytest.raises(RefusedError, match="It ends on 4 February 2026 already"):
            end_target(target=made, until=until, by=cast.alice)
    end_target(target=made, until=day(30) - dt.timedelta(days=1), by=cast.alice)
    assert Target.objects.get().until == day(29)
