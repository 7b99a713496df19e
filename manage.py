#!/usr/bin/env python3
"""Django's manage.py, which first makes its own virtual environment.

Up to the hand-over to Django only the standard library is used, so that a fresh clone needs nothing but Python:
outside a virtual environment it makes ./.venv, installs the hash-locked list of packages, and starts itself again there.
PRACTICE_NO_BOOTSTRAP=1 switches all of this off (containers, or packages installed by other means).
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
# Holds the sha256 of each lock that is installed in full. Written last, so an interrupted install leaves none.
STAMP = VENV / ".installed-locks"
LOCK = ROOT / "requirements.txt"
# Contains everything that LOCK contains, at the same versions (tests/test_locks.py holds it to that).
TEST_LOCK = ROOT / "requirements-test.txt"
OLDEST_PYTHON = (3, 11)
LOOPBACK_HOSTS = {"127.0.0.1", "localhost", "::1"}


def main(argv: Sequence[str]) -> int:
    command = argv[1] if len(argv) > 1 else ""
    stop_if_python_is_too_old(sys.version_info[:2])
    if os.environ.get("PRACTICE_NO_BOOTSTRAP") != "1":
        use_environment(lock=TEST_LOCK if command == "test" else LOCK, argv=argv)
    if command == "test":
        return subprocess.call([sys.executable, "-m", "tests.run_checks", *argv[2:]], cwd=ROOT)
    return run_django(argv)


def run_django(argv: Sequence[str]) -> int:
    # Databases, reports and exports are for the person who runs this, and nobody else on the machine.
    os.umask(0o077)
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    from practice.databases import is_full
    from practice.environment import read_environment

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "practice.settings")
    try:
        environment = read_environment(os.environ, ROOT / ".env")
        argv, variables = split_environment(argv, environment.values)
        # The settings read these, so they must stand before Django starts.
        os.environ.update(variables)
        execute_from_command_line(argv)
    except ImproperlyConfigured as problem:
        # The paragraph says which setting is wrong and what to do; a traceback would only hide it.
        print(problem, file=sys.stderr)
        return 1
    except (OperationalError, OSError) as problem:
        if isinstance(problem, OSError) and not is_full(problem):
            raise
        # It is away, locked or out of room: no mistake in the program. The first line says which, and holds no row.
        what = (
            "There is no room left on the disk"
            if is_full(problem)
            else "The database could not be reached or used"
        )
        first, *_rest = str(problem).splitlines() or [""]
        print(f"{what}: {first}. What was not told as done is not stored.", file=sys.stderr)
        return 1
    return 0


def split_environment(
    argv: Sequence[str], environment: Mapping[str, str]
) -> tuple[list[str], dict[str, str]]:
    """Take out what must be known before the settings load; return the rest and the variables to set.

    `demo`, or any command with `--demo`, works on the demonstration database. `serve` without a --host of
    another machine's reach is for this machine alone: no https there.
    """
    rest = [word for word in argv if word != "--demo"]
    command = rest[1] if len(rest) > 1 else ""
    variables = {}
    if command == "demo" or len(rest) < len(argv):
        variables["PRACTICE_DEMO"] = "1"
    if command == "serve" and "PRACTICE_LOOPBACK" not in environment:
        variables["PRACTICE_LOOPBACK"] = "1" if host_of(rest) in LOOPBACK_HOSTS else "0"
    return rest, variables


def host_of(argv: Sequence[str]) -> str:
    """The value of --host, or 127.0.0.1 where none is given."""
    host = "127.0.0.1"
    for position, word in enumerate(argv):
        if word.startswith("--host="):
            host = word.partition("=")[2]
        elif word == "--host" and position + 1 < len(argv):
            host = argv[position + 1]
    return host


def use_environment(*, lock: Path, argv: Sequence[str]) -> None:
    """Make sure that the packages of `lock` can be imported; may replace this process by one in ./.venv."""
    marker = marker_of(lock)
    if Path(sys.prefix) == VENV:
        # Made by hand (no stamp) and complete: its owner looks after it.
        if not importable(marker) or (STAMP.exists() and not is_stamped(lock)):
            install(lock)
        return
    if sys.prefix != sys.base_prefix and importable(marker):
        # Somebody's own environment is active and has what is needed: theirs to choose.
        return
    if not (is_stamped(lock) and venv_has(marker)):
        if not venv_has("pip"):
            make_venv()
        install(lock)
    hand_over(argv)


def marker_of(lock: Path) -> str:
    """A module that stands for the whole list: where it cannot be found, the list is not installed."""
    return "pytest" if lock == TEST_LOCK else "django"


def importable(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def venv_has(module: str) -> bool:
    """Whether ./.venv has a Python that starts and finds `module`.

    Asked of that Python itself: after an upgrade of the system's Python an environment can look whole and be empty.
    """
    if not VENV_PYTHON.exists():
        return False
    question = f"import importlib.util, sys; sys.exit(importlib.util.find_spec({module!r}) is None)"
    try:
        return subprocess.call([VENV_PYTHON, "-c", question], stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def make_venv() -> None:
    """Make ./.venv from nothing; a broken or half-made one is removed first."""
    if VENV.is_symlink() or VENV.is_file():
        stop(f"{VENV} is not a folder. Move it away, then run the same command again.")
    if VENV.exists():
        say("The virtual environment in .venv is incomplete or broken: building it again.")
        shutil.rmtree(VENV)
    for module in ("venv", "ensurepip"):
        if not importable(module):
            stop_without_venv(f"the module {module} is missing")
    import venv

    say("Making a virtual environment in .venv ...")
    try:
        venv.create(VENV, with_pip=True)
    except subprocess.CalledProcessError as problem:
        stop_without_venv(f"setting up pip in it failed with exit status {problem.returncode}")
    except OSError as problem:
        stop(
            f"The virtual environment could not be made in {VENV}: {problem}. Is the disk full, or the folder"
            " read-only? Put that right, then run the same command again."
        )


def install(lock: Path) -> None:
    """Install the whole of `lock` in ./.venv, and only then note that it is there."""
    if not lock.exists():
        stop(f"{lock.name} is missing beside manage.py: the checkout is incomplete.")
    STAMP.unlink(missing_ok=True)
    say(f"Installing the packages of {lock.name} ...")
    pip = [str(VENV_PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    # Wheels only: no package runs its own code, or needs a compiler, while it is installed.
    options = ["--no-input", "--require-hashes", "--only-binary=:all:"]
    status = subprocess.call([*pip, *options, "-r", str(lock)])
    if status != 0:
        stop(
            f"pip could not install {lock.name} (exit status {status}; its own words are above).\n"
            "- No network, or a proxy? Set https_proxy, then run the same command again: it goes on where it"
            " stopped.\n"
            "- No network at all? On a machine that has one, run\n"
            f"      python3 -m pip download --require-hashes --only-binary=:all: -r {lock.name} -d wheels\n"
            "  carry the folder over, and run the same command with PIP_NO_INDEX=1 PIP_FIND_LINKS=wheels set.\n"
            "- 'No matching distribution'? This Python may be too new for a locked package: try Python 3.11 to 3.13."
        )
    # The test list contains the other.
    done = [TEST_LOCK, LOCK] if lock == TEST_LOCK else [LOCK]
    STAMP.write_text("".join(f"{digest_of(each)}\n" for each in done), encoding="ascii")


def is_stamped(lock: Path) -> bool:
    return STAMP.exists() and digest_of(lock) in STAMP.read_text(encoding="ascii").split()


def digest_of(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def hand_over(argv: Sequence[str]) -> NoReturn:
    """Run this same command with the Python of ./.venv."""
    command = [str(VENV_PYTHON), str(ROOT / "manage.py"), *argv[1:]]
    sys.stdout.flush()
    if os.name == "nt":
        # Windows has no exec that keeps the console's Ctrl-C: wait for a child there.
        sys.exit(subprocess.call(command))
    os.execv(command[0], command)


def stop_if_python_is_too_old(version: tuple[int, int]) -> None:
    if version < OLDEST_PYTHON:
        wanted = ".".join(map(str, OLDEST_PYTHON))
        stop(
            f"Python {wanted} or newer is needed; this is {'.'.join(map(str, version))} ({sys.executable})."
            f" If a newer one is installed, call it by name, for example: python{wanted} manage.py demo"
        )


def stop_without_venv(why: str) -> NoReturn:
    shutil.rmtree(VENV, ignore_errors=True)
    stop(
        f"This Python cannot make a virtual environment: {why}."
        " On Debian and Ubuntu: apt install python3-venv. Elsewhere, install Python from python.org."
        " Then run the same command again."
    )


def stop(words: str) -> NoReturn:
    sys.exit(words)


def say(words: str) -> None:
    # To standard error: the output of `outcomes --json` must be nothing but JSON, on the first run too.
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv))
    except KeyboardInterrupt:
        sys.exit("Interrupted. Run the same command again: it goes on where it stopped.")
