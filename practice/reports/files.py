"""Reports as files: named without client data, written whole or not at all."""

import os
import tempfile
from pathlib import Path

from django.utils.text import slugify

from practice.cohorts import Scope
from practice.domain.periods import Month


def monthly_name(scope: Scope, month: Month) -> str:
    """monthly-report-2026-10-zoe-at-example-org.pdf: practitioner or service, never a client.

    The e-mail address and not the name, because two people may share a name.
    """
    if scope.practitioner is None:
        whose = scope.service.name
    else:
        whose = scope.practitioner.email.replace("@", " at ").replace(".", " ")
    # A name of letters that have no ASCII form leaves nothing behind: the random id then stands in.
    return f"monthly-report-{month}-{slugify(whose) or scope.service.uid}.pdf"


def write_whole(path: Path, content: bytes) -> None:
    """Write to a file beside, then put it in place: a half-written report is never seen.

    Only the owner of the machine's account may read it (mode 600).
    """
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(beside).replace(path)
    except OSError:
        Path(beside).unlink(missing_ok=True)
        raise
