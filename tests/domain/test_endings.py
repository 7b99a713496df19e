"""How an episode can end, and what each way counts as."""

import datetime as dt

import pytest

from practice.domain.endings import (
    NHS_END_CODES,
    PLANNED,
    UNPLANNED,
    AgeAt,
    Ending,
    EndingGroup,
    LeftOut,
    age_at,
)

GROUPS = {
    "planned_from_outset": EndingGroup.PLANNED,
    "agreed_during_therapy": EndingGroup.PLANNED,
    "agreed_at_end": EndingGroup.PLANNED,
    "other_planned": EndingGroup.PLANNED,
    "crisis": EndingGroup.UNPLANNED,
    "loss_of_contact": EndingGroup.UNPLANNED,
    "did_not_wish_to_continue": EndingGroup.UNPLANNED,
    "other_unplanned": EndingGroup.UNPLANNED,
    "ended_by_service": EndingGroup.UNPLANNED,
    "died": EndingGroup.NEITHER,
    "referred_on": EndingGroup.NEITHER,
}


def test_every_ending_has_its_group() -> None:
    assert {ending.value: ending.group for ending in Ending} == GROUPS


def test_groups_are_disjoint() -> None:
    assert not set(PLANNED) & set(UNPLANNED)
    assert len(PLANNED) == 4
    # Four as on the CORE End of Therapy form, and the one by the practitioner or service.
    assert len(UNPLANNED) == 5


@pytest.mark.parametrize(
    ("code", "ending"),
    [
        pytest.param("46", Ending.OTHER_PLANNED, id="46 mutually agreed completion"),
        pytest.param("47", Ending.OTHER_UNPLANNED, id="47 earlier than planned"),
        pytest.param("48", Ending.ENDED_BY_SERVICE, id="48 earlier than the patient asked"),
        pytest.param("49", Ending.DIED, id="49 died"),
        pytest.param("96", None, id="96 not recorded"),
    ],
)
def test_nhs_end_codes(code: str, ending: Ending | None) -> None:
    assert NHS_END_CODES[code] is ending
    assert len(NHS_END_CODES) == 5


def test_every_ending_and_reason_has_words_of_its_own() -> None:
    words = [ending.words for ending in Ending]
    assert len(set(words)) == len(Ending)
    assert all(word and "_" not in word for word in words)
    reasons = [reason.words for reason in LeftOut]
    assert len(set(reasons)) == len(LeftOut)
    assert all(word and "_" not in word for word in reasons)


def test_left_out_only_for_these_reasons() -> None:
    """A sixth reason would be a new way to better a rate."""
    assert {reason.value for reason in LeftOut} == {
        "under_18",
        "couple_or_family",
        "consent_withdrawn",
        "test_record",
        "assessment_only_contract",
    }


def test_every_choice_says_what_it_means() -> None:
    for meanings in (
        [ending.meaning for ending in Ending],
        [reason.meaning for reason in LeftOut],
        [group.counts_as for group in EndingGroup],
    ):
        assert len(set(meanings)) == len(meanings)
        assert all(meaning.endswith(".") for meaning in meanings)


@pytest.mark.parametrize(
    ("birth_year", "age"),
    [
        pytest.param(2007, AgeAt.ADULT, id="19 in that year"),
        pytest.param(2008, AgeAt.MAYBE, id="18 in that year, perhaps not yet"),
        pytest.param(2009, AgeAt.UNDER, id="17 in that year"),
        pytest.param(None, None, id="no year"),
    ],
)
def test_age_by_the_year_of_birth(birth_year: int | None, age: AgeAt | None) -> None:
    assert age_at(dt.date(2026, 3, 9), birth_year=birth_year) is age
