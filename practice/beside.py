"""The demonstration beside a practice: a process of its own, which ends with the one that serves.

It has its own database, secrets and port, and its cookies have other names. It is offered only
where the pages are served to this machine alone, and by one process: another could not know of it.
"""

import contextlib
import os
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from enum import Enum, auto

from django.conf import settings

HOST = "127.0.0.1"
# How many ports above the practice's own are tried before any free one is taken.
NEAR = 20
COMMANDS = ("python3 manage.py demo", "python3 manage.py serve --demo --port 8001")


class State(Enum):
    """How far it is."""

    NONE = auto()
    STARTING = auto()
    READY = auto()
    FAILED = auto()


@dataclass
class _Demonstration:
    """The one that this process started, if any."""

    process: "subprocess.Popen[bytes] | None" = None
    port: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


_ours = _Demonstration()


def may_start() -> bool:
    """Whether a page of this installation may start it."""
    return settings.LOOPBACK and not settings.DEMO and settings.PROCESSES == 1


def start(*, near_port: int) -> None:
    """Start it, and build it first where there is none yet; where it runs, do nothing."""
    with _ours.lock:
        if _ours.process is not None and _ours.process.poll() is None:
            return
        _ours.port = _free_port(near_port)
        _ours.process = _started(_ours.port)


def state() -> State:
    """Ready is when it answers: building it takes some seconds the first time."""
    process = _ours.process
    if process is None:
        return State.NONE
    if process.poll() is not None:
        return State.FAILED
    with socket.socket() as asked:
        asked.settimeout(0.5)
        is_ready = asked.connect_ex((HOST, _ours.port)) == 0
    return State.READY if is_ready else State.STARTING


def port() -> int:
    """Where it is served; 0 where it never was."""
    return _ours.port


def _started(port: int) -> "subprocess.Popen[bytes]":
    # Its input is a pipe from here that nobody writes to. When this process ends, however it ends,
    # the pipe closes, and the other knows.
    words = ["serve", "--demo", "--beside", "--host", HOST, "--port", str(port)]
    return subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, str(settings.BASE_DIR / "manage.py"), *words],
        env={
            **os.environ,
            "PRACTICE_LOOPBACK": "1",
            "PRACTICE_BEHIND_PROXY": "",
            "DATABASE_URL": "",
        },
        stdin=subprocess.PIPE,
        # Its own address and "Ctrl-C stops it" would stand in the terminal beside ours.
        stdout=subprocess.DEVNULL,
        # Ctrl-C in the terminal is for us.
        start_new_session=True,
    )


def _free_port(near: int) -> int:
    for candidate in (*range(near + 1, min(near + NEAR, 65536)), 0):
        with socket.socket() as asked, contextlib.suppress(OSError):
            asked.bind((HOST, candidate))
            found: int = asked.getsockname()[1]
            return found
    raise OSError("no port is free")
