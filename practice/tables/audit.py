"""The audit as a table."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, overload

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django_tables2.data import TableListData

from practice.cases.audit import AuditLine, lines_of
from practice.models import Practitioner
from practice.models.audit import AuditQuerySet
from practice.reports.words import DASH


class AuditLines(Sequence[AuditLine]):
    """All entries of a query as lines for somebody, of which only the page that is shown is read."""

    def __init__(self, entries: AuditQuerySet, *, to: Practitioner, on: dt.date) -> None:
        self._entries = entries
        self._to = to
        self._on = on
        self._n = entries.count()

    def __len__(self) -> int:
        return self._n

    @overload
    def __getitem__(self, place: int) -> AuditLine: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[AuditLine]: ...
    def __getitem__(self, place: int | slice) -> AuditLine | Sequence[AuditLine]:
        if isinstance(place, int):
            return self[place : place + 1][0]
        return lines_of(self._entries[place], to=self._to, on=self._on)


class _Lines(TableListData):
    """Lines as they come: newest first, and no other way round."""

    def __init__(self, lines: Sequence[AuditLine]) -> None:
        super().__init__([])
        self.data = lines


class AuditTable(tables.Table):
    """Who did what, and when."""

    when = tables.Column(verbose_name="When")
    who = tables.Column(verbose_name="Who")
    deed = tables.Column(verbose_name="What", empty_values=())
    about = tables.Column(verbose_name="About", empty_values=())

    class Meta:
        template_name = "parts/_table.html"
        orderable = False
        empty_text = "Nothing is written down like this."

    def __init__(self, lines: Sequence[AuditLine], **options: Any) -> None:
        attrs = {"class": "table stacked audit", "caption": "Who looked at what, newest first"}
        super().__init__(_Lines(lines), attrs=attrs, **options)

    def render_deed(self, record: AuditLine) -> str:
        if not record.what:
            return record.deed
        return format_html('{}<br><span class="quiet">{}</span>', record.deed, record.what)

    def render_about(self, record: AuditLine) -> str:
        if record.client is None:
            return record.about or DASH
        here = reverse("episode-detail", args=[record.client])
        return format_html('<a href="{}">{}</a>', here, record.about)
