"""The practice itself: created once, on an empty installation."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from practice import beside, first_run
from practice.accounts import sign_in_by_link
from practice.actions import services
from practice.actions.writing import RefusedError
from practice.domain.signal_kinds import SIGNALS_NOTE, Signal
from practice.forms.practice import PracticeForm
from practice.views.note_key import show_once


@sensitive_post_parameters()
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def practice_create(request: HttpRequest) -> HttpResponse:
    """Whoever has the code from the terminal makes the first account. Afterwards: no such page."""
    if not first_run.is_new():
        raise Http404("this installation has its owner")
    form = PracticeForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "practice/practice_create.html", _context(form))
    owner = form.owner(form.cleaned_data)
    try:
        services.create_practice(
            service=form.new_service(),
            owner=owner,
            password=form.cleaned_data["password"],
            by=None,
            why="first practice of this installation",
        )
    except RefusedError as refused:
        # Somebody else was quicker by a moment.
        raise Http404(str(refused)) from None
    first_run.withdraw_code()
    messages.success(request, "Your practice is there.")
    answer = sign_in_by_link(request, owner, to="note-key")
    show_once(request)
    return answer


def _context(form: PracticeForm) -> dict[str, object]:
    return {
        "form": form,
        "signals_note": SIGNALS_NOTE,
        "risk": Signal.RISK,
        "may_start_demonstration": beside.may_start(),
    }
