"""The sentences: every cell of the table of conditions, and the exact words of each rule."""

import datetime as dt
from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest

from practice.domain.benchmarks import load_benchmarks
from practice.domain.comparability import Mark
from practice.domain.comparisons import Comparison, NumberBand, comparator, compare, number_band
from practice.domain.estimates import Position, Proportion
from practice.domain.own_rates import OWN
from practice.domain.sentence_rules import (
    RULES,
    Fact,
    Limit,
    Measured,
    Rule,
    Verdict,
    rule_for,
)
from practice.domain.sentences import ENDINGS, OUTCOMES, Indicator, third_sentence

BENCHMARKS = load_benchmarks()
ENGLAND = BENCHMARKS.england_monthly("2024-25")
YEAR_END = dt.date(2026, 10, 31)
CELLS = list(product(NumberBand, Measured, Position, Mark))


def expected(  # noqa: PLR0911 - one return a rule, as it would be said
    band: NumberBand, measured: Measured, position: Position, mark: Mark
) -> tuple[Fact, Verdict, Limit]:
    """The rules once more, as somebody would say them aloud."""
    if band == NumberBand.NONE:
        return Fact.NONE, Verdict.SILENT, Limit.NOTHING_YET
    if measured == Measured.NOTHING:
        return Fact.NOT_MEASURED, Verdict.SILENT, Limit.NOT_MEASURED
    if band == NumberBand.COUNTS:
        return Fact.COUNTS, Verdict.SILENT, Limit.UNDER_TEN
    if measured == Measured.PARTLY:
        return Fact.BOUNDED, Verdict.INCOMPLETE, Limit.INCOMPLETE
    if mark == Mark.NOT_COMPARABLE:
        few = band == NumberBand.SUGGESTS
        return Fact.RATE, Verdict.NOT_COMPARABLE, Limit.UNDER_TWENTY if few else Limit.NONE
    if position == Position.UNCLEAR:
        return Fact.RATE, Verdict.UNCLEAR, Limit.ENDINGS_NEEDED
    if band == NumberBand.SUGGESTS:
        return Fact.RATE, Verdict.SUGGESTS, Limit.UNDER_TWENTY
    return Fact.RATE, Verdict.FIRM, Limit.NONE


@pytest.mark.parametrize(("band", "measured", "position", "mark"), CELLS)
def test_every_cell_has_one_rule_and_it_says_the_right_thing(
    band: NumberBand, measured: Measured, position: Position, mark: Mark
) -> None:
    rule = rule_for(band=band, measured=measured, position=position, mark=mark)
    assert (rule.fact, rule.verdict, rule.limit) == expected(band, measured, position, mark)


def _any_or(chosen: frozenset[str], everything: list[str]) -> str:
    shown = [str(each) for each in everything if each in chosen]
    return "any" if len(shown) == len(everything) else " or ".join(shown)


def readme_row(rule: Rule) -> str:
    """A rule as the README prints it."""
    cells = (
        _any_or(rule.bands, list(NumberBand)),
        _any_or(rule.measured, list(Measured)),
        _any_or(rule.positions, list(Position)),
        _any_or(rule.marks, list(Mark)),
        rule.fact,
        rule.verdict,
        rule.limit,
    )
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def test_the_readme_prints_the_table() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    for rule in RULES:
        assert readme_row(rule) in readme.splitlines()


@pytest.mark.parametrize(
    ("n", "band"),
    [
        (0, NumberBand.NONE),
        (1, NumberBand.COUNTS),
        (9, NumberBand.COUNTS),
        (10, NumberBand.SUGGESTS),
        (19, NumberBand.SUGGESTS),
        (20, NumberBand.FIRM),
        (400, NumberBand.FIRM),
    ],
)
def test_number_bands_at_their_edges(n: int, band: NumberBand) -> None:
    assert number_band(n) is band


def endings(
    k: int, n: int, *, unrecorded: int = 0, published: bool = True, wished: int = 0
) -> Indicator:
    return Indicator(
        wording=ENDINGS,
        comparison=compare(
            Proportion(k=k, n=n),
            definition=OWN["planned_declared"],
            benchmark=ENGLAND["planned_declared"] if published else None,
            period_end=YEAR_END,
        ),
        of=n + unrecorded,
        known=n,
        label="England 2024-25",
        aside=f"{wished} of the planned at a limit, the client wishing to continue"
        if wished
        else "",
    )


def outcomes(k: int, of: int, *, paired: int | None = None, published: bool = True) -> Indicator:
    return Indicator(
        wording=OUTCOMES,
        comparison=compare(
            Proportion(k=k, n=of),
            definition=OWN["reliable_improvement_iapt"],
            benchmark=ENGLAND["reliable_improvement_iapt"] if published else None,
            period_end=YEAR_END,
        ),
        of=of,
        known=of if paired is None else paired,
        label="England 2024-25",
        measure="PHQ-9 and GAD-7",
    )


@pytest.mark.parametrize(
    ("indicator", "sentence", "limit"),
    [
        pytest.param(
            endings(0, 0),
            "No therapy ended as planned or unplanned in these twelve months.",
            "there are no endings to speak of yet",
            id="no ending",
        ),
        pytest.param(
            endings(0, 0, unrecorded=4),
            "How it ended is recorded for none of the 4 therapies that ended.",
            "endings need a reason before anything can be said of them",
            id="ended, none recorded",
        ),
        pytest.param(
            endings(3, 7),
            "3 of 7 recorded endings were planned.",
            "7 recorded endings are too few for a rate",
            id="under ten: counts only",
        ),
        pytest.param(
            endings(9, 9),
            "9 of 9 recorded endings were planned.",
            "9 recorded endings are too few for a rate",
            id="nine of nine is still counts only",
        ),
        pytest.param(
            endings(8, 14, unrecorded=8),
            "14 of 22 endings are recorded: between 8 and 16 of 22 were planned. "
            "Not comparable: incomplete.",
            "a comparison of endings needs 20 of 22 recorded",
            id="too many unrecorded",
        ),
        pytest.param(
            endings(8, 8, unrecorded=22),
            "8 of 30 endings are recorded: between 8 and 30 of 30 were planned. "
            "Not comparable: incomplete.",
            "a comparison of endings needs 27 of 30 recorded",
            id="eight recorded of thirty is not a small practice",
        ),
        pytest.param(
            endings(3, 4, unrecorded=2),
            "3 of 4 recorded endings were planned; 2 of 6 are not recorded.",
            "4 recorded endings are too few for a rate",
            id="few, and some unrecorded",
        ),
        pytest.param(
            endings(9, 9, unrecorded=1),
            "9 of 9 recorded endings were planned; 1 of 10 are not recorded.",
            "9 recorded endings are too few for a rate",
            id="nine recorded of ten: a rate would rest on nine",
        ),
        pytest.param(
            endings(38, 40, unrecorded=2),
            "38 of 40 recorded endings were planned (95%; 95% interval 83% to 99%); "
            "2 of 42 are not recorded. 95.0% is above 61.8% (England 2024-25).",
            "",
            id="a firm finding still names what is missing",
        ),
        pytest.param(
            endings(38, 40, wished=10),
            "38 of 40 recorded endings were planned (95%; 95% interval 83% to 99%); "
            "10 of the planned at a limit, the client wishing to continue. "
            "95.0% is above 61.8% (England 2024-25).",
            "",
            id="wishing to continue stands beside the planned",
        ),
        pytest.param(
            endings(9, 12),
            "9 of 12 recorded endings were planned (75%; 95% interval 47% to 91%). "
            "No clear difference from 61.8% (England 2024-25): with 12, a rate between 47% and "
            "91% would fit.",
            "to tell 75.0% from 61.8% would take about 100 recorded endings (now 12)",
            id="twelve, unclear",
        ),
        pytest.param(
            endings(15, 15),
            "15 of 15 recorded endings were planned (100%; 95% interval 80% to 100%). "
            "With 15, 100.0% suggests a rate above 61.8% (England 2024-25).",
            "15 recorded endings are fewer than 20: no firm finding",
            id="fifteen suggest above",
        ),
        pytest.param(
            endings(13, 15),
            "13 of 15 recorded endings were planned (87%; 95% interval 62% to 96%). "
            "No clear difference from 61.8% (England 2024-25): with 15, a rate between 62% and "
            "96% would fit.",
            "to tell 86.7% from 61.8% would take about 30 recorded endings (now 15)",
            id="the interval excludes it, the exact test does not: no verdict",
        ),
        pytest.param(
            endings(38, 40),
            "38 of 40 recorded endings were planned (95%; 95% interval 83% to 99%). "
            "95.0% is above 61.8% (England 2024-25).",
            "",
            id="forty, above",
        ),
        pytest.param(
            endings(10, 40),
            "10 of 40 recorded endings were planned (25%; 95% interval 14% to 40%). "
            "25.0% is below 61.8% (England 2024-25).",
            "",
            id="forty, below",
        ),
        pytest.param(
            endings(30, 40, published=False),
            "30 of 40 recorded endings were planned (75%; 95% interval 60% to 86%). "
            "Not compared: no figure is published for this definition.",
            "",
            id="nothing to compare with",
        ),
        pytest.param(
            endings(9, 12, published=False),
            "9 of 12 recorded endings were planned (75%; 95% interval 47% to 91%). "
            "Not compared: no figure is published for this definition.",
            "12 recorded endings are fewer than 20: no firm finding",
            id="nothing to compare with, and few",
        ),
        pytest.param(
            outcomes(0, 0),
            "No course of two or more sessions ended in these twelve months.",
            "there are no outcomes to speak of yet",
            id="no course",
        ),
        pytest.param(
            outcomes(0, 12, paired=0),
            "None of the 12 courses of two or more sessions has two scores of PHQ-9 and GAD-7: "
            "outcomes are not measured.",
            "outcomes need a first and a last score",
            id="never measured is not 0 of 12",
        ),
        pytest.param(
            outcomes(3, 22, paired=8),
            "8 of 22 have two scores of PHQ-9 and GAD-7: between 3 and 17 of 22 improved. "
            "Not comparable: incomplete.",
            "a comparison of outcomes needs two scores for 20 of 22",
            id="8 of 22 have two scores",
        ),
        pytest.param(
            outcomes(3, 8, paired=5),
            "3 of 8 courses of two or more sessions improved reliably on PHQ-9 and GAD-7; "
            "5 of 8 have two scores.",
            "8 courses are too few for an improvement rate",
            id="few courses",
        ),
        pytest.param(
            outcomes(17, 20, paired=18),
            "17 of 20 courses of two or more sessions improved reliably on PHQ-9 and GAD-7 "
            "(85%; 95% interval 64% to 95%); 2 of 20 have no second score. No clear difference from 67.4% (England 2024-25) "
            "(near, not the same definition): with 20, a rate between 64% and 95% would fit.",
            "to tell 85.0% from 67.4% would take about 50 courses (now 20)",
            id="exactly 90% complete is enough, and the mark is near",
        ),
        pytest.param(
            outcomes(4, 20, paired=17),
            "17 of 20 have two scores of PHQ-9 and GAD-7: between 4 and 7 of 20 improved. "
            "Not comparable: incomplete.",
            "a comparison of outcomes needs two scores for 18 of 20",
            id="85% complete is not enough, however low",
        ),
        pytest.param(
            outcomes(8, 40),
            "8 of 40 courses of two or more sessions improved reliably on PHQ-9 and GAD-7 "
            "(20%; 95% interval 10% to 35%). 20.0% is below 67.4% (England 2024-25) "
            "(near, not the same definition).",
            "",
            id="forty, below, near",
        ),
    ],
)
def test_the_words(indicator: Indicator, sentence: str, limit: str) -> None:
    assert indicator.sentence == sentence
    assert indicator.limit == limit


def test_more_endings_than_a_practice_sees() -> None:
    assert endings(27, 42).limit == (
        "to tell 64.3% from 61.8% would take more than 200 recorded endings, more than one "
        "practice sees in years (now 42)"
    )


def test_equal_rates_need_no_number_of_endings() -> None:
    rate = comparator(ENGLAND["planned_declared"]).rate
    own = Proportion(k=rate.numerator, n=rate.denominator)
    equal = Comparison(
        own=own, benchmark=ENGLAND["planned_declared"], mark=Mark.SAME, reason="equal"
    )
    assert own.rate == Fraction(rate)
    assert equal.endings_needed is None
    indicator = Indicator(
        wording=ENDINGS, comparison=equal, of=own.n, known=own.n, label="England 2024-25"
    )
    assert indicator.rule.limit is Limit.ENDINGS_NEEDED
    assert indicator.limit == ""


def test_nothing_is_compared_without_own_endings() -> None:
    assert endings(0, 0).comparison.endings_needed is None


def test_a_mean_is_no_percentage_to_compare_with() -> None:
    mean = BENCHMARKS.england("2023-24")["mean_sessions_of_finished"]
    with pytest.raises(ValueError, match="not a percentage"):
        comparator(mean)


def test_a_small_comparator_is_a_sample_itself() -> None:
    small = next(
        figure
        for figure in BENCHMARKS
        if figure.unit == "%"
        and figure.k is None
        and figure.sample is not None
        and figure.sample < 5000
    )
    sample = comparator(small).sample
    assert sample is not None
    assert sample.n == small.sample
    assert abs(100 * sample.k / sample.n - float(small.figure)) <= 50 / sample.n + 0.06


class TestThirdSentence:
    def test_names_each_limit_once(self) -> None:
        assert third_sentence((endings(3, 7), outcomes(2, 6))) == (
            "Keep in mind: 7 recorded endings are too few for a rate; 6 courses are too few for "
            "an improvement rate."
        )

    def test_says_so_when_there_is_none(self) -> None:
        assert third_sentence((endings(38, 40), outcomes(8, 40))) == (
            "Both rates rest on 20 or more, and on 90% or more of those they are about."
        )


@pytest.mark.parametrize("unrecorded", [0, 22], ids=["known", "hardly known"])
def test_a_rate_is_compared_only_where_the_rule_compares(unrecorded: int) -> None:
    assert endings(30, 40, unrecorded=unrecorded).is_compared is (unrecorded == 0)
    assert not endings(30, 40, published=False).is_compared
    assert not endings(9, 9).is_compared
