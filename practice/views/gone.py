"""What was to be changed was taken away while its page was open: who did it, and what was typed."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from practice.cases.wording import moment_words, person_words
from practice.cohorts import Scope
from practice.forms.versions import typed_words
from practice.models import Episode, Holding, MeasureCompletion, Practitioner, Session
from practice.views.access import find_episode_to_change, signed_in

Taken = type[Session] | type[MeasureCompletion] | type[Episode]


def gone_meanwhile(
    request: HttpRequest, model: Taken, uid: uuid.UUID, *, typed: Sequence[forms.BaseForm]
) -> HttpResponse:
    """Says so, with what was typed; nothing is stored. typed: the forms of the page, as sent.

    Raises Http404 where nothing was sent, for what was never there, for a stranger's, and for what
    was erased: of that nothing is known.
    """
    last = _last(model, uid)
    if request.method != "POST" or last is None or last.history_type != "-":
        raise Http404("nothing of that kind")
    episode = _episode_of(model, last)
    found = None if episode is None else Episode.objects.filter(pk=episode).first()
    if found is not None:
        found = find_episode_to_change(request, found.uid)
    elif not _held_by(signed_in(request), episode):
        # Undone with its import: whoever held it is no stranger.
        raise Http404("nothing of that kind")
    who = Practitioner.objects.filter(pk=last.history_user_id).first()
    context = {
        "scope": None if found is None else Scope(service=found.client.service),
        "episode": found,
        "who": person_words(who),
        "when": moment_words(last.history_date),
        "typed": typed_words(typed),
    }
    return render(request, "clients/gone_meanwhile.html", context, status=409)


def _last(model: Taken, uid: uuid.UUID) -> Any:
    kept: Any = model
    return kept.history.filter(uid=uid).order_by("-history_id").first()


def _episode_of(model: Taken, last: Any) -> int | None:
    """The key of the episode that a row was of, by its history."""
    if model is Episode:
        return int(last.id)
    session = getattr(last, "session_id", None)
    if session is None:
        return last.episode_id  # type: ignore[no-any-return]
    kept: Any = Session
    of = kept.history.filter(id=session).order_by("-history_id").first()
    return None if of is None else of.episode_id


def _held_by(person: Practitioner, episode: int | None) -> bool:
    kept: Any = Holding
    held = kept.history.filter(episode_id=episode, practitioner_id=person.pk)
    return bool(held.exists())
