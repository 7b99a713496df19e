"""The clients behind the endings of a period, a row for each: the very courses that are counted."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from django.db.models import QuerySet

from practice.cases.case import NOTES
from practice.cases.scores import ScoreLine
from practice.cohorts import Scope, episodes_in
from practice.domain.change import Direction
from practice.domain.endings import Ending, EndingGroup
from practice.domain.measures import PrimaryOutcome
from practice.domain.outcomes import Course
from practice.domain.periods import Period
from practice.domain.trajectory import Trajectory
from practice.models import Episode, Holding, Practitioner
from practice.models.encrypted import is_written

# What a row counts as that is none of the endings, and none of their groups.
NOT_RECORDED = "not_recorded"
BEFORE_TREATMENT = "before_treatment"

NO_SECOND_SCORE = "no second score"

# Everything a list of endings may be narrowed to, in words.
HOW_WORDS: Mapping[str, str] = MappingProxyType(
    {
        EndingGroup.PLANNED.value: "planned",
        EndingGroup.UNPLANNED.value: "unplanned",
        NOT_RECORDED: "how it ended is not recorded",
        BEFORE_TREATMENT: "ended before treatment",
        **{ending.value: ending.words for ending in Ending},
    }
)
# What to read first: the worst.
_ORDER_OF_CHANGE = (Direction.DETERIORATED, None, Direction.UNCHANGED, Direction.IMPROVED)


@dataclass(frozen=True, kw_only=True)
class ClientShown:
    """What a list says of a client whom the person may open.

    is_written: whether anything is written of what was found or would be tried.
    """

    uid: uuid.UUID
    reference: str
    number: int
    still_open_on: dt.date | None
    is_written: bool


@dataclass(frozen=True, kw_only=True)
class Written:
    """What a practitioner wrote after an unplanned ending; each may be empty."""

    found: str
    would_try: str


@dataclass(frozen=True, kw_only=True)
class EndingRow:
    """One course that ended in the period.

    client: None where the person has handed the client over since: counted, and not shown. holder:
    who held it on the day it ended; None where that goes without saying.
    """

    course: Course
    by: PrimaryOutcome
    client: ClientShown | None
    holder: str | None

    @property
    def key(self) -> int:
        """Of the episode."""
        return self.course.episode.key

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """Everything it counts as, the widest first: unplanned, due to a crisis.

        Before treatment nothing is an ending of therapy; referred on after treatment is how nobody
        has recorded the ending, as in every figure.
        """
        ending = self.course.episode.ending
        if not self.course.entered_therapy:
            referred = (Ending.REFERRED_ON.value,) if ending is Ending.REFERRED_ON else ()
            return (BEFORE_TREATMENT, *referred)
        if ending is None or ending is Ending.REFERRED_ON:
            return (NOT_RECORDED,)
        if ending.group is EndingGroup.NEITHER:
            return (ending.value,)
        return (ending.group.value, ending.value)

    @property
    def is_unplanned(self) -> bool:
        """Counted as unplanned in the declared rate."""
        return EndingGroup.UNPLANNED.value in self.kinds

    @property
    def is_recorded(self) -> bool:
        """Anything but an ending of therapy of which nobody has said how."""
        return NOT_RECORDED not in self.kinds

    @property
    def counts_as(self) -> str:
        """The side it counts on, as a row begins with it."""
        (widest, *_) = self.kinds
        return "not recorded" if widest == NOT_RECORDED else HOW_WORDS[widest]

    @property
    def reason(self) -> str:
        """The ending itself in words; "" where counts_as says it all."""
        if len(self.kinds) > 1:
            return HOW_WORDS[self.kinds[-1]]
        ending = self.course.episode.ending
        if BEFORE_TREATMENT in self.kinds and ending is not None:
            return ending.words
        return ""

    @property
    def how(self) -> tuple[str, str]:
        """A sort key: by the words that are shown."""
        return self.counts_as, self.reason

    @property
    def ended_on(self) -> dt.date:
        """The day it ended."""
        return self.course.until

    @cached_property
    def sessions(self) -> int:
        """Sessions of any kind at which the client was seen, up to the ending."""
        return sum(
            session.is_attended and session.on <= self.course.until
            for session in self.course.episode.sessions
        )

    @property
    def treatment(self) -> int:
        """Treatment sessions among them."""
        return len(self.course.treatment_sessions)

    @property
    def last_seen(self) -> dt.date | None:
        """The day on which the client was last seen; None if never."""
        days = self.course.days_silent
        return None if days is None else self.course.until - dt.timedelta(days=days)

    @property
    def scores(self) -> tuple[ScoreLine, ...]:
        """A line for each measure of the primary outcome, given or not."""
        return tuple(
            ScoreLine(trajectory=Trajectory.of(self.course, code)) for code in self.by.measures
        )

    @cached_property
    def direction(self) -> Direction | None:
        """The last score against the first, by the primary outcome; None without a pair."""
        outcome = self.course.outcome(self.by)
        return None if outcome is None else outcome.direction

    @property
    def change_words(self) -> str:
        """Reliably improved, no reliable change, reliably worse, or no second score."""
        return NO_SECOND_SCORE if self.direction is None else self.direction.words

    @property
    def change(self) -> int:
        """A sort key: worse, not known, no reliable change, improved."""
        return _ORDER_OF_CHANGE.index(self.direction)

    @property
    def wants_words(self) -> bool:
        """An unplanned ending of which nothing is written, that the person could write of."""
        return self.is_unplanned and self.client is not None and not self.client.is_written


def ending_rows(
    courses: Iterable[Course],
    *,
    by: PrimaryOutcome,
    clients: Mapping[int, ClientShown],
    holders: Mapping[int, Practitioner],
) -> tuple[EndingRow, ...]:
    """One for each course: those with no ending recorded first, then the latest ending first."""
    rows = (
        EndingRow(
            course=course,
            by=by,
            client=clients.get(course.episode.key),
            holder=_name(holders.get(course.episode.key)),
        )
        for course in courses
    )
    return tuple(
        sorted(rows, key=lambda row: (row.is_recorded, -row.ended_on.toordinal(), row.key))
    )


def _name(holder: Practitioner | None) -> str | None:
    return None if holder is None else str(holder)


def clients_shown(
    scope: Scope, period: Period, *, person: Practitioner, today: dt.date
) -> Mapping[int, ClientShown]:
    """By episode, those of the scope whom the person may open today: one query."""
    rows = (
        _seen_by(episodes_in(scope, period), person=person, today=today)
        .annotate(is_found=is_written("found"), is_tried=is_written("would_try"))
        .values_list(
            "pk",
            "uid",
            "client__reference",
            "number",
            "still_open_on",
            "is_found",
            "is_tried",
        )
    )
    return {
        key: ClientShown(
            uid=uid,
            reference=reference,
            number=number,
            still_open_on=still_open_on,
            is_written=is_found or is_tried,
        )
        for key, uid, reference, number, still_open_on, is_found, is_tried in rows
    }


def _seen_by(
    episodes: QuerySet[Episode], *, person: Practitioner, today: dt.date
) -> QuerySet[Episode]:
    return episodes.filter(pk__in=Episode.objects.visible_to(person, on=today).values("pk"))


def written_of(rows: Sequence[EndingRow]) -> Mapping[int, Written]:
    """By episode, what is written of these rows, where the person may open the client: one query.

    Asked for the rows of one page alone, because each word has to be decrypted.
    """
    keys = [row.key for row in rows if row.client is not None]
    found = Episode.objects.filter(pk__in=keys).values_list("pk", *NOTES[1:])
    return {key: Written(found=found, would_try=tried) for key, found, tried in found}


def holders_then(
    courses: Iterable[Course], *, scope: Scope, period: Period
) -> Mapping[int, Practitioner]:
    """By episode, who held it on the day it is judged on: one query; none for one practitioner.

    That is whom every figure counts it for, also when somebody else has it now.
    """
    if scope.practitioner is not None:
        return {}
    days = {course.episode.key: course.until for course in courses}
    held = Holding.objects.filter(
        episode__in=episodes_in(scope, period).values("pk")
    ).select_related("practitioner")
    return {
        each.episode_id: each.practitioner
        for each in held
        if (day := days.get(each.episode_id)) is not None
        and each.since <= day
        and (each.until is None or each.until > day)
    }
