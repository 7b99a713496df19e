"""Consent to the figures and legal holds: recorded, withdrawn, ended; never over what others stored."""

import datetime as dt
import uuid
from dataclasses import replace

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from practice.actions import consent
from practice.actions.sessions import RefusedFieldError
from practice.actions.versions import StaleError
from practice.actions.writing import GoneError, RefusedError
from practice.domain.periods import day_words
from practice.forms.client_rights import ConsentForm, HoldForm, WhyForm, WithdrawForm
from practice.forms.versions import Stale, carry_version, look_again
from practice.models import Client, Episode, Practitioner
from practice.reports.words import several
from practice.views.access import signed_in
from practice.views.client_access import find_client_to_change
from practice.views.client_rights import client_context, gone

NOT_WITHDRAWN = "no withdrawal of consent"
NOT_HELD = "no legal hold"
Asked = ConsentForm | WithdrawForm | HoldForm | WhyForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def client_consent(request: HttpRequest, client: uuid.UUID) -> HttpResponse:
    """Consent to being part of the figures: recorded, withdrawn, the withdrawal taken back."""
    found = find_client_to_change(request, client)
    now = timezone.now()
    today = timezone.localdate(now)
    # Each button sends its own form: the others stay as they are stored.
    data = request.POST if request.method == "POST" else None
    does = next(
        (name for name in ("withdraw", "take_back", "consent") if data and name in data), ""
    )
    consented = _consent_form(found, data if does == "consent" else None, today=today)
    withdrawn = _withdraw_form(found, data if does == "withdraw" else None, today=today)
    why = _why_form(found, data if does == "take_back" else None)
    sent: dict[str, ConsentForm | WithdrawForm | WhyForm] = {
        "consent": consented,
        "withdraw": withdrawn,
        "take_back": why,
    }
    form = sent.get(does)
    stale: Stale | None = None
    if form is not None and form.is_valid():
        try:
            _store_consent(request, found, does, form.cleaned_data, now=now)
        except GoneError:
            return gone(request)
        except StaleError as problem:
            stale = _stale_consent(form, problem, client=found, by=signed_in(request), today=today)
        except RefusedFieldError as refused:
            form.add_error(refused.field, str(refused))
        except RefusedError as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("client-consent", client=found.uid)
        found.refresh_from_db()
    leaving = consent.in_figures(found)
    context = client_context(found) | {
        "consented": consented,
        "withdrawn": withdrawn,
        "why": why,
        "stale": stale,
        "leaving": leaving,
        "endings": sum(episode.ended_on is not None for episode in leaving),
        "coming_back": () if found.withdrew_on is None else consent.left_by_withdrawal(found),
    }
    return render(request, "client_rights/client_consent.html", context)


def _store_consent(
    request: HttpRequest, client: Client, does: str, given: dict[str, object], *, now: dt.datetime
) -> None:
    by, seen = signed_in(request), str(given["version"])
    if does == "consent":
        on = given["consented_on"]
        consent.record_consent(
            client=client,
            on=on if isinstance(on, dt.date) else None,
            seen=seen,
            by=by,
            why=str(given.get("reason") or consent.GIVEN),
        )
        messages.success(request, "Stored.")
    elif does == "withdraw":
        on = given["withdrew_on"]
        if isinstance(on, dt.date):
            left = consent.withdraw_consent(client=client, on=on, seen=seen, by=by, now=now)
            messages.success(request, f"Consent is withdrawn: {_episodes(left)} left the figures.")
    else:
        back = consent.take_withdrawal_back(
            client=client, seen=seen, by=by, why=str(given["reason"])
        )
        messages.success(
            request, f"The withdrawal is taken back: {_episodes(back)} came back into the figures."
        )


def _episodes(episodes: tuple[Episode, ...]) -> str:
    return several(len(episodes), "episode", "episodes")


def _stale_consent(
    form: Asked, problem: StaleError, *, client: Client, by: Practitioner, today: dt.date
) -> Stale:
    withdrew_on = client.withdrew_on
    return replace(
        _stale(form, problem, client=client, by=by, today=today),
        may_save_again=(withdrew_on is not None) == isinstance(form, WhyForm),
        stands=NOT_WITHDRAWN
        if withdrew_on is None
        else f"consent withdrawn on {day_words(withdrew_on)}",
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def client_hold(request: HttpRequest, client: uuid.UUID) -> HttpResponse:
    """A legal hold: set with a reason, ended with a reason."""
    found = find_client_to_change(request, client)
    today, by = timezone.localdate(), signed_in(request)
    data = request.POST if request.method == "POST" else None
    ends = data is not None and "end" in data
    held = _hold_form(found, None if ends else data, today=today)
    why = _why_form(found, data if ends else None)
    form = why if ends else held
    stale: Stale | None = None
    if data is not None and form.is_valid():
        try:
            _store_hold(request, found, form, by=by)
        except GoneError:
            return gone(request)
        except StaleError as problem:
            stale = _stale_hold(form, problem, client=found, by=by, today=today)
        except RefusedError as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("client-hold", client=found.uid)
    context = client_context(found) | {"held": held, "why": why, "stale": stale}
    return render(request, "client_rights/client_hold.html", context)


def _store_hold(
    request: HttpRequest, client: Client, form: HoldForm | WhyForm, *, by: Practitioner
) -> None:
    given = form.cleaned_data
    if isinstance(form, WhyForm):
        consent.end_hold(client=client, seen=given["version"], by=by, why=given["reason"])
        messages.success(request, "The hold has ended.")
        return
    on = given["held_on"]
    consent.hold_client(
        client=client, on=on, reason=given["hold_reason"], seen=given["version"], by=by
    )
    messages.success(request, f"Held since {day_words(on)}: nothing of this client is erased.")


def _stale_hold(
    form: Asked, problem: StaleError, *, client: Client, by: Practitioner, today: dt.date
) -> Stale:
    held_on = client.held_on
    return replace(
        _stale(form, problem, client=client, by=by, today=today),
        may_save_again=(held_on is not None) == isinstance(form, WhyForm),
        stands=NOT_HELD if held_on is None else f"held since {day_words(held_on)}",
    )


def _stale(
    form: Asked, problem: StaleError, *, client: Client, by: Practitioner, today: dt.date
) -> Stale:
    def as_seen(then: Client) -> forms.Form:
        # What sets something is typed anew each time: nothing in it was only left as it was.
        was = then if isinstance(form, ConsentForm) else Client()
        return _stored_form(form, was, today=today)

    stored = _stored_form(form, client, today=today)
    carry_version(stored, client)
    return look_again(form, problem, stored=stored, row=client, as_seen=as_seen, person=by)


def _stored_form(form: Asked, client: Client, *, today: dt.date) -> forms.Form:
    """The same form, with what is stored and without what it would propose."""
    if isinstance(form, ConsentForm):
        return ConsentForm(client=client, today=today)
    if isinstance(form, WithdrawForm):
        return WithdrawForm(today=today, initial={"withdrew_on": client.withdrew_on})
    if isinstance(form, HoldForm):
        given = {"held_on": client.held_on, "hold_reason": client.hold_reason}
        return HoldForm(today=today, initial=given)
    return WhyForm()


def _consent_form(client: Client, data: QueryDict | None, *, today: dt.date) -> ConsentForm:
    form = ConsentForm(data, client=client, today=today)
    carry_version(form, client)
    return form


def _withdraw_form(client: Client, data: QueryDict | None, *, today: dt.date) -> WithdrawForm:
    form = WithdrawForm(data, today=today)
    carry_version(form, client)
    # It stands on one page with the form above: no two fields of one id.
    form.fields["version"].widget.attrs["id"] = "id_version_withdraw"
    return form


def _why_form(client: Client, data: QueryDict | None) -> WhyForm:
    form = WhyForm(data)
    carry_version(form, client)
    return form


def _hold_form(client: Client, data: QueryDict | None, *, today: dt.date) -> HoldForm:
    form = HoldForm(data, today=today)
    carry_version(form, client)
    return form
