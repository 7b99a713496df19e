"""The caseload: open clients, what needs attention first."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from practice.cases.attention import SignalLine, attention, signal_lines
from practice.cases.case import Case, load_cases, open_episodes
from practice.cases.ended import RECENT_DAYS, ended_at_risk, ended_episodes, recently_ended
from practice.cases.first_steps import first_steps
from practice.cases.holders import holders_in
from practice.cohorts import Scope
from practice.domain.periods import Month
from practice.domain.review import ReviewGroup
from practice.domain.signal_kinds import SIGNALS_NOTE, Signal
from practice.filters import PAGE_SIZES, CaseloadFilter, search
from practice.models import Episode, Practitioner
from practice.tables.caseload import CaseloadTable, CaseRow, orders
from practice.views.access import find_case_scope, find_service, signed_in
from practice.views.kept_page import kept_page
from practice.views.readers import readers_of
from practice.views.reminders import backup_reminder
from practice.views.scopes import may_write_clients, visible_case_scopes

# Of the clients who have ended, a search shows AT MOST so many.
MOST_ENDED = 25
# Of one signal AT MOST so many clients are shown before the rest is folded away; of risk, all.
SHOWN_OF_A_GROUP = 5

Holders = Mapping[int, Practitioner]


@never_cache
@require_safe
@kept_page
def caseload(
    request: HttpRequest, service: uuid.UUID, practitioner: uuid.UUID | None = None
) -> HttpResponse:
    """Who is in therapy: what needs attention, then everybody, then who ended lately."""
    scope = find_case_scope(request, service, practitioner)
    place = find_service(request, service)
    may_write = may_write_clients(place, scope)
    today = timezone.localdate()
    cases = load_cases(scope, on=today)
    # Of one practitioner it goes without saying who holds the client.
    holders = holders_in(scope, on=today) if scope.practitioner is None else {}
    (first_measure, *_) = scope.service.primary.measures
    chosen = CaseloadFilter(
        request.GET,
        queryset=open_episodes(scope, on=today),
        cases=cases,
        holders=holders,
        orders=orders(first_measure, without=_unsaid(scope)),
        today=today,
    )
    found = chosen.found()
    asked = chosen.form.cleaned_data
    ended = _ended(scope, asked=asked.get("search", ""), on=today)
    context = {
        "scope": scope,
        "scopes": visible_case_scopes(signed_in(request)),
        "place": place,
        "may_write": may_write,
        "whose": scope.practitioner or place.practitioner,
        "month": Month.of(today),
        "steps": first_steps(scope.service, on=today),
        "n": len(cases),
        "remarks": _remarks(cases),
        "n_flagged": sum(bool(case.signals) for case in cases),
        "n_risk": sum(case.group is ReviewGroup.RISK for case in cases),
        "attention": _attention(cases, holders=holders),
        "at_risk": ended_at_risk(scope, on=today),
        "note": SIGNALS_NOTE,
        "signals": [signal for signal in Signal if signal not in scope.service.signals_turned_off],
        "turned_off": [s for s in Signal if s in scope.service.signals_turned_off],
        "form": chosen.form,
        "asked": chosen.asked,
        "n_found": len(found),
        "is_first_look": not request.GET,
        "table": _table(
            request,
            scope=scope,
            chosen=chosen,
            found=found,
            holders=holders,
            without=_unsaid(scope) if may_write else (*_unsaid(scope), "log"),
        ),
        "recent_days": RECENT_DAYS,
        "recent": recently_ended(scope, on=today),
        "ended": ended,
        "readers": readers_of(place.service, place.practitioner)
        if scope.practitioner == place.practitioner
        else None,
        "backup_reminder": backup_reminder(place, today=today),
    }
    return render(request, "caseload/caseload.html", context)


@dataclass(frozen=True, kw_only=True)
class _CaseShown:
    """One client in what needs attention."""

    case: Case
    holder: Practitioner | None
    lines: tuple[SignalLine, ...]


@dataclass(frozen=True, kw_only=True)
class _GroupShown:
    """The clients whose most pressing signal is the same: shown at once, and folded away."""

    words: str
    n: int
    shown: Sequence[_CaseShown]
    folded: Sequence[_CaseShown]


def _attention(cases: Sequence[Case], *, holders: Holders) -> list[_GroupShown]:
    groups = []
    for group in attention(cases):
        flagged = [
            _CaseShown(case=case, holder=holders.get(case.episode.pk), lines=signal_lines(case))
            for case in group.cases
        ]
        shown = len(flagged) if group.is_risk else SHOWN_OF_A_GROUP
        groups.append(
            _GroupShown(
                words=group.words, n=len(flagged), shown=flagged[:shown], folded=flagged[shown:]
            )
        )
    return groups


def _remarks(cases: Sequence[Case]) -> list[str]:
    """What else there is to say of the number of open clients; nothing of what is 0."""
    counted = (
        (sum(case.is_paused for case in cases), "paused"),
        (sum(not case.course.entered_therapy for case in cases), "not yet in therapy"),
        (sum(bool(case.episode.left_out) for case in cases), "left out of every figure"),
    )
    return [f"{count} {words}" for count, words in counted if count]


@dataclass(frozen=True, kw_only=True)
class _EndedFound:
    """The ended episodes that a search has found: how many, and the latest of them."""

    n: int
    latest: Sequence[Episode]


def _ended(scope: Scope, *, asked: str, on: dt.date) -> _EndedFound | None:
    if not asked:
        return None
    found = search(ended_episodes(scope, on=on), asked)
    return _EndedFound(n=found.count(), latest=list(found[:MOST_ENDED]))


def _unsaid(scope: Scope) -> tuple[str, ...]:
    return () if scope.practitioner is None else ("practitioner",)


def _table(
    request: HttpRequest,
    *,
    scope: Scope,
    chosen: CaseloadFilter,
    found: Sequence[Case],
    holders: Holders,
    without: Sequence[str],
) -> CaseloadTable:
    of = f"; {len(found)} of {len(chosen.cases)} chosen" if chosen.asked else ""
    table = CaseloadTable(
        [CaseRow(case=case, holder=holders.get(case.episode.pk)) for case in found],
        caption=f"Open clients of {scope.words}{of}",
        exclude=without,
        order_by=chosen.form.cleaned_data.get("sort") or None,
    )
    table.paginate(per_page=int(chosen.form.cleaned_data.get("per_page") or PAGE_SIZES[0]))
    table.page = table.paginator.get_page(request.GET.get("page"))
    return table
