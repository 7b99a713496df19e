"""Writing what was asked and done: once for each form, with every earlier wording kept."""

import datetime as dt

import pytest
from django.db import connection

from practice.actions import risk
from practice.actions.versions import StaleError
from practice.models import MeasureCompletion, Practitioner, RiskResponse
from tests.cast import Cast, day, make_client, make_completion, make_episode, make_risk_response

NOW = dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC)


@pytest.fixture
def form(cast: Cast) -> MeasureCompletion:
    episode = make_episode(client=make_client(service=cast.service), holder=cast.alice)
    return make_completion(of=episode, on=day(2), answers="--------1", by=cast.alice)


def write(
    form: MeasureCompletion,
    by: Practitioner,
    *,
    asked: str = "Asked about plans: none",
    done: str = "Safety plan made",
    version: int = 0,
    why: str = "a word was wrong",
) -> None:
    risk.write_response(
        completion=form, asked=asked, done=done, version=version, now=NOW, by=by, why=why
    )


def test_the_first_words_keep_who_wrote_them_and_when(cast: Cast, form: MeasureCompletion) -> None:
    write(form, cast.alice)
    response = RiskResponse.objects.get(completion=form)
    assert (response.asked, response.done) == ("Asked about plans: none", "Safety plan made")
    assert response.written_by == cast.alice
    assert response.written_at == NOW
    (kept,) = response.history.all()
    assert kept.history_user_id == cast.alice.pk
    assert kept.history_change_reason == risk.WRITTEN


def test_a_double_click_writes_once(cast: Cast, form: MeasureCompletion) -> None:
    write(form, cast.alice)
    write(form, cast.alice)
    assert RiskResponse.objects.get(completion=form).history.count() == 1


def test_other_words_replace_the_first_and_the_history_keeps_both(
    cast: Cast, form: MeasureCompletion
) -> None:
    write(form, cast.alice)
    write(form, cast.leda, done="GP told as well", version=risk.version_of(form))
    response = RiskResponse.objects.get(completion=form)
    assert response.done == "GP told as well"
    assert response.written_by == cast.alice
    newest, first = response.history.order_by("-history_id")
    assert (first.done, newest.done) == ("Safety plan made", "GP told as well")
    assert newest.history_user_id == cast.leda.pk
    assert newest.history_change_reason == "a word was wrong"


@pytest.mark.parametrize("version", [0, 1, -1])
def test_words_that_were_not_looked_at_are_not_written_over(
    cast: Cast, form: MeasureCompletion, version: int
) -> None:
    stored = make_risk_response(to=form, by=cast.leda)
    seen = version and risk.version_of(form) + version
    with pytest.raises(StaleError, match="while the page was open"):
        write(form, cast.alice, version=seen)
    stored.refresh_from_db()
    assert stored.history.count() == 1


def test_the_version_is_the_newest_state(cast: Cast, form: MeasureCompletion) -> None:
    assert risk.version_of(form) == 0
    write(form, cast.alice)
    first = risk.version_of(form)
    write(form, cast.alice, done="More", version=first)
    assert risk.version_of(form) > first > 0


def test_the_words_are_encrypted_in_the_database(cast: Cast, form: MeasureCompletion) -> None:
    write(form, cast.alice)
    with connection.cursor() as cursor:
        for table in ("practice_riskresponse", "practice_historicalriskresponse"):
            cursor.execute(f"SELECT asked, done FROM {table}")  # noqa: S608
            for row in cursor.fetchall():
                assert all(text.startswith("e1:") and "plan" not in text for text in row)
