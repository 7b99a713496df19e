"""How an episode would look after the import: the file's rows laid over what is stored.

Every rule that crosses rows is asked of this union, so that a file need not repeat what is stored.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from practice.caseload_files.episode_rows import EpisodeKey, EpisodeRow, Value
from practice.caseload_files.forms import FormAfter
from practice.caseload_files.session_rows import SessionRow
from practice.caseload_files.stored import Stored, StoredEpisode
from practice.domain.records import SessionRecord
from practice.domain.sessions import QUESTIONNAIRE, Attendance, Kind

# What the rules look at, and what it is where neither file nor database says it.
_DEFAULTS: Mapping[str, Value] = {
    "referred_on": None,
    "ended_on": None,
    "ending": "",
    "wished_to_continue": None,
}


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """A session or questionnaire after the import. row: None for one that only is stored.

    attendance: None where the cell is wrong, or for a questionnaire. scored: measures with a total.
    """

    on: dt.date
    kind: str
    attendance: Attendance | None
    scored: frozenset[str]
    row: SessionRow | None

    @property
    def is_treatment(self) -> bool:
        """Attended, and of a kind that treats."""
        if self.attendance is None or self.kind == QUESTIONNAIRE:
            return False
        return SessionRecord(
            on=self.on, kind=Kind(self.kind), attendance=self.attendance
        ).is_treatment


@dataclass(frozen=True, kw_only=True)
class EpisodeAfter:
    """An episode after the import. values: without what stands in a wrong cell."""

    key: EpisodeKey
    row: EpisodeRow | None
    values: Mapping[str, Value]
    meetings: tuple[Meeting, ...]

    def day(self, field: str) -> dt.date | None:
        """A date of the episode; None when it is not set or its cell is wrong."""
        value = self.values.get(field)
        return value if isinstance(value, dt.date) else None


FormsAfter = Mapping[SessionRow, Mapping[str, FormAfter]]


def episodes_after(
    episodes: Iterable[EpisodeRow],
    sessions: Iterable[SessionRow],
    *,
    stored: Stored,
    forms: FormsAfter,
) -> tuple[EpisodeAfter, ...]:
    """Every episode that the files name, in either sheet."""
    rows = {row.key: row for row in episodes if row.key is not None}
    meetings: dict[EpisodeKey, list[SessionRow]] = {key: [] for key in rows}
    for session in sessions:
        if session.key is not None:
            meetings.setdefault(session.key, []).append(session)
    return tuple(
        EpisodeAfter(
            key=key,
            row=rows.get(key),
            values=_values(rows.get(key), stored.episodes.get(key)),
            meetings=_meetings(of_key, stored.episodes.get(key), forms),
        )
        for key, of_key in meetings.items()
        if key in rows or key in stored.episodes
    )


def _values(row: EpisodeRow | None, stored: StoredEpisode | None) -> Mapping[str, Value]:
    values = {
        field: getattr(stored.episode, field) if stored else default
        for field, default in _DEFAULTS.items()
    }
    if row is not None:
        for field in _DEFAULTS:
            if field in row.wrong:
                del values[field]
            elif field in row.fields:
                values[field] = row.fields[field]
    return values


def _meetings(
    rows: Iterable[SessionRow], stored: StoredEpisode | None, forms: FormsAfter
) -> tuple[Meeting, ...]:
    found = []
    seen = set()
    for row in rows:
        if row.on is None or row.kind is None:
            continue
        key = (row.on, row.kind)
        seen.add(key)
        scored = {code for code, form in forms.get(row, {}).items() if form.total is not None}
        attendance: Attendance | None = None
        if "attendance" not in row.wrong:
            attendance = Attendance(str(row.fields.get("attendance", Attendance.ATTENDED)))
        if stored is not None:
            scored |= _scored(stored, key)
            if key in stored.sessions and "attendance" not in {*row.fields, *row.wrong}:
                attendance = Attendance(stored.sessions[key].attendance)
        found.append(
            Meeting(
                on=row.on,
                kind=row.kind,
                attendance=attendance,
                scored=frozenset(scored),
                row=row,
            )
        )
    if stored is not None:
        found.extend(
            Meeting(
                on=key[0],
                kind=key[1],
                attendance=Attendance(stored.sessions[key].attendance)
                if key in stored.sessions
                else None,
                scored=frozenset(_scored(stored, key)),
                row=None,
            )
            for key in stored.session_keys()
            if key not in seen
        )
    return tuple(found)


def _scored(stored: StoredEpisode, key: tuple[dt.date, str]) -> set[str]:
    return {code for code, form in stored.forms.get(key, {}).items() if form.total is not None}
