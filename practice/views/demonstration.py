"""The demonstration, one click away and never mixed in: it is another process, with its own data."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from practice import beside, first_run
from practice.beside import State

# Seconds after which a browser looks again whether it is ready.
_LOOK_AGAIN = 2


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def demonstration_start(request: HttpRequest) -> HttpResponse:
    """For whoever is signed in, and for somebody who has nothing here yet but the program."""
    if not request.user.is_authenticated and not first_run.is_new():
        return redirect_to_login(request.get_full_path(), reverse(settings.LOGIN_URL))
    if request.method == "POST":
        if not beside.may_start():
            raise PermissionDenied
        beside.start(near_port=int(request.get_port()))
        return redirect("demonstration-start")
    state = beside.state()
    context = {
        "may_start": beside.may_start(),
        "state": state.name.lower(),
        # The same name of this machine as the browser uses, for it may know only that one.
        "address": f"http://{_host_name(request)}:{beside.port()}/",
        "commands": beside.COMMANDS,
    }
    response = render(request, "practice/demonstration.html", context)
    if state is State.STARTING:
        response.headers["Refresh"] = str(_LOOK_AGAIN)
    return response


def _host_name(request: HttpRequest) -> str:
    return "127.0.0.1" if request.get_host().startswith("127.") else "localhost"
