"""The pages of published figures: where they begin, search, sorting, pages, one figure, junk."""

import datetime as dt
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from practice.domain.benchmark_search import in_order
from practice.domain.benchmarks import Benchmarks
from practice.models import Service
from practice.published import published
from practice.tables.benchmarks import BenchmarkTable
from tests.cast import Cast, make_service, make_target, saved
from tests.reports.reading import squeezed, tables_of

LIST = reverse("benchmark-list")
HEADS = ["Figure", "Value", "Of whom", "Period", "Status", "Source", "Beside your own"]
PER_PAGE = 25
ALL = "search="


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: dt.date(2026, 11, 22))


@pytest.fixture
def reader(client: Client, cast: Cast) -> Client:
    client.force_login(cast.charlie)
    return client


def rows(client: Client, query: str = ALL) -> list[list[str]]:
    (table,) = tables_of(page_of(client, query))
    assert table[0] == HEADS
    return [row for row in table[1:] if len(row) == len(HEADS)]


def page_of(client: Client, query: str = "") -> str:
    answer = client.get(f"{LIST}?{query}")
    assert answer.status_code == 200, query
    return answer.content.decode()


def text_of(client: Client, key: str) -> str:
    answer = client.get(reverse("benchmark-detail", args=[key]))
    assert answer.status_code == 200, key
    return squeezed(unescape(answer.content.decode()))


def test_begins_with_a_few_figures_endings_first(reader: Client) -> None:
    page = squeezed(unescape(page_of(reader)))
    assert "<table" not in page
    assert "NHS Talking Therapies, England, 2025-26" in page
    heads = [
        page.index(f">{head}</h3>") for head in ("Endings", "Outcomes", "What others have set")
    ]
    assert heads == sorted(heads)
    planned = published().get("england-2025-26-planned-ending")
    assert reverse("benchmark-detail", args=[planned.key]) in page
    assert "<strong>61.5%</strong> 432,927 of 704,130" in page
    assert "<strong>same definition</strong>" in page
    assert f"All {len(published())} figures" in page
    assert page.count("<li>") < 60


@pytest.mark.parametrize("whom", ["place", "gender", "therapy", "services", "outside"])
def test_from_there_to_each_part_of_the_rest(reader: Client, whom: str) -> None:
    page = page_of(reader)
    assert f'href="?whom={whom}"' in page
    assert rows(reader, f"whom={whom}")


def test_all_of_them_newest_first(reader: Client) -> None:
    found = rows(reader)
    assert len(found) == PER_PAGE
    periods = [row[3] for row in found]
    assert periods == sorted(periods, reverse=True)
    assert f"1 to 25 of {len(published())}" in page_of(reader, ALL)
    assert f"{len(published())} figures" in page_of(reader, ALL)


def test_the_pages_together_hold_each_figure_once(reader: Client) -> None:
    """Every page of the very table that the view shows, and the first two and the last as shown."""
    table = BenchmarkTable(in_order(published()), today=dt.date(2026, 11, 22))
    table.paginate(per_page=PER_PAGE)
    last = -(-len(published()) // PER_PAGE)
    assert table.paginator.num_pages == last
    pages = [[row.record for row in table.paginator.page(n)] for n in range(1, last + 1)]
    keys = [figure.key for page in pages for figure in page]
    assert sorted(keys) == sorted(figure.key for figure in published())
    for number in (1, 2, last):
        shown = [squeezed(row[0]) for row in rows(reader, f"page={number}")]
        assert shown == [squeezed(figure.title) for figure in pages[number - 1]]


def test_a_search_narrows_by_every_word(reader: Client) -> None:
    found = rows(reader, "search=CORE+recovery")
    assert 0 < len(found) <= PER_PAGE
    for row in rows(reader, "search=DNA"):
        assert "dna" in " ".join(row).lower() or "not attended" in " ".join(row).lower()


WORDS = {
    "trent": "TRENT PTS",
    "listening centre": "Counselling completed, estimated",
    "clark 2018": "Cost of IAPT per client",
    "2003-04": "Royal College of Nursing",
    "finished courses least deprived": "least deprived",
}


@pytest.mark.parametrize("words", WORDS)
def test_words_are_found_in_title_place_publisher_document_and_year(
    reader: Client, words: str
) -> None:
    assert WORDS[words].lower() in page_of(reader, f"search={words}").lower()


def test_choices_narrow_together_and_are_named(reader: Client) -> None:
    page = page_of(reader, "event=recovery&whom=gender&kind=rate&year=2024-25&status=published")
    assert "4 figures" in page
    assert "recovery (below the cut-off after being above it); England, by gender; 2024-25" in page
    assert "4 figures" in page_of(reader, "place=NLS")
    assert "7 figures" in page_of(reader, "kind=target")
    assert "2 figures" in page_of(reader, "source=saxon_2017")


def test_only_what_ones_own_rates_may_be_set_beside(reader: Client) -> None:
    page = page_of(reader, "beside=on&whom=outside")
    assert "what your own rates may be set beside" in page
    for row in rows(reader, "beside=on&whom=outside"):
        assert not row[6].startswith("not comparable")
    assert any(row[6].startswith("not comparable") for row in rows(reader, "whom=outside"))


def test_choices_are_kept_from_page_to_page(reader: Client) -> None:
    page = unescape(page_of(reader, "search=england&event=recovery&beside=on&sort=title"))
    (link,) = {part for part in page.split('"') if part.startswith("?") and "page=2" in part}
    for part in ("search=england", "event=recovery", "beside=on", "sort=title"):
        assert part in link
    assert 'value="england"' in page
    assert "<details" in page
    assert " open>" in page


def test_nothing_found_says_what_to_do(reader: Client) -> None:
    assert rows(reader, "search=zzzz") == []
    page = page_of(reader, "search=zzzz")
    assert "Nothing found." in page
    assert "0 figures" in page
    assert "Use fewer words" in page


@pytest.mark.parametrize("column", ["title", "denominator", "period", "status", "publisher"])
def test_sorting_both_ways(reader: Client, column: str) -> None:
    at = ["title", "figure", "denominator", "period", "status", "publisher"].index(column)
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
    "event=evil",
    "whom=%00",
    "place=NLS%27",
    "year=2024",
    "kind[]=rate",
    "status=PUBLISHED",
    "source=../../etc",
    "beside=maybe",
    "event=recovery&event=evil",
]


@pytest.mark.parametrize("query", HOSTILE, ids=lambda query: query[:30])
def test_an_address_typed_by_hand_never_breaks_it(reader: Client, query: str) -> None:
    page = page_of(reader, query)
    assert "Published figures" in page
    assert "<script" not in page
    assert '" onfocus' not in page


@pytest.mark.parametrize("field", ["event", "whom", "place", "year", "kind", "status", "source"])
def test_a_wrong_choice_narrows_nothing_and_says_so(reader: Client, field: str) -> None:
    page = page_of(reader, f"{field}=evil&search=trent")
    assert "All figures are shown" in page
    assert "errorlist" in page
    assert f"{len(published())} figures" in page


def test_a_page_after_the_last_is_the_last(reader: Client) -> None:
    last = -(-len(published()) // PER_PAGE)
    assert rows(reader, "page=999") == rows(reader, f"page={last}")


def test_nobody_can_ask_for_everything_at_once(reader: Client) -> None:
    assert len(rows(reader, "per_page=1000000&page=1")) == PER_PAGE


def test_each_row_has_value_whom_source_and_mark(reader: Client) -> None:
    found = {row[0]: row for row in rows(reader, "search=planned+2024-25+mutually")}
    found |= {row[0]: row for row in rows(reader, "event=planned_ending&year=2024-25")}
    assert found
    for title, row in found.items():
        figure = next(each for each in published() if squeezed(each.title) == title)
        assert row[1].startswith(f"{figure.figure}%")
        assert row[2] == squeezed(figure.denominator)
        assert row[5] == figure.publisher
        assert row[6].split(" definition")[0].split(" comparable")[0] in {
            "same",
            "near",
            "not",
        } or (row[6].startswith(("same", "near", "not comparable")))
    planned = next(row for row in found.values() if row[1].startswith("61.8%"))
    assert "439,930 of 711,407" in planned[1]
    assert planned[6] == "same definition"


def test_the_figures_come_without_the_database(reader: Client) -> None:
    """All queries are about who is signed in, however many figures there are."""
    numbers = []
    for query in (ALL, "search=recovery", "page=3&sort=title"):
        with CaptureQueriesContext(connection) as captured:
            page_of(reader, query)
        numbers.append(len(captured))
    assert len(set(numbers)) == 1
    # One of them is the stamp under which the page is kept.
    assert numbers[0] <= 10


def test_the_first_page_asks_no_more_for_more_targets(client: Client, cast: Cast) -> None:
    client.force_login(cast.leda)
    numbers = []
    for rate in ("planned_declared", "recovery", "reliable_recovery"):
        make_target(service=cast.service, practitioner=cast.leda, rate=rate)
        make_target(service=cast.service, practitioner=None, rate=rate, by=cast.leda)
        with CaptureQueriesContext(connection) as captured:
            page_of(client)
        numbers.append(len(captured))
    assert len(set(numbers)) == 1
    assert numbers[0] <= 14


def test_every_key_is_part_of_an_address(reader: Client) -> None:
    for figure in published():
        assert reverse("benchmark-detail", args=[figure.key]).endswith(f"/{figure.key}/")


def test_all_of_one_figure(reader: Client) -> None:
    figure = published().get("england-2024-25-planned-ending")
    page = text_of(reader, figure.key)
    for text in (
        figure.title,
        "61.8%",
        "439,930 of 711,407",
        figure.numerator,
        figure.denominator,
        figure.caution,
        figure.population,
        figure.publisher,
        figure.document,
        figure.where,
        figure.licence,
        "1 April 2024 to 31 March 2025",
        "Derived. Worked out by us from figures printed in the document named.",
        "1 November 2026",
        figure.definition.numerator.words,
        figure.definition.denominator.words,
        "no questionnaire",
        "adults who come for a talking therapy",
    ):
        assert squeezed(text) in page, text


def test_what_it_may_stand_beside_comes_before_what_it_must_not(reader: Client) -> None:
    page = text_of(reader, "england-2024-25-finished-of-entered")
    may, may_not = page.index("What it may be set beside"), page.index("What it must not be set")
    assert may < page.index("same definition") < may_not
    assert may_not < page.index("Your planned endings.") < page.index("vanished after session five")


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("scott-2018-no-longer-diagnosed", "Nothing of yours: this program works out no rate"),
        ("tmn-rcn-2003-04-measured-ending", "Nothing of yours: the definitions differ"),
        ("target-2028-29-reliable-improvement", "nobody's result"),
        ("providers-2024-25-recovery-p25", "not where one ought to be"),
        ("england-2024-25-age-18-to-25-recovery", "in a group of 112,751 courses"),
        ("eap-2013-planned-estimated", "Secondary. Quoted by the document named"),
        ("radhakrishnan-2013-session-high", "177 pounds"),
        ("england-2024-25-count-finished", "670,419 referrals"),
    ],
)
def test_special_kinds_say_what_they_are(reader: Client, key: str, said: str) -> None:
    assert said in text_of(reader, key)


def test_a_local_figure_leads_to_its_place_and_others(reader: Client) -> None:
    key = next(each.key for each in published() if each.region_code == "NLS")
    page = text_of(reader, key)
    assert "All of TRENT PTS" in page
    assert "Other places, the same year" in page
    assert "England as a whole, the same year" in page
    assert "All 188 of them in the list" in page
    assert f'href="{LIST}?place=NLS"' in page


def test_no_figure_of_that_name(reader: Client) -> None:
    for key in ("england-1999-00-recovery", "x", "_", "9" * 300):
        assert reader.get(reverse("benchmark-detail", args=[key])).status_code == 404


def test_every_kind_of_figure_has_a_page(reader: Client) -> None:
    """One of each source."""
    one_each = {figure.source: figure.key for figure in published()}
    for key in one_each.values():
        assert "What it may be set beside" in text_of(reader, key)


def with_year_of(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """The service has brought in a figure of its own, and one that the program has already."""
    one = published().get("england-2024-25-recovery")
    fields = {name: getattr(one, name) for name in one.__dataclass_fields__}
    brought = type(one)(**fields | {"key": "england-2030-31-recovery", "title": "Brought in"})
    again = type(one)(**fields | {"title": "Brought in again"})

    def figures_of(asked: Service) -> Benchmarks:
        own = {brought.key: brought, again.key: again} if asked == service else {}
        return Benchmarks(by_key={**published().by_key, **own})

    monkeypatch.setattr("practice.views.benchmarks.published_for", figures_of)


def test_a_year_brought_in_is_for_members_only(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_year_of(cast.service, monkeypatch)
    address = reverse("benchmark-detail", args=["england-2030-31-recovery"])
    client.force_login(cast.charlie)
    assert client.get(address).status_code == 404
    assert "0 figures" in page_of(client, "search=brought+in")
    client.force_login(cast.alice)
    assert client.get(address).status_code == 200
    # What the program has already stays as it is.
    assert [row[0] for row in rows(client, "search=brought+in")] == ["Brought in"]
    assert "Brought in again" not in text_of(client, "england-2024-25-recovery")


def test_somebody_without_a_service_sees_the_figures_and_no_targets(
    client: Client, cast: Cast
) -> None:
    make_service(name="Empty")
    cast.charlie.memberships.all()[0].delete()
    client.force_login(saved(cast.charlie, by=None))
    page = page_of(client)
    assert "Set a target" not in page
    assert rows(client)
