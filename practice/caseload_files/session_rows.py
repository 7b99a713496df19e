"""Understands a row of the sessions sheet by itself; what needs other rows comes later."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from practice.caseload_files import cells
from practice.caseload_files.columns import item_columns, mode_column
from practice.caseload_files.episode_rows import EpisodeKey, Value, read_key
from practice.caseload_files.problems import Problem
from practice.caseload_files.reading import RowReading, limited
from practice.caseload_files.sheets import Row, Sheet
from practice.domain.measures import MEASURES, Measure, Mode
from practice.domain.sessions import QUESTIONNAIRE, Attendance, Kind
from practice.models.session import MOST_MINUTES

_OF_A_MEETING = ("attendance", "medium", "minutes", "fee", "note")


@dataclass(frozen=True, kw_only=True)
class FormCells:
    """The cells of one measure in one row.

    total: as the measure stores it. answers: as ticked, None for an empty cell. mode: None where
    the file says nothing. emptied: columns that are there and empty. sound: no cell was refused.
    """

    measure: Measure
    total: Decimal | None
    answers: tuple[int | None, ...]
    mode: Mode | None
    emptied: frozenset[str]
    sound: bool

    @property
    def is_given(self) -> bool:
        """A total or any answer."""
        return self.total is not None or any(answer is not None for answer in self.answers)


@dataclass(frozen=True, kw_only=True, eq=False)
class SessionRow:
    """A row of the sessions sheet as far as it could be understood.

    kind: a session's kind, or "questionnaire"; None when wrong, as are key and on. fields: of the
    session, by the model's names; only columns that the sheet has and whose cell is right. forms:
    by the measure's code.
    """

    row: Row
    key: EpisodeKey | None
    on: dt.date | None
    kind: str | None
    fields: Mapping[str, Value]
    forms: Mapping[str, FormCells]
    wrong: frozenset[str]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]

    @property
    def is_questionnaire(self) -> bool:
        """A form filled in without a meeting."""
        return self.kind == QUESTIONNAIRE


def read_session_rows(sheet: Sheet, *, today: dt.date) -> tuple[SessionRow, ...]:
    """All rows of the sheet. Raises UnreadableFileError where far too much is wrong."""
    rows = (_read(row, today=today) for row in sheet.rows)
    return tuple(limited(rows, file=sheet.file))


def _read(row: Row, *, today: dt.date) -> SessionRow:
    reading = RowReading(row)
    key = read_key(reading)
    reading.require("date")
    on = reading.read("date", partial(cells.day, today=today))
    kind = reading.read("kind", cells.kind)
    if kind is None and "kind" not in reading.wrong:
        kind = Kind.TREATMENT.value
    fields = _read_fields(reading)
    mode = reading.read("mode", cells.mode)
    forms = {code: _read_form(reading, measure, mode) for code, measure in MEASURES.items()}
    if kind == QUESTIONNAIRE:
        _check_questionnaire(reading, forms)
    return SessionRow(
        row=row,
        key=key,
        on=on,
        kind=kind,
        fields=fields,
        forms=forms,
        wrong=frozenset(reading.wrong),
        problems=tuple(reading.problems),
        warnings=tuple(reading.warnings),
    )


def _read_fields(reading: RowReading) -> dict[str, Value]:
    found: dict[str, Value] = {
        "attendance": reading.read("attendance", cells.attendance) or Attendance.ATTENDED,
        "medium": reading.read("medium", cells.medium) or "",
        "minutes": reading.read("minutes", partial(cells.whole, lowest=0, highest=MOST_MINUTES)),
        "fee": reading.read("fee", cells.fee),
        "note": reading.read("note", cells.note) or "",
    }
    return {
        column: value
        for column, value in found.items()
        if reading.has(column) and column not in reading.wrong
    }


def _read_form(reading: RowReading, measure: Measure, row_mode: Mode | None) -> FormCells:
    columns = (measure.code, *item_columns(measure))
    total = reading.read(measure.code, partial(cells.total, measure=measure))
    understand = partial(cells.answer, measure=measure)
    answers = tuple(reading.read(column, understand) for column in item_columns(measure))
    mode = reading.read(mode_column(measure), cells.mode) or row_mode
    if mode is None and reading.has("mode") and "mode" not in reading.wrong:
        # An empty cell is the default; an absent column says nothing about what is stored.
        mode = Mode.TRANSCRIBED
    return FormCells(
        measure=measure,
        total=total,
        answers=answers,
        mode=mode,
        emptied=frozenset(
            column for column in columns if reading.has(column) and not reading.is_given(column)
        ),
        sound=reading.wrong.isdisjoint(columns),
    )


def _check_questionnaire(reading: RowReading, forms: Mapping[str, FormCells]) -> None:
    for column in _OF_A_MEETING:
        if reading.is_given(column):
            reading.refuse(
                column,
                "a questionnaire is a form without a meeting and has no "
                + ", ".join(_OF_A_MEETING)
                + ": leave the cell empty, or give the kind of the session",
            )
    if all(form.sound and not form.is_given for form in forms.values()):
        reading.warn(
            "kind",
            "a questionnaire without a form: nothing to store; give a total or answers of "
            + ", ".join(measure.name for measure in MEASURES.values()),
        )
