"""Bringing a spreadsheet in, in a browser: asked, looked at, stored, undone; on a phone as well."""

import csv
from pathlib import Path

import pytest
from django.urls import reverse

from practice.models import Client, RememberedHeading
from tests.browser.conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HEADINGS = ("Client ID", "Date of referral", "Therapist", "Date1", "PHQ1", "Mood1", "Date2", "PHQ2",
            "Mood2")  # fmt: skip
GOOD = ("NEW-1", "05/01/2025", "bob@example.org", "12/01/2025", "15", "3", "19/01/2025", "9", "4")
BAD = ("NEW-2", "05/01/2025", "bob@example.org", "12/01/2025", "99", "3", "19/01/2025", "9", "4")


def a_file(folder: Path, *rows: tuple[str, ...]) -> str:
    path = folder / "clients.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEADINGS, *rows])
    return str(path)


def looked_at(visit: Visit) -> None:
    """The page as it stands, at both widths."""
    assert visit.problems(visit.page.url) == []


def chosen(visit: Visit, path: str) -> None:
    visit.open(reverse("import-start", args=[visit.service.uid]))
    visit.page.get_by_label("Your file").set_input_files(path)
    visit.page.get_by_role("button", name="Look at it").click()


def test_from_the_practice_s_own_sheet_to_the_undo(visit: Visit, tmp_path: Path) -> None:
    before = Client.objects.count()
    visit.sign_in()
    chosen(visit, a_file(tmp_path, GOOD, BAD))
    page = visit.page
    page.get_by_role("heading", name="What your headings mean").wait_for()
    looked_at(visit)
    page.get_by_label("“Therapist” means").select_option("practitioner")
    page.get_by_label("“Mood1 … Mood2” means").select_option("Leave it out")
    page.get_by_role("button", name="Go on").click()
    page.get_by_text("1 of 2 rows is wrong.").wait_for()
    looked_at(visit)
    assert page.get_by_role("cell", name="PHQ-9 takes a whole number from 0 to 27").count() == 1
    with page.expect_download() as found:
        page.get_by_role("link", name="Download the wrong rows").click()
    assert found.value.suggested_filename == "import-rows.xlsx"
    assert Client.objects.count() == before
    page.get_by_role("button", name="Store the good rows").click()
    page.get_by_text("1 of 2 rows were not stored").wait_for()
    page.get_by_role("heading", name="Rows to put right").wait_for()
    looked_at(visit)
    assert Client.objects.count() == before + 1
    page.get_by_role("button", name="Drop the file").click()
    page.get_by_role("heading", name="Imports so far").wait_for()
    looked_at(visit)
    page.get_by_role("link", name="Undo").click()
    page.get_by_role("button", name="Undo it").wait_for()
    looked_at(visit)
    page.get_by_role("button", name="Undo it").click()
    page.get_by_text("Undone:").wait_for()
    assert Client.objects.count() == before
    assert RememberedHeading.objects.count() == 2
    page.get_by_role("button", name="Forget what “therapist” means").click()
    page.get_by_text("Forgotten: “therapist”").wait_for()
    assert visit.complaints == []


def test_what_cannot_be_read_is_a_page_with_what_would_be_right(
    visit: Visit, tmp_path: Path
) -> None:
    wrong = tmp_path / "picture.csv"
    wrong.write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    visit.sign_in()
    chosen(visit, str(wrong))
    visit.page.get_by_role("heading", name="The file cannot be read").wait_for()
    looked_at(visit)
    assert visit.complaints == []


def test_by_keyboard_alone_and_without_script(visit: Visit, tmp_path: Path) -> None:
    visit.sign_in()
    chosen(visit, a_file(tmp_path, GOOD))
    page = visit.page
    page.get_by_label("“Therapist” means").focus()
    page.keyboard.type("e-mail of")
    page.get_by_label("“Mood1 … Mood2” means").focus()
    page.keyboard.type("Leave")
    page.get_by_role("button", name="Go on").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Store all").wait_for()
    assert page.evaluate("document.scripts.length") == 0
    page.get_by_role("button", name="Store all").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Stored: 1 episode and 2 sessions added.").wait_for()
    assert visit.complaints == []
