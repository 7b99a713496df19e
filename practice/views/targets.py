"""A practice's own targets."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from practice.views.access import find_scope


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def target_create(
    request: HttpRequest, service: uuid.UUID, practitioner: uuid.UUID | None = None
) -> HttpResponse:
    """Stub."""
    find_scope(request, service, practitioner)
    raise Http404


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def target_edit(request: HttpRequest, target: uuid.UUID) -> HttpResponse:
    """Stub."""
    raise Http404


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def target_end(request: HttpRequest, target: uuid.UUID) -> HttpResponse:
    """Stub."""
    raise Http404
