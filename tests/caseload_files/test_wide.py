"""One row per client: told apart from the two sheets, turned into them, and refused in its words."""

import datetime as dt
from typing import Any

import pytest

from practice.caseload_files import (
    Layout,
    Taking,
    UnreadableFileError,
    Unrecognised,
    Verdict,
    plan_import,
    read_caseload,
)
from practice.caseload_files.uploads import neutral
from practice.caseload_files.wide_columns import WideColumn, is_wide, wide_columns
from practice.models import MeasureCompletion, Session
from tests.caseload_files.given import (
    TODAY,
    an_episode,
    chosen,
    csv_source,
    imported,
    only,
    stored,
    told,
    workbook_source,
)
from tests.caseload_files.wide import (
    HEADINGS,
    ROW,
    sessions_of,
    wide_caseload,
    wide_plan,
    wide_source,
)
from tests.cast import make_service


def meant(*headings: str) -> list[tuple[str, str] | None]:
    found = wide_columns(headings, meanings={})
    return [(one.column, one.point) if one else None for one in found]


@pytest.mark.parametrize(
    ("heading", "column", "point"),
    [
        ("PHQ1", "phq9", "1"),
        ("PHQ 1", "phq9", "1"),
        ("PHQ-9 1", "phq9", "1"),
        ("PHQ9_T1", "phq9", "1"),
        ("PHQ-9 (session 12)", "phq9", "12"),
        ("T3_PHQ9", "phq9", "3"),
        ("Session 3 PHQ-9 total score", "phq9", "3"),
        ("phq9_9", "phq9", "9"),
        ("PHQ 01", "phq9", "1"),
        ("GAD7 7", "gad7", "7"),
        ("GAD2", "gad7", "2"),
        ("CORE10 10", "core10", "10"),
        ("CORE-10_3", "core10", "3"),
        ("CORE4", "core10", "4"),
        ("PHQ pre", "phq9", "pre"),
        ("Post PHQ-9", "phq9", "post"),
        ("GAD-7 follow-up", "gad7", "follow-up"),
        ("First CORE-10", "core10", "pre"),
        ("PHQ1 date", "phq9_date", "1"),
        ("Date of PHQ-9 2", "phq9_date", "2"),
        ("Date1", "date", "1"),
        ("Session 2 date", "date", "2"),
        ("Date of session 2", "date", "2"),
        ("Attendance 2", "attendance", "2"),
        ("Session 2 attendance", "attendance", "2"),
        ("Fee3", "fee", "3"),
        ("Note 4", "note", "4"),
        ("Client ID", "client", ""),
        ("Ref.", "client", ""),
        ("Date of referral", "referred_on", ""),
        ("End date", "ended_on", ""),
        ("Problem 2", "problem_2", ""),
    ],
)
def test_headings_as_practices_write_them(heading: str, column: str, point: str) -> None:
    assert meant(heading) == [(column, point)]


@pytest.mark.parametrize(
    "heading",
    ["PHQ", "PHQ-9", "GAD-7", "CORE 10", "PHQ1 2", "Mood 1", "Session 1", "Date", "Date first",
     "First session date", "CORE-OM 1", "PHQ0", "", "PHQ9 item 3", "Ålder 1", "Date 1 2", "PHQ9999", "Notes", "Comments 1"],
)  # fmt: skip
def test_headings_that_are_asked_about(heading: str) -> None:
    assert meant(heading) == [None]


def test_phq9_is_the_ninth_beside_the_eighth() -> None:
    assert meant("PHQ8", "PHQ9", "PHQ10") == [("phq9", "8"), ("phq9", "9"), ("phq9", "10")]
    assert meant("PHQ1", "PHQ2", "PHQ9") == [("phq9", "1"), ("phq9", "2"), None]
    assert meant("GAD6", "GAD7") == [("gad7", "6"), ("gad7", "7")]


def test_two_words_for_one_column_are_asked_about() -> None:
    assert meant("Ref", "Client ID") == [None, None]
    assert meant("client", "Ref") == [("client", ""), None]


def test_a_date_in_words_needs_a_score_there() -> None:
    assert meant("PHQ pre", "Date pre") == [("phq9", "pre"), ("date", "pre")]


def test_what_is_said_of_a_heading_comes_first() -> None:
    headings = (
        "Depression 1",
        "Depression 2",
        "Ref",
        "Start",
        "Remark 3",
        "Remark",
        "Odd",
        "Bad 1",
    )
    meanings = {
        "depression #": "phq9",
        "ref": "",
        "start": "date pre",
        "remark #": "note",
        "remark": "note",
        "odd": "phq9",
        "bad 1": "nothing",
    }
    assert wide_columns(headings, meanings=meanings) == [
        WideColumn(column="phq9", point="1"),
        WideColumn(column="phq9", point="2"),
        None,
        WideColumn(column="date", point="pre"),
        WideColumn(column="note", point="3"),
        WideColumn(column="note"),
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("headings", "wide"),
    [
        (HEADINGS, True),
        (("client", "date", "phq9", *(f"phq9_{item}" for item in range(1, 10))), False),
        (("client", "Session date", "PHQ1"), False),
        (("client", "referred_on", "Date1"), False),
        (("client", "referred_on"), False),
        (("client", *(f"phq9_{n}" for n in range(1, 10)), *(f"date_{n}" for n in range(1, 10))), True),
        ((), False),
    ],
)  # fmt: skip
def test_told_apart_from_the_two_sheets(headings: tuple[str, ...], wide: bool) -> None:
    assert is_wide(headings, meanings={}) is wide


def test_each_date_with_its_scores_is_a_session() -> None:
    caseload = wide_caseload()
    assert caseload.layout is Layout.ROW_PER_CLIENT
    assert [dict(row.cells) for row in caseload.episodes.rows] == [
        {"client": "K1", "referred_on": "05/01/2026", "ended_on": "", "ending": ""}
    ]
    assert sessions_of(caseload) == [
        {"client": "K1", "date": "12/01/2026", "phq9": "15", "gad7": "12"},
        {"client": "K1", "date": "19/01/2026", "phq9": "11", "gad7": "9"},
    ]


@pytest.mark.django_db
def test_stored_as_the_two_sheets_would_be_and_the_same_again() -> None:
    service = stored(wide_plan())
    assert Session.objects.count() == 2
    assert MeasureCompletion.objects.count() == 4
    again = wide_plan(service=service)
    assert again.problems == ()
    verdicts = [row.verdict for row in again.episodes] + [row.verdict for row in again.sessions]
    assert verdicts == [Verdict.SAME] * 3


@pytest.mark.django_db
def test_equal_to_the_two_sheets() -> None:
    wide = told(stored(wide_plan()))
    two = told(
        imported(
            [{"client": "K1", "referred_on": "2026-01-05", "practitioner": "practitioner@practice.invalid"}],
            [
                {"client": "K1", "date": "2026-01-12", "phq9": "15", "gad7": "12"},
                {"client": "K1", "date": "2026-01-19", "phq9": "11", "gad7": "9"},
            ],
            service=make_service(name="Another"),
        )
    )  # fmt: skip
    assert wide == two


def test_an_empty_date_without_scores_is_no_session() -> None:
    row = [*ROW[:7], "", "", ""]
    assert len(sessions_of(wide_caseload([row]))) == 1


def test_a_date_alone_is_a_session_without_a_form() -> None:
    row = [*ROW[:8], "", ""]
    assert sessions_of(wide_caseload([row]))[1]["phq9"] == ""


@pytest.mark.django_db
def test_a_score_without_its_date_is_said_with_row_and_heading() -> None:
    problem = only(wide_plan([ROW, ["K2", *ROW[1:7], "", "7", ""]]).problems)
    assert (problem.file, problem.row, problem.column) == ("clients.csv", 3, "Date2")
    assert problem.message == (
        "a score without its date: “PHQ2” holds “7”; fill in the date, or empty it"
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("place", "cell", "column", "message"),
    [
        (5, "28", "PHQ1", "whole number from 0 to 27"),
        (5, "n/a", "PHQ1", "not a number"),
        (4, "2026-13-01", "Date1", "there is no such day"),
        (4, "12/01/26", "Date1", "four digits"),
        (4, "2027-01-01", "Date1", "after today"),
        (4, "04/01/2026", "Date1", "before the referral"),
        (0, "Ann Smith", "Client", "letters, digits and dashes"),
        (0, "", "Client", "must not be empty"),
        (1, "", "Referred", "must not be empty"),
        (2, "04/01/2026", "Ended", "comes before the referral"),
        (3, "planned", "Ending", "needs the date on which the episode ended"),
    ],
)
def test_every_rule_holds_and_names_the_files_own_row_and_heading(
    place: int, cell: str, column: str, message: str
) -> None:
    row = list(ROW)
    row[place] = cell
    problem = wide_plan([["K9", *ROW[1:]], row]).problems[0]
    assert (problem.row, problem.column, problem.value) == (3, column, cell)
    assert message in problem.message


@pytest.mark.django_db
def test_one_day_twice_is_told_by_its_headings() -> None:
    row = [*ROW[:7], ROW[4], "3", "4"]
    problems = wide_plan([row]).problems
    assert [problem.message.partition(":")[0] for problem in problems] == [
        "the same as row 2 (Date2)",
        "the same as row 2 (Date1)",
    ]


@pytest.mark.django_db
def test_a_wrong_cell_takes_its_row_along_and_no_other() -> None:
    bad = ["K2", *ROW[1:5], "99", *ROW[6:]]
    plan = wide_plan([ROW, bad], taking=Taking.GOOD_ROWS)
    assert plan.problems == ()
    assert (plan.wrong_rows, plan.rows) == (1, 2)
    assert [row.source.key for row in plan.episodes] == [("K1", 1)]
    assert len(plan.sessions) == 2
    assert [one.column for one in plan.everything_wrong] == ["PHQ1"]


@pytest.mark.django_db
def test_a_cell_under_no_heading_is_said() -> None:
    problem = only(wide_plan([[*ROW, "stray"]]).problems)
    assert "stands under no heading" in problem.message


@pytest.mark.django_db
def test_numbered_columns_of_sessions() -> None:
    headings = ("Ref", "Referred", "Date1", "PHQ1", "Attendance1", "Kind1", "Minutes1", "Fee1")
    plan = wide_plan([["K1", "05/01/2026", "12/01/2026", "", "dna", "assessment", "50", "60"]],
                     headings=headings)  # fmt: skip
    stored(plan)
    session = Session.objects.get()
    assert (session.attendance, session.kind, session.minutes) == ("dna", "assessment", 50)


@pytest.mark.django_db
def test_assessment_and_follow_up_say_the_kind() -> None:
    headings = ("Ref", "Referred", "Date1", "PHQ assessment", "Date assessment",
                "PHQ follow-up", "Date follow-up")  # fmt: skip
    row = ["K1", "05/01/2026", "12/01/2026", "15", "06/01/2026", "3", "01/06/2026"]
    stored(wide_plan([row], headings=headings))
    assert list(Session.objects.order_by("held_on").values_list("kind", flat=True)) == [
        "assessment",
        "treatment",
        "follow_up",
    ]


FORMS = ("Ref", "Referred", "PHQ1 date", "PHQ1", "GAD1 date", "GAD1")
FORMS_ROW = ("K1", "05/01/2026", "12/01/2026", "15", "12/01/2026", "12")


def test_dates_of_forms_alone_must_be_said_to_be_sessions_or_not() -> None:
    with pytest.raises(UnreadableFileError) as caught:
        wide_caseload([FORMS_ROW], headings=FORMS)
    assert "(dates)=sessions" in only(caught.value.problems).message


@pytest.mark.django_db
@pytest.mark.parametrize(("said", "sessions"), [("sessions", 1), ("forms", 0)])
def test_forms_of_one_day_belong_together(said: str, sessions: int) -> None:
    stored(wide_plan([FORMS_ROW], headings=FORMS, meanings={"(dates)": said}))
    assert Session.objects.count() == sessions
    assert MeasureCompletion.objects.count() == 2


@pytest.mark.django_db
def test_dates_may_be_said_to_be_of_forms_whatever_their_headings() -> None:
    rows = [ROW, ["K2", *ROW[1:8], "", ""]]
    stored(wide_plan(rows, meanings={"(dates)": "forms"}))
    assert not Session.objects.exists()
    assert MeasureCompletion.objects.count() == 6


@pytest.mark.django_db
def test_a_form_dated_beside_sessions_is_of_its_session_or_alone() -> None:
    headings = ("Ref", "Referred", "Date1", "PHQ1 date", "PHQ1", "Date2", "PHQ2 date", "PHQ2")
    row = ["K1", "05/01/2026", "12/01/2026", "12/01/2026", "15", "19/01/2026", "21/01/2026", "9"]
    stored(wide_plan([row], headings=headings))
    assert Session.objects.count() == 2
    lone = MeasureCompletion.objects.get(session=None)
    assert lone.completed_on == dt.date(2026, 1, 21)
    assert lone.total == 9


def test_a_day_on_which_one_form_is_dated_is_the_day_of_those_beside_it() -> None:
    headings = ("Ref", "Referred", "PHQ1 date", "PHQ1", "GAD1")
    caseload = wide_caseload(
        [["K1", "05/01/2026", "12/01/2026", "15", "4"]],
        headings=headings,
        meanings={"(dates)": "forms"},
    )
    assert sessions_of(caseload) == [
        {"client": "K1", "date": "12/01/2026", "gad7": "4", "phq9": "15", "kind": "questionnaire"}
    ]


PRE_POST = ("Ref", "Referred", "Ended", "PHQ pre", "PHQ post")


def test_pre_and_post_need_to_be_dated() -> None:
    with pytest.raises(UnreadableFileError) as caught:
        wide_caseload([["K1", "05/01/2026", "", "15", ""]], headings=PRE_POST)
    columns = [(problem.row, problem.column) for problem in caught.value.problems]
    assert columns == [(1, "PHQ pre"), (1, "PHQ post"), (1, "")]
    assert "(date of pre)=referred_on" in caught.value.problems[0].message


@pytest.mark.django_db
def test_pre_and_post_may_carry_the_dates_of_the_episode() -> None:
    meanings = {
        "(dates)": "forms",
        "(date of pre)": "referred_on",
        "(date of post)": "ended_on",
    }
    rows = [["K1", "05/01/2026", "01/03/2026", "15", "8"], ["K2", "05/01/2026", "", "12", ""]]
    stored(wide_plan(rows, headings=PRE_POST, meanings=meanings))
    days = MeasureCompletion.objects.order_by("pk").values_list("completed_on", flat=True)
    assert list(days) == [dt.date(2026, 1, 5), dt.date(2026, 3, 1), dt.date(2026, 1, 5)]
    problem = only(
        wide_plan(
            [["K3", "05/01/2026", "", "", "8"]], headings=PRE_POST, meanings=meanings
        ).problems
    )
    assert problem.column == "Ended"
    assert "a score without its date" in problem.message


@pytest.mark.parametrize(
    ("headings", "column", "message"),
    [
        (("Date1", "PHQ1", "Referred"), "client", "needed and missing"),
        (("Client", "Date1", "PHQ1"), "referred_on", "needed and missing"),
        ((*HEADINGS, "PHQ 1"), "phq9 of 1", "2 headings mean this column (“PHQ1”, “PHQ 1”)"),
        ((*HEADINGS, "client"), "client", "2 columns have this heading"),
        ((*HEADINGS, "PHQ3"), "PHQ3", "no column gives the date of “PHQ3”"),
    ],
)
def test_headings_that_cannot_be_used(headings: tuple[str, ...], column: str, message: str) -> None:
    with pytest.raises(UnreadableFileError) as caught:
        wide_caseload([], headings=headings)
    problem = only(caught.value.problems)
    assert (problem.row, problem.column) == (1, column)
    assert message in problem.message


def test_a_workbook_with_one_such_sheet() -> None:
    rows: list[list[Any]] = [
        list(HEADINGS),
        ["K1", dt.date(2026, 1, 5), None, None, dt.date(2026, 1, 12), 15, 12],
    ]
    caseload = read_caseload([workbook_source({"Notes": [["x"]], "Clients 2026": rows})])
    assert sessions_of(caseload) == [
        {"client": "K1", "date": "2026-01-12", "phq9": "15", "gad7": "12"}
    ]
    assert caseload.episodes.rows[0].file == "book.xlsx, sheet Clients 2026"


@pytest.mark.django_db
def test_faults_of_a_workbook_come_across() -> None:
    rows: list[list[Any]] = [
        list(HEADINGS),
        ["K1", dt.date(2026, 1, 5), None, None, "=A1", 15, dt.date(2026, 1, 3)],
    ]
    plan = plan_import(
        read_caseload([workbook_source({"x": rows})]), chosen=chosen(None), today=TODAY
    )
    assert [(one.column, one.message.partition(":")[0]) for one in plan.problems] == [
        ("Date1", "a formula"),
        ("GAD1", "a date or time"),
    ]


def test_two_such_sheets_are_one_too_many() -> None:
    rows = [list(HEADINGS), list(ROW)]
    with pytest.raises(
        UnreadableFileError, match=r"several sheets with a row for each client \(a, b\)"
    ):
        read_caseload([workbook_source({"a": rows, "b": rows})])


def test_two_such_files_are_one_too_many() -> None:
    with pytest.raises(UnreadableFileError, match="give this file alone"):
        read_caseload([wide_source(name="a.csv"), wide_source(name="b.csv")])


def test_an_episodes_file_with_such_columns_stays_one() -> None:
    episodes = csv_source("e.csv", [an_episode(PHQ1="3", Date1="x")])
    sessions = csv_source("s.csv", [], default=("client", "date"))
    caseload = read_caseload([episodes, sessions])
    assert caseload.layout is Layout.TWO_SHEETS
    assert caseload.episodes.unknown == ("PHQ1", "Date1")


def test_semicolons_are_seen() -> None:
    source = wide_source()
    content = source.content.replace(b",", b";")
    again = read_caseload([type(source)(name="x.csv", content=content)])
    assert len(again.sessions.rows) == 2


def test_where_somebody_can_be_asked_one_sheet_may_have_no_scores() -> None:
    asked = wide_caseload(
        [["K1", "2026-01-05"]],
        headings=("client", "referred_on"),
        unrecognised=Unrecognised.ASK,
    )
    assert len(asked.episodes.rows) == 1
    rows = {"only": [["client", "referred_on"], ["K1", "2026-01-05"]], "empty": []}
    again = read_caseload([workbook_source(rows)], unrecognised=Unrecognised.ASK)
    assert len(again.episodes.rows) == 1
    with pytest.raises(UnreadableFileError, match="has no sheet named episodes"):
        read_caseload([workbook_source(rows)])


def test_a_sessions_sheet_alone_is_no_caseload() -> None:
    with pytest.raises(UnreadableFileError, match="the episodes sheet is needed as well"):
        wide_caseload([], headings=("client", "date"), unrecognised=Unrecognised.ASK)


def test_names_of_files_are_forgotten_and_two_are_put_in_order() -> None:
    (one,) = neutral([("Ann Smith.XLSX", b"x")])
    assert one.name == "file 1.xlsx"
    (other,) = neutral([("Ann Smith.doc", b"x")])
    assert other.name == "file 1"
    sessions, episodes = b"client,date\n", b"client,referred_on\n"
    for given in ([sessions, episodes], [episodes, sessions]):
        names = [(one.name, one.content) for one in neutral([("n", one) for one in given])]
        assert names == [("episodes.csv", episodes), ("sessions.csv", sessions)]
    damaged = neutral([("n", b"\xff"), ("n", b"")])
    assert [one.name for one in damaged] == ["episodes.csv", "sessions.csv"]
