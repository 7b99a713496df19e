"""One client's episode: looked at, corrected, paused."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse


def episode_detail(request: HttpRequest, episode: uuid.UUID) -> HttpResponse:
    """page"""
    raise Http404


def episode_edit(request: HttpRequest, episode: uuid.UUID) -> HttpResponse:
    """details put right"""
    raise Http404


def episode_pause(request: HttpRequest, episode: uuid.UUID) -> HttpResponse:
    """agreed pause"""
    raise Http404
