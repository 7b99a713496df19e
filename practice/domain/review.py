"""In what order open courses come up for review: on the supervision sheet and on the caseload."""

import datetime as dt
from collections.abc import Collection, Mapping
from enum import StrEnum
from types import MappingProxyType

from practice.domain.outcomes import FINISHED_FROM, Course
from practice.domain.signal_kinds import Signal, SignalFound

# New: FEWER treatment sessions than make a finished course. Ours.
NEW_BELOW = FINISHED_FROM
# Near the end: AT MOST this many of the planned sessions are left. Ours.
NEAR_THE_END_LEFT = 1


class ReviewGroup(StrEnum):
    """Where a course stands on the supervision sheet and the caseload, the most pressing first."""

    RISK = Signal.RISK.value
    WORSE = Signal.WORSE.value
    NOT_IMPROVED = Signal.NOT_IMPROVED.value
    OFF_TRACK = Signal.OFF_TRACK.value
    SCORE_OVERDUE = Signal.SCORE_OVERDUE.value
    NO_CONTACT = Signal.NO_CONTACT.value
    NEW = "new"
    NEAR_THE_END = "near_the_end"
    OTHER = "other"

    @property
    def words(self) -> str:
        """A short label."""
        return _GROUP_WORDS.get(self) or Signal(self.value).words


_GROUP_WORDS: Mapping[ReviewGroup, str] = MappingProxyType(
    {
        ReviewGroup.NEW: "new",
        ReviewGroup.NEAR_THE_END: "near the end",
        ReviewGroup.OTHER: "others",
    }
)


def review_group(
    course: Course, *, found: Collection[SignalFound], planned_sessions: int | None
) -> ReviewGroup:
    """The first group that fits: by the most pressing signal found, then new, near the end, other.

    New: fewer than 2 treatment sessions. Near the end: at most 1 of the planned sessions is left
    (none left and more than planned included); never without a plan.
    """
    present = {one.signal for one in found}
    for signal in Signal:
        if signal in present:
            return ReviewGroup(signal.value)
    held = len(course.treatment_sessions)
    if held < NEW_BELOW:
        return ReviewGroup.NEW
    if planned_sessions is not None and planned_sessions - held <= NEAR_THE_END_LEFT:
        return ReviewGroup.NEAR_THE_END
    return ReviewGroup.OTHER


def review_order(
    course: Course, *, found: Collection[SignalFound], planned_sessions: int | None
) -> tuple[int, dt.date, int]:
    """A sort key: by group, then what has stood longest, then the episode's key.

    Longest: by the signal of the group; without a signal, by the day of the referral.
    """
    group = review_group(course, found=found, planned_sessions=planned_sessions)
    dates = [one.since for one in found if one.signal.value == group.value]
    return (
        list(ReviewGroup).index(group),
        min(dates, default=course.episode.referred_on),
        course.episode.key,
    )
