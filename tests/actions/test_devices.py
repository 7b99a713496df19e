"""Browsers somebody signs in with, and where somebody is signed in."""

import datetime as dt

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from practice.actions.devices import (
    clear_sessions,
    digest_of,
    end_sessions,
    forget_device,
    meet_device,
)
from practice.models import KnownDevice
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


def test_sessions_are_ended_and_old_ones_taken_away(db: None) -> None:
    keys = []
    for _ in range(3):
        store = SessionStore()
        store.create()
        keys.append(store.session_key)
    assert end_sessions([keys[0] or "", "nobody's"]) == 1
    now = timezone.now()
    Session.objects.filter(session_key=keys[1]).update(expire_date=now - dt.timedelta(seconds=1))
    clear_sessions(now=now)
    assert list(Session.objects.values_list("session_key", flat=True)) == [keys[2]]
