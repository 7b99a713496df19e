"""When something went wrong here: a page that needs nothing that may be broken."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template import loader


def server_error(request: HttpRequest) -> HttpResponse:
    """No database, no session and no signed-in person: only whether this is the demonstration."""
    return HttpResponse(
        loader.get_template("500.html").render({"is_demo": settings.DEMO}), status=500
    )
