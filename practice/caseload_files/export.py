"""Writes the caseload of a service so that it imports again without a change.

Texts that a spreadsheet could run as a formula get an apostrophe in front, which an import takes
off again (`cells.guarded`).
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from practice.caseload_files.cells import NOTE_LENGTH, guarded, tidy, tidy_line
from practice.caseload_files.columns import (
    EPISODE_COLUMNS,
    MODE_COLUMNS,
    SESSION_COLUMNS,
    SheetName,
    item_columns,
    mode_column,
)
from practice.caseload_files.episode_rows import FREE_TEXTS
from practice.caseload_files.holders import hand_overs_in_words
from practice.caseload_files.stored import SessionKey, StoredEpisode, load_stored
from practice.caseload_files.writing import WritingError, csv_writer
from practice.domain.measures import MEASURES
from practice.domain.sessions import QUESTIONNAIRE
from practice.models import Client, MeasureCompletion, Service
from practice.whole_files import Write

Cell = str | int | Decimal | dt.date | None

WORKBOOK_NAME = "caseload.xlsx"
# A spreadsheet's cell holds no longer text.
_WORKBOOK_CELL = 32_767


@dataclass(frozen=True, kw_only=True)
class ExportedSheet:
    """Columns, and the cells of each row under them."""

    name: SheetName
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, kw_only=True)
class ExportedCaseload:
    """Both sheets. notices: what the two sheets cannot say of the stored records."""

    episodes: ExportedSheet
    sessions: ExportedSheet
    notices: tuple[str, ...]

    @property
    def sheets(self) -> tuple[ExportedSheet, ExportedSheet]:
        """Episodes, sessions."""
        return self.episodes, self.sessions


def export_caseload(service: Service, *, of: Client | None = None) -> ExportedCaseload:
    """Everything of a service, or of one client alone, that the two sheets hold.

    Ordered by reference, episode and day.
    """
    stored = load_stored(service, of=of)
    episodes: list[Mapping[str, Cell]] = []
    sessions: list[Mapping[str, Cell]] = []
    notices: list[str] = []
    for _, kept in sorted(stored.episodes.items()):
        episodes.append(_episode(kept))
        sessions.extend(_session(kept, key) for key in kept.session_keys())
        notices.extend(_notices(kept))
    modes_differ = any(row.get(column) for row in sessions for column in MODE_COLUMNS)
    session_columns = tuple(
        column for column in SESSION_COLUMNS if modes_differ or column not in MODE_COLUMNS
    )
    return ExportedCaseload(
        episodes=_sheet(SheetName.EPISODES, EPISODE_COLUMNS, episodes),
        sessions=_sheet(SheetName.SESSIONS, session_columns, sessions),
        notices=tuple(notices),
    )


def _sheet(
    name: SheetName, columns: tuple[str, ...], rows: Sequence[Mapping[str, Cell]]
) -> ExportedSheet:
    return ExportedSheet(
        name=name,
        columns=columns,
        rows=tuple(tuple(row.get(column) for column in columns) for row in rows),
    )


def _episode(kept: StoredEpisode) -> dict[str, Cell]:
    episode, client = kept.episode, kept.episode.client
    wished = {None: None, True: "yes", False: "no"}[episode.wished_to_continue]
    return {
        "client": guarded(client.reference),
        "episode": episode.number,
        "practitioner": guarded(kept.holder),
        "held_before": guarded(hand_overs_in_words(kept)),
        "referred_on": episode.referred_on,
        **{field: guarded(tidy_line(getattr(episode, field))) for field in FREE_TEXTS},
        "earlier_therapy": episode.earlier_therapy,
        "gender": client.gender,
        "birth_year": client.birth_year,
        "planned_sessions": episode.planned_sessions,
        "ended_on": episode.ended_on,
        "ending": episode.ending,
        "wished_to_continue": wished,
        "left_out": episode.left_out,
        "note": guarded(tidy(episode.note)),
    }


def _session(kept: StoredEpisode, key: SessionKey) -> dict[str, Cell]:
    on, kind = key
    row: dict[str, Cell] = {
        "client": guarded(kept.episode.client.reference),
        "episode": kept.episode.number,
        "date": on,
        "kind": kind,
    }
    session = kept.sessions.get(key)
    if session is not None:
        row |= {
            "attendance": session.attendance,
            "medium": session.medium,
            "minutes": session.minutes,
            "fee": session.fee,
            "note": guarded(tidy(session.note)),
        }
    forms = kept.forms.get(key, {})
    ordered = [forms[code] for code in MEASURES if code in forms]
    for form in ordered:
        row |= _form(form)
    if ordered:
        row["mode"] = ordered[0].mode
        row |= {
            mode_column(MEASURES[form.measure]): form.mode
            for form in ordered[1:]
            if form.mode != ordered[0].mode
        }
    return row


def _form(form: MeasureCompletion) -> dict[str, Cell]:
    columns = item_columns(MEASURES[form.measure])
    answers = form.item_answers or (None,) * len(columns)
    total: Cell = form.total
    if form.total is not None and form.total == form.total.to_integral_value():
        # A whole score without noughts, as people write it.
        total = int(form.total)
    return {form.measure: total, **dict(zip(columns, answers, strict=True))}


def _notices(kept: StoredEpisode) -> Iterator[str]:
    name = f"{kept.episode.client.reference}, episode {kept.episode.number}"
    if not kept.holds_in_a_row:
        yield (
            f"{name}: who held it has gaps, or does not begin with the referral; an import into an "
            "empty service would close them"
        )
    for (on, kind), forms in kept.forms.items():
        if kind == QUESTIONNAIRE and len({form.position for form in forms.values()}) > 1:
            yield (
                f"{name}: the forms without a session of {on} stand at several places of the day; "
                "the file has one row for them"
            )
    longest = max(
        [len(kept.episode.note), *(len(session.note) for session in kept.sessions.values())]
    )
    if longest > NOTE_LENGTH:
        yield f"{name}: a note is longer than the {NOTE_LENGTH:,} signs that an import takes"


def csv_files(caseload: ExportedCaseload) -> dict[str, Write]:
    """episodes.csv and sessions.csv."""
    return {
        f"{sheet.name.value}.csv": csv_writer(
            [sheet.columns, *([_text(cell) for cell in row] for row in sheet.rows)]
        )
        for sheet in caseload.sheets
    }


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    return cell.isoformat() if isinstance(cell, dt.date) else str(cell)


def workbook_files(caseload: ExportedCaseload) -> dict[str, Write]:
    """caseload.xlsx with both sheets. Raises WritingError for a text too long for a cell."""
    for sheet in caseload.sheets:
        for row in sheet.rows:
            if any(isinstance(cell, str) and len(cell) > _WORKBOOK_CELL for cell in row):
                raise WritingError(
                    f"a note in {sheet.name} is longer than the {_WORKBOOK_CELL:,} signs that a "
                    "cell of a workbook holds: export as CSV"
                )
    return {WORKBOOK_NAME: partial(_write_workbook, caseload)}


def _write_workbook(caseload: ExportedCaseload, file: BinaryIO) -> None:
    book = Workbook(write_only=True)
    for sheet in caseload.sheets:
        worksheet = book.create_sheet(sheet.name)
        worksheet.freeze_panes = "A2"
        worksheet.append(list(sheet.columns))
        for row in sheet.rows:
            worksheet.append([_workbook_cell(worksheet, cell) for cell in row])
    book.save(file)


def _workbook_cell(worksheet: Any, value: Any) -> Any:
    if value is None or value == "":
        return None
    cell = WriteOnlyCell(worksheet, value=value)
    if isinstance(value, str):
        # As text, so that a spreadsheet makes neither dates nor numbers of references.
        cell.number_format = "@"
        # Whatever it looks like, it is a text: the library would make an error cell of "#N/A".
        cell.data_type = "s"
    elif isinstance(value, dt.date):
        cell.number_format = "yyyy-mm-dd"
    return cell
