"""A report made for good prints as it was made, whatever is put right later."""

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from practice.actions.reports import add_resolution, close_resolution, redact_client
from practice.actions.services import change_service, rename_practitioner
from practice.cohorts import Scope
from practice.domain.digests import digest_of_report
from practice.domain.endings import Ending
from practice.domain.measures import PrimaryOutcome
from practice.domain.periods import Month
from practice.models import Episode, FrozenReport, MeasureCompletion, Resolution
from practice.published import published
from practice.reports.frozen import (
    AlteredReportError,
    Making,
    NotOverError,
    check_over,
    frozen_of,
    make_frozen,
    read_frozen,
    scope_of,
)
from practice.reports.monthly_pdf import WITH_DEFINITIONS, monthly_pdf
from practice.reports.monthly_text import DRAFT, MonthlyText
from practice.reports.resolutions import KEPT_ELSEWHERE
from tests.caseloads import LAST_DAY, MONTH, PRINTED_ON, Therapy, scope_with, therapies
from tests.cast import Cast, make_client, saved
from tests.reports.freezing import MADE_AT, frozen
from tests.reports.reading import pdf_of, report_of, text_of, words_of

TODAYS_FORMAT = Path(__file__).parent / "frozen_report.json"


def printed(report: FrozenReport) -> bytes:
    return monthly_pdf(read_frozen(report), WITH_DEFINITIONS)


def put_everything_right(scope: Scope) -> None:
    """Other scores, endings, names and another primary outcome."""
    person = scope.practitioner
    for form in MeasureCompletion.objects.all()[:20]:
        form.total = Decimal(1)
        saved(form, by=person, why="typed wrong")
    for episode in Episode.objects.filter(ended_on__isnull=False)[:10]:
        episode.ending, episode.ended_on = Ending.CRISIS, LAST_DAY
        saved(episode, by=person, why="ended otherwise")
    assert person is not None
    rename_practitioner(practitioner=person, name="Somebody Else", by=person, why="married")
    change_service(
        service=scope.service,
        name="Another Name",
        primary_outcome=PrimaryOutcome.CORE10,
        by=person,
        why="chosen anew",
    )


def test_the_same_bytes_whatever_changes_later(cast: Cast) -> None:
    scope = scope_with(cast.service, cast.alice, therapies(3, ended=45, still_open=8))
    report = frozen(scope, by=cast.alice)
    before, draft = printed(report), pdf_of(scope)
    put_everything_right(scope)
    again = FrozenReport.objects.get(pk=report.pk)
    assert pdf_of(Scope(service=scope.service, practitioner=cast.alice)) != draft
    assert printed(again) == before
    assert again.digest == report.digest
    words = words_of(before)
    assert "Made for good on 22 November 2025 by Alice" in words
    assert "Somebody Else" not in words
    assert DRAFT not in words
    assert DRAFT in words_of(draft)


def test_it_says_what_the_draft_of_the_day_said(cast: Cast) -> None:
    """Only the status is another: not a figure, chart or word besides."""
    scope = scope_with(cast.service, cast.alice, therapies(3, ended=45, still_open=8))
    draft = text_of(scope)
    read = read_frozen(frozen(scope, by=cast.alice))
    names = vars(draft).keys() - {"status"}
    assert {name: getattr(read, name) for name in names} == {
        name: getattr(draft, name) for name in names
    }


@pytest.mark.parametrize("size", [0, 1, 7, 60])
def test_comes_back_from_the_database_of_every_size(cast: Cast, size: int) -> None:
    scope = scope_with(
        cast.service,
        cast.alice,
        therapies(size, ended=size, still_open=size // 4, hostile=True),
        whole=True,
    )
    report = frozen(scope, by=cast.leda)
    assert report.digest == digest_of_report(text=report.text, figures=report.figures)
    assert read_frozen(report).whose == "Harbour"
    assert scope_of(report) == scope
    assert frozen_of(scope, MONTH) == report
    assert frozen_of(scope, MONTH.minus(1)) is None
    assert frozen_of(Scope(service=cast.service, practitioner=cast.alice), MONTH) is None


def test_who_when_and_the_digest_are_on_paper(cast: Cast) -> None:
    scope = scope_with(cast.service, cast.alice, [])
    by_leda = frozen(scope, by=cast.leda)
    by_command = frozen(scope, month=MONTH.minus(1))
    assert read_frozen(by_leda).status == (
        f"Made for good on 22 November 2025 by Leda; digest {by_leda.digest[:12]}"
    )
    assert "by a command; digest" in read_frozen(by_command).status
    assert by_leda.digest[:12] in words_of(printed(by_leda))
    assert by_leda.digest[:13] not in words_of(printed(by_leda))


@pytest.mark.parametrize("today", [LAST_DAY, dt.date(2025, 10, 1), dt.date(2025, 9, 30)])
def test_a_month_that_is_not_over_is_refused(cast: Cast, today: dt.date) -> None:
    making = Making(by=cast.alice, now=MADE_AT, today=today)
    with pytest.raises(NotOverError, match=r"October 2025 is not over.*from 1 November 2025"):
        make_frozen(Scope(service=cast.service), MONTH, benchmarks=published(), making=making)


def test_the_day_after_the_last_it_may_be_made() -> None:
    check_over(MONTH, today=LAST_DAY + dt.timedelta(days=1))
    check_over(Month.parse("2025-12"), today=dt.date(2026, 1, 1))


def tampered(report: FrozenReport, **values: Any) -> FrozenReport:
    """As somebody would alter it who has the database."""
    for name, value in values.items():
        setattr(report, name, value)
    return saved(report, by=None)


@pytest.mark.parametrize("what", ["figure", "word", "digest"])
def test_what_was_altered_is_refused(cast: Cast, what: str) -> None:
    report = frozen(scope_with(cast.service, cast.alice, therapies(3, ended=20)))
    altered: dict[str, Any] = {
        "figure": {"figures": report.figures | {"year.ended.episodes": 0}},
        "word": {"text": report.text | {"title": "Monthly report, October 2026"}},
        "digest": {"digest": "0" * 64},
    }[what]
    with pytest.raises(AlteredReportError):
        read_frozen(tampered(report, **altered))


@pytest.mark.parametrize(
    "text",
    [
        {},
        {"a": "Nothing"},
        {"a": "MonthlyText"},
        {"a": "Note", "heading": "x", "text": "y"},
        ["a"],
        "x",
        {"word": "Colour", "is": "red"},
        {"word": "Mark", "is": "red"},
        {"day": "yesterday"},
        None,
    ],
    ids=str,
)
def test_what_is_no_report_is_refused(cast: Cast, text: Any) -> None:
    """With a digest that fits: somebody knew how to make one."""
    digest = digest_of_report(text=text, figures={})
    report = FrozenReport(
        service=cast.service, month="2026-01", text=text, figures={}, digest=digest
    )
    with pytest.raises(AlteredReportError):
        read_frozen(report)


def test_the_format_of_today_goes_on_printing(cast: Cast) -> None:
    """A report as it was stored by the first version that could; this file is never changed."""
    kept = json.loads(TODAYS_FORMAT.read_text(encoding="utf-8"))
    report = FrozenReport(
        service=cast.service,
        practitioner=cast.alice,
        month="2025-10",
        text=kept["text"],
        figures=kept["figures"],
        digest=kept["digest"],
        made_at=MADE_AT,
    )
    text = read_frozen(report)
    assert isinstance(text, MonthlyText)
    words = words_of(monthly_pdf(text, WITH_DEFINITIONS))
    for shown in kept["on_paper"]:
        assert shown in words
    assert len(kept["on_paper"]) > 10


def test_a_client_taken_out_is_said_on_the_reprint(cast: Cast) -> None:
    scope = scope_with(cast.service, cast.alice, therapies(3, ended=20))
    report = frozen(scope, by=cast.alice)
    text = report.text | {"facts": "About C-17 and D-18; 12 of 20."}
    report.digest = digest_of_report(text=text, figures=report.figures)
    report = tampered(report, text=text)
    for number, reference in enumerate(("C-17", "D-18"), start=1):
        client = make_client(service=cast.service, reference=reference)
        redact_client(
            client=client,
            by=cast.leda,
            why="asked to be erased",
            now=MADE_AT + dt.timedelta(days=number),
        )
        words = words_of(monthly_pdf(read_frozen(FrozenReport.objects.get())))
        assert reference not in words
        assert "all counts are as printed" in words
        said = {
            1: "one client's rows were redacted on 23 November 2025",
            2: "2 clients' rows were redacted, last on 24 November 2025",
        }[number]
        assert said in words
    assert "About [erased] and [erased]; 12 of 20." in words


def resolve(cast: Cast, words: str, *, on: dt.date = PRINTED_ON, **fields: Any) -> Resolution:
    resolution = Resolution(
        service=cast.service, practitioner=cast.alice, will_try=words, from_on=on, **fields
    )
    add_resolution(resolution=resolution, by=cast.alice)
    return resolution


def test_a_resolution_stands_on_the_report_and_not_in_what_is_stored(cast: Cast) -> None:
    scope = scope_with(cast.service, cast.alice, [Therapy()])
    made = resolve(
        cast,
        "Ask about the ending at session three",
        expects="Fewer who stay away",
        look_again_on=PRINTED_ON + dt.timedelta(days=90),
    )
    now = Resolution.history.get().history_date
    report = frozen(scope, by=cast.alice, at=now)
    stored = json.dumps(report.text)
    assert "session three" not in stored
    assert KEPT_ELSEWHERE.text in stored
    before = printed(report)
    words = words_of(before)
    assert "Ask about the ending at session three. Expected: Fewer who stay away." in words
    assert "Look again on 20 February 2026." in words
    # What becomes of it later is on later reports.
    made.will_try = "Something else"
    saved(made, by=cast.alice, why="clearer")
    close_resolution(resolution=made, closed_on=PRINTED_ON, by=cast.alice)
    resolve(cast, "A new one")
    assert printed(report) == before
    later = words_of(pdf_of(scope))
    assert "A new one." in later
    assert "Closed on 22 November 2025. Something else." in later


def test_of_many_open_ones_the_newest_stand_on_the_report(cast: Cast) -> None:
    scope = Scope(service=cast.service, practitioner=cast.alice)
    for number in range(5):
        resolve(cast, f"Try number {number}", on=LAST_DAY + dt.timedelta(days=number))
    (block, *_rest) = text_of(scope).foot_blocks
    assert [note.text for note in block.notes] == [
        "Try number 4.",
        "Try number 3.",
        "Try number 2.",
        "2 more open, on the page of the report",
    ]


def test_nobody_elses_resolution_stands_on_it(cast: Cast) -> None:
    resolve(cast, "Mine")
    for scope in (
        Scope(service=cast.service),
        Scope(service=cast.service, practitioner=cast.bob),
    ):
        assert [block.key for block in text_of(scope).foot_blocks] == ["reflection"]


def test_a_resolution_taken_off_stands_no_more(cast: Cast) -> None:
    scope = scope_with(cast.service, cast.alice, [])
    made: Any = resolve(cast, "A slip")
    made.delete()
    at = Resolution.history.latest("history_id").history_date
    report = frozen(scope, at=at)
    assert "A slip" not in words_of(printed(report))


def test_a_fixed_number_of_queries(cast: Cast) -> None:
    scope = scope_with(cast.service, cast.alice, therapies(3, ended=60, still_open=8))
    frozen(scope)
    report = FrozenReport.objects.select_related("service", "practitioner").get()
    with CaptureQueriesContext(connection) as queries:
        read_frozen(report)
    assert len(queries) == 1


def test_the_figures_are_those_of_the_json(cast: Cast) -> None:
    scope = scope_with(cast.service, cast.alice, therapies(3, ended=45, still_open=8))
    figures = frozen(scope).figures
    report = report_of(scope)
    for key, rate in report.figures.rates.items():
        assert figures[f"year.rates.{key}"] == {"k": rate.proportion.k, "n": rate.proportion.n}
    assert figures["year.endings.planned"] == report.figures.endings.planned
    assert figures["month.sessions.attended"] == report.month_figures.sessions_attended
    assert all(
        not isinstance(value, dict) or value.keys() == {"k", "n"} for value in figures.values()
    )
