"""`manage.py questionnaires`: every form as a file, or a sentence that says why not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from practice.domain.measures import GAD7
from practice.reports.questionnaire_pdf import blank_pdf
from practice.reports.questionnaires import questionnaire

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent.parent


def test_writes_each_form_and_prints_each_path(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "to be made" / "forms"
    call_command("questionnaires", "--out", str(folder))
    out, err = capsys.readouterr()
    names = ["phq9.pdf", "gad7.pdf", "core10.pdf"]
    assert out.splitlines() == [str(folder / name) for name in names]
    assert err == ""
    assert sorted(path.name for path in folder.iterdir()) == sorted(names)
    assert (folder / "gad7.pdf").read_bytes() == blank_pdf(questionnaire(GAD7))


def test_writes_the_one_asked_for(tmp_path: Path) -> None:
    call_command("questionnaires", "--out", str(tmp_path), "--measure", "core10")
    assert [path.name for path in tmp_path.iterdir()] == ["core10.pdf"]


def test_an_unknown_measure_is_refused_with_the_choices(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"phq2.*phq9.*gad7.*core10"):
        call_command("questionnaires", "--out", str(tmp_path), "--measure", "phq2")


def test_switched_off_is_left_out_with_a_notice(
    tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.CORE10_ITEMS = False
    call_command("questionnaires", "--out", str(tmp_path))
    out, err = capsys.readouterr()
    assert out.splitlines() == [str(tmp_path / "phq9.pdf"), str(tmp_path / "gad7.pdf")]
    assert err.startswith("CORE-10 is left out. Its item texts are switched off")


def test_switched_off_and_asked_for_is_refused(tmp_path: Path, settings: Settings) -> None:
    settings.CORE10_ITEMS = False
    folder = tmp_path / "forms"
    with pytest.raises(CommandError, match=r"CORE-10 is not written.*non-commercial") as refused:
        call_command("questionnaires", "--out", str(folder), "--measure", "core10")
    assert refused.value.returncode == 1
    assert not folder.exists()


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("in the way")
    with pytest.raises(CommandError, match="could not be written"):
        call_command("questionnaires", "--out", str(file))


# Any word for it is read by practice.environment, whose tests hold all of them.
@pytest.mark.parametrize(("value", "status"), [("off", 1), ("", 0)], ids=["off", "not-set"])
def test_the_setting_decides_and_no_database_is_needed(
    tmp_path: Path, value: str, status: int
) -> None:
    environment = {
        **os.environ,
        "PRACTICE_CORE10_ITEMS": value,
        "PRACTICE_DATA": str(tmp_path / "data"),
        "DATABASE_URL": "",
    }
    words = ["questionnaires", "--measure", "core10", "--out", str(tmp_path / "forms")]
    done = subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == status, done.stderr
    assert (tmp_path / "forms" / "core10.pdf").exists() == (status == 0)
    assert not (tmp_path / "data" / "practice.sqlite3").exists()
