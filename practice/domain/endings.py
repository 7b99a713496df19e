"""How a therapy can end, and what each way counts as.

Four planned and four unplanned reasons as on the CORE End of Therapy form, with an ending by the
practitioner or service beside the unplanned ones; died and referred on are in neither.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Ending(StrEnum):
    """Why an episode ended. An episode that ended without one of these is "not recorded"."""

    PLANNED_FROM_OUTSET = "planned_from_outset"
    AGREED_DURING_THERAPY = "agreed_during_therapy"
    AGREED_AT_END = "agreed_at_end"
    OTHER_PLANNED = "other_planned"
    CRISIS = "crisis"
    LOSS_OF_CONTACT = "loss_of_contact"
    DID_NOT_WISH_TO_CONTINUE = "did_not_wish_to_continue"
    OTHER_UNPLANNED = "other_unplanned"
    ENDED_BY_SERVICE = "ended_by_service"
    DIED = "died"
    REFERRED_ON = "referred_on"

    @property
    def group(self) -> "EndingGroup":
        """What this ending counts as in the planned-ending rate."""
        if self in PLANNED:
            return EndingGroup.PLANNED
        if self in UNPLANNED:
            return EndingGroup.UNPLANNED
        return EndingGroup.NEITHER

    @property
    def words(self) -> str:
        """How a page or paper names it."""
        return _WORDS[self]


class EndingGroup(StrEnum):
    """The side of the planned-ending rate an ending stands on."""

    PLANNED = "planned"
    UNPLANNED = "unplanned"
    NEITHER = "neither"  # kept out of the rate, counted beside it


PLANNED = (
    Ending.PLANNED_FROM_OUTSET,
    Ending.AGREED_DURING_THERAPY,
    Ending.AGREED_AT_END,
    Ending.OTHER_PLANNED,
)
UNPLANNED = (
    Ending.CRISIS,
    Ending.LOSS_OF_CONTACT,
    Ending.DID_NOT_WISH_TO_CONTINUE,
    Ending.OTHER_UNPLANNED,
    Ending.ENDED_BY_SERVICE,
)

_WORDS: Mapping[Ending, str] = MappingProxyType(
    {
        Ending.PLANNED_FROM_OUTSET: "planned from the outset",
        Ending.AGREED_DURING_THERAPY: "agreed during therapy",
        Ending.AGREED_AT_END: "agreed at the end of therapy",
        Ending.OTHER_PLANNED: "other planned ending",
        Ending.CRISIS: "due to a crisis",
        Ending.LOSS_OF_CONTACT: "due to loss of contact",
        Ending.DID_NOT_WISH_TO_CONTINUE: "client did not wish to continue",
        Ending.OTHER_UNPLANNED: "other unplanned ending",
        Ending.ENDED_BY_SERVICE: "ended by the practitioner or service",
        Ending.DIED: "died",
        Ending.REFERRED_ON: "referred on before treatment",
    }
)

# NHS care-spell end codes. 46 mutually agreed, 47 earlier than the care professional planned,
# 48 earlier than the patient requested, 49 died, 96 not recorded (None).
NHS_END_CODES: Mapping[str, Ending | None] = MappingProxyType(
    {
        "46": Ending.OTHER_PLANNED,
        "47": Ending.OTHER_UNPLANNED,
        "48": Ending.ENDED_BY_SERVICE,
        "49": Ending.DIED,
        "96": None,
    }
)


class LeftOut(StrEnum):
    """The only reasons for which an episode is in no figure; reports print how many by reason."""

    UNDER_18 = "under_18"
    COUPLE_OR_FAMILY = "couple_or_family"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    TEST_RECORD = "test_record"
    ASSESSMENT_ONLY_CONTRACT = "assessment_only_contract"

    @property
    def words(self) -> str:
        """How a page or paper names it."""
        return _LEFT_OUT_WORDS[self]


_LEFT_OUT_WORDS: Mapping[LeftOut, str] = MappingProxyType(
    {
        LeftOut.UNDER_18: "under 18",
        LeftOut.COUPLE_OR_FAMILY: "couple or family",
        LeftOut.CONSENT_WITHDRAWN: "consent refused or withdrawn",
        LeftOut.TEST_RECORD: "test record",
        LeftOut.ASSESSMENT_ONLY_CONTRACT: "assessment-only contract",
    }
)
