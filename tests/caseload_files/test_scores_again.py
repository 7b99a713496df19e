"""Scores over stored scores: added, corrected, never taken away."""

from decimal import Decimal

import pytest

from practice.models import (
    MeasureCompletion,
)
from tests.caseload_files.given import (
    a_session,
    again,
    an_episode,
    changes,
    imported,
    only,
    planned,
    stored,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("before", "cells", "total", "answers"),
    [
        pytest.param({"phq9": "12"}, {"phq9": ""}, 12, "", id="emptied total"),
        pytest.param({"phq9": "12", "phq9_9": "1"}, {"phq9": "12", "phq9_9": ""}, 12, "--------1", id="emptied risk item"),
        pytest.param({f"phq9_{n}": "1" for n in range(1, 10)}, {f"phq9_{n}": "" for n in range(1, 10)}, 9, "1" * 9, id="emptied items"),
        pytest.param({f"phq9_{n}": "1" for n in range(1, 10)}, {"phq9_1": "1", "phq9_2": ""}, 9, "1" * 9, id="one emptied item"),
    ],
)  # fmt: skip
def test_an_emptied_score_stays_with_a_warning(
    before: dict[str, str], cells: dict[str, str], total: int, answers: str
) -> None:
    service = imported([an_episode()], [a_session(**before)])
    plan = planned([], [a_session(**cells)], service=service)
    assert "what is stored stays" in only(plan.warnings).message
    assert changes(plan) == []
    stored(plan)
    form = MeasureCompletion.objects.get()
    assert form.total == Decimal(total)
    assert form.answers == answers


def test_items_typed_in_later_confirm_or_correct_a_total() -> None:
    service = imported([an_episode()], [a_session(gad7="7")])
    items = {f"gad7_{number}": "1" for number in range(1, 8)}
    assert again(service, sessions=[a_session(**items)]) == ["gad7 items: (empty) -> 1111111"]
    corrected = items | {"gad7_1": "3"}
    assert again(service, sessions=[a_session(**corrected)]) == [
        "gad7: 7 -> 9",
        "gad7 items: 1111111 -> 3111111",
    ]


def test_a_risk_item_typed_in_later_keeps_the_total() -> None:
    service = imported([an_episode()], [a_session(phq9="7")])
    assert again(service, sessions=[a_session(phq9_9="1")]) == ["phq9 items: (empty) -> --------1"]
    assert MeasureCompletion.objects.get().total == 7


def test_a_total_that_stored_items_deny_is_refused() -> None:
    items = {f"gad7_{number}": "1" for number in range(1, 8)}
    service = imported([an_episode()], [a_session(**items)])
    problem = only(planned([], [a_session(gad7="8")], service=service).problems)
    assert "the items make a total of 7" in problem.message


def test_incomplete_items_do_not_take_a_stored_total_away() -> None:
    service = imported([an_episode()], [a_session(gad7="8")])
    problem = only(planned([], [a_session(gad7_1="1")], service=service).problems)
    assert "1 of 7 items stands beside a total" in problem.message


def test_an_incomplete_form_is_completed_by_a_later_file() -> None:
    service = imported([an_episode()], [a_session(gad7_1="1")])
    rest = {f"gad7_{number}": "0" for number in range(2, 8)}
    assert again(service, sessions=[a_session(**rest)]) == [
        "gad7: (empty) -> 1",
        "gad7 items: 1------ -> 1000000",
    ]


def test_a_form_added_to_a_stored_session_or_questionnaire() -> None:
    lone = a_session(kind="questionnaire", date="2026-02-01", phq9="5")
    service = imported([an_episode()], [a_session(), lone])
    sessions = [
        a_session(core10="11.1"),
        lone | {"gad7": "4"},
        a_session(gad7_1="1", date="2026-02-09"),
    ]
    assert again(service, sessions=sessions) == ["core10: (empty) -> 11.11", "gad7: (empty) -> 4"]
    assert again(service, sessions=sessions) == []
    assert again(service, sessions=[a_session(phq9_1="1")]) == ["phq9: (empty) -> incomplete"]
