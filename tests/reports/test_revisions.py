"""What has been revised since a month was made for good: which figures, then and now, and why."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from practice.actions.corrections import PUT_RIGHT
from practice.actions.erasure import ErasureReason, erase_client
from practice.cases.integrity import load_ledger
from practice.cohorts import Scope, load_cohort
from practice.domain.endings import Ending
from practice.models import Episode, Holding, MeasureCompletion, Session
from practice.reports.changes_since import changes_since
from practice.reports.cohorts_then import load_cohorts
from practice.reports.figures import outcome_figures
from practice.reports.ledgers_then import load_ledgers
from practice.reports.named_figures import figure_title, named_figures
from practice.reports.named_integrity import named_integrity
from practice.reports.revised_block import MOST_LINES, revised_block
from practice.reports.revisions import (
    NOT_FOUND,
    MonthRevised,
    printed_before,
    printed_of,
    revised,
)
from practice.reports.side_two.integrity import integrity
from tests.caseloads import CASE, LAST_DAY, MONTH, WELL, Therapy, scope_with, store, therapies
from tests.cast import (
    Cast,
    hand_over,
    make_client,
    make_completion,
    make_episode,
    make_session,
    saved,
)
from tests.reports.freezing import MADE_AT, frozen
from tests.reports.reading import pdf_of, report_of, text_of, words_of

NEXT = MONTH.minus(-1)
# Of a practitioner, and of the whole service.
ERASED_WORDS = ("client of the service erased", "client erased")
NOTHING: dict[str, tuple[Any, Any]] = {}


def now() -> dt.datetime:
    """Of the newest change: what follows is since."""
    moments: list[dt.datetime] = [
        model.history.latest("history_date").history_date
        for model in (Episode, Session, MeasureCompletion, Holding)
        if model.history.exists()
    ]
    return max(moments)


def made(scope: Scope) -> Any:
    report = frozen(scope)
    report.made_at = now()
    return saved(report, by=None)


def since(scope: Scope) -> MonthRevised:
    (found,) = revised(scope, printed_before(scope, NEXT))
    return found


def differing(scope: Scope) -> dict[str, tuple[Any, Any]]:
    return {each.name: (each.then, each.now) for each in since(scope).revisions}


def why(scope: Scope, name: str) -> str:
    return {each.name: each.why for each in since(scope).revisions}[name]


def caseload(cast: Cast, size: int = 12) -> Scope:
    return scope_with(
        cast.service, cast.alice, [Therapy(first=CASE, last=WELL) for _ in range(size)]
    )


def last_form(measure: str = "phq9") -> Any:
    return MeasureCompletion.objects.filter(measure=measure).order_by("-session__held_on", "pk")[0]


def test_nothing_revised_is_one_quiet_line(cast: Cast) -> None:
    scope = caseload(cast)
    assert revised_block(revised(scope, printed_before(scope, NEXT))) is None
    made(scope)
    assert differing(scope) == NOTHING
    block = revised_block(revised(scope, printed_before(scope, NEXT)))
    assert block is not None
    assert block.grids == ()
    (note,) = block.notes
    assert note.heading == "Nothing"
    assert "Every figure of the month" in note.text
    assert f"{block.heading} Nothing. {note.text}" in words_of(_pdf(scope))


def _pdf(scope: Scope) -> bytes:
    from practice.reports.monthly_pdf import monthly_pdf

    return monthly_pdf(text_of(scope, month=NEXT))


def test_a_score_corrected(cast: Cast) -> None:
    scope = caseload(cast)
    made(scope)
    form = last_form()
    form.total = Decimal(18)
    saved(form, by=cast.alice, why="typed the first score twice")
    found = differing(scope)
    assert found["year.phq9.reliable_improvement"] == (12, 11)
    assert found["year.rates.improved_of_measured_phq9"] == ({"k": 12, "n": 12}, {"k": 11, "n": 12})
    assert not [name for name in found if ".endings." in name or "gad7" in name]
    assert why(scope, "year.phq9.reliable_improvement") == "1 score corrected"
    assert since(scope).reasons == ("typed the first score twice",)


def test_the_block_lists_rates_first_then_now_and_why(cast: Cast) -> None:
    scope = caseload(cast)
    made(scope)
    form = last_form()
    form.total = Decimal(18)
    saved(form, by=cast.alice, why="typed the first score twice")
    block = revised_block(revised(scope, printed_before(scope, NEXT)))
    assert block is not None
    (grid,) = block.grids
    assert len(grid.lines) == MOST_LINES
    assert "October 2025: Measured" not in grid.lines[0].title
    assert grid.lines[0].title.startswith("October 2025: ")
    assert grid.lines[0].title.endswith(", twelve months")
    assert grid.lines[0].cells[2] == "1 score corrected"
    text = {note.heading: note.text for note in block.notes}
    assert text["Reasons given"] == "“typed the first score twice”."
    assert "October 2025" in text["How many"]
    assert "not listed here" in text["How many"]
    words = words_of(_pdf(scope))
    assert "Revised since printed" in words
    assert "“typed the first score twice”" in words
    # Who did it is nobody's business here.
    assert "Alice" not in " ".join(line.title for line in grid.lines)


def score_later(cast: Cast) -> None:
    make_completion(of=Episode.objects.order_by("pk")[0], on=LAST_DAY, total=5, position=3)


def session_later(cast: Cast) -> None:
    episode = Episode.objects.order_by("pk")[0]
    assert episode.ended_on is not None
    make_session(episode=episode, held_on=episode.ended_on - dt.timedelta(days=3))


def session_gone(cast: Cast) -> None:
    session: Any = Session.objects.exclude(pk__in=MeasureCompletion.objects.values("session"))[0]
    session._change_reason = "was not held"
    session.delete()


def score_gone(cast: Cast) -> None:
    form = last_form()
    form._change_reason = "another client's"
    form.delete()


def _episode(**values: Any) -> None:
    episode = Episode.objects.order_by("pk")[0]
    for name, value in values.items():
        setattr(episode, name, value)
    saved(episode, by=None, why="as it was")


def redated(cast: Cast) -> None:
    _episode(ended_on=dt.date(2025, 11, 3))


def ending_corrected(cast: Cast) -> None:
    _episode(ending=Ending.CRISIS)


def reopened(cast: Cast) -> None:
    _episode(ended_on=None, ending="")


def left_out(cast: Cast) -> None:
    _episode(left_out="test_record", left_out_at=now())


def referral(cast: Cast) -> None:
    _episode(referred_on=dt.date(2025, 1, 6))


def new_episode(cast: Cast) -> None:
    episode = make_episode(
        client=make_client(service=cast.service),
        holder=cast.alice,
        referred_on=dt.date(2025, 8, 1),
        ended_on=dt.date(2025, 10, 10),
    )
    make_session(episode=episode, held_on=dt.date(2025, 9, 1))


def handed_over_before(cast: Cast) -> None:
    hand_over(episode=Episode.objects.order_by("pk")[0], to=cast.bob, on=dt.date(2025, 10, 20))


ENDED = "year.endings.entered_and_ended"
CAUSES: dict[str, tuple[Any, str, str]] = {
    "a score later": (score_later, "year.phq9.mean_last", "1 score entered later"),
    "a session later": (session_later, "year.sessions.attended", "1 session entered later"),
    "a session removed": (session_gone, "year.sessions.attended", "1 session removed"),
    "a score removed": (score_gone, "year.phq9.paired", "1 score removed"),
    "re-dated": (redated, ENDED, "1 ending re-dated"),
    "another ending": (ending_corrected, "year.endings.planned", "1 ending corrected"),
    "reopened": (reopened, ENDED, "1 episode reopened"),
    "left out": (left_out, ENDED, "1 episode left out"),
    "referral": (referral, "year.waits.finished_within_126_days", "1 referral re-dated"),
    "entered later": (new_episode, ENDED, "1 episode entered later; 1 ending entered later"),
    "handed over": (handed_over_before, ENDED, "1 holder changed"),
}


@pytest.mark.parametrize("cause", CAUSES)
def test_each_cause_by_its_name(cast: Cast, cause: str) -> None:
    change, name, said = CAUSES[cause]
    scope = caseload(cast, 5)
    made(scope)
    change(cast)
    assert said in why(scope, name)


def test_a_score_moves_no_figure_of_endings(cast: Cast) -> None:
    scope = caseload(cast)
    made(scope)
    score_gone(cast)
    ending_corrected(cast)
    assert "score" not in why(scope, "year.endings.planned")
    assert "1 score removed; 1 ending corrected" in why(scope, "year.rates.measured_ending_phq9")


def test_what_is_later_than_the_month_is_no_revision(cast: Cast) -> None:
    scope = scope_with(
        cast.service, cast.alice, [*(Therapy() for _ in range(5)), Therapy(ended_on=None)]
    )
    made(scope)
    episode = Episode.objects.get(ended_on=None)
    make_session(episode=episode, held_on=dt.date(2025, 11, 2))
    episode.ended_on, episode.ending = dt.date(2025, 11, 20), Ending.CRISIS
    saved(episode, by=cast.alice)
    hand_over(episode=episode, to=cast.bob, on=dt.date(2025, 11, 10))
    assert differing(scope) == NOTHING
    ending_corrected(cast)
    assert why(scope, "year.endings.planned") == "1 ending corrected"


def test_a_figure_that_the_program_counts_otherwise_says_so(cast: Cast) -> None:
    scope = caseload(cast)
    report = made(scope)
    report.figures |= {"year.ended.episodes": 99, "year.gone.by.now": 7}
    saved(report, by=None)
    (only,) = since(scope).revisions
    assert (only.name, only.then_words, only.now_words) == ("year.ended.episodes", "99", "12")
    assert only.why == NOT_FOUND


def test_a_reason_that_nobody_gave_is_none(cast: Cast) -> None:
    scope = caseload(cast)
    made(scope)
    form = last_form()
    form.total = Decimal(18)
    saved(form, by=cast.alice, why=PUT_RIGHT)
    assert since(scope).reasons == ()
    block = revised_block(revised(scope, printed_before(scope, NEXT)))
    assert block is not None
    assert [note.heading for note in block.notes] == ["How many"]


def test_notes_and_minutes_are_no_revision(cast: Cast) -> None:
    scope = caseload(cast)
    moment = made(scope).made_at
    for session in Session.objects.all()[:4]:
        session.note, session.minutes = "another", 30
        saved(session, by=cast.alice, why="another note")
    _episode(note="another")
    assert changes_since(scope, moment) == ()


def test_how_a_form_was_taken_moves_the_counts_of_it_alone(cast: Cast) -> None:
    scope = caseload(cast)
    made(scope)
    form = last_form()
    form.mode = "self"
    saved(form, by=cast.alice, why="the client's own hand")
    assert differing(scope) == {"year.integrity.last.iapt.mode": (0, 1)}
    assert why(scope, "year.integrity.last.iapt.mode") == "1 form corrected without another total"
    assert figure_title("year.integrity.last.iapt.mode") == (
        "Last measured filled in another way, PHQ-9 and GAD-7, twelve months"
    )
    medium_corrected(form.session, cast)
    assert set(differing(scope)) == {
        "year.integrity.last.iapt.mode",
        "year.integrity.last.iapt.medium",
        "year.integrity.last.iapt.medium_of",
    }


def medium_corrected(session: Session, cast: Cast) -> None:
    first = session.episode.sessions.order_by("held_on")[0]
    for row, medium in ((first, "video"), (session, "telephone")):
        row.medium = medium
        saved(row, by=cast.alice)


def test_changes_after_entry_are_told_last_and_of_how_many(cast: Cast) -> None:
    scope = caseload(cast)
    made(scope)
    form = last_form()
    form.total = Decimal(18)
    saved(form, by=cast.alice, why="typed the first score twice")
    told = since(scope).revisions
    names = [each.name for each in told]
    kept = [name for name in names if ".integrity." in name]
    assert names[-len(kept) :] == kept
    assert kept == [
        "year.integrity.scores.changed",
        "year.integrity.scores.soon.higher",
        "month.integrity.scores.changed",
        "month.integrity.scores.soon.higher",
    ]
    words = {each.name: (each.then_words, each.now_words) for each in told}
    assert words["year.integrity.scores.changed"] == ("0 of 72", "1 of 72")
    assert words["year.phq9.reliable_improvement"] == ("12 of 12", "11 of 12")
    assert words["year.phq9.mean_last"] == ("4.0 (n 12)", "5.17 (n 12)")
    assert why(scope, "month.integrity.scores.changed") == "1 score corrected"


def test_a_report_of_before_these_counts_is_held_against_today_without_them(cast: Cast) -> None:
    scope = caseload(cast)
    report = made(scope)
    report.figures = {
        name: figure for name, figure in report.figures.items() if ".integrity." not in name
    }
    saved(report, by=None)
    assert differing(scope) == NOTHING
    form = last_form()
    form.total = Decimal(18)
    saved(form, by=cast.alice)
    found = differing(scope)
    assert found
    assert not [name for name in found if ".integrity." in name]


@pytest.mark.parametrize("whole", [False, True])
def test_several_ledgers_at_once_count_as_each_alone(cast: Cast, whole: bool) -> None:
    """Hand-overs included: whose a session was is decided on the last day of each span."""
    store(cast.service, cast.alice, therapies(5, ended=12, still_open=6))
    for number, episode in enumerate(Episode.objects.order_by("pk")):
        if number % 2:
            hand_over(
                episode=episode, to=cast.bob, on=episode.referred_on + dt.timedelta(days=9 * number)
            )
    for form in MeasureCompletion.objects.order_by("pk")[:9]:
        form.total = Decimal(3)
        saved(form, by=cast.alice)
    spans = [MONTH.minus(back).twelve_months_to for back in (0, 3, 9)]
    for person in (cast.alice, cast.bob):
        scope = Scope(service=cast.service, practitioner=None if whole else person)
        for back, together in zip((0, 3, 9), load_ledgers(scope, spans), strict=True):
            counted = [
                named_integrity(
                    integrity(
                        ledger,
                        load_cohort(scope, MONTH.minus(back).twelve_months_to),
                        of=MONTH.minus(back),
                        by=scope.service.primary,
                    )
                )
                for ledger in (
                    together,
                    load_ledger(scope, MONTH.minus(back).twelve_months_to),
                )
            ]
            assert counted[0] == counted[1]
    assert load_ledgers(Scope(service=cast.service), []) == ()


def test_only_twelve_months_and_only_the_scopes_own(cast: Cast) -> None:
    scope = caseload(cast)
    for back in (0, 11, 12):
        frozen(scope, month=MONTH.minus(back))
    frozen(Scope(service=cast.service), month=MONTH)
    frozen(Scope(service=cast.service, practitioner=cast.bob), month=MONTH)
    assert [each.month for each in printed_before(scope, NEXT)] == [MONTH, MONTH.minus(11)]
    assert printed_before(scope, MONTH.minus(12)) == ()


@pytest.mark.parametrize("seed", range(3))
def test_several_cohorts_at_once_are_those_loaded_alone(cast: Cast, seed: int) -> None:
    """Hand-overs included, which decide whose an episode was on each last day."""
    store(cast.service, cast.alice, therapies(seed, ended=50, still_open=12))
    store(cast.service, cast.bob, therapies(seed + 100, ended=20, still_open=5))
    for number, episode in enumerate(Episode.objects.order_by("pk")):
        if number % 3 == 0:
            day = episode.referred_on + dt.timedelta(days=5 + number * 7 % 200)
            hand_over(
                episode=episode, to=(cast.leda, cast.alice, cast.bob)[number // 3 % 3], on=day
            )
    spans = [
        span
        for back in (0, 1, 5, 11, 23)
        for span in (MONTH.minus(back).twelve_months_to, MONTH.minus(back).period)
    ]
    for person in (None, cast.alice, cast.bob, cast.leda):
        scope = Scope(service=cast.service, practitioner=person)
        together = load_cohorts(scope, spans)
        for span, cohort in zip(spans, together, strict=True):
            assert outcome_figures(cohort) == outcome_figures(load_cohort(scope, span))
    assert load_cohorts(Scope(service=cast.service), []) == ()


def test_an_erased_client_is_said_to_be_the_reason(cast: Cast) -> None:
    """Nothing else is known: neither whose client it was nor of which days."""
    scope = caseload(cast)
    made(scope)
    client = Episode.objects.exclude(ended_on=None).order_by("pk")[0].client
    reason = ErasureReason.CLIENT_ASKED
    erase_client(client=client, reason=reason, by=cast.leda, now=timezone.now())
    assert {change.words for change in changes_since(scope, MADE_AT)} >= {
        ERASED_WORDS[scope.practitioner is None]
    }
    whole = Scope(service=scope.service)
    assert "client erased" in {change.words for change in changes_since(whole, MADE_AT)}
    assert any(
        ERASED_WORDS[scope.practitioner is None].partition(" ")[2] in each.why
        for each in since(scope).revisions
    )


def test_as_many_queries_for_twelve_months_as_for_one(cast: Cast) -> None:
    scope = caseload(cast)
    numbers = []
    for month in (MONTH, *(MONTH.minus(back) for back in range(1, 12))):
        report = frozen(scope, month=month)
        report.made_at = now()
        saved(report, by=None)
        if month not in {MONTH, MONTH.minus(11)}:
            continue
        for change in (score_gone, left_out):
            change(cast)
            with CaptureQueriesContext(connection) as queries:
                revised(scope, printed_before(scope, NEXT))
            numbers.append(len(queries))
    assert numbers[0] == numbers[-1] <= 18, numbers


def test_every_figure_has_a_title_of_its_own(cast: Cast) -> None:
    report = report_of(scope_with(cast.service, cast.alice, therapies(1, ended=60, still_open=9)))
    names = named_figures(year=report.figures, month=report.month_figures)
    names |= named_integrity(report.side_two.kept)
    titles = [figure_title(name) for name in names]
    assert len(set(titles)) == len(titles) > 100
    for title in titles:
        assert "_" not in title
        assert title[0].isupper()
    assert figure_title("year.new.things_counted") == "new, things counted, twelve months"


def test_one_report_is_held_against_today(cast: Cast) -> None:
    scope = caseload(cast)
    report = made(scope)
    score_gone(cast)
    (found,) = revised(scope, [printed_of(report)])
    assert found.month == MONTH
    assert found.revisions
    assert found.reasons == ("another client's",)


def test_a_draft_of_the_same_month_lists_nothing_of_itself(cast: Cast) -> None:
    scope = caseload(cast)
    made(scope)
    score_gone(cast)
    assert "Revised since printed" not in words_of(pdf_of(scope))
