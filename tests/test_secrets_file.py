"""The secrets file: made once and privately, refused loudly, and never at the cost of the notes."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

from practice.environment import Environment
from practice.secrets_file import FILE_NAME, Secrets, create_secrets_file, find_secrets

KEY = Fernet.generate_key().decode()
OTHER_KEY = Fernet.generate_key().decode()


def find(
    folder: Path, *, has_tables: bool = False, variables: dict[str, str] | None = None
) -> Secrets:
    return find_secrets(
        Environment(variables or {}), folder=folder, database_has_tables=lambda: has_tables
    )


def write(folder: Path, text: str) -> Path:
    path = folder / FILE_NAME
    path.write_text(text)
    path.chmod(0o600)
    return path


def test_made_once_with_mode_600(tmp_path: Path) -> None:
    first = find(tmp_path)
    assert stat.S_IMODE((tmp_path / FILE_NAME).stat().st_mode) == 0o600
    assert len(first.secret_key) >= 50
    assert len(first.field_keys) == 1
    Fernet(first.field_keys[0])
    assert find(tmp_path, has_tables=True) == first
    # No draft is left beside it.
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]


def test_environment_wins_and_needs_no_file(tmp_path: Path) -> None:
    variables = {"PRACTICE_SECRET_KEY": "s" * 60, "PRACTICE_FIELD_KEYS": f"{KEY}, {OTHER_KEY}"}
    found = find(tmp_path, has_tables=True, variables=variables)
    assert found == Secrets(secret_key="s" * 60, field_keys=(KEY, OTHER_KEY), field_keys_file=None)
    assert list(tmp_path.iterdir()) == []


def test_secret_key_alone_may_be_made_for_a_database_that_exists(tmp_path: Path) -> None:
    found = find(tmp_path, has_tables=True, variables={"PRACTICE_FIELD_KEYS": KEY})
    assert found.field_keys == (KEY,)
    # The keys of the environment are not copied into the file, and no others are made.
    assert set(json.loads((tmp_path / FILE_NAME).read_text())) == {"secret_key"}
    with pytest.raises(ImproperlyConfigured, match='no list of "field_keys"'):
        find(tmp_path, has_tables=True)


def test_field_keys_alone_come_from_the_file(tmp_path: Path) -> None:
    found = find(tmp_path, variables={"PRACTICE_SECRET_KEY": "s" * 60})
    assert found.secret_key == "s" * 60
    assert set(json.loads((tmp_path / FILE_NAME).read_text())) == {"field_keys"}


def test_no_new_keys_for_a_database_that_exists(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="from your backup") as caught:
        find(tmp_path, has_tables=True)
    assert "PRACTICE_FIELD_KEYS" in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660], ids=oct)
def test_refused_when_others_may_read_it(tmp_path: Path, mode: int) -> None:
    find(tmp_path)
    (tmp_path / FILE_NAME).chmod(mode)
    with pytest.raises(ImproperlyConfigured, match=f"mode {mode:o}") as caught:
        find(tmp_path)
    assert f"chmod 600 '{tmp_path / FILE_NAME}'" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param("", "not valid JSON", id="empty"),
        pytest.param('{"secret_key": "cut of', "not valid JSON", id="cut off"),
        pytest.param("[]", "not a JSON object", id="a list"),
        pytest.param("{}", 'no "secret_key"', id="nothing in it"),
        pytest.param('{"secret_key": ""}', 'no "secret_key"', id="empty key"),
        pytest.param('{"secret_key": "s"}', 'no list of "field_keys"', id="no field keys"),
        pytest.param(
            '{"secret_key": "s", "field_keys": []}', 'no list of "field_keys"', id="empty list"
        ),
        pytest.param(
            '{"secret_key": "s", "field_keys": ["hush"]}', "Key number 1", id="not a Fernet key"
        ),
        pytest.param(
            '{"secret_key": "s", "field_keys": [7]}', "Key number 1", id="a number for a key"
        ),
    ],
)
def test_broken_file_is_refused_and_left_alone(tmp_path: Path, text: str, why: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ImproperlyConfigured, match=why) as caught:
        find(tmp_path)
    assert path.read_text() == text
    assert "hush" not in str(caught.value)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ImproperlyConfigured, match="could not be read"):
        find(tmp_path)


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param("hush", id="too short"),
        pytest.param(KEY[:-4] + "====", id="wrong length"),
        pytest.param(KEY.replace(KEY[5], "!"), id="wrong sign"),
        pytest.param("ö" * 44, id="not ASCII"),
    ],
)
def test_wrong_key_in_the_environment_is_not_repeated(tmp_path: Path, keys: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="Key number 2 of PRACTICE_FIELD_KEYS") as caught:
        find(tmp_path, variables={"PRACTICE_FIELD_KEYS": f"{KEY},{keys}"})
    assert keys not in str(caught.value)


def test_a_file_that_another_process_made_first_is_kept(tmp_path: Path) -> None:
    create_secrets_file(tmp_path / FILE_NAME, {"secret_key": "first"})
    create_secrets_file(tmp_path / FILE_NAME, {"secret_key": "second"})
    assert json.loads((tmp_path / FILE_NAME).read_text()) == {"secret_key": "first"}
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]


def test_a_folder_that_is_missing_is_a_paragraph(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="PRACTICE_DATA chooses another"):
        find(tmp_path / "none")
