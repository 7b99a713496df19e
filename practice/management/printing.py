"""A month's report from scope to file, for the commands."""

import datetime as dt
from pathlib import Path

from practice.cohorts import Scope
from practice.domain.periods import Month
from practice.published import published
from practice.reports.files import monthly_name, write_whole
from practice.reports.monthly import monthly_report
from practice.reports.monthly_pdf import monthly_pdf
from practice.reports.monthly_text import monthly_text


def write_monthly(
    scope: Scope, month: Month, *, folder: Path, today: dt.date, year: str | None = None
) -> Path:
    """Make the report and write it whole into the folder, which is made if need be.

    Raises UnknownYearError, and OSError where the folder cannot be written.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    report = monthly_report(scope, month, benchmarks=published(), printed_on=today, year=year)
    path = folder / monthly_name(scope, month)
    write_whole(path, monthly_pdf(monthly_text(report)))
    return path
