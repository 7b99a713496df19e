"""The key of the notes, shown once at set-up."""

from django.http import Http404, HttpRequest, HttpResponse


def note_key(request: HttpRequest) -> HttpResponse:
    """the key"""
    raise Http404
