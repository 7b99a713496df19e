"""Browsers somebody signs in with, and where somebody is signed in."""

import datetime as dt

import pytest
from allauth.account.utils import user_pk_to_url_str
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from practice.actions.devices import (
    clear_sessions,
    digest_of,
    end_every_session,
    end_half_sign_ins,
    end_session,
    forget_device,
    meet_device,
)
from practice.models import AuditEntry, Deed, KnownDevice, Practitioner
from tests.cast import Cast

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 3, 9, 9, 0, tzinfo=dt.UTC)


def test_the_first_browser_is_no_news_and_the_second_is(cast: Cast) -> None:
    first = meet_device(person=cast.alice, token="", words="Firefox", now=NOW)
    second = meet_device(person=cast.alice, token="", words="Safari", now=NOW)
    assert (first.is_new, second.is_new) == (False, True)
    assert first.token != second.token
    kept = set(KnownDevice.objects.values_list("digest", flat=True))
    assert kept == {digest_of(first.token), digest_of(second.token)}
    assert first.token not in kept


def test_a_browser_that_comes_again_is_known_by_its_cookie(cast: Cast) -> None:
    met = meet_device(person=cast.alice, token="", words="Firefox", now=NOW)
    later = NOW + dt.timedelta(days=1)
    again = meet_device(person=cast.alice, token=met.token, words="Firefox 200", now=later)
    assert (again.token, again.is_new) == (met.token, False)
    device = KnownDevice.objects.get()
    assert (device.first_at, device.last_at, device.words) == (NOW, later, "Firefox 200")


def test_one_browser_of_two_people_is_met_by_each(cast: Cast) -> None:
    met = meet_device(person=cast.alice, token="", words="Firefox", now=NOW)
    bobs = meet_device(person=cast.bob, token=met.token, words="Firefox", now=NOW)
    assert (bobs.token, bobs.is_new) == (met.token, False)
    assert KnownDevice.objects.count() == 2


def test_a_forgotten_browser_is_new_again(cast: Cast) -> None:
    met = meet_device(person=cast.alice, token="", words="Firefox", now=NOW)
    meet_device(person=cast.alice, token="", words="Safari", now=NOW)
    forget_device(KnownDevice.objects.get(digest=digest_of(met.token)))
    assert meet_device(person=cast.alice, token=met.token, words="Firefox", now=NOW).is_new


def kept(**data: object) -> str:
    store = SessionStore()
    store.update(data)
    store.create()
    assert store.session_key
    return store.session_key


def half_way(person: Practitioner) -> str:
    """A session in which the passphrase was given, as allauth keeps it until the code is."""
    return kept(account_login={"user_pk": user_pk_to_url_str(person)})


def there() -> set[str]:
    return set(Session.objects.values_list("session_key", flat=True))


def ends() -> list[str]:
    return list(AuditEntry.objects.filter(deed=Deed.SIGNED_OUT).values_list("detail", flat=True))


def test_one_session_is_ended_once(cast: Cast) -> None:
    key, other = kept(), kept()
    assert end_session(key, person=cast.alice)
    assert not end_session(key, person=cast.alice)
    assert there() == {other}
    assert ends() == ["elsewhere"]


def test_everywhere_takes_whoever_is_half_way_in_as_well(cast: Cast) -> None:
    mine, half, bobs = kept(), half_way(cast.alice), half_way(cast.bob)
    strange = kept(account_login=None)
    end_every_session([mine], person=cast.alice, now=timezone.now())
    assert there() == {bobs, strange}
    assert half not in there()
    assert ends() == ["everywhere"]


def test_the_session_that_asks_stays(cast: Cast) -> None:
    own, other = half_way(cast.alice), half_way(cast.alice)
    end_half_sign_ins(person=cast.alice, but=own, now=timezone.now())
    assert there() == {own}
    assert other not in there()


def test_old_sessions_are_taken_away(db: None) -> None:
    keys = [kept(), kept()]
    now = timezone.now()
    Session.objects.filter(session_key=keys[1]).update(expire_date=now - dt.timedelta(seconds=1))
    clear_sessions(now=now)
    assert there() == {keys[0]}
