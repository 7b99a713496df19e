"""Forms filled in without a meeting, and what was asked and done about a risk item."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse


def completion_edit(request: HttpRequest, completion: uuid.UUID) -> HttpResponse:
    """edit"""
    raise Http404


def completion_remove(request: HttpRequest, completion: uuid.UUID) -> HttpResponse:
    """remove"""
    raise Http404


def risk_write(request: HttpRequest, completion: uuid.UUID) -> HttpResponse:
    """risk"""
    raise Http404
