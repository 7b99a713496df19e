"""XLSX: what a spreadsheet makes of cells, and what must not get through."""

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.formula import ArrayFormula

from practice.caseload_files import SourceFile, UnreadableFileError, plan_import, read_caseload
from practice.caseload_files.sheets import ROW_LIMIT
from practice.caseload_files.workbooks import UNPACKED_LIMIT
from tests.caseload_files.given import (
    TODAY,
    a_session,
    an_episode,
    chosen,
    columns_of,
    csv_caseload,
    only,
    workbook_source,
)

EPISODES = [["client", "referred_on"], ["K1", "2026-01-05"]]
SESSIONS = [["client", "date"], ["K1", "2026-01-12"]]


def cells_of(source: SourceFile) -> list[dict[str, str]]:
    caseload = read_caseload([source])
    return [
        dict(row.cells) for sheet in (caseload.episodes, caseload.sessions) for row in sheet.rows
    ]


def test_a_workbook_reads_like_the_csv_files() -> None:
    episodes = [an_episode(birth_year="1965", ended_on="2026-03-01", note="two\nlines")]
    sessions = [a_session(minutes="50", fee="55.5", core10="11.11"), a_session(date="2026-02-02")]

    def table(
        rows: Sequence[dict[str, Any]], convert: Callable[[str, Any], Any]
    ) -> list[list[Any]]:
        columns = columns_of(rows, ())
        return [columns, *([convert(name, row.get(name)) for name in columns] for row in rows)]

    def real(column: str, value: Any) -> Any:
        if value is None:
            return None
        if column in {"referred_on", "date", "ended_on"}:
            return dt.datetime.fromisoformat(value)
        if column in {"minutes", "birth_year", "episode"}:
            return int(value)
        return float(value) if column in {"fee", "core10"} else value

    source = workbook_source({"episodes": table(episodes, real), "sessions": table(sessions, real)})
    expected = csv_caseload(episodes, sessions)
    assert cells_of(source) == [
        dict(row.cells) for sheet in (expected.episodes, expected.sessions) for row in sheet.rows
    ]


@pytest.mark.parametrize("titles", [("Episodes", "SESSIONS"), (" episodes ", "Ses sions")])
def test_names_of_sheets_and_headings_ignore_case_and_spaces(titles: tuple[str, str]) -> None:
    source = workbook_source(
        {
            titles[0]: [["CLIENT", " Referred on"], ["K1", dt.date(2026, 1, 5)]],
            "something else": [["x"]],
            titles[1]: SESSIONS,
        }
    )
    assert cells_of(source)[0] == {"client": "K1", "referred_on": "2026-01-05"}


def test_empty_rows_and_cells_far_below_do_no_harm() -> None:
    book = Workbook()
    episodes, sessions = book.worksheets[0], book.create_sheet("sessions")
    episodes.title = "episodes"
    rows: list[list[Any]] = [["client", "referred_on", " "], [None], ["K1", "2026-01-05"], [" "]]
    for row in rows:
        episodes.append(row)
    # A cell that is formatted and empty is written all the same.
    episodes["Z900"].number_format = "0.00"
    sessions.append(["client", "date"])
    content = io.BytesIO()
    book.save(content)
    source = SourceFile(name="book.xlsx", content=content.getvalue())
    assert [row.number for row in read_caseload([source]).episodes.rows] == [3]


@pytest.mark.parametrize(
    ("column", "value", "shown", "message"),
    [
        pytest.param("phq9", "=3+4", "=3+4", "a formula: copy it and paste it", id="formula"),
        pytest.param("client", "=K1", "=K1", "a formula", id="formula in a reference"),
        pytest.param("note", '=HYPERLINK("x")', '=HYPERLINK("x")', "a formula", id="link"),
        pytest.param("phq9", "#REF!", "#REF!", "an error of the spreadsheet", id="error"),
        pytest.param("phq9", "#N/A", "#N/A", "an error of the spreadsheet", id="not available"),
        pytest.param("phq9", True, "TRUE", "a TRUE/FALSE cell", id="boolean"),
        pytest.param("client", dt.date(2026, 12, 3), "2026-12-03", "a date or time", id="3-12"),
        pytest.param("minutes", dt.time(0, 50), "00:50:00", "a date or time", id="50 minutes"),
        pytest.param("date", dt.datetime(2026, 1, 12, 9),  # noqa: DTZ001 - a spreadsheet knows no zone
            "2026-01-12 09:00:00", "the date alone", id="time of day"),
        pytest.param("date", dt.time(9, 0), "09:00:00", "the date alone", id="time only"),
        pytest.param("date", 46034, "46034", "write a date as 2026-03-09", id="number as date"),
        pytest.param("phq9", 12.5, "12.5", "a whole number from 0 to 27", id="half a point"),
        pytest.param("core10", 100 / 9, "11.11111111111111", "such as 11.1 or 11.11", id="ninths"),
    ],
)  # fmt: skip
@pytest.mark.django_db
def test_a_cell_that_is_no_plain_value_is_refused(
    column: str, value: Any, shown: str, message: str
) -> None:
    row = a_session(**{column: value})
    source = workbook_source({"episodes": EPISODES, "sessions": [list(row), list(row.values())]})
    plan = plan_import(read_caseload([source]), chosen=chosen(None), today=TODAY)
    problem = next(one for one in plan.problems if one.column == column)
    assert (problem.file, problem.row, problem.value) == ("book.xlsx, sheet sessions", 2, shown)
    assert message in problem.message


@pytest.mark.django_db
def test_a_percentage_is_no_fee() -> None:
    book = Workbook()
    episodes, sessions = book.worksheets[0], book.create_sheet("sessions")
    episodes.title = "episodes"
    for row in EPISODES:
        episodes.append(row)
    sessions.append(["client", "date", "fee"])
    sessions.append(["K1", "2026-01-12", 0.5])
    sessions["C2"].number_format = "0%"
    content = io.BytesIO()
    book.save(content)
    source = SourceFile(name="book.xlsx", content=content.getvalue())
    plan = plan_import(read_caseload([source]), chosen=chosen(None), today=TODAY)
    assert only(plan.problems).value == "50%"


def test_an_array_formula_is_seen() -> None:
    book = Workbook()
    episodes, sessions = book.worksheets[0], book.create_sheet("sessions")
    episodes.title = "episodes"
    for row in EPISODES:
        episodes.append(row)
    sessions.append(["client", "date"])
    sessions["A2"] = "K1"
    sessions["B2"] = ArrayFormula("B2", "=NOW()")
    content = io.BytesIO()
    book.save(content)
    source = SourceFile(name="book.xlsx", content=content.getvalue())
    (row_2,) = read_caseload([source]).sessions.rows
    assert list(row_2.faults) == ["date"]


def _with_part(content: bytes, part: str, change: Callable[[str], str]) -> bytes:
    """The same workbook with one of its parts rewritten."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, change(text.decode()) if name == part else text)
    return out.getvalue()


def _damaged(part: str, change: Callable[[str], str]) -> bytes:
    return _with_part(
        workbook_source({"episodes": EPISODES, "sessions": SESSIONS}).content, part, change
    )


def _bomb() -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("xl/sharedStrings.xml", "w", force_zip64=True) as part,
    ):
        block = b"\0" * (8 * 1024 * 1024)
        for _ in range(UNPACKED_LIMIT // len(block) + 1):
            part.write(block)
    return out.getvalue()


def _other_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("letter.txt", "Dear all")
    return out.getvalue()


ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    '<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>'
)
OUTSIDE = ENTITIES.replace('<!ENTITY b "&a;&a;&a;&a;">', '<!ENTITY b SYSTEM "file:///etc/passwd">')
SHEET_1 = "xl/worksheets/sheet1.xml"

BAD_WORKBOOKS: dict[str, tuple[Callable[[], bytes], str]] = {
    "cut short": (lambda: _damaged(SHEET_1, str)[:900], "damaged"),
    "another zip archive": (_other_zip, "damaged, or not an XLSX workbook"),
    "a part missing": (lambda: _damaged("xl/workbook.xml", lambda text: "<x/>"), "it has: none"),
    "broken XML": (lambda: _damaged(SHEET_1, lambda text: text[:-40]), "damaged"),
    "entities that multiply": (lambda: _damaged(SHEET_1, lambda text: ENTITIES), "damaged"),
    "an entity from outside": (lambda: _damaged(SHEET_1, lambda text: OUTSIDE), "damaged"),
    "a bomb": (_bomb, "unpacks to more than 60 MB"),
    "no sessions": (
        lambda: workbook_source({"episodes": EPISODES, "Sheet2": [["x"]]}).content,
        "no sheet named sessions; it has: episodes, Sheet2",
    ),
    "two sheets of episodes": (
        lambda: workbook_source(
            {"episodes": EPISODES, "Epi sodes": EPISODES, "sessions": SESSIONS}
        ).content,
        "more than one sheet named episodes",
    ),
    "an empty sheet": (lambda: workbook_source({"episodes": EPISODES, "sessions": []}).content, "empty"),
    "no headings": (
        lambda: workbook_source({"episodes": EPISODES[1:], "sessions": SESSIONS}).content,
        "the first row must hold the headings",
    ),
    "far to the right": (
        lambda: workbook_source({"episodes": EPISODES, "sessions": [*SESSIONS, ["K1"] * 600]}).content,
        "row 3 has something beyond column 500",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("content", "message"), BAD_WORKBOOKS.values(), ids=BAD_WORKBOOKS)
def test_a_workbook_that_is_no_caseload_is_refused(
    content: Callable[[], bytes], message: str
) -> None:
    with pytest.raises(UnreadableFileError) as caught:
        read_caseload([SourceFile(name="book.xlsx", content=content())])
    assert message in str(caught.value)


def test_something_far_below_is_refused() -> None:
    far = ROW_LIMIT + 2
    content = _damaged(
        SHEET_1,
        lambda text: text.replace(
            "</sheetData>",
            f'<row r="{far}"><c r="A{far}" t="inlineStr"><is><t>K9</t></is></c></row></sheetData>',
        ),
    )
    with pytest.raises(UnreadableFileError, match="something below row 200,001"):
        read_caseload([SourceFile(name="book.xlsx", content=content)])


def _with_row(row: str) -> SourceFile:
    """The workbook with a row of XML at the end of its first sheet."""
    content = _damaged(SHEET_1, lambda text: text.replace("</sheetData>", f"{row}</sheetData>"))
    return SourceFile(name="book.xlsx", content=content)


@pytest.mark.parametrize("number", [1_048_577, 99_999_999_999])
def test_a_row_below_every_spreadsheet_is_refused_at_once(number: int) -> None:
    # The library makes up the rows between, and would never come to an end of them.
    source = _with_row(f'<row r="{number}"><c r="A3" t="inlineStr"><is><t>K9</t></is></c></row>')
    with pytest.raises(UnreadableFileError, match="sheet episodes: spreads over more rows or col"):
        read_caseload([source])


def test_an_empty_row_at_the_bottom_does_no_harm() -> None:
    # Some programs write the last row of a sheet for its format.
    assert len(cells_of(_with_row('<row r="1048576"><c r="A1048576"/></row>'))) == 2


def test_empty_cells_far_to_the_right_are_read_up_to_a_limit() -> None:
    far = "".join(f'<row r="{number}"><c r="XFD{number}" s="0"/></row>' for number in range(3, 100))
    assert len(cells_of(_with_row(far))) == 2
    farther = "".join(f'<row r="{number}"><c r="XFD{number}"/></row>' for number in range(3, 5000))
    with pytest.raises(UnreadableFileError, match="spreads over more rows or columns"):
        read_caseload([_with_row(farther)])


def test_no_advice_about_separators_for_a_workbook() -> None:
    source = workbook_source({"episodes": [["Ann"], ["K1"]], "sessions": SESSIONS})
    with pytest.raises(UnreadableFileError) as caught:
        read_caseload([source])
    assert only(caught.value.problems).message.endswith(
        "client, episode, practitioner, referred_on"
    )
    stray = workbook_source(
        {"episodes": [*EPISODES, ["K2", "2026-01-05", "x"]], "sessions": SESSIONS}
    )
    row = read_caseload([stray]).episodes.rows[1]
    assert row.faults[""].endswith("give the column a heading, or remove the cell")


def test_the_test_workbooks_are_sound_before_they_are_damaged() -> None:
    content = _damaged(SHEET_1, str)
    assert load_workbook(io.BytesIO(content)).sheetnames == ["episodes", "sessions"]
    assert cells_of(SourceFile(name="book.xlsx", content=content))
