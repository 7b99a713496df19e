"""What is written after a supervision: the meeting, and what was agreed about each client."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from practice.actions.sessions import remove
from practice.actions.versions import STALE, StaleError
from practice.actions.writing import RefusedError, change, read_again, save
from practice.domain.periods import day_words
from practice.models import Agreement, Practitioner, SupervisionMeeting

RECORDED = "recorded after the supervision"


@dataclass(frozen=True, kw_only=True)
class Agreed:
    """What was agreed about one client, and by when; None where no day was set."""

    agreed: str
    due_on: dt.date | None

    @classmethod
    def of(cls, stored: Agreement | None) -> "Agreed | None":
        """What is stored; None for nothing."""
        return None if stored is None else cls(agreed=stored.agreed, due_on=stored.due_on)


def version_of(meeting: SupervisionMeeting) -> str:
    """The newest history rows of a supervision and of its agreements, removed ones too."""
    meetings: Any = SupervisionMeeting.history
    agreements: Any = Agreement.history
    return f"{_newest(meetings.filter(id=meeting.pk))}-{_newest(agreements.filter(meeting_id=meeting.pk))}"


def as_it_was(
    meeting: SupervisionMeeting, *, seen: str
) -> tuple[SupervisionMeeting, Mapping[int, Agreement]] | None:
    """The supervision in the state of a version, and what was agreed then by the keys of episodes.

    Two queries. None for a version that never was.
    """
    match = re.fullmatch(r"([0-9]{1,18})-([0-9]{1,18})", seen)
    meetings: Any = SupervisionMeeting.history
    then = meetings.filter(id=meeting.pk, history_id=int(match[1])).first() if match else None
    if match is None or then is None:
        return None
    agreements: Any = Agreement.history
    rows = agreements.filter(meeting_id=meeting.pk, history_id__lte=int(match[2]))
    newest = {each.id: each for each in rows.order_by("history_id")}
    stood = (each for each in newest.values() if each.history_type != "-")
    return then.instance, {each.episode_id: each.instance for each in stood}


def _newest(rows: Any) -> int:
    return rows.aggregate(newest=Max("history_id"))["newest"] or 0


@transaction.atomic
def record_meeting(
    *, meeting: SupervisionMeeting, agreed: Mapping[int, Agreed], by: Practitioner
) -> None:
    """Store a supervision, as yet unsaved, and what was agreed, by the keys of the episodes.

    Raises RefusedError where this day with this supervisor is recorded already.
    """
    meeting.entered_by = by
    with _only_once(meeting):
        save(meeting, by=by, why=RECORDED)
    for episode, each in agreed.items():
        save(_agreement(meeting, episode, each), by=by, why=RECORDED)


@transaction.atomic
def correct_meeting(
    *,
    meeting: SupervisionMeeting,
    values: Mapping[str, object],
    agreed: Mapping[int, Agreed | None],
    seen: str,
    by: Practitioner,
    why: str,
) -> bool:
    """Put a supervision and its agreements right; whether there was anything to change.

    values: of the meeting's fields. agreed: by the keys of the episodes, None for nothing agreed;
    an episode that is not named keeps what was agreed. seen: the version that was looked at.
    Raises StaleError, and RefusedError where another supervision has this day and supervisor.
    """
    read_again(meeting)
    stored = {each.episode_id: each for each in meeting.agreements.filter(episode__in=agreed)}
    asked = {key: each for key, each in agreed.items() if each != Agreed.of(stored.get(key))}
    if not asked and all(getattr(meeting, field) == value for field, value in values.items()):
        return False
    if seen != version_of(meeting):
        raise StaleError(STALE)
    with _only_once(meeting):
        change(meeting, values, by=by, why=why)
    for key, each in asked.items():
        if each is None:
            remove(stored[key], by=by, why=why)
        elif key in stored:
            change(stored[key], {"agreed": each.agreed, "due_on": each.due_on}, by=by, why=why)
        else:
            save(_agreement(meeting, key, each), by=by, why=why)
    return True


def _agreement(meeting: SupervisionMeeting, episode: int, agreed: Agreed) -> Agreement:
    return Agreement(
        meeting=meeting, episode_id=episode, agreed=agreed.agreed, due_on=agreed.due_on
    )


@contextmanager
def _only_once(meeting: SupervisionMeeting) -> Iterator[None]:
    """Around saving it: refuses where another supervision has its day and supervisor.

    The constraint decides, so that two who press at one time cannot both come through.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as problem:
        same = SupervisionMeeting.objects.filter(
            service=meeting.service_id,
            practitioner=meeting.practitioner_id,
            held_on=meeting.held_on,
            supervisor=meeting.supervisor,
        )
        if not same.exclude(pk=meeting.pk).exists():
            raise
        raise RefusedError(
            f"A supervision on {day_words(meeting.held_on)} with {meeting.supervisor} is already "
            "recorded. It can be changed from the log."
        ) from problem
