"""One side for one client of a supervision sheet: what supervisor and practitioner read together.

Loaded for all clients chosen at once, in a fixed number of queries.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from practice.cases.agreements import ThenAndNow, load_agreements
from practice.cases.case import Case
from practice.cases.pictures import MeasurePicture, pictures
from practice.cases.risk import risk_items_of
from practice.cases.risk_told import RiskTold, load_risks_told
from practice.domain.outcomes import Course
from practice.models import Episode, Session
from practice.reports.case_choice import Choice
from practice.reports.supervision import SupervisionSheet


class Notes(StrEnum):
    """Whether the notes of the sessions and of the episode are on the sides. The usual: left out."""

    LEFT_OUT = "left_out"
    PRINTED = "printed"


@dataclass(frozen=True, kw_only=True)
class WrittenNote:
    """on: the session's day; None for the note of the episode itself."""

    on: dt.date | None
    text: str


@dataclass(frozen=True, kw_only=True)
class CaseSide:
    """Nothing on it is later than the sheet's day. notes is None where they were not asked for."""

    case: Case
    pictures: tuple[MeasurePicture, ...]
    risks: tuple[RiskTold, ...]
    agreements: tuple[ThenAndNow, ...]
    notes: tuple[WrittenNote, ...] | None


@dataclass(frozen=True, kw_only=True)
class CaseSides:
    """In the order of the sheet. elsewhere: of those ticked, how many are not on the sheet."""

    sides: tuple[CaseSide, ...] = ()
    elsewhere: int = 0

    @property
    def keys(self) -> frozenset[int]:
        """Of the episodes."""
        return frozenset(side.case.episode.pk for side in self.sides)


NO_SIDES = CaseSides()


def load_case_sides(sheet: SupervisionSheet, choice: Choice, *, notes: Notes) -> CaseSides:
    """The sides of the clients chosen: three queries, with notes five, however many they are."""
    if not choice.cases:
        return CaseSides(elsewhere=choice.elsewhere)
    keys = [case.episode.pk for case in choice.cases]
    # Of somebody who has ended, the sheet itself knows only the items that are open.
    items = risk_items_of(Episode.objects.filter(pk__in=keys), on=sheet.on)
    cases = [
        replace(_until(case, sheet.on), risk_items=items.get(case.episode.pk, ()))
        for case in choice.cases
    ]
    agreements = load_agreements(cases, until=sheet.on)
    risks = load_risks_told(cases)
    written = None if notes is Notes.LEFT_OUT else _notes(keys, until=sheet.on)
    return CaseSides(
        sides=tuple(
            CaseSide(
                case=case,
                pictures=pictures(case),
                risks=risks[case.episode.pk],
                agreements=agreements.get(case.episode.pk, ()),
                notes=None if written is None else written[case.episode.pk],
            )
            for case in cases
        ),
        elsewhere=choice.elsewhere,
    )


def _until(case: Case, day: dt.date) -> Case:
    """As it was known on the day: what came later is not drawn, not even as uncounted."""
    record = case.course.episode
    known = replace(
        record,
        sessions=tuple(session for session in record.sessions if session.on <= day),
        scores=tuple(score for score in record.scores if score.on <= day),
    )
    return replace(case, course=Course(episode=known, until=case.course.until))


def _notes(keys: Collection[int], *, until: dt.date) -> Mapping[int, tuple[WrittenNote, ...]]:
    """By episode: its own note first, then those of the sessions, the latest first."""
    found: defaultdict[int, list[WrittenNote]] = defaultdict(list)
    for key, text in Episode.objects.filter(pk__in=keys).values_list("pk", "note"):
        found[key].append(WrittenNote(on=None, text=text))
    rows = (
        Session.objects.filter(episode__in=keys, held_on__lte=until)
        .order_by("-held_on", "-position", "-pk")
        .values_list("episode_id", "held_on", "note")
    )
    for key, on, text in rows:
        found[key].append(WrittenNote(on=on, text=text))
    return {key: tuple(note for note in found[key] if note.text.strip()) for key in keys}
