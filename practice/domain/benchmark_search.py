"""Finding published figures: by words, and by what each is a rate of, about whom, when and how."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from practice.domain.benchmark_beside import may_stand_beside
from practice.domain.benchmark_figures import Benchmark, Status
from practice.domain.benchmark_words import Kind, Whom, kind_of, whom_of
from practice.domain.definitions import Event


@dataclass(frozen=True, kw_only=True)
class Search:
    """What somebody looks for; what is left empty or None narrows nothing.

    place: a region_code. year: a period as the source prints it. source: a source's code.
    is_beside: only what a practice's own rates may be set beside.
    """

    words: str = ""
    event: Event | None = None
    whom: Whom | None = None
    place: str = ""
    year: str = ""
    kind: Kind | None = None
    status: Status | None = None
    source: str = ""
    is_beside: bool = False

    def found(self, figures: Iterable[Benchmark]) -> tuple[Benchmark, ...]:
        """The figures that agree with everything asked for, in the order given."""
        words = self.words.casefold().split()
        return tuple(
            figure
            for figure in figures
            if self._is_of(figure) and all(word in searched_text(figure) for word in words)
        )

    def _is_of(self, figure: Benchmark) -> bool:
        asked_and_had = (
            (self.event, figure.definition.event),
            (self.place, figure.region_code),
            (self.year, figure.period),
            (self.status, figure.status),
            (self.source, figure.source),
        )
        if any(asked and asked != had for asked, had in asked_and_had):
            return False
        if self.kind and kind_of(figure) != self.kind:
            return False
        if self.whom and whom_of(figure) != self.whom:
            return False
        return not self.is_beside or may_stand_beside(figure)


def in_order(figures: Iterable[Benchmark]) -> list[Benchmark]:
    """Newest first; of one period endings before outcomes, all of England before its parts.

    What somebody hopes to reach one day comes after everything that was reached.
    """
    events, whoms = list(Event), list(Whom)
    ordered = sorted(
        figures,
        key=lambda figure: (
            events.index(figure.definition.event),
            whoms.index(whom_of(figure)),
        ),
    )
    ordered.sort(key=lambda figure: figure.period, reverse=True)
    ordered.sort(key=lambda figure: kind_of(figure) is Kind.TARGET)
    return ordered


@lru_cache(maxsize=8192)
def searched_text(figure: Benchmark) -> str:
    """Everything of a figure that words are looked for in, in small letters."""
    return " ".join(
        (
            figure.title,
            figure.numerator,
            figure.denominator,
            figure.population,
            figure.region,
            figure.region_code,
            figure.period,
            figure.publisher,
            figure.document,
            figure.original,
            whom_of(figure).words,
        )
    ).casefold()
