"""The outcomes page beside a chosen comparator, and the clients behind each number."""

import datetime as dt
import html
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from practice.cohorts import Scope
from practice.domain.comparability import Mark
from practice.domain.endings import Ending, LeftOut
from practice.models import Client, Episode
from practice.reports.behind_figures import FIGURES
from practice.reports.monthly_text import monthly_text
from practice.reports.outcome_page import OutcomePage
from practice.tables.behind import HANDED_OVER
from practice.views.outcomes import ROWS_OF_A_LIST
from tests.caseloads import CASE, LAST_DAY, MONTH, WELL, Therapy, only, scope_with, therapies
from tests.cast import Cast, hand_over, make_practitioner, make_service, make_target, saved
from tests.reports.reading import report_of, tables_of

YEAR_BEFORE = LAST_DAY - dt.timedelta(days=400)
MANY = [*therapies(7, ended=45, still_open=6), Therapy(first=CASE, last=WELL)]


def _address(scope: Scope, key: str = "", **query: str) -> str:
    name = "outcome-clients" if key else "outcome-list"
    args = [scope.service.uid]
    args += [scope.practitioner.uid] if scope.practitioner else []
    query = {"to": str(MONTH), **query}
    asked = "&".join(f"{field}={value}" for field, value in query.items())
    return f"{reverse(name, args=[*args, *([key] if key else [])])}?{asked}"


def _signed_in(cast: Cast) -> Browser:
    browser = Browser()
    browser.force_login(cast.alice)
    return browser


def _own(cast: Cast, made: list[Therapy]) -> Scope:
    return scope_with(cast.service, cast.alice, made)


def _asked(cast: Cast, scope: Scope, key: str = "", **query: str) -> Any:
    answer = _signed_in(cast).get(_address(scope, key, **query))
    assert answer.status_code == 200
    return answer


def _page(cast: Cast, scope: Scope, **query: str) -> OutcomePage:
    page = _asked(cast, scope, **query).context["page"]
    assert isinstance(page, OutcomePage)
    return page


def _text(answer: Any) -> str:
    words = re.sub(r"<[^>]*>", " ", answer.content.decode())
    return " ".join(html.unescape(words).split())


def _unlettered(cells: Sequence[str]) -> list[str]:
    """The paper's notes begin with that on the endings, so that its letters may be others."""
    return [*cells[:-1], re.sub(r" [a-z]$", "", cells[-1])]


@pytest.mark.parametrize(
    ("seed", "primary"), [(1, "iapt"), (2, "phq9"), (3, "core10"), (4, "gad7")]
)
def test_the_page_shows_the_very_figures_of_the_paper(cast: Cast, seed: int, primary: str) -> None:
    cast.service.primary_outcome = primary
    saved(cast.service, by=cast.leda)
    made = therapies(seed, ended=14 * seed, still_open=4, measures=("phq9", "gad7", "core10"))
    scope = _own(cast, made)
    report = report_of(scope)
    answer = _asked(cast, scope)
    page = answer.context["page"]
    assert page.figures == report.figures
    assert page.figures.rates == report.figures.rates
    assert (page.endings, page.outcomes) == (report.endings, report.outcomes)
    assert page.journey == report.journey
    assert page.outcome_lines == report.outcome_lines
    assert (page.scatter, page.notes, page.comparator) == (
        report.scatter,
        report.notes,
        report.comparator,
    )
    text = monthly_text(report)
    tables = tables_of(answer.content.decode())
    journey = next(table for table in tables if len(table) == len(text.journey) + 1)
    shown = [[line.title, *_unlettered(line.cells)] for line in text.journey]
    assert [[line[0], *_unlettered(line[1:])] for line in journey[1:]] == shown
    by_measure = next(table for table in tables if table[0][0] == text.outcomes_head[0])
    assert by_measure[1:] == [[line.title, *line.cells] for line in text.outcomes]
    for sentence in report.sentences:
        assert sentence in _text(answer)


def test_every_number_leads_to_as_many_clients(cast: Cast) -> None:
    scope = _own(cast, MANY)
    answer = _asked(cast, scope)
    links = re.findall(r'class="out-number" href="([^"]+)">([^<]+)<', answer.content.decode())
    assert len(links) > 50
    browser = _signed_in(cast)
    # Each list is proved in tests/reports/test_behind.py; here that the page leads there.
    for address, text in links[::6]:
        behind = browser.get(html.unescape(address))
        assert behind.status_code == 200
        counted, _not_counted, _left_out = behind.context["lists"]
        assert int(text.split()[0]) == counted.n, address
        if " of " in text:
            assert behind.context["counted"] == text


def test_as_many_queries_for_many_clients_as_for_few(cast: Cast) -> None:
    numbers = []
    for size in (12, 90):
        service = make_service(name=f"Practice {size}")
        alice = make_practitioner(email=f"a{size}@example.org", name="A", service=service)
        scope = scope_with(
            service,
            alice,
            [*therapies(size, ended=size, still_open=3), Therapy(ended_on=YEAR_BEFORE)],
        )
        browser = Browser()
        browser.force_login(alice)
        for address in (_address(scope), _address(scope, "planned_estimated")):
            with CaptureQueriesContext(connection) as queries:
                assert browser.get(address).status_code == 200
            numbers.append(len(queries))
    assert numbers[:2] == numbers[2:]


@pytest.mark.parametrize(
    "query",
    [
        {"beside": "place:nowhere"},
        {"beside": "<b>"},
        {"to": "never"},
        {"months": "0"},
        {"contract": "of nobody"},
        {"counted-page": "-3", "not-page": "many"},
    ],
)
def test_a_strange_address_is_answered_in_words(cast: Cast, query: dict[str, str]) -> None:
    scope = _own(cast, MANY)
    browser = _signed_in(cast)
    assert browser.get(_address(scope, "planned_declared", **query)).status_code == 200
    answer = browser.get(_address(scope, **query))
    assert answer.status_code == 200
    if "beside" in query:
        assert "choose one of the list" in _text(answer)
        assert answer.context["page"].comparator == "England 2024-25"


def test_a_number_that_there_is_not(cast: Cast) -> None:
    scope = _own(cast, [])
    assert _signed_in(cast).get(_address(scope, "speed")).status_code == 404


@pytest.mark.parametrize(
    ("code", "name", "said"),
    [
        ("place:Y61", "EAST OF ENGLAND COMMISSIONING REGION, 2024-25", "67.0%"),
        ("source:core_connell_2006", "Connell 2006", "Published for context"),
        ("group:adults:age:18-to-25", "18 to 25, England 2024-25", "Another"),
        (
            "therapy:cognitive-behaviour-therapy-depression",
            "Cognitive Behaviour Therapy (CBT), depression, England 2024-25",
            "no figure of this kind is published",
        ),
        ("source:eap_mellor_clark_2013", "The Listening Centre 2013", "employees who use"),
        ("source:core_murray_2015", "Murray 2015", "students who use"),
        ("year:2016-17", "England 2016-17", "near"),
    ],
)
def test_beside_another_column(cast: Cast, code: str, name: str, said: str) -> None:
    scope = _own(cast, MANY)
    answer = _asked(cast, scope, beside=code)
    assert answer.context["page"].comparator == name
    assert said in _text(answer)
    assert f"beside={code.replace(':', '%3A')}" in answer.content.decode()
    assert answer.context["page"].figures == report_of(scope).figures


def _with_gender(scope: Scope, gender: str) -> None:
    for place, client in enumerate(Client.objects.filter(service=scope.service)):
        client.gender = gender if place % 3 else "other"
        saved(client, by=scope.practitioner)


def test_one_gender_beside_englands_of_that_gender(cast: Cast) -> None:
    """Then the populations agree; of anybody else, and of another part, they do not."""
    scope = _own(cast, MANY)
    _with_gender(scope, "female")
    code = "group:adults:gender:female"
    everybody = _page(cast, scope, beside=code)
    women = _page(cast, scope, beside=code, gender="female")
    other = _page(cast, scope, beside="year:2024-25", gender="female")
    mine, theirs = "adults of one gender: female", "adults who come for a talking therapy"
    assert "population" not in women.outcomes.comparison.reason
    assert f"another population ({mine}; here: {theirs})" in everybody.outcomes.comparison.reason
    assert f"another population ({theirs}; here: {mine})".capitalize() in (
        other.endings.comparison.reason
    )
    assert women.figures.ended < everybody.figures.ended
    assert other.endings.comparison.mark is Mark.NEAR


def test_a_part_is_near_at_best_and_said_beside_each_heading_number(cast: Cast) -> None:
    scope = _own(cast, MANY)
    for place, episode in enumerate(Episode.objects.filter(client__service=scope.service)):
        episode.contract = "NHS" if place % 2 else "EAP"
        saved(episode, by=cast.alice)
    answer = _asked(cast, scope, contract="EAP")
    page = answer.context["page"]
    assert page.endings.comparison.mark is Mark.NEAR
    assert page.endings.comparison.reason == "Another population: here only contract: EAP."
    assert _text(answer).count("only contract: EAP") >= 4
    assert "contract=EAP" in answer.content.decode()
    behind = _asked(cast, scope, "planned_declared", contract="EAP")
    assert behind.context["counted"].startswith(f"{page.figures.endings.declared.k} of ")


def test_other_spans_are_named(cast: Cast) -> None:
    scope = _own(cast, [replace(therapy, ended_on=None) for therapy in MANY[-1:]])
    assert "in these 24 months" in _page(cast, scope, months="24").endings.sentence
    assert "in these twelve months" in _page(cast, scope).endings.sentence
    answer = _asked(cast, scope)
    assert "No episode ended in this period" in _text(answer)
    assert "The journey" not in _text(answer)


def test_under_ten_are_counts_and_no_score_is_not_measured(cast: Cast) -> None:
    scope = _own(cast, [Therapy(), Therapy(ending=Ending.CRISIS), Therapy(ending=None)])
    answer = _asked(cast, scope)
    text = _text(answer)
    assert "1 of 2 recorded endings were planned" in text
    assert "0 of 3" not in text.replace("0 of 3 of", "")
    assert "Measured ending (a first and a last score of PHQ-9 and GAD-7) – not measured" in text
    assert "Not measured: not one course of two sessions or more has two scores" in text
    assert "50%" not in text.replace("50% 75%", "").replace("25% 50%", "")


def test_targets_stand_beside_and_judge_nothing(cast: Cast) -> None:
    scope = _own(cast, MANY)
    make_target(
        service=cast.service, practitioner=cast.alice, by=cast.alice, rate="planned_declared",
        percent=70, from_on=dt.date(2026, 9, 1),
    )  # fmt: skip
    text = _text(_asked(cast, scope))
    assert "Your target planned endings, declared: 70%, since 1 September 2026" in text


def _behind(cast: Cast, scope: Scope, key: str, **query: str) -> Any:
    return _asked(cast, scope, key, **query)


def test_who_is_counted_who_is_not_and_who_is_left_out(cast: Cast) -> None:
    scope = _own(
        cast,
        [
            Therapy(reference="IN", first=CASE, last=WELL),
            Therapy(reference="NOT", ending=Ending.LOSS_OF_CONTACT, first=only(CASE, "phq9")),
            Therapy(reference="DIED", ending=Ending.DIED),
            Therapy(reference="TEST", left_out=LeftOut.TEST_RECORD),
            Therapy(reference="NEVER", sessions=0),
        ],
    )
    answer = _behind(cast, scope, "planned_declared")
    tables = tables_of(answer.content.decode())
    assert [[row[0] for row in table[1:]] for table in tables] == [
        ["IN"],
        ["NOT"],
        ["DIED", "NEVER", "TEST"],
    ]
    assert tables[0][1][1:] == [
        "planned: agreed at the end of therapy",
        "31 October 2025",
        "4",
        "PHQ-9 18 to 4; GAD-7 15 to 3",
    ]
    assert tables[1][1][-1] == "PHQ-9 18, no second; GAD-7 –"
    text = _text(answer)
    assert "1 in no figure: test record" in text
    assert "1 died" in text
    assert "ended in a planned way" in text


def test_whoever_was_handed_over_is_counted_and_not_named(cast: Cast) -> None:
    scope = _own(
        cast, [Therapy(reference="GONE", first=CASE, last=WELL), Therapy(reference="MINE")]
    )
    gone = Episode.objects.get(client__reference="GONE")
    hand_over(episode=gone, to=cast.bob, on=LAST_DAY + dt.timedelta(days=30))
    answer = _behind(cast, scope, "planned_declared")
    assert answer.context["counted"] == "2 of 2"
    assert "GONE" not in _text(answer)
    assert str(gone.uid) not in answer.content.decode()
    rows = tables_of(answer.content.decode())[0][1:]
    assert [HANDED_OVER, "planned: agreed at the end of therapy", "–", "–", "–"] in rows
    lead = Browser()
    lead.force_login(cast.leda)
    assert "GONE" in _text(lead.get(_address(scope, "planned_declared")))


def test_long_lists_come_in_pages(cast: Cast) -> None:
    n = ROWS_OF_A_LIST + 7
    scope = _own(cast, [Therapy(first=CASE, last=WELL)] * n)
    first = _behind(cast, scope, "planned_declared")
    second = _behind(cast, scope, "planned_declared", **{"counted-page": "2"})
    shown = [tables_of(answer.content.decode())[0][1:] for answer in (first, second)]
    assert [len(rows) for rows in shown] == [ROWS_OF_A_LIST, 7]
    assert len({row[0] for rows in shown for row in rows}) == n
    assert "1 to 50 of 57" in _text(first)


def test_figures_have_pages(cast: Cast) -> None:
    scope = _own(cast, [Therapy(first=CASE, last=WELL), Therapy(ended_on=None)])
    browser = _signed_in(cast)
    keys = [key for key in FIGURES if not key.endswith(("_phq9", "_gad7", "_core10"))]
    for key in keys[::3]:
        answer = browser.get(_address(scope, key))
        assert answer.status_code == 200
        assert html.escape(FIGURES[key].title) in answer.content.decode()


def test_a_lead_who_may_not_open_clients_gets_numbers_without_links(cast: Cast) -> None:
    scope = _own(cast, MANY)
    cast.service.lead_reads_clients = False
    saved(cast.service, by=cast.leda)
    lead = Browser()
    lead.force_login(cast.leda)
    page = lead.get(_address(scope)).content.decode()
    assert "outcomes/planned_declared" not in page
    assert "Each number opens" not in page
    assert lead.get(_address(scope, "planned_declared")).status_code == 403
    assert "outcomes/planned_declared" in _asked(cast, scope).content.decode()
