"""Every error of the format: file, row, column, value, and what would be right. Nothing is stored."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from practice.caseload_files import SheetName, Taking, UnsoundPlanError, Verdict, store
from practice.caseload_files.columns import item_columns
from practice.domain.measures import CORE10, GAD7, PHQ9
from tests.caseload_files.given import (
    NOW,
    Row,
    a_session,
    an_episode,
    columns_of,
    csv_caseload,
    only,
    planned,
    row_counts,
)

pytestmark = pytest.mark.django_db


def answers(measure: Any, *given: int | str) -> dict[str, Any]:
    return dict(zip(item_columns(measure), given, strict=False))


E, S = "episodes.csv", "sessions.csv"
LONG = "x" * 121
ENDED = {"ended_on": "2026-03-01"}

# name: episode cells, session cells, (file, column, value, part of the message)
CELLS: dict[str, tuple[Mapping[str, Any], Mapping[str, Any], tuple[str, str, str, str]]] = {
    # --- the client's reference
    "no client": ({"client": ""}, {"client": "K1", "kind": "1"}, (E, "client", "", "must not be empty")),
    "a name": ({"client": "Ann Lee"}, {}, (E, "client", "Ann Lee", "letters, digits and dashes")),
    "HTML in a reference": ({"client": "<b>K1</b>"}, {}, (E, "client", "<b>K1</b>", "letters, digits")),
    "reportlab markup in a reference": ({"client": '<img src="x"/>'}, {}, (E, "client", '<img src="x"/>', "letters")),
    "a formula in a reference": ({"client": "=1+1"}, {}, (E, "client", "=1+1", "letters, digits and dashes")),
    "a control character in a reference": ({"client": "K\x1b[2J"}, {}, (E, "client", "K\\x1b[2J", "letters, digits")),
    "a reference too long": ({"client": "K" * 41}, {}, (E, "client", "K" * 41, "at most 40")),
    "session: a reference with a dot": ({}, {"client": "K.1"}, (S, "client", "K.1", "letters, digits")),
    # --- the episode's number
    "episode 0": ({"episode": "0"}, {}, (E, "episode", "0", "a whole number from 1 to 32767")),
    "episode 1.5": ({"episode": "1.5"}, {}, (E, "episode", "1.5", "a whole number from 1")),
    "episode one": ({}, {"episode": "one"}, (S, "episode", "one", "a whole number from 1")),
    # --- dates
    "no referral": ({"referred_on": ""}, {}, (E, "referred_on", "", "must not be empty")),
    "no date": ({}, {"date": ""}, (S, "date", "", "must not be empty")),
    "a two-digit year": ({}, {"date": "12/01/26"}, (S, "date", "12/01/26", "four digits")),
    "month first": ({"referred_on": "03/13/2026"}, {}, (E, "referred_on", "03/13/2026", "write 13/03/2026 if day 13 of month 3 is meant")),
    "no such day": ({}, {"date": "2026-02-30"}, (S, "date", "2026-02-30", "there is no such day")),
    "no such day, day first": ({}, {"date": "31/02/2026"}, (S, "date", "31/02/2026", "there is no such day")),
    "points": ({}, {"date": "12.01.2026"}, (S, "date", "12.01.2026", "2026-03-09 or 09/03/2026 (day first)")),
    "a date with a time": ({}, {"date": "2026-01-12T09:00"}, (S, "date", "2026-01-12T09:00", "not a date")),
    "a date in words": ({}, {"date": "12 Jan 2026"}, (S, "date", "12 Jan 2026", "not a date")),
    "Arabic-Indic digits": ({}, {"date": "٢٠٢٦-٠١-١٢"}, (S, "date", "٢٠٢٦-٠١-١٢", "not a date")),
    "the year 206": ({"referred_on": "0206-01-05"}, {}, (E, "referred_on", "0206-01-05", "correct the year")),
    "a referral after today": ({"referred_on": "2026-11-23"}, {"date": "2026-11-22", "client": "K1"}, (E, "referred_on", "2026-11-23", "after today, 2026-11-22")),
    "an end after today": ({"ended_on": "2026-11-23"}, {}, (E, "ended_on", "2026-11-23", "after today")),
    "a session after today": ({}, {"date": "23/11/2026"}, (S, "date", "23/11/2026", "after today")),
    # --- words and codes
    "an unknown ending": (ENDED | {"ending": "finished"}, {}, (E, "ending", "finished", "write one of: planned_from_outset")),
    "an unknown end code": (ENDED | {"ending": "95"}, {}, (E, "ending", "95", "an NHS code: 46, 47, 48, 49, 96")),
    "an unknown gender": ({"gender": "F"}, {}, (E, "gender", "F", "female, male, non-binary, other, not stated")),
    "an unknown reason to leave out": ({"left_out": "moved"}, {}, (E, "left_out", "moved", "assessment_only_contract")),
    "wished: perhaps": (ENDED | {"ending": "planned", "wished_to_continue": "perhaps"}, {}, (E, "wished_to_continue", "perhaps", "yes, no")),
    "an unknown earlier therapy": ({"earlier_therapy": "twice"}, {}, (E, "earlier_therapy", "twice", "none, once, more")),
    "an unknown kind": ({}, {"kind": "chat"}, (S, "kind", "chat", "questionnaire; or an NHS code: 1, 2")),
    "an unknown kind code": ({}, {"kind": "8"}, (S, "kind", "8", "write one of: assessment")),
    "an unknown attendance": ({}, {"attendance": "came"}, (S, "attendance", "came", "write one of: attended")),
    "an unknown attendance code": ({}, {"attendance": "1"}, (S, "attendance", "1", "an NHS code: 5, 6, 7, 3, 2, 4")),
    "an unknown medium": ({}, {"medium": "pigeon"}, (S, "medium", "pigeon", "face_to_face")),
    "an unknown medium code": ({}, {"medium": "3"}, (S, "medium", "3", "an NHS code: 1, 2, 4")),
    "an unknown mode": ({}, {"mode": "paper", "phq9": "5"}, (S, "mode", "paper", "self, practitioner, transcribed")),
    "an unknown mode of one measure": ({}, {"phq9_mode": "x", "phq9": "5"}, (S, "phq9_mode", "x", "self, practitioner")),
    # --- numbers
    "a birth year of two digits": ({"birth_year": "65"}, {}, (E, "birth_year", "65", "four digits, from 1900 to 2026")),
    "born next year": ({"birth_year": "2027"}, {}, (E, "birth_year", "2027", "four digits, from 1900 to 2026")),
    "planned sessions: too many": ({"planned_sessions": "1000"}, {}, (E, "planned_sessions", "1000", "from 1 to 999")),
    "planned sessions: a range": ({"planned_sessions": "6-8"}, {}, (E, "planned_sessions", "6-8", "from 1 to 999")),
    "half a minute": ({}, {"minutes": "50.5"}, (S, "minutes", "50.5", "a whole number from 0 to 1440")),
    "minutes below nought": ({}, {"minutes": "-5"}, (S, "minutes", "-5", "from 0 to 1440")),
    "more than a day": ({}, {"minutes": "1441"}, (S, "minutes", "1441", "from 0 to 1440")),
    "a fee below nought": ({}, {"fee": "-55"}, (S, "fee", "-55", "from 0 to 99,999")),
    "a fee in euros": ({}, {"fee": "€55"}, (S, "fee", "€55", "an amount in pounds")),
    "a fee with a decimal comma": ({}, {"fee": "55,00"}, (S, "fee", "55,00", "55.00 or £1,250.00")),
    "a fee below the penny": ({}, {"fee": "55.005"}, (S, "fee", "55.005", "an amount in pounds")),
    "a fee too high": ({}, {"fee": "100000"}, (S, "fee", "100000", "from 0 to 99,999")),
    # --- text
    "a text too long": ({"problem": LONG}, {}, (E, "problem", "x" * 59 + "…", "has 121 signs: shorten it to 120")),
    "a control character in a text": ({"source": "G\x07P"}, {}, (E, "source", "G\\x07P", "control character")),
    "a line break in a text": ({"source": "GP\nhere"}, {}, (E, "source", "GP\\x0ahere", "line break")),
    "a control character in a note": ({"note": "a\x1bb"}, {}, (E, "note", "a\\x1bb", "control character")),
    "a note too long": ({"note": "x" * 100_001}, {}, (E, "note", "x" * 59 + "…", "shorten it to 100,000")),
    "session: a control character in a note": ({}, {"note": "a\x00b".replace("\0", "\x01")}, (S, "note", "a\\x01b", "control")),
    # --- practitioners
    "no address": ({"practitioner": "Dr Ann"}, {}, (E, "practitioner", "Dr Ann", "not an e-mail address")),
    "an address too long": ({"practitioner": "a@" + "b." * 130 + "uk"}, {}, (E, "practitioner", "a@" + "b." * 28 + "b…", "at most 254")),
    "hand-overs in other words": ({"held_before": "p0"}, {}, (E, "held_before", "p0", "p1@example.org until 2026-03-01")),
    "hand-overs that fall": ({"held_before": "a@b.uk until 2026-03-01; c@d.uk until 2026-02-01"}, {}, (E, "held_before", "a@b.uk until 2026-03-01; c@d.uk until 2026-02-01", "must rise")),
    "a hand-over before the referral": ({"held_before": "a@b.uk until 2026-01-05"}, {}, (E, "held_before", "a@b.uk until 2026-01-05", "comes after the referral, 2026-01-05")),
    # --- endings
    "an end before the referral": ({"ended_on": "2026-01-04"}, {"date": "2026-01-05", "kind": "1", "attendance": "dna"}, (E, "ended_on", "2026-01-04", "before the referral, 2026-01-05")),
    "an ending without its date": ({"ending": "crisis"}, {}, (E, "ending", "crisis", "needs the date")),
    "an ending by code without its date": ({"ending": "46"}, {}, (E, "ending", "46", "fill in ended_on")),
    "an end before the last treatment": ({"ended_on": "2026-01-11"}, {}, (E, "ended_on", "2026-01-11", "last attended treatment session, 2026-01-12")),
    "an end before the last treatment, late": ({"ended_on": "2026-01-11"}, {"attendance": "late", "kind": "3"}, (E, "ended_on", "2026-01-11", "last attended treatment session, 2026-01-12")),
    "referred on, with a treatment": (ENDED | {"ending": "referred_on"}, {}, (E, "ending", "referred_on", "an agreed ending")),
    # --- sessions and forms
    "a session before the referral": ({}, {"date": "2026-01-04"}, (S, "date", "2026-01-04", "before the referral, 2026-01-05")),
    "a questionnaire before the referral": ({}, {"date": "2026-01-04", "kind": "questionnaire", "phq9": "5"}, (S, "date", "2026-01-04", "before the referral")),
    "a score after the end": (ENDED, {"date": "2026-03-02", "kind": "review", "phq9": "5"}, (S, "phq9", "5", "after the end of the episode, 2026-03-01")),
    "a score from items after the end": (ENDED, {"date": "2026-03-02", "kind": "4", **answers(GAD7, 1, 1, 1, 1, 1, 1, 1)}, (S, "gad7", "", "only a follow_up or a questionnaire")),
    "a score with a missed session after the end": (ENDED, {"date": "2026-03-02", "attendance": "dna", "core10": "5"}, (S, "core10", "5", "after the end")),
    "a session without its episode": ({}, {"episode": "2"}, (S, "episode", "2", "client K1 has no episode 2")),
    "a session without its client": ({}, {"client": "K2"}, (S, "client", "K2", "no client of this reference")),
    "a questionnaire with attendance": ({}, {"kind": "questionnaire", "phq9": "5", "attendance": "5"}, (S, "attendance", "5", "a form without a meeting")),
    "a questionnaire with a medium": ({}, {"kind": "questionnaire", "phq9": "5", "medium": "video"}, (S, "medium", "video", "a form without a meeting")),
    "a questionnaire with minutes": ({}, {"kind": "questionnaire", "phq9": "5", "minutes": "50"}, (S, "minutes", "50", "a form without a meeting")),
    "a questionnaire with a fee": ({}, {"kind": "questionnaire", "phq9": "5", "fee": "0"}, (S, "fee", "0", "a form without a meeting")),
    "a questionnaire with a note": ({}, {"kind": "questionnaire", "phq9": "5", "note": "x"}, (S, "note", "x", "a form without a meeting")),
    "PHQ-9 of 28": ({}, {"phq9": "28"}, (S, "phq9", "28", "PHQ-9 takes a whole number from 0 to 27")),
    "GAD-7 of 22": ({}, {"gad7": "22"}, (S, "gad7", "22", "GAD-7 takes a whole number from 0 to 21")),
    "CORE-10 of 41": ({}, {"core10": "41"}, (S, "core10", "41", "CORE-10 takes a whole number from 0 to 40")),
    "a total below nought": ({}, {"phq9": "-1"}, (S, "phq9", "-1", "from 0 to 27")),
    "half a point": ({}, {"gad7": "7.5"}, (S, "gad7", "7.5", "a whole number from 0 to 21")),
    "a decimal that no nine items make": ({}, {"core10": "11.2"}, (S, "core10", "11.2", "such as 11.1 or 11.11")),
    "a decimal comma": ({}, {"core10": "11,11"}, (S, "core10", "11,11", "decimals after a point")),
    "not a number": ({}, {"phq9": "NaN"}, (S, "phq9", "NaN", "not a number")),
    "a band": ({}, {"phq9": "mild"}, (S, "phq9", "mild", "not a number")),
    "an answer of 4 on PHQ-9": ({}, {"phq9_1": "4"}, (S, "phq9_1", "4", "takes 0 to 3 as ticked")),
    "an answer of 5 on CORE-10": ({}, {"core10_2": "5"}, (S, "core10_2", "5", "takes 0 to 4 as ticked")),
    "an answer in words": ({}, {"gad7_7": "often"}, (S, "gad7_7", "often", "takes 0 to 3 as ticked")),
    "items and total disagree": ({}, {"gad7": "8", **answers(GAD7, 1, 1, 1, 1, 1, 1, 1)}, (S, "gad7", "8", "the items make a total of 7")),
    "CORE-10 items not turned round": ({}, {"core10": "10", **answers(CORE10, *[1] * 10)}, (S, "core10", "10", "the items make a total of 14")),
    "nine items and a rounded total": ({}, {"core10": "11", **answers(CORE10, "", 0, 1, 2, 1, 0, 0, 0, 0, 0)}, (S, "core10", "11", "the items make a total of 11.11")),
    "incomplete items and a total": ({}, {"phq9": "9", **answers(PHQ9, 1, 2, 3)}, (S, "phq9", "9", "3 of 9 items stand beside a total")),
    "one item that is not the risk item": ({}, {"phq9": "9", "phq9_8": "1"}, (S, "phq9", "9", "only item 9 (the risk item)")),
    "the risk item and another": ({}, {"core10": "9", "core10_6": "1", "core10_1": "1"}, (S, "core10", "9", "2 of 10 items")),
    "GAD-7 has no risk item": ({}, {"gad7": "9", "gad7_7": "1"}, (S, "gad7", "9", "give all items, or one of the two alone")),
}  # fmt: skip


@pytest.mark.parametrize(("episode", "session", "expected"), CELLS.values(), ids=CELLS)
def test_a_wrong_cell_is_named_with_what_would_be_right(
    episode: Mapping[str, Any], session: Mapping[str, Any], expected: tuple[str, str, str, str]
) -> None:
    before = row_counts()
    # A good row stands before the wrong one, so that the row's number is told apart.
    episodes = [an_episode(client="K0"), an_episode(**episode)]
    sessions = [a_session(client="K0"), a_session(**session)]
    if {"client", "episode"} & set(episode):
        sessions = sessions[:1]
    plan = planned(episodes, sessions)
    file, column, value, message = expected
    problem = only(plan.problems)
    assert (problem.file, problem.row, problem.column, problem.value) == (file, 3, column, value)
    assert message in problem.message
    with pytest.raises(UnsoundPlanError):
        store(plan, by=None, now=NOW)
    assert row_counts() == before


# name: rows of both sheets, [(file, row, column, value, part of the message)]
ROWS: dict[str, tuple[Sequence[Row], Sequence[Row], list[tuple[str, int, str, str, str]]]] = {
    "two rows for one episode": (
        [an_episode(), an_episode(client="K2"), an_episode(episode="")],
        [],
        [(E, 2, "episode", "1", "the same as row 4"), (E, 4, "episode", "", "the same as row 2")],
    ),
    "two rows of one kind and day": (
        [an_episode()],
        [a_session(), a_session(kind="2", date="12/01/2026"), a_session(kind="1")],
        [(S, 2, "kind", "", "the same as row 3"), (S, 3, "kind", "2", "the same as row 2")],
    ),
    "two questionnaires of one day": (
        [an_episode()],
        [a_session(kind="questionnaire", phq9="5"), a_session(kind="questionnaire", gad7="5")],
        [
            (S, 2, "kind", "questionnaire", "the same as row 3"),
            (S, 3, "kind", "questionnaire", "the same as row 2"),
        ],
    ),
    "two years of birth": (
        [
            an_episode(birth_year="1965", ended_on="2026-02-01"),
            an_episode(episode="2", referred_on="2026-03-01", birth_year="1966"),
        ],
        [],
        [
            (E, 2, "birth_year", "1965", "row 3 gives the same client another year of birth, 1966"),
            (E, 3, "birth_year", "1966", "row 2 gives the same client another year of birth, 1965"),
        ],
    ),
    "two genders": (
        [
            an_episode(gender="female", ended_on="2026-02-01"),
            an_episode(episode="2", referred_on="2026-03-01", gender="male"),
        ],
        [],
        [
            (E, 2, "gender", "female", "another gender, male"),
            (E, 3, "gender", "male", "another gender, female"),
        ],
    ),
    "nobody named in a practice of several": (
        [an_episode(), an_episode(client="K2", practitioner="p2@example.org"),
         an_episode(client="K3", practitioner="")],
        [],
        [(E, 4, "practitioner", "", "several practitioners: give the e-mail of one (p1@example.org, p2@example.org)")],
    ),
    "several things wrong in one row": (
        [an_episode()],
        [a_session(date="2026-01-04", fee="x", phq9="99", gad7_1="7")],
        [
            (S, 2, "fee", "x", "an amount in pounds"),
            (S, 2, "phq9", "99", "from 0 to 27"),
            (S, 2, "gad7_1", "7", "takes 0 to 3"),
            (S, 2, "date", "2026-01-04", "before the referral"),
        ],
    ),
    "a wrong episode does not make its sessions homeless": (
        [an_episode(referred_on="yesterday")],
        [a_session()],
        [(E, 2, "referred_on", "yesterday", "not a date")],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("episodes", "sessions", "expected"), ROWS.values(), ids=ROWS)
def test_rows_that_do_not_go_together(
    episodes: Sequence[Row],
    sessions: Sequence[Row],
    expected: list[tuple[str, int, str, str, str]],
) -> None:
    plan = planned(episodes, sessions)
    found = [(one.file, one.row, one.column, one.value) for one in plan.problems]
    assert found == [one[:4] for one in expected]
    for problem, (*_, message) in zip(plan.problems, expected, strict=True):
        assert message in problem.message
    assert planned(episodes, sessions, taking=Taking.GOOD_ROWS).problems == ()


def test_cells_beyond_the_headings_are_refused_and_empty_ones_are_not() -> None:
    caseload = csv_caseload([an_episode()])
    assert caseload.episodes.rows[0].faults == {}
    plan = planned([{**an_episode(), "": "left"}])
    assert only(plan.problems).message.startswith("cell 5, “left”, stands under no heading")
    assert columns_of([{**an_episode(), "": ""}], ()) == [*an_episode(), ""]
    assert planned([{**an_episode(), "": ""}]).problems == ()


def test_ten_practitioners_are_listed_and_no_more() -> None:
    rows = [an_episode(client=f"K{n}", practitioner=f"p{n:02}@example.org") for n in range(12)]
    problem = only(planned([*rows, an_episode(client="K99", practitioner="")]).problems)
    assert "p09@example.org, …)" in problem.message
    assert "p10@" not in problem.message


def test_wrong_rows_are_counted_as_wrong() -> None:
    plan = planned([an_episode()], [a_session(), a_session(date="x")])
    assert plan.counts[SheetName.SESSIONS] == {Verdict.NEW: 1, Verdict.WRONG: 1}
    assert plan.counts[SheetName.EPISODES] == {Verdict.NEW: 1}
