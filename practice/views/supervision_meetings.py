"""After the supervision: what was agreed, putting it right, and the log."""

import uuid
from collections.abc import Iterator

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from practice.actions.corrections import needs_reason
from practice.actions.supervision import Agreed, correct_meeting, record_meeting, version_of
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
from practice.models import Agreement, Episode, SupervisionMeeting
from practice.reports import supervision as sheets
from practice.reports import supervision_log as logs
from practice.reports.supervision_names import Naming, names_of
from practice.reports.supervision_rows import sheet_row
from practice.reports.words import several
from practice.views.access import find_meeting, find_scope, signed_in


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def supervision_record(
    request: HttpRequest, service: uuid.UUID, practitioner: uuid.UUID
) -> HttpResponse:
    """What was agreed about each client who is on the sheet of the day."""
    scope = find_scope(request, service, practitioner)
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
    person, today = signed_in(request), timezone.localdate()
    day = day_words(found.held_on)
    scope = Scope(service=found.service, practitioner=found.practitioner)
    log = (found.service.uid, found.practitioner.uid)
    is_member = found.service.practitioners.contains(found.practitioner)
    sheet = sheets.supervision_sheet(
        scope, on=min(found.held_on, today), printed_on=today, seen_by=person
    )
    stored = {each.episode_id: each for each in found.agreements.all()}
    others = Episode.objects.visible_to(person, on=today).filter(
        pk__in=set(stored) - {each.key for each in sheet.cases}
    )
    topics = [
        *_topics(sheet, Naming.REFERENCES, stored=stored),
        *(_other(episode, stored[episode.pk]) for episode in others.select_related("client")),
    ]
    data = request.POST if request.method == "POST" else None
    own = CorrectionForm(
        data,
        today=today,
        wants_reason=needs_reason(found, by=person, now=timezone.now()),
        initial={
            "held_on": found.held_on,
            "minutes": found.minutes,
            "supervisor": found.supervisor,
            "seen": version_of(found),
        },
    )
    form = RecordForm(own, topics, data=data)
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
    hidden = len(set(stored) - {topic.episode for topic in topics})
    context = {
        "scope": scope,
        "form": form,
        "day": day,
        "hidden": hidden,
        "log": reverse("supervision-log", args=log) if is_member else "",
    }
    return render(request, "supervision/supervision_edit.html", context)


@never_cache
@require_safe
def supervision_log(
    request: HttpRequest, service: uuid.UUID, practitioner: uuid.UUID
) -> HttpResponse:
    """Every supervision had, and the hours beside those with clients."""
    scope = find_scope(request, service, practitioner)
    log = logs.supervision_log(scope, today=timezone.localdate())
    return render(request, "supervision/supervision_log.html", {"scope": scope, "log": log})


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
    stored: dict[int, Agreement] | None = None,
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
