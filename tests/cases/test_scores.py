"""Start, best, last and the change word, as lists and sheets print them."""

import pytest

from practice.cases.scores import ScoreLine, score_lines
from practice.domain.change import Direction
from practice.domain.sessions import Kind
from tests.domain.courses import course, on, score, scores


def line(*totals: float | str, measure: str = "phq9") -> ScoreLine:
    (found,) = score_lines(course(*scores(measure, *totals)), primary=[measure])
    return found


@pytest.mark.parametrize(
    ("totals", "words"),
    [
        ((), "PHQ-9 not measured"),
        ((15,), "PHQ-9 15: one score"),
        ((15, 7, 9), "PHQ-9 15, best 7, last 9: reliably improved"),
        ((15, 10), "PHQ-9 15, best 10, last 10: no reliable change"),
        ((15, 21), "PHQ-9 15, best 15, last 21: reliably worse"),
        ((0, 0), "PHQ-9 0, best 0, last 0: no reliable change"),
    ],
    ids=["none", "one", "better", "the same", "worse", "nothing is a score"],
)
def test_in_one_line(totals: tuple[float, ...], words: str) -> None:
    assert line(*totals).words == words


def test_nothing_is_none_and_never_0() -> None:
    empty = line()
    assert (empty.start, empty.best, empty.last, empty.change) == (None, None, None, None)
    assert empty.change_words == "not measured"


def test_one_score_is_a_start_and_no_last_and_no_change() -> None:
    single = line(12)
    assert single.start is not None
    assert single.last is None
    assert single.change is None
    assert single.change_words == "one score"


def test_best_is_the_lowest_and_the_earliest_of_equals() -> None:
    best = line(15, 7, 9, 7).best
    assert best is not None
    assert (int(best.total), best.on) == (7, on(14))


def test_change_is_of_the_last_score_against_the_first() -> None:
    change = line(15, 3, 14).change
    assert change is not None
    assert change.direction is Direction.UNCHANGED


def test_decimals_are_kept_and_needless_noughts_are_not() -> None:
    assert line("18.89", "10.00", measure="core10").words == (
        "CORE-10 18.89, best 10, last 10: reliably improved"
    )


def test_primary_measures_always_and_others_once_given() -> None:
    given = course(*scores("core10", 20, 12))
    names = [each.name for each in score_lines(given, primary=["gad7", "phq9"])]
    assert names == ["PHQ-9", "GAD-7", "CORE-10"]
    assert [each.name for each in score_lines(given, primary=["core10"])] == ["CORE-10"]


def test_follow_up_scores_are_not_among_them() -> None:
    given = course(score("phq9", 7, 15), score("phq9", 20, 3, Kind.FOLLOW_UP))
    (found,) = score_lines(given, primary=["phq9"])
    assert found.last is None


@pytest.mark.parametrize(
    ("totals", "words"),
    [
        ((15, 12, 9), "PHQ-9: 15, 12, 9; cut-off 10"),
        ((15,), "PHQ-9: 15; cut-off 10"),
        ((), "PHQ-9: not measured; cut-off 10"),
    ],
)
def test_the_drawing_says_what_it_shows(totals: tuple[float, ...], words: str) -> None:
    found = line(*totals)
    assert found.drawing_words == words
    assert "stroke-dasharray" in found.svg(uid="a", description="")
