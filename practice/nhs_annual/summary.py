"""What came in, for a page and a command: England beside the year before, and how much of the rest."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from practice.domain.benchmark_figures import PERCENT, TOLERANCE, Benchmark, Statistic
from practice.nhs_annual import stored
from practice.nhs_annual.financial_years import year_from

_RATES = {
    "reliable-improvement": "Reliable improvement",
    "no-reliable-change": "No reliable change",
    "reliable-deterioration": "Reliable deterioration",
    "recovery": "Recovery",
    "reliable-recovery": "Reliable recovery",
    "before-treatment-of-ended-annual": "Ended before any treatment, of referrals ended",
    "one-session-of-ended-annual": "One session only, of referrals ended",
    "finished-of-ended-annual": "Two or more sessions, of referrals ended",
    "mean-sessions": "Mean sessions of a finished course",
    "wait-6-weeks": "First treatment within six weeks",
    "wait-18-weeks": "First treatment within eighteen weeks",
}
_SPREAD_OF = {
    "recovery": "Recovery",
    "reliable_improvement": "Reliable improvement",
    "reliable_recovery": "Reliable recovery",
    "reliable_deterioration": "Reliable deterioration",
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One of England's figures: its k of n where there is one, and the year before's."""

    title: str
    figure: str
    counts: str
    before: str


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A figure that was known already and that the file has otherwise; the known one stands."""

    title: str
    known: str
    brought: str


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What a year brought. already: how many of its figures were known before it."""

    year: str
    year_before: str
    lines: tuple[Line, ...]
    about: Mapping[str, Any]
    groups: int
    spreads: tuple[Mapping[str, Any], ...]
    figures: int
    already: int
    differences: tuple[Difference, ...]
    has_endings: bool

    @property
    def counted(self) -> tuple[str, ...]:
        """How much of each kind came in, a sentence for each."""
        about = self.about
        told = [
            f"{_several(about['regions'], 'region', 'regions')}, "
            f"{_several(about['boards'], 'board', 'boards')}, "
            f"{_several(about['sub_boards'], 'sub-board area', 'sub-board areas')} and "
            f"{_several(about['providers'], 'provider', 'providers')}; "
            f"{_several(self.groups, 'group', 'groups')} of England's clients.",
            f"{_several(about['suppressed'], 'cell is', 'cells are')} suppressed or empty "
            "in the rows used: no figure, not 0.",
        ]
        if about["small"]:
            told.append(
                f"{_several(about['small'], 'place', 'places')} with under "
                f"{stored.FROM_FINISHED} finished courses, or without their number, left out."
            )
        missing = [
            words
            for name, words in (
                ("regions", "region"),
                ("boards", "board"),
                ("providers", "provider"),
            )
            if not about[name]
        ]
        if missing:
            told.append(f"Without any {' and without any '.join(missing)}: is the file whole?")
        return tuple(told)


def summary_of(
    kept: Any, figures: Sequence[Benchmark], *, year: str, known: Mapping[str, Benchmark]
) -> Summary:
    """What a kept year brought. known: every figure that stands without it, by key."""
    own = {figure.key: figure for figure in figures}
    before = year_from(int(year[:4]) - 1)
    held = [(figure, known[key]) for key, figure in own.items() if key in known]
    return Summary(
        year=year,
        year_before=before,
        lines=tuple(_lines(own, known, year=year, before=before)),
        about=next(iter(stored.rows_of(kept, stored.ABOUT)), _NOTHING),
        groups=len(stored.rows_of(kept, stored.GROUP)),
        spreads=tuple(
            {**row, "title": f"{_SPREAD_OF[row['rate']]}, {row['units']}"}
            for row in stored.rows_of(kept, stored.SPREAD)
        ),
        figures=len(own),
        already=len(held),
        differences=tuple(
            Difference(title=one.title, known=_shown(other), brought=_shown(one))
            for one, other in held
            if _differ(one, other)
        ),
        has_endings=f"england-{year}-planned-ending" in known,
    )


_NOTHING: Mapping[str, Any] = {
    "regions": 0,
    "boards": 0,
    "sub_boards": 0,
    "providers": 0,
    "small": 0,
    "suppressed": 0,
    "passed_over": [],
}


def _lines(
    own: Mapping[str, Benchmark], known: Mapping[str, Benchmark], *, year: str, before: str
) -> Iterable[Line]:
    for rate, title in _RATES.items():
        figure = own.get(f"england-{year}-{rate}")
        if figure is None:
            continue
        then = _then(rate, known, before)
        yield Line(
            title=title,
            figure=_shown(figure),
            counts=_counts(figure),
            before="–" if then is None else f"{_shown(then)} {_counts(then)}".rstrip(),
        )


def _then(rate: str, known: Mapping[str, Benchmark], before: str) -> Benchmark | None:
    """The year before's, from the monthly counts where the annual ones are not here."""
    keys = (rate, rate.removesuffix("-annual"), f"{rate}-monthly")
    return next(
        (known[key] for key in (f"england-{before}-{key}" for key in keys) if key in known), None
    )


def _shown(figure: Benchmark) -> str:
    if figure.statistic is Statistic.COUNT:
        return f"{figure.figure:,}"
    return f"{figure.figure}%" if figure.unit == PERCENT else f"{figure.figure}"


def _counts(figure: Benchmark) -> str:
    """k of n as far as they are published: both, n alone, or ""."""
    if figure.n is None:
        return ""
    return f"of {figure.n:,}" if figure.k is None else f"{figure.k:,} of {figure.n:,}"


def _differ(one: Benchmark, other: Benchmark) -> bool:
    allowed = Decimal(0) if one.statistic is Statistic.COUNT else TOLERANCE
    return abs(one.figure - other.figure) > allowed


def _several(count: int, one: str, more: str) -> str:
    return f"{count:,} {one if count == 1 else more}"
