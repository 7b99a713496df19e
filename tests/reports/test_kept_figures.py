"""What is kept in the process: found again only of the very same data, and never more than so much."""

import psycopg
import pytest
from django.apps import apps
from django.db import connection

from practice.models.kept import KeptForever
from practice.reports.kept_figures import Kept, Stamp, data_stamp
from tests.cast import Cast, day, make_client, make_completion, make_episode, make_session, saved

NOW = Stamp(numbers=(1, 2), is_settled=True)
LATER = Stamp(numbers=(1, 3), is_settled=True)
UNSETTLED = Stamp(numbers=(1, 2), is_settled=False)


class TestStamp:
    def test_the_same_while_nothing_changes(self, cast: Cast) -> None:
        assert data_stamp().numbers == data_stamp().numbers

    def test_another_after_each_change(self, cast: Cast) -> None:
        numbers = [data_stamp().numbers]
        client = make_client(service=cast.service)
        numbers.append(data_stamp().numbers)
        episode = make_episode(client=client, holder=cast.alice)
        numbers.append(data_stamp().numbers)
        session = make_session(episode=episode, held_on=day(7))
        numbers.append(data_stamp().numbers)
        form = make_completion(of=session, total=12)
        numbers.append(data_stamp().numbers)
        form.total = 11
        saved(form, by=cast.alice, why="read wrongly")
        numbers.append(data_stamp().numbers)
        assert len(set(numbers)) == len(numbers)

    def test_every_history_is_in_it(self, db: None) -> None:
        """A table that is added later is asked for without being named anywhere."""
        histories = [model for model in apps.get_models() if issubclass(model, KeptForever)]
        assert len(data_stamp().numbers) == len(histories) > 10

    def test_one_query(self, db: None, django_assert_num_queries: object) -> None:
        with django_assert_num_queries(1):  # type: ignore[operator]
            data_stamp()

    @pytest.mark.skipif(
        "connection.vendor != 'postgresql'", reason="SQLite has one writer at a time"
    )
    def test_not_settled_while_somebody_else_is_writing(self, db: None) -> None:
        """Their numbers were given already, and are not there to be seen yet."""
        given = connection.get_connection_params()
        words = {name: given[name] for name in ("dbname", "user", "host") if given.get(name)}
        with psycopg.connect(**words) as writer:
            writer.execute("SELECT pg_current_xact_id()")
            # A later change that is finished, so that theirs is an older one.
            with psycopg.connect(**words, autocommit=True) as other:
                other.execute("SELECT pg_current_xact_id()")
            assert not data_stamp().is_settled
            writer.rollback()


class TestKept:
    def test_found_under_its_stamp_alone(self) -> None:
        kept: Kept[str] = Kept()
        kept.keep("a", "one", stamp=NOW)
        assert kept.get("a", stamp=NOW) == "one"
        assert kept.get("b", stamp=NOW) is None
        assert kept.get("a", stamp=LATER) is None

    def test_what_is_settled_or_not_finds_the_same(self) -> None:
        """The numbers are the same: what has been kept rests on all that is there to be seen."""
        kept: Kept[str] = Kept()
        kept.keep("a", "one", stamp=NOW)
        assert kept.get("a", stamp=UNSETTLED) == "one"

    def test_nothing_is_kept_while_somebody_is_writing(self) -> None:
        kept: Kept[str] = Kept()
        kept.keep("a", "one", stamp=UNSETTLED)
        assert kept.get("a", stamp=NOW) is None

    def test_a_later_stamp_forgets_everything(self) -> None:
        kept: Kept[str] = Kept()
        kept.keep("a", "one", stamp=NOW)
        kept.keep("b", "two", stamp=LATER)
        assert kept.get("a", stamp=NOW) is None
        assert kept.get("a", stamp=LATER) is None
        assert kept.get("b", stamp=LATER) == "two"

    def test_what_was_asked_for_longest_ago_goes_first(self) -> None:
        kept: Kept[str] = Kept(most=2)
        kept.keep("a", "one", stamp=NOW)
        kept.keep("b", "two", stamp=NOW)
        kept.get("a", stamp=NOW)
        kept.keep("c", "three", stamp=NOW)
        assert [kept.get(key, stamp=NOW) for key in "abc"] == ["one", None, "three"]

    def test_forgets_when_told(self) -> None:
        kept: Kept[str] = Kept()
        kept.keep("a", "one", stamp=NOW)
        kept.forget()
        assert kept.get("a", stamp=NOW) is None
