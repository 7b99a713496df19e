"""Headings: obvious other words, what the practice has said, and what is still to be asked."""

from pathlib import Path

import pytest
from django.core.management import CommandError

from practice.caseload_files import Layout, SourceFile, UnreadableFileError, questions_about
from practice.caseload_files.columns import COLUMNS, SheetName
from practice.caseload_files.headings import WORDS, columns_of, compared, squeezed
from practice.caseload_files.said import HeadingError, read_headings
from practice.models import MeasureCompletion, RememberedHeading, Session
from tests.caseload_files.given import a_session, an_episode, csv_caseload, csv_source, planned
from tests.caseload_files.test_commands import a_pair, refused, run
from tests.caseload_files.wide import HEADINGS, ROW, wide_source


def test_no_word_stands_for_two_columns_and_none_for_a_columns_own_name() -> None:
    for sheet, by_column in WORDS.items():
        words = [squeezed(word) for words in by_column.values() for word in words]
        assert len(words) == len(set(words))
        assert not set(words) & {squeezed(column) for column in COLUMNS[sheet]}
        assert set(by_column) <= set(COLUMNS[sheet])


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("Date of referral", "referred_on"),
        ("REF", "client"),
        ("Client-ID:", "client"),
        ("referral_date", "referred_on"),
        ("How ended?", "ending"),
        ("reason", None),
        ("Therapist", None),
    ],
)
def test_words_of_the_episodes_sheet(heading: str, column: str | None) -> None:
    assert columns_of([heading], SheetName.EPISODES) == [column]


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("PHQ-9", "phq9"),
        ("PHQ9 total", "phq9"),
        ("GAD score", "gad7"),
        ("CORE-10 Total Score", "core10"),
        ("PHQ-9 item 9", "phq9_9"),
        ("Session date", "date"),
        ("Duration", "minutes"),
    ],
)
def test_words_of_the_sessions_sheet(heading: str, column: str) -> None:
    assert columns_of([heading], SheetName.SESSIONS) == [column]


def test_a_columns_own_name_wins_and_two_words_for_one_win_nothing() -> None:
    assert columns_of(["client", "Ref"], SheetName.EPISODES) == ["client", None]
    assert columns_of(["Client ID", "Ref"], SheetName.EPISODES) == [None, None]
    meanings = {"ref": ""}
    assert columns_of(["Client ID", "Ref"], SheetName.EPISODES, meanings=meanings) == [
        "client",
        None,
    ]


def test_what_was_said_wins() -> None:
    meanings = {"note": "", "my  words": "", "kürzel": "client", "odd": "no column"}
    headings = ["note", "Kürzel", "odd"]
    assert columns_of(headings, SheetName.EPISODES, meanings=meanings) == [None, "client", None]
    assert compared("  My \n Words ") == "my words"


@pytest.mark.django_db
def test_a_problem_names_the_files_own_heading() -> None:
    row = {"Client ID": "K1", "Date of referral": "yesterday"}
    (problem,) = planned([row]).problems
    assert (problem.column, problem.value) == ("Date of referral", "yesterday")
    assert csv_caseload([row]).episodes.matched == (
        ("Client ID", "client"),
        ("Date of referral", "referred_on"),
    )


def asked(*sources: SourceFile, **meanings: str) -> list[tuple[str, tuple[str, ...]]]:
    found = questions_about(sources, meanings=meanings)
    return [(one.words, one.samples) for one in found.unknown]


def test_of_two_sheets_the_unknown_headings_are_asked_with_samples() -> None:
    episodes = csv_source(
        "e.csv",
        [an_episode(client=f"K{n}", Mood=str(n), reason="old", Empty="") for n in range(5)],
    )
    sessions = csv_source("s.csv", [a_session(Mood="high")])
    assert asked(episodes, sessions) == [
        ("Mood", ("0", "1", "2")),
        ("Empty", ()),
        ("Mood", ("high",)),
    ]
    assert asked(episodes, sessions, mood="", empty="") == []
    found = questions_about([episodes, sessions], meanings={})
    assert found.layout is Layout.TWO_SHEETS
    assert found.is_open


def test_headings_that_differ_by_a_number_are_asked_together() -> None:
    source = wide_source(
        [[*ROW, "1", "2", "x"]], headings=[*HEADINGS, "Mood 1", "Mood 2", "Phone 2"]
    )
    found = questions_about([source], meanings={})
    assert [(one.key, one.words, one.samples) for one in found.unknown] == [
        ("mood #", "Mood 1 … Mood 2", ("1", "2")),
        ("phone 2", "Phone 2", ("x",)),
    ]
    taken = {one.key: one.taken for one in found.headings if one.is_known}
    assert taken["phq#"] == "phq9"
    assert taken["referred"] == "referred_on"
    assert not questions_about([source], meanings={"mood #": "", "phone 2": ""}).is_open


def test_dates_of_forms_are_asked_about() -> None:
    source = wide_source([], headings=["Ref", "Referred", "Ended", "PHQ pre", "PHQ post"])
    found = questions_about([source], meanings={})
    assert [one.key for one in found.dates] == ["(date of pre)", "(date of post)", "(dates)"]
    said = {"(date of pre)": "referred_on", "(date of post)": "ended_on", "(dates)": "forms"}
    assert found.is_open
    assert not questions_about([source], meanings=said).is_open


def test_files_that_are_no_caseload_raise() -> None:
    for content in (b"", b"\xff", b"%PDF", b"client,date\n", b"one heading\n"):
        with pytest.raises(UnreadableFileError):
            questions_about([SourceFile(name="x", content=content)], meanings={})
    with pytest.raises(UnreadableFileError):
        questions_about([SourceFile(name="x", content=b"\xff")] * 2, meanings={})


def test_what_is_typed_after_heading() -> None:
    assert read_headings(
        ["Mood 1=phq9 1", "Therapist=", "A = B=Referred On", "(dates)=forms",
         "(date of pre)=ended_on", "First=PHQ-9 first", "depression #=phq9"]
    ) == {
        "mood 1": "phq9 1",
        "therapist": "",
        "a = b": "referred_on",
        "(dates)": "forms",
        "(date of pre)": "ended_on",
        "first": "phq9 pre",
        "depression #": "phq9",
    }  # fmt: skip


@pytest.mark.parametrize(
    "said",
    [
        "Mood",
        "=phq9",
        "Mood=colour",
        "Mood=phq9 often",
        "(dates)=maybe",
        "(date of pre)=client",
        "",
    ],
)
def test_what_cannot_be_understood_after_heading(said: str) -> None:
    with pytest.raises(HeadingError):
        read_headings([said])


@pytest.mark.django_db
class TestCommand:
    @pytest.fixture
    def wide(self, tmp_path: Path) -> Path:
        path = tmp_path / "clients.csv"
        headings = ["Kürzel", *HEADINGS[1:], "Low 3", "Date3", "Mood"]
        path.write_bytes(
            wide_source([[*ROW, "7", "26/01/2026", "fine"]], headings=headings).content
        )
        return path

    def test_headings_are_remembered_for_the_next_file(self, wide: Path) -> None:
        _, err = refused("import_caseload", wide)
        assert "column client: this heading is needed and missing" in err
        said = ["--heading", "Kürzel=client", "--heading", "Low 3=phq9 3"]
        out, _ = run("import_caseload", wide, *said, "--dry-run")
        assert not RememberedHeading.objects.exists()
        out, _ = run("import_caseload", wide, *said)
        assert "Sessions: 3 added" in out
        assert "Ignored columns: Mood\n" in out
        assert '--heading "Their heading=column"' in out
        assert "“Low 3” = phq9 of 3" in out
        again, _ = run("import_caseload", wide)
        assert "Sessions: 0 added, 0 changed, 3 unchanged" in again
        assert Session.objects.count() == 3
        assert MeasureCompletion.objects.count() == 5

    def test_a_heading_that_makes_no_sense_stops_it(self, wide: Path) -> None:
        message, _ = refused("import_caseload", wide, "--heading", "x=y")
        assert "there is no column y" in message
        with pytest.raises(CommandError):
            run("import_caseload", wide, "--heading")

    def test_wrong_rows_are_given_back_as_they_were(self, wide: Path, tmp_path: Path) -> None:
        text = wide.read_text(encoding="utf-8").replace("15", "99")
        wide.write_text(text + text.splitlines()[1].replace("K1", "K2").replace("99", "9"))
        folder = tmp_path / "rejected"
        said = ["--heading", "Kürzel=client", "--heading", "Low 3=phq9 3"]
        out, err = run("import_caseload", wide, *said, "--good-rows-only", folder)
        assert "row 2, column PHQ1, “99”" in err
        path = folder / "clients.csv"
        lines = path.read_text(encoding="utf-8-sig").splitlines()
        assert lines[0].endswith("Mood,reason not imported")
        assert len(lines) == 2
        path.write_text(path.read_text(encoding="utf-8-sig").replace(",99,", ",9,"))
        out, _ = run("import_caseload", path)
        assert "Episodes: 1 added" in out
        assert refused("import_caseload", wide, "--good-rows-only", folder)

    def test_two_sheets_take_what_is_said_as_well(self, tmp_path: Path) -> None:
        files = a_pair(tmp_path, [an_episode(How="GP")], [])
        out, _ = run("import_caseload", *files, "--dry-run")
        assert "Ignored columns of episodes: How" in out
        out, _ = run("import_caseload", *files, "--heading", "How=source")
        assert "Headings taken: “How” = source" in out
