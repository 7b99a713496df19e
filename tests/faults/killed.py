"""A program that is killed (as by kill -9) at a chosen point of what it does.

`python -m tests.faults.killed POINT NUMBER WORDS...` runs a command of manage.py, or a deed of the
tests, and kills itself at the NUMBERth time that it comes to the point:

    sql:TEXT    before a statement with the text in it is executed
    commit      before a transaction is stored
    committed   after it was
    replace     before a file is put in the place of another

No signal handler, no `finally` and no `atexit` runs: the database sees a connection that is gone.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django


class _Countdown:
    """Kills at the end."""

    def __init__(self, number: int) -> None:
        self._left = number

    def step(self) -> None:
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def _arm(point: str, number: int) -> None:
    from django.db import connection
    from django.db.backends.base.base import BaseDatabaseWrapper

    countdown = _Countdown(number)
    kind, _, text = point.partition(":")
    if kind == "sql":

        def watched(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
            if text in sql:
                countdown.step()
            return execute(sql, *rest)

        connection.execute_wrappers.append(watched)
    elif kind in {"commit", "committed"}:
        real = BaseDatabaseWrapper.commit

        def commit(self: BaseDatabaseWrapper) -> None:
            if kind == "commit":
                countdown.step()
            real(self)
            if kind == "committed":
                countdown.step()

        BaseDatabaseWrapper.commit = commit  # type: ignore[method-assign]
    elif kind == "replace":
        really = Path.replace

        def replace(self: Path, target: Any) -> Path:
            countdown.step()
            return really(self, target)

        Path.replace = replace  # type: ignore[method-assign,assignment]
    else:
        raise SystemExit(f"no such point: {point}")


def _correct_a_session() -> None:
    """An edit as the page makes it: the session, its forms and the history of each."""
    from django.db import transaction

    from practice.actions.writing import save
    from practice.models import MeasureCompletion, Practitioner, Session

    by = Practitioner.objects.get(email="alice@example.org")
    with transaction.atomic():
        session = Session.objects.get()
        session.minutes, session.note = 75, "after"
        save(session, by=by, why="put right")
        form = MeasureCompletion.objects.get()
        form.total = 7
        save(form, by=by, why="put right")


def do(point: str, number: int, *words: str) -> None:
    """A command, or a deed of the tests, with the kill in it."""
    _arm(point, number)
    if words == ("correct",):
        _correct_a_session()
    else:
        from django.core.management import call_command

        call_command(*words)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "practice.settings")
    django.setup()
    do(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
