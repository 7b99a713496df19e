"""The caseload: open clients, what needs attention first."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse


def caseload(
    request: HttpRequest, service: uuid.UUID, practitioner: uuid.UUID | None = None
) -> HttpResponse:
    """open clients"""
    raise Http404
