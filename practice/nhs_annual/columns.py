"""Which column is which: by heading, whatever its capitals, spaces and underscores."""

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from practice.nhs_annual.findings import AnnualFileError, Finding

ORG_TYPE, ORG_CODE, ORG_NAME = "OrgType", "OrgCode", "OrgName"
VARIABLE_TYPE, VARIABLE_A, VARIABLE_B = "VariableType", "VariableA", "VariableB"

REFERRALS = "Count_ReferralsReceived"
FINISHED = "Count_FinishedCourseTreatment"
AT_CASE = "Count_AtCaseness"
NOT_AT_CASE = "Count_NotAtCaseness"
IMPROVED, IMPROVEMENT = "Count_Improvement", "Percentage_Improvement"
UNCHANGED, NO_CHANGE = "Count_NoReliableChange", "Percentage_NoReliableChange"
DETERIORATED, DETERIORATION = "Count_Deterioration", "Percentage_Deterioration"
RECOVERED, RECOVERY = "Count_Recovery", "Percentage_Recovery"
RELIABLY_RECOVERED, RELIABLE_RECOVERY = "Count_ReliableRecovery", "Percentage_ReliableRecovery"
ENDED = "Count_EndedReferrals"
BEFORE_TREATMENT = "Count_EndedBeforeTreatment"
ONE_SESSION = "Count_EndedAfterOneTreatment"
MEAN_SESSIONS = "Mean_ApptsFinishedCourseTreatment"
WITHIN_6, WITHIN_18 = "first treatment within 6 weeks", "first treatment within 18 weeks"
PERIOD_START = "reporting period start"

NEEDED = (
    *(ORG_TYPE, ORG_CODE, ORG_NAME, VARIABLE_TYPE, VARIABLE_A, VARIABLE_B),
    *(REFERRALS, FINISHED, AT_CASE, NOT_AT_CASE, IMPROVED, IMPROVEMENT, NO_CHANGE),
    *(DETERIORATED, DETERIORATION, RECOVERED, RECOVERY, RELIABLY_RECOVERED, RELIABLE_RECOVERY),
)
_OPTIONAL = (UNCHANGED, ENDED, BEFORE_TREATMENT, ONE_SESSION, MEAN_SESSIONS)
# Named differently from year to year; only a percentage of finished courses is meant.
_BY_PATTERN = {
    WITHIN_6: re.compile(r"percentage[a-z]*6weeks?finishedcoursetreatment"),
    WITHIN_18: re.compile(r"percentage[a-z]*18weeks?finishedcoursetreatment"),
    PERIOD_START: re.compile(r"reportingperiodstart(date)?|periodstart(date)?|startdate"),
}
_LONGEST_HEADING = 120


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Where each column stands. `place` is by its usual name, `headings` as the file spells it."""

    place: Mapping[str, int]
    headings: Mapping[str, str]

    def __contains__(self, column: str) -> bool:
        return column in self.place

    def cell(self, cells: Sequence[str], column: str) -> str:
        """The cell's text; "" where the row is shorter, or has no such column."""
        place = self.place.get(column)
        return cells[place].strip() if place is not None and place < len(cells) else ""


def normal(text: str) -> str:
    """Small letters and digits alone, so that spelling does not matter."""
    return re.sub(r"[^a-z0-9]", "", text.lower())


def find_columns(headings: Sequence[str]) -> Columns:
    """The columns of a file. Raises AnnualFileError with each that is missing or there twice."""
    given = [heading.strip()[:_LONGEST_HEADING] for heading in headings]
    normals = [normal(heading) for heading in given]
    place = {
        column: normals.index(normal(column))
        for column in (*NEEDED, *_OPTIONAL)
        if normal(column) in normals
    }
    for column, pattern in _BY_PATTERN.items():
        found = [number for number, name in enumerate(normals) if pattern.fullmatch(name)]
        if len(found) == 1:
            place[column] = found[0]
    unused = [given[number] for number in range(len(given)) if number not in place.values()]
    findings = [_missing(column, unused) for column in NEEDED if column not in place]
    findings += [
        Finding(column=column, right="this heading stands twice: which of the two is meant?")
        for column in place
        if normals.count(normal(column)) > 1
    ]
    if findings:
        raise AnnualFileError(findings)
    return Columns(place=place, headings={column: given[at] for column, at in place.items()})


def _missing(column: str, unused: Sequence[str]) -> Finding:
    by_normal = {normal(heading): heading for heading in unused if heading}
    near = difflib.get_close_matches(normal(column), by_normal, n=1, cutoff=0.5)
    nearest = f"; the nearest heading found is “{by_normal[near[0]]}”" if near else ""
    return Finding(
        column=column,
        right=f"this column is missing{nearest}: a column headed {column} is expected. "
        "If the publication has changed its columns, this version cannot read the year",
    )
