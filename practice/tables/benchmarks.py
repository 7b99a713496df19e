"""The published figures as a table."""

import datetime as dt
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from practice.domain.benchmark_beside import best_mark
from practice.domain.benchmark_figures import Benchmark
from practice.domain.benchmark_words import sample_words, value_words
from practice.domain.comparability import Mark


class BenchmarkTable(tables.Table):
    """Published figures with what each is a rate of, where it stands, and what it may stand beside."""

    title = tables.Column(verbose_name="Figure")
    figure = tables.Column(verbose_name="Value", attrs={"td": {"class": "bench-value"}})
    denominator = tables.Column(verbose_name="Of whom")
    period = tables.Column(verbose_name="Period")
    status = tables.Column(verbose_name="Status")
    publisher = tables.Column(verbose_name="Source")
    mark = tables.Column(verbose_name="Beside your own", empty_values=(), orderable=False)

    class Meta:
        template_name = "parts/_table.html"
        attrs = {"class": "table bench-cards", "caption": "Published figures"}

    def __init__(self, *args: Any, today: dt.date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today

    def render_title(self, record: Benchmark) -> SafeString:
        address = reverse("benchmark-detail", args=[record.key])
        return format_html('<a href="{}">{}</a>', address, record.title)

    def render_figure(self, record: Benchmark) -> SafeString:
        """With its unit, and k of n where they are published."""
        return format_html(
            '<strong>{}</strong> <span class="bench-n">{}</span>',
            value_words(record),
            sample_words(record),
        )

    def render_status(self, record: Benchmark) -> str:
        return str(record.status)

    def render_mark(self, record: Benchmark) -> SafeString:
        mark, reason = mark_words(record, today=self.today)
        return format_html('<strong>{}</strong> <span class="bench-why">{}</span>', mark, reason)


def mark_words(figure: Benchmark, *, today: dt.date) -> tuple[str, str]:
    """The mark of the own rate most like the figure, and why where it is not the same."""
    best = best_mark(figure, period_end=today)
    if best is None:
        return Mark.NOT_COMPARABLE.words, "no rate of yours is about this"
    return best.mark.words, best.in_short
