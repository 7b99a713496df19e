"""The drill: back up, destroy, restore, compare every row."""

from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from pytest_django.fixtures import Settings

from practice.history_check import check_model, check_triggers, kept_models
from practice.models import AuditEntry, Client, Deed, Episode, Session
from tests.backups.conftest import Backup, Elsewhere, Keys, destroy
from tests.backups.contents import portable_contents, raw_contents
from tests.backups.given import NOTES
from tests.cast import make_service


def test_everything_comes_back_as_it_was(backup: Backup) -> None:
    before = raw_contents()
    notes = sorted(Session.objects.values_list("note", flat=True))
    destroy()
    assert not Client.objects.exists()
    backup.restore()
    after = raw_contents()
    assert after.keys() == before.keys()
    for table, rows in before.items():
        assert after[table] == rows, table
    # The rows are worth comparing: each table of the practice has two or more below its heads.
    tables = [model._meta.db_table for model in apps.get_app_config("practice").get_models()]
    assert len(tables) > 20
    for table in tables:
        assert len(before[table]) > 2, f"tests/backups/given.py makes too few rows of {table}"
    assert len(before["account_emailaddress"]) == 2
    assert sorted(Session.objects.values_list("note", flat=True)) == notes
    assert f"corrected: {NOTES[0]}" in notes


def test_what_was_restored_can_be_backed_up_again(destroyed: Backup) -> None:
    destroyed.restore()
    again = destroyed.file.with_name("again.age")
    said = StringIO()
    call_command("backup", out=again, recipient=[destroyed.keys.public], stdout=said)
    assert "2 services, 17 clients, 48 sessions, 112 forms" in said.getvalue()


def test_numbers_go_on_where_they_were(backup: Backup) -> None:
    """A client's number that was given and deleted is not given again: its history is still here."""
    highest = Client.history.latest("id").id
    assert highest > Client.objects.latest("pk").pk
    destroy()
    backup.restore()
    service = make_service(name="After")
    new = Client(service=service, reference="NEW")
    new.save()
    assert new.pk == highest + 1
    assert Client.history.filter(id=new.pk).count() == 1


def test_what_came_back_is_as_its_history_says(destroyed: Backup) -> None:
    """And the audit came along, and is as append-only as it was."""
    destroyed.restore()
    assert list(check_triggers(connection)) == []
    assert [one.words for model in kept_models() for one in check_model(model)] == []
    assert AuditEntry.objects.filter(deed=Deed.READ).exists()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM practice_auditentry")


def test_says_what_came_back(destroyed: Backup) -> None:
    said = StringIO()
    call_command("restore", destroyed.file, identity=destroyed.keys.identity_file, stdout=said)
    assert "2 services, 17 clients, 48 sessions, 112 forms" in said.getvalue()
    assert "The notes can be read with the keys of this installation." in said.getvalue()


def test_says_which_keys_are_needed(destroyed: Backup, settings: Settings) -> None:
    settings.FIELD_KEYS = ("b3RoZXItb3RoZXItb3RoZXItb3RoZXItb3RoZXItMzI=",)
    said, warned = StringIO(), StringIO()
    call_command(
        "restore",
        destroyed.file,
        identity=destroyed.keys.identity_file,
        stdout=said,
        stderr=warned,
    )
    assert "The notes cannot be read yet" in warned.getvalue()
    assert "secrets.json" in warned.getvalue()
    assert "PRACTICE_FIELD_KEYS" in warned.getvalue()
    assert "17 clients" in said.getvalue()


def test_elsewhere_and_back(backup: Backup, elsewhere: Elsewhere) -> None:
    """In a new SQLite installation, and from there back here: on PostgreSQL, from kind to kind."""
    before, raw = portable_contents(), raw_contents()
    there = elsewhere.run("restore", backup.file, "--identity", backup.keys.identity_file)
    assert there.returncode == 0, there.stderr
    assert "The notes can be read" in there.stdout
    assert elsewhere.contents() == before
    back = backup.file.with_name("back.age")
    made = elsewhere.run("backup", "--out", back, "--recipient", backup.keys.public)
    assert made.returncode == 0, made.stderr
    destroy()
    Backup(file=back, keys=backup.keys).restore()
    after = raw_contents()
    # Made there, the backup left its entry there.
    (made_there,) = set(after["practice_auditentry"]) - set(raw["practice_auditentry"])
    assert "'backed_up'" in made_there
    after["practice_auditentry"].remove(made_there)
    assert after == raw


@pytest.mark.django_db(transaction=True)
def test_an_installation_without_notes(keys: Keys, out: Path) -> None:
    make_service(name="New")
    file = out / "small.age"
    call_command("backup", out=file, recipient=[keys.public])
    destroy()
    said = StringIO()
    call_command("restore", file, identity=keys.identity_file, stdout=said)
    assert "1 service, 0 clients" in said.getvalue()
    assert "There are no notes in it." in said.getvalue()


def test_the_guards_still_stand_after_a_restore(destroyed: Backup) -> None:
    """Constraints are checked, and those of the database hold for the restored rows."""
    destroyed.restore()
    connection.check_constraints()
    assert Episode.objects.exclude(left_out="").count() == 1
