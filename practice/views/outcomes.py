"""The journey beside a chosen comparator, and the clients behind each number."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from practice.views.access import find_scope


@never_cache
@require_safe
def outcome_list(
    request: HttpRequest, service: uuid.UUID, practitioner: uuid.UUID | None = None
) -> HttpResponse:
    """Stub."""
    find_scope(request, service, practitioner)
    raise Http404


@never_cache
@require_safe
def outcome_clients(
    request: HttpRequest, service: uuid.UUID, figure: str, practitioner: uuid.UUID | None = None
) -> HttpResponse:
    """Stub."""
    find_scope(request, service, practitioner)
    raise Http404
