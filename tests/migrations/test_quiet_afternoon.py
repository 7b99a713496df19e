"""0004_quiet_afternoon, on a database with rows of the version before: nothing lost, nothing changed."""

from collections.abc import Iterator, Mapping

import pytest
from django.apps.registry import Apps

from practice.models import AnnualFigures, Client, Episode, Target
from tests.cast import day, make_cast, make_client, make_episode, make_resolution
from tests.migrations.versions import Row, migrate, newest, rows_of, version

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

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def before(transactional_db: None) -> Iterator[Apps]:
    """Rows stored by the program as it is, and taken back to the version before."""
    with version(newest()):
        cast = make_cast()
        client = make_client(service=cast.service)
        make_episode(client=client, holder=cast.alice)
        make_episode(client=client, holder=cast.alice, number=2, ended_on=day(90))
        make_resolution(service=cast.service, practitioner=cast.alice)
        yield migrate(to=BEFORE)


def test_nothing_is_lost_and_nothing_changed(before: Apps) -> None:
    kept = rows_of(before)
    assert len(kept["practice_episode"]) == 2
    after = rows_of(migrate(to=THIS))
    assert after.keys() - kept.keys() == NEW_TABLES
    assert [table for table in NEW_TABLES if after[table]] == []
    for table, rows in kept.items():
        assert after[table] == [{**row, **NEW_COLUMNS.get(table, {})} for row in rows], table


def test_backwards_keeps_what_the_version_before_knew(before: Apps) -> None:
    kept = rows_of(before)
    episodes = migrate(to=THIS).get_model("practice", "Episode").objects
    assert episodes.filter(number=1).update(still_open_on=day(80)) == 1
    assert rows_of(migrate(to=BEFORE)) == kept


def test_what_is_there_is_read_by_the_program(before: Apps) -> None:
    migrate(to=newest())
    assert [episode.still_open_on for episode in Episode.objects.order_by("number")] == [None, None]
    assert Client.objects.count() == 1
    assert not Target.objects.exists()
    assert not AnnualFigures.objects.exists()
