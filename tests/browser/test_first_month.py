"""A practitioner's first month, from an empty installation to the second supervision, as one would click it.

With script one clicks on a phone, without script on a laptop. Each page on the way is looked at, empty
and with data: for its width, for what the browser complains of, and by axe, where no other test has it
look at the same page in the same state.
"""

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from practice import first_run
from practice.models import Agreement, Episode, RiskResponse, Service, Session
from tests.browser.conftest import NARROW, PASSWORD, Chromium, Visit, browsing
from tests.browser.walking import Month

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def nowhere(live_server: LiveServer, sync_loop: None, chromium: Chromium) -> Iterator[Visit]:
    """A tab on an installation in which nobody has an account yet."""
    with browsing(chromium, live_server.url, service=Service(name="not there")) as found:
        yield found


def create_the_practice(month: Month) -> None:
    page, code = month.page, first_run.offer_code()
    # Whatever address one types: a new installation opens with this.
    page.goto(month.visit.server)
    page.get_by_role("heading", name="Create your practice").wait_for()
    month.fits("create your practice")
    month.write("One-time code", code)
    month.write("Name of your practice", "Harbour Counselling")
    month.write("Your name", "Zoë Marsh")
    month.write("Your e-mail", "zoe@example.org")
    page.get_by_label("Passphrase:", exact=True).fill(PASSWORD)
    month.write("The same passphrase again", PASSWORD)
    month.button("Create it")
    page.get_by_role("heading", name="The key of your notes").wait_for()
    month.fits("the key")
    month.button("I have printed it")
    month.sees("Three steps to your first report")


def look_at_everything_empty(month: Month) -> None:
    month.look("caseload, empty")
    for name in ("Supervision", "Reports", "Import", "Settings", "Benchmarks", "Questionnaires"):
        month.menu(name)
        month.page.get_by_role("heading", level=1).wait_for()
        month.look(f"{name}, empty")
    month.menu("Supervision")
    month.link("Log")
    month.sees("No supervision is recorded yet")
    month.look("supervision log, empty")
    month.menu("Caseload")
    month.link("This month's report")
    month.sees("Endings.")
    month.look("report, empty")


def bring_the_spreadsheet_in(month: Month, folder: Path) -> None:
    path = folder / "clients.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(
            [
                ("Client", "Referred", "Date1", "PHQ1", "GAD1", "Date2", "PHQ2", "GAD2"),
                ("M-1", month.ago(60), month.ago(50), "15", "11", month.ago(43), "8", "6"),
                ("M-2", month.ago(55), month.ago(45), "17", "14", month.ago(38), "16", "13"),
            ]
        )
    month.menu("Import")
    month.page.get_by_label("Your file").set_input_files(path)
    month.button("Look at it")
    month.sees("Before anything is stored", "2 rows are good")
    month.fits("import, before")
    month.button("Store all")
    month.sees("Stored: 2 episodes and 4 sessions added.")
    month.fits("import, after")


def add_a_client(month: Month) -> None:
    month.menu("Caseload")
    month.link("New client")
    month.look("new client")
    month.write("Reference", "K-14")
    month.write("Referred on", month.ago(28))
    month.button("Add client")
    month.sees("Nothing is logged yet")
    month.look("client, empty")


def log(month: Month, days: int, *, phq9: str, risk: str, gad7: str) -> None:
    """A session so many days ago, from the client's page."""
    month.link("Log a session")
    month.write("Date", month.ago(days))
    month.page.locator("[name='phq9-total']").fill(phq9)
    month.page.locator("[name='phq9-risk']").fill(risk)
    month.page.locator("[name='gad7-total']").fill(gad7)
    month.button("Save")
    month.page.locator(".message", has_text=f"PHQ-9 {phq9}").wait_for()


def log_the_weeks(month: Month) -> None:
    page = month.page
    log(month, 27, phq9="12", risk="0", gad7="10")
    month.link("Log a session")
    month.look("log a session")
    month.write("Date", month.ago(20))
    page.get_by_label("Attendance").select_option("dna")
    month.button("Save")
    page.locator(".message").first.wait_for()
    log(month, 13, phq9="18", risk="2", gad7="12")
    # Straight to what was asked and done.
    month.look("risk item")
    month.write("What was asked", "Asked about plans and means: none.")
    month.write("What was done", "Safety plan written; GP told with consent.")
    month.button("Save")
    month.sees("Written: what was asked and done")
    log(month, 6, phq9="20", risk="0", gad7="11")


def put_a_mistake_right(month: Month) -> None:
    month.page.get_by_role("link", name="Put right").first.click()
    month.look("correct a session")
    assert month.page.locator("[name='phq9-total']").input_value() == "20"
    month.page.locator("[name='phq9-total']").fill("10")
    month.button("Save")
    month.page.get_by_role("heading", name="K-14", exact=True).wait_for()
    month.sees("PHQ-9 10")
    month.fits("client, with data")


def pause_one(month: Month) -> None:
    month.client("M-2")
    month.link("Pause")
    month.look("pause")
    month.write("Until and including", month.ago(-14))
    month.write("Why", "three weeks abroad")
    month.button("Pause")
    month.sees("Paused until and including")


def end_one_and_take_it_back(month: Month) -> None:
    month.client("M-1")
    for turn in ("first", "again"):
        month.link("End therapy")
        month.fits(f"end therapy, {turn}")
        month.page.get_by_label("Due to loss of contact").check()
        month.write("Ended on", month.ago(3))
        month.write("What we found", "Three letters, no answer.")
        month.button("See what it counts as")
        month.sees("This will count as an unplanned ending", "Last 8 against 15 at the start")
        month.fits(f"end therapy, looked at, {turn}")
        month.button("End therapy")
        month.sees("The therapy has ended")
        if turn == "first":
            month.look("client, ended")
            month.link("Take it back")
            month.look("open again")
            month.button("Open the therapy again")
            month.sees("The therapy is open again.")


def look_at_the_caseload(month: Month) -> None:
    month.menu("Caseload")
    month.sees("2 open clients", "What needs attention", "Paused until")
    assert month.page.locator("tbody tr").count() == 2
    month.fits("caseload, with data")


def print_questionnaires(month: Month) -> None:
    month.menu("Questionnaires")
    for name in ("PHQ-9 (PDF)", "GAD-7 (PDF)", "CORE-10 (PDF)"):
        month.pdf(name)


def read_the_report(month: Month) -> None:
    month.menu("Caseload")
    month.link("This month's report")
    month.sees("Endings.")
    month.fits("report, with data")
    month.pdf("PDF to print")


def supervise(month: Month) -> None:
    """Twelve days ago by the sheet of that day; then today's shows what was agreed."""
    page = month.page
    month.menu("Supervision")
    month.fits("supervision sheet, today")
    month.write("Day", month.ago(12))
    month.button("Show")
    month.sees("PHQ-9")
    month.pdf("PDF to print")
    month.link("Record what was agreed")
    month.fits("record")
    assert page.get_by_label("Date").input_value() == month.ago(12)
    month.write("Minutes", "60")
    month.write("Supervisor", "Ruth")
    about, due = page.get_by_label("Agreed about K-14"), page.get_by_label("K-14: by when")
    if not about.is_visible():
        page.locator("summary", has_text="K-14").click()
    about.fill("Slow down; go through the safety plan again")
    due.fill(month.ago(0))
    month.button("Save")
    month.sees("is recorded, with 1 agreement")
    month.fits("after recording")
    month.menu("Supervision")
    month.sees("Slow down; go through the safety plan again", "PHQ-9 18 then, 10 now")
    month.look("supervision sheet, with what was agreed")
    page.get_by_label("Clients as A, B, C").check()
    month.button("Show")
    month.link("Key to the letters")
    page.get_by_role("heading", name="Key to the letters").wait_for()
    month.look("key to the letters")
    month.menu("Supervision")
    month.pdf("PDF to print")
    month.link("Log")
    month.sees("1 supervision, the latest first")
    month.fits("supervision log, with data")


def test_a_first_month(nowhere: Visit, tmp_path: Path) -> None:
    nowhere.resize(NARROW)
    month = Month(visit=nowhere, today=timezone.localdate())
    create_the_practice(month)
    look_at_everything_empty(month)
    bring_the_spreadsheet_in(month, tmp_path)
    add_a_client(month)
    log_the_weeks(month)
    put_a_mistake_right(month)
    pause_one(month)
    end_one_and_take_it_back(month)
    look_at_the_caseload(month)
    print_questionnaires(month)
    read_the_report(month)
    supervise(month)
    month.button("Sign out")
    month.page.get_by_role("heading", name="Sign in").wait_for()
    month.fits("sign in")
    assert month.found == [], "\n".join(month.found)
    assert nowhere.complaints == []
    assert sorted(Episode.objects.values_list("client__reference", "ending")) == [
        ("K-14", ""),
        ("M-1", "loss_of_contact"),
        ("M-2", ""),
    ]
    assert Session.objects.filter(episode__client__reference="K-14").count() == 4
    assert (RiskResponse.objects.count(), Agreement.objects.count()) == (1, 1)


def test_the_main_path_without_script(nowhere: Visit) -> None:
    page = nowhere.without_script()
    month = Month(visit=replace(nowhere, page=page), today=timezone.localdate(), looks=False)
    create_the_practice(month)
    add_a_client(month)
    log_the_weeks(month)
    put_a_mistake_right(month)
    supervise(month)
    month.client("K-14")
    month.link("End therapy")
    page.get_by_label("Agreed at the end of therapy").check()
    month.button("See what it counts as")
    month.sees("This will count as a planned ending")
    month.button("End therapy")
    month.sees("The therapy has ended")
    month.button("Sign out")
    page.get_by_role("heading", name="Sign in").wait_for()
    assert Episode.objects.get().ending == "agreed_at_end"
    assert (RiskResponse.objects.count(), Agreement.objects.count()) == (1, 1)
