"""A month's report from scope to file, for the commands."""

import datetime as dt
from pathlib import Path

from practice.cohorts import Scope
from practice.domain.periods import Month
from practice.published import published_for
from practice.reports.batch import Entry, Wanted, name_of, pdf_of
from practice.whole_files import write_whole


def write_entry(entry: Entry, wanted: Wanted, *, folder: Path) -> Path:
    """Print the report and write it whole; a file that holds the very same is left alone.

    Raises OSError where it cannot be written, and whatever pdf_of raises.
    """
    path = folder / name_of(entry, wanted.month)
    content = pdf_of(entry, wanted)
    if not (path.is_file() and path.read_bytes() == content):
        write_whole(path, content)
    return path


def write_monthly(scope: Scope, month: Month, *, folder: Path, today: dt.date) -> Path:
    """A draft of one report, into a folder that is made if need be. Raises as write_entry."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    wanted = Wanted(month=month, benchmarks=published_for(scope.service), today=today)
    return write_entry(Entry(scope=scope, report=None), wanted, folder=folder)
