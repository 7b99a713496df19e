"""The ways in which a practice may look at a part of its own courses."""

from collections import Counter
from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType

from practice.domain.outcomes import Course
from practice.domain.session_words import MEDIA

# What a group is called whose courses have nothing written there.
NOT_RECORDED = ""
# More than one medium, and none of them at MORE THAN half of the attended sessions that say one.
MIXED = "mixed"


class GroupBy(StrEnum):
    """What courses are grouped by; the first stands nearest to the practice's own arrangements."""

    CONTRACT = "contract"
    SOURCE = "source"
    THERAPY = "therapy"
    PROBLEM = "problem"
    GENDER = "gender"
    MEDIUM = "medium"

    @property
    def words(self) -> str:
        """As a heading has it."""
        return _WORDS[self]


_WORDS = {
    GroupBy.CONTRACT: "contract",
    GroupBy.SOURCE: "source of referral",
    GroupBy.THERAPY: "kind of therapy",
    GroupBy.PROBLEM: "first problem",
    GroupBy.GENDER: "gender",
    GroupBy.MEDIUM: "medium of most sessions",
}


def medium_of(course: Course) -> str:
    """The medium of more than half of the attended sessions that say one, up to the course's day.

    "mixed" where none has more than half; "" where no attended session says.
    """
    media = Counter(
        session.medium
        for session in course.episode.sessions
        if session.is_attended and session.medium is not None and session.on <= course.until
    )
    if not media:
        return NOT_RECORDED
    medium, count = media.most_common(1)[0]
    return medium.value if 2 * count > media.total() else MIXED


_VALUES: Mapping[GroupBy, Callable[[Course], str]] = MappingProxyType(
    {
        GroupBy.CONTRACT: lambda course: course.episode.contract,
        GroupBy.SOURCE: lambda course: course.episode.source,
        GroupBy.THERAPY: lambda course: course.episode.therapy,
        GroupBy.PROBLEM: lambda course: course.episode.problem,
        GroupBy.GENDER: lambda course: course.episode.gender,
        GroupBy.MEDIUM: medium_of,
    }
)


def group_of(course: Course, by: GroupBy) -> str:
    """Which group of a kind a course is in, as it is stored; "" for nothing written there.

    One group of each kind, so that the groups of a kind are a partition: of several problems the
    first counts.
    """
    return _VALUES[by](course)


def group_words(value: str, by: GroupBy) -> str:
    """A group as a page names it."""
    if value == NOT_RECORDED:
        return "not recorded"
    if by is GroupBy.MEDIUM and value != MIXED:
        return MEDIA[value]
    return value
