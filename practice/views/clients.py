"""A new client, or a known one who came back."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from practice.actions import episodes
from practice.actions.consent import keep_out
from practice.actions.sessions import RefusedFieldError
from practice.cohorts import Scope
from practice.domain.endings import ADULT_FROM, AgeAt, age_at
from practice.forms.clients import NewClientForm, suggestions
from practice.models import Client, Episode, Practitioner
from practice.views.access import find_case_scope_to_change, signed_in


@dataclass(frozen=True, kw_only=True)
class Known:
    """A client who was here before, all of whose episodes the person may write to."""

    client: Client
    episodes: tuple[Episode, ...]

    @property
    def open_episode(self) -> Episode | None:
        """The one that has not ended."""
        return next((one for one in self.episodes if one.ended_on is None), None)

    @property
    def last(self) -> Episode | None:
        """The one that ended last."""
        return self.episodes[-1] if self.episodes else None

    @property
    def next_number(self) -> int:
        """Of the episode that would be opened."""
        return max((one.number for one in self.episodes), default=0) + 1


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def client_create(
    request: HttpRequest, service: uuid.UUID, practitioner: uuid.UUID
) -> HttpResponse:
    """A new client with the first episode; for a known one, after asking, the next episode."""
    scope = find_case_scope_to_change(request, service, practitioner)
    person = signed_in(request)
    today = timezone.localdate()
    form = NewClientForm(request.POST or None, initial={"referred_on": today}, today=today)
    known = None
    if request.method == "POST" and form.is_valid():
        client = episodes.client_with(scope.service, form.cleaned_data["reference"])
        known = None if client is None else _known(client, person, today=today)
        made = _make(form, scope, client=client, known=known, by=person)
        if made is not None:
            _say(request, made)
            if keep_out(episode=made, by=person, now=timezone.now()):
                messages.warning(request, _KEPT_OUT)
            return redirect("episode-detail", episode=made.uid)
    context = {
        "scope": scope,
        "holder": None if scope.practitioner == person else scope.practitioner,
        "form": form,
        "known": known,
        "suggestions": suggestions(scope.service),
    }
    return render(request, "clients/client_create.html", context)


def _known(client: Client, person: Practitioner, *, today: dt.date) -> Known | None:
    """None where an episode is a colleague's: of that client the person learns nothing.

    Nor does a supervisor, who reads a colleague's clients, become the next to hold one.
    """
    found = list(client.episodes.order_by("ended_on", "number"))
    theirs = Episode.objects.changeable_by(person, on=today).filter(client=client)
    if theirs.count() < len(found):
        return None
    return Known(client=client, episodes=tuple(found))


def _make(
    form: NewClientForm,
    scope: Scope,
    *,
    client: Client | None,
    known: Known | None,
    by: Practitioner,
) -> Episode | None:
    """The new episode; None where a rule or a question stands against it, said on the form."""
    facts = {name: value for name, value in form.facts.items() if name != "reference"}
    # The address names somebody, so that the scope is never the whole service.
    holder = scope.practitioner or by
    try:
        if client is None:
            return episodes.add_client(
                service=scope.service,
                holder=holder,
                reference=form.cleaned_data["reference"],
                facts=facts,
                details=form.details,
                by=by,
            )
        if known is None:
            form.add_error("reference", _OF_SOMEBODY_ELSE)
        elif known.open_episode is not None:
            form.add_error("reference", "This client has an open episode: look above.")
        elif not form.says_it_is(client):
            form.add_error("reference", "This client was here before: answer the question above.")
        else:
            return episodes.add_next_episode(
                client=client, holder=holder, facts=facts, details=form.details, by=by
            )
    except RefusedFieldError as refused:
        form.add_error(refused.field, str(refused))
    return None


_KEPT_OUT = (
    "The client has withdrawn consent to the figures: this episode is left out of them as well."
)
_OF_SOMEBODY_ELSE = (
    "This reference is in use in your service. Choose another; or, if it is a client who came back, "
    "ask whoever leads the service to open the next episode."
)


def _say(request: HttpRequest, episode: Episode) -> None:
    what = "Client added" if episode.number == 1 else f"Episode {episode.number} opened"
    messages.success(request, f"{what}. Log the first session when it has been.")
    point_at_leaving_out(request, episode)


def point_at_leaving_out(request: HttpRequest, episode: Episode) -> None:
    """Say so where the year of birth tells, or may tell, of somebody under age."""
    age = age_at(episode.referred_on, birth_year=episode.client.birth_year)
    if age not in {AgeAt.UNDER, AgeAt.MAYBE}:
        return
    perhaps = "perhaps " if age is AgeAt.MAYBE else ""
    messages.warning(
        request,
        format_html(
            'By the year of birth {}under {} at the referral: <a href="{}">leave the episode out</a> '
            "of the figures, which are of adults.",
            perhaps,
            ADULT_FROM,
            reverse("episode-leave-out", args=[episode.uid]),
        ),
    )
