"""Which part a page shows: what an address may ask for, and what becomes of what it may not."""

import datetime as dt
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.test import RequestFactory
from pytest_django import DjangoAssertNumQueries

from practice.cohorts import Scope
from practice.domain.groups import GroupBy
from practice.domain.periods import Month, Period
from practice.forms.chosen import SPANS, group_from_address, group_in_address
from practice.models import Episode
from practice.views.chosen_part import ChosenPart, chosen_part, query_of
from tests.cast import Cast, make_client, make_episode, make_session

TODAY = dt.date(2026, 11, 22)
USUAL = Month(year=2026, number=10)


def ended(cast: Cast, *, on: dt.date = dt.date(2026, 9, 1), **fields: Any) -> Episode:
    """An episode of alice's that ended after one session."""
    episode = make_episode(
        client=make_client(service=cast.service),
        holder=cast.alice,
        referred_on=on - dt.timedelta(days=60),
        ended_on=on,
        ending="agreed_at_end",
        **fields,
    )
    make_session(episode=episode, held_on=on)
    return episode


def chosen(cast: Cast, address: str = "", *, kinds: Iterable[GroupBy] = GroupBy) -> ChosenPart:
    request = RequestFactory().get(f"/?{address}")
    scope = Scope(service=cast.service, practitioner=cast.alice)
    return chosen_part(request, scope, today=TODAY, usual=USUAL, kinds=kinds)


def keys(part: ChosenPart) -> list[int]:
    return [course.episode.key for course in part.part.ended]


@pytest.fixture
def three(cast: Cast) -> list[Episode]:
    """Of two contracts and of none."""
    return [ended(cast, contract=name) for name in ("EAP", "Charity", "")]


def test_without_asking_it_is_the_usual_twelve_months_of_everybody(
    cast: Cast, three: list[Episode]
) -> None:
    part = chosen(cast)
    assert not part.form.errors
    assert part.period == Period(start=dt.date(2025, 11, 1), end=dt.date(2026, 10, 31))
    assert keys(part) == [each.pk for each in three]
    assert part.part is part.whole
    assert part.words == ""
    assert part.query == "to=2026-10&months=12"
    assert SPANS == (12, 24, 36)


def test_another_month_and_a_longer_period(cast: Cast) -> None:
    old = ended(cast, on=dt.date(2024, 2, 1))
    part = chosen(cast, "to=2026-09&months=36")
    assert part.period == Period(start=dt.date(2023, 10, 1), end=dt.date(2026, 9, 30))
    assert keys(part) == [old.pk]
    # A running month goes up to today.
    assert chosen(cast, "to=2026-11").period.end == TODAY


@pytest.mark.parametrize(
    ("address", "place", "words"),
    [
        ("EAP", 0, "contract: EAP"),
        ("Charity", 1, "contract: Charity"),
        ("-", 2, "contract: not recorded"),
    ],
)
def test_one_group(cast: Cast, three: list[Episode], address: str, place: int, words: str) -> None:
    part = chosen(cast, f"contract={address}")
    assert keys(part) == [three[place].pk]
    assert len(part.whole.ended) == 3
    assert part.words == words
    # What the page hands on finds the same again.
    assert keys(chosen(cast, part.query)) == keys(part)


def test_two_kinds_at_once(cast: Cast) -> None:
    both = ended(cast, contract="EAP", therapy="CBT")
    ended(cast, contract="EAP", therapy="ACT")
    ended(cast, contract="Charity", therapy="CBT")
    part = chosen(cast, "contract=EAP&therapy=CBT")
    assert keys(part) == [both.pk]
    assert part.words == "contract: EAP; kind of therapy: CBT"


def test_a_kind_with_one_group_is_not_offered_unless_it_is_asked_for(cast: Cast) -> None:
    ended(cast, contract="EAP", source="GP")
    ended(cast, contract="Charity", source="GP")
    assert set(chosen(cast).form.fields) == {"to", "months", "contract"}
    asked = chosen(cast, "source=GP")
    assert set(asked.form.fields) == {"to", "months", "contract", "source"}
    assert len(keys(asked)) == 2


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("to=2026-13", "to"),
        ("to=2031-01", "to"),
        ("to=1999-01", "to"),
        ("to=%00%F0%9F%8C%8A", "to"),
        ("months=13", "months"),
        ("months=1e9", "months"),
        ("months=-12", "months"),
        ("contract=Elsewhere", "contract"),
        ("contract=%27%3B--", "contract"),
        ("gender=---", "gender"),
        ("medium=telepathy", "medium"),
    ],
)
def test_what_cannot_be_is_said_and_shows_everybody(
    cast: Cast, three: list[Episode], address: str, field: str
) -> None:
    part = chosen(cast, address)
    assert list(part.form.errors) == [field]
    assert part.period == USUAL.twelve_months_to
    assert part.groups == {}
    assert keys(part) == [each.pk for each in three]
    # What is wrong is not handed on.
    assert part.query == "to=2026-10&months=12"


def test_a_wrong_group_keeps_the_period_that_was_right(cast: Cast, three: list[Episode]) -> None:
    part = chosen(cast, "to=2026-09&months=24&contract=Elsewhere")
    assert part.period == Period(start=dt.date(2024, 10, 1), end=dt.date(2026, 9, 30))
    assert part.query == "to=2026-09&months=24"
    assert part.form["contract"].value() == "Elsewhere"


def test_empty_and_strange_parameters_ask_for_nothing(cast: Cast, three: list[Episode]) -> None:
    part = chosen(cast, "to=&months=&contract=&by=x&page=9&contract%5B%5D=EAP&=")
    assert not part.form.errors
    assert len(keys(part)) == 3


def test_of_a_parameter_given_twice_the_last_counts(cast: Cast, three: list[Episode]) -> None:
    assert keys(chosen(cast, "contract=EAP&contract=Charity")) == [three[1].pk]


def test_an_empty_practice_has_a_month_to_choose(cast: Cast) -> None:
    part = chosen(cast)
    assert not part.form.errors
    assert keys(part) == []
    assert set(part.form.fields) == {"to", "months"}
    assert list(chosen(cast, "contract=EAP").form.errors) == ["contract"]


def test_a_page_may_narrow_by_fewer_kinds_or_none(cast: Cast, three: list[Episode]) -> None:
    part = chosen(cast, "contract=EAP", kinds=())
    assert set(part.form.fields) == {"to", "months"}
    assert not part.form.errors
    assert len(keys(part)) == 3


@pytest.mark.parametrize("value", ["", "-", "--", "EAP", "a-", "-a", "mixed", "Ŵyn & Đặng=1?"])
def test_every_value_finds_itself_in_an_address(cast: Cast, value: str) -> None:
    assert group_from_address(group_in_address(value)) == value
    own = ended(cast, contract=value)
    ended(cast, contract="another")
    part = chosen(cast)
    query = query_of(part, {GroupBy.CONTRACT: value})
    found = chosen(cast, query)
    assert not found.form.errors
    assert keys(found) == [own.pk]
    assert parse_qs(query)["to"] == ["2026-10"]


@pytest.mark.parametrize("more", [1, 12])
def test_a_fixed_number_of_queries(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries, more: int
) -> None:
    for number in range(more):
        ended(cast, contract=f"Contract {number}")
    with django_assert_num_queries(4):
        chosen(cast, "months=36&contract=-")
