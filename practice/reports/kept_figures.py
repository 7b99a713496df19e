"""What was worked out is kept in this process until anything at all is changed: never a stale figure.

Whatever is shown comes from rows whose every change leaves a row of history. The highest number of
each history together is the stamp of the data: figures are kept under it, and are never found
under another. Nothing is written anywhere; a process that ends forgets everything.
"""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from functools import cache
from threading import Lock
from typing import Generic, TypeVar

from django.apps import apps
from django.db import connection

from practice.actions.audit import Reading
from practice.models.kept import KeptForever

# AT MOST so many; those asked for longest ago go first.
MOST_KEPT = 200

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """One state of all data. is_settled: whether no other change was under way when it was taken.

    Numbers are given before a change is there for all to see, and one that was given earlier may
    become visible later: while somebody else is writing, nothing may be kept under the stamp.
    """

    numbers: tuple[int, ...]
    is_settled: bool


def data_stamp() -> Stamp:
    """The stamp of the data as they are now: one query, whatever their number.

    It must be taken before what is to be kept is read: then a change in between costs no more than
    working the same out again.
    """
    with connection.cursor() as cursor:
        cursor.execute(_question(connection.vendor))
        *numbers, is_settled = cursor.fetchone()
    return Stamp(numbers=tuple(number or 0 for number in numbers), is_settled=bool(is_settled))


@cache
def _question(vendor: str) -> str:
    tables = sorted(
        model._meta.db_table  # noqa: SLF001 - how Django tells where a model is stored
        for model in apps.get_models()
        if issubclass(model, KeptForever)
    )
    highest = ", ".join(f"(SELECT max(history_id) FROM {table})" for table in tables)  # noqa: S608 - our own names
    # A writer has its number of transaction before its first number of history. SQLite has one
    # writer at a time, so that its numbers become visible in their order.
    settled = (
        "pg_snapshot_xmin(pg_current_snapshot()) = pg_snapshot_xmax(pg_current_snapshot())"
        if vendor == "postgresql"
        else "1"
    )
    return f"SELECT {highest}, {settled}"


@dataclass(kw_only=True)
class Kept(Generic[T]):
    """Results by what they are of, for one stamp at a time; safe between threads."""

    most: int = MOST_KEPT
    _stamp: Stamp | None = None
    _found: OrderedDict[Hashable, T] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def get(self, key: Hashable, *, stamp: Stamp) -> T | None:
        """What was kept of the same data; None where there is nothing."""
        with self._lock:
            if (
                self._stamp is None
                or self._stamp.numbers != stamp.numbers
                or key not in self._found
            ):
                return None
            self._found.move_to_end(key)
            return self._found[key]

    def keep(self, key: Hashable, result: T, *, stamp: Stamp) -> None:
        """Keep it under the stamp that was taken before it was worked out; older data are forgotten."""
        if not stamp.is_settled:
            return
        with self._lock:
            if self._stamp is None or self._stamp.numbers != stamp.numbers:
                self._found.clear()
                self._stamp = stamp
            self._found[key] = result
            while len(self._found) > self.most:
                self._found.popitem(last=False)

    def forget(self) -> None:
        """As when the process has just begun."""
        with self._lock:
            self._found.clear()
            self._stamp = None


@dataclass(frozen=True, kw_only=True)
class KeptPage:
    """A finished page. readings: what is written down each time that it is looked at."""

    content: bytes
    readings: tuple[Reading, ...]


# In this process alone.
PAGES: Kept[KeptPage] = Kept()
