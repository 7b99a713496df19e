"""`manage.py import_nhs_annual`: the same as the page, for everybody or for one service."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from practice.models import AnnualFigures
from tests.cast import Cast
from tests.nhs_annual.given import ROWS, csv_of, with_england

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "main-2024-25.csv"
    path.write_bytes(csv_of())
    return path


def refusal(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[str, str]:
    """What the command says when it ends with status 1, and the lines before that."""
    before = list(AnnualFigures.objects.order_by("pk").values())
    with pytest.raises(CommandError) as refused:
        call_command("import_nhs_annual", *map(str, arguments))
    assert refused.value.returncode == 1
    assert list(AnnualFigures.objects.order_by("pk").values()) == before
    return str(refused.value), capsys.readouterr().err


def test_for_everybody_with_a_summary(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("import_nhs_annual", str(file), "--year", "2023-24")
    row = AnnualFigures.objects.get()
    assert (row.service, row.entered_by, row.period) == (None, None, "2023-24")
    printed = capsys.readouterr().out
    assert "NHS Talking Therapies 2023-24, for everybody here" in printed
    assert (
        "Reliable improvement: 67.5% (452,284 of 670,419); 2022-23: 66.5% 446,968 of 672,193"
        in printed
    )
    assert "1 region, 1 board, 1 sub-board area and 13 providers" in printed
    assert "Recovery, providers (11):" in printed
    assert "not used here: NHS-funded provider without a code" in printed
    assert "is known and stands" in printed
    assert "those of 2024-25, to the last one: is 2023-24 the right year?" in printed


def test_for_one_service_the_year_by_name(
    cast: Cast, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("import_nhs_annual", str(file), "--service", "Harbour")
    row = AnnualFigures.objects.get()
    assert (row.service, row.period) == (cast.service, "2024-25")
    assert "for Harbour" in capsys.readouterr().out
    assert "Nowhere" in refusal(capsys, file, "--service", "Nowhere")[0]


def test_again_replaced_and_refused(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("import_nhs_annual", str(file))
    call_command("import_nhs_annual", str(file))
    call_command("import_nhs_annual", str(file), "--replace")
    assert capsys.readouterr().out.count("from this very file. Nothing was changed.") == 2
    file.write_bytes(csv_of(ROWS[:-1]))
    assert "Use --replace" in refusal(capsys, file)[0]
    before = AnnualFigures.objects.get()
    call_command("import_nhs_annual", str(file), "--replace")
    assert AnnualFigures.objects.get().digest != before.digest
    assert AnnualFigures.history.filter(uid=before.uid, history_type="-").exists()


def test_what_is_wrong_is_printed_line_by_line(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_bytes(with_england(Percentage_Recovery="51.9", Percentage_Improvement="60.0"))
    said, lines = refusal(capsys, file)
    assert "nothing was stored" in said
    assert "row 2, column Percentage_Recovery: “51.9”" in lines
    assert "row 2, column Percentage_Improvement: “60.0”" in lines


def test_other_refusals(
    file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "No such file" in refusal(capsys, file.with_name("absent.csv"))[0]
    assert "Is a directory" in refusal(capsys, file.parent)[0]
    assert "published after that" in refusal(capsys, file, "--year", "2099-00")[0]
    assert "is written" in refusal(capsys, file, "--year", "last")[0]
    monkeypatch.setattr("practice.management.commands.import_nhs_annual.SIZE_LIMIT", 1024)
    assert "larger than" in refusal(capsys, file)[0]
