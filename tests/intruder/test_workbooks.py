"""Workbooks made to keep whoever reads them busy: refused before anything is made of them."""

import io
import time
import zipfile
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from practice.caseload_files.caseload import read_caseload
from practice.caseload_files.problems import UnreadableFileError
from practice.caseload_files.sources import SourceFile
from practice.caseload_files.workbook_limits import CELLS_LIMIT
from practice.models import CaseloadUpload
from tests.caseload_files.given import workbook_source
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


BUSY = (strings, cells, styles, ranges, formulas, nested, prefixed)


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
