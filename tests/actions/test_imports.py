"""An import kept, asked about, stored once, and undone as a whole or not at all."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from practice.actions import import_undo
from practice.actions.import_undo import undo_import, what_to_undo
from practice.actions.imports import (
    answer_headings,
    claim_upload,
    drop_upload,
    empty_old_uploads,
    forget_heading,
    keep_upload,
    mark_stored,
    may_be_undone,
    remember_headings,
)
from practice.actions.writing import RefusedError
from practice.caseload_files import store
from practice.models import (
    Agreement,
    CaseloadUpload,
    Client,
    Episode,
    Holding,
    MeasureCompletion,
    Membership,
    Practitioner,
    RememberedHeading,
    RiskResponse,
    Session,
    SupervisionMeeting,
)
from tests.caseload_files.given import (
    NOW,
    a_session,
    an_episode,
    imported,
    planned,
    row_counts,
    told,
)
from tests.cast import Cast, make_completion, make_session, saved

pytestmark = pytest.mark.django_db

LATER = NOW + dt.timedelta(hours=1)
EPISODES = [an_episode(practitioner="alice@example.org")]
SESSIONS = [
    a_session(phq9="12", phq9_9="1"),
    a_session(date="2026-01-19", kind="questionnaire", gad7="9"),
]


@pytest.fixture
def upload(cast: Cast) -> CaseloadUpload:
    return keep_upload(service=cast.service, content="[]", by=cast.leda, now=NOW)


def brought_in(
    cast: Cast, upload: CaseloadUpload, episodes: Any = EPISODES, sessions: Any = SESSIONS
) -> None:
    """Store rows as the upload does. The history's clock is stopped at the import."""
    plan = planned(episodes, sessions, service=cast.service)
    assert plan.problems == ()
    store(plan, by=cast.leda, now=NOW, why=upload.why)
    upload.stored_at = None
    mark_stored(upload=upload, added=3, changed=0, now=NOW)


class Clock:
    """What time it is for the history."""

    now = LATER


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """An hour after the import, unless a test goes back."""
    kept = Clock()
    monkeypatch.setattr("django.utils.timezone.now", lambda: kept.now)
    return kept


def undone(upload: CaseloadUpload, cast: Cast) -> None:
    undo_import(upload=upload, by=cast.leda, now=LATER)


def refused(upload: CaseloadUpload, cast: Cast) -> str:
    before = told(cast.service)
    with pytest.raises(RefusedError) as caught:
        undone(upload, cast)
    assert told(cast.service) == before
    assert CaseloadUpload.objects.get().undone_at is None
    return str(caught.value)


class TestKeeping:
    def test_content_is_encrypted_and_dropped(self, upload: CaseloadUpload) -> None:
        with connection.cursor() as cursor:
            cursor.execute("select content from practice_caseloadupload")
            (kept,) = cursor.fetchone()
        assert kept.startswith("e1:")
        drop_upload(upload=upload)
        assert CaseloadUpload.objects.get().content == ""

    def test_old_ones_are_emptied(self, cast: Cast, upload: CaseloadUpload) -> None:
        assert empty_old_uploads(service=cast.service, now=LATER) == 0
        later = NOW + dt.timedelta(days=1, seconds=1)
        assert empty_old_uploads(service=cast.other_service, now=later) == 0
        assert empty_old_uploads(service=cast.service, now=later) == 1
        assert empty_old_uploads(service=cast.service, now=later) == 0
        assert CaseloadUpload.objects.get().content == ""

    def test_a_file_is_stored_once(self, upload: CaseloadUpload) -> None:
        claim_upload(upload=upload)
        mark_stored(upload=upload, added=1, changed=2, now=NOW)
        with pytest.raises(RefusedError, match="stored already"):
            claim_upload(upload=upload)

    def test_what_is_no_longer_kept_is_not_stored(self, upload: CaseloadUpload) -> None:
        drop_upload(upload=upload)
        with pytest.raises(RefusedError, match="choose it again"):
            claim_upload(upload=upload)


class TestHeadings:
    def test_answers_are_kept_and_remembered(self, cast: Cast, upload: CaseloadUpload) -> None:
        answer_headings(upload=upload, meanings={"mood": "note"})
        answer_headings(upload=upload, meanings={"mood": "", "x": "fee 1"})
        assert CaseloadUpload.objects.get().headings == {"mood": "", "x": "fee 1"}
        kept = RememberedHeading.objects.filter(service=cast.service)
        assert dict(kept.values_list("heading", "column")) == {"mood": "", "x": "fee 1"}

    def test_one_is_forgotten(self, cast: Cast) -> None:
        remember_headings(service=cast.service, meanings={"mood": "note"})
        heading = RememberedHeading.objects.get()
        with pytest.raises(RefusedError):
            forget_heading(service=cast.other_service, heading=heading)
        forget_heading(service=cast.service, heading=heading)
        assert not RememberedHeading.objects.exists()


class TestUndo:
    def test_only_within_a_day_and_once(self, cast: Cast, upload: CaseloadUpload) -> None:
        assert not may_be_undone(upload, now=NOW)
        brought_in(cast, upload)
        assert may_be_undone(upload, now=NOW + dt.timedelta(days=1))
        late = NOW + dt.timedelta(days=1, seconds=1)
        assert not may_be_undone(upload, now=late)
        with pytest.raises(RefusedError, match="within a day"):
            undo_import(upload=upload, by=cast.leda, now=late)
        undone(upload, cast)
        with pytest.raises(RefusedError, match="once"):
            undone(upload, cast)

    def test_everything_added_goes_and_the_history_says_why(
        self, cast: Cast, upload: CaseloadUpload
    ) -> None:
        before = told(cast.service)
        brought_in(cast, upload)
        found = undo_import(upload=upload, by=cast.leda, now=LATER)
        assert found.number_added() == 6
        assert found.number_changed() == 0
        assert told(cast.service) == before
        for model in (Client, Episode, Holding, Session, MeasureCompletion):
            newest = model.history.order_by("-history_id").first()
            assert newest is not None
            assert newest.history_type == "-"
            assert newest.history_user_id == cast.leda.pk
            assert newest.history_change_reason == f"undo of {upload.why}"
            assert newest.history_date == LATER
        assert CaseloadUpload.objects.get().undone_at == LATER

    def test_what_was_changed_is_as_before(
        self, cast: Cast, upload: CaseloadUpload, clock: Clock
    ) -> None:
        note = "a note of its own"
        clock.now = NOW - dt.timedelta(hours=1)
        imported(
            [{**EPISODES[0], "note": note}],
            [a_session(phq9="12", note="said")],
            service=cast.service,
        )
        before, counts = told(cast.service), row_counts()
        clock.now = LATER
        client = Client.objects.get()
        episodes = [
            {**EPISODES[0], "note": "other", "referred_on": "2026-01-04", "gender": "other"},
        ]
        brought_in(cast, upload, episodes, [a_session(phq9="20", note="", fee="5")])
        assert told(cast.service) != before
        found = undo_import(upload=upload, by=cast.leda, now=LATER)
        assert (found.number_added(), found.number_changed()) == (0, 5)
        assert told(cast.service) == before
        client.refresh_from_db()
        assert client.gender == ""
        assert row_counts()["Episode history"] == counts["Episode history"] + 2

    def test_members_go_and_accounts_stay(self, cast: Cast, upload: CaseloadUpload) -> None:
        brought_in(cast, upload, [an_episode(practitioner="new@example.org")], [])
        found = what_to_undo(upload)
        assert found.accounts == ("new@example.org",)
        undone(upload, cast)
        person = Practitioner.objects.get(email="new@example.org")
        assert not Membership.objects.filter(practitioner=person).exists()

    def test_the_same_file_comes_in_again(self, cast: Cast, upload: CaseloadUpload) -> None:
        brought_in(cast, upload)
        after = told(cast.service)
        undone(upload, cast)
        imported(EPISODES, SESSIONS, service=cast.service)
        assert told(cast.service) == after


def _session_since(cast: Cast) -> None:
    make_session(episode=Episode.objects.get(), held_on=dt.date(2026, 2, 2), by=cast.alice)


def _form_since(cast: Cast) -> None:
    make_completion(of=Session.objects.get(), measure="gad7", by=cast.alice)


def _lone_form_since(cast: Cast) -> None:
    make_completion(of=Episode.objects.get(), on=dt.date(2026, 2, 3), by=cast.alice)


def _risk_since(cast: Cast) -> None:
    form = MeasureCompletion.objects.get(measure="phq9")
    saved(RiskResponse(completion=form, asked="a", done="b"), by=cast.alice)


def _agreement_since(cast: Cast) -> None:
    meeting = SupervisionMeeting(
        service=cast.service,
        practitioner=cast.alice,
        held_on=dt.date(2026, 2, 1),
        minutes=60,
        supervisor="Ruth",
    )
    saved(meeting, by=cast.alice)
    saved(Agreement(meeting=meeting, episode=Episode.objects.get(), agreed="x"), by=cast.alice)


def _changed_since(cast: Cast) -> None:
    form = MeasureCompletion.objects.get(measure="gad7")
    form.total = 4
    saved(form, by=cast.alice)


def _removed_since(cast: Cast) -> None:
    form: Any = MeasureCompletion.objects.get(measure="gad7")
    form._history_user = cast.alice
    form.delete()


def _episode_since(cast: Cast) -> None:
    saved(
        Episode(client=Client.objects.get(), number=2, referred_on=dt.date(2026, 3, 1)), by=cast.bob
    )


SINCE = {
    "a session": _session_since,
    "a form of its session": _form_since,
    "a form": _lone_form_since,
    "a risk response": _risk_since,
    "an agreement": _agreement_since,
    "a score changed": _changed_since,
    "a form removed": _removed_since,
    "another episode": _episode_since,
}


@pytest.mark.parametrize("write", SINCE.values(), ids=SINCE)
def test_refused_when_it_has_been_built_upon(
    cast: Cast, upload: CaseloadUpload, write: Any
) -> None:
    brought_in(cast, upload)
    write(cast)
    assert refused(upload, cast).startswith("1 row has been changed or built upon since")


def test_rows_built_upon_it_are_counted(cast: Cast, upload: CaseloadUpload) -> None:
    brought_in(cast, upload)
    _session_since(cast)
    _risk_since(cast)
    assert refused(upload, cast).startswith("2 rows have been changed or built upon since")


def test_refused_when_a_changed_session_s_episode_has_gone_on(
    cast: Cast, upload: CaseloadUpload, clock: Clock
) -> None:
    clock.now = NOW - dt.timedelta(hours=1)
    imported(EPISODES, SESSIONS, service=cast.service)
    clock.now = LATER
    brought_in(cast, upload, EPISODES, [a_session(phq9="13"), {**SESSIONS[1], "gad7": "8"}])
    found = what_to_undo(upload)
    assert (found.number_changed(), found.later) == (2, 0)
    _session_since(cast)
    assert refused(upload, cast).startswith("1 row has")


def test_refused_when_a_new_member_holds_others_by_now(cast: Cast, upload: CaseloadUpload) -> None:
    imported([an_episode(client="OLD", practitioner="alice@example.org")], service=cast.service)
    brought_in(cast, upload, [an_episode(practitioner="new@example.org")], [])
    person = Practitioner.objects.get(email="new@example.org")
    old = Episode.objects.get(client__reference="OLD")
    for holding in old.holdings.all():
        holding.until = dt.date(2026, 2, 1)
        saved(holding, by=cast.leda)
    saved(Holding(episode=old, practitioner=person, since=dt.date(2026, 2, 1)), by=cast.leda)
    assert refused(upload, cast).startswith("1 row has")


def test_refused_where_the_history_does_not_reach_back(
    cast: Cast, upload: CaseloadUpload, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported(EPISODES, service=cast.service)
    brought_in(cast, upload, [{**EPISODES[0], "source": "GP"}], [])
    monkeypatch.setattr(import_undo, "_before", lambda *_: {})
    monkeypatch.setattr(import_undo, "_later", lambda *_, **__: set())
    assert "does not say how every row was before" in refused(upload, cast)


def test_refused_when_something_unknown_hangs_on_it(
    cast: Cast, upload: CaseloadUpload, monkeypatch: pytest.MonkeyPatch
) -> None:
    brought_in(cast, upload)
    _session_since(cast)
    monkeypatch.setattr(import_undo, "_later", lambda *_, **__: set())
    # Inside the test's own transaction the database would complain at its end.
    with pytest.raises(RefusedError, match="something else hangs on"):
        undone(upload, cast)
    assert Session.objects.count() == 2


def test_the_number_of_queries_does_not_grow_with_the_rows(
    cast: Cast, upload: CaseloadUpload
) -> None:
    def queries(number: int) -> int:
        one = keep_upload(service=cast.service, content="[]", by=cast.leda, now=NOW)
        rows = [{**EPISODES[0], "client": f"Q{number}-{n}"} for n in range(number)]
        sessions = [a_session(client=row["client"], phq9="3") for row in rows]
        brought_in(cast, one, rows, sessions)
        with CaptureQueriesContext(
            connection,
        ) as found:
            undone(one, cast)
        return len(found)

    assert queries(2) == queries(12)


def test_every_model_an_import_stores_is_undone() -> None:
    """A new one that points at an episode or a session must be thought of here."""
    pointing = {
        relation.related_model
        for model in (Client, Episode, Session, MeasureCompletion)
        for relation in model._meta.related_objects
    }
    known = {Episode, Holding, Session, MeasureCompletion, RiskResponse, Agreement}
    assert {model for model in pointing if not model.__name__.startswith("Historical")} == known
