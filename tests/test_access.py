"""Who may open what: every address has its row here, and a new one without a row fails.

The cast: alice and bob practise in one service, leda leads it, charlie is a stranger to it.
"""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from practice.domain.measures import MEASURES
from practice.models import CaseloadUpload, Invitation, Membership, Role, SupervisionMeeting
from practice.published import published
from practice.urls import urlpatterns
from tests.cast import (
    Cast,
    day,
    make_annual_figures,
    make_client,
    make_completion,
    make_episode,
    make_frozen_row,
    make_practitioner,
    make_resolution,
    make_service,
    make_session,
    make_target,
    saved,
)

PEOPLE = ("alice", "bob", "leda", "charlie")
EVERYBODY = dict.fromkeys(PEOPLE, 200)
READING = ("get", "head")
WRITING = ("post", "put", "patch", "delete")


@dataclass(frozen=True, kw_only=True)
class Page:
    """One address for somebody: what each person gets.

    needs: what stands in the address. anonymous: 302 is the way to the sign-in page.
    """

    url_name: str
    answers: dict[str, int]
    needs: Callable[[Cast], dict[str, object]] = field(default=lambda _cast: {})
    anonymous: int = 302
    is_read_only: bool = True

    def url(self, cast: Cast) -> str:
        return reverse(self.url_name, kwargs=self.needs(cast))


def whole(cast: Cast) -> dict[str, object]:
    return {"service": cast.service.uid}


def own(cast: Cast) -> dict[str, object]:
    return {"service": cast.service.uid, "practitioner": cast.alice.uid}


def client_page(make: str) -> Callable[[Cast], dict[str, object]]:
    """What a page about alice's client needs in its address: its episode, session or form."""

    def needs(cast: Cast) -> dict[str, object]:
        client = make_client(service=cast.service)
        episode = make_episode(client=client, holder=cast.alice)
        session = make_session(episode=episode, held_on=day(1), by=cast.alice)
        form = make_completion(of=episode, on=day(2), answers="--------1", by=cast.alice)
        made = {"episode": episode.uid, "session": session.uid, "completion": form.uid}
        return {make: made[make]}

    return needs


def meeting(cast: Cast) -> dict[str, object]:
    held = SupervisionMeeting(
        service=cast.service, practitioner=cast.alice, held_on=day(3), minutes=60, supervisor="Ruth"
    )
    return {"meeting": saved(held, by=cast.alice).uid}


def upload(cast: Cast) -> dict[str, object]:
    made = CaseloadUpload.objects.create(service=cast.service, uploaded_by=cast.leda)
    return {"service": cast.service.uid, "upload": made.uid}


def invitation(cast: Cast) -> dict[str, object]:
    made = Invitation(service=cast.service, email="dora@example.org", digest="0" * 64)
    return {"service": cast.service.uid, "invitation": saved(made, by=cast.leda).uid}


def frozen(cast: Cast) -> dict[str, object]:
    made = make_frozen_row(service=cast.service, practitioner=cast.alice, by=cast.alice)
    return {"frozen": made.uid}


def resolution(cast: Cast) -> dict[str, object]:
    made = make_resolution(service=cast.service, practitioner=cast.alice)
    return {"resolution": made.uid}


def target(cast: Cast) -> dict[str, object]:
    return {"target": make_target(service=cast.service, practitioner=cast.alice).uid}


def annual(cast: Cast) -> dict[str, object]:
    return {"service": cast.service.uid, "annual": make_annual_figures(service=cast.service).uid}


def behind(needs: Callable[[Cast], dict[str, object]]) -> Callable[[Cast], dict[str, object]]:
    return lambda cast: {**needs(cast), "figure": "planned_declared"}


ONLY_THE_LEAD = {"alice": 403, "bob": 403, "leda": 200, "charlie": 404}
ALICE_AND_THE_LEAD = {"alice": 200, "bob": 403, "leda": 200, "charlie": 404}
ALICES_CLIENT = {"alice": 200, "bob": 404, "leda": 200, "charlie": 404}
_SERVICE = "service/<uuid:service>/"
_PERSON = f"{_SERVICE}practitioner/<uuid:practitioner>/"
_WHOLE, _OWN = f"{_SERVICE}report/", f"{_PERSON}report/"
_EPISODE, _SESSION = "episode/<uuid:episode>/", "session/<uuid:session>/"
_COMPLETION = "completion/<uuid:completion>/"
_SHEET, _UPLOAD = f"{_PERSON}supervision/", f"{_SERVICE}import/<uuid:upload>/"

# By route, because one name may have several.
PAGES = {
    # To one's own caseload.
    "": Page(url_name="home", answers=dict.fromkeys(PEOPLE, 302)),
    "reports/": Page(url_name="report-list", answers=EVERYBODY),
    # Only right after set-up, for whoever set up.
    "note-key/": Page(url_name="note-key", answers=dict.fromkeys(PEOPLE, 404), is_read_only=False),
    "demonstration/": Page(
        url_name="demonstration-start", answers=EVERYBODY, anonymous=302, is_read_only=False
    ),
    f"{_SERVICE}caseload/": Page(url_name="caseload", answers=ONLY_THE_LEAD, needs=whole),
    f"{_PERSON}caseload/": Page(url_name="caseload", answers=ALICE_AND_THE_LEAD, needs=own),
    f"{_PERSON}client/new/": Page(
        url_name="client-create", answers=ALICE_AND_THE_LEAD, needs=own, is_read_only=False
    ),
    _EPISODE: Page(url_name="episode-detail", answers=ALICES_CLIENT, needs=client_page("episode")),
    **{
        f"{above}{last}/": Page(
            url_name=f"{noun}-{name}",
            answers=ALICES_CLIENT,
            needs=client_page(above.split("/")[0]),
            is_read_only=False,
        )
        for above, last, noun, name in (
            (_EPISODE, "edit", "episode", "edit"),
            (_EPISODE, "pause", "episode", "pause"),
            (_EPISODE, "session/new", "session", "log"),
            (_EPISODE, "end", "episode", "end"),
            (_EPISODE, "leave-out", "episode", "leave-out"),
            (_SESSION, "edit", "session", "edit"),
            (_SESSION, "remove", "session", "remove"),
            (_COMPLETION, "edit", "completion", "edit"),
            (_COMPLETION, "remove", "completion", "remove"),
            (_COMPLETION, "risk", "risk", "write"),
        )
    },
    # The episode of these tests is open: there is nothing to reopen.
    f"{_EPISODE}reopen/": Page(
        url_name="episode-reopen",
        answers=dict.fromkeys(PEOPLE, 404),
        needs=client_page("episode"),
        is_read_only=False,
    ),
    _SHEET: Page(url_name="supervision-sheet", answers=ALICE_AND_THE_LEAD, needs=own),
    f"{_SHEET}pdf/": Page(url_name="supervision-sheet-pdf", answers=ALICE_AND_THE_LEAD, needs=own),
    f"{_SHEET}key/": Page(url_name="supervision-key", answers=ALICE_AND_THE_LEAD, needs=own),
    f"{_SHEET}record/": Page(
        url_name="supervision-record", answers=ALICE_AND_THE_LEAD, needs=own, is_read_only=False
    ),
    f"{_SHEET}log/": Page(url_name="supervision-log", answers=ALICE_AND_THE_LEAD, needs=own),
    "supervision/<uuid:meeting>/edit/": Page(
        url_name="supervision-edit", answers=ALICES_CLIENT, needs=meeting, is_read_only=False
    ),
    f"{_SERVICE}settings/": Page(
        url_name="service-settings", answers=ONLY_THE_LEAD, needs=whole, is_read_only=False
    ),
    f"{_SERVICE}invitation/new/": Page(
        url_name="invitation-create", answers=ONLY_THE_LEAD, needs=whole, is_read_only=False
    ),
    f"{_SERVICE}invitation/<uuid:invitation>/withdraw/": Page(
        url_name="invitation-withdraw",
        answers=ONLY_THE_LEAD,
        needs=invitation,
        is_read_only=False,
    ),
    # A secret that nobody was given; its own tests follow one that somebody was.
    "invitation/<str:token>/": Page(
        url_name="invitation-accept",
        answers=dict.fromkeys(PEOPLE, 404),
        needs=lambda _cast: {"token": "stale-token"},
        anonymous=404,
        is_read_only=False,
    ),
    f"{_SERVICE}import/": Page(
        url_name="import-start", answers=ONLY_THE_LEAD, needs=whole, is_read_only=False
    ),
    f"{_SERVICE}import/template/": Page(
        url_name="import-template", answers=ONLY_THE_LEAD, needs=whole
    ),
    # An upload that has been emptied: its own tests follow one with files.
    **{
        route: Page(
            url_name=name,
            answers={"alice": 403, "bob": 403, "leda": 404, "charlie": 404},
            needs=upload,
            is_read_only=False,
        )
        for route, name in (
            (_UPLOAD, "import-preview"),
            (f"{_UPLOAD}headings/", "import-headings"),
            (f"{_UPLOAD}bad-rows/", "import-bad-rows"),
            (f"{_UPLOAD}undo/", "import-undo"),
        )
    },
    # Only while nobody is there yet; its own tests say what an empty installation answers.
    "start/": Page(
        url_name="practice-create",
        answers=dict.fromkeys(PEOPLE, 404),
        anonymous=404,
        is_read_only=False,
    ),
    _WHOLE: Page(url_name="report-month", answers=ONLY_THE_LEAD, needs=whole),
    _OWN: Page(url_name="report-month", answers=ALICE_AND_THE_LEAD, needs=own),
    f"{_WHOLE}pdf/": Page(url_name="report-month-pdf", answers=ONLY_THE_LEAD, needs=whole),
    f"{_OWN}pdf/": Page(url_name="report-month-pdf", answers=ALICE_AND_THE_LEAD, needs=own),
    f"{_WHOLE}for-good/": Page(
        url_name="report-freeze", answers=ONLY_THE_LEAD, needs=whole, is_read_only=False
    ),
    f"{_OWN}for-good/": Page(
        url_name="report-freeze", answers=ALICE_AND_THE_LEAD, needs=own, is_read_only=False
    ),
    # There is nothing in the report of these tests that its digest would fit: a page says so.
    **{
        f"frozen/<uuid:frozen>/{last}": Page(
            url_name=name,
            answers={"alice": 409, "bob": 404, "leda": 409, "charlie": 404},
            needs=frozen,
        )
        for last, name in (("", "frozen-detail"), ("pdf/", "frozen-pdf"))
    },
    f"{_SERVICE}reports/": Page(
        url_name="report-batch", answers=ONLY_THE_LEAD, needs=whole, is_read_only=False
    ),
    f"{_SERVICE}reports/zip/": Page(
        url_name="report-batch-zip", answers=ONLY_THE_LEAD, needs=whole
    ),
    f"{_SERVICE}resolution/new/": Page(
        url_name="resolution-create", answers=ONLY_THE_LEAD, needs=whole, is_read_only=False
    ),
    f"{_PERSON}resolution/new/": Page(
        url_name="resolution-create", answers=ALICE_AND_THE_LEAD, needs=own, is_read_only=False
    ),
    **{
        f"resolution/<uuid:resolution>/{last}/": Page(
            url_name=f"resolution-{last}",
            answers=ALICES_CLIENT,
            needs=resolution,
            is_read_only=False,
        )
        for last in ("edit", "close")
    },
    "benchmarks/": Page(url_name="benchmark-list", answers=EVERYBODY),
    "benchmarks/<slug:key>/": Page(
        url_name="benchmark-detail",
        answers=EVERYBODY,
        needs=lambda _cast: {"key": next(iter(published())).key},
    ),
    "words/": Page(url_name="word-list", answers=EVERYBODY),
    **{
        f"{above}{last}/": Page(url_name=f"{noun}-list", answers=answers, needs=needs)
        for above, answers, needs in (
            (_SERVICE, ONLY_THE_LEAD, whole),
            (_PERSON, ALICE_AND_THE_LEAD, own),
        )
        for last, noun in (
            ("endings", "ending"),
            ("outcomes", "outcome"),
            ("splits", "split"),
            ("resolutions", "resolution"),
        )
    },
    **{
        f"{above}outcomes/<slug:figure>/": Page(
            url_name="outcome-clients", answers=answers, needs=behind(needs)
        )
        for above, answers, needs in (
            (_SERVICE, ONLY_THE_LEAD, whole),
            (_PERSON, ALICE_AND_THE_LEAD, own),
        )
    },
    **{
        f"{above}target/new/": Page(
            url_name="target-create", answers=answers, needs=needs, is_read_only=False
        )
        for above, answers, needs in (
            (_SERVICE, ONLY_THE_LEAD, whole),
            (_PERSON, ALICE_AND_THE_LEAD, own),
        )
    },
    **{
        f"target/<uuid:target>/{last}/": Page(
            url_name=f"target-{last}", answers=ALICES_CLIENT, needs=target, is_read_only=False
        )
        for last in ("edit", "end")
    },
    f"{_EPISODE}still-open/": Page(
        url_name="episode-still-open",
        answers=ALICES_CLIENT,
        needs=client_page("episode"),
        is_read_only=False,
    ),
    f"{_SERVICE}nhs-year/": Page(
        url_name="annual-import", answers=ONLY_THE_LEAD, needs=whole, is_read_only=False
    ),
    f"{_SERVICE}nhs-year/<uuid:annual>/remove/": Page(
        url_name="annual-remove", answers=ONLY_THE_LEAD, needs=annual, is_read_only=False
    ),
    "questionnaires/": Page(url_name="questionnaire-list", answers=EVERYBODY),
    "questionnaires/<slug:measure>/pdf/": Page(
        url_name="questionnaire-pdf",
        answers=EVERYBODY,
        needs=lambda _cast: {"measure": next(iter(MEASURES))},
    ),
    "healthz": Page(url_name="healthz", answers=EVERYBODY, anonymous=200),
    # Signing in and out is allauth's; these rows say only what is open to strangers.
    "account/login/": Page(
        url_name="account_login",
        answers=dict.fromkeys(PEOPLE, 302),
        anonymous=200,
        is_read_only=False,
    ),
    "account/logout/": Page(url_name="account_logout", answers=EVERYBODY, is_read_only=False),
    "account/inactive/": Page(
        url_name="account_inactive", answers=EVERYBODY, anonymous=200, is_read_only=False
    ),
    "account/reauthenticate/": Page(
        url_name="account_reauthenticate", answers=EVERYBODY, is_read_only=False
    ),
    "account/password/change/": Page(
        url_name="account_change_password", answers=EVERYBODY, is_read_only=False
    ),
    "account/password/reset/": Page(
        url_name="account_reset_password", answers=EVERYBODY, anonymous=200, is_read_only=False
    ),
    "account/password/reset/done/": Page(
        url_name="account_reset_password_done",
        answers=EVERYBODY,
        anonymous=200,
        is_read_only=False,
    ),
    "account/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": Page(
        url_name="account_reset_password_from_key",
        answers=EVERYBODY,
        needs=lambda _cast: {"uidb36": "1", "key": "stale-key"},
        anonymous=200,
        is_read_only=False,
    ),
    "account/password/reset/key/done/": Page(
        url_name="account_reset_password_from_key_done",
        answers=EVERYBODY,
        anonymous=200,
        is_read_only=False,
    ),
}
OWN_PAGES = [route for route, page in PAGES.items() if page.is_read_only]
REPORTS = [_WHOLE, _OWN, f"{_WHOLE}pdf/", f"{_OWN}pdf/"]


def routes(patterns: list[URLPattern | URLResolver], above: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = above + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        else:
            yield route


def test_every_address_has_a_row_here() -> None:
    """Whoever adds a page says here who may open it."""
    found = list(routes(urlpatterns))
    assert set(found) - set(PAGES) == set(), "add a row to PAGES"
    assert set(PAGES) - set(found) == set(), "these rows are about nothing"
    assert len(found) == len(set(found))
    assert len(list(routes(get_resolver().url_patterns))) == len(found)


each_page = pytest.mark.parametrize("route", PAGES, ids=lambda route: route or "first page")
each_own_page = pytest.mark.parametrize("route", OWN_PAGES, ids=lambda route: route or "first page")


@each_page
def test_anonymous(client: Client, cast: Cast, route: str) -> None:
    page = PAGES[route]
    # Once: what the address needs is made anew each time.
    url = page.url(cast)
    answer = client.get(url)
    assert answer.status_code == page.anonymous
    if page.url_name == "account_logout":
        # Nobody to sign out: to the first page, which asks to sign in.
        assert answer["Location"] == "/"
    elif page.anonymous == 302:
        # allauth's own pages quote the way back: compare what they mean.
        where, _, back = answer["Location"].partition("?next=")
        assert where == reverse("account_login")
        assert back.replace("%2F", "/") == url


@each_page
@pytest.mark.parametrize("person", PEOPLE)
def test_signed_in(client: Client, cast: Cast, route: str, person: str) -> None:
    somebody = getattr(cast, person)
    # Nobody signs in without a password, and the account pages rely on one.
    somebody.set_password("a password of one's own")
    somebody.save()
    client.force_login(somebody)
    answer = client.get(PAGES[route].url(cast))
    assert answer.status_code == PAGES[route].answers[person]


@each_own_page
@pytest.mark.parametrize("method", [*WRITING, *READING])
def test_what_is_to_be_read_takes_nothing_else(
    client: Client, cast: Cast, route: str, method: str
) -> None:
    client.force_login(cast.leda)
    answer = getattr(client, method)(PAGES[route].url(cast))
    read = PAGES[route].answers["leda"]
    assert answer.status_code == (read if method in READING else 405)


@each_own_page
@pytest.mark.parametrize("method", WRITING)
def test_a_stranger_learns_nothing_by_writing(
    client: Client, cast: Cast, route: str, method: str
) -> None:
    page = PAGES[route]
    answer = getattr(client, method)(page.url(cast))
    assert answer.status_code == (302 if page.anonymous == 302 else 405)


def url_of(route: str, **parts: object) -> str:
    return reverse(PAGES[route].url_name, kwargs=parts)


@pytest.mark.parametrize("route", [_OWN, f"{_OWN}pdf/"])
def test_nobody_of_that_kind(client: Client, cast: Cast, route: str) -> None:
    """A lead gets 404 for whoever is not of the service; a member the same as for a colleague."""
    for uid in (cast.charlie.uid, uuid.uuid4()):
        url = url_of(route, service=cast.service.uid, practitioner=uid)
        client.force_login(cast.leda)
        assert client.get(url).status_code == 404
        client.force_login(cast.alice)
        assert client.get(url).status_code == 403


@pytest.mark.parametrize("route", REPORTS)
@pytest.mark.parametrize("person", PEOPLE)
def test_no_such_service(client: Client, cast: Cast, route: str, person: str) -> None:
    somebody = getattr(cast, person)
    client.force_login(somebody)
    parts: dict[str, object] = {"service": uuid.uuid4()}
    if "practitioner" in route:
        parts["practitioner"] = somebody.uid
    assert client.get(url_of(route, **parts)).status_code == 404


@pytest.mark.parametrize("route", REPORTS)
def test_one_may_lead_here_and_be_nobody_there(client: Client, cast: Cast, route: str) -> None:
    parts: dict[str, object] = {"service": cast.other_service.uid}
    if "practitioner" in route:
        parts["practitioner"] = cast.charlie.uid
    client.force_login(cast.leda)
    assert client.get(url_of(route, **parts)).status_code == 404


@pytest.mark.parametrize("wrong", ["1", "not-a-uuid", "../../etc", "%00", "0" * 36])
def test_what_is_no_id_is_no_page(client: Client, cast: Cast, wrong: str) -> None:
    client.force_login(cast.leda)
    assert client.get(f"/service/{wrong}/report/").status_code == 404


def test_who_has_left_sees_nothing_more(client: Client, cast: Cast) -> None:
    client.force_login(cast.alice)
    assert client.get(PAGES[_OWN].url(cast)).status_code == 200
    for membership in Membership.objects.filter(practitioner=cast.alice):
        leave(membership)
    assert client.get(PAGES[_OWN].url(cast)).status_code == 404
    client.force_login(cast.leda)
    assert client.get(PAGES[_OWN].url(cast)).status_code == 404


def leave(membership: Any) -> None:
    membership._change_reason = "left"
    membership.delete()


def test_a_closed_account_is_signed_out(client: Client, cast: Cast) -> None:
    client.force_login(cast.alice)
    cast.alice.is_active = False
    cast.alice.save()
    assert client.get("/").status_code == 302
    assert client.get(PAGES[_OWN].url(cast)).status_code == 302


def test_the_list_offers_exactly_what_may_be_opened(client: Client, cast: Cast) -> None:
    one = {"service": cast.service.uid}
    offered = {
        "alice": [url_of(_OWN, **own(cast))],
        "bob": [url_of(_OWN, **one, practitioner=cast.bob.uid)],
        "leda": [
            url_of(_WHOLE, **one),
            *(
                url_of(_OWN, **one, practitioner=person.uid)
                for person in (cast.alice, cast.bob, cast.leda)
            ),
        ],
        "charlie": [url_of(_OWN, service=cast.other_service.uid, practitioner=cast.charlie.uid)],
    }
    everything = {url for urls in offered.values() for url in urls}
    for person, urls in offered.items():
        client.force_login(getattr(cast, person))
        page = client.get("/reports/").content.decode()
        assert {url for url in everything if f'href="{url}"' in page} == set(urls), person
        for url in urls:
            assert client.get(url).status_code == 200


def test_somebody_without_a_practice_is_told_so(client: Client, db: None) -> None:
    client.force_login(make_practitioner(email="nomad@example.org"))
    assert "You do not belong to a practice yet" in client.get("/").content.decode()


def test_in_a_practice_of_one_there_is_one_report(client: Client, db: None) -> None:
    service = make_service(name="Alone")
    person = make_practitioner(email="one@example.org", service=service, role=Role.LEAD)
    client.force_login(person)
    page = client.get("/reports/").content.decode()
    assert page.count(url_of(_OWN, service=service.uid, practitioner=person.uid)) == 1
    assert url_of(_WHOLE, service=service.uid) not in page
    assert client.get(url_of(_WHOLE, service=service.uid)).status_code == 200
