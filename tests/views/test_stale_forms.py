"""Every form that edits what is stored: a stale one is refused, shows both versions, and loses neither."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import pytest
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from practice.actions.erasure import ErasureReason, erase_client
from practice.models import Episode, MeasureCompletion, RiskResponse, Session
from tests.access_pages import PAGES
from tests.cast import (
    Cast,
    make_agreement,
    make_client,
    make_completion,
    make_episode,
    make_meeting,
    make_resolution,
    make_risk_response,
    make_session,
    make_target,
    saved,
)
from tests.views.shown import as_shown

pytestmark = pytest.mark.django_db

REFUSED = "while the page was open"


def squeezed(answer: Any) -> str:
    return " ".join(unescape(answer.content.decode()).split())


def in_days(number: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=number)


def own_episode(cast: Cast, **fields: Any) -> Episode:
    client = make_client(service=cast.service, reference="C-9", by=cast.alice)
    return make_episode(client=client, holder=cast.alice, referred_on=in_days(-40), **fields)


@dataclass(frozen=True, kw_only=True)
class Case:
    """A page that alice has open. mine: what she types, theirs: what leda stores meanwhile.

    both: a field of which they are two versions. left: another of leda's, which alice left alone.
    in_form: by what name alice's page calls a field of the row.
    """

    row: Callable[[Cast], Any]
    url_name: str
    mine: dict[str, str]
    theirs: Mapping[str, Any]
    both: str
    left: str
    address_of: Callable[[Any], Any] = lambda row: row
    in_form: Callable[[Any, str], str] = lambda _row, name: name
    buttons: tuple[dict[str, str], ...] = ({},)
    words: Mapping[str, str] = field(default_factory=dict)

    def typed(self, row: Any) -> dict[str, str]:
        """What alice types, by the names of her page's fields."""
        if self.url_name != "supervision-edit":
            return self.mine
        return {self.in_form(row, name): value for name, value in self.mine.items()}


def a_session(cast: Cast) -> Session:
    return make_session(episode=own_episode(cast), held_on=in_days(-9), by=cast.alice, minutes=50)


def a_score_of_a_session(cast: Cast) -> MeasureCompletion:
    return make_completion(of=a_session(cast), total=12, by=cast.alice)


def a_lone_form(cast: Cast) -> MeasureCompletion:
    return make_completion(of=own_episode(cast), on=in_days(-9), total=12, by=cast.alice)


def a_response(cast: Cast) -> RiskResponse:
    form = make_completion(of=own_episode(cast), on=in_days(-9), answers="--------2", total=12)
    return make_risk_response(to=form, by=cast.alice, asked="At first", done="At first")


def an_agreement(cast: Cast) -> Any:
    meeting = make_meeting(service=cast.service, practitioner=cast.alice, held_on=in_days(-3))
    return make_agreement(meeting=meeting, episode=own_episode(cast), agreed="At first")


def an_ended_episode(cast: Cast) -> Episode:
    return own_episode(cast, ended_on=in_days(-2), ending="crisis")


CASES = {
    "service-settings": Case(
        row=lambda cast: cast.service,
        url_name="service-settings",
        mine={"usual_minutes": "45"},
        theirs={"usual_minutes": 40, "usual_medium": "video"},
        both="usual_minutes",
        left="usual_medium",
    ),
    "resolution-edit": Case(
        row=lambda cast: make_resolution(service=cast.service, practitioner=cast.alice),
        url_name="resolution-edit",
        mine={"will_try": "Of alice"},
        theirs={"will_try": "Of leda", "expects": "More of leda"},
        both="will_try",
        left="expects",
    ),
    "target-edit": Case(
        row=lambda cast: make_target(service=cast.service, practitioner=cast.alice),
        url_name="target-edit",
        mine={"percent": "75"},
        theirs={"percent": 65, "why": "Words of leda"},
        both="percent",
        left="why",
        words={"65": "65.0"},
    ),
    "episode-edit": Case(
        row=own_episode,
        url_name="episode-edit",
        mine={"source": "Of alice"},
        theirs={"source": "Of leda", "note": "A note of leda"},
        both="source",
        left="note",
    ),
    "episode-pause": Case(
        row=lambda cast: own_episode(cast, paused_until=in_days(5), pause_reason="At first"),
        url_name="episode-pause",
        mine={"why": "Of alice"},
        theirs={"pause_reason": "Of leda", "paused_until": in_days(9)},
        both="pause_reason",
        left="paused_until",
        in_form=lambda _row, name: {"pause_reason": "why", "paused_until": "until"}[name],
    ),
    "episode-end": Case(
        row=an_ended_episode,
        url_name="episode-end",
        mine={"found": "Of alice"},
        theirs={"found": "Of leda", "ended_on": in_days(-1), "ending": "loss_of_contact"},
        both="found",
        left="ending",
        buttons=({"look": "1"}, {"end": "1"}),
        words={"loss_of_contact": "due to loss of contact"},
    ),
    "session-edit": Case(
        row=a_session,
        url_name="session-edit",
        mine={"minutes": "45"},
        theirs={"minutes": 60, "note": "A note of leda"},
        both="minutes",
        left="note",
    ),
    "session-edit, a score": Case(
        row=a_score_of_a_session,
        url_name="session-edit",
        mine={"phq9-total": "14"},
        theirs={"total": 16, "mode": "self"},
        both="total",
        left="mode",
        address_of=lambda form: form.session,
        in_form=lambda _row, name: {"total": "phq9-total", "mode": "mode"}[name],
        words={"self": "entered by the client"},
    ),
    "completion-edit": Case(
        row=a_lone_form,
        url_name="completion-edit",
        mine={"phq9-total": "14"},
        theirs={"total": 16, "completed_on": in_days(-8)},
        both="total",
        left="completed_on",
        in_form=lambda _row, name: {"total": "phq9-total", "completed_on": "date"}[name],
    ),
    "risk-write": Case(
        row=a_response,
        url_name="risk-write",
        mine={"asked": "Of alice"},
        theirs={"asked": "Of leda", "done": "Done by leda"},
        both="asked",
        left="done",
        address_of=lambda response: response.completion,
    ),
    "supervision-edit": Case(
        row=an_agreement,
        url_name="supervision-edit",
        mine={"agreed": "Of alice"},
        theirs={"agreed": "Of leda", "due_on": in_days(20)},
        both="agreed",
        left="due_on",
        address_of=lambda agreement: agreement.meeting,
        in_form=lambda agreement, name: f"{agreement.episode.uid}-{name}",
    ),
}

# Of each of these test_two_versions says more: which of two versions may be stored differs.
ELSEWHERE = {"member-role", "client-consent", "client-hold", "episode-leave-out", "episode-reopen"}
# Every other address that takes a POST, and why there is no newer version for it to lose.
NOTHING_TO_LOSE = {
    "adds a row, once": {
        "client-create",
        "session-log",
        "supervision-record",
        "resolution-create",
        "target-create",
        "invitation-create",
        "invitation-accept",
        "supervising-create",
        "practice-create",
        "report-freeze",
        "report-batch",
        "annual-import",
        "import-start",
        "import-headings",
        "import-preview",
        "backup-make",
        "demonstration-start",
        "note-key",
        "member-list",
    },
    "one way only, told where it was done already": {
        "episode-still-open",
        "resolution-close",
        "target-end",
        "supervising-end",
        "invitation-withdraw",
        "member-leave",
        "annual-remove",
        "import-undo",
        "client-erase",
    },
    "says what was changed, and takes back only what was seen": {
        "session-remove",
        "completion-remove",
    },
    "one's own account": {"security"},
}


def test_every_page_that_takes_something_is_told_of() -> None:
    taking = {
        page.url_name
        for page in PAGES.values()
        if not page.is_read_only and not page.url_name.startswith(("account_", "mfa_"))
    }
    known = {case.url_name for case in CASES.values()} | ELSEWHERE
    others = set().union(*NOTHING_TO_LOSE.values())
    assert not known & others
    assert taking == known | others


def fresh(row: models.Model) -> Any:
    return type(row)._default_manager.get(pk=row.pk)


def said(case: Case, value: Any) -> str:
    return case.words.get(str(value), str(value))


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("quicker", ["leda", "alice"])
def test_both_versions_and_nothing_lost(
    client: Client, cast: Cast, name: str, quicker: str
) -> None:
    """By somebody else, and by the same person in another tab."""
    case = CASES[name]
    row = case.row(cast)
    person = cast.leda if name == "service-settings" else cast.alice
    address = reverse(case.url_name, args=[case.address_of(row).uid])
    client.force_login(person)
    page = as_shown(client.get(address))
    typed = case.typed(row)
    for key, value in case.theirs.items():
        setattr(row, key, value)
    other = cast.leda if quicker == "leda" else person
    saved(row, by=other)
    kept = fresh(row).history.count()

    answer = client.post(address, page | typed | case.buttons[-1])
    words = squeezed(answer)
    assert answer.status_code == 200
    assert REFUSED in words
    if not name.startswith(("session", "completion")):
        who = "you, on another page" if other == person else "Leda"
        assert f"Changed by {who}" in words
    # What alice typed beside what leda stored, and what leda stored besides.
    (mine,) = case.mine.values()
    both = f"<td><p>{mine}</p></td> <td><p>{said(case, case.theirs[case.both])}</p></td> <td>yours"
    assert both in words
    left = said(case, case.theirs[case.left])
    assert f"<td><p>{left}</p></td> <td>as stored now" in words
    assert fresh(row).history.count() == kept
    # The form has both, and can be saved knowingly.
    form = as_shown(answer)
    assert form[case.in_form(row, case.both)] == mine
    for button in case.buttons:
        answer = client.post(address, as_shown(answer) | {"reason": "both looked at"} | button)
    assert answer.status_code == 302, squeezed(answer)
    stored = fresh(row)
    assert str(getattr(stored, case.both)) in {mine, f"{mine}.0", f"{mine}.00"}
    assert getattr(stored, case.left) == case.theirs[case.left]


@pytest.mark.parametrize("name", CASES)
def test_two_clicks_are_no_quarrel(client: Client, cast: Cast, name: str) -> None:
    case = CASES[name]
    row = case.row(cast)
    person = cast.leda if name == "service-settings" else cast.alice
    address = reverse(case.url_name, args=[case.address_of(row).uid])
    client.force_login(person)
    typed = case.typed(row)
    answer = client.get(address)
    for button in case.buttons:
        sent = as_shown(answer) | typed | button
        answer = client.post(address, sent)
    assert answer.status_code == 302, squeezed(answer).partition("<main")[2]
    kept = fresh(row).history.count()
    assert client.post(address, sent).status_code == 302
    assert fresh(row).history.count() == kept


@pytest.mark.parametrize("name", CASES)
def test_a_version_that_never_was_stores_nothing(client: Client, cast: Cast, name: str) -> None:
    case = CASES[name]
    row = case.row(cast)
    address = reverse(case.url_name, args=[case.address_of(row).uid])
    client.force_login(cast.leda if name == "service-settings" else cast.alice)
    page = as_shown(client.get(address))
    typed = case.typed(row)
    kept = fresh(row).history.count()
    for version in ("", "x", "0-0", "\u0662-1", "9" * 40, "1-1-1"):
        forged = {"version": version, "seen": version}
        answer = client.post(address, page | typed | forged | case.buttons[-1])
        assert answer.status_code == 200, version
        assert fresh(row).history.count() == kept, version


# --- What is not there any more

OF_A_SESSION = ("session-edit", "session-edit, a score")
OF_A_FORM = ("completion-edit", "risk-write")
OF_AN_EPISODE = ("episode-edit", "episode-pause", "episode-end")


def taken_back(row: models.Model, *, by: Any) -> None:
    """With everything that hangs on it, as the pages and the undoing of an import do."""
    kept: Any = row
    if isinstance(row, Episode):
        for holding in row.holdings.all():
            holding.delete()
    if isinstance(row, MeasureCompletion):
        RiskResponse.objects.filter(completion=row).delete_all(
            by=by, why="undone", now=timezone.now()
        )
    if isinstance(row, Session):
        for form in row.completions.all():
            form.delete()
    kept._history_user = by
    row.delete()


@pytest.mark.parametrize("name", [*OF_A_SESSION, *OF_A_FORM, *OF_AN_EPISODE])
def test_taken_back_meanwhile(client: Client, cast: Cast, name: str) -> None:
    """A session taken back, an import undone: it is said, and what was typed can be copied."""
    case = CASES[name]
    row = case.row(cast)
    of = case.address_of(row)
    address = reverse(case.url_name, args=[of.uid])
    client.force_login(cast.alice)
    page = as_shown(client.get(address))
    taken_back(of, by=cast.leda)
    answer = client.post(address, page | case.mine | case.buttons[-1])
    words = squeezed(answer)
    assert answer.status_code == 409
    assert "It was taken away while the page was open: Leda, " in words
    (mine,) = case.mine.values()
    assert f"<dd>{mine}</dd>" in words
    assert not type(of)._default_manager.filter(pk=of.pk).exists()
    # A page that is only opened is not there, nor is anything for somebody else.
    assert client.get(address).status_code == 404
    client.force_login(cast.charlie)
    assert client.post(address, page | case.mine).status_code == 404
    client.force_login(cast.bob)
    assert client.post(address, page | case.mine).status_code == 404


@pytest.mark.parametrize("name", [*OF_A_SESSION, *OF_A_FORM, *OF_AN_EPISODE])
def test_erased_meanwhile(client: Client, cast: Cast, name: str) -> None:
    """Of a client who was erased nothing is known any more, and nothing comes back."""
    case = CASES[name]
    row = case.row(cast)
    address = reverse(case.url_name, args=[case.address_of(row).uid])
    client.force_login(cast.alice)
    page = as_shown(client.get(address))
    (erased,) = cast.service.clients.all()
    erase_client(client=erased, reason=ErasureReason.CLIENT_ASKED, by=cast.leda, now=timezone.now())
    assert client.post(address, page | case.mine | case.buttons[-1]).status_code == 404
    assert not Episode.objects.exists()
    history: Any = Episode
    assert not history.history.exists()


def test_ended_and_reopened_meanwhile(client: Client, cast: Cast) -> None:
    episode = own_episode(cast)
    make_session(episode=episode, held_on=in_days(-9), by=cast.alice)
    pause, end = (reverse(f"episode-{name}", args=[episode.uid]) for name in ("pause", "end"))
    client.force_login(cast.alice)
    paused, ending = as_shown(client.get(pause)), as_shown(client.get(end))
    episode.ended_on, episode.ending = in_days(-1), "crisis"
    saved(episode, by=cast.leda)
    # A pause: it is said, and what was typed stays.
    mine = {"until": in_days(9).isoformat(), "why": "An operation"}
    words = squeezed(client.post(pause, paused | mine))
    assert "This therapy has ended" in words
    assert "An operation" in words
    # An end of one's own: both ways to end stand side by side.
    mine = {"ending": "loss_of_contact", "found": "Of alice", "end": "1"}
    words = squeezed(client.post(end, ending | mine))
    assert (
        "<td><p>due to loss of contact</p></td> <td><p>due to a crisis</p></td> <td>yours" in words
    )
    assert "Of alice" in words
    reopen = reverse("episode-reopen", args=[episode.uid])
    seen = as_shown(client.get(reopen))
    # The ending that was looked at is not the one that stands: it is not taken back unseen.
    episode.ending = "loss_of_contact"
    saved(episode, by=cast.leda)
    answer = client.post(reopen, seen | {"reason": "came back"})
    words = squeezed(answer)
    assert "Stored now: ended on" in words
    assert "loss of contact" in words
    assert as_shown(answer)["reason"] == "came back"
    assert fresh(episode).ended_on is not None
    stale = as_shown(client.get(end))
    assert client.post(reopen, as_shown(answer)).status_code == 302
    assert fresh(episode).ended_on is None
    # Opened again while its ending was being put right.
    words = squeezed(client.post(end, stale | {"found": "More of alice", "end": "1"}))
    assert "Ended on</th>" in words
    assert "<td><p>empty</p></td> <td>" in words
    assert "More of alice" in words
    assert fresh(episode).ended_on is None


def test_left_out_for_another_reason_meanwhile(client: Client, cast: Cast) -> None:
    now = timezone.now()
    episode = own_episode(cast, left_out="test_record", left_out_at=now, left_out_by=cast.alice)
    address = reverse("episode-leave-out", args=[episode.uid])
    client.force_login(cast.alice)
    page = as_shown(client.get(address)) | {"take_in": "1", "reason": "Of alice"}
    episode.left_out = "couple_or_family"
    saved(episode, by=cast.leda)
    answer = client.post(address, page)
    assert "Stored now: left out: " in squeezed(answer)
    assert as_shown(answer)["reason"] == "Of alice"
    assert fresh(episode).left_out == "couple_or_family"
    for _ in range(2):
        assert client.post(address, as_shown(answer) | {"take_in": "1"}).status_code == 302
    assert fresh(episode).left_out == ""


@pytest.mark.parametrize("name", ["session-remove", "completion-remove"])
def test_taking_back_what_was_changed(client: Client, cast: Cast, name: str) -> None:
    """It says what was changed, keeps the reason, and then takes back what was seen."""
    form = a_score_of_a_session(cast)
    of: Any = form.session if name == "session-remove" else form
    address = reverse(name, args=[of.uid])
    client.force_login(cast.alice)
    page = as_shown(client.get(address)) | {"reason": "Of alice"}
    form.total = 20
    saved(form, by=cast.leda)
    answer = client.post(address, page)
    words = squeezed(answer)
    assert "PHQ-9 was changed (the total) by Leda" in words
    assert "PHQ-9 20" in words
    assert fresh(form).total == 20
    assert client.post(address, as_shown(answer) | {"reason": "Of alice"}).status_code == 302
    assert not MeasureCompletion.objects.exists()
