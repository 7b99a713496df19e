"""The locks: every package pinned with its hashes, no address inside, in step with pyproject.toml."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ["requirements.txt", "requirements-test.txt"]


def pinned(lock: str) -> dict[str, str]:
    """Name to version. Every line that is no hash must be name==version, perhaps with a marker."""
    found: dict[str, str] = {}
    for line in (ROOT / lock).read_text().splitlines():
        if re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line):
            continue
        match = re.fullmatch(r"([A-Za-z0-9._-]+)(?:\[[a-z,]+\])?==(\S+?)(?: ; [^\\]+)? \\", line)
        assert match, f"{lock}: {line!r}"
        found[canonicalize_name(match[1])] = match[2]
    return found


def wanted(lock: str) -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    lines = list(project["project"]["dependencies"])
    if lock == "requirements-test.txt":
        lines += project["dependency-groups"]["test"]
    return [Requirement(line) for line in lines]


@pytest.mark.parametrize("lock", LOCKS)
def test_no_address_and_no_path(lock: str) -> None:
    text = (ROOT / lock).read_text().lower()
    for sign in ("http", "file:", "index", "find-links", "/"):
        assert sign not in text


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_has_hashes(lock: str) -> None:
    text = (ROOT / lock).read_text()
    packages = pinned(lock)
    assert len(re.findall(r" \\\n    --hash=", text)) >= len(packages) > 0


@pytest.mark.parametrize("lock", LOCKS)
def test_in_step_with_the_project(lock: str) -> None:
    packages = pinned(lock)
    for requirement in wanted(lock):
        name = canonicalize_name(requirement.name)
        assert name in packages, f"{requirement} is not in {lock}: lock again"
        assert packages[name] in requirement.specifier, f"{requirement} is not met by {lock}"


def test_test_lock_contains_the_other_at_the_same_versions() -> None:
    assert pinned("requirements.txt").items() <= pinned("requirements-test.txt").items()
