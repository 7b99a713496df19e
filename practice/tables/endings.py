"""The endings of a period as tables: the unplanned one by one, and all of them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_tables2.data import TableListData
from django_tables2.utils import OrderBy

from practice.cases.endings_of_period import EndingRow, Written
from practice.domain.measures import in_figures
from practice.domain.periods import day_words
from practice.reports.words import DASH
from practice.tables.caseload import ScoreShown

_SHORT = {"td": {"class": "case-short"}}
# What a heading sorts by, where that is not a field of the row.
_BY = {"score": "change", "counts": "how"}


@dataclass(frozen=True, kw_only=True)
class FirstAndLast(ScoreShown):
    """One measure of one ending: where it began, and where it stood when last taken."""

    @property
    def first_figure(self) -> str:
        """The first score; a dash where it was never taken."""
        return DASH if self.line.start is None else in_figures(self.line.start.total)

    @property
    def last_figure(self) -> str:
        """The last score, when there are at least two; else ""."""
        return "" if self.line.last is None else in_figures(self.line.last.total)


def reference_order(row: EndingRow) -> tuple[str | int, ...] | None:
    """By the alphabet, with numbers as numbers: C-2 before C-10; then by episode."""
    if row.client is None:
        return None
    parts = re.split(r"(\d+)", row.client.reference.casefold())
    return (*(int(part) if part.isdecimal() else part for part in parts), row.client.number)


def _value(row: EndingRow, name: str) -> Any:
    if name == "client":
        return reference_order(row)
    if name == "holder":
        return None if row.holder is None else row.holder.casefold()
    return getattr(row, _BY.get(name, name))


class _Rows(TableListData):
    """Rows whose own order stays the order among equals."""

    data: list[EndingRow]

    def order_by(self, aliases: Sequence[str]) -> None:
        """What is not known comes last, whichever way round."""
        # The first of several counts most, so it sorts last.
        for alias in reversed([OrderBy(alias) for alias in aliases]):
            known = [row for row in self.data if _value(row, alias.bare) is not None]
            unknown = [row for row in self.data if _value(row, alias.bare) is None]
            known.sort(key=lambda row: _value(row, alias.bare), reverse=alias.is_descending)
            self.data = known + unknown


class _EndingTable(tables.Table):
    """What both tables say of an ending."""

    client = tables.TemplateColumn(
        template_name="endings/_client.html", verbose_name="Client", order_by="client"
    )
    holder = tables.Column(verbose_name="Practitioner", empty_values=(), attrs=_SHORT)
    ended_on = tables.Column(verbose_name="Ended", attrs=_SHORT)
    counts = tables.Column(verbose_name="How", accessor="counts_as", attrs=_SHORT)
    sessions = tables.Column(verbose_name="Sessions", attrs=_SHORT)

    # How the table gives way where there is no room for it.
    narrow = "case-cards caseload"

    class Meta:
        template_name = "parts/_table.html"

    def __init__(self, rows: Sequence[EndingRow], *, caption: str, **options: Any) -> None:
        attrs = {"class": f"table endings {self.narrow}", "caption": caption}
        super().__init__(_Rows(list(rows)), attrs=attrs, **options)

    def render_holder(self, record: EndingRow) -> str:
        return DASH if record.holder is None else record.holder

    def render_ended_on(self, record: EndingRow) -> str:
        return day_words(record.ended_on)

    def render_counts(self, record: EndingRow) -> str | SafeString:
        if not record.reason:
            return record.counts_as
        return format_html("{}: {}", record.counts_as, record.reason)

    def render_sessions(self, record: EndingRow) -> str:
        return f"{record.sessions} ({record.treatment} treatment)"


class UnplannedTable(_EndingTable):
    """Those who left unplanned: how they were when last measured, and what was made of it.

    written: of the rows of the page that is shown, by episode; given once that page is known.
    """

    last_seen = tables.Column(verbose_name="Last seen", empty_values=(), attrs=_SHORT)
    score = tables.Column(verbose_name="First score, last score", empty_values=())
    written = tables.Column(
        verbose_name="What was found, what to try", empty_values=(), orderable=False
    )

    class Meta:
        template_name = "parts/_table.html"
        sequence = (
            "client",
            "holder",
            "ended_on",
            "counts",
            "sessions",
            "last_seen",
            "score",
            "written",
        )

    def __init__(self, rows: Sequence[EndingRow], **options: Any) -> None:
        self.notes: Mapping[int, Written] = {}
        super().__init__(rows, **options)

    def render_counts(self, record: EndingRow) -> str | SafeString:
        return record.reason

    def render_last_seen(self, record: EndingRow) -> str:
        return DASH if record.last_seen is None else day_words(record.last_seen)

    def render_score(self, record: EndingRow) -> str:
        lines = [
            FirstAndLast(line=line, uid=f"u{record.key}-{line.trajectory.measure.code}")
            for line in record.scores
        ]
        # The word of the whole is enough, unless a measure says something else by itself.
        words = {line.line.change.direction if line.line.change else None for line in lines}
        return render_to_string(
            "endings/_scores.html",
            {"row": record, "lines": lines, "tells_each": words != {record.direction}},
        )

    def render_written(self, record: EndingRow) -> str:
        return render_to_string(
            "endings/_written.html", {"row": record, "written": self.notes.get(record.key)}
        )


class AllEndingsTable(_EndingTable):
    """Everything that ended in the period."""

    narrow = "stacked"

    change = tables.Column(verbose_name="Last score against the first", attrs=_SHORT)

    class Meta:
        template_name = "parts/_table.html"

    def render_change(self, record: EndingRow) -> str:
        return record.change_words
