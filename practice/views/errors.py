"""When something went wrong here: a page that needs nothing that may be broken."""

import logging
import sys
from enum import StrEnum

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import loader

from practice.databases import is_full
from practice.models.encrypted import UnreadableNoteError

_LOG = logging.getLogger(__name__)
# The database is gone, or somebody else has kept it for too long: not a mistake in this program.
_NOT_REACHED = (InterfaceError, OperationalError)


class _Fault(StrEnum):
    """What the page says."""

    OURS = "ours"
    DATABASE = "database"
    DISK = "disk"
    KEY = "key"


def server_error(request: HttpRequest) -> HttpResponse:
    """No database, no session and no signed-in person: only whether this is the demonstration.

    503 where it is no mistake of the program: the same works again once that is put right.
    """
    # Django asks for this page while it handles the exception.
    fault = _fault(sys.exc_info()[1])
    if fault is _Fault.KEY:
        _LOG.error(
            "a note was written with a key that this program does not have: start it again, and it "
            "says what to do"
        )
    content = loader.get_template("500.html").render(
        {"is_demo": settings.DEMO, "fault": fault.value}
    )
    return HttpResponse(content, status=500 if fault is _Fault.OURS else 503)


def _fault(problem: BaseException | None) -> _Fault:
    if is_full(problem):
        return _Fault.DISK
    if isinstance(problem, _NOT_REACHED):
        return _Fault.DATABASE
    return _Fault.KEY if isinstance(problem, UnreadableNoteError) else _Fault.OURS
