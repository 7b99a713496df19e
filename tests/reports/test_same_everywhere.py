"""The JSON, the paper and the page say the same numbers, over invented caseloads of every size."""

import json
from html import unescape

import pytest
from django.template.loader import render_to_string

from practice.cohorts import Scope
from practice.domain.endings import PLANNED, UNPLANNED, LeftOut
from practice.reports.blocks import Line
from practice.reports.monthly import MonthlyReport
from practice.reports.monthly_pdf import monthly_pdf
from practice.reports.monthly_text import MonthlyText, monthly_text
from practice.reports.named_figures import named_figures
from practice.reports.named_integrity import named_integrity
from practice.reports.stored import as_json, from_json
from practice.views.shown_report import shown_report
from tests.caseloads import scope_with, therapies
from tests.cast import Cast
from tests.reports.dressing import dressed
from tests.reports.reading import (
    Json,
    counted,
    interval,
    json_of,
    percent,
    report_of,
    row_of,
    squeezed,
    tables_of,
    words_of,
)

# Fifty; small ones most of all: there the words change from one client to the next.
SIZES = [*range(1, 37), 40, 44, 47, 52, 55, 60, 66, 73, 80, 90, 100, 120, 140, 160]


@pytest.fixture(params=enumerate(SIZES), ids=lambda case: f"{case[1]} clients")
def scope(request: pytest.FixtureRequest, cast: Cast) -> Scope:
    seed, size = request.param
    shares = [1.0, 0.92, 0.7]
    made = therapies(
        1000 + seed,
        ended=size,
        still_open=size // 4,
        recorded=shares[seed % 3],
        paired=shares[(seed + 1) % 3],
        measures=("phq9", "gad7", "core10")[: 2 + seed % 2],
    )
    return dressed(scope_with(cast.service, cast.alice, made), seed)


def test_json_paper_and_page_say_the_same(scope: Scope) -> None:
    numbers, report = json_of(scope), report_of(scope)
    text = monthly_text(report)
    agrees_on_what_is_stored(numbers, report, text)
    agrees_on_endings(numbers, text)
    agrees_on_the_journey(numbers, text)
    agrees_on_outcomes(numbers, text)
    agrees_on_the_head(numbers, text)
    paper = words_of(monthly_pdf(text))
    context = {"form": None, "scope": scope, "pdf_url": "", **shown_report(text)}
    page = render_to_string("reports/report_month.html", context)
    drawn_on_page(text, page)
    drawn_on_paper(text, paper)
    blocks_are_on_both(text, page=page, paper=paper)
    assert from_json(json.loads(json.dumps(as_json(text)))) == text


def agrees_on_what_is_stored(numbers: Json, report: MonthlyReport, text: MonthlyText) -> None:
    """The figures that a report made for good is held against later."""
    kept = named_figures(year=report.figures, month=report.month_figures)
    for name, rate in numbers["rates"].items():
        assert kept[f"year.rates.{name}"] == {"k": rate["k"], "n": rate["n"]}
    for part in ("ended", "endings", "iapt", "sessions", "waits"):
        for name, number in numbers[part].items():
            if not isinstance(number, dict):
                assert kept[f"year.{part}.{name}"] == number, name
    counts = named_integrity(report.side_two.kept)
    cells = {
        line.title: line.cells
        for block in text.blocks
        if block.key == "integrity"
        for grid in block.grids
        for line in grid.lines
    }
    for title, name, base in (
        ("Scores changed after entry", "scores.changed", "scores.of"),
        ("Sessions removed after entry", "sessions.removed", "sessions.of"),
        ("Endings given another day", "endings.redated", "endings.of"),
        ("Episodes reopened", "endings.reopened", "endings.of"),
    ):
        if title in cells:
            k, n = (counts[f"year.integrity.{each}"] for each in (name, base))
            assert cells[title][1] == f"{k or 'none'} of {n}"


def agrees_on_endings(numbers: Json, text: MonthlyText) -> None:
    endings, rates = numbers["endings"], numbers["rates"]
    lines = {line.title: line.cells for line in text.endings}
    by_reason = endings["by_reason"]
    assert lines == {
        "Planned": (str(endings["planned"]),),
        "Unplanned": (str(endings["unplanned"]),),
        "Not recorded": (str(endings["not_recorded"]),),
        "Died (in neither rate)": (str(endings["died"]),),
        "of these at a limit, wished to continue": (str(endings["wished_to_continue"]),),
        **{
            reason.words: (str(by_reason.get(reason.value, 0)),)
            for reason in (*PLANNED, *UNPLANNED)
        },
    }
    for row, name in zip(
        text.strip,
        ("planned_declared", "planned_estimated", "planned_with_silent"),
        strict=True,
    ):
        rate = rates[name]
        assert row.counts == counted(rate["k"], rate["n"])
        if rate["n"] < 10:
            assert (row.rate, row.low, row.high) == (None, None, None)
        else:
            assert row.rate == pytest.approx(rate["pct"] / 100, abs=0.0005001)
            assert row.low == pytest.approx(rate["low"] / 100, abs=0.0005001)
            assert row.high == pytest.approx(rate["high"] / 100, abs=0.0005001)
    assert f"the {endings['silent_open']} open without contact" in text.strip_words
    assert text.endings_head[0].startswith(f"How {endings['entered_and_ended']} ")


def agrees_on_the_journey(numbers: Json, text: MonthlyText) -> None:
    ended, iapt = numbers["ended"], numbers["iapt"]
    entered, two = numbers["endings"]["entered_and_ended"], ended["finished_course"]
    cases = two - iapt["not_at_caseness"]
    has_pairs = not two or iapt["paired"]
    no_score = two > 0 and iapt["caseness_unknown"] == two
    expected = [
        (ended["before_treatment"], ended["episodes"], "that ended", True),
        (entered, ended["episodes"], "that ended", True),
        (ended["one_session_only"], entered, "who entered", True),
        (two, entered, "who entered", True),
        (iapt["paired"], two, "with two or more", True),
        (iapt["reliable_improvement"], two, "with two or more", has_pairs),
        (iapt["no_reliable_change"], two, "with two or more", has_pairs),
        (iapt["reliable_deterioration"], two, "with two or more", has_pairs),
        (two - iapt["paired"], two, "with two or more", True),
        (cases, two, "with two or more", not no_score),
        (iapt["recovery"], cases, "at case or unknown", has_pairs),
        (iapt["reliable_recovery"], cases, "at case or unknown", has_pairs),
        (iapt["recovery"], entered, "who entered", has_pairs),
    ]
    for line, (k, n, words, is_measured) in zip(text.journey, expected, strict=True):
        if line.cells[1] == "not measured":
            assert not is_measured or n == 0 or iapt["paired"] == 0, line.title
        else:
            assert line.cells[:4] == (str(k), f"{n} {words}", percent(k, n), interval(k, n)), line


def agrees_on_outcomes(numbers: Json, text: MonthlyText) -> None:
    iapt, two = numbers["iapt"], numbers["ended"]["finished_course"]
    first = [line.cells[0] for line in text.outcomes]
    if two and not iapt["paired"]:
        assert first == ["not measured"] * 4
        return
    cases = two - iapt["not_at_caseness"]
    assert first == [
        counted(iapt["reliable_improvement"], two),
        counted(iapt["recovery"], cases),
        counted(iapt["reliable_recovery"], cases),
        counted(iapt["reliable_deterioration"], two),
    ]
    pairs, unpaired = iapt["paired"], two - iapt["paired"]
    improved, worse = text.outcomes[0], text.outcomes[3]
    assert improved.cells[1:] == (
        counted(iapt["reliable_improvement"], pairs),
        counted(iapt["reliable_improvement"] + unpaired, two),
    )
    assert worse.cells[1:] == (
        counted(iapt["reliable_deterioration"], pairs),
        counted(iapt["reliable_deterioration"] + unpaired, two),
    )
    assert text.outcomes_note.startswith(f"Two scores: {counted(pairs, two)}.")


def agrees_on_the_head(numbers: Json, text: MonthlyText) -> None:
    left_out = numbers["left_out"]
    assert f"Ended: {numbers['ended']['episodes']}." in text.facts
    assert f"Left out of every figure: {left_out['episodes']}" in text.facts
    for reason, count in left_out["by_reason"].items():
        assert f"{count} {LeftOut(reason).words}" in text.facts


def every_line(text: MonthlyText) -> tuple[Line, ...]:
    return (*text.endings, *text.journey, *text.outcomes)


def drawn_on_page(text: MonthlyText, page: str) -> None:
    rows = [row for table in tables_of(page) for row in table]
    for line in every_line(text):
        assert row_of(line) in rows, line
    words = squeezed(page)
    for note in (*text.sentences, *text.counts):
        assert note.text in words
    assert text.facts in words
    assert text.outcomes_note in words


def drawn_on_paper(text: MonthlyText, paper: str) -> None:
    at = 0
    # In the order of the page: a row may not borrow another's cells.
    for line in every_line(text):
        at = paper.find(" ".join(row_of(line)), at)
        assert at >= 0, line
    for note in (*text.sentences, *text.counts):
        assert f"{note.heading}. {note.text}" in paper
    for row in text.strip:
        assert row.counts in paper
    assert text.facts in paper
    assert text.outcomes_note in paper


def blocks_are_on_both(text: MonthlyText, *, page: str, paper: str) -> None:
    """Every cell, caption and paragraph of every block; lines to write on are on paper alone."""
    rows = [row for table in tables_of(page) for row in table]
    words = squeezed(unescape(page))
    for block in (*text.front_blocks, *text.blocks):
        assert block.heading in words
        assert block.heading in paper
        for grid in block.grids:
            assert squeezed(grid.caption) in paper
            for line in grid.lines:
                assert [squeezed(cell) for cell in row_of(line)] in rows, line
                assert squeezed(" ".join(row_of(line))) in paper, line
        for picture in block.pictures:
            assert picture.caption in words
            assert squeezed(picture.caption) in paper
        for note in block.notes:
            assert note.text in words
            assert squeezed(note.text) in paper
