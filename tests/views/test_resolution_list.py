"""Every resolution with what ended before it and since: order, spans, words by rule, and whose."""

import datetime as dt
import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from practice.domain.endings import Ending
from practice.models import Episode, Practitioner, Resolution
from tests.caseloads import CASE, HOSTILE, WELL, Therapy, store
from tests.cast import Cast, hand_over, make_resolution
from tests.reports.reading import squeezed

TODAY = dt.date(2025, 11, 22)
BEGAN = dt.date(2025, 5, 1)
TRY = "Ask about the ending at session three"


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: TODAY)


def url(cast: Cast, person: Practitioner | None) -> str:
    return reverse("resolution-list", args=[cast.service.uid, *([person.uid] if person else [])])


def page_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return squeezed(unescape(answer.content.decode()))


def words_of(page: str) -> str:
    return squeezed(re.sub(r"<[^>]+>", " ", page))


def rows_of(page: str) -> list[list[str]]:
    """Of the first resolution on the page."""
    body = page.split("<tbody>")[1].split("</tbody>", maxsplit=1)[0]
    return [
        [
            squeezed(re.sub(r"<[^>]+>", " ", cell)).strip()
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)
        ]
        for row in body.split("</tr>")[:-1]
    ]


def mine(cast: Cast, **fields: Any) -> Resolution:
    fields = {"will_try": TRY, "from_on": BEGAN, **fields}
    return make_resolution(service=cast.service, practitioner=cast.alice, **fields)


def therapies(*, planned: int, unplanned: int, on: dt.date) -> list[Therapy]:
    """So many that improved and ended as planned, and so many that did neither."""
    return [
        *[Therapy(ended_on=on, first=CASE, last=WELL)] * planned,
        *[Therapy(ended_on=on, ending=Ending.CRISIS, first=CASE, last=CASE)] * unplanned,
    ]


def before(days: int = 30) -> dt.date:
    return BEGAN - dt.timedelta(days=days)


def after(days: int = 90) -> dt.date:
    return BEGAN + dt.timedelta(days=days)


def test_before_and_after_with_the_interval_of_the_difference(client: Client, cast: Cast) -> None:
    store(cast.service, cast.alice, therapies(planned=10, unplanned=10, on=before()))
    store(cast.service, cast.alice, therapies(planned=12, unplanned=3, on=after()))
    # On the edges: the day before it began, the day itself, and a year and a day before it.
    store(cast.service, cast.alice, therapies(planned=1, unplanned=0, on=before(1)))
    store(cast.service, cast.alice, therapies(planned=1, unplanned=0, on=after(0)))
    store(cast.service, cast.alice, therapies(planned=5, unplanned=0, on=before(366)))
    mine(cast, expects="Fewer leave early", look_again_on=dt.date(2026, 2, 1))
    client.force_login(cast.alice)
    page = page_of(client, url(cast, cast.alice))
    # Newcombe's limits by hand: .8125 (.570 to .934) less .5238 (.324 to .717) is .2887; from it
    # sqrt(.243² + .193²) = .310, to it sqrt(.122² + .200²) = .234.
    says = "+29 points; the difference could be anything from −2 to +52 points."
    rows = rows_of(page)
    assert rows[0] == [
        "Planned endings, of those recorded",
        "11 of 21 (52%; 32% to 72%)",
        "13 of 16 (81%; 57% to 93%)",
        says,
    ]
    assert rows[1][1:3] == ["21 of 21 (100%; 85% to 100%)", "16 of 16 (100%; 81% to 100%)"]
    assert rows[1][3].startswith("0 points; the difference could be anything from −")
    assert rows[3][1:] == rows[0][1:]
    words = words_of(page)
    assert "Before: 1 May 2024 to 30 April 2025, 21 therapies ended." in words
    assert "After: 1 May 2025 to 22 November 2025 (so far), 16 therapies ended." in words
    # Referred three weeks before the first of four weekly sessions: of those that ended at once, not
    # since.
    assert "Of the 16 that ended after it began, 15 had been referred since, and 1 before" in words
    assert "Expected. Fewer leave early" in words
    assert "Look again on 1 February 2026." in words
    assert "after, not because" in words
    assert page.count("<svg") == 1
    for word in ("because of", "led to", "thanks to", "effect"):
        assert word not in words


@pytest.mark.parametrize(
    ("fields", "n", "says"),
    [
        pytest.param({}, 9, "Too early to tell: 20 before, 9 after.", id="goes on"),
        pytest.param({}, 0, "Too early to tell: 20 before, 0 after.", id="nothing yet"),
        pytest.param(
            {"closed_on": dt.date(2025, 9, 1)},
            9,
            "Too few to tell: 20 before, 9 after.",
            id="closed",
        ),
        pytest.param(
            {"look_again_on": dt.date(2025, 9, 1)},
            9,
            "Too few to tell: 20 before, 9 after.",
            id="looked at",
        ),
        pytest.param({"from_on": dt.date(2025, 12, 1)}, 0, "Not begun.", id="not begun"),
    ],
)
def test_too_early_and_too_few(
    client: Client, cast: Cast, fields: dict[str, Any], n: int, says: str
) -> None:
    store(cast.service, cast.alice, therapies(planned=10, unplanned=10, on=before()))
    store(cast.service, cast.alice, therapies(planned=n, unplanned=0, on=after()))
    mine(cast, **fields)
    client.force_login(cast.alice)
    assert {row[3] for row in rows_of(page_of(client, url(cast, cast.alice)))} == {says}


def test_what_ends_after_the_day_to_look_again_is_not_counted(client: Client, cast: Cast) -> None:
    store(cast.service, cast.alice, therapies(planned=10, unplanned=0, on=after(10)))
    store(cast.service, cast.alice, therapies(planned=0, unplanned=20, on=after(11)))
    mine(cast, look_again_on=after(10))
    client.force_login(cast.alice)
    page = page_of(client, url(cast, cast.alice))
    assert rows_of(page)[0][2] == "10 of 10 (100%; 72% to 100%)"
    assert "(up to the day to look again), 10 therapies ended." in page
    assert "The day to look again, 11 May 2025, has come (6" in page


def test_a_difference_of_what_is_known_is_not_compared(client: Client, cast: Cast) -> None:
    store(cast.service, cast.alice, therapies(planned=10, unplanned=0, on=before()))
    unknown = Therapy(ended_on=after(), ending=None, first=CASE)
    store(
        cast.service,
        cast.alice,
        [*therapies(planned=10, unplanned=0, on=after()), *[unknown] * 2],
    )
    mine(cast)
    client.force_login(cast.alice)
    page = page_of(client, url(cast, cast.alice))
    rows = rows_of(page)
    assert rows[0][3] == rows[3][3] == "Not compared: under 90% are known (10 of 12 after)."
    assert "+" not in rows[1][3].split(";")[0]
    assert "How it ended is not recorded: 2 after." in page
    assert "10 of 10 (100%) before and 10 of 12 (83%) after" in page


def test_not_measured_is_not_nought(client: Client, cast: Cast) -> None:
    store(cast.service, cast.alice, [Therapy(ended_on=before())] * 10)
    mine(cast)
    client.force_login(cast.alice)
    page = page_of(client, url(cast, cast.alice))
    assert rows_of(page)[3][1] == "not measured"
    assert "Reliably improved, before" not in page


def test_open_first_by_the_day_to_look_again_then_closed(client: Client, cast: Cast) -> None:
    for name, look, closed in (
        ("no day", None, None),
        ("closed long ago", None, dt.date(2025, 6, 1)),
        ("later", dt.date(2026, 3, 1), None),
        ("closed lately", None, dt.date(2025, 10, 1)),
        ("overdue", dt.date(2025, 11, 1), None),
        ("today", TODAY, None),
    ):
        mine(cast, will_try=name, look_again_on=look, closed_on=closed)
    client.force_login(cast.alice)
    page = page_of(client, url(cast, cast.alice))
    order = re.findall(r'<blockquote class="resolution"><p>(.*?)</p>', page)
    assert order == ["overdue", "today", "later", "no day", "closed lately", "closed long ago"]
    assert page.count('class="overdue"') == 2
    assert "Look again today." in page
    assert "No day to look again: set one" in page
    assert page.count("Close<span") == 4
    assert page.count("Change<span") == 6


def test_closed_ones_come_in_pages(client: Client, cast: Cast) -> None:
    for number in range(11):
        mine(cast, will_try=f"try {number}", closed_on=BEGAN + dt.timedelta(days=number))
    client.force_login(cast.alice)
    first = page_of(client, url(cast, cast.alice))
    assert "try 10" in first
    assert "try 0" not in first
    assert "Page 1 of 2" in first
    assert "try 0" in page_of(client, f"{url(cast, cast.alice)}?page=2")
    for strange in ("x", "-1", "99999999999999999999", "%00"):
        page_of(client, f"{url(cast, cast.alice)}?page={strange}")


def test_whose_they_are(client: Client, cast: Cast) -> None:
    mine(cast, will_try="of alice")
    make_resolution(service=cast.service, practitioner=None, will_try="of all", by=cast.leda)
    client.force_login(cast.leda)
    whole, own = page_of(client, url(cast, None)), page_of(client, url(cast, cast.alice))
    assert "of all" in whole
    assert "of alice" not in whole
    assert "of alice" in own
    assert "of all" not in own.replace("of all who entered", "")
    assert "Write what we will try" in whole
    assert f'href="{url(cast, cast.alice)}"' in whole
    client.force_login(cast.alice)
    assert "Whose resolutions" not in page_of(client, url(cast, cast.alice))


def test_an_ending_belongs_to_who_held_it_on_its_day(client: Client, cast: Cast) -> None:
    store(cast.service, cast.alice, therapies(planned=2, unplanned=0, on=after()))
    store(cast.service, cast.alice, therapies(planned=1, unplanned=0, on=before()))
    moved, kept = Episode.objects.filter(ended_on=after()).order_by("pk")
    # Handed over the day before it ended, and on the day after.
    hand_over(episode=moved, to=cast.bob, on=after(89))
    hand_over(episode=kept, to=cast.bob, on=after(91))
    mine(cast)
    make_resolution(service=cast.service, practitioner=cast.bob, from_on=BEGAN, will_try="of bob")
    client.force_login(cast.leda)
    for person, then, since in ((cast.alice, "1 of 1", "1 of 1"), (cast.bob, "0 of 0", "1 of 1")):
        assert rows_of(page_of(client, url(cast, person)))[0][1:3] == [then, since]


def test_an_empty_page_says_what_to_do(client: Client, cast: Cast) -> None:
    client.force_login(cast.alice)
    page = page_of(client, url(cast, cast.alice))
    assert "Nothing has been resolved yet." in page
    assert reverse("resolution-create", args=[cast.service.uid, cast.alice.uid]) in page
    mine(cast, closed_on=TODAY)
    assert "Nothing is open." in page_of(client, url(cast, cast.alice))


def test_the_report_leads_here(client: Client, cast: Cast) -> None:
    client.force_login(cast.leda)
    for person in (None, cast.alice):
        report = reverse("report-month", args=[cast.service.uid, *([person.uid] if person else [])])
        assert f'href="{url(cast, person)}"' in page_of(client, report)


def test_words_are_never_markup(client: Client, cast: Cast) -> None:
    mine(cast, will_try=HOSTILE, expects=HOSTILE)
    client.force_login(cast.alice)
    content = client.get(url(cast, cast.alice)).content.decode()
    assert "<b>bold" not in content
    assert "<img" not in content


def test_a_fixed_number_of_queries(client: Client, cast: Cast) -> None:
    store(cast.service, cast.alice, therapies(planned=2, unplanned=1, on=after()))
    client.force_login(cast.alice)
    counted = []
    for number in range(9):
        mine(cast, from_on=before(40 * number), closed_on=TODAY if number % 2 else None)
        with CaptureQueriesContext(connection) as queries:
            page_of(client, url(cast, cast.alice))
        counted.append(len(queries))
    assert len(set(counted)) == 1, counted
    assert counted[0] <= 20
