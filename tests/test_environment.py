"""Reading variables and the .env file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from practice.environment import KNOWN_VARIABLES, Environment, read_env_file, read_environment

ROOT = Path(__file__).resolve().parent.parent


def test_environment_wins_over_the_file_and_empty_hides_it(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("A=file\nB=file\nC=file\n")
    environment = read_environment({"A": "outside", "B": ""}, file)
    assert environment.text("A") == "outside"
    assert environment.text("B", "default") == "default"
    assert environment.text("C") == "file"


def test_file_of_plain_lines(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text(
        "\ufeff# a comment\n\nA = plain \nB='quoted # not a comment'\nC=\"a=b\"\nD=\nE=$A\n",
        encoding="utf-8",
    )
    assert read_env_file(file) == {
        "A": "plain",
        "B": "quoted # not a comment",
        "C": "a=b",
        "D": "",
        # Nothing is expanded.
        "E": "$A",
    }


def test_no_file_is_no_variables(tmp_path: Path) -> None:
    assert read_env_file(tmp_path / ".env") == {}


@pytest.mark.parametrize("line", ["hush", "export A=hush", "=hush", "A-B=hush"])
def test_a_line_of_another_form_is_refused_by_its_number(tmp_path: Path, line: str) -> None:
    file = tmp_path / ".env"
    file.write_text(f"A=1\n{line}\n")
    with pytest.raises(ImproperlyConfigured, match="Line 2") as caught:
        read_env_file(file)
    assert "hush" not in str(caught.value)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_bytes(b"A=\xff\n")
    with pytest.raises(ImproperlyConfigured, match="UTF-8"):
        read_env_file(file)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        *[("1", True), ("TRUE", True), ("yes", True), ("on", True)],
        *[("0", False), ("False", False), ("no", False), ("off", False), ("", False)],
    ],
)
def test_flags(word: str, expected: bool) -> None:
    assert Environment({"A": word}).flag("A") is expected


def test_a_flag_that_is_neither_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="A must be 1"):
        Environment({"A": "perhaps"}).flag("A")


def test_numbers() -> None:
    assert Environment({"A": "25"}).number("A", 587) == 25
    assert Environment({}).number("A", 587) == 587
    for wrong in ("many", "-1", "2.5", "²"):
        with pytest.raises(ImproperlyConfigured, match="whole number"):
            Environment({"A": wrong}).number("A", 587)


def test_lists_drop_empty_parts() -> None:
    assert Environment({"A": " a, ,b,"}).words("A") == ["a", "b"]


def test_example_file_names_every_variable() -> None:
    example = (ROOT / ".env.example").read_text()
    named = set(re.findall(r"^#?([A-Z0-9_]+)=", example, flags=re.MULTILINE))
    # This one is for manage.py, before any file is read.
    assert named == {*KNOWN_VARIABLES, "DATABASE_URL"} - {"PRACTICE_NO_BOOTSTRAP"}
    # As it stands, it changes nothing.
    assert read_env_file(ROOT / ".env.example") == {}
