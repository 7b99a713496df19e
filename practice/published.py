"""The published figures, read once a process: they are part of the program and do not change."""

from functools import cache

from practice.domain.benchmarks import Benchmarks, load_benchmarks


@cache
def published() -> Benchmarks:
    """Every published figure that the program knows."""
    return load_benchmarks()
