"""The empty workbook: every column with its drop-down, and nothing that comes in by accident."""

import io
from typing import Any

import pytest
from openpyxl import load_workbook

from practice.caseload_files import (
    SourceFile,
    plan_import,
    questions_about,
    read_caseload,
    template,
)
from practice.caseload_files.cells import attendance, ending, gender, kind, left_out, medium, mode
from practice.caseload_files.columns import COLUMNS, MODE_COLUMNS, SheetName
from tests.caseload_files.given import TODAY, chosen, stored


@pytest.fixture(scope="module")
def book() -> Any:
    return load_workbook(io.BytesIO(template()))


def test_headings_are_those_of_the_two_sheets(book: Any) -> None:
    for name in SheetName:
        headings = [cell.value for cell in book[name.value][1]]
        left = {"held_before", *MODE_COLUMNS}
        assert headings == [column for column in COLUMNS[name] if column not in left]


def test_every_coded_column_offers_words_that_are_taken(book: Any) -> None:
    codes = {column[0].value: [cell.value for cell in column[1:] if cell.value]
             for column in book["codes"].iter_cols()}  # fmt: skip
    readers = {"ending": ending, "gender": gender, "left_out": left_out, "kind": kind,
               "attendance": attendance, "medium": medium, "mode": mode}  # fmt: skip
    assert {*readers, "wished_to_continue", "earlier_therapy"} == set(codes)
    for column, read in readers.items():
        for word in codes[column]:
            read(word)
    offered = [rule.formula1 for name in SheetName
               for rule in book[name.value].data_validations.dataValidation
               if rule.type == "list"]  # fmt: skip
    assert len(offered) == len(codes)
    assert all(formula.startswith("'codes'!$") for formula in offered)


def test_dates_are_dates(book: Any) -> None:
    for sheet, letter in (("episodes", "D"), ("sessions", "C")):
        assert book[sheet].column_dimensions[letter].number_format == "dd/mm/yyyy"


def test_as_it_is_it_brings_nothing_in_and_asks_nothing() -> None:
    source = SourceFile(name="t.xlsx", content=template())
    caseload = read_caseload([source])
    assert caseload.episodes.rows == caseload.sessions.rows == ()
    assert not questions_about([source], meanings={}).is_open


@pytest.mark.django_db
def test_the_examples_come_in_once_they_stand_in_the_sheets(book: Any) -> None:
    example = [[cell.value for cell in row if cell.value] for row in book["how to"].iter_rows()]
    rows = {line[0]: (line[1:], example[n + 1]) for n, line in enumerate(example)
            if line and line[0] in ("episodes", "sessions")}  # fmt: skip
    filled = load_workbook(io.BytesIO(template()))
    for name, (columns, values) in rows.items():
        headings = [cell.value for cell in filled[name][1]]
        for column, value in zip(columns, values, strict=True):
            filled[name].cell(row=2, column=headings.index(column) + 1, value=value)
    content = io.BytesIO()
    filled.save(content)
    plan = plan_import(
        read_caseload([SourceFile(name="t.xlsx", content=content.getvalue())]),
        chosen=chosen(None),
        today=TODAY,
    )
    stored(plan)
    assert (len(plan.episodes), len(plan.sessions)) == (1, 1)
