"""Files that are no caseload: each is refused in words, whatever it is."""

from pathlib import Path

import pytest

from practice.caseload_files import SourceFile, UnreadableFileError, open_sources, read_caseload
from practice.caseload_files.problems import shown
from practice.caseload_files.sheets import ROW_LIMIT
from practice.caseload_files.sources import SIZE_LIMIT
from tests.caseload_files.given import csv_source, only, workbook_source

GOOD = b"client,referred_on\nK1,2026-01-05\n"
SESSIONS = csv_source("sessions.csv", [], default=("client", "date"))

BAD = {
    "empty": (b"", None, "", "empty"),
    "blank": (b" \n\n", None, "", "empty"),
    "a mark and nothing else": (b"\xef\xbb\xbf", None, "", "empty"),
    "a mark and a blank line": (b"\xef\xbb\xbf \n", None, "", "empty"),
    "UTF-16 with its mark": (GOOD.decode().encode("utf-16"), None, "", "UTF-16"),
    "UTF-16 without it": (GOOD.decode().encode("utf-16-le"), None, "", "NUL byte"),
    "Windows-1252": (
        GOOD + "K2,2026-01-05,£5".encode("cp1252"),
        None,
        "",
        "line 3 has the byte A3",
    ),
    "Latin-1": (GOOD + "é".encode("latin-1"), None, "", "line 3 has the byte E9"),
    "a mark and Latin-1": (b"\xef\xbb\xbf" + GOOD + b"\xe9", None, "", "line 3 has the byte E9"),
    "a NUL byte": (GOOD + b"K\0,2026-01-05\n", None, "", "line 3 has a NUL byte"),
    "a PDF": (b"%PDF-1.7\n...", None, "", "a PDF"),
    "a workbook as CSV": (
        workbook_source({"episodes": [["client"]]}).content,
        None,
        "",
        "workbook",
    ),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", None, "", "old XLS format"),
    "no headings": (b"K1,2026-01-05\n", 1, "", "the first row must hold the headings"),
    "a blank first row": (b"\n" + GOOD, 1, "", "the first row must hold the headings"),
    "tabs": (GOOD.replace(b",", b"\t"), 1, "", "separated by commas or semicolons"),
    "a needed heading missing": (b"client,source\n", 1, "referred_on", "needed and missing"),
    "the sessions instead": (b"client,date\n", 1, "referred_on", "in the wrong order"),
    "a heading twice": (b"client,referred_on,Client\n", 1, "client", "2 columns have this heading"),
    "a heading twice in another way": (
        b"client,referred_on,Referred On\n",
        1,
        "referred_on",
        "2 columns",
    ),
    "an open quotation mark": (GOOD + b'"K2,2026-01-05\n', 3, "", "a quotation mark"),
    "a stray quotation mark": (GOOD + b'"K"2,2026-01-05\n', 3, "", "a quotation mark"),
    "a huge cell": (GOOD + b"K2," + b"x" * 140_000 + b"\n", 3, "", "a cell of more than 131,072"),
    "a file too large": (b"x" * (SIZE_LIMIT + 1), None, "", "larger than 20 MB"),
    "a row far to the right": (
        GOOD + b"K2,2026-01-05" + b"," * 500 + b"x\n",
        None,
        "",
        "row 3 has something beyond column 500",
    ),
    "headings far to the right": (
        b"client,referred_on," + b",".join(b"c%d" % n for n in range(500)) + b"\n",
        None,
        "",
        "row 1 has something beyond column 500",
    ),
    "too many rows": (GOOD + b"K,1\n" * ROW_LIMIT, None, "", "more than 200,000 rows"),
}


@pytest.mark.parametrize(("content", "row", "column", "message"), BAD.values(), ids=BAD)
def test_a_file_that_is_no_caseload_is_refused_in_words(
    content: bytes, row: int | None, column: str, message: str
) -> None:
    episodes = SourceFile(name="episodes.csv", content=content)
    with pytest.raises(UnreadableFileError) as caught:
        read_caseload([episodes, SESSIONS])
    problem = only(caught.value.problems)
    assert (problem.file, problem.row, problem.column) == ("episodes.csv", row, column)
    assert message in problem.message
    assert message in str(caught.value)


def test_empty_cells_far_to_the_right_do_no_harm() -> None:
    far = b"," * 600
    content = GOOD.replace(b"\n", far + b"\n") + far
    episodes = read_caseload([SourceFile(name="e.csv", content=content), SESSIONS]).episodes
    assert [dict(row.cells) for row in episodes.rows] == [
        {"client": "K1", "referred_on": "2026-01-05"}
    ]
    assert episodes.headings == ("client", "referred_on")


def test_what_is_wrong_with_both_files_is_said_at_once() -> None:
    with pytest.raises(UnreadableFileError) as caught:
        read_caseload(
            [
                SourceFile(name="a.csv", content=b"client\n"),
                SourceFile(name="b.csv", content=b"\xff"),
            ]
        )
    assert [problem.file for problem in caught.value.problems] == ["a.csv", "b.csv"]


@pytest.mark.parametrize("count", [0, 3])
def test_neither_none_nor_three_files(count: int) -> None:
    with pytest.raises(UnreadableFileError, match="two CSV files, episodes first, or one XLSX"):
        read_caseload([SESSIONS] * count)


def test_one_csv_file_alone_is_not_enough() -> None:
    with pytest.raises(UnreadableFileError, match="give a workbook alone, or two CSV files"):
        read_caseload([SESSIONS])


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError) as caught:
        open_sources([tmp_path / "not there.csv", tmp_path, Path("a\0b")])
    messages = [problem.message for problem in caught.value.problems]
    assert messages[0].startswith("there is no such file")
    assert messages[1].startswith("a folder")
    assert messages[2].startswith("cannot be read (ValueError)")


def test_fifty_megabytes_are_refused_without_reading_them(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    (source,) = open_sources([path])
    assert len(source.content) == SIZE_LIMIT + 1
    with pytest.raises(UnreadableFileError, match="larger than 20 MB"):
        read_caseload([source, SESSIONS])


def test_no_escape_sequence_reaches_the_terminal() -> None:
    assert shown("\x1b[31mred\r\n\u202eevil") == "\\x1b[31mred\\x0d\\x0a\\x202eevil"
    assert shown("x" * 60) == "x" * 60
    assert shown("x" * 61) == "x" * 59 + "…"
    name = SourceFile(name="episodes.csv", content=b"\x1b[2Jclient\n")
    with pytest.raises(UnreadableFileError) as caught:
        read_caseload([name, SESSIONS])
    assert "\x1b" not in str(caught.value)
