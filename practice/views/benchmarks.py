"""Every published figure with its definition and source."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_tables2 import RequestConfig

from practice.domain.benchmarks import Benchmark
from practice.published import published
from practice.tables.benchmarks import BenchmarkTable

PER_PAGE = 25


@never_cache
@require_safe
def benchmark_list(request: HttpRequest) -> HttpResponse:
    """The figures, narrowed by a word; sorted and paged."""
    asked = request.GET.get("search", "").strip()
    found = [benchmark for benchmark in published() if _matches(benchmark, asked)]
    table = BenchmarkTable(found)
    RequestConfig(request, paginate=False).configure(table)
    # Not by RequestConfig, which lets an address ask for any number of rows, and fails on some.
    table.paginate(per_page=PER_PAGE)
    table.page = table.paginator.get_page(request.GET.get("page"))
    context = {"table": table, "search": asked, "count": len(found)}
    return render(request, "benchmarks/benchmark_list.html", context)


def _matches(benchmark: Benchmark, asked: str) -> bool:
    """Every word asked for stands somewhere in the figure's own words."""
    text = " ".join(
        (benchmark.title, benchmark.denominator, benchmark.period, benchmark.document)
    ).lower()
    return all(word in text for word in asked.lower().split())


@never_cache
@require_safe
def benchmark_detail(request: HttpRequest, key: str) -> HttpResponse:
    """Stub."""
    raise Http404
