"""One term of the pages: what it means, and whose rule it is."""

from dataclasses import dataclass

NHS = (
    "NHS England, metadata for the annual and monthly NHS Talking Therapies statistics, "
    "2024-25 and 2026"
)
OURS = "our own rule"


@dataclass(frozen=True, kw_only=True)
class Word:
    """slug: its place on the page of words. source: whose rule it is, with its reference."""

    slug: str
    title: str
    text: str
    source: str
