"""The words of the file's own columns: kinds of organisation, kinds of group, names of groups."""

import re
from enum import StrEnum

from practice.nhs_annual.columns import normal


class Kind(StrEnum):
    """A kind of organisation, from the whole to the parts."""

    ENGLAND = "England"
    REGION = "commissioning region"
    BOARD = "integrated care board area"
    SUB_BOARD = "sub-board area"
    PROVIDER = "NHS-funded provider"


_KINDS = {
    Kind.ENGLAND: ("England", "National", "Total", "All"),
    Kind.REGION: (
        "Commissioning Region",
        "NHS Commissioning Region",
        "NHS England Region",
        "Region",
    ),
    Kind.BOARD: ("ICB", "Integrated Care Board", "STP"),
    Kind.SUB_BOARD: ("SubICB", "Sub ICB Location", "Sub Integrated Care Board", "SICBL", "CCG"),
    Kind.PROVIDER: ("Provider", "Providers"),
}
_KIND_OF = {normal(name): kind for kind, names in _KINDS.items() for name in names}

_WHOLE = frozenset({"", "total", "all", "england", "none", "null"})
_GROUPINGS = {
    "age": ("Age Group", "Age Band", "Age"),
    "ethnicity": ("Ethnic Group", "Ethnicity"),
    "gender": ("Gender",),
    "deprivation": ("Indices of Deprivation Decile", "Index of Multiple Deprivation Decile"),
    "long_term_condition": ("Long Term Condition Status", "Long Term Condition"),
    "problem": ("Presenting Complaint",),
}
_GROUPING_OF = {normal(name): grouping for grouping, names in _GROUPINGS.items() for name in names}
NOT_STATED = "Not stated, not known or invalid"
_CODE = re.compile(r"[A-Z0-9]{2,10}")
_NO_CODE = frozenset(
    {"INVALID", "UNKNOWN", "NULL", "NONE", "ALL", "ENGLAND", "TOTAL", "OTHER", "NA"}
)


def kind_of(org_type: str) -> Kind | None:
    """The kind of organisation; None for one that is not used here."""
    return _KIND_OF.get(normal(org_type))


def is_whole(variable: str) -> bool:
    """Whether a variable's type or value stands for everybody."""
    return normal(variable) in _WHOLE


def grouping_of(variable_type: str) -> str | None:
    """The kind of group (practice.domain.definitions.GROUPINGS); None for one not used here."""
    return _GROUPING_OF.get(normal(variable_type))


def group_name(grouping: str, a: str, b: str) -> str:
    """What a group is called, from its two columns; "" for the row of everybody."""
    if is_whole(a):
        return ""
    if _is_not_stated(a) or _is_not_stated(b):
        return NOT_STATED
    if is_whole(b) or normal(a) == normal(b):
        return a
    if grouping == "problem":
        # A problem is known by its own name; "Other" says nothing without what it is part of.
        return a if normal(b) == "other" else b
    return f"{a}: {b}"


def _is_not_stated(text: str) -> bool:
    return normal(text).startswith(("notstated", "notknown", "invalid", "unknown"))


def slug_of(name: str) -> str:
    """The name as a part of a key: small letters, digits and single dashes."""
    if name == NOT_STATED:
        return "not-stated"
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def is_code(text: str) -> bool:
    """Whether it is an organisation's code, and no mark for unknown ones."""
    code = text.upper()
    return _CODE.fullmatch(code) is not None and code not in _NO_CODE
