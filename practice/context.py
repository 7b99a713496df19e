"""What each page of the site needs beside its own."""

from django.conf import settings
from django.http import HttpRequest


def practice(request: HttpRequest) -> dict[str, object]:
    """Whether this is the demonstration, so that each page can say that its data are invented."""
    return {"is_demo": settings.DEMO}
