"""How published figures are put into words, and whom each is about."""

from dataclasses import replace

import pytest

from practice.domain.benchmark_words import (
    STATUS_WORDS,
    Kind,
    Whom,
    grouping_of,
    kind_of,
    sample_words,
    value_words,
    whom_of,
)
from practice.domain.benchmarks import Statistic, Status, load_benchmarks

PUBLISHED = load_benchmarks()

WORDS = {
    "england-2024-25-planned-ending": ("61.8%", "439,930 of 711,407", Kind.RATE, Whom.ENGLAND),
    "england-2024-25-no-reliable-change": ("25.4%", "of 670,419", Kind.RATE, Whom.ENGLAND),
    "england-2024-25-age-18-to-25-recovery": (
        "43.9%",
        "in a group of 112,751 courses",
        Kind.RATE,
        Whom.AGE,
    ),
    "england-2024-25-count-finished": ("670,419 referrals", "", Kind.COUNT, Whom.ENGLAND),
    "providers-2024-25-recovery-median": ("50.4%", "", Kind.SPREAD, Whom.SERVICES),
    "connell-2006-unplanned-declared-low": ("21%", "", Kind.LIMIT, Whom.OUTSIDE),
    "saxon-2017-drop-out-max": ("73.2%", "", Kind.SPREAD, Whom.OUTSIDE),
    "target-2028-29-reliable-recovery": ("53%", "", Kind.TARGET, Whom.ENGLAND),
    "radhakrishnan-2013-course-high": ("1,416 pounds", "number not given", Kind.MEAN, Whom.ENGLAND),
    "gyani-2013-reliable-recovery": ("40.3%", "of 19,395", Kind.RATE, Whom.ENGLAND),
    "timimi-2015-recovered-per-100000-voluntary": (
        "78 recovered clients per 100,000 pounds",
        "",
        Kind.RATIO,
        Whom.OUTSIDE,
    ),
    "stiles-2015-effect-size": ("1.89 standard deviations", "of 26,430", Kind.RATIO, Whom.OUTSIDE),
}


@pytest.mark.parametrize("key", WORDS)
def test_value_number_kind_and_whom(key: str) -> None:
    figure = PUBLISHED.get(key)
    found = (value_words(figure), sample_words(figure), kind_of(figure), whom_of(figure))
    assert found == WORDS[key]


def test_every_statistic_is_of_one_kind() -> None:
    for statistic in Statistic:
        assert sum(statistic in kind.statistics for kind in Kind) == 1


def test_every_figure_is_about_somebody_and_nobody_is_left_without_one() -> None:
    assert {whom_of(figure) for figure in PUBLISHED} == set(Whom)
    assert {kind_of(figure) for figure in PUBLISHED} == set(Kind)
    assert set(STATUS_WORDS) == set(Status)


def test_a_place_is_told_by_its_code() -> None:
    local = next(figure for figure in PUBLISHED if figure.region_code == "NLS")
    assert whom_of(local) is Whom.PLACE
    assert whom_of(replace(local, region_code="")) is Whom.ENGLAND


def test_the_grouping_of_a_part() -> None:
    part = PUBLISHED.get("england-2024-25-age-18-to-25-recovery")
    assert grouping_of(part) == "age"
    assert grouping_of(PUBLISHED.get("england-2024-25-recovery")) == ""
