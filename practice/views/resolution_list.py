"""What was resolved, and what became of it."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from practice.views.access import find_scope


@never_cache
@require_safe
def resolution_list(
    request: HttpRequest, service: uuid.UUID, practitioner: uuid.UUID | None = None
) -> HttpResponse:
    """Stub."""
    find_scope(request, service, practitioner)
    raise Http404
