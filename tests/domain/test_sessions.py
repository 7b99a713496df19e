"""Which rows are sessions, which sessions are attended, and which are treatment."""

import pytest

from practice.domain.records import SessionRecord
from practice.domain.sessions import (
    NHS_ATTENDANCE,
    NHS_KINDS,
    NHS_MEDIA,
    QUESTIONNAIRE,
    SEEN,
    TREATMENT_KINDS,
    Attendance,
    Kind,
    Medium,
)
from tests.domain.courses import on

ATTENDED = {
    "attended": True,
    "late": True,  # late, but seen
    "late_not_seen": False,
    "dna": False,
    "cancelled_by_client": False,
    "cancelled_by_practitioner": False,
}
TREATS = {
    "assessment": False,
    "treatment": True,
    "assessment_and_treatment": True,
    "review": False,
    "review_and_treatment": True,
    "follow_up": False,
    "other": False,
}


def test_every_word_is_classed() -> None:
    assert {word.value for word in Attendance} == ATTENDED.keys()
    assert {word.value for word in Kind} == TREATS.keys()
    assert {word.value for word in SEEN} == {word for word, seen in ATTENDED.items() if seen}
    assert {word.value for word in TREATMENT_KINDS} == {
        word for word, treats in TREATS.items() if treats
    }


@pytest.mark.parametrize("attendance", Attendance)
@pytest.mark.parametrize("kind", Kind)
def test_treatment_needs_both_the_kind_and_the_client(kind: Kind, attendance: Attendance) -> None:
    session = SessionRecord(on=on(1), kind=kind, attendance=attendance)
    assert session.is_attended is ATTENDED[attendance.value]
    assert session.is_treatment is (TREATS[kind.value] and ATTENDED[attendance.value])


def test_questionnaire_is_no_kind_of_session() -> None:
    assert QUESTIONNAIRE == "questionnaire"
    assert QUESTIONNAIRE not in {kind.value for kind in Kind}


def test_nhs_kinds() -> None:
    assert dict(NHS_KINDS) == {
        "1": "assessment",
        "2": "treatment",
        "3": "assessment_and_treatment",
        "4": "review",
        "5": "review_and_treatment",
        "6": "follow_up",
        "7": "other",
    }


def test_nhs_attendance() -> None:
    assert dict(NHS_ATTENDANCE) == {
        "5": "attended",
        "6": "late",
        "7": "late_not_seen",
        "3": "dna",
        "2": "cancelled_by_client",
        "4": "cancelled_by_practitioner",
    }


def test_nhs_media_without_a_word_are_other() -> None:
    words = {
        "1": "face_to_face",
        "2": "telephone",
        "5": "email",
        "9": "text",
        "10": "instant_message",
        "11": "video",
    }
    assert dict(NHS_MEDIA) == words | dict.fromkeys(("4", "12", "13", "98"), "other")
    assert {medium.value for medium in Medium} == {*words.values(), "other"}
