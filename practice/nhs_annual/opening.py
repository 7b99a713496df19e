"""From bytes to rows of text, whatever was given: what is no CSV is refused with what it is."""

import csv
import io
from collections.abc import Iterator

from practice.nhs_annual.findings import AnnualFileError, Finding, refuse

MEGABYTE = 1024 * 1024
SIZE_LIMIT = 30 * MEGABYTE
ROW_LIMIT = 500_000
COLUMN_LIMIT = 1_000

_KINDS = (
    (b"PK\x03\x04", "an Excel workbook or a zip archive: unpack it, or save the sheet as CSV"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook: save the sheet as CSV"),
    (b"%PDF", "a PDF: take the main CSV file of the publication"),
    (b"\x1f\x8b", "a compressed file: unpack it first"),
    (b"Rar!", "a packed archive: unpack it, and take the main CSV file"),
)
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_DELIMITERS = (",", ";", "\t")


def open_rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not empty with its number; the first is the headings.

    Raises AnnualFileError for what is no CSV, at once, and for more rows than a year can have, on
    the way.
    """
    return _rows(_text(content))


def _text(content: bytes) -> str:
    if not content.strip():
        raise refuse("the file is empty: take the main CSV file of the publication")
    if len(content) > SIZE_LIMIT:
        raise refuse(f"the file is larger than {SIZE_LIMIT // MEGABYTE} MB: a year is far smaller")
    for start, kind in _KINDS:
        if content.startswith(start):
            raise refuse(f"the file is {kind}")
    if content.startswith(_UTF_16):
        raise refuse("the file is UTF-16 text: save it as “CSV UTF-8”")
    if b"\x00" in content:
        raise refuse("the file holds bytes that no text has: take the main CSV file")
    if content.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<":
        raise refuse("the file is a web page: download the CSV file that the page links to")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass  # older years were saved by Windows
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        raise refuse("the file is neither UTF-8 nor Windows text: save it as CSV UTF-8") from None


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    first = text.lstrip().partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if number > ROW_LIMIT:
                raise refuse(f"the file has more than {ROW_LIMIT:,} rows: a year is far smaller")
            if len(cells) > COLUMN_LIMIT:
                raise AnnualFileError(
                    [Finding(row=number, right=f"more than {COLUMN_LIMIT} columns: no such table")]
                )
            if any(cell.strip() for cell in cells):
                yield number, cells
    except csv.Error as problem:
        raise AnnualFileError(
            [Finding(row=number + 1, right=f"the row cannot be read as CSV ({problem})")]
        ) from None
