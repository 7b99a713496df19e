"""manage.py before Django: which environment it uses, when it installs, and what it says when it cannot."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

import pytest

import manage

DEMO = ["manage.py", "demo"]


class HandedOver(Exception):  # noqa: N818
    """Stands for the process being replaced."""


@dataclass
class Machine:
    """What manage.py finds, and what it does about it."""

    root: Path
    # Modules that this Python can import.
    here: set[str] = field(default_factory=lambda: {"venv", "ensurepip"})
    # Modules that the Python of ./.venv can import.
    there: set[str] = field(default_factory=set)
    pip_status: int = 0
    done: list[str] = field(default_factory=list)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    found = Machine(tmp_path)
    (tmp_path / "requirements.txt").write_text("run\n")
    (tmp_path / "requirements-test.txt").write_text("test\n")

    def create(folder: Path, *, with_pip: bool) -> None:
        found.done.append("venv")
        (folder / "bin").mkdir(parents=True)
        manage.VENV_PYTHON.touch()
        found.there.add("pip")

    def call(command: list[str]) -> int:
        found.done.append(f"install {Path(command[-1]).name}")
        assert "--require-hashes" in command
        # An interrupted install must leave no stamp.
        assert not manage.STAMP.exists()
        if found.pip_status == 0:
            found.there |= {"django", "pytest"}
        return found.pip_status

    def hand_over(argv: list[str]) -> NoReturn:
        found.done.append("hand over")
        raise HandedOver

    monkeypatch.setattr(manage, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(manage, "VENV_PYTHON", tmp_path / ".venv/bin/python")
    monkeypatch.setattr(manage, "STAMP", tmp_path / ".venv/.installed-locks")
    monkeypatch.setattr(manage, "LOCK", tmp_path / "requirements.txt")
    monkeypatch.setattr(manage, "TEST_LOCK", tmp_path / "requirements-test.txt")
    monkeypatch.setattr(manage, "importable", lambda module: module in found.here)
    monkeypatch.setattr(
        manage, "venv_has", lambda module: manage.VENV_PYTHON.exists() and module in found.there
    )
    monkeypatch.setattr(manage, "hand_over", hand_over)
    monkeypatch.setattr(subprocess, "call", call)
    monkeypatch.setattr("venv.create", create)
    monkeypatch.setattr(sys, "prefix", "/usr")
    monkeypatch.setattr(sys, "base_prefix", "/usr")
    return found


def use(lock: str = "LOCK") -> None:
    manage.use_environment(lock=getattr(manage, lock), argv=DEMO)


def test_fresh_clone_makes_everything_once(machine: Machine) -> None:
    with pytest.raises(HandedOver):
        use()
    assert machine.done == ["venv", "install requirements.txt", "hand over"]
    machine.done.clear()
    with pytest.raises(HandedOver):
        use()
    assert machine.done == ["hand over"]


def test_test_list_is_added_and_serves_both(machine: Machine) -> None:
    for lock in ("LOCK", "TEST_LOCK", "LOCK"):
        with pytest.raises(HandedOver):
            use(lock)
    installs = [step for step in machine.done if step.startswith("install")]
    assert installs == ["install requirements.txt", "install requirements-test.txt"]


def test_changed_lock_is_installed_again(machine: Machine) -> None:
    with pytest.raises(HandedOver):
        use()
    manage.LOCK.write_text("changed\n")
    machine.done.clear()
    with pytest.raises(HandedOver):
        use()
    assert machine.done == ["install requirements.txt", "hand over"]


def test_half_made_environment_is_built_again(machine: Machine) -> None:
    manage.VENV.mkdir()
    (manage.VENV / "left-over").touch()
    with pytest.raises(HandedOver):
        use()
    assert machine.done == ["venv", "install requirements.txt", "hand over"]
    assert not (manage.VENV / "left-over").exists()


def test_environment_that_lost_its_packages_is_built_again(machine: Machine) -> None:
    """As after an upgrade of the system's Python: the stamp is there, and nothing can be imported."""
    with pytest.raises(HandedOver):
        use()
    machine.there.clear()
    machine.done.clear()
    with pytest.raises(HandedOver):
        use()
    assert machine.done == ["venv", "install requirements.txt", "hand over"]


def test_failed_install_leaves_no_stamp_and_says_what_to_try(machine: Machine) -> None:
    machine.pip_status = 1
    with pytest.raises(SystemExit) as caught:
        use()
    message = str(caught.value)
    assert "PIP_NO_INDEX=1" in message
    assert "https_proxy" in message
    assert not manage.STAMP.exists()
    machine.pip_status = 0
    machine.done.clear()
    with pytest.raises(HandedOver):
        use()
    assert machine.done == ["install requirements.txt", "hand over"]


def test_failed_update_removes_the_old_stamp(machine: Machine) -> None:
    with pytest.raises(HandedOver):
        use()
    manage.LOCK.write_text("changed\n")
    machine.pip_status = 1
    with pytest.raises(SystemExit):
        use()
    assert not manage.STAMP.exists()


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_python_without_venv(machine: Machine, module: str) -> None:
    machine.here.discard(module)
    with pytest.raises(SystemExit, match="apt install python3-venv"):
        use()
    assert not manage.VENV.exists()


def test_python_whose_venv_fails(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(folder: Path, *, with_pip: bool) -> None:
        folder.mkdir()
        raise subprocess.CalledProcessError(1, "ensurepip")

    monkeypatch.setattr("venv.create", fail)
    with pytest.raises(SystemExit, match="apt install python3-venv"):
        use()
    assert not manage.VENV.exists()


def test_disk_is_full(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(folder: Path, *, with_pip: bool) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr("venv.create", fail)
    with pytest.raises(SystemExit, match="No space left"):
        use()


def test_something_else_named_venv_is_left_alone(machine: Machine, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    manage.VENV.symlink_to(elsewhere)
    with pytest.raises(SystemExit, match="Move it away"):
        use()
    assert elsewhere.is_dir()


def test_own_active_environment_is_used(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "prefix", "/home/ann/her-venv")
    machine.here.add("django")
    use()
    assert machine.done == []


def test_active_environment_without_django_is_passed_over(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "prefix", "/home/ann/her-venv")
    with pytest.raises(HandedOver):
        use()
    assert machine.done == ["venv", "install requirements.txt", "hand over"]


def test_environment_made_by_hand_is_its_owner_s(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "prefix", str(manage.VENV))
    machine.here.add("django")
    use()
    assert machine.done == []


def test_inside_our_own_environment_a_changed_lock_is_installed(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(HandedOver):
        use()
    machine.done.clear()
    manage.LOCK.write_text("changed\n")
    monkeypatch.setattr(sys, "prefix", str(manage.VENV))
    machine.here.add("django")
    use()
    assert machine.done == ["install requirements.txt"]


def test_old_python_is_told_by_name() -> None:
    with pytest.raises(SystemExit, match=r"Python 3\.11 or newer is needed; this is 3\.9"):
        manage.stop_if_python_is_too_old((3, 9))
    manage.stop_if_python_is_too_old((3, 11))
    manage.stop_if_python_is_too_old((4, 0))


@pytest.mark.parametrize(
    ("words", "environment", "rest", "variables"),
    [
        ("demo", {}, "demo", {"PRACTICE_DEMO": "1"}),
        ("outcomes --json --demo", {}, "outcomes --json", {"PRACTICE_DEMO": "1"}),
        ("outcomes --json", {}, "outcomes --json", {}),
        ("", {}, "", {}),
        ("serve", {}, "serve", {"PRACTICE_LOOPBACK": "1"}),
        (
            "serve --demo",
            {},
            "serve",
            {"PRACTICE_DEMO": "1", "PRACTICE_LOOPBACK": "1"},
        ),
        ("serve --host ::1", {}, "serve --host ::1", {"PRACTICE_LOOPBACK": "1"}),
        ("serve --host 0.0.0.0", {}, "serve --host 0.0.0.0", {"PRACTICE_LOOPBACK": "0"}),
        ("serve --host=10.0.0.7", {}, "serve --host=10.0.0.7", {"PRACTICE_LOOPBACK": "0"}),
        ("serve", {"PRACTICE_LOOPBACK": "0"}, "serve", {}),
    ],
)
def test_what_must_be_known_before_the_settings(
    words: str, environment: dict[str, str], rest: str, variables: dict[str, str]
) -> None:
    found = manage.split_environment(["manage.py", *words.split()], environment)
    assert found == (["manage.py", *rest.split()], variables)
