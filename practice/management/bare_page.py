"""What every signed-in page costs before it says anything: the addresses of the site, and one bare page.

It has the head, the menu, the footer and the style sheets of every page, and one query of its own.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from practice.cohorts import Scope
from practice.models import Practitioner, Service

ADDRESS = "/bare-page/"


@never_cache
@require_safe
def bare_page(request: HttpRequest) -> HttpResponse:
    """The base template with nothing in it. One query; session, person and menu are not counted."""
    if not isinstance(request.user, Practitioner):
        raise TypeError("nobody is signed in")
    service = Service.objects.visible_to(request.user).order_by("name")[:1].get()
    scope = Scope(service=service, practitioner=request.user)
    return render(request, "base.html", {"scope": scope})


# Named in words, because rooms below the addresses import nothing from above.
urlpatterns: list[URLPattern | URLResolver] = [
    path(ADDRESS.strip("/") + "/", bare_page),
    path("", include("practice.urls")),
]
