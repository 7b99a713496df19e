"""What the report says in words and cells, page and paper alike."""

import datetime as dt

import pytest

from practice.cohorts import Scope
from practice.domain.endings import Ending, LeftOut
from practice.domain.sessions import Attendance
from practice.reports.monthly_text import MonthlyText
from tests.caseloads import CASE, LAST_DAY, WELL, Therapy, only, scope_with, therapies
from tests.cast import Cast, make_practitioner, make_service
from tests.reports.reading import text_of


def own_cells(text: MonthlyText) -> list[str]:
    """Everything that holds an own figure; published columns and the axis are not own."""
    return [
        text.facts,
        *(note.text for note in text.sentences),
        *(row.counts for row in text.strip),
        *(cell for line in text.endings for cell in line.cells),
        *(cell for line in text.journey for cell in line.cells[:4]),
        *(cell for line in text.outcomes for cell in line.cells),
        text.outcomes_note,
        *(note.text for note in text.counts),
    ]


@pytest.mark.parametrize("size", range(10))
def test_under_ten_there_is_no_percentage_and_no_interval(cast: Cast, size: int) -> None:
    made = [
        Therapy(first=CASE, last=WELL if index % 2 else CASE, wished_to_continue=index % 3 == 0)
        for index in range(size)
    ]
    text = text_of(scope_with(cast.service, cast.alice, made))
    for cell in own_cells(text):
        assert "%" not in cell
        assert "interval" not in cell
    assert all(row.rate is None and row.low is None and row.high is None for row in text.strip)
    verdicts = ("above", "below", "clear difference", "suggests")
    said = " ".join(note.text for note in text.sentences)
    assert not [word for word in verdicts if word in said]


def test_from_ten_on_there_are_both(cast: Cast) -> None:
    made = [Therapy(first=CASE, last=WELL) for _ in range(10)]
    text = text_of(scope_with(cast.service, cast.alice, made))
    assert text.strip[0].rate == 1.0
    assert text.strip[0].counts == "10 of 10 (100%; 72% to 100%)"
    assert text.journey[1].cells[:4] == ("10", "10 that ended", "100%", "72% to 100%")
    assert text.outcomes[0].cells == ("10 of 10 (100%; 72% to 100%)",) * 3


def test_left_out_stands_in_the_head_by_reason(cast: Cast) -> None:
    """Those that ended in the twelve months; none of them is in any figure."""
    made = [
        *(Therapy(left_out=reason) for reason in LeftOut),
        Therapy(left_out=LeftOut.UNDER_18),
        Therapy(left_out=LeftOut.TEST_RECORD, ended_on=dt.date(2024, 10, 31)),
        Therapy(left_out=LeftOut.TEST_RECORD, ended_on=None, ending=None),
        Therapy(),
    ]
    text = text_of(scope_with(cast.service, cast.alice, made))
    assert "Ended: 1. Left out of every figure: 6 (" in text.facts
    for words in (
        "2 under 18",
        "1 couple or family",
        "1 consent refused or withdrawn",
        "1 test record",
        "1 assessment-only contract",
    ):
        assert words in text.facts
    assert text.strip[0].counts == "1 of 1"


def test_nobody_left_out_is_said_too(cast: Cast) -> None:
    assert "Left out of every figure: 0." in text_of(Scope(service=cast.service)).facts


def lines(text: MonthlyText) -> dict[str, str]:
    return {line.title: line.cells[0] for line in text.endings}


def test_every_way_to_end_has_its_line(cast: Cast) -> None:
    made = [Therapy(ending=ending) for ending in Ending for _ in range(2)]
    made += [Therapy(ending=None) for _ in range(3)]
    found = lines(text_of(scope_with(cast.service, cast.alice, made)))
    for ending in Ending:
        if ending not in (Ending.DIED, Ending.REFERRED_ON):
            assert found[ending.words] == "2"
    assert found["Planned"] == "8"
    assert found["Unplanned"] == "10"
    assert found["Died (in neither rate)"] == "2"
    # "Referred on" after treatment is no ending of therapy: nobody knows yet how it ended.
    assert found["Not recorded"] == "5"


def test_the_dead_are_in_neither_rate(cast: Cast) -> None:
    made = [Therapy(), Therapy(ending=Ending.CRISIS), Therapy(ending=Ending.DIED)]
    text = text_of(scope_with(cast.service, cast.alice, made))
    assert [row.counts for row in text.strip] == ["1 of 2"] * 3


def test_wished_to_continue_stands_beside_the_planned_and_counts_as_planned(cast: Cast) -> None:
    made = [
        Therapy(wished_to_continue=True),
        Therapy(wished_to_continue=False),
        Therapy(wished_to_continue=None),
        Therapy(wished_to_continue=True, ending=Ending.CRISIS),
        Therapy(wished_to_continue=True, ending=None),
    ]
    found = lines(text_of(scope_with(cast.service, cast.alice, made)))
    assert found["of these at a limit, wished to continue"] == "1"
    assert found["Planned"] == "3"


def test_an_unrecorded_ending_lowers_the_estimated_rate_alone(cast: Cast) -> None:
    made = [Therapy(), Therapy(ending=Ending.LOSS_OF_CONTACT), Therapy(ending=None)]
    text = text_of(scope_with(cast.service, cast.alice, made))
    assert [row.counts for row in text.strip] == ["1 of 2", "1 of 3", "1 of 3"]


@pytest.mark.parametrize(("days", "is_silent"), [(60, False), (61, True), (200, True)])
def test_silent_from_the_61st_day(cast: Cast, *, days: int, is_silent: bool) -> None:
    seen = LAST_DAY - dt.timedelta(days=days)
    made = [Therapy(), Therapy(ended_on=None, ending=None, last_seen=seen)]
    text = text_of(scope_with(cast.service, cast.alice, made))
    assert [row.counts for row in text.strip] == ["1 of 1", "1 of 1", f"1 of {1 + is_silent}"]
    assert f"the {int(is_silent)} open without contact for 61 days or more" in text.strip_words
    assert f"1 open, {int(is_silent)} of them without contact" in text.counts[0].text


def test_a_missed_session_is_no_contact(cast: Cast) -> None:
    """Somebody who is marked as missing each week has still not been seen."""
    seen = LAST_DAY - dt.timedelta(days=61)
    gone = Therapy(
        ended_on=None,
        ending=None,
        sessions=1,
        last_seen=seen,
        missed=(Attendance.DNA,),
    )
    text = text_of(scope_with(cast.service, cast.alice, [gone]))
    assert text.strip[2].counts == "0 of 1"


def test_the_months_own_numbers_are_counts(cast: Cast) -> None:
    made = [
        Therapy(sessions=2, missed=(Attendance.DNA, Attendance.CANCELLED_BY_CLIENT)),
        Therapy(sessions=1, ending=None),
        Therapy(sessions=0, ending=None),
        Therapy(sessions=3, ending=Ending.CRISIS, ended_on=dt.date(2025, 9, 30)),
    ]
    note = text_of(scope_with(cast.service, cast.alice, made)).counts[0]
    assert note.heading == "October 2025"
    assert "3 episodes ended (1 planned, 0 unplanned, 1 not recorded, 1 before treatment)" in (
        note.text
    )
    assert "3 appointments attended; 1 not attended, 0 late and not seen" in note.text
    assert "1 cancelled by client, 0 cancelled by practitioner" in note.text


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("year", [None, "2019-20", "2021-22"])
def test_every_footnote_belongs_to_a_row_and_every_letter_to_a_footnote(
    cast: Cast, seed: int, year: str | None
) -> None:
    size = (0, 5, 15, 30, 60, 90)[seed]
    made = therapies(seed, ended=size, paired=(0.0, 0.7, 0.99)[seed % 3])
    text = text_of(scope_with(cast.service, cast.alice, made), year=year)
    marks = [line.cells[5] for line in text.journey]
    used = {mark[-1] for mark in marks if mark[-2:-1] == " "}
    assert used == {note[0] for note in text.footnotes}
    assert [note[0] for note in text.footnotes] == sorted(used)
    for mark in marks:
        is_alike = mark in ("same definition", "–")
        assert is_alike or mark[:-2] in ("near", "not comparable"), mark


def test_no_diamond_where_the_sentence_says_not_comparable(cast: Cast) -> None:
    """Under 90% of endings recorded: the chart may not compare what the sentence does not."""
    made = [Therapy(ending=None if index % 3 == 0 else Ending.CRISIS) for index in range(30)]
    text = text_of(scope_with(cast.service, cast.alice, made))
    assert "Not comparable: incomplete" in text.sentences[0].text
    assert text.strip[0].published is None
    assert "same definition" not in text.strip_words


def test_the_diamond_stands_beside_the_declared_rate_alone(cast: Cast) -> None:
    """The published rate leaves unrecorded endings out, as the declared rate does."""
    text = text_of(scope_with(cast.service, cast.alice, [Therapy() for _ in range(30)]))
    assert text.strip[0].published == pytest.approx(0.618, abs=0.001)
    assert [row.published for row in text.strip[1:]] == [None, None]
    assert "61.8%" in text.strip_words


def test_late_and_stale_scores_are_counted_beside_and_stay_in(cast: Cast) -> None:
    made = [Therapy(first=CASE, last=WELL)]
    text = text_of(scope_with(cast.service, cast.alice, made))
    assert "Two scores: 1 of 1. Late first score (after the second session): 0." in (
        text.outcomes_note
    )
    assert "Both stay in" in text.outcomes_note


def test_three_sentences_each_with_its_heading(cast: Cast) -> None:
    text = text_of(Scope(service=cast.service))
    assert [note.heading for note in text.sentences] == ["Endings", "Outcomes", "With care"]


def test_definitions_cautions_and_sources_are_those_of_the_measure(cast: Cast) -> None:
    notes = {note.heading: note.text for note in text_of(Scope(service=cast.service)).notes}
    assert "PHQ-9 6 points" in notes["Reliable change"]
    assert "better on at least one and worse on neither" in notes["Reliable change"]
    assert "NHS England" in notes["Sources"]
    assert "Open Government Licence" in notes["Sources"]
    assert "does not show that therapy caused it" in notes["Read with care"]


@pytest.mark.django_db
def test_core_10_has_its_own_definitions_and_no_nhs_measure() -> None:
    service = make_service(name="CORE", primary_outcome="core10")
    holder = make_practitioner(email="core@example.org", service=service)
    made = [Therapy(first=only(CASE, "core10"), last=only(WELL, "core10")) for _ in range(25)]
    text = text_of(scope_with(service, holder, made))
    notes = {note.heading: note.text for note in text.notes}
    assert "CORE-10 6 points or more (a 90% index)" in notes["Reliable change"]
    assert "PHQ-9" not in " ".join(notes.values())
    assert "25 of 25 courses of two or more sessions improved reliably on CORE-10" in (
        text.sentences[1].text
    )
    assert "Not compared" in text.sentences[1].text


def test_invented_data_are_called_so(cast: Cast) -> None:
    assert text_of(Scope(service=cast.service)).invented == ""
    cast.service.is_invented = True
    assert text_of(Scope(service=cast.service)).invented == "Invented data"


def test_whose_report_it_is(cast: Cast) -> None:
    assert text_of(Scope(service=cast.service)).whose == "Harbour"
    scope = Scope(service=cast.service, practitioner=cast.alice)
    assert text_of(scope).whose == "Alice, Harbour"


@pytest.mark.parametrize("size", [1, 2])
def test_one_is_not_several(cast: Cast, size: int) -> None:
    """1 ending, 2 endings."""
    made = [Therapy(first=CASE, last=WELL) for _ in range(size)]
    text = text_of(scope_with(cast.service, cast.alice, made))
    said = " ".join(
        (*(note.text for note in (*text.sentences, *text.counts)), text.endings_head[0])
    )
    wrong = (
        ["1 endings", "1 courses are", "1 episodes", "How 1 therapies"]
        if size == 1
        else ["2 ending ", "2 course ", "2 episode "]
    )
    assert not [words for words in wrong if words in said], said
