"""The page of published figures: search, sorting, pages, and addresses typed by hand."""

from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from practice.published import published
from tests.cast import Cast
from tests.reports.reading import squeezed, tables_of

LIST = reverse("benchmark-list")
HEADS = ["Figure", "Value", "Of whom", "Period", "Status", "Source", "Caution"]
PER_PAGE = 25


@pytest.fixture
def reader(client: Client, cast: Cast) -> Client:
    client.force_login(cast.charlie)
    return client


def rows(client: Client, query: str = "") -> list[list[str]]:
    (table,) = tables_of(page_of(client, query))
    assert table[0] == HEADS
    return [row for row in table[1:] if len(row) == len(HEADS)]


def page_of(client: Client, query: str = "") -> str:
    answer = client.get(f"{LIST}?{query}")
    assert answer.status_code == 200, query
    return answer.content.decode()


def test_shows_the_first_25_of_all_newest_first(reader: Client) -> None:
    found = rows(reader)
    assert len(found) == PER_PAGE
    periods = [row[3] for row in found]
    assert periods == sorted(periods, reverse=True)
    assert f"1 to 25 of {len(published())}" in page_of(reader)
    assert f"{len(published())} figures" in page_of(reader)


def test_the_pages_together_hold_each_figure_once(reader: Client) -> None:
    last = -(-len(published()) // PER_PAGE)
    found = [row for page in range(1, last + 1) for row in rows(reader, f"page={page}")]
    assert len(found) == len(published())
    assert sorted(row[0] for row in found) == sorted(
        squeezed(benchmark.title) for benchmark in published()
    )


def test_a_search_narrows_by_every_word(reader: Client) -> None:
    found = rows(reader, "search=CORE+recovery")
    assert 0 < len(found) <= PER_PAGE
    for row in found:
        words = " ".join(row).lower()
        assert "core" in words
        assert "recovery" in words


def test_a_search_is_kept_from_page_to_page(reader: Client) -> None:
    page = unescape(page_of(reader, "search=england&sort=title"))
    assert "page=2" in page
    (link,) = [part for part in page.split('"') if part.startswith("?") and "page=2" in part]
    assert "search=england" in link
    assert "sort=title" in link
    assert 'value="england"' in page


def test_a_new_search_begins_at_its_first_page(reader: Client) -> None:
    assert rows(reader, "search=zzzz") == []
    page = page_of(reader, "search=zzzz")
    assert "Nothing found." in page
    assert "0 figures" in page


@pytest.mark.parametrize("column", ["title", "denominator", "period", "status"])
def test_sorting_both_ways(reader: Client, column: str) -> None:
    at = ["title", "figure", "denominator", "period", "status"].index(column)
    up = [row[at] for row in rows(reader, f"sort={column}")]
    down = [row[at] for row in rows(reader, f"sort=-{column}")]
    assert up == sorted(up)
    assert down == sorted(down, reverse=True)
    assert up != down or len(set(up)) == 1


def test_the_sorted_column_says_so_to_a_screen_reader(reader: Client) -> None:
    assert 'aria-sort="ascending"' in page_of(reader, "sort=title")
    assert 'aria-sort="descending"' in page_of(reader, "sort=-title")


HOSTILE = [
    "page=999",
    "page=0",
    "page=-1",
    "page=abc",
    "page=1e3",
    "page=" + "9" * 400,
    "page=%00",
    "per_page=0",
    "per_page=-5",
    "per_page=abc",
    "per_page=1000000",
    "sort=evil",
    "sort=-evil",
    "sort=caution",
    "sort=figure__x",
    "sort=__class__",
    "sort=",
    "sort=-",
    "sort=--title",
    "sort=title&sort=title&sort=-title",
    "sort=%00",
    "sort=%27%3B+DROP+TABLE",
    "search=<script>alert(1)</script>",
    "search=%22+onfocus%3D%22x%28%29",
    "search=%00",
    "search=%ff%fe",
    "search=" + "x" * 7000,
    "search=(((",
    "search=%25%5C",
    "search={{+7|add:7+}}",
    "_export=csv",
    "page=2&page=3",
]


@pytest.mark.parametrize("query", HOSTILE, ids=lambda query: query[:30])
def test_an_address_typed_by_hand_never_breaks_it(reader: Client, query: str) -> None:
    page = page_of(reader, query)
    assert "Published figures" in page
    assert "<script" not in page
    assert '" onfocus' not in page


def test_a_page_after_the_last_is_the_last(reader: Client) -> None:
    last = -(-len(published()) // PER_PAGE)
    assert rows(reader, "page=999") == rows(reader, f"page={last}")


def test_nobody_can_ask_for_everything_at_once(reader: Client) -> None:
    assert len(rows(reader, "per_page=1000000")) <= 100


def test_each_figure_stands_with_value_source_and_caution(reader: Client) -> None:
    found = {row[0]: row for row in rows(reader, "search=planned+2024-25")}
    assert found
    for title, row in found.items():
        figure = next(each for each in published() if squeezed(each.title) == title)
        assert row[1].startswith(str(figure.figure))
        assert squeezed(figure.where) in row[5]
        assert row[6] == squeezed(figure.caution)


def test_the_figures_come_without_the_database(reader: Client) -> None:
    """All queries are about who is signed in, however many figures there are."""
    numbers = []
    for query in ("", "search=recovery", "page=3&sort=title"):
        with CaptureQueriesContext(connection) as captured:
            page_of(reader, query)
        numbers.append(len(captured))
    assert len(set(numbers)) == 1
    assert numbers[0] <= 6
