"""A year of the official NHS figures, brought in."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def annual_import(request: HttpRequest, service: uuid.UUID) -> HttpResponse:
    """Stub."""
    raise Http404


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def annual_remove(request: HttpRequest, service: uuid.UUID, annual: uuid.UUID) -> HttpResponse:
    """Stub."""
    raise Http404
