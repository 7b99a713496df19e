"""What else a chosen source has published, beneath the figures that may stand beside one's own."""

from dataclasses import dataclass

from practice.domain.benchmark_words import sample_words, value_words
from practice.reports.notes import context_notes
from practice.reports.outcome_page import OutcomePage


@dataclass(frozen=True, kw_only=True)
class Further:
    """A published figure that no own rate may stand beside."""

    key: str
    title: str
    value: str
    sample: str
    whom: str


def further_figures(page: OutcomePage) -> dict[str, object]:
    """What else the chosen source has published, with its notes where nothing else has shown them."""
    column = page.column
    if column is None:
        return {}
    return {
        "also": [
            Further(
                key=each.key,
                title=each.title,
                value=value_words(each),
                sample=sample_words(each),
                whom=each.denominator,
            )
            for each in column.also
        ],
        "also_notes": () if column.figures else context_notes(column.also),
    }
