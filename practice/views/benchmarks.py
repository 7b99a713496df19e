"""Every published figure with its definition and source, and what it may be set beside."""

import datetime as dt
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_tables2 import RequestConfig

from practice.domain.benchmark_beside import Related, own_rates_beside, related, tempting
from practice.domain.benchmark_search import in_order
from practice.domain.benchmark_words import (
    STATUS_WORDS,
    Kind,
    Whom,
    kind_of,
    sample_words,
    value_words,
    whom_of,
)
from practice.domain.benchmarks import Benchmark, Benchmarks
from practice.domain.comparability import Mark
from practice.domain.definitions import Event, population_words
from practice.domain.periods import Period
from practice.domain.published_columns import england
from practice.domain.targets import set_by_others
from practice.forms.benchmarks import BenchmarkSearchForm
from practice.models import Practitioner
from practice.published import published, published_for
from practice.reports.monthly import choose_year
from practice.reports.targets import own_targets
from practice.tables.benchmarks import BenchmarkTable, mark_words
from practice.views.access import signed_in
from practice.views.kept_page import kept_page
from practice.views.scopes import visible_scopes

PER_PAGE = 25
# Of figures that belong to one, AT MOST so many of a kind stand on its page; a link leads to all.
MOST_RELATED = 14
# What the address may ask of the list; without any of it the page begins with a few figures.
_ASKED = frozenset({"page", "sort", *BenchmarkSearchForm.base_fields}) | frozenset(
    {"event", "whom", "place", "year", "kind", "status", "source"}
)
# Endings before outcomes.
_START: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Endings", ("planned_declared", "one_session_of_entered", "finished_of_entered")),
    (
        "Outcomes",
        (
            "reliable_improvement_iapt",
            "recovery_iapt",
            "reliable_recovery_iapt",
            "reliable_deterioration_iapt",
            "improved_of_entered",
            "recovered_of_entered",
        ),
    ),
    (
        "Sessions, waits and missed appointments",
        ("mean_sessions_of_finished", "wait_6_weeks_of_finished", "dna_of_appointments"),
    ),
)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A figure as a short list shows it, with the mark against one's own where it is asked for."""

    figure: Benchmark
    mark: str = ""
    reason: str = ""

    @property
    def value(self) -> str:
        return value_words(self.figure)

    @property
    def sample(self) -> str:
        return sample_words(self.figure)


@dataclass(frozen=True, kw_only=True)
class Way:
    """A link to a part of the list, with how many figures it holds."""

    words: str
    query: str
    n: int


@never_cache
@require_safe
@kept_page
def benchmark_list(request: HttpRequest) -> HttpResponse:
    """A few figures to begin with, or those that somebody looks for; sorted and paged."""
    person, today = signed_in(request), timezone.localdate()
    figures = _published(person)
    is_start = _ASKED.isdisjoint(request.GET)
    form = BenchmarkSearchForm(None if is_start else request.GET, figures=figures)
    context: dict[str, object] = {"form": form, "n_all": len(figures), "is_start": is_start}
    if is_start:
        context |= _start(figures, person=person, today=today)
    else:
        context |= _found(request, form=form, figures=figures, today=today)
    return render(request, "benchmarks/benchmark_list.html", context)


def _published(person: Practitioner) -> Benchmarks:
    """What the program knows, and the years brought in by services that the person belongs to."""
    by_key = dict(published().by_key)
    for place in person.memberships.select_related("service").order_by("pk"):
        for figure in published_for(place.service):
            by_key.setdefault(figure.key, figure)
    return Benchmarks(by_key=MappingProxyType(by_key))


def _found(
    request: HttpRequest, *, form: BenchmarkSearchForm, figures: Benchmarks, today: dt.date
) -> dict[str, object]:
    found = in_order(form.wanted.found(figures))
    table = BenchmarkTable(found, today=today)
    RequestConfig(request, paginate=False).configure(table)
    # Not by RequestConfig, which lets an address ask for any number of rows, and fails on some.
    table.paginate(per_page=PER_PAGE)
    table.page = table.paginator.get_page(request.GET.get("page"))
    return {"table": table, "count": len(found), "asked": form.asked}


def _start(figures: Benchmarks, *, person: Practitioner, today: dt.date) -> dict[str, object]:
    year = choose_year(figures, asked=None, on=today)
    rates = england(figures, year)
    sections = [
        (heading, [_shown(rates[name], today=today) for name in names if name in rates])
        for heading, names in _START
    ]
    mine = [each for each in visible_scopes(person) if each.practitioner in (None, person)]
    return {
        "year": year,
        "sections": [(heading, shown) for heading, shown in sections if shown],
        "ways": _ways(figures),
        "targets": own_targets(person, on=today),
        "today": today,
        "scopes": mine,
        "others": set_by_others(figures),
    }


def _shown(figure: Benchmark, *, today: dt.date) -> Shown:
    mark, reason = mark_words(figure, today=today)
    return Shown(figure=figure, mark=mark, reason=reason)


def _ways(figures: Benchmarks) -> list[Way]:
    """By whom each figure is about; then kinds that people look for by name."""
    about = [whom_of(figure) for figure in figures]
    kinds = [kind_of(figure) for figure in figures]
    costs = sum(figure.definition.event is Event.COST for figure in figures)
    ways = [
        *((whom.words, {"whom": whom.value}, about.count(whom)) for whom in Whom),
        ("targets set by others", {"kind": Kind.TARGET.value}, kinds.count(Kind.TARGET)),
        ("costs", {"event": Event.COST.value}, costs),
    ]
    return [Way(words=words, query=urlencode(query), n=n) for words, query, n in ways if n]


@never_cache
@require_safe
@kept_page
def benchmark_detail(request: HttpRequest, key: str) -> HttpResponse:
    """All of one figure: what it is, where it is from, and what it may and may not stand beside."""
    figures, today = _published(signed_in(request)), timezone.localdate()
    try:
        figure = figures.get(key)
    except KeyError:
        raise Http404("no such figure") from None
    rates = own_rates_beside(figure, period_end=today)
    context = {
        "figure": figure,
        "value": value_words(figure),
        "sample": sample_words(figure),
        "kind": kind_of(figure),
        "whom": whom_of(figure),
        "status_words": STATUS_WORDS[figure.status],
        "population_words": population_words(figure.definition.population),
        "days": Period(start=figure.period_start, end=figure.period_end).words,
        "may": [rate for rate in rates if rate.mark is not Mark.NOT_COMPARABLE],
        "may_not": [rate for rate in rates if rate.mark is Mark.NOT_COMPARABLE],
        "tempting": tempting(figure),
        "related": [_list(each, of=figure) for each in related(figure, figures)],
        "more": _more(figure),
    }
    return render(request, "benchmarks/benchmark_detail.html", context)


def _list(found: Related, *, of: Benchmark) -> dict[str, object]:
    """Newest first, and its own series before others; cut, with a link to all, if there are many."""
    ordered = sorted(found.figures, key=lambda figure: figure.period, reverse=True)
    ordered.sort(key=lambda figure: figure.population != of.population)
    asked = {"event": of.definition.event.value, "kind": kind_of(of).value}
    if found.figures[0].period == of.period:
        asked |= {"year": of.period, "whom": whom_of(found.figures[0]).value}
    return {
        "heading": found.heading,
        "figures": [Shown(figure=figure) for figure in ordered[:MOST_RELATED]],
        "n": len(ordered),
        "query": urlencode(asked) if len(ordered) > MOST_RELATED else "",
    }


def _more(figure: Benchmark) -> list[tuple[str, str]]:
    """Words and query of lists that the figure is part of."""
    event = figure.definition.event
    lists = [
        (f"All about {event.words}", {"event": event.value}),
        (f"All of {figure.period}", {"year": figure.period}),
        ("All of this source", {"source": figure.source}),
    ]
    if figure.region_code:
        lists.insert(0, (f"All of {figure.region}", {"place": figure.region_code}))
    return [(words, urlencode(query)) for words, query in lists]
