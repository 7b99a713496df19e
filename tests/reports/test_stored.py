"""A report kept as JSON: the same again, in one spelling, and one of an earlier time still prints."""

import dataclasses
import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice.charts.scatter import Mark, ScatterPoint
from practice.charts.strip import RateStrip, StripRow
from practice.reports.blocks import Block, Grid, Line, Picture
from practice.reports.monthly_pdf import WITH_DEFINITIONS, monthly_pdf
from practice.reports.monthly_text import MonthlyText
from practice.reports.notes import Note
from practice.reports.stored import StoredReportError, as_json, from_json
from practice.views.shown_report import shown_report
from tests.caseloads import HOSTILE, scope_with, therapies
from tests.cast import Cast
from tests.reports.dressing import dressed
from tests.reports.reading import text_of, words_of

# Written by the first version that kept reports. It is never written again: what it holds was
# printed, and has to print for ever.
OLD = Path(__file__).parent / "stored_report_1.json"


def again(value: object) -> Any:
    """By way of the text that a database keeps."""
    return from_json(json.loads(json.dumps(as_json(value))))


@pytest.mark.parametrize("size", [0, 1, 12, 45])
def test_a_report_comes_back_as_it_was_and_prints_the_same_bytes(cast: Cast, size: int) -> None:
    made = therapies(size, ended=size, still_open=3, measures=("phq9", "gad7", "core10"))
    text = text_of(dressed(scope_with(cast.service, cast.alice, made), size))
    assert again(text) == text
    assert monthly_pdf(again(text), WITH_DEFINITIONS) == monthly_pdf(text, WITH_DEFINITIONS)


notes = st.builds(Note, heading=st.text(), text=st.text())
lines = st.builds(
    Line,
    title=st.text(),
    cells=st.lists(st.text()).map(tuple),
    depth=st.integers(0, 3),
    leads=st.booleans(),
)
share = st.floats(0, 1)
points = st.builds(
    ScatterPoint,
    name=st.text(),
    mark=st.sampled_from(Mark),
    x=share,
    y=share,
    x_interval=st.none() | st.tuples(share, share),
    y_interval=st.none() | st.tuples(share, share),
    trail=st.none() | st.tuples(share, share),
)
grids = st.builds(
    Grid,
    caption=st.text(),
    head=st.lists(st.text()).map(tuple),
    lines=st.lists(lines, max_size=3).map(tuple),
)
blocks = st.builds(
    Block,
    key=st.text(),
    heading=st.text(),
    grids=st.lists(grids, max_size=2).map(tuple),
    notes=st.lists(notes, max_size=2).map(tuple),
    is_wide=st.booleans(),
    space=st.lists(st.text(), max_size=3).map(tuple),
)


@given(blocks | points | st.dates())
def test_every_part_comes_back_as_it_was(value: object) -> None:
    assert again(value) == value


def test_words_that_look_like_something_else_stay_words() -> None:
    for text in (HOSTILE, '{"day": "2025-01-01"}', "null", "", "2025-01-01"):
        assert again(Note(heading=text, text=text)) == Note(heading=text, text=text)


def test_every_chart_comes_back() -> None:
    row = StripRow(label="x", counts="1 of 2", rate=None, low=0.5, high=1.0, published=None)
    picture = Picture(chart=RateStrip(rows=(row,)), title="t", description="d", caption="c")
    assert again(picture) == picture


@pytest.mark.parametrize("value", [object(), {"a": 1}, [1], b"x", {1}, dt.timedelta(1)])
def test_what_no_report_is_made_of_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="is not part of a report"):
        as_json((value,))


WRONG: list[dict[str, Any]] = [
    {"a": "Popen", "args": "x"},
    {"a": None},
    {},
    {"a": "Note", "heading": "x"},
    {"day": "2025-02-30"},
    {"day": 3},
    {"word": "Mark", "is": "another"},
    {"word": "Popen", "is": "x"},
    {"word": []},
]


@pytest.mark.parametrize("stored", WRONG, ids=str)
def test_what_is_no_report_is_refused(stored: dict[str, Any]) -> None:
    with pytest.raises(StoredReportError):
        from_json([stored])


def test_a_field_of_another_version_is_passed_over() -> None:
    stored = as_json(Note(heading="x", text="y")) | {"colour": "red"}
    assert from_json(stored) == Note(heading="x", text="y")


def test_a_report_of_the_first_version_still_prints() -> None:
    text = from_json(json.loads(OLD.read_text(encoding="utf-8")))
    assert isinstance(text, MonthlyText)
    printed = words_of(monthly_pdf(text, WITH_DEFINITIONS))
    assert text.title in printed
    for line in (*text.endings, *text.journey):
        assert line.title in printed
    for block in (*text.front_blocks, *text.blocks, *text.foot_blocks):
        assert block.heading in printed
    shown = shown_report(text)
    assert shown["text"] is text


def test_every_field_of_the_first_version_is_read() -> None:
    """A field that is renamed would be lost on old papers without a word."""

    def check(stored: Any) -> None:
        if isinstance(stored, list):
            for each in stored:
                check(each)
        elif isinstance(stored, dict) and "a" in stored:
            known = {field.name for field in dataclasses.fields(type(from_json(stored)))}
            assert set(stored) - {"a"} <= known, stored["a"]
            for each in stored.values():
                check(each)

    check(json.loads(OLD.read_text(encoding="utf-8")))
