"""Workbooks made to keep whoever reads them busy: refused before anything is made of them."""

import io
import time
import zipfile
from collections.abc import Callable
from contextlib import ExitStack

import pytest
from django.test import Client
from django.urls import reverse

from practice.caseload_files.caseload import Unrecognised, read_caseload
from practice.caseload_files.patience import reading_until
from practice.caseload_files.planning import plan_import
from practice.caseload_files.problems import UnreadableFileError
from practice.caseload_files.questions import questions_about
from practice.caseload_files.sources import SourceFile
from practice.caseload_files.workbook_limits import CELLS_LIMIT
from practice.models import CaseloadUpload
from practice.views import patience
from tests.caseload_files.given import (
    TODAY,
    a_session,
    an_episode,
    chosen,
    csv_caseload,
    workbook_source,
)
from tests.cast import Cast

NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
SHEETS = {
    "episodes": [["client", "referred_on"], ["K1", "2026-01-05"]],
    "sessions": [["client", "date"], ["K1", "2026-01-12"]],
}
SHEET, STYLES, STRINGS = "xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/sharedStrings.xml"
TYPES = "[Content_Types].xml"
SHARED = (
    '<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
)
# Seconds; on a free machine most take well under one.
SOON = 20


def forged(parts: dict[str, str]) -> bytes:
    """The workbook with other parts; every one of them packs to a few kilobytes."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook_source(SHEETS).content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for name in old.namelist():
            text = old.read(name).decode()
            if name == TYPES:
                text = text.replace("</Types>", SHARED)
            if name not in parts:
                new.writestr(name, text)
        for name, text in parts.items():
            new.writestr(name, text)
    return out.getvalue()


def sheet(rows: str, after: str = "") -> str:
    return f"<worksheet {NAMESPACE}><sheetData>{rows}</sheetData>{after}</worksheet>"


def strings() -> dict[str, str]:
    # 56 MB of them.
    return {STRINGS: f"<sst {NAMESPACE}>{'<si><t>x</t></si>' * 3_200_000}</sst>"}


def cells() -> dict[str, str]:
    row = f"<row>{'<c><v>1</v></c>' * 100}</row>"
    return {SHEET: sheet(row * (CELLS_LIMIT // 200 + 1))}


def styles() -> dict[str, str]:
    return {
        STYLES: f"<styleSheet {NAMESPACE}><cellXfs>{'<xf/>' * 1_000_000}</cellXfs></styleSheet>"
    }


def ranges() -> dict[str, str]:
    many = "A1 " * 1_000_000
    return {SHEET: sheet("", f'<conditionalFormatting sqref="{many}"></conditionalFormatting>')}


def formulas() -> dict[str, str]:
    """One long formula, and a thousand cells for which it is to be translated."""
    first = f'<c r="A1"><f t="shared" si="0" ref="A1:A999">{"A1+" * 2_600}1</f></c>'
    others = '<row><c><f t="shared" si="0"/></c></row>' * 1_000
    return {SHEET: sheet(f'<row r="1">{first}</row>{others}')}


def nested() -> dict[str, str]:
    deep = f"{'<r>' * 600_000}{'</r>' * 600_000}"
    return {SHEET: sheet(f'<row><c t="inlineStr"><is>{deep}</is></c></row>')}


def prefixed() -> dict[str, str]:
    text = "<x:si><x:t>x</x:t></x:si>" * 1_000_000
    return {STRINGS: f"<x:sst {NAMESPACE.replace('xmlns=', 'xmlns:x=')}>{text}</x:sst>"}


def attributes() -> dict[str, str]:
    many = " ".join(f'a{number}=""' for number in range(300_000))
    return {SHEET: sheet(f"<row><c {many}/></row>")}


BUSY = (strings, cells, styles, ranges, formulas, nested, prefixed, attributes)


@pytest.mark.parametrize("parts", BUSY, ids=lambda parts: parts.__name__)
def test_a_workbook_that_asks_for_too_much_is_refused_soon(
    parts: Callable[[], dict[str, str]],
) -> None:
    source = SourceFile(name="book.xlsx", content=forged(parts()))
    assert len(source.content) < 2_000_000
    begun = time.monotonic()
    with pytest.raises(UnreadableFileError, match="more cells, texts or formats than any caseload"):
        read_caseload([source])
    assert time.monotonic() - begun < SOON


def behind_a_damaged_part(parts: dict[str, str]) -> bytes:
    """The workbook with a part in front that says it is encrypted, and that no reader needs."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(forged(parts))) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        new.writestr("aaa.bin", b"x")
        for name in old.namelist():
            new.writestr(name, old.read(name))
    made = bytearray(out.getvalue())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        made[made.index(mark) + flags] |= 1
    return bytes(made)


def test_a_damaged_part_hides_none_of_the_others() -> None:
    source = SourceFile(name="book.xlsx", content=behind_a_damaged_part(strings()))
    with pytest.raises(UnreadableFileError, match="more cells, texts or formats than any caseload"):
        read_caseload([source])
    sound = SourceFile(
        name="book.xlsx", content=behind_a_damaged_part({STRINGS: f"<sst {NAMESPACE}/>"})
    )
    assert len(read_caseload([sound]).episodes.rows) == 1


def test_very_many_parts_are_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(10_000):
            archive.writestr(f"{number:x}", b"")
    with pytest.raises(UnreadableFileError, match="unpacks to more"):
        read_caseload([SourceFile(name="book.xlsx", content=out.getvalue())])


def test_of_two_parts_of_one_name_both_are_looked_at() -> None:
    out = io.BytesIO(forged(strings()))
    with zipfile.ZipFile(out, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr(STRINGS, f"<sst {NAMESPACE}/>")
    with pytest.raises(UnreadableFileError, match="more cells, texts or formats than any caseload"):
        read_caseload([SourceFile(name="book.xlsx", content=out.getvalue())])


WIDE = "client,referred_on," + ",".join(f"date{n},phq{n}" for n in range(1, 61))
LONG_TO_READ: dict[str, tuple[bytes, str]] = {
    # Each took a minute or more before it was refused, or was not refused.
    "a line of nothing but cells": (b"x," * 3_000_000, "beyond column 500"),
    "words without end in a heading": (b"client," + b"1a" * 40_000 + b"\nx,1", "80,000 signs"),
    "empty lines": (b"client,date1,phq1\n" + b"\n" * 1_100_000, "1,048,576 rows"),
}


def read_both_ways(source: SourceFile) -> None:
    questions_about([source], meanings={})
    read_caseload([source], unrecognised=Unrecognised.ASK)


@pytest.mark.parametrize(("content", "words"), LONG_TO_READ.values(), ids=LONG_TO_READ)
def test_a_text_that_takes_long_to_understand_is_refused_soon(content: bytes, words: str) -> None:
    begun = time.monotonic()
    source = SourceFile(name="clients.csv", content=content)
    with pytest.raises(UnreadableFileError, match=words):
        read_both_ways(source)
    assert time.monotonic() - begun < SOON


def test_the_sessions_that_rows_tell_of_are_counted_and_not_the_rows_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("practice.caseload_files.wide.ROW_LIMIT", 100)
    content = f"{WIDE}\n" + f"K{',1' * 121}\n" * 2
    source = SourceFile(name="clients.csv", content=content.encode())
    with pytest.raises(UnreadableFileError, match="more than 100 sessions"):
        read_caseload([source])


@pytest.mark.django_db
def test_a_file_that_is_wrong_everywhere_is_not_kept_problem_by_problem(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("practice.caseload_files.reading.MOST_WRONG", 5)
    read = csv_caseload([an_episode()], [a_session(date="x", phq9="x", gad7="x")] * 2)
    with pytest.raises(UnreadableFileError, match="cells are wrong"):
        plan_import(read, chosen=chosen(None), today=TODAY)


# --- Somebody waits for the answer, and others behind them


@pytest.mark.parametrize("name", ["book.xlsx", "clients.csv"])
def test_when_the_time_is_over_reading_stops(name: str) -> None:
    wide = "client,referred_on,date1,phq1\nK1,2026-01-05,2026-01-12,9\n"
    content = workbook_source(SHEETS).content if name == "book.xlsx" else wide.encode()
    source = SourceFile(name=name, content=content)
    asked: list[bool] = []

    def is_over() -> bool:
        asked.append(True)
        return len(asked) > 2

    with reading_until(is_over), pytest.raises(UnreadableFileError, match="took too long"):
        read_caseload([source])
    assert len(read_caseload([source]).episodes.rows) == 1


@pytest.mark.django_db
def test_a_page_gives_up_in_time_and_says_what_to_do(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(cast.leda)
    waiting = upload_of(client, cast)
    monkeypatch.setattr(patience, "SECONDS", -1)
    page = client.get(waiting)
    assert page.status_code == 200
    assert "took too long to read" in page.content.decode()
    stored = client.post(waiting, {"decision": "all"}, follow=True)
    assert "Nothing was stored" in stored.content.decode()
    monkeypatch.undo()
    assert "took too long" not in client.get(waiting).content.decode()


@pytest.mark.django_db
def test_while_others_read_their_files_one_is_told_so_at_once(client: Client, cast: Cast) -> None:
    client.force_login(cast.leda)
    waiting = upload_of(client, cast)
    start = reverse("import-start", args=[cast.service.uid])
    year = reverse("annual-import", args=[cast.service.uid])
    with ExitStack() as others:
        for _ in range(patience.AT_ONCE):
            others.enter_context(patience.reading_files())
        for answer in (client.get(waiting), client.post(waiting, {"decision": "all"})):
            assert (answer.status_code, answer["Location"]) == (302, start)
        page = client.get(start).content.decode()
        assert "Other files are being read at this moment" in page
        refused = client.post(year, {"file": io.BytesIO(b"OrgType\nx\n"), "year": ""})
        assert "Other files are being read at this moment" in refused.content.decode()
        # Everybody else goes on as before.
        assert client.get(reverse("caseload", args=[cast.service.uid])).status_code == 200
    assert client.get(waiting).status_code == 200
    assert CaseloadUpload.objects.get().content


def upload_of(client: Client, cast: Cast) -> str:
    """The address of the preview of a small file."""
    file = io.BytesIO(b"client,referred_on,date1,phq1\nK1,2026-01-05,2026-01-12,9\n")
    file.name = "clients.csv"
    answer = client.post(reverse("import-start", args=[cast.service.uid]), {"caseload": file})
    return str(answer["Location"])


def test_the_same_workbook_is_sound_where_nothing_is_forged() -> None:
    few = f"<sst {NAMESPACE}>{'<si><t>x</t></si>' * 20}</sst>"
    read = read_caseload([SourceFile(name="book.xlsx", content=forged({STRINGS: few}))])
    assert len(read.episodes.rows) == 1


DAMAGED: dict[str, Callable[[], bytes]] = {
    "entities that multiply": lambda: forged(
        {
            STRINGS: '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
            + "".join(f'<!ENTITY a{n} "{f"&a{n - 1 or str()};" * 10}">' for n in range(1, 12))
            + f"]><sst {NAMESPACE}><si><t>&a11;</t></si></sst>"
        }
    ),
    "a file of the machine": lambda: forged(
        {
            STRINGS: '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
            f"<sst {NAMESPACE}><si><t>&a;</t></si></sst>"
        }
    ),
    "a page of the network": lambda: forged(
        {SHEET: '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">' + sheet("")}
    ),
    "a zip in name alone": lambda: b"PK\x03\x04" + b"\0" * 400,
    "cut short": lambda: forged({})[:700],
    "a name that leads out": lambda: forged({"../../../tmp/x": "x", SHEET: "<"}),
    "another encoding": lambda: forged(
        {SHEET: '<?xml version="1.0" encoding="no-such-encoding"?>' + sheet("")}
    ),
    "nothing": lambda: b"\0",
}


@pytest.mark.django_db
@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_a_page_says_what_is_wrong_and_nothing_of_the_machine(
    client: Client, cast: Cast, content: Callable[[], bytes]
) -> None:
    client.force_login(cast.leda)
    file = io.BytesIO(content())
    file.name = "book.xlsx"
    answer = client.post(
        reverse("import-start", args=[cast.service.uid]), {"caseload": file}, follow=True
    )
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "root:" not in page
    assert "aaaaaaaaaa" not in page
    assert CaseloadUpload.objects.filter(stored_at__isnull=False).count() == 0


CSV: dict[str, bytes] = {
    "no text": bytes(range(256)) * 50,
    "half a character": "client,referred_on\nK1,2026-01-05,\u20ac".encode()[:-1],
    "a quote without end": b'client,referred_on\n"K1,2026-01-05\n' * 1_000,
    "NUL": b"client,referred_on\nK\x001,2026-01-05\n",
    "UTF-16": "client,referred_on\nK1,2026-01-05\n".encode("utf-16"),
    "wide": b",".join([b"phq9"] * 100_000),
    "one long cell": b"client,referred_on\n" + b"x" * 3_000_000,
    "markup": b"<html><script>alert(1)</script></html>",
    "headings alone": b"client,referred_on",
    "commas": b"," * 1_000_000,
    "carriage returns": b"client\r\r\rreferred_on\r",
}


@pytest.mark.django_db
@pytest.mark.parametrize("content", CSV.values(), ids=CSV)
def test_no_text_file_fails(client: Client, cast: Cast, content: bytes) -> None:
    client.force_login(cast.leda)
    file = io.BytesIO(content)
    file.name = "clients.csv"
    address = reverse("import-start", args=[cast.service.uid])
    answer = client.post(address, {"caseload": file}, follow=True)
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()
    year = reverse("annual-import", args=[cast.service.uid])
    file.seek(0)
    answer = client.post(year, {"file": file, "year": ""}, follow=True)
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()
