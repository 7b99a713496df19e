"""How a therapy can end, and what each way counts as.

Four planned and four unplanned reasons as on the CORE End of Therapy form, with an ending by the
practitioner or service beside the unplanned ones; died and referred on are in neither.
"""

import datetime as dt
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

    @property
    def meaning(self) -> str:
        """When to choose it, in one plain line."""
        return _MEANINGS[self]


class EndingGroup(StrEnum):
    """The side of the planned-ending rate an ending stands on."""

    PLANNED = "planned"
    UNPLANNED = "unplanned"
    NEITHER = "neither"  # kept out of the rate, counted beside it

    @property
    def counts_as(self) -> str:
        """What an ending of this group counts as, once therapy has begun."""
        return _COUNTS_AS[self]


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

# The same reasons as on the CORE End of Therapy form, in words of our own.
_MEANINGS: Mapping[Ending, str] = MappingProxyType(
    {
        Ending.PLANNED_FROM_OUTSET: "The number of sessions or the last day was set at the start.",
        Ending.AGREED_DURING_THERAPY: "You agreed in the course of therapy when it would end.",
        Ending.AGREED_AT_END: "You agreed at the last meeting that this was the end.",
        Ending.OTHER_PLANNED: "Planned by both of you in some other way.",
        Ending.CRISIS: "A crisis stopped it: an emergency, an admission, illness.",
        Ending.LOSS_OF_CONTACT: "The client stopped coming and could not be reached.",
        Ending.DID_NOT_WISH_TO_CONTINUE: "The client said so before the end that was planned.",
        Ending.OTHER_UNPLANNED: "Any other way that was not planned: a move, a new job, money.",
        Ending.ENDED_BY_SERVICE: "You or the service stopped it earlier than the client wished.",
        Ending.DIED: "The client died.",
        Ending.REFERRED_ON: (
            "Referred elsewhere before the first treatment session; later it is an agreed ending "
            "or one by the service."
        ),
    }
)
# What stands for no ending given: not one of the endings, and stored as none.
NOT_RECORDED_WORDS = "not recorded"
NOT_RECORDED_MEANING = (
    "Nobody knows any more how it ended. Left out of the declared planned-ending rate, and counted "
    "as unplanned in the estimated one."
)
_COUNTS_AS: Mapping[EndingGroup, str] = MappingProxyType(
    {
        EndingGroup.PLANNED: "Counts as a planned ending.",
        EndingGroup.UNPLANNED: "Counts as an unplanned ending, whatever the scores say.",
        EndingGroup.NEITHER: "Kept out of the planned-ending rate, and counted beside it.",
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


# The published figures are of people AT LEAST this old.
ADULT_FROM = 18


class AgeAt(StrEnum):
    """What a year of birth tells about a day: whether somebody was of age then."""

    UNDER = "under age"
    MAYBE = "perhaps under age"
    ADULT = "of age"


def age_at(day: dt.date, *, birth_year: int | None) -> AgeAt | None:
    """Of age on the day, or not, or not to be told by the year alone; None without a year."""
    if birth_year is None:
        return None
    # The birthday of that year may or may not have come.
    oldest = day.year - birth_year
    if oldest < ADULT_FROM:
        return AgeAt.UNDER
    return AgeAt.MAYBE if oldest == ADULT_FROM else AgeAt.ADULT


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

    @property
    def meaning(self) -> str:
        """When it applies, in one plain line."""
        return _LEFT_OUT_MEANINGS[self]


_LEFT_OUT_WORDS: Mapping[LeftOut, str] = MappingProxyType(
    {
        LeftOut.UNDER_18: "under 18",
        LeftOut.COUPLE_OR_FAMILY: "couple or family",
        LeftOut.CONSENT_WITHDRAWN: "consent refused or withdrawn",
        LeftOut.TEST_RECORD: "test record",
        LeftOut.ASSESSMENT_ONLY_CONTRACT: "assessment-only contract",
    }
)
_LEFT_OUT_MEANINGS: Mapping[LeftOut, str] = MappingProxyType(
    {
        LeftOut.UNDER_18: f"The client was under {ADULT_FROM} at the referral: the published "
        "figures are of adults.",
        LeftOut.COUPLE_OR_FAMILY: "Two or more people came together: one person's scores do not "
        "stand for them.",
        LeftOut.CONSENT_WITHDRAWN: "The client does not want to be part of any figure.",
        LeftOut.TEST_RECORD: "Nobody real: made to try something out.",
        LeftOut.ASSESSMENT_ONLY_CONTRACT: "The contract was for an assessment, and therapy was "
        "never meant to follow here.",
    }
)
