"""A new client, or a known one who came back."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse


def client_create(
    request: HttpRequest, service: uuid.UUID, practitioner: uuid.UUID
) -> HttpResponse:
    """new client"""
    raise Http404
