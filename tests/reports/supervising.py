"""A practitioner's clients for the tests of the supervision sheet, one of each kind, and the sheet."""

import datetime as dt
from typing import Any

from django.db import connection

from practice.cohorts import Scope
from practice.models import Episode, Practitioner
from practice.reports.supervision import SupervisionSheet, supervision_sheet
from practice.reports.supervision_names import Naming
from practice.reports.supervision_rows import SheetRow
from practice.reports.supervision_text import SheetText, sheet_text
from tests.cast import Cast, day, make_client, make_completion, make_episode, make_session

# The day of the sheets: 20 weeks after the referrals.
ON = day(140)


def scope_of(cast: Cast) -> Scope:
    """Alice's part."""
    return Scope(service=cast.service, practitioner=cast.alice)


def sheet_of(
    cast: Cast,
    *,
    on: dt.date = ON,
    today: dt.date | None = None,
    seen_by: Practitioner | None = None,
) -> SupervisionSheet:
    """Alice's sheet, as somebody at the machine sees it unless said."""
    return supervision_sheet(scope_of(cast), on=on, printed_on=today or on, seen_by=seen_by)


def text_of(
    cast: Cast, *, on: dt.date = ON, naming: Naming = Naming.REFERENCES, **options: Any
) -> SheetText:
    """The same in words."""
    return sheet_text(sheet_of(cast, on=on, **options), naming=naming)


def row_of(text: SheetText, reference: str) -> SheetRow:
    """The row of one client."""
    (row,) = (row for row in text.rows if row.name == reference)
    return row


def make_course(
    cast: Cast,
    reference: str,
    totals: list[int],
    *,
    start: int = 100,
    measure: str = "phq9",
    holder: Practitioner | None = None,
    **fields: Any,
) -> Episode:
    """A client seen once a week from day `start` on, with a score at each session."""
    client = make_client(service=cast.service, reference=reference)
    fields.setdefault("referred_on", day(0))
    episode = make_episode(client=client, holder=holder or cast.alice, **fields)
    for week, total in enumerate(totals):
        session = make_session(episode=episode, held_on=day(start + 7 * week), by=cast.alice)
        make_completion(of=session, total=total, measure=measure, by=cast.alice)
    return episode


def every_word(text: SheetText) -> list[str]:
    """Whatever a page or paper must say, cell by cell in the order of the sheet."""
    words = [text.title, text.whose, text.facts, *text.notices]
    for note in text.strip:
        words += [note.heading, note.text]
    for row in text.rows:
        words += words_of_row(row)
    words += [text.since_title]
    for note in text.since:
        words += [f"{note.heading}.", note.text]
    return [*words, text.definitions, text.signals_note]


def words_of_row(row: SheetRow) -> list[str]:
    """The cells of one client, line by line."""
    words = [row.name, row.group, *row.also, *row.sessions]
    for measure in row.measures:
        words.append(measure.name)
        for score in (measure.start, measure.best, measure.last):
            words += [score.total, score.day]
        words += [measure.change, *measure.marks]
    words += [line.text for line in row.risk]
    words += [*row.planned, *(line.text for line in row.agreed)]
    return [each for each in words if each]


def gather_statistics() -> None:
    """So that PostgreSQL plans for the rows that are there: it counts by itself only what is committed."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
