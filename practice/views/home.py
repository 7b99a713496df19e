"""Where somebody lands after signing in: on their own caseload, or where their role begins."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from practice.models import Role
from practice.views.access import signed_in
from practice.views.scopes import visible_case_scopes


@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The own caseload, or for an administrator the members; a supervisor chooses whom to look at.

    And somebody of several practices, which; a word for one of none.
    """
    person = signed_in(request)
    places = list(person.memberships.select_related("service").order_by("service__name"))
    if len(places) == 1 and places[0].role != Role.SUPERVISOR:
        (place,) = places
        if place.holds_clients:
            return redirect("caseload", service=place.service.uid, practitioner=person.uid)
        return redirect("member-list", service=place.service.uid)
    scopes = visible_case_scopes(person)
    listed = [
        (
            place,
            [scope for scope in scopes if scope.service == place.service]
            if place.role == Role.SUPERVISOR
            else [],
        )
        for place in places
    ]
    return render(request, "practice/home.html", {"listed": listed})
