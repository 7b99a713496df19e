"""Where somebody lands after signing in: on their own caseload."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from practice.views.access import signed_in


@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The own caseload; a choice for somebody of several practices, a word for one of none."""
    person = signed_in(request)
    services = list(person.services.order_by("name"))
    if len(services) == 1:
        return redirect("caseload", service=services[0].uid, practitioner=person.uid)
    return render(request, "practice/home.html", {"services": services})
