"""The definitions of the product's own rates, by the names that reports and outcomes --json use."""

from collections.abc import Mapping
from types import MappingProxyType

from practice.domain.definitions import Definition, Denominator, Event, Measures, Numerator

# "iapt" is the pair of PHQ-9 and GAD-7. The NHS takes another anxiety measure for some disorders,
# so its outcome rates have another measures code and can be no more than near.
_BY_NAME = {
    "iapt": Measures.PHQ9_GAD7,
    "phq9": Measures.PHQ9,
    "gad7": Measures.GAD7,
    "core10": Measures.CORE10,
}
# These carry the measure's name even for the pair.
_NAMED = ("improved_of_measured",)


def _endings() -> dict[str, Definition]:
    rows = {
        "planned_declared": Denominator.RECORDED_ENDINGS,
        "planned_estimated": Denominator.ENDINGS_WITH_UNRECORDED,
        "planned_with_silent": Denominator.ENDINGS_WITH_SILENT,
    }
    return {
        name: Definition(
            event=Event.PLANNED_ENDING, numerator=Numerator.PLANNED, denominator=denominator
        )
        for name, denominator in rows.items()
    }


def _pathway() -> dict[str, Definition]:
    rows = {
        "entered_of_ended": (Event.ENTERED, Numerator.ENTERED, Denominator.ENDED_REFERRALS),
        "before_treatment_of_ended": (
            Event.BEFORE_TREATMENT,
            Numerator.NEVER_TREATED,
            Denominator.ENDED_REFERRALS,
        ),
        "one_session_of_ended": (
            Event.ONE_SESSION,
            Numerator.ONE_SESSION,
            Denominator.ENDED_REFERRALS,
        ),
        "finished_of_ended": (
            Event.FINISHED_COURSE,
            Numerator.FINISHED,
            Denominator.ENDED_REFERRALS,
        ),
        "one_session_of_entered": (
            Event.ONE_SESSION,
            Numerator.ONE_SESSION,
            Denominator.ENTERED,
        ),
        "finished_of_entered": (Event.FINISHED_COURSE, Numerator.FINISHED, Denominator.ENTERED),
        "wait_6_weeks_of_finished": (
            Event.WAIT_6_WEEKS,
            Numerator.WITHIN_6_WEEKS,
            Denominator.FINISHED,
        ),
        "wait_18_weeks_of_finished": (
            Event.WAIT_18_WEEKS,
            Numerator.WITHIN_18_WEEKS,
            Denominator.FINISHED,
        ),
        "mean_sessions_of_finished": (
            Event.TREATMENT_SESSIONS,
            Numerator.TREATMENT_SESSIONS,
            Denominator.FINISHED,
        ),
        "dna_of_appointments": (
            Event.DID_NOT_ATTEND,
            Numerator.NOT_ATTENDED,
            Denominator.APPOINTMENTS,
        ),
        "cancelled_by_client_of_appointments": (
            Event.CANCELLED_BY_CLIENT,
            Numerator.CANCELLED_BY_CLIENT,
            Denominator.APPOINTMENTS,
        ),
        "cancelled_by_practitioner_of_appointments": (
            Event.CANCELLED_BY_PRACTITIONER,
            Numerator.CANCELLED_BY_PRACTITIONER,
            Denominator.APPOINTMENTS,
        ),
        "fee_per_session": (Event.FEE, Numerator.FEES, Denominator.SESSIONS),
    }
    return {
        name: Definition(event=event, numerator=numerator, denominator=denominator)
        for name, (event, numerator, denominator) in rows.items()
    }


def _outcomes(name: str, measures: Measures) -> dict[str, Definition]:
    """Outcome rates of one measure (or the pair).

    CORE-10 has no NHS rule: its change is counted over the pairs, its recovery over the pairs that
    started in the clinical range. The others keep finished courses without two scores in the
    denominator, as the NHS does.
    """
    if measures is Measures.CORE10:
        of_all, of_cases = Denominator.PAIRED, Denominator.PAIRED_AT_CASE
    else:
        of_all, of_cases = Denominator.FINISHED, Denominator.FINISHED_LESS_NOT_CASE
    rows = {
        "reliable_improvement": (
            Event.RELIABLE_IMPROVEMENT,
            Numerator.RELIABLY_IMPROVED,
            of_all,
        ),
        "no_reliable_change": (
            Event.NO_RELIABLE_CHANGE,
            Numerator.NOT_RELIABLY_CHANGED,
            of_all,
        ),
        "reliable_deterioration": (
            Event.RELIABLE_DETERIORATION,
            Numerator.RELIABLY_DETERIORATED,
            of_all,
        ),
        "recovery": (Event.RECOVERY, Numerator.RECOVERED, of_cases),
        "reliable_recovery": (Event.RELIABLE_RECOVERY, Numerator.RELIABLY_RECOVERED, of_cases),
        "paired_of_finished": (Event.PAIRED_SCORES, Numerator.PAIRED, Denominator.FINISHED),
        "measured_ending": (Event.MEASURED_ENDING, Numerator.PAIRED, Denominator.ENTERED),
        "improved_of_measured": (
            Event.RELIABLE_IMPROVEMENT,
            Numerator.RELIABLY_IMPROVED,
            Denominator.PAIRED,
        ),
        "effect_size": (
            Event.EFFECT_SIZE,
            Numerator.MEAN_FALL,
            Denominator.SD_OF_FIRST_SCORES,
        ),
        "improved_of_entered": (
            Event.RELIABLE_IMPROVEMENT,
            Numerator.RELIABLY_IMPROVED,
            Denominator.ENTERED,
        ),
        "recovered_of_entered": (Event.RECOVERY, Numerator.RECOVERED, Denominator.ENTERED),
        "reliably_recovered_of_entered": (
            Event.RELIABLE_RECOVERY,
            Numerator.RELIABLY_RECOVERED,
            Denominator.ENTERED,
        ),
        "case_or_unknown_of_finished": (
            Event.CASENESS,
            Numerator.CASE_OR_UNKNOWN,
            Denominator.FINISHED,
        ),
    }
    if name == "iapt":
        # Two measures have no one effect size.
        del rows["effect_size"]
    return {
        _own_name(row, name): Definition(
            event=event, numerator=numerator, denominator=denominator, measures=measures
        )
        for row, (event, numerator, denominator) in rows.items()
    }


def _own_name(row: str, name: str) -> str:
    """The journey's rows carry no measure in their name when they rest on the pair."""
    return row if name == "iapt" and "_of_" in row and row not in _NAMED else f"{row}_{name}"


def _own() -> dict[str, Definition]:
    own = _endings() | _pathway()
    for name, measures in _BY_NAME.items():
        own |= _outcomes(name, measures)
    return own


OWN: Mapping[str, Definition] = MappingProxyType(_own())
