"""After the supervision: what was agreed, putting it right, and the log."""

import uuid
from collections.abc import Iterator, Mapping

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from practice.actions.corrections import needs_reason
from practice.actions.supervision import (
    Agreed,
    as_it_was,
    correct_meeting,
    record_meeting,
    version_of,
)
from practice.actions.versions import StaleError
from practice.actions.writing import RefusedError
from practice.cohorts import Scope
from practice.domain.periods import day_words
from practice.forms.supervision import (
    CorrectionForm,
    MeetingForm,
    RecordForm,
    SheetForm,
    Topic,
)
from practice.forms.versions import Sheet, Stale, look_again_at
from practice.models import Agreement, Episode, SupervisionMeeting
from practice.reports import supervision as sheets
from practice.reports import supervision_log as logs
from practice.reports.supervision_names import Naming, names_of
from practice.reports.supervision_rows import sheet_row
from practice.reports.words import several
from practice.views.access import find_case_scope, find_meeting, find_scope, signed_in
from practice.views.scopes import may_open_clients


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def supervision_record(
    request: HttpRequest, service: uuid.UUID, practitioner: uuid.UUID
) -> HttpResponse:
    """What was agreed about each client who is on the sheet of the day."""
    scope = find_case_scope(request, service, practitioner)
    today = timezone.localdate()
    chosen = SheetForm(request.GET, today=today)
    if not chosen.is_valid():
        raise BadRequest("no such day")
    sheet = sheets.supervision_sheet(
        scope, on=chosen.cleaned_data["on"], printed_on=today, seen_by=signed_in(request)
    )
    data = request.POST if request.method == "POST" else None
    meeting = MeetingForm(data, today=today, initial=_usual(sheet))
    form = RecordForm(meeting, _topics(sheet, chosen.naming), data=data)
    if data is not None and form.is_valid():
        held = SupervisionMeeting(
            service=scope.service, practitioner=scope.practitioner, **meeting.values
        )
        try:
            record_meeting(meeting=held, agreed=form.agreed, by=signed_in(request))
        except RefusedError as problem:
            meeting.add_error(None, str(problem))
        else:
            messages.success(
                request,
                f"The supervision of {day_words(held.held_on)} is recorded, with "
                f"{several(len(form.agreed), 'agreement', 'agreements')}.",
            )
            return redirect("supervision-log", service=service, practitioner=practitioner)
    log = reverse("supervision-log", args=[service, practitioner])
    context = {"scope": scope, "form": form, "sheet": sheet, "log": log}
    return render(request, "supervision/supervision_record.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def supervision_edit(request: HttpRequest, meeting: uuid.UUID) -> HttpResponse:
    """A recorded supervision put right: its own facts, and what was agreed about each client."""
    found = find_meeting(request, meeting)
    person = signed_in(request)
    day = day_words(found.held_on)
    scope = Scope(service=found.service, practitioner=found.practitioner)
    log = (found.service.uid, found.practitioner.uid)
    is_member = found.service.practitioners.contains(found.practitioner)
    data = request.POST if request.method == "POST" else None
    own = _own_form(request, found, data=data)
    form = _correction(request, found, own, data=data)
    stale: Stale | None = None
    if data is not None and form.is_valid():
        try:
            is_changed = correct_meeting(
                meeting=found,
                values=own.values,
                agreed=form.answers,
                seen=own.cleaned_data["seen"],
                by=person,
                why=own.reason,
            )
        except StaleError as problem:
            stale = _look_again(request, found, form, problem)
        except RefusedError as problem:
            own.add_error(None, str(problem))
        else:
            messages.success(
                request,
                f"The supervision of {day} is changed."
                if is_changed
                else f"The supervision of {day} stays as it was: nothing was different.",
            )
            # Somebody who has left the service has no log there: their lead stays where they are.
            if is_member:
                return redirect("supervision-log", *log)
            return redirect("supervision-edit", meeting=found.uid)
    agreed = set(found.agreements.values_list("episode_id", flat=True))
    context = {
        "scope": scope,
        "form": form,
        "stale": stale,
        "day": day,
        "hidden": len(agreed - {each.topic.episode for each in form}),
        "log": reverse("supervision-log", args=log) if is_member else "",
    }
    return render(request, "supervision/supervision_edit.html", context)


def _own_form(
    request: HttpRequest, meeting: SupervisionMeeting, *, data: QueryDict | None
) -> CorrectionForm:
    return CorrectionForm(
        data,
        today=timezone.localdate(),
        wants_reason=needs_reason(meeting, by=signed_in(request), now=timezone.now()),
        initial={
            "held_on": meeting.held_on,
            "minutes": meeting.minutes,
            "supervisor": meeting.supervisor,
            "seen": version_of(meeting),
        },
    )


def _correction(
    request: HttpRequest,
    meeting: SupervisionMeeting,
    own: CorrectionForm,
    *,
    data: QueryDict | None,
    agreed: Mapping[int, Agreement] | None = None,
) -> RecordForm:
    """The meeting with each client of its day's sheet, and those with an agreement besides.

    agreed: what was agreed at an earlier time, by the keys of episodes; else what is stored.
    """
    person, today = signed_in(request), timezone.localdate()
    sheet = sheets.supervision_sheet(
        Scope(service=meeting.service, practitioner=meeting.practitioner),
        on=min(meeting.held_on, today),
        printed_on=today,
        seen_by=person,
    )
    if agreed is None:
        agreed = {each.episode_id: each for each in meeting.agreements.all()}
    others = Episode.objects.visible_to(person, on=today).filter(
        pk__in=set(agreed) - {each.key for each in sheet.cases}
    )
    topics = [
        *_topics(sheet, Naming.REFERENCES, stored=agreed),
        *(_other(episode, agreed[episode.pk]) for episode in others.select_related("client")),
    ]
    return RecordForm(own, topics, data=data)


def _look_again(
    request: HttpRequest, meeting: SupervisionMeeting, typed: RecordForm, problem: StaleError
) -> Stale:
    """Both versions, of the clients who are on both pages; see practice.forms.versions."""
    now = _correction(request, meeting, _own_form(request, meeting, data=None), data=None)
    stored = {each.topic.episode: each.form for each in now}
    shown = _as_seen(request, meeting, typed.meeting.cleaned_data["seen"])
    then = {} if shown is None else {each.topic.episode: each.form for each in shown}
    first = Sheet(
        typed=typed.meeting,
        stored=now.meeting,
        shown=None if shown is None else shown.meeting,
    )
    topics = [
        Sheet(typed=each.form, stored=stored[key], shown=then.get(key))
        for each in typed
        for key in [each.topic.episode]
        if key in stored
    ]
    return look_again_at(
        [first, *topics],
        problem,
        rows=[meeting, *meeting.agreements.all()],
        person=signed_in(request),
        version="seen",
    )


def _as_seen(request: HttpRequest, meeting: SupervisionMeeting, seen: str) -> RecordForm | None:
    """The page in the state of a version; None for one that never was."""
    was = as_it_was(meeting, seen=seen)
    if was is None:
        return None
    then, agreed = was
    return _correction(request, then, _own_form(request, then, data=None), data=None, agreed=agreed)


@never_cache
@require_safe
def supervision_log(
    request: HttpRequest, service: uuid.UUID, practitioner: uuid.UUID
) -> HttpResponse:
    """Every supervision had, and the hours beside those with clients."""
    scope = find_scope(request, service, practitioner)
    context = {
        "scope": scope,
        "log": logs.supervision_log(scope, today=timezone.localdate()),
        # Hours are figures; what was agreed is about single clients.
        "may_open": may_open_clients(signed_in(request), scope),
    }
    return render(request, "supervision/supervision_log.html", context)


def _usual(sheet: sheets.SupervisionSheet) -> dict[str, object]:
    """The day of the sheet, and the rest as it was the last time."""
    if sheet.last is None:
        return {"held_on": sheet.on}
    return {
        "held_on": sheet.on,
        "minutes": sheet.last.minutes,
        "supervisor": sheet.last.supervisor,
    }


def _topics(
    sheet: sheets.SupervisionSheet,
    naming: Naming,
    *,
    stored: Mapping[int, Agreement] | None = None,
) -> Iterator[Topic]:
    """The clients of a sheet, in its order."""
    names = names_of(sheet, naming)
    for each in sheet.cases:
        episode = each.case.episode
        row = sheet_row(each, names=names)
        reference = episode.client.reference
        yield Topic(
            episode=episode.pk,
            uid=str(episode.uid),
            name=reference if naming is Naming.REFERENCES else f"{row.name}, {reference}",
            row=row,
            stored=Agreed.of((stored or {}).get(episode.pk)),
        )


def _other(episode: Episode, agreement: Agreement) -> Topic:
    return Topic(
        episode=episode.pk,
        uid=str(episode.uid),
        name=episode.client.reference,
        row=None,
        stored=Agreed.of(agreement),
    )
