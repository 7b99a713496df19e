"""Colleagues are invited by a link, which is shown once."""

import datetime as dt
import smtplib
import uuid
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.mail import send_mail
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from practice.accounts import sign_in_by_link
from practice.actions import invitations
from practice.actions.invitations import Invited
from practice.actions.writing import RefusedError
from practice.cohorts import Scope
from practice.forms.invitations import AcceptForm, InvitationForm
from practice.models import Invitation, Practitioner, Role
from practice.models.invitation import GOOD_FOR
from practice.views.access import find_run_service, signed_in

View = Callable[..., HttpResponse]


def _keeps_its_address(view: View) -> View:
    """The address holds a secret: no other page, not even of ours, learns where somebody came from.

    Not "no-referrer": with it browsers call the origin of a form "null", and it would be refused.
    """

    @wraps(view)
    def answer(request: HttpRequest, token: str) -> HttpResponse:
        response = view(request, token)
        response.headers["Referrer-Policy"] = "strict-origin"
        return response

    return answer


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_create(request: HttpRequest, service: uuid.UUID) -> HttpResponse:
    """Ask for the address; then the link stands on the page that answers, and nowhere else.

    The one POST that is answered with a page and not with a way to one: the secret is kept nowhere,
    so a page that comes later could not show it. Sent again, it makes a new link and voids this.
    """
    led = find_run_service(request, service)
    context: dict[str, object] = {"service": led, "scope": Scope(service=led)}
    form = InvitationForm(
        request.POST if request.method == "POST" else None,
        service=led,
        initial={"email": request.GET.get("email", "")},
    )
    context["form"] = form
    if request.method != "POST" or not form.is_valid():
        return render(request, "invitations/invitation_create.html", context)
    try:
        invited = invitations.invite(
            service=led,
            email=form.cleaned_data["email"],
            role=Role(form.cleaned_data["role"]),
            by=signed_in(request),
            now=timezone.now(),
        )
    except RefusedError as refused:
        form.add_error("email", f"{refused}.")
        return render(request, "invitations/invitation_create.html", context)
    link = request.build_absolute_uri(reverse("invitation-accept", args=[invited.token]))
    context |= {
        "invitation": invited.invitation,
        "link": link,
        "good_until": _good_until(invited.invitation),
        "was_sent": _sent(invited, link=link, by=signed_in(request)),
        "is_loopback": settings.LOOPBACK,
    }
    return render(request, "invitations/invitation_made.html", context)


def _good_until(invitation: Invitation) -> dt.datetime:
    return invitation.invited_at + GOOD_FOR


def _sent(invited: Invited, *, link: str, by: Practitioner) -> bool | None:
    """Whether a mail is on its way; None where this installation sends none."""
    if not settings.SENDS_MAIL:
        return None
    invitation = invited.invitation
    context = {"invitation": invitation, "link": link, "by": by, "until": _good_until(invitation)}
    try:
        send_mail(
            subject="An invitation to Practice outcomes",
            message=render_to_string("invitations/invitation_mail.txt", context),
            from_email=None,
            recipient_list=[invitation.email],
        )
    except (smtplib.SMTPException, OSError):
        return False
    return True


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_withdraw(
    request: HttpRequest, service: uuid.UUID, invitation: uuid.UUID
) -> HttpResponse:
    """Asked on a page of its own; then the link is good no more."""
    led = find_run_service(request, service)
    found = led.invitations.filter(uid=invitation).first()
    if found is None:
        raise Http404("no such invitation")
    if request.method != "POST":
        context = {"invitation": found, "service": led, "scope": Scope(service=led)}
        return render(request, "invitations/invitation_withdraw.html", context)
    try:
        invitations.withdraw(invitation=found, by=signed_in(request), now=timezone.now())
    except RefusedError:
        messages.error(request, f"{found.email} has taken up this invitation already.")
    else:
        messages.success(request, f"The invitation for {found.email} is withdrawn.")
    return redirect("service-settings", service=led.uid)


@sensitive_post_parameters()
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@_keeps_its_address
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever has the link joins, by an account that they have or make."""
    invitation = invitations.open_invitation(token, now=timezone.now())
    if invitation is None:
        return _gone(request)
    if request.user.is_authenticated:
        return _join(request, invitation, person=signed_in(request))
    account = invitations.account_of(invitation)
    if account is None or invitations.may_choose_passphrase(account, service=invitation.service):
        return _make_account(request, invitation, account=account)
    context = {"invitation": invitation, "way_back": request.path, "account": account}
    return render(request, "invitations/invitation_sign_in.html", context)


def _gone(request: HttpRequest) -> HttpResponse:
    return render(request, "invitations/invitation_gone.html", status=404)


def _join(request: HttpRequest, invitation: Invitation, *, person: Practitioner) -> HttpResponse:
    service = invitation.service
    context = {
        "invitation": invitation,
        "way_back": request.path,
        "is_for_another": person.email != invitation.email,
        "is_member": service.memberships.filter(practitioner=person).exists(),
    }
    if request.method != "POST" or context["is_for_another"] or context["is_member"]:
        return render(request, "invitations/invitation_join.html", context)
    try:
        invitations.accept_signed_in(invitation=invitation, person=person, now=timezone.now())
    except RefusedError:
        # Taken up or withdrawn since the look above.
        return _gone(request)
    messages.success(request, f"You are a member of {service.name} now.")
    return redirect("home")


def _make_account(
    request: HttpRequest, invitation: Invitation, *, account: Practitioner | None
) -> HttpResponse:
    form = AcceptForm(
        request.POST if request.method == "POST" else None,
        invitation=invitation,
        initial={"name": account.name if account else ""},
    )
    if request.method != "POST" or not form.is_valid():
        context = {"form": form, "invitation": invitation}
        return render(request, "invitations/invitation_accept.html", context)
    try:
        person = invitations.accept_with_passphrase(
            invitation=invitation,
            name=form.cleaned_data["name"],
            passphrase=form.cleaned_data["password"],
            now=timezone.now(),
        )
    except RefusedError:
        return _gone(request)
    messages.success(request, f"Welcome. You are a member of {invitation.service.name}.")
    return sign_in_by_link(request, person, to="home")
