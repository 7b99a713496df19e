"""The end of a therapy: recorded, taken back, left out of the figures."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse


def episode_end(request: HttpRequest, episode: uuid.UUID) -> HttpResponse:
    """end"""
    raise Http404


def episode_reopen(request: HttpRequest, episode: uuid.UUID) -> HttpResponse:
    """reopen"""
    raise Http404


def episode_leave_out(request: HttpRequest, episode: uuid.UUID) -> HttpResponse:
    """leave out"""
    raise Http404
