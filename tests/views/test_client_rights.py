"""What a client may ask for, page by page: who may, what is said before, what is stored, what is refused."""

import datetime as dt
import io
import json
import zipfile
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from practice.actions.erasure import ErasureReason, erase_client
from practice.actions.versions import version_of
from practice.models import AuditEntry, Client, Deed, Role, Supervising
from practice.views.client_access import find_client_to_change
from tests.cast import (
    Cast,
    day,
    hand_over,
    make_client,
    make_completion,
    make_episode,
    make_practitioner,
    make_resolution,
    make_session,
    make_target,
    saved,
)
from tests.reports.reading import words_of

pytestmark = pytest.mark.django_db
NAMES = ("copy", "copy-pdf", "copy-data", "consent", "hold", "erase")


@pytest.fixture
def erin(cast: Cast) -> Client:
    """One ended episode with two scores, in the figures."""
    client = make_client(service=cast.service, reference="E-1", by=cast.alice)
    episode = make_episode(
        client=client, holder=cast.alice, ended_on=day(30), ending="agreed_at_end", note="ptarmigan"
    )
    for on, total in ((7, 15), (14, 6)):
        make_completion(
            of=make_session(episode=episode, held_on=day(on), by=cast.alice),
            total=total,
            by=cast.alice,
        )
    return client


def url(name: str, client: Client) -> str:
    return reverse(f"client-{name}", args=[client.uid])


def text(browser: Browser, name: str, client: Client) -> str:
    answer = browser.get(url(name, client))
    assert answer.status_code == 200
    return answer.content.decode()


def send(browser: Browser, name: str, client: Client, given: dict[str, str]) -> Any:
    """Send a form as somebody who has seen what is stored, and follow it."""
    return browser.post(url(name, client), given | {"version": version_of(client)}, follow=True)


def said(answer: Any) -> str:
    return " ".join(str(message) for message in answer.context["messages"])


# --- Who may


@pytest.mark.parametrize("name", NAMES)
def test_the_holder_and_a_lead_who_may_read_clients(
    client: Browser, cast: Cast, erin: Client, name: str
) -> None:
    sunniva = make_practitioner(
        email="sunniva@example.org", service=cast.service, role=Role.SUPERVISOR
    )
    saved(
        Supervising(
            service=cast.service, supervisor=sunniva, practitioner=cast.alice, since=day(0)
        ),
        by=cast.leda,
    )
    admin = make_practitioner(
        email="ada@example.org", service=cast.service, role=Role.ADMINISTRATOR
    )
    for person, status in (
        (cast.alice, 200),
        (cast.bob, 404),
        (cast.leda, 200),
        (cast.charlie, 404),
        (sunniva, 403),
        (admin, 404),
    ):
        client.force_login(person)
        assert client.get(url(name, erin)).status_code == status, person
        if status != 200:
            assert client.post(url(name, erin), {"withdraw": "1"}).status_code in {status, 405}
    client.logout()
    assert client.get(url(name, erin)).status_code == 302
    cast.service.lead_reads_clients = False
    saved(cast.service, by=cast.leda)
    client.force_login(cast.leda)
    assert client.get(url(name, erin)).status_code == 404


def test_after_a_hand_over_the_new_holder_answers_for_all(
    client: Browser, cast: Cast, erin: Client
) -> None:
    hand_over(episode=erin.episodes.get(), to=cast.bob, on=day(31))
    client.force_login(cast.alice)
    assert client.get(url("copy", erin)).status_code == 404
    # Who holds one of several episodes answers for the client, and is no reader to be written down.
    make_episode(client=erin, holder=cast.alice, referred_on=day(60))
    for person in (cast.alice, cast.bob):
        client.force_login(person)
        page = text(client, "copy", erin)
        assert "episode 2" in page
        # What a colleague wrote is the client's too: said before it is made.
        assert "1 episode that you do not hold" in page
    assert not AuditEntry.objects.filter(deed=Deed.READ).exists()
    client.force_login(cast.leda)
    text(client, "copy", erin)
    assert AuditEntry.objects.get(deed=Deed.READ).subject == erin.uid


def test_the_client_s_page_leads_there(client: Browser, cast: Cast, erin: Client) -> None:
    client.force_login(cast.alice)
    page = client.get(reverse("episode-detail", args=[erin.episodes.get().uid])).content.decode()
    assert url("copy", erin) in page
    for name in ("consent", "hold", "erase", "copy-pdf", "copy-data"):
        assert url(name, erin) in text(client, "copy", erin)


# --- A copy


def test_a_copy_to_read(client: Browser, cast: Cast, erin: Client) -> None:
    client.force_login(cast.alice)
    answer = client.get(url("copy-pdf", erin))
    assert answer["Content-Type"] == "application/pdf"
    assert "E-1" not in answer["Content-Disposition"]
    assert answer["Content-Disposition"].endswith(f'-{erin.uid.hex[:8]}.pdf"')
    assert "ptarmigan" in words_of(answer.content)
    entry = AuditEntry.objects.get(deed=Deed.EXPORTED)
    assert (entry.who, entry.subject, entry.detail) == (
        cast.alice.uid,
        erin.uid,
        "client-copy-pdf",
    )


def test_a_copy_as_data(client: Browser, cast: Cast, erin: Client) -> None:
    client.force_login(cast.alice)
    answer = client.get(url("copy-data", erin))
    assert "E-1" not in answer["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.namelist() == ["client.json", "keys.txt", "episodes.csv", "sessions.csv"]
        found = json.loads(archive.read("client.json"))
        assert "E-1" in archive.read("episodes.csv").decode("utf-8-sig")
    assert found["client"]["reference"] == "E-1"
    assert found["made_by"] == "Alice"
    assert AuditEntry.objects.get(deed=Deed.EXPORTED).detail == "client-copy-data"


@pytest.mark.parametrize(
    ("years", "says"),
    [
        (None, "No period is set here yet."),
        (1, "Kept until"),
        (50, "Kept until"),
    ],
)
def test_until_when_it_is_kept(
    client: Browser, cast: Cast, erin: Client, years: int | None, says: str
) -> None:
    cast.service.retention_years = years
    saved(cast.service, by=cast.leda)
    client.force_login(cast.alice)
    page = text(client, "copy", erin)
    due = day(30).replace(year=day(30).year + (years or 0)) <= timezone.localdate()
    assert ("Due to be erased since" if years and due else says) in page
    if years:
        make_episode(client=erin, holder=cast.alice, referred_on=day(60))
        assert "An episode is open" in text(client, "copy", erin)


# --- Consent


def test_consent_given_then_withdrawn_then_taken_back(
    client: Browser, cast: Cast, erin: Client
) -> None:
    client.force_login(cast.alice)
    detail = reverse("episode-detail", args=[erin.episodes.get().uid])
    assert "Consent to the figures" not in client.get(detail).content.decode()
    page = text(client, "consent", erin)
    assert "1 ending leaves the figures" in page
    assert "Reports made for good keep" in page

    answer = send(client, "consent", erin, {"consent": "1", "consented_on": str(day(1))})
    assert "Stored." in said(answer)
    assert "given on 6 January 2026" in client.get(detail).content.decode()
    # Another day takes a reason; what was typed is kept.
    answer = send(client, "consent", erin, {"consent": "1", "consented_on": str(day(2))})
    assert "Say in a few words why." in answer.content.decode()
    assert str(day(2)) in answer.content.decode()
    send(client, "consent", erin, {"consent": "1", "consented_on": str(day(2)), "reason": "a slip"})
    erin.refresh_from_db()
    assert erin.consented_on == day(2)

    answer = send(client, "consent", erin, {"withdraw": "1", "withdrew_on": str(day(1))})
    assert "Before consent was given" in answer.content.decode()
    for _ in range(2):
        answer = send(client, "consent", erin, {"withdraw": "1", "withdrew_on": str(day(40))})
    assert "0 episodes left the figures" in said(answer)
    assert erin.episodes.get().left_out == "consent_withdrawn"
    shown = client.get(detail).content.decode()
    assert "withdrawn on 14 February 2026" in shown
    assert "in the figures all the same" not in shown
    assert "Back into the figures:" in text(client, "consent", erin)

    answer = send(client, "consent", erin, {"take_back": "1", "reason": ""})
    assert "Say in a few words why." in answer.content.decode()
    answer = send(client, "consent", erin, {"take_back": "1", "reason": "thought again"})
    assert "1 episode came back into the figures" in said(answer)
    answer = send(client, "consent", erin, {"take_back": "1", "reason": "twice"})
    assert answer.status_code == 200
    erin.refresh_from_db()
    assert (erin.withdrew_on, erin.episodes.get().left_out) == (None, "")


def test_what_is_in_the_figures_after_a_withdrawal_is_said_and_left_out(
    client: Browser, cast: Cast, erin: Client
) -> None:
    client.force_login(cast.alice)
    send(client, "consent", erin, {"withdraw": "1", "withdrew_on": str(day(40))})
    # As a file brings it in.
    new = make_episode(client=erin, holder=cast.alice, referred_on=day(60))
    detail = client.get(reverse("episode-detail", args=[new.uid])).content.decode()
    assert "this episode is in the figures all the same" in detail
    assert "Still in the figures:" in text(client, "consent", erin)
    send(client, "consent", erin, {"withdraw": "1", "withdrew_on": str(day(40))})
    new.refresh_from_db()
    assert new.left_out == "consent_withdrawn"
    assert "Every episode of the client is left out" in text(client, "consent", erin)


def test_who_comes_back_is_left_out_too(client: Browser, cast: Cast, erin: Client) -> None:
    client.force_login(cast.alice)
    send(client, "consent", erin, {"withdraw": "1", "withdrew_on": str(day(40))})
    create = reverse("client-create", args=[cast.service.uid, cast.alice.uid])
    answer = client.post(
        create,
        {"reference": "E-1", "referred_on": str(day(60)), "same_client": str(erin.uid)},
        follow=True,
    )
    assert "has withdrawn consent" in said(answer)
    assert erin.episodes.get(number=2).left_out == "consent_withdrawn"


@pytest.mark.parametrize("name", ["consent", "hold", "erase"])
@pytest.mark.parametrize(
    "junk",
    [
        {},
        {"withdraw": "", "withdrew_on": "31/31/2026"},
        {"consent": "x", "consented_on": "2999-01-01"},
        {"end": "", "reason": "x" * 4000},
        {"held_on": "\x00", "hold_reason": "\x00"},
        {"typed": "\x00", "erase_reason": "other"},
    ],
)
def test_junk_is_refused_beside_its_field_and_stores_nothing(
    client: Browser, cast: Cast, erin: Client, name: str, junk: dict[str, str]
) -> None:
    client.force_login(cast.alice)
    assert client.post(url(name, erin), junk).status_code == 200
    assert Client.history.filter(id=erin.pk).count() == 1


# --- A hold


def test_a_hold_stops_erasing_until_it_is_ended(client: Browser, cast: Cast, erin: Client) -> None:
    client.force_login(cast.alice)
    given = {"held_on": str(day(50)), "hold_reason": "A complaint\nof 3 March"}
    answer = send(client, "hold", erin, given)
    assert "nothing of this client is erased" in said(answer)
    assert "A complaint<br>of 3 March" in answer.content.decode()
    answer = send(client, "hold", erin, given | {"hold_reason": "Another"})
    assert "stands already" in answer.content.decode()
    page = text(client, "erase", erin)
    assert "A legal hold stands since 24 February 2026" in page
    assert "Erase for ever" not in page
    answer = client.post(url("erase", erin), {"typed": "E-1", "erase_reason": "client_asked"})
    assert "end it first" in answer.content.decode()
    assert Client.objects.filter(pk=erin.pk).exists()
    assert (
        "Legal hold"
        in client.get(reverse("episode-detail", args=[erin.episodes.get().uid])).content.decode()
    )
    answer = send(client, "hold", erin, {"end": "1", "reason": ""})
    assert "Say in a few words why." in answer.content.decode()
    send(client, "hold", erin, {"end": "1", "reason": "settled"})
    assert "Erase for ever" in text(client, "erase", erin)


# --- Erasure


def test_what_goes_and_what_stays_is_said_first(client: Browser, cast: Cast, erin: Client) -> None:
    make_resolution(
        service=cast.service, practitioner=cast.alice, will_try="See E-1 sooner", expects=""
    )
    make_target(service=cast.service, practitioner=None, why="as with e-1", by=cast.leda)
    make_target(service=cast.service, practitioner=cast.alice, why="E-11")
    client.force_login(cast.alice)
    page = " ".join(text(client, "erase", erin).split())
    for said_first in (
        "1 episode, 2 sessions and 2 forms",
        "1 ending and 0 open episodes of this client leave the figures",
        "so it does in 2 resolutions or targets",
        "Backups still hold the client.",
        "Reports made for good keep their counts",
        "No retention period is set here.",
        "UK GDPR, article 17(3)",
    ):
        assert said_first in page, said_first
    assert "Is it this client?" not in page
    assert "no more than a number or a word" not in page


def test_a_reference_that_could_be_a_number_is_pointed_at(
    client: Browser, cast: Cast, erin: Client
) -> None:
    erin.reference = "12"
    saved(erin, by=cast.alice)
    make_resolution(
        service=cast.service, practitioner=cast.alice, will_try="12 sessions", expects="E-1 stays"
    )
    client.force_login(cast.alice)
    page = " ".join(text(client, "erase", erin).split())
    # The reference that the client had before is told by itself.
    assert "so it does in 1 resolution or target;" in page
    assert "“12” in 1 resolution or target" in page


def test_whose_therapy_goes_along_is_said_first(client: Browser, cast: Cast, erin: Client) -> None:
    make_episode(client=erin, holder=cast.bob, referred_on=day(60))
    client.force_login(cast.alice)
    page = " ".join(text(client, "erase", erin).split())
    assert "1 episode of this client is open. Bob holds an episode of this client too" in page
    assert "Alice" not in page[page.index("Is it this client?") : page.index("Ask first.")]


@pytest.mark.parametrize(("years", "says"), [(50, "Not due:"), (1, "since")])
def test_whether_it_is_due_is_said_before_it_is_erased(
    client: Browser, cast: Cast, years: int, says: str
) -> None:
    old = make_client(service=cast.service, by=cast.alice)
    make_episode(
        client=old,
        holder=cast.alice,
        referred_on=dt.date(2020, 1, 6),
        ended_on=dt.date(2020, 2, 3),
    )
    cast.service.retention_years = years
    saved(cast.service, by=cast.leda)
    client.force_login(cast.alice)
    page = " ".join(text(client, "erase", old).split())
    before = page[page.index("Before you do") : page.index("Somebody who asks")]
    assert says in before
    assert f"3 February {2020 + years}" in before


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"typed": "e-1", "erase_reason": "client_asked"}, "not the client&#x27;s reference"),
        ({"typed": "", "erase_reason": "client_asked"}, "Type the reference"),
        ({"typed": "E-1", "erase_reason": ""}, "Choose why"),
    ],
)
def test_without_the_reference_and_a_reason_nothing_is_erased(
    client: Browser, cast: Cast, erin: Client, given: dict[str, str], says: str
) -> None:
    client.force_login(cast.alice)
    assert says in client.post(url("erase", erin), given).content.decode()
    assert Client.objects.filter(pk=erin.pk).exists()


def test_erased_and_said_so_and_a_second_click_says_it_is_done(
    client: Browser, cast: Cast, erin: Client
) -> None:
    client.force_login(cast.alice)
    given = {"typed": "E-1", "erase_reason": "retention_over"}
    answer = client.post(url("erase", erin), given)
    assert answer["Location"] == reverse("home")
    assert not Client.objects.filter(pk=erin.pk).exists()
    answer = client.post(url("erase", erin), given)
    assert answer["Location"] == reverse("home")
    page = client.get(reverse("home"), follow=True).content.decode()
    assert "The client is erased" in page
    assert "erased already" in page
    assert "E-1" not in page
    assert AuditEntry.objects.get(deed=Deed.ERASED).detail == "retention_over"
    # To everybody else there was never anybody.
    client.force_login(cast.leda)
    assert client.post(url("erase", erin), given).status_code == 404
    assert client.get(url("copy", erin)).status_code == 404


@pytest.fixture
def erased_meanwhile(cast: Cast, erin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else erases between the reading of a form and its storing."""
    found = find_client_to_change

    def find(request: Any, uid: Any) -> Client:
        person = found(request, uid)
        reason = ErasureReason.CLIENT_ASKED
        erase_client(client=erin, reason=reason, by=cast.leda, now=timezone.now())
        return person

    monkeypatch.setattr("practice.views.client_consent.find_client_to_change", find)


@pytest.mark.usefixtures("erased_meanwhile")
@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("consent", {"consent": "1", "consented_on": "2026-01-06"}),
        ("consent", {"withdraw": "1", "withdrew_on": "2026-01-06"}),
        ("consent", {"take_back": "1", "reason": "x"}),
        ("hold", {"held_on": "2026-01-06", "hold_reason": "A claim"}),
        ("hold", {"end": "1", "reason": "x"}),
    ],
)
def test_what_was_erased_under_an_open_page_is_said(
    client: Browser, cast: Cast, erin: Client, name: str, given: dict[str, str]
) -> None:
    client.force_login(cast.alice)
    answer = send(client, name, erin, given)
    assert answer.status_code == 200
    assert "erased already" in said(answer)


def test_one_episode_is_not_taken_in_past_a_withdrawal(
    client: Browser, cast: Cast, erin: Client
) -> None:
    client.force_login(cast.alice)
    send(client, "consent", erin, {"withdraw": "1", "withdrew_on": str(day(40))})
    episode = erin.episodes.get()
    address = reverse("episode-leave-out", args=[episode.uid])
    answer = client.post(
        address, {"take_in": "1", "reason": "counts", "version": version_of(episode)}, follow=True
    )
    assert "take the withdrawal back first" in answer.content.decode()
    episode.refresh_from_db()
    assert episode.left_out == "consent_withdrawn"


def test_two_clicks_at_once(
    client: Browser, cast: Cast, erin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second was let in while the first was still at it."""
    first = erase_client

    def twice(**given: Any) -> Any:
        first(**given)
        return first(**given)

    monkeypatch.setattr("practice.views.client_rights.erase_client", twice)
    client.force_login(cast.alice)
    answer = client.post(
        url("erase", erin), {"typed": "E-1", "erase_reason": "client_asked"}, follow=True
    )
    assert "erased already" in said(answer)


@pytest.mark.parametrize("name", ["copy", "consent", "hold", "erase", "copy-pdf", "copy-data"])
def test_the_number_of_queries_does_not_grow_with_the_sessions(
    client: Browser,
    cast: Cast,
    erin: Client,
    name: str,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    episode = erin.episodes.get()
    for number in range(31, 51):
        session = make_session(
            episode=episode, held_on=day(number), kind="follow_up", by=cast.alice
        )
        make_completion(of=session, by=cast.alice)
    client.force_login(cast.alice)
    with django_assert_max_num_queries(60):
        client.get(url(name, erin))
