"""When something went wrong here: a page that needs nothing that may be broken."""

import sys

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import loader

# The database is gone, or somebody else has kept it for too long: not a mistake in this program.
_NOT_REACHED = (InterfaceError, OperationalError)


def server_error(request: HttpRequest) -> HttpResponse:
    """No database, no session and no signed-in person: only whether this is the demonstration.

    503 where the database could not be reached: the same may work in a moment.
    """
    # Django asks for this page while it handles the exception.
    is_unreachable = isinstance(sys.exc_info()[1], _NOT_REACHED)
    context = {"is_demo": settings.DEMO, "is_unreachable": is_unreachable}
    return HttpResponse(
        loader.get_template("500.html").render(context), status=503 if is_unreachable else 500
    )
