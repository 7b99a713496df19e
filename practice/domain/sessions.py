"""Sessions: their kind, attendance and medium, and which of them are treatment.

NHS Talking Therapies data set codes stand beside each word, for import.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Kind(StrEnum):
    """What a session was for. The labels of NHS codes 3 to 7 could not be confirmed."""

    ASSESSMENT = "assessment"
    TREATMENT = "treatment"
    ASSESSMENT_AND_TREATMENT = "assessment_and_treatment"
    REVIEW = "review"
    REVIEW_AND_TREATMENT = "review_and_treatment"
    FOLLOW_UP = "follow_up"
    OTHER = "other"


class Attendance(StrEnum):
    """Whether the client came."""

    ATTENDED = "attended"
    LATE = "late"  # late, but seen
    LATE_NOT_SEEN = "late_not_seen"
    DNA = "dna"
    CANCELLED_BY_CLIENT = "cancelled_by_client"
    CANCELLED_BY_PRACTITIONER = "cancelled_by_practitioner"


class Medium(StrEnum):
    """How the session was held."""

    FACE_TO_FACE = "face_to_face"
    TELEPHONE = "telephone"
    VIDEO = "video"
    EMAIL = "email"
    TEXT = "text"
    INSTANT_MESSAGE = "instant_message"
    OTHER = "other"


TREATMENT_KINDS = frozenset(
    {Kind.TREATMENT, Kind.ASSESSMENT_AND_TREATMENT, Kind.REVIEW_AND_TREATMENT}
)
SEEN = frozenset({Attendance.ATTENDED, Attendance.LATE})

# The word in the sessions file for a form filled in without a meeting: no session, no contact.
QUESTIONNAIRE = "questionnaire"

NHS_KINDS: Mapping[str, Kind] = MappingProxyType(
    {str(number): kind for number, kind in enumerate(Kind, start=1)}
)
NHS_ATTENDANCE: Mapping[str, Attendance] = MappingProxyType(
    {
        "5": Attendance.ATTENDED,
        "6": Attendance.LATE,
        "7": Attendance.LATE_NOT_SEEN,
        "3": Attendance.DNA,
        "2": Attendance.CANCELLED_BY_CLIENT,
        "4": Attendance.CANCELLED_BY_PRACTITIONER,
    }
)
NHS_MEDIA: Mapping[str, Medium] = MappingProxyType(
    {
        "1": Medium.FACE_TO_FACE,
        "2": Medium.TELEPHONE,
        "4": Medium.OTHER,  # talk type
        "5": Medium.EMAIL,
        "9": Medium.TEXT,
        "10": Medium.INSTANT_MESSAGE,
        "11": Medium.VIDEO,
        "12": Medium.OTHER,  # message board
        "13": Medium.OTHER,  # chat room
        "98": Medium.OTHER,
    }
)
