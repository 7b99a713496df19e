"""The settings of a service."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse


def service_settings(request: HttpRequest, service: uuid.UUID) -> HttpResponse:
    """settings"""
    raise Http404
