"""An empty workbook with the two sheets, drop-downs for every coded column, and how to fill it in."""

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from practice.caseload_files.columns import (
    DATE_COLUMNS,
    EPISODE_COLUMNS,
    MODE_COLUMNS,
    SESSION_COLUMNS,
    SheetName,
    item_columns,
)
from practice.caseload_files.headings import WORDS
from practice.domain.endings import Ending, LeftOut
from practice.domain.measures import MEASURES, Mode
from practice.domain.sessions import QUESTIONNAIRE, Attendance, Kind, Medium
from practice.models.client import EARLIEST_BIRTH_YEAR, LATEST_BIRTH_YEAR, Gender
from practice.models.episode import EarlierTherapy
from practice.models.session import HIGHEST_FEE, MOST_MINUTES

TEMPLATE_NAME = "caseload-template.xlsx"
# As far down as the drop-downs and formats go: more rows than a practice has in years.
_ROWS = 2_000
_CODES = "codes"
_HOW_TO = "how to"

_CHOICES: Mapping[SheetName, Mapping[str, Sequence[str]]] = {
    SheetName.EPISODES: {
        "ending": [ending.value for ending in Ending],
        "wished_to_continue": ["yes", "no"],
        "left_out": [reason.value for reason in LeftOut],
        "gender": list(Gender.values),
        "earlier_therapy": list(EarlierTherapy.values),
    },
    SheetName.SESSIONS: {
        "kind": [*(kind.value for kind in Kind), QUESTIONNAIRE],
        "attendance": [attendance.value for attendance in Attendance],
        "medium": [medium.value for medium in Medium],
        "mode": [mode.value for mode in Mode],
    },
}
_NEEDED = {SheetName.EPISODES: {"client", "referred_on"}, SheetName.SESSIONS: {"client", "date"}}
# Who held an episode before, and modes that differ within a row, are for an export to say.
_COLUMNS = {
    SheetName.EPISODES: [column for column in EPISODE_COLUMNS if column != "held_before"],
    SheetName.SESSIONS: [column for column in SESSION_COLUMNS if column not in MODE_COLUMNS],
}
_WORDS = (
    "Fill in the sheets “episodes” and “sessions”: one row for each therapy, one for each session.",
    "Headings in bold with a fill are needed; leave empty what was not recorded. Never write 0 for "
    "“unknown”.",
    "client is a reference of your own (letters, digits, dashes), never a name.",
    "Dates: choose or type a day, such as 09/03/2026 (day first) or 2026-03-09.",
    "Cells with an arrow offer the words that can be used; the sheet “codes” lists them all.",
    "Scores: the total alone (phq9, gad7, core10), or the answers to the items, or both. The risk "
    "item (phq9_9, core10_6) may stand alone beside a total.",
    "A form filled in without a meeting is a row of the sessions sheet of the kind questionnaire.",
    "You may delete columns you do not use, and rename no heading.",
    "Two examples, which are not imported from here:",
)  # fmt: skip
_EXAMPLES: tuple[tuple[str, Sequence[object]], ...] = (
    ("episodes", ("client", "referred_on", "source", "ended_on", "ending")),
    ("", ("K-101", dt.date(2026, 1, 5), "GP", dt.date(2026, 4, 20), "agreed_at_end")),
    ("sessions", ("client", "date", "kind", "attendance", "phq9", "gad7")),
    ("", ("K-101", dt.date(2026, 1, 12), "treatment", "attended", 16, 13)),
)
_Rule = Literal["whole", "decimal", "list", "date"]
_Operator = Literal["between", "greaterThanOrEqual"]
_BOLD, _FILL = Font(bold=True), PatternFill("solid", fgColor="FFDDE7F0")


def template() -> bytes:
    """The workbook. Importing it as it is brings nothing in."""
    book = Workbook()
    how_to: Any = book.worksheets[0]
    how_to.title = _HOW_TO
    _write_how_to(how_to)
    sheets = {name: book.create_sheet(name.value) for name in SheetName}
    places = _write_codes(book.create_sheet(_CODES))
    for name, sheet in sheets.items():
        _write_sheet(sheet, name, places)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _write_how_to(sheet: Any) -> None:
    sheet.column_dimensions["A"].width = 24
    for letter in "BCDEFG":
        sheet.column_dimensions[letter].width = 16
    for line in _WORDS:
        sheet.append([line])
    for name, cells in _EXAMPLES:
        sheet.append([name, *cells])
    sheet.append([])
    sheet.append(["These other words for headings are understood as well:"])
    for name in SheetName:
        for column in _COLUMNS[name]:
            words = WORDS[name].get(column, ())
            if words and "_" not in column:
                sheet.append([column, ", ".join(words[:6])])
    for cells in sheet.iter_rows():
        for cell in cells:
            if isinstance(cell.value, dt.date):
                cell.number_format = "dd/mm/yyyy"


def _write_codes(sheet: Any) -> Mapping[tuple[SheetName, str], str]:
    """Each list of codes in a column of its own; where each stands."""
    places = {}
    number = 0
    for name, choices in _CHOICES.items():
        for column, words in choices.items():
            number += 1
            letter = get_column_letter(number)
            sheet.cell(row=1, column=number, value=column).font = _BOLD
            for row, word in enumerate(words, start=2):
                sheet.cell(row=row, column=number, value=word)
            sheet.column_dimensions[letter].width = 28
            places[name, column] = f"'{_CODES}'!${letter}$2:${letter}${len(words) + 1}"
    return places


def _write_sheet(sheet: Any, name: SheetName, places: Mapping[tuple[SheetName, str], str]) -> None:
    sheet.freeze_panes = "B2"
    for number, column in enumerate(_COLUMNS[name], start=1):
        letter = get_column_letter(number)
        heading = sheet.cell(row=1, column=number, value=column)
        heading.font = _BOLD
        if column in _NEEDED[name]:
            heading.fill = _FILL
        sheet.column_dimensions[letter].width = max(11, len(column) + 3)
        # A format for the whole column, so that no cell is filled in.
        sheet.column_dimensions[letter].number_format = _format(column)
        validation = _validation(name, column, places)
        if validation is not None:
            validation.add(f"{letter}2:{letter}{_ROWS + 1}")
            sheet.add_data_validation(validation)


def _format(column: str) -> str:
    if column in DATE_COLUMNS:
        return "dd/mm/yyyy"
    return "@" if column in {"client", "note", "practitioner"} else "General"


def _validation(
    name: SheetName, column: str, places: Mapping[tuple[SheetName, str], str]
) -> DataValidation | None:
    if (name, column) in places:
        # Only a warning: the codes of the NHS are taken as well.
        return _rule(
            "list", places[name, column], words="Choose one of the list, or leave it empty."
        )
    if column in DATE_COLUMNS:
        return _rule(
            "date",
            "1",
            words="A day, such as 09/03/2026 (day first).",
            operator="greaterThanOrEqual",
        )
    limits = _limits().get(column)
    if limits is None:
        return None
    low, high = limits
    kind: _Rule = "decimal" if column == "fee" or column in _with_decimals() else "whole"
    return _rule(
        kind,
        str(low),
        str(high),
        words=f"A number from {low} to {high}, or empty.",
        operator="between",
    )


def _with_decimals() -> set[str]:
    return {code for code, measure in MEASURES.items() if measure.pro_rates}


def _limits() -> Mapping[str, tuple[int | Decimal, int | Decimal]]:
    limits: dict[str, tuple[int | Decimal, int | Decimal]] = {
        "episode": (1, 99),
        "birth_year": (EARLIEST_BIRTH_YEAR, LATEST_BIRTH_YEAR),
        "planned_sessions": (1, 999),
        "minutes": (0, MOST_MINUTES),
        "fee": (0, HIGHEST_FEE),
    }
    for code, measure in MEASURES.items():
        limits[code] = (0, measure.maximum)
        limits |= dict.fromkeys(item_columns(measure), (0, measure.maximum_answer))
    return limits


def _rule(
    kind: _Rule,
    first: str,
    second: str | None = None,
    *,
    words: str,
    operator: _Operator | None = None,
) -> DataValidation:
    return DataValidation(
        type=kind,
        formula1=first,
        formula2=second,
        operator=operator,
        allow_blank=True,
        showErrorMessage=True,
        errorStyle="warning",
        errorTitle="Not expected here",
        error=words,
    )
