"""A year of official figures stored once, replaced, and taken out with its history kept."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError

from practice.actions import annual_figures
from practice.actions.annual_figures import (
    BROUGHT_IN,
    REMOVED,
    REPLACED,
    HereAlreadyError,
    here_already,
    remove_annual_figures,
    replace_annual_figures,
    store_annual_figures,
)
from practice.models import AnnualFigures, Service
from tests.cast import Cast, make_annual_figures

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
ONE, TWO = "1" * 64, "2" * 64


def row(service: Service | None, digest: str = ONE, **fields: Any) -> AnnualFigures:
    fields = {"period": "2025-26", "figures": [], **fields}
    return AnnualFigures(service=service, digest=digest, **fields)


def traces(uid: Any) -> list[tuple[str, int | None, str | None]]:
    found = AnnualFigures.history.filter(uid=uid).order_by("history_id")
    return list(found.values_list("history_type", "history_user_id", "history_change_reason"))


def test_stored_with_who_and_why(cast: Cast) -> None:
    year = row(cast.service)
    store_annual_figures(row=year, by=cast.leda)
    assert traces(year.uid) == [("+", cast.leda.pk, BROUGHT_IN)]
    assert here_already(service=cast.service, period="2025-26") == year
    assert here_already(service=None, period="2025-26") is None
    assert here_already(service=cast.service, period="2024-25") is None


@pytest.mark.parametrize(("digest", "is_same"), [(ONE, True), (TWO, False)])
@pytest.mark.parametrize("whose", ["service", "everybody"])
def test_a_year_is_here_once(cast: Cast, whose: str, digest: str, is_same: bool) -> None:
    service = cast.service if whose == "service" else None
    store_annual_figures(row=row(service), by=cast.leda)
    with pytest.raises(HereAlreadyError, match="2025-26 are here already") as refused:
        store_annual_figures(row=row(service, digest), by=cast.leda)
    assert refused.value.is_same is is_same
    assert refused.value.row.digest == ONE
    assert AnnualFigures.objects.count() == 1


def test_each_service_and_everybody_have_their_own(cast: Cast) -> None:
    for service in (cast.service, cast.other_service, None):
        store_annual_figures(row=row(service), by=None)
    store_annual_figures(row=row(cast.service, period="2024-25"), by=None)
    assert AnnualFigures.objects.count() == 4


def test_what_the_database_refuses_otherwise_is_not_called_here_already(cast: Cast) -> None:
    with pytest.raises(IntegrityError):
        store_annual_figures(row=row(cast.service, period="2025"), by=cast.leda)


def test_who_comes_second_in_a_race_is_told(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both looked and saw nothing; the second to store finds the first one's row."""
    first = make_annual_figures(service=cast.service, digest=TWO, by=cast.alice)
    seen = iter([None, first])
    monkeypatch.setattr(annual_figures, "here_already", lambda **_asked: next(seen))
    with pytest.raises(HereAlreadyError):
        replace_annual_figures(row=row(cast.service), by=cast.leda, now=NOW)
    assert AnnualFigures.objects.get().digest == TWO


def test_replaced_and_the_history_keeps_what_was_there(cast: Cast) -> None:
    before = row(cast.service)
    assert replace_annual_figures(row=before, by=cast.leda, now=NOW) is None
    after = row(cast.service, TWO)
    assert replace_annual_figures(row=after, by=cast.leda, now=NOW) is not None
    assert AnnualFigures.objects.get() == after
    assert traces(before.uid)[-1] == ("-", cast.leda.pk, REPLACED)
    with pytest.raises(HereAlreadyError):
        replace_annual_figures(row=row(cast.service, TWO), by=cast.leda, now=NOW)


def test_removed_once_and_the_history_keeps_it(cast: Cast) -> None:
    year = make_annual_figures(service=cast.service, by=cast.leda)
    assert remove_annual_figures(row=year, by=cast.leda, now=NOW)
    assert not remove_annual_figures(row=year, by=cast.leda, now=NOW)
    assert not AnnualFigures.objects.exists()
    assert [trace[0] for trace in traces(year.uid)] == ["+", "-"]
    assert traces(year.uid)[-1] == ("-", cast.leda.pk, REMOVED)
