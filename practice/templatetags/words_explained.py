"""The words of a page explained where they stand."""

from django import template

from practice.domain.word import Word
from practice.domain.words_explained import WORDS

register = template.Library()


@register.inclusion_tag("parts/_what.html")
def what(*slugs: str) -> dict[str, list[Word]]:
    """A fold that asks what some words mean, and answers in place. Raises KeyError for no such word."""
    return {"words": [WORDS[slug] for slug in slugs]}
