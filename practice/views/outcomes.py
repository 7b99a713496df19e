"""The journey beside a chosen comparator, and the clients behind each number."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from django.forms import BoundField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from practice.cohorts import Scope, first_referral, load_cohort, only
from practice.domain.groups import GroupBy
from practice.domain.published_columns import newest_year, published_columns
from practice.domain.sentences import TWELVE_MONTHS
from practice.forms.comparator import BESIDE, ComparatorForm
from practice.models import Episode
from practice.published import published_for
from practice.reports.behind import Behind, Placed, behind
from practice.reports.behind_figures import FIGURES, Figure
from practice.reports.outcome_page import Chosen, OutcomePage, outcome_page
from practice.reports.targets import standing_targets
from practice.reports.words import in_full
from practice.tables.behind import BehindRow, BehindTable
from practice.views.access import find_case_scope, find_scope, signed_in
from practice.views.chosen_part import ChosenPart, chosen_part
from practice.views.chosen_report import choice_of, usual_month
from practice.views.further_figures import further_figures
from practice.views.kept_page import kept_page
from practice.views.scopes import choices
from practice.views.shown_outcomes import shown_outcomes

ROWS_OF_A_LIST = 50
# Medium is left to the splits: few practices would look for the outcomes of one alone.
_KINDS = tuple(by for by in GroupBy if by is not GroupBy.MEDIUM)
_GROUPS = frozenset(by.value for by in _KINDS)
_SPANS: Mapping[int, str] = MappingProxyType({12: TWELVE_MONTHS})


@dataclass(frozen=True, kw_only=True)
class _Choice:
    """What somebody has chosen to look at, and beside what. query: the same for another address."""

    part: ChosenPart
    form: ComparatorForm
    chosen: Chosen

    @property
    def period_fields(self) -> list[BoundField]:
        """What is chosen of the time."""
        return [self.part.form[name] for name in self.part.form.fields if name not in _GROUPS]

    @property
    def group_fields(self) -> list[BoundField]:
        """What is chosen of the clients."""
        return [self.part.form[name] for name in self.part.form.fields if name in _GROUPS]

    @property
    def query(self) -> str:
        """The choice for another address."""
        if not self.form.code:
            return self.part.query
        return f"{self.part.query}&{urlencode({BESIDE: self.form.code})}"

    @property
    def without_groups(self) -> str:
        """The same of everybody."""
        pairs = {"to": str(self.part.month), "months": str(self.part.months)}
        return urlencode(pairs | ({BESIDE: self.form.code} if self.form.code else {}))


def _choice(request: HttpRequest, scope: Scope, *, today: dt.date) -> _Choice:
    usual = usual_month(first_referral(scope.service), today=today)
    part = chosen_part(request, scope, today=today, usual=usual, kinds=_KINDS)
    benchmarks = published_for(scope.service)
    columns = published_columns(benchmarks)
    form = ComparatorForm(
        request.GET.dict(),
        columns=columns,
        usual=newest_year(columns, on=part.month.period.end),
    )
    return _Choice(
        part=part,
        form=form,
        chosen=Chosen(
            column=form.column,
            benchmarks=benchmarks,
            groups=part.groups,
            span=_SPANS.get(part.months, f"{part.months} months"),
        ),
    )


def _page(scope: Scope, choice: _Choice) -> OutcomePage:
    part = choice.part
    before = load_cohort(scope, part.month.minus(part.months).months_to(part.months))
    return outcome_page(
        part.part,
        before=only(before, part.groups).entered_and_ended,
        service=scope.service,
        beside=choice.chosen,
    )


@never_cache
@require_safe
@kept_page
def outcome_list(
    request: HttpRequest, service: uuid.UUID, practitioner: uuid.UUID | None = None
) -> HttpResponse:
    """Both key indicators, the journey and the outcomes of a part, beside published figures."""
    scope = find_scope(request, service, practitioner)
    today = timezone.localdate()
    choice = _choice(request, scope, today=today)
    page = _page(scope, choice)
    whose = _whose(scope)
    mine = choices(signed_in(request))
    # Whoever leads may see figures of clients whom they may not open: then a number is a number.
    opens_clients = scope in mine.with_clients
    year = page.column.period if page.column and page.column.code.startswith("year:") else None
    context = {
        "scope": scope,
        "scopes": mine.scopes,
        "opens_clients": opens_clients,
        "choice": choice,
        "targets_whose": _targets_whose(request, scope),
        "endings_url": f"{reverse('ending-list', args=whose)}?{choice.part.query}",
        "splits_url": f"{reverse('split-list', args=whose)}?{choice.part.query}",
        "report_url": (
            f"{reverse('report-month', args=whose)}?{choice_of(choice.part.month, year)}"
        ),
        "resolutions_url": reverse("resolution-list", args=whose),
        "caseload_url": reverse("caseload", args=whose),
        **further_figures(page),
        **shown_outcomes(
            page,
            targets=standing_targets(scope, on=today),
            to=lambda key: _clients_url(scope, key, query=choice.query) if opens_clients else "",
        ),
    }
    return render(request, "outcomes/outcome_list.html", context)


def _whose(scope: Scope) -> list[uuid.UUID]:
    return [scope.service.uid, *([scope.practitioner.uid] if scope.practitioner else [])]


def _clients_url(scope: Scope, key: str, *, query: str) -> str:
    return f"{reverse('outcome-clients', args=[*_whose(scope), key])}?{query}"


def _targets_whose(request: HttpRequest, scope: Scope) -> str:
    if scope.practitioner is None:
        return "The service’s target"
    return "Your target" if scope.practitioner == signed_in(request) else "Own target"


@dataclass(frozen=True, kw_only=True)
class _List:
    """One list of a figure: its heading, what stands there, and how many."""

    key: str
    heading: str
    table: BehindTable
    n: int
    reasons: Sequence[tuple[str, int]] = ()


@never_cache
@require_safe
@kept_page
def outcome_clients(
    request: HttpRequest, service: uuid.UUID, figure: str, practitioner: uuid.UUID | None = None
) -> HttpResponse:
    """Who is behind a number: counted, not counted, and left out with the reason."""
    scope = find_case_scope(request, service, practitioner)
    if figure not in FIGURES:
        raise Http404("no such figure")
    today = timezone.localdate()
    choice = _choice(request, scope, today=today)
    found = behind(choice.part.part, figure)
    context = {
        "scope": scope,
        "choice": choice,
        "figure": found.figure,
        "counted": in_full(found.proportion),
        "lists": _lists(request, scope, found, today=today),
        "back_url": f"{reverse('outcome-list', args=_whose(scope))}?{choice.query}",
    }
    return render(request, "outcomes/outcome_clients.html", context)


def _lists(request: HttpRequest, scope: Scope, found: Behind, *, today: dt.date) -> list[_List]:
    left_out = sorted((*found.left_out, *found.beyond), key=lambda placed: placed.why)
    parts: tuple[tuple[str, str, Sequence[Placed]], ...] = (
        ("counted", "Counted", found.counted),
        ("not", "Of whom, but not counted", found.not_counted),
        ("out", "Left out", left_out),
    )
    measures = _measures(found.figure, scope)
    # Filled below: which clients the pages show is known once they are cut.
    seen: dict[int, Episode] = {}
    lists = [
        _List(
            key=key,
            heading=heading,
            n=len(placed),
            table=_table(
                request,
                [BehindRow(placed=each, measures=measures, seen=seen) for each in placed],
                key=key,
                caption=heading,
                exclude=("ending",) if found.figure.says_ending and key != "out" else (),
            ),
            reasons=_reasons(placed) if key == "out" else (),
        )
        for key, heading, placed in parts
    ]
    keys = [key for each in lists for key in each.table.keys()]  # noqa: SIM118 - not a mapping
    for episode in (
        Episode.objects.visible_to(signed_in(request), on=today)
        .filter(pk__in=keys)
        .select_related("client")
    ):
        seen[episode.pk] = episode
    return lists


def _measures(figure: Figure, scope: Scope) -> tuple[str, ...]:
    return (scope.service.primary if figure.by is None else figure.by).measures


def _reasons(placed: Sequence[Placed]) -> list[tuple[str, int]]:
    """Why, and how many, in the order of the list."""
    counted: dict[str, int] = {}
    for each in placed:
        counted[each.why] = counted.get(each.why, 0) + 1
    return list(counted.items())


def _table(
    request: HttpRequest,
    rows: Sequence[BehindRow],
    *,
    key: str,
    caption: str,
    exclude: tuple[str, ...],
) -> BehindTable:
    table = BehindTable(rows, caption=caption, prefix=f"{key}-", exclude=exclude)
    table.paginate(per_page=ROWS_OF_A_LIST)
    table.page = table.paginator.get_page(request.GET.get(table.prefixed_page_field))
    return table
