"""What each page of the site needs beside its own."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from practice.models import Membership, Practitioner


def practice(request: HttpRequest) -> dict[str, object]:
    """is_demo: so that each page can say that its data are invented. places: for the menu.

    The places are the person's memberships by name of the service, read only by a page that prints
    the menu. It leads to the service of the page's `scope`, or to the first of them.
    """
    return {"is_demo": settings.DEMO, "places": SimpleLazyObject(lambda: _places(request))}


def _places(request: HttpRequest) -> list[Membership]:
    person = getattr(request, "user", None)
    if not isinstance(person, Practitioner):
        return []
    return list(person.memberships.select_related("service").order_by("service__name"))
