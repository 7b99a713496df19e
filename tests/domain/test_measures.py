"""The three questionnaires: wording, scoring, bands and cut-offs as published."""

from collections.abc import Sequence
from decimal import Decimal

import pytest

from practice.domain.measures import (
    CORE10,
    GAD7,
    MEASURES,
    PHQ9,
    Measure,
    PrimaryOutcome,
    ScoringError,
)

PFIZER = (
    "Copyright (c) Pfizer Inc. Developed by Drs. Robert L. Spitzer, Janet B.W. Williams, Kurt "
    "Kroenke and colleagues, with an educational grant from Pfizer Inc. No permission required to "
    "reproduce, translate, display or distribute."
)
every_measure = pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES.keys())


# Wording: licensed text, so a changed letter is a fault


def test_phq9_wording_as_licensed() -> None:
    assert PHQ9.stem == (
        "Over the last 2 weeks, how often have you been bothered by any of the following problems?"
    )
    assert PHQ9.items == (
        "Little interest or pleasure in doing things",
        "Feeling down, depressed, or hopeless",
        "Trouble falling or staying asleep, or sleeping too much",
        "Feeling tired or having little energy",
        "Poor appetite or overeating",
        "Feeling bad about yourself - or that you are a failure or have let yourself or your family down",
        "Trouble concentrating on things, such as reading the newspaper or watching television",
        "Moving or speaking so slowly that other people could have noticed? Or the opposite - being so fidgety or restless that you have been moving around a lot more than usual",
        "Thoughts that you would be better off dead or of hurting yourself in some way",
    )
    assert PHQ9.licence == PFIZER


def test_gad7_wording_as_licensed() -> None:
    assert GAD7.stem == PHQ9.stem
    assert GAD7.items == (
        "Feeling nervous, anxious or on edge",
        "Not being able to stop or control worrying",
        "Worrying too much about different things",
        "Trouble relaxing",
        "Being so restless that it is hard to sit still",
        "Becoming easily annoyed or irritable",
        "Feeling afraid as if something awful might happen",
    )
    assert GAD7.licence == PFIZER


def test_core10_wording_and_order_as_licensed() -> None:
    assert CORE10.stem.lower() == "over the last week"
    assert CORE10.items == (
        "I have felt tense, anxious or nervous",
        "I have felt I have someone to turn to for support when needed",
        "I have felt able to cope when things go wrong",
        "Talking to people has felt too much for me",
        "I have felt panic or terror",
        "I made plans to end my life",
        "I have had difficulty getting to sleep or staying asleep",
        "I have felt despairing or hopeless",
        "I have felt unhappy",
        "Unwanted images or memories have been distressing me",
    )
    assert "CC BY-NC-ND 4.0" in CORE10.licence
    assert (
        "(c) CORE System Trust: https://www.coresystemtrust.org.uk/copyright.pdf" in CORE10.licence
    )


def test_answer_labels() -> None:
    phq = ("Not at all", "Several days", "More than half the days", "Nearly every day")
    assert PHQ9.answers == phq
    # "Not at all sure", on many copies, is an error (Zorowitz 2021).
    assert GAD7.answers == phq
    assert CORE10.answers == (
        "Not at all",
        "Only occasionally",
        "Sometimes",
        "Often",
        "Most or all of the time",
    )


@pytest.mark.parametrize(
    ("measure", "items", "maximum", "risk_item", "recall", "loinc"),
    [
        pytest.param(PHQ9, 9, 27, 9, "last 2 weeks", "44261-6", id="phq9"),
        pytest.param(GAD7, 7, 21, None, "last 2 weeks", "70274-6", id="gad7"),
        pytest.param(CORE10, 10, 40, 6, "last week", None, id="core10"),
    ],
)
def test_facts(
    measure: Measure,
    *,
    items: int,
    maximum: int,
    risk_item: int | None,
    recall: str,
    loinc: str | None,
) -> None:
    assert len(measure.items) == items
    assert measure.maximum == maximum
    assert measure.risk_item == risk_item
    assert measure.recall == recall
    assert measure.loinc_total == loinc


def test_risk_items_ask_about_harm() -> None:
    assert PHQ9.risk_item is not None
    assert CORE10.risk_item is not None
    assert "hurting yourself" in PHQ9.items[PHQ9.risk_item - 1]
    assert "plans to end my life" in CORE10.items[CORE10.risk_item - 1]


def test_core10_says_that_its_reliable_change_is_a_90_percent_index() -> None:
    assert "90%" in CORE10.reliable_change_note


@every_measure
def test_sources_are_named(measure: Measure) -> None:
    assert len(measure.source) > 20
    assert len(measure.case_source) > 20
    assert MEASURES[measure.code] is measure


# Scoring


@pytest.mark.parametrize(
    ("measure", "answers", "total"),
    [
        pytest.param(PHQ9, [2, 2, 2, 2, 1, 1, 2, 0, 0], 12, id="phq9 worked example"),
        pytest.param(GAD7, [1, 1, 1, 1, 0, 1, 2], 7, id="gad7 worked example"),
        pytest.param(CORE10, [1] * 10, 14, id="core10 all 'Only occasionally': 8 x 1 + 2 x 3"),
        pytest.param(PHQ9, [0] * 9, 0, id="phq9 lowest: a score of 0, not a missing one"),
        pytest.param(PHQ9, [3] * 9, 27, id="phq9 highest"),
        pytest.param(GAD7, [0] * 7, 0, id="gad7 lowest"),
        pytest.param(GAD7, [3] * 7, 21, id="gad7 highest"),
        pytest.param(CORE10, [0] * 10, 8, id="core10 all 'Not at all' is not 0: 2 x 4"),
        pytest.param(CORE10, [4] * 10, 32, id="core10 all 'Most or all of the time': 8 x 4"),
        pytest.param(CORE10, [0, 4, 4, 0, 0, 0, 0, 0, 0, 0], 0, id="core10 lowest"),
        pytest.param(CORE10, [4, 0, 0, 4, 4, 4, 4, 4, 4, 4], 40, id="core10 highest"),
    ],
)
def test_total_of_a_complete_form(measure: Measure, answers: Sequence[int], total: int) -> None:
    assert measure.total_from_answers(answers) == total


def test_core10_items_2_and_3_are_reversed_and_no_others() -> None:
    baseline = [0] * 10
    without = CORE10.total_from_answers(baseline)
    assert without is not None
    for number in range(1, 11):
        ticked = [4 if place == number else 0 for place in range(1, 11)]
        step = -4 if number in {2, 3} else 4
        assert CORE10.total_from_answers(ticked) == without + step
        assert CORE10.item_score(number, 1) == (3 if number in {2, 3} else 1)


@pytest.mark.parametrize("measure", [PHQ9, GAD7], ids=["phq9", "gad7"])
def test_no_item_is_reversed(measure: Measure) -> None:
    assert measure.reversed_items == frozenset()
    assert measure.item_score(2, 1) == 1


@pytest.mark.parametrize(
    ("measure", "answers", "total"),
    [
        pytest.param(PHQ9, [3] * 8 + [None], None, id="phq9 one missing"),
        pytest.param(GAD7, [None] + [3] * 6, None, id="gad7 one missing"),
        pytest.param(CORE10, [None, None] + [1] * 8, None, id="core10 two missing"),
        pytest.param(PHQ9, [None] * 9, None, id="phq9 blank: no score, never 0"),
        pytest.param(GAD7, [None] * 7, None, id="gad7 blank: no score, never 0"),
        pytest.param(CORE10, [None] * 10, None, id="core10 blank: no score, never 0"),
        # Nine items: 7 x 1 + 2 x 3 = 13; 10 x 13/9 = 14.44.
        pytest.param(CORE10, [None] + [1] * 9, "14.44", id="core10 one missing"),
        # A missing positive item: 8 x 1 + 3 = 11; 10 x 11/9 = 12.22.
        pytest.param(CORE10, [1, None] + [1] * 8, "12.22", id="core10 a reversed one missing"),
        # 5 x 10/9 = 5.555..., half up.
        pytest.param(CORE10, [None, 4, 4, 1, 1, 1, 1, 1, 0, 0], "5.56", id="core10 rounded up"),
        pytest.param(CORE10, [None, 4, 4, 0, 0, 0, 0, 0, 0, 0], "0", id="core10 pro-rated 0"),
        pytest.param(CORE10, [None, 0, 0, 4, 4, 4, 4, 4, 4, 4], "40", id="core10 pro-rated 40"),
    ],
)
def test_missing_items(measure: Measure, answers: Sequence[int | None], total: str | None) -> None:
    assert measure.total_from_answers(answers) == (None if total is None else Decimal(total))


@every_measure
def test_answers_outside_the_range_are_refused(measure: Measure) -> None:
    for wrong in (-1, measure.maximum_answer + 1):
        answers = [0] * (len(measure.items) - 1) + [wrong]
        with pytest.raises(ScoringError, match=f"takes 0 to {measure.maximum_answer}"):
            measure.total_from_answers(answers)


@every_measure
def test_wrong_number_of_items_is_refused(measure: Measure) -> None:
    for number in (0, len(measure.items) - 1, len(measure.items) + 1):
        with pytest.raises(ScoringError, match=f"has {len(measure.items)} items"):
            measure.total_from_answers([0] * number)


def test_pro_rating_is_core10s_alone() -> None:
    assert [measure.code for measure in MEASURES.values() if measure.pro_rates] == ["core10"]


# Totals typed without their items


@every_measure
def test_every_whole_number_in_the_range_is_a_total(measure: Measure) -> None:
    for total in range(measure.maximum + 1):
        assert measure.check_total(Decimal(total)) == total
        assert measure.check_total(Decimal(f"{total}.0")) == total


@every_measure
@pytest.mark.parametrize("wrong", ["-1", "-0.01", "NaN", "Infinity", "-Infinity", "7.5", "3.15"])
def test_other_totals_are_refused(measure: Measure, wrong: str) -> None:
    with pytest.raises(ScoringError, match=f"from 0 to {measure.maximum}"):
        measure.check_total(Decimal(wrong))


@every_measure
def test_total_above_the_maximum_is_refused(measure: Measure) -> None:
    for wrong in (measure.maximum + 1, Decimal(measure.maximum) + Decimal("0.01")):
        with pytest.raises(ScoringError, match=f"from 0 to {measure.maximum}"):
            measure.check_total(Decimal(wrong))


@pytest.mark.parametrize("given", ["11.1", "11.11", "11.10"])
def test_core10_pro_rated_total_to_one_or_two_decimals_is_one_score(given: str) -> None:
    if given == "11.10":
        # As a number it is 11.1.
        assert CORE10.check_total(Decimal(given)) == CORE10.check_total(Decimal("11.1"))
    assert CORE10.check_total(Decimal(given)) == Decimal("11.11")


@pytest.mark.parametrize("wrong", ["11.12", "11.2", "11.111", "5.5", "5.55", "0.5", "39.9", "12.3"])
def test_core10_decimals_that_no_nine_items_give_are_refused(wrong: str) -> None:
    with pytest.raises(ScoringError, match=r"11\.1 or 11\.11"):
        CORE10.check_total(Decimal(wrong))


def test_every_pro_rated_total_of_nine_items_is_accepted() -> None:
    for raw in range(37):
        exact = Decimal(raw * 10) / 9
        for places in (1, 2):
            given = Decimal(f"{exact:.{places}f}")
            assert abs(CORE10.check_total(given) - exact) <= Decimal("0.005")


@pytest.mark.parametrize("measure", [PHQ9, GAD7], ids=["phq9", "gad7"])
def test_pro_rated_totals_of_the_others_are_refused(measure: Measure) -> None:
    with pytest.raises(ScoringError, match="whole number"):
        measure.check_total(Decimal("11.1"))


def test_checked_and_scored_totals_agree() -> None:
    """The same form by its items and by the total on its sheet is one and the same score."""
    for raw in range(37):
        points = [min(4, max(0, raw - 4 * place)) for place in range(9)]
        answers = [None] + [
            CORE10.item_score(number, point) for number, point in enumerate(points, start=2)
        ]
        scored = CORE10.total_from_answers(answers)
        assert scored is not None
        assert CORE10.check_total(scored) == scored


# Bands and cut-offs


@pytest.mark.parametrize(
    ("measure", "edges"),
    [
        pytest.param(
            PHQ9,
            [
                (0, 4, "minimal"),
                (5, 9, "mild"),
                (10, 14, "moderate"),
                (15, 19, "moderately severe"),
                (20, 27, "severe"),
            ],
            id="phq9",
        ),
        pytest.param(
            GAD7,
            [(0, 4, "minimal"), (5, 9, "mild"), (10, 14, "moderate"), (15, 21, "severe")],
            id="gad7",
        ),
        pytest.param(
            CORE10,
            [
                (0, 10, "healthy or low"),
                (11, 14, "mild"),
                (15, 19, "moderate"),
                (20, 24, "moderate to severe"),
                (25, 40, "severe"),
            ],
            id="core10",
        ),
    ],
)
def test_bands_at_every_edge(measure: Measure, edges: list[tuple[int, int, str]]) -> None:
    for lowest, highest, word in edges:
        assert measure.band(Decimal(lowest)).word == word
        assert measure.band(Decimal(highest)).word == word
    covered = [total for lowest, highest, _ in edges for total in range(lowest, highest + 1)]
    assert covered == list(range(measure.maximum + 1))


@pytest.mark.parametrize(
    ("total", "word"),
    [
        ("10.99", "healthy or low"),
        ("11.11", "mild"),
        ("14.44", "mild"),
        ("14.99", "mild"),
        ("19.99", "moderate"),
        ("24.44", "moderate to severe"),
        ("24.99", "moderate to severe"),
        ("25.56", "severe"),
    ],
)
def test_decimals_belong_to_the_band_whose_lower_number_they_have_reached(
    total: str, word: str
) -> None:
    assert CORE10.band(Decimal(total)).word == word


@pytest.mark.parametrize(
    ("measure", "case_at", "reliable_change"),
    [
        pytest.param(PHQ9, 10, 6, id="phq9"),
        pytest.param(GAD7, 8, 4, id="gad7"),
        pytest.param(CORE10, 11, 6, id="core10"),
    ],
)
def test_case_is_at_least_the_cut_off(measure: Measure, case_at: int, reliable_change: int) -> None:
    assert measure.case_at == case_at
    assert measure.reliable_change == reliable_change
    assert measure.is_case(Decimal(case_at))
    assert measure.is_case(Decimal(measure.maximum))
    assert not measure.is_case(Decimal(case_at - 1))
    assert not measure.is_case(Decimal(case_at) - Decimal("0.01"))
    assert not measure.is_case(Decimal(0))


# Primary outcomes


def test_primary_outcomes_in_words() -> None:
    assert {outcome: outcome.words for outcome in PrimaryOutcome} == {
        PrimaryOutcome.IAPT: "PHQ-9 and GAD-7",
        PrimaryOutcome.PHQ9: "PHQ-9",
        PrimaryOutcome.GAD7: "GAD-7",
        PrimaryOutcome.CORE10: "CORE-10",
    }
