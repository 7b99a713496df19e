"""The key of the notes, shown once at set-up, to be printed."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from practice.views.access import signed_in

_FLAG = "note-key-for"
# Signs of a key that stand together, so that an eye can copy them.
_TOGETHER = 4


def show_once(request: HttpRequest) -> None:
    """From now on this person, in this session, may see the page; until they say it is printed."""
    request.session[_FLAG] = str(signed_in(request).uid)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def note_key(request: HttpRequest) -> HttpResponse:
    """For whoever has just created the practice; for everybody else there is no such page."""
    if request.session.get(_FLAG) != str(signed_in(request).uid):
        raise Http404("shown once, and to somebody else")
    if request.method == "POST":
        del request.session[_FLAG]
        messages.success(request, "Good. Keep the print-out apart from your backups.")
        return redirect("home")
    keys = [_in_groups(key) for key in settings.FIELD_KEYS]
    context = {"keys": keys, "today": timezone.localdate()}
    return render(request, "practice/note_key.html", context)


def _in_groups(key: str) -> list[str]:
    return [key[start : start + _TOGETHER] for start in range(0, len(key), _TOGETHER)]
