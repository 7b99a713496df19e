"""What invented practitioners write beside sessions and scores: supervision, risk, pauses, endings.

The two caseload files have no columns for it, so it comes after the import. It is made from their
rows alone, and is the same for the same rows.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from practice.demonstration import phrases
from practice.demonstration.afterthoughts import InventedAfterthought, afterthoughts
from practice.demonstration.caseload import InventedCaseload
from practice.demonstration.diary import DAY
from practice.demonstration.keys import Key, day_of, key_of
from practice.demonstration.open_cases import Signal
from practice.demonstration.people import ZOE
from practice.demonstration.rows import Row
from practice.demonstration.story import (
    InventedResolution,
    InventedTarget,
    resolutions,
    targets,
)
from practice.demonstration.supervisions import InventedMeeting, meetings
from practice.demonstration.supervisors import (
    INES,
    InventedSupervising,
    InventedSupervisor,
    supervisings,
)
from practice.domain.endings import Ending
from practice.domain.measures import GAD7, MEASURES

PAUSED_FOR = DAY * 20
LOOKED_AT_BEFORE = DAY * 6
# An ending that nobody had recorded is found out of those of so many days.
_FOUND_WITHIN = DAY * 300
_FOUND_AFTER = DAY * 95


@dataclass(frozen=True, kw_only=True)
class InventedResponse:
    """What was asked and done about the risk item of a form of a day."""

    practitioner: str
    episode: Key
    on: dt.date
    measure: str
    asked: str
    done: str


@dataclass(frozen=True, kw_only=True)
class InventedPause:
    """An agreed pause of an open episode."""

    practitioner: str
    episode: Key
    until: dt.date
    reason: str


@dataclass(frozen=True, kw_only=True)
class InventedCorrection:
    """A total that was read again from paper."""

    practitioner: str
    episode: Key
    on: dt.date
    measure: str
    total: Decimal
    why: str


@dataclass(frozen=True, kw_only=True)
class InventedLookedAt:
    """An open client not seen for long, looked at on a day and left open."""

    practitioner: str
    episode: Key
    on: dt.date


@dataclass(frozen=True, kw_only=True)
class InventedFound:
    """How an episode ended, found out long after its end."""

    practitioner: str
    episode: Key
    ending: Ending
    why: str


@dataclass(frozen=True, kw_only=True)
class InventedAfterwards:
    """Everything that was written beside the rows of an invented caseload.

    found: after the months before were made for good; None where every ending is recorded.
    """

    meetings: tuple[InventedMeeting, ...]
    supervisor: InventedSupervisor
    supervisings: tuple[InventedSupervising, ...]
    responses: tuple[InventedResponse, ...]
    afterthoughts: tuple[InventedAfterthought, ...]
    pause: InventedPause
    correction: InventedCorrection
    looked_at: InventedLookedAt
    resolutions: tuple[InventedResolution, ...]
    targets: tuple[InventedTarget, ...]
    found: InventedFound | None


def invented_afterwards(invented: InventedCaseload) -> InventedAfterwards:
    """The same for the same caseload. Every risk item is answered for but the one made to order."""
    episodes = {key_of(cells): cells for cells in invented.episodes}
    held = tuple(meetings(invented))
    return InventedAfterwards(
        meetings=held,
        supervisor=INES,
        supervisings=tuple(supervisings(invented, held)),
        responses=tuple(_responses(invented, episodes)),
        afterthoughts=tuple(afterthoughts(invented)),
        pause=InventedPause(
            practitioner=ZOE.email,
            episode=(invented.signals[Signal.PAUSED], "1"),
            until=invented.today + PAUSED_FOR,
            reason=phrases.PAUSE_REASON,
        ),
        correction=_correction(invented),
        looked_at=InventedLookedAt(
            practitioner=ZOE.email,
            episode=(invented.signals[Signal.SILENT_70], "1"),
            on=invented.today - LOOKED_AT_BEFORE,
        ),
        resolutions=resolutions(invented.today),
        targets=targets(invented.today),
        found=_found(invented),
    )


def _responses(
    invented: InventedCaseload, episodes: Mapping[Key, Row]
) -> Iterator[InventedResponse]:
    found: defaultdict[Key, list[tuple[Row, str]]] = defaultdict(list)
    for cells in invented.sessions:
        for code in _above_0(cells):
            found[key_of(cells)].append((cells, code))
    left_open = invented.signals[Signal.RISK]
    place = 0
    for key, forms in found.items():
        answered = forms[:-1] if key[0] == left_open else forms
        for cells, code in answered:
            asked, done = phrases.RESPONSES[place % len(phrases.RESPONSES)]
            place += 1
            yield InventedResponse(
                practitioner=episodes[key]["practitioner"],
                episode=key,
                on=day_of(cells["date"]),
                measure=code,
                asked=asked,
                done=done,
            )


def _above_0(cells: Row) -> Iterator[str]:
    for code, measure in MEASURES.items():
        if measure.risk_item is not None and cells[f"{code}_{measure.risk_item}"] not in ("", "0"):
            yield code


def _correction(invented: InventedCaseload) -> InventedCorrection:
    """One point less in the second form of the client who is early in therapy."""
    reference = invented.signals[Signal.EARLY]
    forms = [cells for cells in invented.sessions if cells["client"] == reference]
    second = sorted(forms, key=lambda cells: cells["date"])[1]
    return InventedCorrection(
        practitioner=ZOE.email,
        episode=key_of(second),
        on=day_of(second["date"]),
        measure=GAD7.code,
        total=Decimal(second[GAD7.code]) - 1,
        why=phrases.CORRECTION_REASON,
    )


def _found(invented: InventedCaseload) -> InventedFound | None:
    """The latest of her endings that was not recorded and has stood in a printed month."""
    unrecorded = [
        cells
        for cells in invented.episodes
        if cells["practitioner"] == ZOE.email
        and cells["ended_on"]
        and not cells["ending"]
        and not cells["left_out"]
        and _FOUND_AFTER <= invented.today - day_of(cells["ended_on"]) <= _FOUND_WITHIN
    ]
    if not unrecorded:
        return None
    last = max(unrecorded, key=lambda cells: cells["ended_on"])
    return InventedFound(
        practitioner=ZOE.email,
        episode=key_of(last),
        ending=Ending.LOSS_OF_CONTACT,
        why=phrases.FOUND_REASON,
    )
