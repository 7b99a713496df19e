"""Measure completions: what the database lets be a score, and how answers are kept."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from practice.domain.measures import HUNDREDTH, MEASURES, Measure, Mode
from practice.models import MeasureCompletion
from practice.models.completion import pack_answers
from tests.cast import day
from tests.models.edges import Edge, World, all_known, every, refused, stored

# A form filled in without a meeting.
LONE: dict[str, Any] = {
    "session": None,
    "episode": lambda world: world.episode,
    "completed_on": day(20),
}


def _totals(measure: Measure) -> Iterator[Edge]:
    name = f"completion_{measure.code}_total"
    good = [Decimal(0), Decimal(1), Decimal(measure.maximum)]
    bad = [Decimal(-1), Decimal("-0.01"), measure.maximum + Decimal("0.01")]
    bad += [Decimal(measure.maximum + 1), Decimal(measure.maximum) + Decimal("0.5")]
    # 11.11 is ten ninths of 10: a CORE-10 with one item missing. The others never carry decimals.
    (good if measure.pro_rates else bad).extend([Decimal("11.11"), Decimal("0.5")])
    for total in good:
        yield stored(MeasureCompletion, name, measure=measure.code, total=total)
    for total in bad:
        yield refused(MeasureCompletion, name, measure=measure.code, total=total)


def _answers(measure: Measure) -> Iterator[Edge]:
    name, items = f"completion_{measure.code}_answers", len(measure.items)
    top = str(measure.maximum_answer)
    # A form with too many items missing has answers and no total.
    for answers in ("0" * items, top * items, "-" * (items - 1) + "0", "0" + "-" * (items - 1)):
        for total in (None, 3):
            yield stored(
                MeasureCompletion, name, measure=measure.code, answers=answers, total=total
            )
    yield stored(MeasureCompletion, name, measure=measure.code, answers="")
    too_high = str(measure.maximum_answer + 1)
    bad = ["0" * (items - 1), "-" * items, "0" * (items - 1) + too_high, too_high * items]
    bad += ["0" * (items - 1) + sign for sign in ("x", " ", "٠", "0\n")]
    for answers in bad:
        # A letter too many for the column is another matter: only PostgreSQL counts them.
        if len(answers) <= 10:
            yield refused(MeasureCompletion, name, measure=measure.code, answers=answers)
    if items < 10:
        yield refused(MeasureCompletion, name, measure=measure.code, answers="0" * (items + 1))


EDGES = (
    # One of a session.
    Edge(
        model=MeasureCompletion,
        constraint="completion_once_a_session",
        is_stored=False,
        after=({},),
        fields={"total": 3},
    ),
    Edge(
        model=MeasureCompletion,
        constraint="completion_once_a_session",
        is_stored=True,
        after=({},),
        fields={"measure": "gad7"},
    ),
    Edge(
        model=MeasureCompletion,
        constraint="completion_once_a_session",
        is_stored=True,
        after=({},),
        fields={"session": lambda world: world.other_session},
    ),
    # One of a day, for those that stand alone.
    Edge(
        model=MeasureCompletion,
        constraint="completion_once_a_day",
        is_stored=False,
        after=(LONE,),
        fields={**LONE, "total": 3},
    ),
    *(
        Edge(
            model=MeasureCompletion,
            constraint="completion_once_a_day",
            is_stored=True,
            after=(LONE,),
            fields={**LONE, **other},
        )
        for other in (
            {"measure": "gad7"},
            {"completed_on": day(21)},
            {"episode": lambda world: world.unheld},
        )
    ),
    stored(MeasureCompletion, "completion_of_session_or_day"),
    stored(MeasureCompletion, "completion_of_session_or_day", **LONE),
    *(
        refused(MeasureCompletion, "completion_of_session_or_day", **fields)
        for fields in (
            {"session": None},
            {"episode": lambda world: world.episode},
            {"completed_on": day(20)},
            {**LONE, "session": lambda world: world.session},
            {**LONE, "completed_on": None},
            {**LONE, "episode": None},
        )
    ),
    *all_known(
        MeasureCompletion, "completion_measure_known", field="measure", values=list(MEASURES)
    ),
    refused(
        MeasureCompletion,
        "completion_measure_known",
        measure="",
        instead="This field cannot be blank.",
    ),
    *all_known(MeasureCompletion, "completion_mode_known", field="mode", values=list(Mode)),
    refused(
        MeasureCompletion, "completion_mode_known", mode="", instead="This field cannot be blank."
    ),
    stored(MeasureCompletion, "completion_says_something", answers="", total=0),
    stored(MeasureCompletion, "completion_says_something", answers="0" * 9, total=None),
    stored(MeasureCompletion, "completion_says_something", answers="0" * 9, total=0),
    refused(MeasureCompletion, "completion_says_something", answers="", total=None),
    *(edge for measure in MEASURES.values() for edge in _totals(measure)),
    *(edge for measure in MEASURES.values() for edge in _answers(measure)),
)


@every(EDGES)
def test_constraint(edge: Edge, world: World) -> None:
    edge.check(world)


def test_every_score_a_measure_allows_can_be_stored(world: World) -> None:
    """The constraint and the scoring rule are two writings of one range."""
    for measure in MEASURES.values():
        for total in range(measure.maximum + 1):
            score = measure.check_total(Decimal(total))
            MeasureCompletion(
                measure=measure.code, session=world.session, total=score
            ).validate_constraints()
    core = MEASURES["core10"]
    for nine_items in range(9 * core.maximum_answer + 1):
        score = core.check_total((Decimal(nine_items) * 10 / 9).quantize(HUNDREDTH))
        MeasureCompletion(
            measure="core10", session=world.session, total=score
        ).validate_constraints()


@pytest.mark.parametrize(
    ("answers", "packed"),
    [
        pytest.param([0, 1, 2, 3, 3, 2, 1, 0, 0], "012332100", id="all answered"),
        pytest.param([None, 1, None, 3, 3, 2, 1, 0, 0], "-1-332100", id="two missing"),
        pytest.param([*[None] * 8, 2], "--------2", id="risk item alone"),
        pytest.param([None] * 9, "", id="blank form"),
        pytest.param([], "", id="no items"),
    ],
)
def test_answers_are_kept_as_ticked(answers: list[int | None], packed: str) -> None:
    assert pack_answers(answers) == packed
    form = MeasureCompletion(measure="phq9", answers=packed)
    assert form.item_answers == (tuple(answers) if packed else None)


@pytest.mark.parametrize(
    ("measure", "answers", "risk"),
    [
        pytest.param("phq9", "000000003", 3, id="PHQ-9, item 9"),
        pytest.param("phq9", "333333330", 0, id="PHQ-9, answered 0"),
        pytest.param("phq9", "33333333-", None, id="PHQ-9, unanswered is not 0"),
        pytest.param("phq9", "", None, id="PHQ-9, only a total is not 0"),
        pytest.param("core10", "0000040000", 4, id="CORE-10, item 6"),
        pytest.param("core10", "44444-4444", None, id="CORE-10, unanswered is not 0"),
        pytest.param("gad7", "3333333", None, id="GAD-7 has none"),
    ],
)
def test_risk_answer(measure: str, answers: str, risk: int | None) -> None:
    assert MeasureCompletion(measure=measure, answers=answers).risk_answer == risk


def test_what_a_form_is_called(world: World) -> None:
    """By measure and random id, for it may stand in a log: never by its score."""
    form = MeasureCompletion(measure="phq9", session=world.session, total=27)
    assert str(form) == f"phq9 {form.uid}"
