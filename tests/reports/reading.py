"""Reading reports back: the words of a PDF, the tables of a page, and what a figure should read as."""

import datetime as dt
import math
from dataclasses import dataclass, field
from fractions import Fraction
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

from pypdf import PdfReader

from practice.cohorts import Scope, load_cohort
from practice.domain.periods import Month
from practice.published import published
from practice.reports.blocks import Line
from practice.reports.figures import outcome_figures
from practice.reports.monthly import MonthlyReport, monthly_report
from practice.reports.monthly_pdf import monthly_pdf
from practice.reports.monthly_text import MonthlyText, monthly_text
from practice.reports.outcomes_json import outcomes_json
from tests.caseloads import MONTH, PRINTED_ON

Json = dict[str, Any]


def report_of(
    scope: Scope,
    *,
    month: Month = MONTH,
    year: str | None = None,
    printed_on: dt.date = PRINTED_ON,
) -> MonthlyReport:
    """The month's report of a scope beside the published figures."""
    return monthly_report(scope, month, benchmarks=published(), printed_on=printed_on, year=year)


def text_of(scope: Scope, *, month: Month = MONTH, year: str | None = None) -> MonthlyText:
    """The same in words."""
    return monthly_text(report_of(scope, month=month, year=year))


def pdf_of(scope: Scope) -> bytes:
    """The same as a document."""
    return monthly_pdf(text_of(scope))


def json_of(scope: Scope, *, month: Month = MONTH) -> Json:
    """What `outcomes --json` prints of the same twelve months, loaded anew."""
    return outcomes_json(outcome_figures(load_cohort(scope, month.twelve_months_to)))


def squeezed(text: str) -> str:
    """With each run of white space as one space."""
    return " ".join(text.split())


def words_of(pdf: bytes) -> str:
    """Everything that is printed, in the order in which it is drawn."""
    return squeezed(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages))


def row_of(line: Line) -> list[str]:
    """A line as a table on a page has it; one without figures of its own goes across."""
    return [line.title] if line.is_across else [line.title, *line.cells]


def counted(k: int, n: int) -> str:
    """27 of 42 (64%; 49% to 77%), or the counts alone under ten: written out again."""
    if n < 10:
        return f"{k} of {n}"
    return f"{k} of {n} ({percent(k, n)}; {interval(k, n)})"


def percent(k: int, n: int) -> str:
    """In whole per cents, half away from zero; a dash under ten."""
    return f"{math.floor(Fraction(100 * k, n) + Fraction(1, 2))}%" if n >= 10 else "–"


def interval(k: int, n: int) -> str:
    """Wilson's, in whole per cents; a dash under ten."""
    if n < 10:
        return "–"
    z, p = 1.959964, k / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low, high = max(middle - half, 0.0), min(middle + half, 1.0)
    return f"{math.floor(low * 100 + 0.5)}% to {math.floor(high * 100 + 0.5)}%"


@dataclass
class _Tables:
    rows: list[list[list[str]]] = field(default_factory=list)
    cell: list[str] | None = None


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found = _Tables()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.found.rows.append([])
        elif tag == "tr":
            self.found.rows[-1].append([])
        elif tag in {"th", "td"}:
            self.found.cell = []

    def handle_data(self, data: str) -> None:
        if self.found.cell is not None:
            self.found.cell.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag in {"th", "td"} and self.found.cell is not None:
            self.found.rows[-1][-1].append(squeezed("".join(self.found.cell)))
            self.found.cell = None


def tables_of(page: str) -> list[list[list[str]]]:
    """Each table of a page: its rows, and of each row the cells."""
    reader = _Reader()
    reader.feed(page)
    return reader.found.rows
