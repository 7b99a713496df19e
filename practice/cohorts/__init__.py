"""The only place that decides who is counted: querysets in, groups of courses and counts out.

A fixed number of queries loads a scope and a period, whatever the caseload; everything after that
is plain Python over frozen records.
"""

from practice.cohorts.cohort import (
    EIGHTEEN_WEEKS,
    SIX_WEEKS,
    Cohort,
    Scope,
    entered_and_ended_in,
    narrow,
    only,
)
from practice.cohorts.loading import episodes_in, first_referral, load_cohort, records_of

__all__ = [
    "EIGHTEEN_WEEKS",
    "SIX_WEEKS",
    "Cohort",
    "Scope",
    "entered_and_ended_in",
    "episodes_in",
    "first_referral",
    "load_cohort",
    "narrow",
    "only",
    "records_of",
]
