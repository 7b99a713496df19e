"""Reports as files: named without client data."""

import datetime as dt
from hashlib import sha256

from django.utils.text import slugify

from practice.cohorts import Scope
from practice.domain.periods import Month

# Of the readable part of a file name: with the rest far from the 255 bytes that file systems allow.
_LONGEST = 80


def monthly_name(scope: Scope, month: Month) -> str:
    """monthly-report-2026-10-zoe-at-example-org-3fa2c81b.pdf: whose it is, never a client.

    The end tells apart those whose readable part is the same: two services of nearly one name, or
    one person in two of them. It is the same for the same scope, so that a later draft replaces
    the earlier one.
    """
    return _named("monthly-report", str(month), scope)


def frozen_name(scope: Scope, month: Month) -> str:
    """monthly-report-for-good-2026-10-...pdf: one that was made for good, so that no draft replaces it."""
    return _named("monthly-report-for-good", str(month), scope)


def supervision_name(scope: Scope, day: dt.date, *, naming: str) -> str:
    """supervision-sheet-2026-11-22-references-zoe-at-example-org-3fa2c81b.pdf: never a client.

    naming: a sheet with letters must not replace the one with references.
    """
    return _named("supervision-sheet", f"{day.isoformat()}-{naming}", scope)


def _named(what: str, which: str, scope: Scope) -> str:
    if scope.practitioner is None:
        whose, uids = scope.service.name, str(scope.service.uid)
    else:
        whose = scope.practitioner.email.replace("@", " at ").replace(".", " ")
        uids = f"{scope.service.uid} {scope.practitioner.uid}"
    parts = (
        what,
        which,
        slugify(whose)[:_LONGEST].strip("-"),
        sha256(uids.encode()).hexdigest()[:8],
    )
    return f"{'-'.join(part for part in parts if part)}.pdf"
