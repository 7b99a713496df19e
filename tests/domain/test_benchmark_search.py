"""Finding figures: by words, and by each thing that narrows them."""

from practice.domain.benchmark_beside import may_stand_beside
from practice.domain.benchmark_search import Search, in_order, searched_text
from practice.domain.benchmark_words import Kind, Whom, kind_of, whom_of
from practice.domain.benchmarks import Status, load_benchmarks
from practice.domain.definitions import Event

PUBLISHED = load_benchmarks()


def keys(**asked: object) -> set[str]:
    return {figure.key for figure in Search(**asked).found(PUBLISHED)}  # type: ignore[arg-type]


def test_nothing_asked_finds_everything_in_order() -> None:
    assert Search().found(PUBLISHED) == tuple(PUBLISHED)


def test_each_choice_is_the_same_as_going_through_all_of_them() -> None:
    checks = (
        ({"event": Event.RECOVERY}, lambda one: one.definition.event is Event.RECOVERY),
        ({"whom": Whom.GENDER}, lambda one: whom_of(one) is Whom.GENDER),
        ({"place": "NLS"}, lambda one: one.region_code == "NLS"),
        ({"year": "2013"}, lambda one: one.period == "2013"),
        ({"kind": Kind.SPREAD}, lambda one: kind_of(one) is Kind.SPREAD),
        ({"status": Status.SECONDARY}, lambda one: one.status is Status.SECONDARY),
        ({"source": "saxon_2017"}, lambda one: one.source == "saxon_2017"),
        ({"is_beside": True}, may_stand_beside),
    )
    for asked, is_wanted in checks:
        found = keys(**asked)
        assert found == {figure.key for figure in PUBLISHED if is_wanted(figure)}
        assert 0 < len(found) < len(PUBLISHED)


def test_newest_first_endings_before_outcomes_and_targets_last() -> None:
    ordered = in_order(PUBLISHED)
    assert sorted(one.key for one in ordered) == sorted(one.key for one in PUBLISHED)
    results = [one for one in ordered if kind_of(one) is not Kind.TARGET]
    assert ordered[: len(results)] == results
    periods = [one.period for one in results]
    assert periods == sorted(periods, reverse=True)
    newest = [one.definition.event for one in results if one.period == "2024-25"]
    assert newest[0] is Event.PLANNED_ENDING
    places = [list(Event).index(event) for event in newest]
    assert places == sorted(places)


def test_words_in_any_order_and_case_all_of_them() -> None:
    assert keys(words="TRENT recovery") == keys(words="recovery  trent") != set()
    assert keys(words="trent recovery") < keys(words="trent")
    assert keys(words="trent zzzz") == set()
    assert keys(words="clark 2018", event=Event.COST) == {"clark-2018-cost-per-client"}


def test_words_are_looked_for_in_everything_that_names_a_figure() -> None:
    figure = PUBLISHED.get("eap-2013-planned-estimated")
    text = searched_text(figure)
    for part in (figure.publisher, figure.document, figure.original, figure.period, figure.region):
        assert part.casefold() in text
