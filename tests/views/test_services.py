"""The settings of a practice: for its leads, each change kept with who and why, and the people in it."""

import datetime as dt
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from practice.actions.invitations import invite
from practice.actions.services import change_service
from practice.actions.versions import version_of
from practice.backups import LastBackup, record_backup
from practice.domain.measures import PrimaryOutcome
from practice.domain.signal_kinds import Signal
from practice.models import Membership, Role, Service
from tests.cast import Cast, make_client, make_episode, make_practitioner, saved

pytestmark = pytest.mark.django_db
ALL_ON = ["worse", "not_improved", "off_track", "score_overdue", "no_contact"]


@pytest.fixture(autouse=True)
def _no_backup(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.DEMO = False


def url(cast: Cast) -> str:
    return reverse("service-settings", args=[cast.service.uid])


def page_of(client: Client, cast: Cast) -> str:
    client.force_login(cast.leda)
    answer = client.get(url(cast))
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    return " ".join(unescape(answer.content.decode()).split())


def sent(client: Client, cast: Cast, **other: object) -> Any:
    client.force_login(cast.leda)
    form: dict[str, object] = {
        "name": "Harbour",
        "primary_outcome": "iapt",
        "signals": ALL_ON,
        "ask_factor": "never",
        "version": version_of(cast.service),
    } | other
    return client.post(url(cast), form)


def newest(cast: Cast) -> Any:
    history: Any = Service.history
    return history.filter(id=cast.service.pk).first()


def kept(cast: Cast) -> int:
    history: Any = Service.history
    count: int = history.filter(id=cast.service.pk).count()
    return count


class TestChanges:
    def test_everything_at_once_with_who(self, client: Client, cast: Cast) -> None:
        answer = sent(
            client,
            cast,
            name="Quay",
            logs_every_enquiry="on",
            signals=ALL_ON[:3],
            usual_medium="telephone",
            usual_minutes="50",
            usual_fee="60",
        )
        assert answer.status_code == 302
        stored = Service.objects.get(pk=cast.service.pk)
        assert (stored.name, stored.logs_every_enquiry) == ("Quay", True)
        assert stored.signals_turned_off == {Signal.SCORE_OVERDUE, Signal.NO_CONTACT}
        assert (stored.usual_medium, stored.usual_minutes, stored.usual_fee) == (
            *("telephone", 50, Decimal(60)),
        )
        assert newest(cast).history_user_id == cast.leda.pk
        assert newest(cast).history_change_reason == "settings changed"
        assert kept(cast) == 2

    def test_the_same_again_leaves_nothing_in_the_history(self, client: Client, cast: Cast) -> None:
        for _twice in range(2):
            assert sent(client, cast, usual_minutes="50").status_code == 302
        assert kept(cast) == 2

    def test_another_main_measure_asks_why(self, client: Client, cast: Cast) -> None:
        answer: Any = sent(client, cast, primary_outcome="core10", usual_minutes="50")
        assert answer.status_code == 200
        assert list(answer.context["form"].errors) == ["reason"]
        # Nothing typed is lost, and nothing is stored; the heading is still the stored name.
        assert answer.context["form"]["primary_outcome"].value() == "core10"
        assert answer.context["form"]["usual_minutes"].value() == "50"
        assert kept(cast) == 1
        answer = sent(client, cast, primary_outcome="core10", reason="All fill in the CORE-10")
        assert answer.status_code == 302
        assert newest(cast).primary_outcome == "core10"
        assert newest(cast).history_change_reason == "All fill in the CORE-10"
        assert newest(cast).history_user_id == cast.leda.pk

    @pytest.mark.parametrize(
        ("other", "field"),
        [
            pytest.param({"name": ""}, "name", id="no name"),
            pytest.param({"name": "hillside"}, "name", id="another practice's, in small letters"),
            pytest.param({"primary_outcome": "hope"}, "primary_outcome", id="no such measure"),
            pytest.param({"signals": ["risk"]}, "signals", id="risk is no switch"),
            pytest.param({"usual_medium": "pigeon"}, "usual_medium", id="no such medium"),
            pytest.param({"usual_minutes": "1441"}, "usual_minutes", id="more than a day"),
            pytest.param({"usual_minutes": "fifty"}, "usual_minutes", id="no number"),
            pytest.param({"usual_fee": "100000"}, "usual_fee", id="too much"),
            pytest.param({"usual_fee": "1.234"}, "usual_fee", id="thousandths"),
        ],
    )
    def test_what_is_wrong_stands_beside_the_field(
        self, client: Client, cast: Cast, other: dict[str, object], field: str
    ) -> None:
        answer: Any = sent(client, cast, **other)
        assert answer.status_code == 200
        assert list(answer.context["form"].errors) == [field]
        assert kept(cast) == 1
        assert "Nothing is stored yet" in answer.content.decode()

    def test_a_name_that_was_taken_a_moment_ago(
        self, client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def taken(**_: object) -> None:
            raise IntegrityError

        monkeypatch.setattr("practice.views.services.change_service", taken)
        answer: Any = sent(client, cast, name="Quay")
        assert answer.status_code == 200
        assert "name" in answer.context["form"].errors

    def test_a_heading_never_shows_what_is_not_stored(self, client: Client, cast: Cast) -> None:
        page: Any = sent(client, cast, name="Quay", usual_minutes="-1")
        assert page.context["service"].name == page.context["scope"].service.name == "Harbour"


class TestWhatItShows:
    def test_members_with_role_sign_in_and_open_episodes(self, client: Client, cast: Cast) -> None:
        cast.alice.set_password("an elm in the morning")
        cast.alice.save()
        for _each in range(2):
            make_episode(client=make_client(service=cast.service), holder=cast.alice)
        page = page_of(client, cast)
        assert "alice@example.org" in page
        assert 'can sign in </td> <td data-label="Holds">2 open episodes' in page
        assert "cannot sign in (no passphrase)" in page
        assert "charlie@example.org" not in page
        # Bob and Leda have none; nobody needs to invite Alice.
        create = reverse("invitation-create", args=[cast.service.uid])
        assert f"{create}?email=bob%40example.org" in page or (
            f"{create}?email=bob@example.org" in page
        )
        assert page.count(f"{create}?email=") == 2

    def test_open_invitations_and_no_other(self, client: Client, cast: Cast) -> None:
        now = timezone.now()
        for email, at in (
            ("dora@example.org", now),
            ("late@example.org", now - dt.timedelta(days=8)),
        ):
            invite(service=cast.service, email=email, role=Role.PRACTITIONER, by=cast.leda, now=at)
        invite(
            service=cast.other_service,
            email="erin@example.org",
            role=Role.LEAD,
            by=cast.charlie,
            now=now,
        )
        page = page_of(client, cast)
        assert "dora@example.org" in page
        assert "late@example.org" not in page
        assert "erin@example.org" not in page
        assert "/withdraw/" in page

    def test_what_was_changed_and_by_whom(self, client: Client, cast: Cast) -> None:
        assert "What was changed here" not in page_of(client, cast)
        change_service(
            service=cast.service,
            primary_outcome=PrimaryOutcome.CORE10,
            logs_every_enquiry=True,
            signals_off=[Signal.WORSE],
            by=cast.leda,
            why="agreed <in> March",
        )
        change_service(service=cast.service, name="Quay", by=None, why="changed by command")
        page = page_of(client, cast)
        assert "Leda: main measure: PHQ-9 and GAD-7 → CORE-10" in page
        assert "every enquiry is logged: no → yes" in page
        assert "signals off: none → reliably worse" in page
        assert "a command: name: Harbour → Quay" in page
        # Escaped on the page itself, for page_of has turned it back.
        assert "<in>" not in client.get(url(cast)).content.decode()

    def test_the_backup(self, client: Client, cast: Cast, tmp_path: Path) -> None:
        assert "No backup has been made from here yet" in page_of(client, cast)
        made = timezone.now() - dt.timedelta(days=20)
        record_backup(tmp_path, LastBackup(made_at=made, file="practice-backup-x.age"))
        page = page_of(client, cast)
        assert "practice-backup-x.age" in page
        assert "The last backup is 20 days old." in page
        assert "manage.py backup --out FOLDER" in page

    def test_ways_on(self, client: Client, cast: Cast) -> None:
        page = page_of(client, cast)
        assert f'href="{reverse("import-start", args=[cast.service.uid])}"' in page
        assert f'href="{reverse("demonstration-start")}"' in page

    def test_a_fixed_number_of_queries(self, client: Client, cast: Cast) -> None:
        def queries() -> int:
            with CaptureQueriesContext(connection) as found:
                assert client.get(url(cast)).status_code == 200
            return len(found)

        change_service(service=cast.service, name="Quay", by=cast.leda, why="another name")
        page_of(client, cast)
        few = queries()
        now = timezone.now()
        for number in range(8):
            email = f"p{number}@example.org"
            person = make_practitioner(email=email, service=cast.service, by=cast.leda)
            make_episode(client=make_client(service=cast.service), holder=person)
            invite(
                service=cast.service,
                email=f"i{number}@example.org",
                role=Role.PRACTITIONER,
                by=cast.leda,
                now=now,
            )
            change_service(
                service=cast.service, name=f"Quay {number}", by=person, why="another name"
            )
        assert queries() == few


def test_somebody_who_leads_another_practice_is_a_stranger(client: Client, cast: Cast) -> None:
    place = Membership.objects.get(practitioner=cast.charlie)
    place.role = Role.LEAD
    saved(place, by=None)
    client.force_login(cast.charlie)
    assert client.post(url(cast), {"name": "Mine"}).status_code == 404
    client.force_login(cast.alice)
    assert client.post(url(cast), {"name": "Mine"}).status_code == 403
    assert kept(cast) == 1
