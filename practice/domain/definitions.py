"""What a rate is a rate of: the closed vocabulary in which own and published figures are compared.

A definition has five parts: the event it is about, what its numerator counts, what its denominator
counts, the questionnaires behind it, and who may be in it at all. Two figures are like for like
only when all five agree (see comparability). Each code carries the words a page prints for it.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

NOT_STATED = "not_stated"


class Code(StrEnum):
    """A code of the vocabulary with the words a page prints for it. Base of the four below."""

    words: str

    def __new__(cls, value: str, words: str = "") -> Self:
        code = str.__new__(cls, value)
        code._value_ = value
        code.words = words
        return code


class Event(Code):
    """What happened, or is measured: the subject of the figure."""

    PLANNED_ENDING = "planned_ending", "planned endings"
    UNPLANNED_ENDING = "unplanned_ending", "unplanned endings"
    DROP_OUT = "drop_out", "drop-out as a study defines it"
    REFERRAL = "referral", "referrals"
    ENTERED = "entered", "entering therapy"
    BEFORE_TREATMENT = "before_treatment", "endings before any treatment"
    ONE_SESSION = "one_session", "one treatment session only"
    FINISHED_COURSE = "finished_course", "courses of two or more sessions, however they ended"
    CASENESS = "caseness", "scores in the clinical range at the start"
    RELIABLE_IMPROVEMENT = "reliable_improvement", "reliable improvement"
    NO_RELIABLE_CHANGE = "no_reliable_change", "no reliable change"
    RELIABLE_DETERIORATION = "reliable_deterioration", "reliable deterioration"
    RECOVERY = "recovery", "recovery (below the cut-off after being above it)"
    RELIABLE_RECOVERY = "reliable_recovery", "recovery with reliable improvement"
    RECOVERY_OR_IMPROVEMENT = "recovery_or_improvement", "recovery or improvement"
    LOSS_OF_DIAGNOSIS = "loss_of_diagnosis", "no longer meeting the criteria of a diagnosis"
    MEASURED_ENDING = "measured_ending", "measured endings"
    PAIRED_SCORES = "paired_scores", "a first and a last score"
    FORM_COMPLETED = "form_completed", "a questionnaire filled in"
    MEAN_SCORE = "mean_score", "the mean score"
    SD_OF_SCORES = "sd_of_scores", "the spread of scores"
    EFFECT_SIZE = "effect_size", "the pre-post effect size"
    DID_NOT_ATTEND = "did_not_attend", "appointments not attended"
    CANCELLED_BY_CLIENT = "cancelled_by_client", "appointments cancelled by the client"
    CANCELLED_BY_PRACTITIONER = (
        "cancelled_by_practitioner",
        "appointments cancelled by the practitioner or service",
    )
    WAIT_6_WEEKS = "wait_6_weeks", "first treatment within six weeks of referral"
    WAIT_18_WEEKS = "wait_18_weeks", "first treatment within eighteen weeks of referral"
    TREATMENT_SESSIONS = "treatment_sessions", "treatment sessions"
    COST = "cost", "what the therapy costs to provide"
    FEE = "fee", "the fee charged"


class Numerator(Code):
    """What is counted (or summed) above the line."""

    PLANNED = "planned", "endings recorded as planned"
    UNPLANNED = "unplanned", "endings recorded as unplanned"
    UNPLANNED_OR_UNRECORDED = (
        "unplanned_or_unrecorded",
        "endings recorded as unplanned, with unrecorded ones taken for unplanned",
    )
    DROPPED_OUT = "dropped_out", "clients whom a study counts as dropped out"
    REFERRALS = "referrals", "referrals received"
    ENDED_REFERRALS = "ended_referrals", "referrals ended"
    ENTERED = "entered", "referrals that entered therapy"
    NEVER_TREATED = "never_treated", "ended without a treatment session"
    ONE_SESSION = "one_session", "ended after exactly one treatment session"
    FINISHED = "finished", "ended after two or more treatment sessions"
    AT_CASE = "at_case", "a first score in the clinical range"
    CASE_OR_UNKNOWN = "case_or_unknown", "not known to start below the clinical range"
    NOT_AT_CASE = "not_at_case", "first scores below the clinical range"
    RELIABLY_IMPROVED = "reliably_improved", "reliably improved"
    NOT_RELIABLY_CHANGED = "not_reliably_changed", "two scores without a reliable change"
    RELIABLY_DETERIORATED = "reliably_deteriorated", "reliably deteriorated"
    RECOVERED = "recovered", "above the cut-off at first and below it at last"
    RELIABLY_RECOVERED = "reliably_recovered", "recovered and reliably improved"
    RECOVERED_OR_IMPROVED = "recovered_or_improved", "recovered or improved"
    WITHOUT_DIAGNOSIS = "without_diagnosis", "without a diagnosis at interview"
    PAIRED = "paired", "a first and a last score"
    PRE_FORM = "pre_form", "a form before therapy"
    POST_FORM = "post_form", "a form after therapy"
    FIRST_SCORES = "first_scores", "first scores"
    LAST_SCORES = "last_scores", "last scores"
    MEAN_FALL = "mean_fall", "the mean fall from first to last score"
    NOT_ATTENDED = "not_attended", "not attended, without notice"
    CANCELLED_BY_CLIENT = "cancelled_by_client", "cancelled by the client"
    CANCELLED_BY_PRACTITIONER = "cancelled_by_practitioner", "cancelled by the other side"
    WITHIN_6_WEEKS = "within_6_weeks", "first treatment session within 42 days"
    WITHIN_18_WEEKS = "within_18_weeks", "first treatment session within 126 days"
    TREATMENT_SESSIONS = "treatment_sessions", "treatment sessions"
    PROVIDER_COSTS = "provider_costs", "what providing it costs"
    FEES = "fees", "fees charged"
    NOT_STATED = NOT_STATED, "not stated by the source"


class Denominator(Code):
    """What is counted below the line: of whom, or of what."""

    RECORDED_ENDINGS = "recorded_endings", "endings recorded as planned or unplanned"
    ENDINGS_WITH_UNRECORDED = (
        "endings_with_unrecorded",
        "endings of those who entered therapy, unrecorded ones taken for unplanned",
    )
    ENDINGS_WITH_SILENT = (
        "endings_with_silent",
        "endings and silent open cases, both taken for unplanned when unrecorded",
    )
    CODED_ENDINGS = "coded_endings", "all end codes for people seen and taken on"
    REFERRALS = "referrals", "referrals"
    ENDED_REFERRALS = "ended_referrals", "referrals ended"
    ENTERED = "entered", "those who entered therapy and ended"
    FINISHED = "finished", "finished courses (two or more sessions)"
    FINISHED_LESS_NOT_CASE = (
        "finished_less_not_case",
        "finished courses without those known to start below the clinical range",
    )
    FINISHED_AT_CASE = "finished_at_case", "finished courses that started in the clinical range"
    PAIRED = "paired", "those with a first and a last score"
    PAIRED_AT_CASE = "paired_at_case", "those with two scores, the first in the clinical range"
    FINISHED_PAIRED_AT_CASE = (
        "finished_paired_at_case",
        "finished courses with two scores, the first in the clinical range",
    )
    PLANNED_ENDINGS_AT_CASE = (
        "planned_endings_at_case",
        "planned endings of clients who started in the clinical range",
    )
    COMPLETED_WITH_SCORES = "completed_with_scores", "therapies completed, with both scores"
    CLIENTS = "clients", "clients in the study's database"
    PARTICIPANTS = "participants", "clients who consented to take part in a study"
    INTERVIEWED = "interviewed", "people interviewed"
    SEEN_ONCE_OR_MORE = "seen_once_or_more", "clients seen at least once, with a first form"
    THERAPY_COURSES = "therapy_courses", "courses of one type of therapy"
    THERAPY_COURSES_LESS_NOT_CASE = (
        "therapy_courses_less_not_case",
        "courses of one type of therapy without those known to start below the clinical range",
    )
    SD_OF_FIRST_SCORES = "sd_of_first_scores", "the standard deviation of the pairs' first scores"
    SD_OF_COURSE_FIRST_SCORES = (
        "sd_of_course_first_scores",
        "the standard deviation of the first scores of one type of therapy",
    )
    APPOINTMENTS = "appointments", "all appointments"
    SESSIONS = "sessions", "sessions"
    TREATED_CLIENTS = "treated_clients", "clients treated"
    RECOVERED_CLIENTS = "recovered_clients", "clients recovered"
    POUNDS_SPENT = "pounds_spent", "pounds spent"
    NOTHING = "nothing", "nothing: a plain count"
    NOT_STATED = NOT_STATED, "not stated by the source"


class Measures(Code):
    """The questionnaires (or the interview) that the figure rests on."""

    NONE = "none", "no questionnaire"
    PHQ9_GAD7 = "phq9_gad7", "PHQ-9 and GAD-7"
    PHQ9_ADSM_OR_GAD7 = (
        "phq9_adsm_or_gad7",
        "PHQ-9 and the anxiety measure of the disorder, GAD-7 where there is none",
    )
    PHQ9 = "phq9", "PHQ-9 alone"
    GAD7 = "gad7", "GAD-7 alone"
    CORE10 = "core10", "CORE-10"
    CORE_OM = "core_om", "CORE-OM"
    DEPRESSION_MIXED = "depression_mixed", "the depression measures of several studies"
    ANXIETY_MIXED = "anxiety_mixed", "the anxiety measures of several studies"
    CHILD_MEASURES = "child_measures", "questionnaires for children and parents"
    INTERVIEW = "interview", "a diagnostic interview"
    NOT_STATED = NOT_STATED, "not stated by the source"


# The inclusion rule, not who happened to come: an own practice and the NHS programme both take
# adults who come for a talking therapy.
POPULATIONS = {
    "adults": "adults who come for a talking therapy",
    "adults_primary_care_counselling": "adults in primary-care counselling",
    "adults_above_cut_off_planned_ending": "adults above the cut-off with a planned ending",
    "adults_stepped_care_pilot": "adults in selected services of the programme's first years",
    "employees": "employees who use an assistance programme",
    "students": "students who use a university counselling service",
    "nurses": "nurses who use their professional body's counselling service",
    "men": "men who use a service for men",
    "children": "children and young people",
    "medico_legal_claimants": "people who claim damages after an injury",
    NOT_STATED: "not stated by the source",
}

# A part of the adults, picked by one of these: "adults:gender:female".
GROUPINGS = {
    "age": "of one age band",
    "gender": "of one gender",
    "ethnicity": "of one ethnic group",
    "deprivation": "of one tenth of areas by deprivation",
    "long_term_condition": "by long-term physical condition",
    "problem": "with one presenting problem",
    "therapy": "in one type of therapy",
}
_GROUP = re.compile(r"adults:([a-z_]+):([a-z0-9]+(?:-[a-z0-9]+)*)")


def population_words(code: str) -> str:
    """The words for a population code. Raises ValueError with what would be right."""
    if code in POPULATIONS:
        return POPULATIONS[code]
    match = _GROUP.fullmatch(code)
    if match is None or match[1] not in GROUPINGS:
        groups = ", ".join(f"adults:{grouping}:..." for grouping in GROUPINGS)
        raise ValueError(f"{code!r} is no population: use {', '.join(POPULATIONS)}, or {groups}")
    return f"adults {GROUPINGS[match[1]]}: {match[2].replace('-', ' ')}"


@dataclass(frozen=True, kw_only=True)
class Definition:
    """What a rate is a rate of. Raises ValueError for a population outside the vocabulary."""

    event: Event
    numerator: Numerator
    denominator: Denominator
    measures: Measures = Measures.NONE
    population: str = "adults"

    def __post_init__(self) -> None:
        population_words(self.population)

    @property
    def fractions(self) -> tuple[str, str, str]:
        """Event, numerator and denominator: what must agree before figures may stand together."""
        return (self.event, self.numerator, self.denominator)
