"""A caseload file brought in on the page: upload, headings, preview, store, undo."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse


def import_start(request: HttpRequest, service: uuid.UUID) -> HttpResponse:
    """upload"""
    raise Http404


def import_template(request: HttpRequest, service: uuid.UUID) -> HttpResponse:
    """template"""
    raise Http404


def import_headings(request: HttpRequest, service: uuid.UUID, upload: uuid.UUID) -> HttpResponse:
    """headings"""
    raise Http404


def import_preview(request: HttpRequest, service: uuid.UUID, upload: uuid.UUID) -> HttpResponse:
    """preview"""
    raise Http404


def import_bad_rows(request: HttpRequest, service: uuid.UUID, upload: uuid.UUID) -> HttpResponse:
    """bad rows"""
    raise Http404


def import_undo(request: HttpRequest, service: uuid.UUID, upload: uuid.UUID) -> HttpResponse:
    """undo"""
    raise Http404
