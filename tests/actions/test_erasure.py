"""Erasing a client: nothing of them is left in any table, nobody else is touched, all or nothing."""

import datetime as dt
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from practice.actions import erasure, versions
from practice.actions.consent import hold_client, record_consent
from practice.actions.erasure import (
    ErasedAlreadyError,
    ErasureReason,
    HeldError,
    erase_client,
)
from practice.actions.import_undo import undo_import
from practice.actions.imports import keep_upload
from practice.actions.lone_forms import turn_into_lone_forms
from practice.actions.meanwhile import version_of
from practice.actions.redaction import mentions, taken_out, writings_of
from practice.actions.sessions import FormEntry
from practice.actions.traces import traces_of
from practice.caseload_files.plan import Taking
from practice.caseload_files.sources import SourceFile
from practice.caseload_files.uploads import pack, store_upload
from practice.cases.corrections import load_corrections
from practice.history_check import check_model, check_reports, kept_models
from practice.models import (
    AuditEntry,
    CaseloadUpload,
    Client,
    Deed,
    Episode,
    FrozenReport,
    MeasureCompletion,
    Session,
)
from practice.models.encrypted import EncryptedTextField
from practice.models.kept import KeptForever
from tests.cast import (
    Cast,
    day,
    hand_over,
    make_agreement,
    make_client,
    make_completion,
    make_episode,
    make_frozen_row,
    make_meeting,
    make_resolution,
    make_risk_response,
    make_session,
    make_target,
    saved,
)
from tests.conftest import Run

NOW = dt.datetime(2026, 5, 4, 12, tzinfo=dt.UTC)
# Words of one client, each in a place of its own.
WORDS = ("ptarmigan", "dotterel", "whimbrel", "turnstone", "phalarope", "sanderling", "avocet")
REFERENCE, EARLIER = "QXW-8812", "QXW-8813"


@pytest.fixture
def erin(cast: Cast) -> Client:
    """A client with words in every place there is for words, each changed once."""
    return lived(cast, REFERENCE, WORDS)


@pytest.fixture
def other(cast: Cast) -> Client:
    """Another one of the same service, the same but for the words."""
    return lived(cast, "K-14", tuple(f"{word}ish" for word in reversed(WORDS)))


def lived(cast: Cast, reference: str, words: tuple[str, ...]) -> Client:
    note, session_note, asked, done, agreed, found, reason = words
    client = make_client(service=cast.service, reference=f"{reference}", by=cast.alice)
    episode = make_episode(client=client, holder=cast.alice, note=note, contract=f"{note} Ltd")
    session = make_session(episode=episode, held_on=day(7), by=cast.alice, note=session_note)
    form = make_completion(of=session, answers="000000003", by=cast.alice)
    make_completion(of=episode, on=day(9), by=cast.alice)
    response = make_risk_response(to=form, by=cast.alice, asked=asked, done=done)
    meeting = make_meeting(
        service=cast.service,
        practitioner=cast.alice,
        held_on=day(8),
        supervisor=f"S {reference[0]}",
    )
    agreement = make_agreement(meeting=meeting, episode=episode, agreed=agreed)
    hand_over(episode=episode, to=cast.bob, on=day(10))
    episode.ended_on, episode.ending, episode.found = day(40), "crisis", found
    removed = make_session(episode=episode, held_on=day(21), by=cast.alice, note=session_note)
    kept: Any = removed
    kept._history_user = cast.alice
    removed.delete()
    client.held_on, client.hold_reason = day(41), reason
    for row in (client, episode, session, form, response, agreement):
        saved(row, by=cast.bob, why=f"put right for {reference}")
    client.held_on, client.hold_reason = None, ""
    return saved(client, by=cast.bob)


def erase(client: Client, cast: Cast) -> erasure.Erased:
    return erase_client(client=client, reason=ErasureReason.CLIENT_ASKED, by=cast.alice, now=NOW)


def cells() -> Iterator[tuple[str, str]]:
    """Table and text of each value in the database, decrypted where it is encrypted."""
    decrypt: Any = EncryptedTextField()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            for row in cursor.fetchall():
                for value in row:
                    text = (
                        bytes(value).decode("latin-1")
                        if isinstance(value, bytes | memoryview)
                        else str(value)
                    )
                    yield table, text
                    if text.startswith("e1:"):
                        yield table, decrypt.from_db_value(text)


def tables_with(word: str) -> set[str]:
    return {table for table, text in cells() if word.lower() in text.lower()}


def tables_with_uid(client: Client) -> set[str]:
    return tables_with(str(client.uid)) | tables_with(client.uid.hex)


def rows_of(client: Client) -> dict[str, list[list[Any]]]:
    """Everything that is stored of a client, history included."""
    found = {}
    for model, keys in traces_of(client).rows.items():
        kept: Any = model
        found[model.__name__] = [
            list(kept.objects.filter(pk__in=keys).order_by("pk").values()),
            list(kept.history.filter(id__in=keys).order_by("history_id").values()),
        ]
    return found


def what_differs() -> list[str]:
    """What check_audit would find."""
    found = [each.words for model in kept_models() for each in check_model(model)]
    return found + [each.words for each in check_reports()]


# --- Nothing is left, and nobody else is touched


def test_every_table_that_hangs_on_a_client_is_among_the_traces(erin: Client) -> None:
    """A new one has to be erased, and copied, as well."""
    found: set[Any] = {Client}
    while True:
        more = {
            model
            for model in apps.get_models()
            if not issubclass(model, KeptForever)
            and any(field.related_model in found for field in model._meta.concrete_fields)
        }
        if more <= found:
            break
        found |= more
    rows = traces_of(erin).rows
    assert set(rows) == found
    assert all(rows.values())


def test_no_word_of_the_client_is_in_any_table_afterwards(
    cast: Cast, erin: Client, other: Client
) -> None:
    saved(erin, by=cast.alice)
    make_resolution(
        service=cast.service, practitioner=cast.alice, will_try="Ask about the ending", expects="-"
    )
    content = pack([SourceFile(name="file", content=f"client\n{REFERENCE}\n".encode())])
    waiting, elsewhere = (
        CaseloadUpload(service=service, uploaded_by=cast.leda, content=content)
        for service in (cast.service, cast.other_service)
    )
    for upload in (waiting, elsewhere):
        upload.save()
    for word in (REFERENCE, *WORDS):
        assert tables_with(word), word
    before = rows_of(other)
    uids = [erin.uid, *Episode.objects.filter(client=erin).values_list("uid", flat=True)]
    uids += Session.objects.filter(episode__client=erin).values_list("uid", flat=True)

    gone = erase(erin, cast)

    for word in (REFERENCE, *WORDS):
        left = {
            table
            for table, text in cells()
            if word.lower() in text.lower() and f"{word}ish" not in text.lower()
        }
        assert left == set(), word
    # The audit alone names the random id, and only the client's.
    assert tables_with_uid(erin) == {"practice_auditentry"}
    for uid in uids[1:]:
        assert tables_with(str(uid)) | tables_with(uid.hex) == set()
    assert rows_of(other) == before
    assert len(before["Session"][0]) == 1
    waiting.refresh_from_db()
    elsewhere.refresh_from_db()
    # As they come, in base 64: whom a file names is not looked for.
    assert (waiting.content, elsewhere.content) == ("", content)
    assert gone.files == 1
    # A client, an episode, two holdings, a session, two forms, a response, an agreement: and their history.
    assert gone.rows > 9 + 12


def test_one_entry_says_that_somebody_was_erased_and_nothing_else(cast: Cast, erin: Client) -> None:
    erase(erin, cast)
    entry = AuditEntry.objects.get(deed=Deed.ERASED)
    assert (entry.who, entry.service, entry.subject, entry.detail) == (
        cast.alice.uid,
        cast.service.uid,
        erin.uid,
        "client_asked",
    )
    assert entry.at <= timezone.now()


@pytest.mark.parametrize("reason", ErasureReason)
def test_every_reason_is_a_code_with_words(reason: ErasureReason) -> None:
    assert reason.words
    assert reason.value.replace("_", "").isalpha()


def test_a_supervision_stays_and_another_client_s_agreement_with_it(
    cast: Cast, erin: Client, other: Client
) -> None:
    episode = Episode.objects.get(client=erin)
    meeting = episode.agreements.get().meeting
    make_agreement(meeting=meeting, episode=Episode.objects.get(client=other), agreed="See again")
    erase(erin, cast)
    meeting.refresh_from_db()
    assert [one.agreed for one in meeting.agreements.all()] == ["See again"]


def test_an_earlier_client_of_the_same_file_and_earlier_references_go_too(cast: Cast) -> None:
    """An import that was undone leaves its client in the history alone."""
    undone = make_client(service=cast.service, reference=REFERENCE, by=cast.leda)
    make_episode(client=undone, holder=None, note=WORDS[0], by=cast.leda)
    for row in (undone.episodes.get(), undone):
        row.delete()
    erin = make_client(service=cast.service, reference=EARLIER, by=cast.leda)
    make_episode(client=erin, holder=cast.alice)
    # Its first reference was a slip: it is another client's now.
    taken = make_client(service=cast.service, reference="T-1", by=cast.leda)
    saved(taken, by=cast.leda)
    for reference in ("T-2", REFERENCE):
        erin.reference = reference
        saved(erin, by=cast.leda)
    assert set(traces_of(erin).references) == {REFERENCE, EARLIER, "T-2"}
    taken.reference = "T-2"
    saved(taken, by=cast.leda)
    assert set(traces_of(erin).references) == {REFERENCE, EARLIER}
    erase(erin, cast)
    for word in (REFERENCE, EARLIER, WORDS[0]):
        assert tables_with(word) == set()
    assert taken.history.count() == 3


def test_capitals_make_no_other_client(cast: Cast) -> None:
    undone = make_client(service=cast.service, reference=REFERENCE.lower(), by=cast.leda)
    make_episode(client=undone, holder=None, note=WORDS[0], by=cast.leda)
    for row in (undone.episodes.get(), undone):
        row.delete()
    erin = make_client(service=cast.service, reference="T-1", by=cast.leda)
    make_episode(client=erin, holder=cast.alice)
    erin.reference = REFERENCE
    saved(erin, by=cast.leda)
    taken = make_client(service=cast.service, reference="t-1", by=cast.leda)
    saved(taken, by=cast.leda, why="it is T-1 after all")
    # Where two had the same one, it is whoever has it now.
    assert traces_of(erin).references == (REFERENCE,)
    erase(erin, cast)
    for word in (REFERENCE, WORDS[0]):
        assert tables_with(word) == set()
    assert taken.history.first().history_change_reason == "it is T-1 after all"


def test_what_was_moved_belongs_to_whoever_had_it_last(
    cast: Cast, erin: Client, other: Client
) -> None:
    mine, theirs = Episode.objects.get(client=erin), Episode.objects.get(client=other)
    to_them = make_session(episode=mine, held_on=day(14), by=cast.alice, note="theirs")
    to_me = make_session(episode=theirs, held_on=day(15), by=cast.alice, note="redshank")
    for session, episode in ((to_them, theirs), (to_me, mine)):
        session.episode = episode
        saved(session, by=cast.alice, why="logged under the wrong client")
    erase(erin, cast)
    assert tables_with("redshank") == set()
    assert list(to_them.history.values_list("history_type", flat=True)) == ["~", "+"]
    to_them.refresh_from_db()
    assert to_them.episode == theirs
    assert load_corrections(theirs)


def test_a_form_that_once_belonged_to_an_erased_session_is_still_told_of(
    cast: Cast, erin: Client, other: Client
) -> None:
    """Its history names a session of which nothing is known any more."""
    mine, theirs = Episode.objects.get(client=erin), Episode.objects.get(client=other)
    session = make_session(episode=mine, held_on=day(30), by=cast.alice)
    form = make_completion(of=session, total=9, by=cast.alice)
    entry = FormEntry(measure="phq9", answers="", total=form.total, mode=None)
    turn_into_lone_forms(
        session=session,
        forms=[entry],
        on=day(30),
        episode=theirs,
        seen=version_of(session),
        by=cast.alice,
        why="no meeting, and somebody else",
        now=NOW,
    )
    erase(erin, cast)
    assert not Session.history.filter(id=session.pk).exists()
    assert MeasureCompletion.objects.get(pk=form.pk).episode == theirs
    (told,) = [one for one in load_corrections(theirs) if one.about == "PHQ-9"]
    assert "client: from another client or episode to this episode" in told.changes


def test_a_report_made_for_good_keeps_its_counts_and_is_stamped(cast: Cast, erin: Client) -> None:
    """The only words of a client that such a report can hold are those that somebody typed as a reason."""
    text = {"title": f"Put right: “wrong client, {REFERENCE} it was”", "shown": "27 of 42"}
    report = make_frozen_row(
        service=cast.service, practitioner=cast.alice, text=text, figures={"ended": [27, 42]}
    )
    assert erase(erin, cast).reports == 1
    after = FrozenReport.objects.get(pk=report.pk)
    assert after.text == {
        "title": "Put right: “wrong client, [erased] it was”",
        "shown": "27 of 42",
    }
    assert after.figures == {"ended": [27, 42]}
    assert after.redacted_at == NOW


def test_an_import_is_undone_without_bringing_the_client_back(cast: Cast) -> None:
    now = timezone.now()
    sheet = f"client,practitioner,referred_on\n{REFERENCE},,2026-01-05\nK-15,,2026-01-05\n"
    sheet = sheet.replace(",,", f",{cast.alice.email},")
    files = [
        SourceFile(name="episodes.csv", content=sheet.encode()),
        SourceFile(name="sessions.csv", content=b"client,date\n"),
    ]
    upload = keep_upload(service=cast.service, content=pack(files), by=cast.leda, now=now)
    store_upload(upload, taking=Taking.EVERY_ROW, by=cast.leda, now=now, today=now.date())
    erase(Client.objects.get(reference=REFERENCE), cast)
    undo_import(upload=upload, by=cast.leda, now=now)
    assert not Client.objects.exists()
    assert tables_with(REFERENCE) == set()
    assert tables_with("K-15") != set()


# --- Refused, repeated, interrupted


def test_under_a_hold_nothing_is_erased(cast: Cast, erin: Client) -> None:
    hold_client(client=erin, on=day(50), reason="A complaint", by=cast.alice)
    before = rows_of(erin)
    with pytest.raises(HeldError, match="end it first"):
        erase(erin, cast)
    assert rows_of(erin) == before
    assert not AuditEntry.objects.filter(deed=Deed.ERASED).exists()


def test_the_second_time_it_is_done_already(cast: Cast, erin: Client) -> None:
    again = Client.objects.get(pk=erin.pk)
    erase(erin, cast)
    with pytest.raises(ErasedAlreadyError):
        erase(again, cast)
    assert AuditEntry.objects.filter(deed=Deed.ERASED).count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("place", ["record", "_forget_files", "_erase"])
def test_a_fault_in_the_middle_leaves_everything(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.cast import make_cast

    cast = make_cast()
    erin = lived(cast, REFERENCE, WORDS)
    before = rows_of(erin)
    whole = getattr(erasure, place)
    calls = []

    def fails(*given: Any, **named: Any) -> Any:
        calls.append(1)
        # The fourth table: three are empty by then.
        if place != "_erase" or len(calls) == 4:
            raise KeyboardInterrupt
        return whole(*given, **named)

    monkeypatch.setattr(erasure, place, fails)
    with pytest.raises(KeyboardInterrupt):
        erase(erin, cast)
    assert rows_of(erin) == before
    assert not AuditEntry.objects.filter(deed=Deed.ERASED).exists()
    monkeypatch.undo()
    # And the whole of it then, with what follows the commit.
    erase(erin, cast)
    assert tables_with(REFERENCE) == set()


def test_it_takes_the_same_number_of_queries_however_long_the_therapy(
    cast: Cast, erin: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    episode = Episode.objects.get(client=erin)
    for number in range(50, 70):
        session = make_session(episode=episode, held_on=day(number), by=cast.alice)
        make_completion(of=session, by=cast.alice)
    with django_assert_max_num_queries(60):
        erase(erin, cast)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("client K-14 came", True),
        ("k-14", True),
        ("K-140", False),
        ("AK-14", False),
        ("K-14-b", False),
        ("(K-14)", True),
        ("or Z.9", False),
        ("12 of 20", True),
        ("120 of 20", False),
        ("in May", True),
        ("it may be", False),
    ],
)
def test_a_reference_is_a_word_of_its_own(text: str, found: bool) -> None:
    assert mentions(text, ["K-14", "Z9", "12", "May"]) is found


def test_without_a_reference_nothing_is_taken_out() -> None:
    assert taken_out("K-14", []) == "K-14"


# --- What others keep


def test_the_reason_of_a_session_that_was_moved_away_no_longer_names_the_client(
    cast: Cast, erin: Client, other: Client
) -> None:
    """It is another client's, and stays; the history and the next report would quote its reason."""
    mine, theirs = Episode.objects.get(client=erin), Episode.objects.get(client=other)
    session = make_session(episode=mine, held_on=day(14), by=cast.alice)
    form = make_completion(of=session, by=cast.alice)
    session.episode = theirs
    why = f"it is not {REFERENCE.lower()}: 12 of 20"
    for row in (session, form, theirs):
        saved(row, by=cast.alice, why=why)
    abroad = make_client(service=cast.other_service, reference="X-1", by=cast.charlie)
    saved(abroad, by=cast.charlie, why=why)
    erase(erin, cast)
    for row in (session, form, theirs):
        newest = row.history.first()
        assert newest.history_change_reason == "it is not [erased]: 12 of 20"
        assert newest.history_user == cast.alice
    # Another service may have a client of the same reference.
    assert abroad.history.first().history_change_reason == why
    assert not what_differs()


def test_resolutions_and_targets_keep_their_words_but_the_reference(cast: Cast) -> None:
    erin = make_client(service=cast.service, reference=REFERENCE, by=cast.alice)
    make_episode(client=erin, holder=cast.alice)
    made = make_resolution(
        service=cast.service, practitioner=cast.alice, will_try=f"As with {REFERENCE}", expects="x"
    )
    seen = versions.version_of(made)
    target = make_target(service=cast.service, practitioner=None, why=REFERENCE, by=cast.leda)
    other = make_resolution(service=cast.service, practitioner=cast.bob, will_try="As always")
    erase(erin, cast)
    for row in (made, target, other):
        row.refresh_from_db()
    assert (made.will_try, made.expects, target.why) == ("As with [erased]", "x", "[erased]")
    assert set(made.history.values_list("will_try", flat=True)) == {"As with [erased]"}
    assert made.history.first().history_change_reason == erasure.WHY
    # Who has the older words open on a page is told, and cannot put them back unseen.
    assert versions.version_of(made) != seen
    assert other.history.count() == 1
    assert tables_with(REFERENCE) == set()
    assert not what_differs()


def test_what_was_written_about_a_practice_is_read_whole(cast: Cast) -> None:
    make_resolution(service=cast.service, practitioner=cast.alice, will_try="Ask", expects="More")
    make_target(service=cast.service, practitioner=None, why="We hope", by=cast.leda)
    make_resolution(service=cast.other_service, practitioner=cast.charlie, will_try="Elsewhere")
    assert sorted(writings_of(cast.service)) == ["Ask\nMore", "We hope"]


def test_a_number_may_be_no_reference_in_a_resolution(cast: Cast) -> None:
    erin = make_client(service=cast.service, reference="12", by=cast.alice)
    make_episode(client=erin, holder=cast.alice)
    made = make_resolution(service=cast.service, practitioner=cast.alice, will_try="12 sessions")
    erase(erin, cast)
    made.refresh_from_db()
    assert (made.will_try, made.history.count()) == ("12 sessions", 1)


def test_consent_goes_with_the_client(cast: Cast, erin: Client) -> None:
    record_consent(client=erin, on=day(1), by=cast.alice, why="asked")
    erase(erin, cast)
    assert not Client.history.filter(id=erin.pk).exists()


# --- The file itself

SCRIPT = """
import datetime as dt
from practice.actions.erasure import ErasureReason, erase_client
from practice.models import Client, Practitioner
client = Client.objects.get(reference="QXW-8812")
by = Practitioner.objects.get()
now = dt.datetime(2026, 5, 4, 12, tzinfo=dt.UTC)
erase_client(client=client, reason=ErasureReason.CLIENT_ASKED, by=by, now=now)
"""


@pytest.mark.once
def test_the_file_on_disk_holds_no_byte_of_the_client(tmp_path: Path, run: Run) -> None:
    """SQLite leaves what is deleted in the file's free space and in its log unless told otherwise."""
    (tmp_path / "clients.csv").write_text(
        "client,practitioner,referred_on,problem\n"
        f"{REFERENCE},a@example.org,2026-01-05,ptarmiganphobia\n"
        "K-14,a@example.org,2026-01-05,other\n",
        encoding="utf-8",
    )
    (tmp_path / "sessions.csv").write_text(
        f"client,date,phq9\n{REFERENCE},2026-01-12,12\n", encoding="utf-8"
    )
    files = (str(tmp_path / "clients.csv"), str(tmp_path / "sessions.csv"))
    worked(run("import_caseload", *files, "--service", "Harbour"))
    (database,) = (tmp_path / "data").glob("*.sqlite3")
    before = found_in(tmp_path / "data", REFERENCE, "ptarmiganphobia")
    assert before == {REFERENCE, "ptarmiganphobia"}
    # As a server beside it: while another connection is open, the log is not taken away by itself.
    # (Reading the file in this process would take its locks off, and so end that.)
    with closing(sqlite3.connect(database)) as beside:
        beside.execute("SELECT count(*) FROM practice_client").fetchall()
        worked(run("shell", "--no-imports", "-c", SCRIPT))
        assert database.with_name(f"{database.name}-wal").exists()
        assert found_in(tmp_path / "data", REFERENCE, "ptarmiganphobia") == set()
        assert found_in(tmp_path / "data", "K-14") == {"K-14"}


def worked(done: "subprocess.CompletedProcess[str]") -> None:
    assert done.returncode == 0, done.stderr


def found_in(folder: Path, *words: str) -> set[str]:
    contents = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    return {word for word in words for content in contents if word.encode() in content}


def test_only_sqlite_has_a_log_to_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Elsewhere nothing is asked of the database: a mock without a cursor is enough."""
    monkeypatch.setattr(erasure, "connection", SimpleNamespace(vendor="postgresql"))
    erasure._empty_log()
