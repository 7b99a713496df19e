"""How a proportion is printed: always k of n, a rate only from ten, an interval beside it."""

from practice.domain.comparability import Mark
from practice.domain.comparisons import SUGGESTS_FROM, Comparison
from practice.domain.estimates import Proportion, round_half_up
from practice.domain.sentences import interval_words, percent_words

# Missing is a dash, never 0.
DASH = "\N{EN DASH}"
# Where not one course has two scores: never "0 of n".
NOT_MEASURED = "not measured"


def several(n: int, one: str, many: str) -> str:
    """1 episode, 2 episodes."""
    return f"{n} {one if n == 1 else many}"


def counts(proportion: Proportion) -> str:
    """27 of 42, also when n is 0."""
    return f"{proportion.k} of {proportion.n}"


def may_show_rate(proportion: Proportion) -> bool:
    """Under ten the counts alone are shown."""
    return proportion.n >= SUGGESTS_FROM


def rate(proportion: Proportion) -> str:
    """64%, or a dash under ten."""
    return percent_words(proportion) if may_show_rate(proportion) else DASH


def interval(proportion: Proportion) -> str:
    """49% to 77%, or a dash under ten."""
    return interval_words(proportion) if may_show_rate(proportion) else DASH


def in_full(proportion: Proportion) -> str:
    """27 of 42 (64%; 49% to 77%), or the counts alone under ten."""
    if not may_show_rate(proportion):
        return counts(proportion)
    return f"{counts(proportion)} ({rate(proportion)}; {interval(proportion)})"


def brief(proportion: Proportion) -> str:
    """37 of 41 (90%), or the counts alone under ten: where the interval is drawn, or means nothing."""
    if not may_show_rate(proportion):
        return counts(proportion)
    return f"{counts(proportion)} ({rate(proportion)})"


def published(comparison: Comparison) -> str:
    """The published percentage to one decimal, or a dash."""
    if comparison.benchmark is None:
        return DASH
    return f"{round_half_up(comparison.benchmark.unrounded, 1)}%"


def mark(comparison: Comparison) -> str:
    """Same definition, near, not comparable; a dash where nothing is published."""
    if comparison.benchmark is None:
        return DASH
    return comparison.mark.words


def differs(comparison: Comparison) -> str:
    """What differs, for a footnote; "" where nothing does or nothing is published."""
    if comparison.benchmark is None or comparison.mark is Mark.SAME:
        return ""
    return comparison.reason
