"""The published figures as a table."""

import django_tables2 as tables

from practice.domain.benchmarks import Benchmark


class BenchmarkTable(tables.Table):
    """Published figures with what each is a rate of, and where it stands."""

    title = tables.Column(verbose_name="Figure")
    figure = tables.Column(verbose_name="Value", empty_values=())
    denominator = tables.Column(verbose_name="Of whom")
    period = tables.Column(verbose_name="Period")
    status = tables.Column(verbose_name="Status")
    document = tables.Column(verbose_name="Source")
    caution = tables.Column(verbose_name="Caution", orderable=False)

    class Meta:
        template_name = "parts/_table.html"
        attrs = {"class": "table", "caption": "Published figures"}
        order_by = "-period"

    def render_figure(self, record: Benchmark) -> str:
        """With its unit, and k of n where they are published."""
        shown = f"{record.figure}{record.unit if record.unit == '%' else ' ' + record.unit}"
        if record.k is not None and record.n is not None:
            return f"{shown} ({record.k:,} of {record.n:,})"
        return f"{shown} (n {record.n:,})" if record.n is not None else shown

    def render_document(self, record: Benchmark) -> str:
        return f"{record.publisher}, {record.document}; {record.where}"

    def render_status(self, record: Benchmark) -> str:
        return str(record.status)
