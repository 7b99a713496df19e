"""`manage.py changepassword`: a passphrase by whoever runs the installation, and what it leaves behind."""

import getpass
from collections.abc import Iterator

import pytest
from django.core import mail
from django.core.management import CommandError, call_command, get_commands

from practice.models import AuditEntry, Deed, Practitioner
from tests.cast import Cast

pytestmark = pytest.mark.django_db
WORDS = "four loud geese at dawn"


def type_in(monkeypatch: pytest.MonkeyPatch, *typed: str) -> None:
    answers: Iterator[str] = iter(typed)
    monkeypatch.setattr(getpass, "getpass", lambda _question: next(answers))


def test_it_is_ours() -> None:
    assert get_commands()["changepassword"] == "practice"


def test_the_passphrase_is_given_written_down_and_told(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    type_in(monkeypatch, WORDS, WORDS)
    call_command("changepassword", "Alice@Example.org")
    assert "alice@example.org signs in with the new passphrase" in capsys.readouterr().out
    person = Practitioner.objects.get(pk=cast.alice.pk)
    assert person.check_password(WORDS)
    entry = AuditEntry.objects.get(deed=Deed.FACTOR)
    assert (entry.who, entry.subject, entry.detail) == (None, person.uid, "changepassword")
    # Who had none has nothing to be surprised by; who had one has.
    assert mail.outbox == []
    type_in(monkeypatch, f"{WORDS} again", f"{WORDS} again")
    call_command("changepassword", "alice@example.org")
    (sent,) = mail.outbox
    assert (sent.subject, sent.to) == ("You were given a new passphrase", [person.email])
    assert "Alice" not in sent.body


def test_what_is_not_good_enough_is_asked_again_and_then_no_more(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    type_in(monkeypatch, WORDS, "else", "short", "short", WORDS, WORDS)
    call_command("changepassword", "alice@example.org")
    said = capsys.readouterr().err
    assert "The two passphrases are not the same." in said
    assert "it needs 12 characters or more" in said
    assert Practitioner.objects.get(pk=cast.alice.pk).check_password(WORDS)
    type_in(monkeypatch, *["short"] * 6)
    with pytest.raises(CommandError, match="nothing was changed"):
        call_command("changepassword", "bob@example.org")
    assert not Practitioner.objects.get(pk=cast.bob.pk).has_usable_password()


def test_nobody_of_that_address(cast: Cast) -> None:
    with pytest.raises(CommandError, match="nobody has an account"):
        call_command("changepassword", "zoe@example.org")
