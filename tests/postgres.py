"""The PostgreSQL of the tests: a throw-away one, told how little it can know of their rows."""

from __future__ import annotations

from practice.management import throwaway_postgres
from practice.management.throwaway_postgres import USER, Server, sweep

__all__ = ["USER", "Server", "start", "sweep"]

# A test's rows are never committed, so there are no statistics of them: guessing one row where
# there are thousands, a nested loop would take minutes.
NO_NESTED_LOOPS = "enable_nestloop=off"


def start() -> Server:
    """Raises NoPostgresError with everything that was tried."""
    return throwaway_postgres.start(NO_NESTED_LOOPS, "jit=off")
