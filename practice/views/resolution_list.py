"""What was resolved, and what became of it."""

import uuid

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from practice.models import Resolution
from practice.reports.before_after import Looked, before_and_after, in_order
from practice.views.access import find_scope, find_service, signed_in
from practice.views.kept_page import kept_page
from practice.views.scopes import may_intend, visible_scopes
from practice.views.shown_blocks import picture_svg

# Closed ones on one page; the open ones are always all there.
CLOSED_A_PAGE = 10


@never_cache
@require_safe
@kept_page
def resolution_list(
    request: HttpRequest, service: uuid.UUID, practitioner: uuid.UUID | None = None
) -> HttpResponse:
    """Every resolution of a scope, open ones first, each with the figures before and after it."""
    scope = find_scope(request, service, practitioner)
    today = timezone.localdate()
    rows = Resolution.objects.filter(service=scope.service, practitioner=scope.practitioner)
    still_open, closed = in_order(rows)
    page = Paginator(closed, CLOSED_A_PAGE).get_page(request.GET.get("page"))
    looked = [
        (each, _svg(each))
        for each in before_and_after(scope, [*still_open, *page.object_list], today=today)
    ]
    context = {
        "scope": scope,
        "scopes": visible_scopes(signed_in(request)),
        "primary": scope.service.primary.words,
        "still_open": looked[: len(still_open)],
        "closed": looked[len(still_open) :],
        "page": page,
        "may_write": may_intend(find_service(request, service), scope),
        "today": today,
    }
    return render(request, "resolutions/resolution_list.html", context)


def _svg(each: Looked) -> SafeString | None:
    if each.picture is None:
        return None
    return picture_svg(each.picture, uid=f"tried-{each.resolution.uid}")
