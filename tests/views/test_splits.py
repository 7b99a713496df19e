"""The page of own groups: what stands alone, what together, what is said of it, and who sees it."""

import datetime as dt
import re
from collections.abc import Mapping
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from practice.domain.endings import Ending, LeftOut
from practice.models import Episode, Practitioner
from tests.caseloads import CASE, HOSTILE, WELL, Therapy, store
from tests.cast import Cast, saved
from tests.reports.reading import squeezed

TODAY = dt.date(2025, 11, 22)

IMPROVED = Therapy(first=CASE, last=WELL)
UNPLANNED = Therapy(first=CASE, last=CASE, ending=Ending.LOSS_OF_CONTACT)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: TODAY)


def add(cast: Cast, therapies: list[Therapy], **written: str) -> None:
    """Therapies of alice's with the same things written."""
    before = set(Episode.objects.values_list("pk", flat=True))
    store(cast.service, cast.alice, therapies)
    for episode in Episode.objects.exclude(pk__in=before):
        for name, value in written.items():
            setattr(episode, name, value)
        saved(episode, by=cast.alice)


def url(cast: Cast, person: Practitioner | None) -> str:
    return reverse("split-list", args=[cast.service.uid, *([person.uid] if person else [])])


def page_of(
    client: Client, address: str, query: Mapping[str, str | list[str]] | None = None
) -> str:
    answer = client.get(address, query or {})
    assert answer.status_code == 200
    return squeezed(unescape(answer.content.decode()))


def words_of(page: str) -> str:
    """What is to be read on it."""
    return squeezed(re.sub(r"<[^>]+>", " ", page))


def rows_of(page: str, by: str = "contract") -> list[list[str]]:
    section = page.split(f'id="by-{by}"')[1].split("</section>", maxsplit=1)[0]
    body = section.split("<tbody>")[1].split("</tbody>")[0]
    return [
        [
            squeezed(re.sub(r"<[^>]+>", " ", cell)).strip()
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)
        ]
        for row in body.split("</tr>")[:-1]
    ]


@pytest.fixture
def split(cast: Cast) -> None:
    """Three contracts and none: 12, 10, 4 and 3."""
    add(cast, [IMPROVED] * 9 + [UNPLANNED] * 3, contract="EAP")
    add(cast, [IMPROVED] * 2 + [UNPLANNED] * 8, contract="Charity")
    add(cast, [IMPROVED] * 4, contract="Insurer")
    add(cast, [IMPROVED] * 3, contract="")


def test_groups_of_ten_stand_alone_and_the_small_together(
    client: Client, cast: Cast, split: None
) -> None:
    client.force_login(cast.alice)
    page = page_of(client, url(cast, cast.alice))
    assert [row[:5] for row in rows_of(page)] == [
        # By the alphabet, whatever the rates.
        [
            "Charity",
            "10",
            "2 of 10 (20%; 6% to 51%)",
            "10 of 10 (100%)",
            "2 of 10 (20%; 6% to 51%)",
        ],
        ["EAP", "12", "9 of 12 (75%; 47% to 91%)", "12 of 12 (100%)", "9 of 12 (75%; 47% to 91%)"],
        ["groups under 10, together", "7", "7 of 7", "7 of 7", "7 of 7"],
        [
            "everybody",
            "29",
            "18 of 29 (62%; 44% to 77%)",
            "29 of 29 (100%)",
            "18 of 29 (62%; 44% to 77%)",
        ],
    ]
    words = words_of(page)
    assert "Under 10, together (2 groups): Insurer 4, not recorded 3" in words
    assert "29 episodes entered therapy and ended from 1 November 2024 to 31 October 2025." in words
    assert (
        "You are looking at 1 way of splitting with 3 groups and 4 intervals. If no group truly "
        "differed from everybody, about 0.2 of 4 such intervals (4 × 5%) would leave out "
        "everybody’s rate by chance alone" in words
    )
    assert "each way" not in words
    assert words.index("Planned endings") < words.index("Reliably improved")
    for verdict in ("better than", "worse than", "best", "significant"):
        assert verdict not in words


def test_each_group_leads_to_its_single_cases(client: Client, cast: Cast, split: None) -> None:
    client.force_login(cast.leda)
    page = page_of(client, url(cast, None), {"months": "24"})
    for noun in ("ending", "outcome"):
        whole = reverse(f"{noun}-list", args=[cast.service.uid])
        assert f'href="{whole}?to=2025-10&months=24&contract=EAP"' in page
        assert f'href="{whole}?to=2025-10&months=24"' in page
    whole = reverse("ending-list", args=[cast.service.uid])
    assert f'href="{whole}?to=2025-10&months=24&contract=-"' in page
    client.force_login(cast.alice)
    own = reverse("ending-list", args=[cast.service.uid, cast.alice.uid])
    assert f'href="{own}?to=2025-10&months=12&contract=EAP"' in page_of(
        client, url(cast, cast.alice)
    )


def test_with_one_large_group_the_way_cannot_be_split(client: Client, cast: Cast) -> None:
    add(cast, [IMPROVED] * 10, contract="EAP", source="GP")
    add(cast, [UNPLANNED] * 9, contract="Charity", source="GP")
    client.force_login(cast.alice)
    page = page_of(client, url(cast, cast.alice))
    words = words_of(page)
    assert "Cannot be split. It needs two groups of 10 or more endings." in words
    assert "EAP : 10" in words
    assert "Charity : 9" in words
    assert "contract (cannot be split)" in words
    # No rate of either stands anywhere, and nothing was looked at.
    assert "<svg" not in page
    assert "100%" not in words
    assert "You are looking at" not in words


def test_the_first_way_that_can_be_split_is_ticked(client: Client, cast: Cast) -> None:
    add(cast, [IMPROVED] * 10, contract="EAP", therapy="CBT")
    add(cast, [UNPLANNED] * 10, contract="EAP", therapy="ACT")
    client.force_login(cast.alice)
    page = page_of(client, url(cast, cast.alice))
    assert [row[0] for row in rows_of(page, "therapy")] == ["ACT", "CBT", "everybody"]
    assert 'id="by-contract"' not in page
    assert "kind of therapy (2 groups of 10 or more)" in words_of(page)


def test_all_six_ways_at_once_are_counted(client: Client, cast: Cast, split: None) -> None:
    client.force_login(cast.alice)
    ways = ["contract", "source", "therapy", "problem", "gender", "medium", "contract"]
    page = page_of(client, url(cast, cast.alice), {"by": ways})
    words = words_of(page)
    # Nothing but a contract is written: the other five cannot be split.
    assert words.count("Cannot be split.") == 5
    assert "You are looking at 1 way of splitting with 3 groups and 4 intervals." in words
    assert [page.index(f'id="by-{way}"') for way in ways[:6]] == sorted(
        page.index(f'id="by-{way}"') for way in ways[:6]
    )
    for episode in Episode.objects.filter(contract="EAP"):
        episode.therapy = "CBT"
        saved(episode, by=cast.alice)
    words = words_of(page_of(client, url(cast, cast.alice), {"by": ways}))
    # Therapy: 12 and the 17 of whom nothing is written, which are a group like others.
    assert "You are looking at 2 ways of splitting with 5 groups and 8 intervals." in words
    assert "about 0.4 of 8 such intervals" in words
    assert "one way does not confirm another" in words


def test_what_is_not_known_is_said(client: Client, cast: Cast) -> None:
    add(cast, [Therapy(ending=None)] * 2 + [Therapy()] * 10, contract="EAP")
    add(cast, [Therapy(first=CASE)] * 10, contract="Charity")
    add(cast, [Therapy(sessions=0), Therapy(left_out=LeftOut.TEST_RECORD)])
    client.force_login(cast.alice)
    page = page_of(client, url(cast, cast.alice))
    rows = {row[0]: row[1:5] for row in rows_of(page)}
    assert rows["EAP"] == [
        "12",
        "10 of 10 (100%; 72% to 100%) unrecorded as unplanned: 10 of 12 (83%)",
        "0 of 12 (0%)",
        "not measured",
    ]
    assert rows["Charity"][3] == "not measured"
    words = words_of(page)
    assert "with 2 groups and 2 intervals" in words
    assert "1 that ended before treatment began, and 1 left out of every figure" in words


def test_incomplete_outcomes_say_how_many_it_could_be(client: Client, cast: Cast) -> None:
    add(cast, [IMPROVED] * 5 + [Therapy(first=CASE)] * 5, contract="EAP")
    add(cast, [IMPROVED] * 9 + [Therapy(first=CASE)], contract="Charity")
    client.force_login(cast.alice)
    page = page_of(client, url(cast, cast.alice))
    rows = {row[0]: row[4] for row in rows_of(page)}
    assert rows["EAP"] == "5 of 10 (50%; 24% to 76%) incomplete: at most 10 of 10"
    # 90% is enough.
    assert rows["Charity"] == "9 of 10 (90%; 60% to 98%)"


def test_an_empty_practice_is_told_what_to_do(client: Client, cast: Cast) -> None:
    client.force_login(cast.alice)
    page = page_of(client, url(cast, cast.alice))
    assert "No therapy ended from 1 November 2024 to 31 October 2025" in page
    assert reverse("caseload", args=[cast.service.uid, cast.alice.uid]) in page
    assert "<svg" not in page
    client.force_login(cast.leda)
    assert reverse("caseload", args=[cast.service.uid]) in page_of(client, url(cast, None))


@pytest.mark.parametrize(
    "query",
    [
        "by=star-sign",
        "by=",
        "by=%00&by=contract%27--",
        "to=2025-99&months=7",
        "contract=EAP",
        "by=contract&page=3&=&by[]=x",
    ],
)
def test_a_strange_address_is_no_error(client: Client, cast: Cast, split: None, query: str) -> None:
    client.force_login(cast.alice)
    page = page_of(client, f"{url(cast, cast.alice)}?{query}")
    assert [row[0] for row in rows_of(page)][:2] == ["Charity", "EAP"]
    wrong = "star-sign" in query or "%00" in query or "99" in query
    assert ("Something in the form is not right" in page) is wrong


def test_a_lead_switches_and_a_practice_of_one_does_not(
    client: Client, cast: Cast, split: None
) -> None:
    client.force_login(cast.leda)
    page = page_of(client, url(cast, None), {"by": "contract"})
    assert f'href="{url(cast, cast.alice)}?by=contract"' in page
    assert "Whole service" in page
    assert "No therapy ended" in page_of(client, url(cast, cast.bob))
    client.force_login(cast.alice)
    assert "Whose groups" not in page_of(client, url(cast, cast.alice))


def test_what_somebody_wrote_is_never_markup(client: Client, cast: Cast) -> None:
    for place in range(2):
        add(cast, [IMPROVED] * 10, contract=f"{HOSTILE[:60]}{place}")
    client.force_login(cast.alice)
    answer = client.get(url(cast, cast.alice))
    content = answer.content.decode()
    assert "<b>bold" not in content
    assert "<img" not in content
    assert "&lt;b&gt;bold" in content


def test_a_fixed_number_of_queries(client: Client, cast: Cast) -> None:
    client.force_login(cast.leda)
    ways = {"by": ["contract", "source", "therapy", "problem", "gender", "medium"]}
    counted = []
    for therapies, contract in (
        ([IMPROVED], "EAP"),
        ([IMPROVED] * 12, "EAP"),
        ([UNPLANNED] * 10, "Charity"),
    ):
        add(cast, therapies, contract=contract)
        with CaptureQueriesContext(connection) as queries:
            page_of(client, url(cast, None), ways)
        counted.append(len(queries))
    assert len(set(counted)) == 1, counted
    assert counted[0] <= 20
