"""What the report and the supervision sheet say of changes after entry: words, zeros, and no frames."""

import datetime as dt
from decimal import Decimal
from io import BytesIO

import pytest
from pypdf import PdfReader

from practice.actions.writing import change
from practice.caseload_files.storing import WHY
from practice.cases.integrity import load_ledger
from practice.cohorts import Scope, load_cohort
from practice.domain.endings import Ending, LeftOut
from practice.domain.measures import PrimaryOutcome
from practice.domain.periods import Month
from practice.domain.sessions import Kind
from practice.models import Episode, MeasureCompletion, Session
from practice.reports.blocks import Block
from practice.reports.side_two.integrity import integrity, integrity_blocks
from practice.reports.side_two.left_open import measured_block
from practice.reports.supervision_integrity import ON_PAPER, ScoreChanges
from practice.reports.supervision_names import Naming
from practice.reports.supervision_pdf import supervision_pdf
from practice.reports.supervision_text import SheetText
from tests.cast import (
    Cast,
    day,
    hand_over,
    make_client,
    make_completion,
    make_episode,
    make_meeting,
    make_session,
    saved,
)
from tests.reports.supervising import ON, make_course, scope_of, sheet_of, text_of

pytestmark = pytest.mark.django_db

MAY = Month(year=2026, number=5)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> dict[str, dt.datetime]:
    """What time it is; it begins with the day after the referrals."""
    told = {"now": at(1)}
    monkeypatch.setattr("django.utils.timezone.now", lambda: told["now"])
    return told


def at(number: int, hours: int = 12) -> dt.datetime:
    """So many hours into a day counted from the usual day of referral."""
    start = dt.datetime.combine(day(number), dt.time(), tzinfo=dt.UTC)
    return start + dt.timedelta(hours=hours)


def blocks_of(cast: Cast, *, month: Month = MAY) -> dict[str, Block]:
    """By key: the blocks of alice's report."""
    scope, period = scope_of(cast), month.twelve_months_to
    figures = integrity(
        load_ledger(scope, period),
        load_cohort(scope, period),
        of=month,
        by=PrimaryOutcome.PHQ9,
    )
    blocks = (*integrity_blocks(figures), measured_block(figures.left))
    return {block.key: block for block in blocks if block is not None}


def cells_of(block: Block) -> dict[str, tuple[str, ...]]:
    return {line.title: line.cells for grid in block.grids for line in grid.lines}


def printed_of(text: SheetText) -> str:
    """The words of the paper, with single spaces."""
    pages = PdfReader(BytesIO(supervision_pdf(text))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def forms_of(episode: Episode) -> list[MeasureCompletion]:
    return list(MeasureCompletion.objects.filter(session__episode=episode).order_by("pk"))


def test_without_data_there_is_no_block(cast: Cast) -> None:
    assert blocks_of(cast) == {}


def test_nothing_changed_is_said_plainly(cast: Cast, clock: dict[str, dt.datetime]) -> None:
    clock["now"] = at(121)
    make_course(cast, "C-1", [12, 9], start=117, ended_on=day(130), ending=Ending.AGREED_AT_END)
    blocks = blocks_of(cast)
    assert cells_of(blocks["integrity"]) == {
        "Scores changed after entry": ("none of 2", "none of 2"),
        "Scores entered more than 7 days late": ("none of 2", "none of 2"),
        "Session kind changed after a score was known": ("none of 2", "none of 2"),
        "Session day changed after a score was known": ("none of 2", "none of 2"),
        "Sessions removed after entry": ("none of 2", "none of 2"),
        "Sessions entered more than 7 days late": ("none of 2", "none of 2"),
        "Endings given another day": ("none of 1", "none of 1"),
        "Endings given another reason": ("none of 1", "none of 1"),
        "Episodes reopened": ("none of 1", "none of 1"),
    }
    assert cells_of(blocks["left-open"]) == {"Left out of every figure": ("none of 1",)}
    assert cells_of(blocks["measured-to-the-end"]) == {
        "PHQ-9": ("none of 1", "none of 1"),
        "Filled in another way": ("none of 1",),
    }
    assert "times" not in blocks["integrity"].notes[0].text


def test_changes_by_when_and_in_which_direction(cast: Cast, clock: dict[str, dt.datetime]) -> None:
    clock["now"] = at(100)
    episode = make_course(cast, "C-1", [15, 14, 13, 12, 11], start=72)
    forms = forms_of(episode)
    clock["now"] = at(101)
    change(forms[0], {"total": Decimal(14)}, by=cast.alice, why="")
    change(forms[1], {"total": Decimal(15)}, by=cast.alice, why="")
    clock["now"] = at(101, hours=13)
    change(forms[0], {"total": Decimal(13)}, by=cast.alice, why="")
    change(forms[2], {"total": Decimal(9)}, by=cast.alice, why="added up again")
    session = forms[3].session
    assert session is not None
    change(session, {"kind": Kind.FOLLOW_UP.value}, by=cast.alice, why="it was one")
    cells = cells_of(blocks_of(cast)["integrity"])
    # A score with one later change is later, whatever came before; of May there is nothing.
    assert cells["Scores changed after entry"] == ("nothing entered", "3 of 5")
    assert cells["within 24 hours"] == ("none", "1 higher")
    assert cells["later"] == ("none", "2 lower")
    assert cells["to a follow-up, or from one"] == ("none", "1 to, 0 from")
    assert cells["Scores entered more than 7 days late"] == ("nothing entered", "3 of 5")
    note = blocks_of(cast)["integrity"].notes[0].text
    assert "The 3 scores were changed 4 times." in note
    for blame in ("manipul", "suspicious", "wrong", "fraud", "cheat"):
        assert blame not in note.lower()


def test_an_import_stands_apart_and_is_not_late(cast: Cast) -> None:
    episode = make_episode(client=make_client(service=cast.service), holder=cast.alice)
    session = saved(Session(episode=episode, held_on=day(120)), by=cast.alice, why=WHY)
    form = MeasureCompletion(session=session, measure="phq9", total=Decimal(9))
    saved(form, by=cast.alice, why=WHY)
    cells = cells_of(blocks_of(cast)["integrity"])
    assert cells["Sessions imported (never called late)"] == ("1 of 1", "1 of 1")
    assert cells["Scores changed after entry"] == ("none of 1", "none of 1")
    assert not {title for title in cells if "days late" in title}


def test_endings_changed_and_taken_back(cast: Cast, clock: dict[str, dt.datetime]) -> None:
    clock["now"] = at(130)
    one, two = (
        make_course(cast, name, [12], start=120, ended_on=day(125), ending=Ending.CRISIS)
        for name in ("C-1", "C-2")
    )
    clock["now"] = at(132)
    change(one, {"ended_on": day(126), "ending": Ending.AGREED_AT_END}, by=cast.alice, why="")
    change(two, {"ended_on": None, "ending": ""}, by=cast.alice, why="came back")
    cells = cells_of(blocks_of(cast)["integrity"])
    assert cells["Endings given another day"] == ("1 of 2", "1 of 2")
    assert cells["Endings given another reason"] == ("1 of 2", "1 of 2")
    assert cells["to a planned ending, or from one"] == ("1 to, 0 from", "1 to, 0 from")
    assert cells["either, more than 24 hours after entry"] == ("1", "1")
    assert cells["Episodes reopened"] == ("1 of 2", "1 of 2")


def test_left_open_by_band_on_a_pause_and_left_out(cast: Cast) -> None:
    last = (MAY.period.end - day(0)).days
    for name, silent in (("A", 60), ("B", 61), ("C", 91), ("D", 121)):
        make_course(cast, name, [12], start=last - silent)
    paused = make_course(cast, "E", [12], start=last - 70)
    paused.paused_until, paused.pause_reason = MAY.period.end, "travelling"
    saved(paused, by=cast.alice)
    for name, totals, ended in (("F", [12, 9], 100), ("G", [12], 100), ("H", [12], None)):
        make_course(
            cast,
            name,
            totals,
            start=50,
            ended_on=None if ended is None else day(ended),
            left_out=LeftOut.TEST_RECORD,
            left_out_at=at(last),
        )
    assert cells_of(blocks_of(cast)["left-open"]) == {
        "Silent for 61 days or more": ("4 of 5",),
        "61 to 90 days": ("2",),
        "91 to 120 days": ("1",),
        "over 120 days": ("1",),
        "on an agreed pause": ("1",),
        "Left out of every figure": ("2 of 2",),
        "test record": ("2",),
        "after a second score was known": ("1 of 2",),
        "Left out, still open": ("1",),
    }


def test_no_count_is_without_its_n(cast: Cast) -> None:
    make_course(cast, "C-1", [12, 9], start=50, ended_on=day(130), ending=Ending.AGREED_AT_END)
    for block in blocks_of(cast).values():
        for grid in block.grids:
            for line in grid.lines:
                assert line.depth or all(
                    " of " in cell or cell == "nothing entered" for cell in line.cells
                )


# --- The supervision sheet


def edited(cast: Cast, clock: dict[str, dt.datetime]) -> Episode:
    """Entered before the last supervision, and put right after it."""
    clock["now"] = at(109)
    episode = make_course(cast, "C-1", [15, 14, 13], start=90)
    make_meeting(service=cast.service, practitioner=cast.alice, held_on=day(110))
    forms = forms_of(episode)
    clock["now"] = at(111)
    change(forms[0], {"total": Decimal(12)}, by=cast.alice, why="C-1 had turned two pages.")
    clock["now"] = at(112)
    change(forms[1], {"total": None, "answers": "1--------"}, by=cast.alice, why=WHY)
    session = forms[2].session
    assert session is not None
    clock["now"] = at(113)
    change(session, {"kind": Kind.FOLLOW_UP.value}, by=cast.alice, why="it was one")
    clock["now"] = at(114)
    change(session, {"held_on": day(105)}, by=cast.alice, why="wrong week")
    clock["now"] = at(115)
    change(
        episode,
        {"ended_on": day(114), "ending": Ending.CRISIS.value},
        by=cast.alice,
        why="ended",
    )
    clock["now"] = at(116)
    change(
        episode,
        {"ended_on": day(115), "ending": ""},
        by=cast.alice,
        why="the letter came later",
    )
    clock["now"] = at(117)
    change(episode, {"ended_on": None}, by=cast.alice, why="came back")
    clock["now"] = at(118)
    change(
        episode,
        {
            "left_out": LeftOut.TEST_RECORD.value,
            "left_out_at": clock["now"],
            "left_out_by": cast.alice,
        },
        by=cast.alice,
        why="left out: test record",
    )
    clock["now"] = at(119)
    forms[2]._change_reason = "entered twice"  # type: ignore[attr-defined]
    forms[2].delete()
    session._change_reason = "entered twice"  # type: ignore[attr-defined]
    session.delete()
    clock["now"] = at(140)
    return episode


def test_one_line_a_fact_with_what_when_from_to_and_why(
    cast: Cast, clock: dict[str, dt.datetime]
) -> None:
    edited(cast, clock)
    make_session(episode=Episode.objects.get(), held_on=day(130), by=cast.alice, kind=Kind.REVIEW)
    text = text_of(cast)
    assert text.changes.title == ("Changed or entered late since 25 April 2026, the latest first")
    assert {note.heading for note in text.changes.lines} == {"C-1"}
    assert [note.text for note in text.changes.lines] == [
        "Session of 15 May 2026: entered 10 days after it; on 25 May 2026.",
        "Session of 20 April 2026: removed; on 4 May 2026. Why: entered twice.",
        "PHQ-9 of 20 April 2026: score 13 removed; on 4 May 2026. Why: entered twice.",
        "In the figures: from counted to left out (test record); on 3 May 2026.",
        "Ending: 30 April 2026 (not recorded): reopened; on 2 May 2026. Why: came back.",
        "Ending: from 29 April 2026 (due to a crisis) to 30 April 2026 (not recorded); on "
        "1 May 2026. Why: the letter came later.",
        "Session of 20 April 2026: day from 19 April 2026 to 20 April 2026, after a score was "
        "known; on 29 April 2026. Why: wrong week.",
        "Session of 20 April 2026: kind from treatment to follow-up, after a score was known; on "
        "28 April 2026. Why: it was one.",
        "PHQ-9 of 12 April 2026: score from 14 to no total; on 27 April 2026. Why: an import.",
        "PHQ-9 of 5 April 2026: score from 15 to 12; on 26 April 2026. Why: C-1 had turned two "
        "pages.",
    ]
    assert sheet_of(cast).changes == ScoreChanges(changed=2, removed=1, of=3)


def test_letters_stand_in_the_lines_as_well(cast: Cast, clock: dict[str, dt.datetime]) -> None:
    edited(cast, clock)
    text = text_of(cast, naming=Naming.LETTERS)
    assert {note.heading for note in text.changes.lines} == {"A"}
    assert text.changes.lines[-1].text.endswith("Why: A had turned two pages.")


def test_whom_the_reader_no_longer_sees_is_not_in_the_lines(
    cast: Cast, clock: dict[str, dt.datetime]
) -> None:
    episode = edited(cast, clock)
    hand_over(episode=episode, to=cast.bob, on=day(141))
    assert text_of(cast, today=day(142), seen_by=cast.alice).changes.lines == ()
    assert text_of(cast, today=day(142), seen_by=cast.leda).changes.lines != ()


def test_nothing_changed_is_no_list(cast: Cast, clock: dict[str, dt.datetime]) -> None:
    clock["now"] = at(139)
    make_course(cast, "C-1", [12], start=138)
    assert text_of(cast).changes.lines == ()
    assert "Changed or entered late" not in printed_of(text_of(cast))


def test_answers_changed_with_the_same_total(cast: Cast, clock: dict[str, dt.datetime]) -> None:
    clock["now"] = at(139)
    episode = make_course(cast, "C-1", [], start=138)
    session = make_session(episode=episode, held_on=day(138))
    form = make_completion(of=session, total=2, answers="110000000")
    change(form, {"answers": "100000001"}, by=cast.alice, why="")
    (line,) = text_of(cast).changes.lines
    assert line.text == (
        "PHQ-9 of 23 May 2026: answers changed, score 2 as before; on 24 May 2026."
    )


@pytest.mark.parametrize("more", [0, 1, 30])
def test_paper_says_how_many_more_there_are(
    cast: Cast, clock: dict[str, dt.datetime], more: int
) -> None:
    clock["now"] = at(139)
    episode = make_course(cast, "C-1", [], start=130)
    for number in range(ON_PAPER + more):
        # Lone forms, each entered more than a week late.
        make_completion(of=episode, on=day(100 - number), by=cast.alice)
    changes = text_of(cast).changes
    assert len(changes.lines) == ON_PAPER + more
    printed = printed_of(text_of(cast))
    assert printed.count("days after it") == ON_PAPER
    assert (f"{more} more, on the page of this sheet." in printed) == bool(more)


def test_a_whole_service_and_its_parts(cast: Cast, clock: dict[str, dt.datetime]) -> None:
    clock["now"] = at(139)
    make_course(cast, "C-1", [12], start=138)
    make_course(cast, "C-2", [12], start=138, holder=cast.bob)
    period = MAY.twelve_months_to
    scores = [
        len(load_ledger(Scope(service=cast.service, practitioner=person), period).scores)
        for person in (None, cast.alice, cast.bob)
    ]
    assert scores == [2, 1, 1]
    assert day(140) == ON
