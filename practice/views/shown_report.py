"""A month's report as a page has it: of today's figures, or as it was made for good."""

from collections.abc import Mapping

from django.utils.safestring import mark_safe

from practice.charts.strip import rate_strip
from practice.charts.svg import to_svg
from practice.reports.monthly_text import MonthlyText
from practice.views.shown_blocks import CHART_WIDTH, picture_svg, shown

_CHART_LABELS = 106.0


def shown_report(text: MonthlyText) -> Mapping[str, object]:
    """What reports/_report.html draws."""
    strip = to_svg(
        rate_strip(text.strip, width=CHART_WIDTH, label_width=_CHART_LABELS),
        uid="endings",
        title="Planned endings",
        description=text.strip_words,
    )
    return {
        "text": text,
        "strip": mark_safe(strip),  # noqa: S308 - our own drawing; its texts are escaped in to_svg
        "months": picture_svg(text.months, uid="months"),
        "front_blocks": shown(text.front_blocks),
        "blocks": shown(text.blocks),
        # Room to write is for paper alone.
        "foot_blocks": shown(block for block in text.foot_blocks if block.notes),
    }
