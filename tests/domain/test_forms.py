"""Whether total, items and risk item of one form agree."""

from decimal import Decimal

import pytest

from practice.domain.forms import disagreement, doubts, is_only_risk
from practice.domain.measures import CORE10, GAD7, PHQ9

NOTHING = (None,) * 9
ALL = (2, 2, 2, 2, 1, 1, 2, 0, 0)
RISK = (*(None,) * 8, 1)


@pytest.mark.parametrize(
    ("answers", "total"),
    [
        (NOTHING, None),
        (NOTHING, Decimal(12)),
        (ALL, None),
        (ALL, Decimal(12)),
        (RISK, Decimal(12)),
        ((1, *NOTHING[1:]), None),
    ],
)
def test_what_agrees(answers: tuple[int | None, ...], total: Decimal | None) -> None:
    assert disagreement(PHQ9, answers, total) is None


def test_items_that_make_another_total() -> None:
    said = disagreement(PHQ9, ALL, Decimal(13))
    assert said is not None
    assert said.startswith("the items make a total of 12:")


def test_some_items_cannot_confirm_a_total() -> None:
    one, two = (1, *NOTHING[1:]), (1, 1, *NOTHING[2:])
    assert "1 of 9 items stands" in (disagreement(PHQ9, one, Decimal(12)) or "")
    said = disagreement(PHQ9, two, Decimal(12)) or ""
    assert "2 of 9 items stand beside" in said
    assert "only item 9 (the risk item) beside the total" in said
    assert "risk" not in (disagreement(GAD7, (1, *(None,) * 6), Decimal(5)) or "")


def test_one_missing_item_of_core10_still_makes_a_total() -> None:
    nine = (None, 0, 0, 1, 1, 1, 1, 1, 1, 1)
    assert disagreement(CORE10, nine, Decimal("16.67")) is None
    assert "make a total of 16.67" in (disagreement(CORE10, nine, Decimal(16)) or "")


def test_an_incomplete_form_is_kept_and_doubted() -> None:
    assert doubts(PHQ9, (1, *NOTHING[1:]), None) == (
        "8 of 9 items of PHQ-9 are unanswered: kept as an incomplete form without a score",
    )
    assert "1 of 7 items of GAD-7 is unanswered" in doubts(GAD7, (1, 1, 1, 1, 1, 1, None), None)[0]


@pytest.mark.parametrize(
    ("total", "risk", "is_doubted"), [(0, 1, True), (1, 1, False), (25, 1, False), (26, 1, True)]
)
def test_a_risk_item_that_does_not_go_with_the_total(
    total: int, risk: int, is_doubted: bool
) -> None:
    assert bool(doubts(PHQ9, (*NOTHING[1:], risk), Decimal(total))) is is_doubted


def test_the_risk_item_alone() -> None:
    assert is_only_risk(PHQ9, RISK)
    assert not is_only_risk(PHQ9, NOTHING)
    assert not is_only_risk(PHQ9, ALL)
    assert not is_only_risk(GAD7, (None,) * 7)
