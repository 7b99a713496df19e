"""Supervision: the sheet, what was agreed, and the log."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse


def supervision_sheet(
    request: HttpRequest, service: uuid.UUID, practitioner: uuid.UUID
) -> HttpResponse:
    """sheet"""
    raise Http404


def supervision_sheet_pdf(
    request: HttpRequest, service: uuid.UUID, practitioner: uuid.UUID
) -> HttpResponse:
    """pdf"""
    raise Http404


def supervision_key(
    request: HttpRequest, service: uuid.UUID, practitioner: uuid.UUID
) -> HttpResponse:
    """key"""
    raise Http404


def supervision_record(
    request: HttpRequest, service: uuid.UUID, practitioner: uuid.UUID
) -> HttpResponse:
    """record"""
    raise Http404


def supervision_log(
    request: HttpRequest, service: uuid.UUID, practitioner: uuid.UUID
) -> HttpResponse:
    """log"""
    raise Http404


def supervision_edit(request: HttpRequest, meeting: uuid.UUID) -> HttpResponse:
    """edit"""
    raise Http404
