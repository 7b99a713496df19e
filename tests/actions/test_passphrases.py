"""A new passphrase ends what the old one began, and is written down without a word of it."""

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from practice.actions.passphrases import NEW, choose_passphrase
from practice.models import AuditEntry, Deed, Practitioner
from tests.actions.test_devices import half_way
from tests.cast import Cast

pytestmark = pytest.mark.django_db
WORDS = "four loud geese at dawn"


@pytest.mark.parametrize("is_by_command", [True, False])
def test_it_is_in_force_and_written_down(cast: Cast, *, is_by_command: bool) -> None:
    by = None if is_by_command else cast.alice
    own, other = half_way(cast.alice), half_way(cast.alice)
    choose_passphrase(
        person=cast.alice,
        passphrase=WORDS,
        by=by,
        detail="changepassword",
        now=timezone.now(),
        session_key=own,
    )
    assert Practitioner.objects.get(pk=cast.alice.pk).check_password(WORDS)
    entry = AuditEntry.objects.get(deed=Deed.FACTOR)
    assert (entry.who, entry.subject) == (None if by is None else by.uid, cast.alice.uid)
    assert entry.detail == "changepassword"
    last = cast.alice.history.latest()
    assert (last.history_user, last.history_change_reason) == (by, NEW)
    assert list(Session.objects.values_list("session_key", flat=True)) == [own]
    assert other != own


def test_what_somebody_else_has_changed_meanwhile_stays(cast: Cast) -> None:
    held = Practitioner.objects.get(pk=cast.alice.pk)
    cast.alice.name = "Alice Vale"
    cast.alice.save()
    choose_passphrase(
        person=held, passphrase=WORDS, by=held, detail="changepassword", now=timezone.now()
    )
    assert Practitioner.objects.get(pk=cast.alice.pk).name == "Alice Vale"
