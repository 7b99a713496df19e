"""The endings of a period, and who has silently stayed open."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from practice.views.access import find_scope


@never_cache
@require_safe
def ending_list(
    request: HttpRequest, service: uuid.UUID, practitioner: uuid.UUID | None = None
) -> HttpResponse:
    """Stub."""
    find_scope(request, service, practitioner)
    raise Http404


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def episode_still_open(request: HttpRequest, episode: uuid.UUID) -> HttpResponse:
    """Stub."""
    raise Http404
