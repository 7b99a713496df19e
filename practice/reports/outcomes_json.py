"""The frozen figures as the JSON object that scripts outside rely on: extend it, rename nothing."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from practice.domain.estimates import Proportion, round_half_up
from practice.domain.measures import MEASURES, PrimaryOutcome
from practice.domain.sessions import Attendance
from practice.domain.tallies import OutcomeTally
from practice.reports.figures import OutcomeFigures


def outcomes_json(figures: OutcomeFigures) -> dict[str, Any]:
    """Counts as they are; per cents to one decimal, means and effect sizes to two; None for none."""
    endings = figures.endings
    return {
        "period": {
            "from": figures.period.start.isoformat(),
            "to": figures.period.end.isoformat(),
        },
        "left_out": {
            "episodes": sum(figures.left_out.values()),
            "by_reason": {reason.value: n for reason, n in sorted(figures.left_out.items())},
        },
        "ended": {
            "episodes": figures.ended,
            "referred_on": figures.referred_on,
            "before_treatment": figures.ended_before_treatment,
            "one_session_only": figures.one_session_only,
            "finished_course": figures.finished_course,
        },
        "endings": {
            "entered_and_ended": endings.of,
            "planned": endings.planned,
            "unplanned": endings.unplanned,
            "not_recorded": endings.not_recorded,
            "died": endings.died,
            "by_reason": {ending.value: n for ending, n in endings.by_reason.items()},
            "wished_to_continue": endings.wished_to_continue,
            "silent_open": figures.silent_open,
        },
        "iapt": _iapt(figures.finished[PrimaryOutcome.IAPT]),
        **{code: _measure(figures, code) for code in MEASURES},
        "measured_ending": {
            **{by.value: figures.entered[by].paired for by in PrimaryOutcome},
            "any": figures.measured_on_any,
        },
        "sessions": _sessions(figures),
        "waits": {
            "finished_within_42_days": figures.finished_within_six_weeks,
            "finished_within_126_days": figures.finished_within_eighteen_weeks,
        },
        "rates": {key: proportion_json(rate.proportion) for key, rate in figures.rates.items()},
    }


def proportion_json(proportion: Proportion) -> dict[str, Any]:
    """k, n, and in per cent to one decimal the rate and its interval; None for these when n is 0."""
    low, high = proportion.interval_percent or (None, None)
    return {
        "k": proportion.k,
        "n": proportion.n,
        "pct": _number(proportion.percent),
        "low": _number(low),
        "high": _number(high),
    }


def _outcomes(tally: OutcomeTally) -> dict[str, int]:
    return {
        "reliable_improvement": tally.improved,
        "no_reliable_change": tally.unchanged,
        "reliable_deterioration": tally.deteriorated,
        "recovery": tally.recovered,
        "reliable_recovery": tally.reliably_recovered,
    }


def _iapt(tally: OutcomeTally) -> dict[str, int]:
    return {
        "finished_course": tally.of,
        "paired": tally.paired,
        "at_caseness": tally.at_caseness,
        "not_at_caseness": tally.not_at_caseness,
        "caseness_unknown": tally.caseness_unknown,
        **_outcomes(tally),
    }


def _measure(figures: OutcomeFigures, code: str) -> dict[str, Any]:
    tally, scores = figures.entered[PrimaryOutcome(code)], figures.scores[code]
    return {
        "entered_and_ended": tally.of,
        "paired": tally.paired,
        "case_at_start": tally.at_caseness,
        **_outcomes(tally),
        "mean_first": _rounded(scores.mean_first),
        "mean_last": _rounded(scores.mean_last),
        "effect_size": _rounded(scores.effect_size),
    }


def _sessions(figures: OutcomeFigures) -> dict[str, Any]:
    missed = (
        Attendance.LATE_NOT_SEEN,
        Attendance.DNA,
        Attendance.CANCELLED_BY_CLIENT,
        Attendance.CANCELLED_BY_PRACTITIONER,
    )
    mean = (
        Fraction(figures.treatment_sessions_of_finished, figures.finished_course)
        if figures.finished_course
        else None
    )
    return {
        "attended": figures.sessions_attended,
        **{answer.value: figures.attendance.get(answer, 0) for answer in missed},
        "mean_per_finished_course": _rounded(mean),
    }


def _rounded(value: Fraction | Decimal | None) -> float | None:
    return None if value is None else float(round_half_up(value, 2))


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
