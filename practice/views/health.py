"""Is the program fit to serve? For whatever watches over it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from practice.readiness import pending_migrations


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 "ok" when the database answers and has every migration, else 503 "not ok": no word more to a stranger."""
    if is_healthy():
        return HttpResponse("ok", content_type="text/plain")
    return HttpResponse("not ok", content_type="text/plain", status=503)


def is_healthy() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return not pending_migrations()
    except DatabaseError:
        return False
