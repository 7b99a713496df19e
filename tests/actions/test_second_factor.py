"""Second factors taken off, and what the audit keeps of it."""

import pytest
from allauth.mfa.models import Authenticator

from practice.actions.second_factor import remove_factors
from practice.models import AuditEntry, Deed
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_all_of_one_person_go_and_it_is_written_down(cast: Cast) -> None:
    for person in (cast.alice, cast.bob):
        Authenticator.objects.create(
            user=person, type=Authenticator.Type.TOTP, data={"secret": "kept"}
        )
    assert remove_factors(person=cast.alice, by=None) == 1
    assert [one.user for one in Authenticator.objects.all()] == [cast.bob]
    entry = AuditEntry.objects.get(deed=Deed.FACTOR)
    assert (entry.subject, entry.who, entry.detail) == (cast.alice.uid, None, "all_removed")


def test_who_has_none_leaves_no_trace(cast: Cast) -> None:
    assert remove_factors(person=cast.alice, by=cast.leda) == 0
    assert not AuditEntry.objects.filter(deed=Deed.FACTOR).exists()
