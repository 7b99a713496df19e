"""0004_quiet_afternoon, on a database with rows of the version before: nothing lost, nothing changed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pytest
from pytest_django import DjangoDbBlocker

from practice.models import AnnualFigures, Client, Episode, Target
from tests.cast import day, make_cast, make_client, make_episode, make_resolution
from tests.migrations.versions import Row, migrate, newest, rows_of, walking

BEFORE = "0003_reports"
THIS = "0004_quiet_afternoon"
NEW_COLUMNS: Mapping[str, Row] = {
    "practice_episode": {"still_open_on": None},
    "practice_historicalepisode": {"still_open_on": None},
}
NEW_TABLES = {
    "practice_annualfigures",
    "practice_historicalannualfigures",
    "practice_historicaltarget",
    "practice_target",
}

# Each test's own transaction begins when the walk is over.
pytestmark = pytest.mark.django_db


@dataclass(frozen=True, kw_only=True)
class Walk:
    """What was there on the way: walking takes seconds."""

    before: Mapping[str, Sequence[Row]]
    after: Mapping[str, Sequence[Row]]
    back: Mapping[str, Sequence[Row]]


@pytest.fixture(autouse=True, scope="module")
def walk(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Walk]:
    """Rows stored by the program as it is, taken back to the version before, and upgraded.

    The tests find the newest version, upgraded straight from the version before.
    """
    with django_db_blocker.unblock(), walking() as copies:
        cast = make_cast()
        client = make_client(service=cast.service)
        make_episode(client=client, holder=cast.alice)
        make_episode(client=client, holder=cast.alice, number=2, ended_on=day(90))
        make_resolution(service=cast.service, practitioner=cast.alice)
        before = rows_of(migrate(to=BEFORE))
        apps = migrate(to=THIS)
        after, upgraded = rows_of(apps), copies.take()
        episodes = apps.get_model("practice", "Episode").objects
        assert episodes.filter(number=1).update(still_open_on=day(80)) == 1
        back = rows_of(migrate(to=BEFORE))
        upgraded.put_back()
        migrate(to=newest())
        yield Walk(before=before, after=after, back=back)


def test_nothing_is_lost_and_nothing_changed(walk: Walk) -> None:
    assert len(walk.before["practice_episode"]) == 2
    assert walk.after.keys() - walk.before.keys() == NEW_TABLES
    assert [table for table in NEW_TABLES if walk.after[table]] == []
    for table, rows in walk.before.items():
        new = NEW_COLUMNS.get(table, {})
        assert walk.after[table] == [{**row, **new} for row in rows], table


def test_backwards_keeps_what_the_version_before_knew(walk: Walk) -> None:
    assert walk.back == walk.before


def test_what_is_there_is_read_by_the_program() -> None:
    assert [episode.still_open_on for episode in Episode.objects.order_by("number")] == [None, None]
    assert Client.objects.count() == 1
    assert not Target.objects.exists()
    assert not AnnualFigures.objects.exists()
