"""An update of the database that is killed: the next start says so, and the same again completes it."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django import Settings

from practice.backups import UPDATE_NAME
from practice.management.ready import ensure_ready, told_at_start
from practice.models import Session
from practice.readiness import pending_migrations
from tests.cast import day, make_cast, make_client, make_episode, make_session
from tests.faults.conftest import Place
from tests.migrations.versions import migrate

BEFORE, NEWEST = "0004_quiet_afternoon", "0005_trust"


@pytest.fixture
def older(place: Place, settings: Settings) -> Place:
    """A caseload as the version before left it."""
    settings.DATA_DIR = place.folder
    cast = make_cast()
    episode = make_episode(client=make_client(service=cast.service), holder=cast.alice)
    make_session(episode=episode, held_on=day(7), by=cast.alice, note="a note")
    migrate(to=BEFORE)
    return place


def test_an_update(older: Place) -> None:
    """Killed twice: first when the step is done and not yet noted, then when it is stored."""
    older.killed('sql:INSERT INTO "django_migrations"', 1, "migrate", "--verbosity", "0")
    assert pending_migrations() == [f"practice.{NEWEST}"]
    with pytest.raises(CommandError) as refused:
        ensure_ready()
    assert "An update of the database was begun on " in str(refused.value)
    assert "1 of its steps wait" in str(refused.value)
    assert "manage.py migrate" in str(refused.value)

    # The commit that stores the step notes it as well: else no later update would get past it.
    older.killed("committed", 1, "migrate", "--verbosity", "0")
    assert pending_migrations() == []
    ensure_ready()
    (said,) = told_at_start()
    assert "The update of the database" in said
    assert "was cut off after everything was stored" in said

    call_command("migrate", verbosity=0)
    assert told_at_start() == []
    assert not (older.folder / UPDATE_NAME).exists()
    assert Session.objects.get().note == "a note"
    assert Session.history.count() == 1
