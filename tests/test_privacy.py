"""Nobody in therapy is named where nobody should be: logs, terminals, file names, the bytes on disk."""

import datetime as dt
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from django.core import mail
from django.core.exceptions import (
    BadRequest,
    DisallowedHost,
    PermissionDenied,
    SuspiciousOperation,
)
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.http import Http404
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, reverse

from practice import beside
from practice.cohorts import Scope
from practice.domain.measures import MEASURES
from practice.domain.periods import Month
from practice.models import (
    AnnualFigures,
    CaseloadUpload,
    Episode,
    FrozenReport,
    Invitation,
    MeasureCompletion,
    Membership,
    Practitioner,
    Resolution,
    Role,
    Service,
    Supervising,
    SupervisionMeeting,
    Target,
)
from practice.models import Client as Person
from practice.models import Session as Meeting
from practice.urls import urlpatterns
from tests.cast import (
    make_agreement,
    make_annual_figures,
    make_completion,
    make_invitation,
    make_meeting,
    make_practitioner,
    make_resolution,
    make_risk_response,
    make_service,
    make_target,
    saved,
)
from tests.conftest import Run
from tests.reports.freezing import frozen

# Words that occur nowhere else, each with the reason why it must not be seen.
REFERENCE = "QZX-4711"
NOTES = ("lighthouse", "quarrelled", "Wednesdays")
# Written on the pages: about a risk item, for a pause, in supervision, after an ending, in a file.
WRITTEN = (
    *("razorbill", "guillemot", "kittiwake", "puffin", "shearwater", "fulmar", "gannet"),
    "dunlin",
)
SUPERVISOR = "Ottoline Brackenridge"
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
SECRETS = (
    *(REFERENCE, "QZX-4712", *NOTES, *WRITTEN, NAME, "Quillfeather", SUPERVISOR, "Brackenridge"),
    *(FREE_TEXT, SCORE, PASSWORD),
)


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


@pytest.fixture
def lived(imported: Practitioner, monkeypatch: pytest.MonkeyPatch) -> Practitioner:
    """A month later: words in every place there is for words, each changed once."""
    # The walk presses every button, and one starts a program of its own beside this one.
    monkeypatch.setattr(beside, "start", lambda *, near_port: None)
    service = Service.objects.get()
    ended = Episode.objects.get(ended_on__isnull=False)
    still_open = Episode.objects.get(ended_on=None)
    asked, done, reason, agreed, found, would_try, content = (f"{word} x" for word in WRITTEN[:7])
    form = make_completion(
        of=still_open,
        on=dt.date(2025, 2, 4),
        measure="core10",
        answers="0000010000",
        total=1,
        by=imported,
    )
    # And one that nobody has written about yet.
    make_completion(of=still_open, on=dt.date(2025, 2, 5), answers="--------1", by=imported)
    response = make_risk_response(to=form, by=imported, asked=asked, done=done)
    meeting = make_meeting(
        service=service,
        practitioner=imported,
        held_on=dt.date(2025, 2, 11),
        supervisor=SUPERVISOR,
    )
    agreement = make_agreement(meeting=meeting, episode=still_open, agreed=agreed)
    ended.found, ended.would_try = found, would_try
    still_open.paused_until, still_open.pause_reason = dt.date(2099, 1, 1), reason
    for _ in range(2):
        for row in (ended, still_open, response, agreement, meeting):
            saved(row, by=imported, why="put right")
    CaseloadUpload(service=service, uploaded_by=imported, content=content).save()
    make_invitation(service=service, by=imported)
    make_resolution(service=service, practitioner=imported, will_try=agreed, expects=found)
    # Somebody beside them, without every page asking for a second factor first.
    service.lead_reads_clients, service.second_factor = True, False
    saved(service, by=imported)
    colleague = make_practitioner(email="colleague@example.org", service=service)
    saved(
        Supervising(
            service=service,
            supervisor=colleague,
            practitioner=imported,
            since=dt.date(2025, 1, 1),
        ),
        by=imported,
    )
    held = Person.objects.get(reference=REFERENCE)
    held.held_on, held.hold_reason = dt.date(2025, 5, 1), f"{WRITTEN[7]} x"
    saved(held, by=imported)
    make_target(service=service, practitioner=imported, why=reason)
    make_annual_figures(service=service, by=imported)
    frozen(Scope(service=service, practitioner=imported), month=Month.parse("2025-03"), by=imported)
    return imported


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
        reverse("report-list"),
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
    assert set(pages(client, imported)) == {200, 302, 400, 404}
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


# --- Every page there is


class Found(HTMLParser):
    """What a page leads to, and what its forms would send."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.forms: list[tuple[str, dict[str, str]]] = []
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.addresses += [given[name] for name in ("href", "src", "action") if name in given]
        name = given.get("name", "")
        if tag == "form" and given.get("method", "").lower() == "post":
            self.forms.append((given.get("action", ""), {}))
        elif tag == "form":
            # A search goes nowhere in this test; its fields are nobody's.
            self.forms.append(("", {}))
        elif not self.forms:
            return
        elif tag == "select":
            self._select = name
        elif tag == "option" and (self._select not in self._fields or "selected" in given):
            self._fields[self._select] = given.get("value", "")
        elif tag == "textarea" and name:
            self._fields[name] = f"{REFERENCE} {WRITTEN[0]} {NAME}"
        elif tag == "input" and name:
            self._fields[name] = self._typed(given)

    @property
    def _fields(self) -> dict[str, str]:
        return self.forms[-1][1]

    @staticmethod
    def _typed(given: dict[str, str]) -> str:
        if given.get("type", "text") in ("hidden", "radio", "checkbox", "submit"):
            return given.get("value", "")
        return REFERENCE


def patterns(found: list[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for pattern in found:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern.url_patterns)
        else:
            yield pattern


def addresses() -> list[str]:
    """Every address of the program, with everything of this practice that can stand in one."""
    service, person = Service.objects.get(name="Harbour"), Practitioner.objects.get(name=NAME)
    parts: dict[str, list[Any]] = {
        "service": [service.uid],
        "practitioner": [person.uid],
        "episode": list(Episode.objects.values_list("uid", flat=True)),
        "session": list(Meeting.objects.values_list("uid", flat=True))[:2],
        "completion": list(MeasureCompletion.objects.values_list("uid", flat=True)),
        "meeting": list(SupervisionMeeting.objects.values_list("uid", flat=True)),
        "upload": list(CaseloadUpload.objects.values_list("uid", flat=True)),
        "invitation": list(Invitation.objects.values_list("uid", flat=True)),
        "frozen": list(FrozenReport.objects.values_list("uid", flat=True)),
        "resolution": list(Resolution.objects.values_list("uid", flat=True)),
        "annual": list(AnnualFigures.objects.values_list("uid", flat=True)),
        "target": list(Target.objects.values_list("uid", flat=True)),
        "token": ["stale-token"],
        "measure": [next(iter(MEASURES))],
        "uidb36": ["1"],
        "key": ["stale-key"],
        "pk": [1],
        "client": list(Person.objects.values_list("uid", flat=True)),
        "member": list(service.practitioners.values_list("uid", flat=True)),
        "supervising": list(Supervising.objects.values_list("uid", flat=True)),
        "figure": ["planned_declared", "recovered_iapt"],
    }
    found = []
    for pattern in patterns(urlpatterns):
        names = list(pattern.pattern.regex.groupindex)
        for values in product(*(parts[name] for name in names)):
            found.append(reverse(str(pattern.name), kwargs=dict(zip(names, values, strict=True))))
    return found


def test_every_address_can_be_made(lived: Practitioner) -> None:
    assert len(addresses()) > 50
    with pytest.raises(NoReverseMatch):
        reverse("report-month")


@dataclass(frozen=True, kw_only=True)
class Walk:
    """What came of asking for every page: nobody may be named in it."""

    statuses: dict[str, int]
    heads: list[str]
    links: list[str]
    texts: list[str]


def walk(client: Client, *, query: str = "") -> Walk:
    """Ask for every page, and send each of its forms with words that name somebody; undo it."""
    made = Walk(statuses={}, heads=[], links=[], texts=[])
    for address in addresses():
        answer = client.get(address + query)
        made.statuses[address] = answer.status_code
        made.heads.append(str(answer.headers))
        if not answer.get("Content-Type", "").startswith("text/html"):
            continue
        # Of a page to which somebody's words were sent in the address, they may be said again.
        page = answer.content.decode()
        made.texts.append(page)
        found = Found(page)
        made.links.extend([] if query else found.addresses)
        for action, fields in found.forms:
            if "logout" not in action and "demonstration" not in action:
                made.heads.append(str(sent(client, urljoin(address, action), fields).headers))
    return made


def sent(client: Client, address: str, fields: dict[str, str]) -> Any:
    with transaction.atomic():
        answer = client.post(address, fields)
        transaction.set_rollback(True)
    assert answer.status_code != 500, address
    return answer


def test_no_page_leaves_anybody_in_the_log_in_an_address_or_in_a_file_name(
    lived: Practitioner, client: Client, log: Kept
) -> None:
    client.force_login(lived)
    made = walk(client)
    assert set(made.statuses.values()) <= {200, 302, 404}
    nothing_in("\n".join(log.lines))
    nothing_in("\n".join(made.links))
    # The names of downloads, and where a form leads to.
    nothing_in("\n".join(made.heads))


def test_the_walk_saw_what_it_looks_for(lived: Practitioner, client: Client) -> None:
    """Nothing was found where it must not be; so it must have been where it may."""
    client.force_login(lived)
    shown = " ".join(walk(client).texts)
    for word in (REFERENCE, "QZX-4712", FREE_TEXT, SCORE, *NOTES, *WRITTEN[:6], SUPERVISOR):
        assert word in shown, word


def test_no_question_asked_by_an_address_is_kept_in_the_log(
    lived: Practitioner, client: Client, log: Kept
) -> None:
    client.force_login(lived)
    names = ("search", "query", "q", "month", "year", "on", "sort", "page", "reference", "date")
    made = walk(client, query="?" + "&".join(f"{name}={REFERENCE}" for name in names))
    assert set(made.statuses.values()) <= {200, 302, 400, 404}
    nothing_in("\n".join(log.lines))


def test_a_stranger_learns_nobody_from_any_page(
    lived: Practitioner, client: Client, log: Kept
) -> None:
    other = make_service(name="Hillside")
    stranger = make_practitioner(email="stranger@example.org", service=other, role=Role.LEAD)
    client.force_login(stranger)
    made = walk(client)
    assert set(made.statuses.values()) <= {200, 302, 404}
    for text in ("\n".join(log.lines), *made.texts, *made.links, *made.heads):
        nothing_in(text)


def test_who_is_not_signed_in_learns_nobody_from_any_page(
    lived: Practitioner, client: Client, log: Kept
) -> None:
    made = walk(client)
    for text in ("\n".join(log.lines), *made.texts, *made.links, *made.heads):
        nothing_in(text)


# --- Where it fails


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
    answer = client.get(reverse("report-list"))
    assert answer.status_code == 500
    nothing_in(answer.content.decode() + "\n".join(log.lines))


REFUSED = f"Key (reference)=({REFERENCE}) {NOTES[0]} {SCORE}"


@pytest.mark.parametrize(
    ("problem", "status"),
    [
        (DatabaseError(f"DETAIL: Failing row contains ({REFUSED})"), 500),
        (ValueError(REFUSED), 500),
        (BadRequest(REFUSED), 400),
        (SuspiciousOperation(REFUSED), 400),
        (DisallowedHost(REFUSED), 400),
        (PermissionDenied(REFUSED), 403),
        (Http404(REFUSED), 404),
    ],
    ids=lambda each: type(each).__name__ if isinstance(each, Exception) else "",
)
def test_whatever_stops_a_page_in_the_middle_its_words_are_nowhere(  # noqa: PLR0917
    problem: Exception,
    status: int,
    imported: Practitioner,
    client: Client,
    log: Kept,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Not on the page, in its headers, in the log, in a mail or on the terminal of the server."""

    def stop(*_args: object, **_kwargs: object) -> None:
        raise problem

    monkeypatch.setattr("practice.views.clients.render", stop)
    client.force_login(imported)
    client.raise_request_exception = False
    address = reverse("client-create", args=[Service.objects.get().uid, imported.uid])
    capfd.readouterr()
    for answer in (
        client.get(f"{address}?reference={REFERENCE}"),
        client.post(address, {"reference": REFERENCE, "note": NOTES[0], "problem": FREE_TEXT}),
        client.get(f"/{address}", headers={"referer": f"http://testserver/?search={REFERENCE}"}),
    ):
        assert answer.status_code in {status, 404}
        nothing_in(answer.content.decode() + str(answer.headers))
    said = capfd.readouterr()
    # Every second line of what was kept is a record's own arguments, which nobody writes down.
    lines = log.lines[::2]
    assert lines
    for text in (*lines, said.out, said.err, *(str(sent.message()) for sent in mail.outbox)):
        nothing_in(text)


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


def test_no_cell_of_the_database_holds_what_was_written_on_a_page(lived: Practitioner) -> None:
    """Nor does its history, which has the words of every change."""
    cells = list(every_cell())
    assert any(SUPERVISOR in value for _, value in cells)
    for word in WRITTEN:
        assert [table for table, value in cells if word in value.lower()] == []
    # They are all there.
    ended = Episode.objects.get(ended_on__isnull=False)
    assert ended.history.count() == 3
    assert {kept.found for kept in ended.history.all()} == {"", f"{WRITTEN[4]} x"}


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
    page = client.get(reverse("report-list")).content.decode()
    service = Service.objects.get()
    assert str(service.uid) in page
    nothing_in(page, allowed=(NAME, "Quillfeather"))
    assert f"/service/{service.pk}/" not in page
