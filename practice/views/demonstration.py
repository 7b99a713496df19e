"""The demonstration, one click away."""

from django.http import Http404, HttpRequest, HttpResponse


def demonstration_start(request: HttpRequest) -> HttpResponse:
    """start"""
    raise Http404
