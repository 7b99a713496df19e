"""Which group a course is in, and what it is called: one of each kind, whatever is written."""

from dataclasses import replace

import pytest

from practice.domain.groups import MIXED, NOT_RECORDED, GroupBy, group_of, group_words, medium_of
from practice.domain.outcomes import Course
from practice.domain.records import SessionRecord
from practice.domain.session_words import MEDIA
from practice.domain.sessions import Attendance, Kind, Medium
from tests.domain.courses import END, course, session


def held(
    medium: Medium | None,
    day: int = 7,
    *,
    kind: Kind = Kind.TREATMENT,
    attendance: Attendance = Attendance.ATTENDED,
) -> SessionRecord:
    return replace(session(day, kind, attendance), medium=medium)


VIDEO, PHONE = held(Medium.VIDEO), held(Medium.TELEPHONE)


@pytest.mark.parametrize(
    ("sessions", "expected"),
    [
        pytest.param((), NOT_RECORDED, id="no session"),
        pytest.param((held(None), held(None)), NOT_RECORDED, id="no session says"),
        pytest.param((VIDEO,), "video", id="one session"),
        pytest.param((VIDEO, held(None), held(None)), "video", id="of those that say"),
        pytest.param((VIDEO, PHONE), MIXED, id="exactly half is not more than half"),
        pytest.param((PHONE, VIDEO, VIDEO), "video", id="more than half"),
        pytest.param(
            (PHONE, VIDEO, held(Medium.TEXT), held(Medium.EMAIL)), MIXED, id="four media, once each"
        ),
        pytest.param(
            (VIDEO, held(Medium.TELEPHONE, attendance=Attendance.DNA)), "video", id="missed"
        ),
        pytest.param(
            (VIDEO, held(Medium.TELEPHONE, attendance=Attendance.LATE)), MIXED, id="late but seen"
        ),
        pytest.param(
            (held(Medium.VIDEO, kind=Kind.ASSESSMENT),), "video", id="an assessment alone counts"
        ),
        pytest.param((VIDEO, held(Medium.TELEPHONE, END)), MIXED, id="on the last day"),
        pytest.param((VIDEO, held(Medium.TELEPHONE, END + 1)), "video", id="after the last day"),
    ],
)
def test_the_medium_is_that_of_more_than_half(
    sessions: tuple[SessionRecord, ...], expected: str
) -> None:
    found = course(held=sessions)
    assert medium_of(found) == group_of(found, GroupBy.MEDIUM) == expected


def test_every_other_kind_is_what_is_written() -> None:
    plain = course()
    written = Course(
        episode=replace(
            plain.episode,
            contract="EAP",
            source="GP",
            therapy="CBT",
            problem="Grief",
            gender="male",
        ),
        until=plain.until,
    )
    assert {by: group_of(written, by) for by in GroupBy} == {
        GroupBy.CONTRACT: "EAP",
        GroupBy.SOURCE: "GP",
        GroupBy.THERAPY: "CBT",
        GroupBy.PROBLEM: "Grief",
        GroupBy.GENDER: "male",
        GroupBy.MEDIUM: NOT_RECORDED,
    }
    assert {group_of(plain, by) for by in GroupBy} == {NOT_RECORDED}


@pytest.mark.parametrize("by", GroupBy)
def test_each_kind_and_each_group_has_words(by: GroupBy) -> None:
    assert by.words == by.words.lower() != ""
    assert group_words(NOT_RECORDED, by) == "not recorded"
    assert group_words(MIXED, by) == "mixed"


def test_media_are_named_as_everywhere_and_the_rest_as_written() -> None:
    assert {medium: group_words(medium.value, GroupBy.MEDIUM) for medium in Medium} == dict(MEDIA)
    # A contract of the name of a medium is a contract.
    assert group_words("video", GroupBy.CONTRACT) == "video"
    assert group_words("face_to_face", GroupBy.SOURCE) == "face_to_face"
