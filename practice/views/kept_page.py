"""A page that was drawn already is shown again, while nothing at all has changed."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils import timezone

from practice.reports.kept_figures import PAGES, KeptPage, data_stamp
from practice.views.access import signed_in
from practice.views.readings import readings_noted
from practice.views.reminders import backup_age

P = ParamSpec("P")
_View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def kept_page(view: _View[P]) -> _View[P]:
    """For a view that is only looked at: the same person, the same address, the same day and data.

    One query, and an entry of the audit where the page shows somebody else's clients. Whether a person may see a page rests on the same data (memberships and who holds
    whom have their histories), so that nobody is shown what they may no longer see. For pages that
    rest on data and day alone: not on the hour, or on other files or settings. A page with a message on
    it is drawn anew, and not kept.
    """

    @wraps(view)
    def shown(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        # Before anything is read: see data_stamp.
        stamp = data_stamp()
        # Also makes the cookie that the token in the page belongs to, where there is none yet.
        get_token(request)
        if len(get_messages(request)):
            return view(request, *args, **kwargs)
        today = timezone.localdate()
        key = (
            signed_in(request).pk,
            request.build_absolute_uri(),
            request.META["CSRF_COOKIE"],
            today,
            # The one file, and the settings, that such a page speaks of.
            *(backup_age(today), settings.DEMO, settings.CORE10_ITEMS),
        )
        found = PAGES.get(key, stamp=stamp)
        if found is not None:
            # Before it is answered, as the first time: no entry, no page.
            for reading in found.readings:
                reading.record(who=signed_in(request))
            return HttpResponse(found.content)
        page = view(request, *args, **kwargs)
        if page.status_code == 200:
            drawn = KeptPage(content=page.content, readings=readings_noted(request))
            PAGES.keep(key, drawn, stamp=stamp)
        return page

    return shown
