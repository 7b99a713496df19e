"""House rules that a reader of the whole tree would check, checked by a machine.

Which layer may import which is import-linter's part; format, names and types are ruff's and mypy's.
"""

import ast
import re
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MOST_LINES = 350
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
MODULES = sorted(
    path for path in (ROOT / "practice").rglob("*.py") if "migrations" not in path.parts
)
# They say nothing about what a class is for.
EMPTY_WORDS = ("Manager", "Helper", "Helpers", "Util", "Utils", "Processor", "Handler")
# Django's own managers are called that.
DJANGO_MANAGERS = {"PractitionerManager"}


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tracked() -> list[Path]:
    """Every text file of the repository, also those that are not committed yet."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode != 0:
        # A copy without its git folder: everything that is no tool's own.
        found = [path for path in ROOT.rglob("*") if not re.match(r"\.(?!ci|env\.)", path.name)]
    else:
        found = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    binary = {".ttf", ".woff2", ".xlsx", ".png", ".ico", ".pdf"}
    return [path for path in found if path.is_file() and path.suffix not in binary]


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def test_there_is_something_to_look_at() -> None:
    assert len(MODULES) > 50
    assert len(TEMPLATES) > 10


def test_modules_stay_short_enough_to_be_read() -> None:
    lengths = {named(path): path.read_text(encoding="utf-8").count("\n") for path in MODULES}
    too_long = {name: lines for name, lines in lengths.items() if lines > MOST_LINES}
    assert too_long == {}, "split them by what they are about"


def test_modules_begin_with_a_sentence_about_themselves() -> None:
    silent = [
        named(path)
        for path in MODULES
        if path.stat().st_size and not ast.get_docstring(tree_of(path))
    ]
    assert silent == []


def test_names_say_what_something_is_for() -> None:
    found = {
        node.name
        for path in MODULES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ClassDef) and node.name.endswith(EMPTY_WORDS)
    }
    assert found == DJANGO_MANAGERS
    stems = {path.stem for path in MODULES}
    assert not stems & {"helpers", "utils", "util", "misc", "common", "managers"}


def catches_everything(node: ast.AST) -> bool:
    if not isinstance(node, ast.ExceptHandler):
        return False
    caught = node.type
    if caught is None:
        return True
    parts = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(
        isinstance(part, ast.Name) and part.id in {"Exception", "BaseException"} for part in parts
    )


def calls(node: ast.AST, *names: str) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in set(names)
    )


def places(fits: Callable[[ast.AST], bool], modules: Sequence[Path]) -> list[str]:
    """Where in the modules something is found."""
    return [
        f"{named(path)}:{getattr(node, 'lineno', 0)}"
        for path in modules
        for node in ast.walk(tree_of(path))
        if fits(node)
    ]


def test_no_fault_is_swallowed() -> None:
    """Only what is expected is caught: everything else is a fault, and must be seen."""
    assert places(catches_everything, MODULES) == []


def test_nothing_is_printed() -> None:
    """Commands write to self.stdout; what goes elsewhere may name somebody."""
    settings = ROOT / "practice" / "settings.py"
    modules = [path for path in MODULES if path != settings]
    assert places(lambda node: calls(node, "print", "breakpoint"), modules) == []


def test_the_clock_is_read_at_the_edge() -> None:
    """`today` is an argument: only views, commands and the defaults of columns read the clock."""
    edge = {"views", "management", "models"}
    found = [
        named(path)
        for path in MODULES
        if path.relative_to(ROOT / "practice").parts[0] not in edge
        and CLOCK.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


CLOCK = re.compile(r"\bdate\.today\(|\bdatetime\.now\(|timezone\.(?:now|localdate|localtime)\(\)")
REFUSED = re.compile(
    r"\sstyle\s*=|<style\b|<script(?![^>]*\bsrc=)|\son[a-z]+\s*=|javascript:", re.IGNORECASE
)
FROM_ELSEWHERE = re.compile(r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//")
UNESCAPED = re.compile(r"\|\s*safe\b|autoescape\s+off")


@pytest.mark.parametrize(
    "pattern",
    [REFUSED, FROM_ELSEWHERE, UNESCAPED],
    ids=["refused by the policy", "from another machine", "unescaped"],
)
def test_templates_hold_nothing_that_is(pattern: re.Pattern[str]) -> None:
    found = [
        f"{named(path)}: {match[0]}"
        for path in TEMPLATES
        for match in pattern.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []


# Written in two parts, so that this file is not found by itself.
MACHINE_PATHS = re.compile(
    "|".join(
        (
            # Ann is invented: tests put her in the place of somebody.
            r"(?<![\w.])/" + r"(?:home|Users|root|work|mnt|opt)/(?!ann/)\w",
            r"\b[A-Z]:\\\\?" + r"(?:Users|Program)",
        )
    )
)
INDEX_ADDRESSES = re.compile(
    "|".join(
        (
            r"https?://[^\s\"']*" + r"(?:pypi|pythonhosted|/simple\b)",
            r"--(?:extra-)?index[-]url[= ]+" + r"\S*://",
            r"registry\." + r"npmjs",
        )
    )
)


@pytest.mark.parametrize(
    "pattern", [MACHINE_PATHS, INDEX_ADDRESSES], ids=["paths of a machine", "package indexes"]
)
def test_nothing_belongs_to_one_machine(pattern: re.Pattern[str]) -> None:
    found = []
    for path in tracked():
        # Vendored, as its authors published it.
        if path.name.endswith((".min.js", ".min.css")):
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [f"{named(path)}: {match[0]}" for match in pattern.finditer(text)]
    assert found == []


def test_what_is_vendored_comes_with_its_licence() -> None:
    for folder in {path.parent for path in tracked() if ".min." in path.name} | {
        ROOT / "static" / "fonts"
    }:
        assert [path for path in folder.iterdir() if "licen" in path.name.lower()], folder


def test_top_level_holds_what_it_should() -> None:
    expected = {"manage.py", "pyproject.toml", "README.md", "practice", "templates", "static"}
    found = {path.relative_to(ROOT).parts[0] for path in tracked()}
    extra = {
        name
        for name in found - expected - {"tests"}
        if not name.startswith(".") and not re.fullmatch(r"requirements[-\w]*\.txt", name)
    }
    assert expected <= found
    assert extra == set()
