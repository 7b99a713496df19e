"""Who belongs to a service and in which role: the list, another role, leaving."""

import datetime as dt
import uuid
from collections.abc import Sequence
from itertools import groupby

from django.contrib import messages
from django.contrib.auth import logout
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from practice.actions import members as actions
from practice.actions.sessions import RefusedFieldError
from practice.actions.versions import StaleError
from practice.actions.writing import RefusedError
from practice.cases.granting import grant_of
from practice.cohorts import Scope
from practice.domain.periods import day_words
from practice.forms.members import (
    HeldClient,
    LeaveForm,
    RoleForm,
    TakeOverForm,
)
from practice.forms.versions import Stale, carry_version, look_again
from practice.members import members_of
from practice.models import Holding, Membership, Practitioner, Role, Service
from practice.models.invitation import GOOD_FOR
from practice.reports.words import several
from practice.views.access import find_run_service, find_service, signed_in
from practice.views.readings import note_list
from practice.views.scopes import may_write_clients

# Of more clients than that nobody chooses one by one: they go to one person.
MOST_ONE_BY_ONE = 60
# Supervisions that are over, shown below the others.
MOST_OVER = 20


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def member_list(request: HttpRequest, service: uuid.UUID) -> HttpResponse:
    """Everybody with their role, supervision and number of clients; and who takes over what nobody holds."""
    run = find_run_service(request, service)
    today = timezone.localdate()
    form = TakeOverForm(request.POST if request.method == "POST" else None, takers=takers_of(run))
    if request.method == "POST" and form.is_valid():
        to = form.cleaned_data["to"]
        try:
            count = actions.take_over_unheld(service=run, to=to, by=signed_in(request), today=today)
        except RefusedError as refused:
            form.add_error("to", f"{refused}.")
        else:
            messages.success(request, f"{to} holds {several(count, 'episode', 'episodes')} more.")
            return redirect("member-list", service=run.uid)
    return render(request, "members/member_list.html", _list_context(request, run, form, today))


def _list_context(
    request: HttpRequest, service: Service, form: TakeOverForm, today: dt.date
) -> dict[str, object]:
    supervisings = list(
        service.supervisings.select_related("supervisor", "practitioner").order_by(
            "practitioner__name", "practitioner__email", "-since"
        )
    )
    going_on = [each for each in supervisings if each.until is None or each.until > today]
    over = sorted(
        (each for each in supervisings if each not in going_on),
        key=lambda each: each.since,
        reverse=True,
    )
    unheld = list(actions.held_by_nobody(service, today=today).values_list("ended_on", flat=True))
    invitations = service.invitations.open_at(timezone.now()).select_related("invited_by")
    return {
        "service": service,
        "scope": Scope(service=service),
        "me": signed_in(request),
        "grant": grant_of(service),
        "members": [
            {
                "member": member,
                "supervises": [e.practitioner for e in going_on if e.supervisor == member.person],
                "supervised_by": [
                    e.supervisor for e in going_on if e.practitioner == member.person
                ],
            }
            for member in members_of(service, today=today)
        ],
        "going_on": going_on,
        "over": over[:MOST_OVER],
        "n_over": len(over),
        "form": form,
        "unheld": len(unheld),
        "unheld_open": sum(ended_on is None for ended_on in unheld),
        "invitations": [
            (invitation, invitation.invited_at + GOOD_FOR)
            for invitation in invitations.order_by("-invited_at")
        ],
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def member_role(request: HttpRequest, service: uuid.UUID, member: uuid.UUID) -> HttpResponse:
    """Another role for somebody else."""
    run = find_run_service(request, service)
    found, now = _member(run, member), timezone.now()
    today = timezone.localdate(now)
    held = actions.held_by(found, today=today).count()
    person = signed_in(request)
    form = _role_form(found, request.POST if request.method == "POST" else None, held=held)
    is_own = found.practitioner == person
    stale: Stale | None = None
    if request.method == "POST" and not is_own and form.is_valid():
        try:
            actions.give_role(
                membership=found,
                role=form.role_chosen(),
                handing=form.handing(on=today),
                seen=form.cleaned_data["version"],
                by=person,
                now=now,
                today=today,
            )
        except StaleError as problem:
            # Who takes over is of the change alone: there is nothing stored to set beside it.
            stale = look_again(
                form,
                problem,
                stored=_role_form(found, None, held=0),
                row=found,
                as_seen=lambda then: _role_form(then, None, held=0),
                person=person,
            )
        except RefusedError as refused:
            form.add_error("role", f"Nothing is changed: {refused}.")
        else:
            messages.success(request, f"{found.practitioner}: {form.role_chosen().value} now.")
            return redirect("member-list", service=run.uid)
    context = _about(run, found) | {"form": form, "held": held, "is_own": is_own, "stale": stale}
    return render(request, "members/member_role.html", context)


def _role_form(place: Membership, data: QueryDict | None, *, held: int) -> RoleForm:
    form = RoleForm(
        data,
        takers=takers_of(place.service, without=place),
        held=held,
        initial={"role": place.role},
    )
    carry_version(form, place)
    return form


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def member_leave(request: HttpRequest, service: uuid.UUID, member: uuid.UUID) -> HttpResponse:
    """Somebody leaves: from when, and who takes over what they hold."""
    run = find_run_service(request, service)
    found, now = _member(run, member), timezone.now()
    today = timezone.localdate(now)
    holdings = list(actions.held_by(found, today=today).select_related("episode"))
    clients = _held_clients(request, found, today=today)
    form = LeaveForm(
        request.POST if request.method == "POST" else None,
        takers=takers_of(run, without=found),
        held=len(holdings),
        clients=clients,
        today=today,
    )
    if request.method == "POST" and form.is_valid():
        try:
            count = actions.leave(
                membership=found,
                handing=form.handing(),
                by=signed_in(request),
                now=now,
                today=today,
            )
        except RefusedFieldError as refused:
            form.add_error(refused.field, str(refused))
        except RefusedError as refused:
            form.add_error(None, f"Nothing is changed: {refused}.")
        else:
            handed = several(count, "episode is", "episodes are")
            if found.practitioner == signed_in(request):
                # Signed out with everything else: this page's own session is gone already.
                logout(request)
                return redirect("home")
            messages.success(
                request, f"{found.practitioner} has left {run.name}; {handed} handed over."
            )
            return redirect("member-list", service=run.uid)
    is_open = [holding.episode.ended_on is None for holding in holdings]
    context = _about(run, found) | {
        "form": form,
        "n_open": sum(is_open),
        "n_ended": len(is_open) - sum(is_open),
        "is_last_lead": found.is_lead and not _other_leads(found),
        "is_own": found.practitioner == signed_in(request),
    }
    return render(request, "members/member_leave.html", context)


def _held_clients(
    request: HttpRequest, place: Membership, *, today: dt.date
) -> Sequence[HeldClient]:
    """The single clients, for whoever may see them; nobody where there are too many to choose."""
    asking = find_service(request, place.service.uid)
    whose = Scope(service=place.service, practitioner=place.practitioner)
    if not may_write_clients(asking, whose):
        return ()
    held = actions.held_by(place, today=today).select_related("episode__client")
    ordered = list(held.order_by("episode__client__reference", "episode__number"))
    if not ordered or len(ordered) > MOST_ONE_BY_ONE:
        return ()
    note_list(request, signed_in(request), whose)
    clients = []
    for client, its in groupby(ordered, key=lambda holding: holding.episode.client):
        holdings = list(its)
        clients.append(
            HeldClient(
                uid=client.uid,
                reference=client.reference,
                episodes=[holding.episode_id for holding in holdings],
                standing="; ".join(_standing(holding) for holding in holdings),
            )
        )
    return clients


def _standing(holding: Holding) -> str:
    ended_on = holding.episode.ended_on
    return "open" if ended_on is None else f"ended {day_words(ended_on)}"


def _member(service: Service, uid: uuid.UUID) -> Membership:
    places = service.memberships.select_related("service", "practitioner")
    try:
        return places.get(practitioner__uid=uid)
    except Membership.DoesNotExist:
        raise Http404("nobody of that kind in this service") from None


def _about(service: Service, place: Membership) -> dict[str, object]:
    return {"service": service, "scope": Scope(service=service), "place": place}


def _other_leads(place: Membership) -> bool:
    return place.service.memberships.filter(role=Role.LEAD).exclude(pk=place.pk).exists()


def takers_of(service: Service, *, without: Membership | None = None) -> QuerySet[Practitioner]:
    """Whoever may hold clients of the service."""
    places = actions.may_take_over(service)
    if without is not None:
        places = places.exclude(pk=without.pk)
    return Practitioner.objects.filter(pk__in=places.values("practitioner"))
