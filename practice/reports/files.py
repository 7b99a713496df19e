"""Reports as files: named without client data, written whole or not at all."""

import contextlib
import datetime as dt
import os
import re
import tempfile
from hashlib import sha256
from pathlib import Path

from django.utils.text import slugify

from practice.cohorts import Scope
from practice.domain.periods import Month

# Of the readable part of a file name: with the rest far from the 255 bytes that file systems allow.
_LONGEST = 80
# Of the file beside, until it is whole: no other program's files end so.
_BESIDE = ".practice-part"
_LEFTOVER = re.compile(rf"\..+\.[a-z0-9_]{{8}}{re.escape(_BESIDE)}")
# Seconds: a day.
_LEFT_AFTER = 86_400


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


def write_whole(path: Path, content: bytes) -> None:
    """Write to a file beside, then put it in place: a half-written report is never seen.

    Only the owner of the machine's account may read it (mode 600). What a killed program left
    beside a day ago or more is removed.
    """
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=_BESIDE)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            # Or a power cut could leave the name without the content.
            os.fsync(file.fileno())
            written_at = os.fstat(file.fileno()).st_mtime
        Path(beside).replace(path)
    except OSError:
        Path(beside).unlink(missing_ok=True)
        raise
    _remove_leftovers(path.parent, before=written_at - _LEFT_AFTER)


def _remove_leftovers(folder: Path, *, before: float) -> None:
    """Files of `write_whole` that were last written before then, by the clock of the disk.

    A younger one may still be written to by another program. What cannot be removed stays.
    """
    # Who has no right to it, or was not quick enough, has a whole report all the same.
    with contextlib.suppress(OSError):
        for found in list(os.scandir(folder)):
            if (
                _LEFTOVER.fullmatch(found.name)
                and found.is_file(follow_symlinks=False)
                and found.stat(follow_symlinks=False).st_mtime < before
            ):
                Path(found).unlink(missing_ok=True)
