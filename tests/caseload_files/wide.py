"""Short ways to write one row per client."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from practice.caseload_files import (
    Caseload,
    ImportPlan,
    SourceFile,
    Taking,
    Unrecognised,
    plan_import,
    read_caseload,
)
from practice.models import Service
from tests.caseload_files.given import TODAY, chosen

HEADINGS = (
    "Client",
    "Referred",
    "Ended",
    "Ending",
    "Date1",
    "PHQ1",
    "GAD1",
    "Date2",
    "PHQ2",
    "GAD2",
)
ROW = ("K1", "05/01/2026", "", "", "12/01/2026", "15", "12", "19/01/2026", "11", "9")


def wide_source(
    rows: Sequence[Sequence[Any]] = (ROW,),
    *,
    headings: Sequence[str] = HEADINGS,
    name: str = "clients.csv",
) -> SourceFile:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([headings, *rows])
    return SourceFile(name=name, content=text.getvalue().encode())


def wide_caseload(
    rows: Sequence[Sequence[Any]] = (ROW,),
    *,
    headings: Sequence[str] = HEADINGS,
    meanings: Mapping[str, str] | None = None,
    unrecognised: Unrecognised = Unrecognised.REFUSE,
) -> Caseload:
    source = wide_source(rows, headings=headings)
    return read_caseload([source], meanings=meanings or {}, unrecognised=unrecognised)


def wide_plan(
    rows: Sequence[Sequence[Any]] = (ROW,),
    *,
    headings: Sequence[str] = HEADINGS,
    meanings: Mapping[str, str] | None = None,
    service: Service | None = None,
    taking: Taking = Taking.EVERY_ROW,
) -> ImportPlan:
    caseload = wide_caseload(rows, headings=headings, meanings=meanings)
    return plan_import(caseload, chosen=chosen(service), today=TODAY, taking=taking)


def sessions_of(caseload: Caseload) -> list[dict[str, str]]:
    return [dict(row.cells) for row in caseload.sessions.rows]
