"""The endings of a period, and who has silently stayed open."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from practice.actions.episodes import leave_open
from practice.actions.writing import RefusedError
from practice.cases.case import load_case
from practice.cases.endings_of_period import (
    HOW_WORDS,
    EndingRow,
    clients_shown,
    ending_rows,
    holders_then,
    written_of,
)
from practice.cases.silent_open import group_silent, pauses_in, silent_rows
from practice.cohorts import Scope
from practice.domain.integrity_counts import count_silent
from practice.domain.outcomes import SILENT_FROM_DAYS
from practice.domain.periods import Month, day_words
from practice.models import Episode
from practice.reports.endings_page import (
    EndingFigures,
    ending_figures,
    head_lines,
    leaving_blocks,
    rates_picture,
    reason_lines,
    sentences,
    strips_of_months,
)
from practice.tables.endings import AllEndingsTable, UnplannedTable
from practice.views.access import (
    find_case_scope,
    find_episode_to_change,
    find_service,
    signed_in,
)
from practice.views.chosen_part import ChosenPart, chosen_part
from practice.views.kept_page import kept_page
from practice.views.scopes import may_write_clients, visible_case_scopes
from practice.views.shown_blocks import picture_svg, shown

ROWS_OF_A_PAGE = 25
# Of a to-do so many are named at once; the rest is folded away.
NAMED = 8
# Of one band of silence AT MOST so many are listed; only a very large service has more.
MOST_SILENT = 100
# Whose list to go back to: the whole service's, or of whom; one's own where nothing is said.
_BACK, _WHOLE = "back", "service"


@dataclass(frozen=True, kw_only=True)
class _ToDo:
    """The clients of whom something is missing: named at once, and folded away."""

    n: int
    rows: Sequence[EndingRow]

    @property
    def named(self) -> Sequence[EndingRow]:
        return self.rows[:NAMED]

    @property
    def folded(self) -> Sequence[EndingRow]:
        return self.rows[NAMED:]


@never_cache
@require_safe
@kept_page
def ending_list(
    request: HttpRequest, service: uuid.UUID, practitioner: uuid.UUID | None = None
) -> HttpResponse:
    """How therapies of a period ended, who left, and who has not been seen for long."""
    scope = find_case_scope(request, service, practitioner)
    today = timezone.localdate()
    chosen = chosen_part(request, scope, today=today, usual=Month.of(today))
    clients = clients_shown(scope, chosen.period, person=signed_in(request), today=today)
    part, by = chosen.part, scope.service.primary
    holders = holders_then((*part.ended, *part.silent_open), scope=scope, period=chosen.period)
    rows = ending_rows(part.ended, by=by, clients=clients, holders=holders)
    paused = pauses_in(scope, chosen.period)
    silent = silent_rows(part.silent_open, paused_until=paused, clients=clients, holders=holders)
    figures = ending_figures(part, silent=count_silent(part.open_on_last_day, paused))
    context = {
        "scope": scope,
        "scopes": visible_case_scopes(signed_in(request)),
        "may_write": may_write_clients(find_service(request, service), scope),
        "today": today,
        "chosen": chosen,
        "is_today": chosen.period.end == today,
        "silent_from": SILENT_FROM_DAYS,
        "silent": group_silent(silent),
        "most_silent": MOST_SILENT,
        "back_query": _back_query(scope, chosen),
        **_figures_shown(figures, chosen, scope),
        **_rows_shown(request, rows, chosen=chosen, scope=scope),
    }
    return render(request, "endings/ending_list.html", context)


def _back_query(scope: Scope, chosen: ChosenPart) -> str:
    """For the buttons of the silent: the way back to this very list."""
    back = _WHOLE if scope.practitioner is None else str(scope.practitioner.uid)
    return "&".join(part for part in (urlencode({_BACK: back}), chosen.query) if part)


def _figures_shown(figures: EndingFigures, chosen: ChosenPart, scope: Scope) -> dict[str, object]:
    if not figures.ended:
        return {"figures": figures, "sentences": sentences(figures)}
    strips = strips_of_months(chosen.part, last=chosen.month, months=chosen.months)
    picture = rates_picture(figures)
    return {
        "figures": figures,
        "sentences": sentences(figures),
        "head": head_lines(figures),
        "rates": (picture_svg(picture, uid="rates"), picture),
        "months": [
            (strip.words, picture_svg(strip.picture, uid=f"months-{place}"), strip.picture)
            for place, strip in enumerate(strips)
        ],
        "reasons": reason_lines(figures),
        "blocks": shown(leaving_blocks(chosen.part, by=scope.service.primary)),
    }


def _rows_shown(
    request: HttpRequest, rows: Sequence[EndingRow], *, chosen: ChosenPart, scope: Scope
) -> dict[str, object]:
    how = request.GET.get("how", "")
    how = how if how in HOW_WORDS else ""
    unplanned = sorted(
        (row for row in rows if row.is_unplanned), key=lambda row: row.ended_on, reverse=True
    )
    narrowed = [row for row in rows if not how or how in row.kinds]
    exclude = () if scope.practitioner is None else ("holder",)
    one_by_one = UnplannedTable(
        unplanned, caption="Unplanned endings", prefix="left-", exclude=exclude
    )
    _page(request, one_by_one)
    one_by_one.notes = written_of([row.record for row in one_by_one.page.object_list])
    every = AllEndingsTable(
        narrowed,
        caption=f"Endings: {HOW_WORDS[how]}" if how else "All endings",
        prefix="all-",
        exclude=exclude,
    )
    _page(request, every)
    blank = [row for row in unplanned if row.wants_words]
    unrecorded = [row for row in rows if not row.is_recorded]
    return {
        "unplanned": one_by_one,
        "n_unplanned": len(unplanned),
        "blank": _ToDo(n=len(blank), rows=blank),
        "unrecorded": _ToDo(
            n=len(unrecorded), rows=[row for row in unrecorded if row.client is not None]
        ),
        "handed_over": sum(row.client is None for row in rows),
        "all": every,
        "n_all": len(rows),
        "n_narrowed": len(narrowed),
        "how": how,
        "how_words": HOW_WORDS.get(how, ""),
        "without_how": f"?{chosen.query}#all-endings",
    }


def _page(request: HttpRequest, table: UnplannedTable | AllEndingsTable) -> None:
    """Sorted and paged as the address says; what is none of the columns or pages is passed over."""
    asked = request.GET.getlist(table.prefixed_order_by_field)
    names = {sign + name for name in table.columns.names() for sign in ("", "-")}
    table.order_by = [alias for alias in asked if alias in names]
    table.paginate(per_page=ROWS_OF_A_PAGE)
    table.page = table.paginator.get_page(request.GET.get(table.prefixed_page_field))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def episode_still_open(request: HttpRequest, episode: uuid.UUID) -> HttpResponse:
    """Looked at, and left open: stored with the day, and in every count as before."""
    found = find_episode_to_change(request, episode)
    today = timezone.localdate()
    if request.method == "POST":
        return _leave_open(request, found, today=today)
    context = {
        "scope": Scope(service=found.client.service),
        "episode": found,
        "case": load_case(found, on=today),
        "today": today,
        "silent_from": SILENT_FROM_DAYS,
        "back": _list_of(request, found),
    }
    return render(request, "endings/episode_still_open.html", context)


def _leave_open(request: HttpRequest, episode: Episode, *, today: dt.date) -> HttpResponse:
    reference = episode.client.reference
    try:
        leave_open(episode=episode, today=today, by=signed_in(request))
    except RefusedError as refused:
        messages.error(request, f"{reference}: {refused}")
        # To the top, where it is said.
        return redirect(_list_of(request, episode))
    messages.success(
        request,
        f"{reference}: looked at on {day_words(today)}, left open. It stays in every count.",
    )
    return redirect(f"{_list_of(request, episode)}#silent")


def _list_of(request: HttpRequest, episode: Episode) -> str:
    """The address of the list to go back to, with what was chosen there.

    Made from the service and a person of it, never from an address that was sent; a list that the
    person may not open is passed over for their own.
    """
    service, person = episode.client.service, signed_in(request)
    back = request.GET.get(_BACK, "")
    own = [scope for scope in visible_case_scopes(person) if scope.service == service]
    asked = next((scope for scope in own if back == _name_of(scope)), None)
    of = person if asked is None else asked.practitioner
    people = () if of is None else (of.uid,)
    kept = QueryDict(mutable=True)
    kept.update(request.GET)
    kept.pop(_BACK, None)
    query = f"?{kept.urlencode()}" if kept else ""
    return f"{reverse('ending-list', args=(service.uid, *people))}{query}"


def _name_of(scope: Scope) -> str:
    return _WHOLE if scope.practitioner is None else str(scope.practitioner.uid)
