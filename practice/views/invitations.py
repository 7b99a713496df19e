"""Colleagues are invited by a link."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse


def invitation_create(request: HttpRequest, service: uuid.UUID) -> HttpResponse:
    """create"""
    raise Http404


def invitation_withdraw(
    request: HttpRequest, service: uuid.UUID, invitation: uuid.UUID
) -> HttpResponse:
    """withdraw"""
    raise Http404


def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """accept"""
    raise Http404
