"""Nobody in therapy is named where nobody should be: logs, terminals, file names, the bytes on disk."""

import datetime as dt
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from practice.models import MeasureCompletion, Membership, Practitioner, Role, Service
from practice.models import Session as Meeting
from tests.conftest import Run

# Words that occur nowhere else, each with the reason why it must not be seen.
REFERENCE = "QZX-4711"
NOTES = ("lighthouse", "quarrelled", "Wednesdays")
NAME = "Xanthippe Quillfeather"
FREE_TEXT = "bereavementofaparent"
# A CORE-10 of nine items: as a number it can stand for nothing else.
SCORE = "11.11"
EPISODES = f"""\
client,practitioner,referred_on,ended_on,ending,problem,birth_year,note
{REFERENCE},xq@example.org,2025-01-06,2025-03-31,agreed_at_end,{FREE_TEXT},1961,{NOTES[0]} keeper
QZX-4712,xq@example.org,2025-01-07,,,{FREE_TEXT},1962,
"""
SESSIONS = f"""\
client,date,phq9,gad7,core10,note
{REFERENCE},2025-01-13,23,19,{SCORE},{NOTES[1]} with
{REFERENCE},2025-03-31,22,18,8,{NOTES[2]} are hard
QZX-4712,2025-01-14,21,17,30,
"""
PASSWORD = "seven wild geese flying"
WRONG_PASSWORD = "hunter2-and-more"
SECRETS = (REFERENCE, "QZX-4712", *NOTES, NAME, "Quillfeather", FREE_TEXT, SCORE, PASSWORD)


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    pair = tmp_path / "episodes.csv", tmp_path / "sessions.csv"
    for path, text in zip(pair, (EPISODES, SESSIONS), strict=True):
        path.write_text(text, encoding="utf-8")
    return str(pair[0]), str(pair[1])


class Kept(logging.Handler):
    """Every record as the log would have it, and with its arguments."""

    def __init__(self, formatter: logging.Formatter) -> None:
        super().__init__(logging.DEBUG)
        self.formatter = formatter
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        record.exc_text = None
        self.lines.append(self.format(record))
        self.lines.append(str(record.args))


@pytest.fixture
def log() -> Iterator[Kept]:
    """Everything that any part of the program logs, down to the finest level."""
    configured = next(
        handler.formatter for handler in logging.getLogger("django").handlers if handler.formatter
    )
    handler = Kept(configured)
    names = ["", "django", "practice", "django.request", "django.server", "django.security"]
    loggers = [logging.getLogger(name) for name in names]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
        logger.addHandler(handler)
    yield handler
    for logger, level in zip(loggers, levels, strict=True):
        logger.removeHandler(handler)
        logger.setLevel(level)


def nothing_in(text: str, *, allowed: tuple[str, ...] = ()) -> None:
    for secret in SECRETS:
        if secret not in allowed:
            assert secret.lower() not in text.lower(), secret


@pytest.fixture
def imported(files: tuple[str, str], db: None) -> Practitioner:
    """The caseload brought in, and its practitioner given a name and a password."""
    call_command("import_caseload", *files, "--service", "Harbour")
    person = Practitioner.objects.get()
    person.name = NAME
    person.set_password(PASSWORD)
    person.save()
    place = Membership.objects.get()
    place.role = Role.LEAD
    place.save()
    return person


def test_commands_print_paths_counts_and_rates_and_nobody(
    imported: Practitioner,
    files: tuple[str, str],
    tmp_path: Path,
    log: Kept,
    capsys: pytest.CaptureFixture[str],
) -> None:
    capsys.readouterr()
    out = str(tmp_path / "reports")
    call_command("import_caseload", *files, "--service", "Harbour")
    call_command("report", "--month", "2025-03", "--out", out)
    call_command("report", "--month", "2025-03", "--out", out, "--practitioner", imported.email)
    call_command("outcomes", "--from", "2025-01-01", "--to", "2025-12-31", "--json")
    call_command("export_caseload", "--out", str(tmp_path / "exported"))
    said = capsys.readouterr()
    # A mean of one pair is that one score: outcomes --json prints means, by its contract.
    nothing_in(said.out, allowed=(SCORE,))
    nothing_in(said.err)
    nothing_in("\n".join(log.lines))
    names = " ".join(path.name for path in (tmp_path / "reports").iterdir())
    nothing_in(names)


def pages(client: Client, person: Practitioner) -> Iterator[int]:
    service = Service.objects.get()
    report = reverse("report-month", args=[service.uid, person.uid])
    for address in (
        "/",
        report,
        f"{report}?month=2025-03",
        f"{report}?month={REFERENCE}",
        f"{report}pdf/?month=2025-03",
        f"{report}pdf/?month={REFERENCE}",
        f"{reverse('benchmark-list')}?search={NAME}",
        f"{report}no-such-page",
    ):
        yield client.get(address).status_code


def test_looking_at_pages_leaves_nobody_in_the_log(
    imported: Practitioner, client: Client, log: Kept
) -> None:
    client.force_login(imported)
    assert set(pages(client, imported)) == {200, 400, 404}
    assert log.lines
    nothing_in("\n".join(log.lines))


def test_signing_in_leaves_no_password_and_no_name_in_the_log(
    imported: Practitioner, client: Client, log: Kept
) -> None:
    login = reverse("account_login")
    wrong = client.post(login, {"login": imported.email, "password": WRONG_PASSWORD})
    assert wrong.status_code == 200
    right = client.post(login, {"login": imported.email, "password": PASSWORD})
    assert right.status_code == 302
    nothing_in("\n".join(log.lines))
    assert WRONG_PASSWORD not in "\n".join(log.lines)


def failing(message: str) -> Callable[..., None]:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError(message)

    return fail


def test_a_failure_is_logged_with_its_place_and_without_its_values(
    imported: Practitioner, client: Client, log: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an exception says may quote a whole row."""
    message = f"Failing row contains ({REFERENCE}, {NOTES[0]}, {SCORE})"
    monkeypatch.setattr("practice.views.reports.monthly_report", failing(message))
    client.force_login(imported)
    client.raise_request_exception = False
    service = Service.objects.get()
    answer = client.get(reverse("report-month", args=[service.uid]))
    assert answer.status_code == 500
    page = answer.content.decode()
    nothing_in(page)
    assert "Traceback" not in page
    lines = "\n".join(log.lines)
    assert "RuntimeError" in lines
    assert "in fail" in lines
    nothing_in(lines)


def test_a_failing_page_names_nobody_even_where_the_template_fails(
    imported: Practitioner, client: Client, log: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("practice.views.reports.render", failing(NAME))
    client.force_login(imported)
    client.raise_request_exception = False
    answer = client.get("/")
    assert answer.status_code == 500
    nothing_in(answer.content.decode() + "\n".join(log.lines))


def every_cell() -> Iterator[tuple[str, str]]:
    """Table and text of each value in the database, history included."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            for row in cursor.fetchall():
                for value in row:
                    yield (
                        table,
                        bytes(value).decode("latin-1")
                        if isinstance(value, bytes | memoryview)
                        else str(value),
                    )


def test_no_cell_of_the_database_holds_a_note_in_clear(imported: Practitioner) -> None:
    meeting = Meeting.objects.get(held_on=dt.date(2025, 1, 13))
    assert meeting.note == f"{NOTES[1]} with"
    found = {
        (table, word)
        for table, value in every_cell()
        for word in (*NOTES, PASSWORD)
        if word.lower() in value.lower()
    }
    assert found == set()
    assert MeasureCompletion.objects.count() == 9


def test_no_file_of_an_installation_holds_a_note_in_clear(
    files: tuple[str, str], tmp_path: Path, run: Run
) -> None:
    """SQLite's file, its log beside it, and whatever else a command leaves in the data folder."""
    brought = run("import_caseload", *files, "--service", "Harbour")
    assert brought.returncode == 0, brought.stderr
    nothing_in(brought.stdout + brought.stderr)
    found = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert any(REFERENCE.encode() in path.read_bytes() for path in found)
    for path in found:
        content = path.read_bytes()
        for word in NOTES:
            assert word.encode() not in content, path.name
            assert word.encode("utf-16-le") not in content, path.name


def test_addresses_hold_random_ids_and_never_a_number_or_a_name(
    imported: Practitioner, client: Client
) -> None:
    client.force_login(imported)
    page = client.get("/").content.decode()
    service = Service.objects.get()
    assert str(service.uid) in page
    nothing_in(page, allowed=(NAME, "Quillfeather"))
    assert f"/service/{service.pk}/" not in page
