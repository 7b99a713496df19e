"""A session with its scores: logged, put right, taken back."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse


def session_log(request: HttpRequest, episode: uuid.UUID) -> HttpResponse:
    """log"""
    raise Http404


def session_edit(request: HttpRequest, session: uuid.UUID) -> HttpResponse:
    """edit"""
    raise Http404


def session_remove(request: HttpRequest, session: uuid.UUID) -> HttpResponse:
    """remove"""
    raise Http404
