"""Every figure of a month's report under a name of its own, so that two reports can be held together.

`year.` is of the twelve months to the month's end, `month.` of the month itself; what follows is
the name that `outcomes --json` gives it, or, of changes after entry, practice.reports.named_integrity.
A name keeps its meaning for ever: it is stored.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from practice.domain.endings import Ending, LeftOut
from practice.domain.measures import MEASURES, PrimaryOutcome
from practice.reports.figures import OutcomeFigures
from practice.reports.named_integrity import INTEGRITY, INTEGRITY_BASES, INTEGRITY_TITLES
from practice.reports.outcomes_json import outcomes_json
from practice.reports.words import DASH

# A count or a mean; k and n of a rate; None where there is nothing to take a mean of.
Figure = Any
Figures = Mapping[str, Figure]

_YEAR, _MONTH = "year", "month"
_OF = {_YEAR: "twelve months", _MONTH: "the month"}
# No figures: what they are of, and what is worked out from k and n.
_NOT_NAMED = frozenset({"period"})


def named_figures(*, year: OutcomeFigures, month: OutcomeFigures) -> dict[str, Figure]:
    """Flat, by dotted name; a rate is its k and n, which all that is printed of it follows from."""
    return {
        f"{of}.{name}": figure
        for of, figures in ((_YEAR, year), (_MONTH, month))
        for name, figure in _flat(outcomes_json(figures))
    }


def _flat(figures: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Figure]]:
    for name, figure in figures.items():
        if name in _NOT_NAMED:
            continue
        if not isinstance(figure, dict):
            yield above + name, figure
        elif "k" in figure:
            yield above + name, {"k": figure["k"], "n": figure["n"]}
        else:
            yield from _flat(figure, f"{above}{name}.")


def figure_words(name: str, figures: Figures) -> str:
    """As the list of what was revised prints it: 27 of 42, 12, 14.25 (n 27), or a dash.

    figures: all of the same report, among them what a count is of; a report that was stored without
    it has the count alone.
    """
    figure = figures[name]
    if figure is None:
        return DASH
    if isinstance(figure, dict):
        return f"{figure['k']} of {figure['n']}"
    of, _, rest = name.partition(".")
    n = figures.get(f"{of}.{_BASES.get(rest, '')}")
    if n is None:
        return f"{figure}"
    return f"{figure} (n {n})" if rest.endswith(_MEANS) else f"{figure} of {n}"


def is_integrity(name: str) -> bool:
    """Whether a name is that of a count of changes after entry."""
    return f".{INTEGRITY}" in name


def is_rate(name: str) -> bool:
    """Whether a name is that of a rate."""
    return ".rates." in name


_TALLY = {
    "finished_course": "two sessions or more",
    "entered_and_ended": "entered and ended",
    "paired": "with two scores",
    "at_caseness": "at case at the start",
    "case_at_start": "at case at the start",
    "not_at_caseness": "not at case at the start",
    "caseness_unknown": "case at the start not known",
    "reliable_improvement": "reliably improved",
    "no_reliable_change": "no reliable change",
    "reliable_deterioration": "reliably worse",
    "recovery": "recovered",
    "reliable_recovery": "reliably recovered",
    "mean_first": "mean first score",
    "mean_last": "mean last score",
    "effect_size": "effect size",
}
_COUNTS = {
    "left_out.episodes": "Left out of every figure",
    "ended.episodes": "Ended",
    "ended.referred_on": "Referred on before treatment",
    "ended.before_treatment": "Ended before treatment",
    "ended.one_session_only": "One session only",
    "ended.finished_course": "Two sessions or more",
    "endings.entered_and_ended": "Entered therapy and ended",
    "endings.planned": "Planned endings",
    "endings.unplanned": "Unplanned endings",
    "endings.not_recorded": "Endings not recorded",
    "endings.died": "Died",
    "endings.wished_to_continue": "Planned at a limit, wished to continue",
    "endings.silent_open": "Silent open",
    "measured_ending.any": "Measured ending by any measure",
    "sessions.attended": "Sessions attended",
    "sessions.late_not_seen": "Late and not seen",
    "sessions.dna": "Not attended",
    "sessions.cancelled_by_client": "Cancelled by client",
    "sessions.cancelled_by_practitioner": "Cancelled by practitioner",
    "sessions.mean_per_finished_course": "Sessions of a finished course, mean",
    "waits.finished_within_42_days": "Finished, first seen within six weeks",
    "waits.finished_within_126_days": "Finished, first seen within 18 weeks",
    "rates.planned_declared": "Planned endings, declared",
    "rates.planned_estimated": "Planned endings, estimated",
    "rates.planned_with_silent": "Planned endings, with silent open",
    "rates.finished_of_entered": "Two sessions or more, of those who entered",
    "rates.reliable_improvement_iapt": "Reliable improvement, PHQ-9 and GAD-7",
    "rates.recovery_iapt": "Recovery, PHQ-9 and GAD-7",
    "rates.reliable_recovery_iapt": "Reliable recovery, PHQ-9 and GAD-7",
    "rates.reliable_improvement_core10": "Reliable improvement, CORE-10, pairs only",
}


def _titles() -> Iterator[tuple[str, str]]:
    yield from _COUNTS.items()
    for reason in LeftOut:
        yield f"left_out.by_reason.{reason.value}", f"Left out: {reason.words}"
    for ending in Ending:
        yield f"endings.by_reason.{ending.value}", f"Ending: {ending.words}"
    for code, name in (
        (PrimaryOutcome.IAPT.value, PrimaryOutcome.IAPT.words),
        *((measure.code, measure.name) for measure in MEASURES.values()),
    ):
        for item, words in _TALLY.items():
            yield f"{code}.{item}", f"{name}: {words}"
    for by in PrimaryOutcome:
        yield f"measured_ending.{by.value}", f"Measured ending, {by.words}, count"
        yield f"rates.measured_ending_{by.value}", f"Measured ending, {by.words}"
        yield f"rates.improved_of_measured_{by.value}", f"Improved of those measured, {by.words}"


_TITLES: Mapping[str, str] = MappingProxyType({**dict(_titles()), **INTEGRITY_TITLES})

_MEANS = ("mean_first", "mean_last", "effect_size", "mean_per_finished_course")


_CHANGES = ("reliable_improvement", "no_reliable_change", "reliable_deterioration")
_RECOVERIES = ("recovery", "reliable_recovery")
# What figures are of, by what their names begin with.
_OF_WHAT: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "ended.",
        "ended.episodes",
        ("referred_on", "before_treatment", "one_session_only", "finished_course"),
    ),
    (
        "endings.",
        "endings.entered_and_ended",
        ("planned", "unplanned", "not_recorded", "died"),
    ),
    (
        "endings.by_reason.",
        "endings.entered_and_ended",
        tuple(ending.value for ending in Ending if ending is not Ending.REFERRED_ON),
    ),
    ("endings.", "endings.planned", ("wished_to_continue",)),
    (
        "measured_ending.",
        "endings.entered_and_ended",
        (*(by.value for by in PrimaryOutcome), "any"),
    ),
    ("waits.", "ended.finished_course", ("finished_within_42_days", "finished_within_126_days")),
    ("sessions.", "ended.finished_course", ("mean_per_finished_course",)),
    (
        "iapt.",
        "iapt.finished_course",
        ("paired", "at_caseness", "not_at_caseness", "caseness_unknown"),
    ),
    ("iapt.", "iapt.paired", _CHANGES),
    ("iapt.", "iapt.at_caseness", _RECOVERIES),
    *((f"{code}.", f"{code}.entered_and_ended", ("paired", "case_at_start")) for code in MEASURES),
    *(
        (f"{code}.", f"{code}.paired", (*_CHANGES, "mean_first", "mean_last", "effect_size"))
        for code in MEASURES
    ),
    *((f"{code}.", f"{code}.case_at_start", _RECOVERIES) for code in MEASURES),
)
_BASES: Mapping[str, str] = MappingProxyType(
    {
        **{f"{above}{name}": base for above, base, names in _OF_WHAT for name in names},
        **INTEGRITY_BASES,
    }
)


def figure_title(name: str) -> str:
    """What a figure is called on paper, with the span it is of. The name itself where it has none."""
    of, _, rest = name.partition(".")
    return f"{_TITLES.get(rest, rest.replace('_', ' ').replace('.', ', '))}, {_OF.get(of, of)}"
