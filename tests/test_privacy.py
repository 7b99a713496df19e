"""Nobody in therapy is named where nobody should be: logs, terminals, file names, the bytes on disk."""

import datetime as dt
import logging
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.core import mail
from django.core.exceptions import (
    BadRequest,
    DisallowedHost,
    PermissionDenied,
    SuspiciousOperation,
)
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.http import Http404
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, resolve, reverse

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
    # A line with its traceback for every name that a template asks for in vain: it is never switched on.
    templates = logging.getLogger("django.template")
    templates.setLevel(logging.INFO)
    yield handler
    templates.setLevel(logging.NOTSET)
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


# What fields take that are neither words nor filled in already: so that most forms go through.
RIGHT = {"email": "new.person@example.org", "password": PASSWORD, "percent": "65"}
# Not pressed: signing out would end the walk, and the demonstration is a program of its own.
LEFT_ALONE = ("logout", "demonstration")


@dataclass(kw_only=True)
class Form:
    """What a form of a page would send. typed: the fields that people write words in."""

    action: str
    fields: dict[str, str]
    buttons: list[tuple[str, str]]
    typed: set[str]
    files: set[str]

    def sendings(self) -> Iterator[dict[str, str]]:
        """What it sends, by the button that is pressed."""
        for name, value in self.buttons or [("", "")]:
            yield {**self.fields, name: value} if name else dict(self.fields)

    def as_nobody_fills_it(self) -> dict[str, str]:
        """Somebody's reference wherever something can be typed, also where a day belongs."""
        return self.fields | dict.fromkeys(self.typed, REFERENCE)


class Found(HTMLParser):
    """What a page leads to, and what its forms would send."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.forms: list[Form] = []
        self._select = ""
        self._is_in_form = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.addresses += [given[name] for name in ("href", "src", "action") if name in given]
        if tag == "form":
            # A search goes nowhere in this walk; its fields are nobody's.
            self._is_in_form = given.get("method", "").lower() == "post"
            if self._is_in_form:
                form = Form(
                    action=given.get("action", ""), fields={}, buttons=[], typed=set(), files=set()
                )
                self.forms.append(form)
        elif self._is_in_form:
            self._take(tag, given, given.get("name", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_in_form = False

    def _take(self, tag: str, given: dict[str, str], name: str) -> None:
        form = self.forms[-1]
        if tag == "select":
            self._select = name
        elif tag == "option":
            # The first that says something, where none is chosen.
            if not form.fields.get(self._select) or "selected" in given:
                form.fields[self._select] = given.get("value", "")
        elif tag == "textarea" and name:
            form.fields[name] = f"{REFERENCE} {WRITTEN[0]} {NAME}"
            form.typed.add(name)
        elif tag == "button" and name:
            form.buttons.append((name, given.get("value", "")))
        elif tag == "input" and name:
            self._take_input(form, given, name)

    @staticmethod
    def _take_input(form: Form, given: dict[str, str], name: str) -> None:
        kind, value = given.get("type", "text"), given.get("value", "")
        if kind == "file":
            form.files.add(name)
        elif kind == "submit":
            form.buttons.append((name, value))
        elif kind == "radio":
            if name not in form.fields or "checked" in given:
                form.fields[name] = value
        elif kind in {"hidden", "checkbox"}:
            form.fields[name] = value
        else:
            form.typed.add(name)
            takes_words = kind in {"text", "search"} and "inputmode" not in given
            right = RIGHT.get(name, RIGHT.get(kind, REFERENCE if takes_words else ""))
            form.fields[name] = value or right


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
        # One from the file, one whose risk item is written about, one whose is not.
        "completion": [
            *MeasureCompletion.objects.filter(answers="").values_list("uid", flat=True)[:1],
            *MeasureCompletion.objects.exclude(answers="").values_list("uid", flat=True),
        ],
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
    """What came of asking for every page: nobody may be named in it, but for the texts."""

    statuses: dict[str, int]
    heads: list[str]
    links: list[str]
    texts: list[str]
    stored: list[str]

    def everything_around(self) -> str:
        """Headers, cookies, addresses, and every mail as it was sent."""
        mails = [f"{sent.message()} {sent.subject} {sent.body}" for sent in mail.outbox]
        return "\n".join([*self.heads, *self.links, *mails])


def walk(client: Client, *, query: str = "", sends_twice: bool = False) -> Walk:
    """Ask for every page, and send each of its forms with words that name somebody; undo it."""
    made = Walk(statuses={}, heads=[], links=[], texts=[], stored=[])
    seen: set[tuple[str, ...]] = set()
    for address in addresses():
        answer = client.get(address + query)
        made.statuses[address] = answer.status_code
        made.heads.append(f"{answer.headers} {answer.cookies}")
        if not answer.get("Content-Type", "").startswith("text/html"):
            continue
        # Of a page to which somebody's words were sent in the address, they may be said again.
        page = answer.content.decode()
        made.texts.append(page)
        found = Found(page)
        if query:
            continue
        made.links.extend(found.addresses)
        for form in found.forms:
            target = urljoin(address, form.action)
            if any(word in target for word in LEFT_ALONE) or is_known(form, target, seen):
                continue
            for fields in form.sendings():
                sent_by(client, target, fields, made)
            if sends_twice:
                sent_by(client, target, form.as_nobody_fills_it(), made)
    return made


def is_known(form: Form, target: str, seen: set[tuple[str, ...]]) -> bool:
    """Whether a form of the same page, with the same fields, was sent for another client already."""
    # The ids of clients stand in the names of some fields.
    names = sorted({name.split("-")[-1] for name in (*form.fields, *form.files)})
    mark = (str(resolve(urlsplit(target).path).route), *names, *(name for name, _ in form.buttons))
    is_new = mark not in seen
    seen.add(mark)
    return not is_new


def sent_by(client: Client, address: str, fields: dict[str, str], made: Walk) -> None:
    """Send a form, take back what it stored, and note what came of it."""
    with transaction.atomic():
        answer = client.post(address, fields)
        transaction.set_rollback(True)
    assert answer.status_code < 500, address
    made.heads.append(f"{answer.headers} {answer.cookies}")
    if answer.status_code == 302:
        made.stored.append(address)
    elif answer.get("Content-Type", "").startswith("text/html"):
        made.links.extend(Found(answer.content.decode()).addresses)


def test_no_page_leaves_anybody_in_the_log_in_an_address_a_mail_a_cookie_or_a_file_name(
    lived: Practitioner, client: Client, log: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    aside = tmp_path / "aside"
    aside.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(aside))
    client.force_login(lived)
    made = walk(client, sends_twice=True)
    assert set(made.statuses.values()) <= {200, 302, 404}
    # Most forms went through: what was typed was stored, and said of it in the log and by mail.
    assert len(set(made.stored)) > 20
    nothing_in("\n".join(log.lines))
    nothing_in(made.everything_around())
    assert list(aside.iterdir()) == []
    # Nothing was found where it must not be; so it must have been where it may.
    shown = " ".join(made.texts)
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


def supervisor_of(person: Practitioner) -> Practitioner:
    return Practitioner.objects.get(email="colleague@example.org")


def administrator_of(person: Practitioner) -> Practitioner:
    service = Service.objects.get(name="Harbour")
    return make_practitioner(
        email="administrator@example.org", service=service, role=Role.ADMINISTRATOR
    )


def colleague_of(person: Practitioner) -> Practitioner:
    return make_practitioner(email="other@example.org", service=Service.objects.get(name="Harbour"))


def stranger_to(person: Practitioner) -> Practitioner:
    other = make_service(name="Hillside")
    return make_practitioner(email="stranger@example.org", service=other, role=Role.LEAD)


# What they may see themselves: who works in the service.
OF_MEMBERS = (NAME, "Quillfeather")


@pytest.mark.parametrize(
    ("who", "allowed"),
    [
        (supervisor_of, None),
        (administrator_of, OF_MEMBERS),
        (colleague_of, OF_MEMBERS),
        (stranger_to, ()),
        (None, ()),
    ],
    ids=["supervisor", "administrator", "colleague", "stranger", "nobody"],
)
def test_nobody_is_named_to_whom_it_is_no_business(
    lived: Practitioner,
    client: Client,
    log: Kept,
    who: Callable[[Practitioner], Practitioner] | None,
    allowed: tuple[str, ...] | None,
) -> None:
    """allowed: None for somebody who may read clients, and finds them on pages alone."""
    if who is not None:
        client.force_login(who(lived))
    made = walk(client)
    assert set(made.statuses.values()) <= {200, 302, 403, 404}
    nothing_in("\n".join(log.lines))
    nothing_in(made.everything_around())
    if allowed is None:
        assert REFERENCE in " ".join(made.texts)
    else:
        for text in made.texts:
            nothing_in(text, allowed=allowed)


def test_the_name_and_the_words_of_a_file_are_nowhere(
    lived: Practitioner, client: Client, log: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its name is as secret as what stands in it: people name files after clients."""
    aside = tmp_path / "aside"
    aside.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(aside))
    client.force_login(lived)
    service = Service.objects.get(name="Harbour")
    for content in (EPISODES, EPISODES.replace("2025-01-06", SCORE), "\x00", f"%PDF {REFERENCE}"):
        for name in ("import-start", "annual-import"):
            file = SimpleUploadedFile(f"{REFERENCE} {NAME}.csv", content.encode())
            field = "caseload" if name == "import-start" else "file"
            answer = client.post(reverse(name, args=[service.uid]), {field: file, "year": ""})
            assert answer.status_code in {200, 302}
            nothing_in(f"{answer.headers} {answer.cookies}")
    for upload in CaseloadUpload.objects.filter(service=service):
        assert REFERENCE not in upload.headings
        for page in ("import-headings", "import-preview", "import-bad-rows"):
            answer = client.get(reverse(page, args=[service.uid, upload.uid]))
            nothing_in(f"{answer.headers} {answer.cookies}")
            if answer.get("Content-Type", "").startswith("text/html"):
                nothing_in("\n".join(Found(answer.content.decode()).addresses))
                assert f"{REFERENCE} {NAME}" not in answer.content.decode()
    nothing_in("\n".join(log.lines))
    assert list(aside.iterdir()) == []


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
