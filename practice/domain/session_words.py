"""How a page names attendance, kinds, media, and the ways in which a form comes."""

from collections.abc import Mapping
from types import MappingProxyType

from practice.domain.measures import Mode
from practice.domain.sessions import QUESTIONNAIRE, Attendance, Kind, Medium

ATTENDANCE: Mapping[str, str] = MappingProxyType(
    {
        Attendance.ATTENDED: "attended",
        Attendance.LATE: "late, but seen",
        Attendance.LATE_NOT_SEEN: "late and could not be seen",
        Attendance.DNA: "did not attend",
        Attendance.CANCELLED_BY_CLIENT: "cancelled by the client",
        Attendance.CANCELLED_BY_PRACTITIONER: "cancelled by the practitioner",
    }
)
KINDS: Mapping[str, str] = MappingProxyType(
    {
        Kind.ASSESSMENT: "assessment",
        Kind.TREATMENT: "treatment",
        Kind.ASSESSMENT_AND_TREATMENT: "assessment and treatment",
        Kind.REVIEW: "review",
        Kind.REVIEW_AND_TREATMENT: "review and treatment",
        Kind.FOLLOW_UP: "follow-up",
        Kind.OTHER: "other",
        QUESTIONNAIRE: "form filled in without a meeting",
    }
)
MEDIA: Mapping[str, str] = MappingProxyType(
    {
        Medium.FACE_TO_FACE: "face to face",
        Medium.TELEPHONE: "telephone",
        Medium.VIDEO: "video",
        Medium.EMAIL: "e-mail",
        Medium.TEXT: "text message",
        Medium.INSTANT_MESSAGE: "instant message",
        Medium.OTHER: "other",
    }
)
MODES: Mapping[str, str] = MappingProxyType(
    {
        Mode.TRANSCRIBED: "typed from paper",
        Mode.SELF: "entered by the client",
        Mode.PRACTITIONER: "asked by the practitioner",
    }
)
