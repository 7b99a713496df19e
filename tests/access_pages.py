"""One row for each address: what stands in it, and what each of the people gets."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils import timezone

from practice.domain.measures import MEASURES
from practice.models import CaseloadUpload, Invitation, Supervising, SupervisionMeeting
from practice.published import published
from tests.access_people import (
    A_CLIENT,
    A_CLIENT_TO_CHANGE,
    CLIENTS,
    CLIENTS_OF_ALL,
    CLIENTS_TO_CHANGE,
    ELSEWHERE,
    EVERYBODY,
    FIGURES,
    FIGURES_OF_ALL,
    FIGURES_TO_CHANGE,
    NOBODY,
    ONES_OWN,
    OWN_THING,
    RUNNING,
    Answers,
    answers,
)
from tests.cast import (
    Cast,
    day,
    make_annual_figures,
    make_client,
    make_completion,
    make_episode,
    make_frozen_row,
    make_resolution,
    make_session,
    make_target,
    saved,
)

Needs = Callable[[Cast], dict[str, object]]


@dataclass(frozen=True, kw_only=True)
class Page:
    """One address: what each person gets who asks for it.

    needs: what stands in the address. anonymous: 302 is the way to the sign-in page. is_read_only:
    whether it takes nothing but questions. nothing_for: who may open it, and gets 404 only because
    there is nothing in these tests that it would be about.
    """

    url_name: str
    answers: Answers
    needs: Needs = field(default=lambda _cast: {})
    anonymous: int = 302
    is_read_only: bool = True
    nothing_for: tuple[str, ...] = ()

    def url(self, cast: Cast) -> str:
        return reverse(self.url_name, kwargs=self.needs(cast))


def whole(cast: Cast) -> dict[str, object]:
    return {"service": cast.service.uid}


def own(cast: Cast) -> dict[str, object]:
    return {"service": cast.service.uid, "practitioner": cast.alice.uid}


def client_page(make: str) -> Needs:
    """What a page about alice's client needs in its address: the client, its episode, session or form."""

    def needs(cast: Cast) -> dict[str, object]:
        client = make_client(service=cast.service)
        episode = make_episode(client=client, holder=cast.alice)
        session = make_session(episode=episode, held_on=day(1), by=cast.alice)
        form = make_completion(of=episode, on=day(2), answers="--------1", by=cast.alice)
        made = {
            "client": client.uid,
            "episode": episode.uid,
            "session": session.uid,
            "completion": form.uid,
        }
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
    return {"resolution": make_resolution(service=cast.service, practitioner=cast.alice).uid}


def target(cast: Cast) -> dict[str, object]:
    return {"target": make_target(service=cast.service, practitioner=cast.alice).uid}


def annual(cast: Cast) -> dict[str, object]:
    return {"service": cast.service.uid, "annual": make_annual_figures(service=cast.service).uid}


def member(cast: Cast) -> dict[str, object]:
    return {"service": cast.service.uid, "member": cast.alice.uid}


def supervising(cast: Cast) -> dict[str, object]:
    begun = Supervising(
        service=cast.service,
        supervisor=cast.bob,
        practitioner=cast.alice,
        since=timezone.localdate(),
    )
    return {"service": cast.service.uid, "supervising": saved(begun, by=cast.leda).uid}


def behind(needs: Needs) -> Needs:
    return lambda cast: {**needs(cast), "figure": "planned_declared"}


def given(**parts: object) -> Needs:
    return lambda _cast: parts


def nothing(_cast: Cast) -> dict[str, object]:
    return {}


def reading(name: str, who: Answers, needs: Needs = nothing, anonymous: int = 302) -> Page:
    """A page that is only looked at."""
    return Page(url_name=name, answers=who, needs=needs, anonymous=anonymous)


def writing(name: str, who: Answers, needs: Needs = nothing, anonymous: int = 302) -> Page:
    """A page with a form that stores something."""
    return Page(url_name=name, answers=who, needs=needs, anonymous=anonymous, is_read_only=False)


SERVICE = "service/<uuid:service>/"
PERSON = f"{SERVICE}practitioner/<uuid:practitioner>/"
WHOLE, OWN = f"{SERVICE}report/", f"{PERSON}report/"
_EPISODE, _SESSION = "episode/<uuid:episode>/", "session/<uuid:session>/"
_COMPLETION, _CLIENT = "completion/<uuid:completion>/", "client/<uuid:client>/"
_SHEET, _UPLOAD = f"{PERSON}supervision/", f"{SERVICE}import/<uuid:upload>/"
_MEMBER = f"{SERVICE}members/<uuid:member>/"
_PASSKEY = "account/passkey/<int:pk>/"

_FIGURES = {
    f"{above}{last}": reading(name, who, needs)
    for above, who, needs in ((SERVICE, FIGURES_OF_ALL, whole), (PERSON, FIGURES, own))
    for last, name in (
        ("report/", "report-month"),
        ("report/pdf/", "report-month-pdf"),
        ("outcomes/", "outcome-list"),
        ("splits/", "split-list"),
        ("resolutions/", "resolution-list"),
    )
}

_FIGURES_CHANGED = {
    f"{above}{last}": writing(name, who, needs)
    for last, name, ones_own in (
        ("report/for-good/", "report-freeze", FIGURES_TO_CHANGE),
        # "I will try" is nobody else's to write.
        ("resolution/new/", "resolution-create", ONES_OWN),
        ("target/new/", "target-create", ONES_OWN),
    )
    for above, who, needs in ((SERVICE, FIGURES_OF_ALL, whole), (PERSON, ones_own, own))
} | {
    f"{noun}/<uuid:{noun}>/{last}/": writing(f"{noun}-{last}", OWN_THING, needs)
    for noun, needs, lasts in (
        ("resolution", resolution, ("edit", "close")),
        ("target", target, ("edit", "end")),
    )
    for last in lasts
}

# There is nothing in the report of these tests that its digest would fit: a page says so.
_FROZEN = {
    f"frozen/<uuid:frozen>/{last}": reading(
        name,
        answers(others=404, owner=409, supervisor=409, lead=409, lead_without=409),
        frozen,
    )
    for last, name in (("", "frozen-detail"), ("pdf/", "frozen-pdf"))
}

_CASELOADS = {
    f"{SERVICE}endings/": reading("ending-list", CLIENTS_OF_ALL, whole),
    f"{PERSON}endings/": reading("ending-list", CLIENTS, own),
    f"{SERVICE}caseload/": reading("caseload", CLIENTS_OF_ALL, whole),
    f"{PERSON}caseload/": reading("caseload", CLIENTS, own),
    f"{SERVICE}outcomes/<slug:figure>/": reading("outcome-clients", CLIENTS_OF_ALL, behind(whole)),
    f"{PERSON}outcomes/<slug:figure>/": reading("outcome-clients", CLIENTS, behind(own)),
    f"{PERSON}client/new/": writing("client-create", CLIENTS_TO_CHANGE, own),
    _SHEET: reading("supervision-sheet", CLIENTS, own),
    f"{_SHEET}pdf/": reading("supervision-sheet-pdf", CLIENTS, own),
    f"{_SHEET}key/": reading("supervision-key", CLIENTS, own),
    # The one thing that a supervisor writes.
    f"{_SHEET}record/": writing("supervision-record", CLIENTS, own),
    f"{_SHEET}log/": reading("supervision-log", FIGURES, own),
    "supervision/<uuid:meeting>/edit/": writing("supervision-edit", A_CLIENT, meeting),
}

_CLIENTS = {
    _EPISODE: reading("episode-detail", A_CLIENT, client_page("episode")),
    **{
        f"{above}{last}/": writing(
            f"{noun}-{name}", A_CLIENT_TO_CHANGE, client_page(above.split("/")[0])
        )
        for above, last, noun, name in (
            (_EPISODE, "edit", "episode", "edit"),
            (_EPISODE, "pause", "episode", "pause"),
            (_EPISODE, "session/new", "session", "log"),
            (_EPISODE, "end", "episode", "end"),
            (_EPISODE, "still-open", "episode", "still-open"),
            (_EPISODE, "leave-out", "episode", "leave-out"),
            (_SESSION, "edit", "session", "edit"),
            (_SESSION, "remove", "session", "remove"),
            (_COMPLETION, "edit", "completion", "edit"),
            (_COMPLETION, "remove", "completion", "remove"),
            (_COMPLETION, "risk", "risk", "write"),
            (_CLIENT, "consent", "client", "consent"),
            (_CLIENT, "hold", "client", "hold"),
            (_CLIENT, "erase", "client", "erase"),
        )
    },
    # The episode of these tests is open: there is nothing to reopen.
    f"{_EPISODE}reopen/": Page(
        url_name="episode-reopen",
        answers={**NOBODY, "supervisor": 403},
        needs=client_page("episode"),
        is_read_only=False,
        nothing_for=("owner", "lead"),
    ),
    # A copy for the client: whoever answers for the client makes it, and nobody who only reads.
    f"{_CLIENT}copy/": reading("client-copy", A_CLIENT_TO_CHANGE, client_page("client")),
    f"{_CLIENT}copy/pdf/": reading("client-copy-pdf", A_CLIENT_TO_CHANGE, client_page("client")),
    f"{_CLIENT}copy/data/": reading("client-copy-data", A_CLIENT_TO_CHANGE, client_page("client")),
    # One's own clients, or those that a lead may read; whoever may not, only counts.
    f"{SERVICE}retention/": reading(
        "retention-list",
        answers(owner=200, colleague=200, lead=200, lead_without=200, administrator=200),
        whole,
    ),
}

_RUNNING = {
    f"{SERVICE}settings/": writing("service-settings", RUNNING, whole),
    f"{SERVICE}members/": writing("member-list", RUNNING, whole),
    f"{_MEMBER}role/": writing("member-role", RUNNING, member),
    f"{_MEMBER}leave/": writing("member-leave", RUNNING, member),
    f"{SERVICE}supervising/new/": writing("supervising-create", RUNNING, whole),
    f"{SERVICE}supervising/<uuid:supervising>/end/": writing(
        "supervising-end", RUNNING, supervising
    ),
    f"{SERVICE}audit/": reading("audit-list", RUNNING, whole),
    # Only where one person is the whole practice: its own tests are there.
    f"{SERVICE}backup/": writing(
        "backup-make", answers(lead=404, lead_without=404, administrator=404), whole
    ),
    f"{SERVICE}invitation/new/": writing("invitation-create", RUNNING, whole),
    f"{SERVICE}invitation/<uuid:invitation>/withdraw/": writing(
        "invitation-withdraw", RUNNING, invitation
    ),
    # Whoever leads brings clients in and makes reports; an administrator does neither.
    f"{SERVICE}import/": writing("import-start", FIGURES_OF_ALL, whole),
    f"{SERVICE}import/template/": reading("import-template", FIGURES_OF_ALL, whole),
    # An upload that has been emptied: its own tests follow one with files.
    **{
        route: Page(
            url_name=name,
            answers=answers(lead=404, lead_without=404),
            needs=upload,
            is_read_only=name == "import-bad-rows",
            nothing_for=("lead", "lead without"),
        )
        for route, name in (
            (_UPLOAD, "import-preview"),
            (f"{_UPLOAD}headings/", "import-headings"),
            (f"{_UPLOAD}bad-rows/", "import-bad-rows"),
            (f"{_UPLOAD}undo/", "import-undo"),
        )
    },
    f"{SERVICE}nhs-year/": writing("annual-import", FIGURES_OF_ALL, whole),
    f"{SERVICE}nhs-year/<uuid:annual>/remove/": writing("annual-remove", FIGURES_OF_ALL, annual),
    f"{SERVICE}reports/": writing("report-batch", FIGURES_OF_ALL, whole),
    f"{SERVICE}reports/zip/": reading("report-batch-zip", FIGURES_OF_ALL, whole),
}

_FOR_ALL = {
    # To one's own caseload, or where one's role begins; a supervisor stays to choose.
    "": reading("home", {**ELSEWHERE, "supervisor": 200, "past supervisor": 200}),
    "reports/": reading("report-list", EVERYBODY),
    "demonstration/": writing("demonstration-start", EVERYBODY),
    "benchmarks/": reading("benchmark-list", EVERYBODY),
    "benchmarks/<slug:key>/": reading(
        "benchmark-detail", EVERYBODY, lambda _cast: {"key": next(iter(published())).key}
    ),
    "words/": reading("word-list", EVERYBODY),
    "questionnaires/": reading("questionnaire-list", EVERYBODY),
    "questionnaires/<slug:measure>/pdf/": reading(
        "questionnaire-pdf", EVERYBODY, given(measure=next(iter(MEASURES)))
    ),
    "healthz": reading("healthz", EVERYBODY, anonymous=200),
    # Only right after set-up, for whoever set up.
    "note-key/": writing("note-key", NOBODY),
    # Only while nobody is there yet; its own tests say what an empty installation answers.
    "start/": writing("practice-create", NOBODY, anonymous=404),
    # A secret that nobody was given; its own tests follow one that somebody was.
    "invitation/<str:token>/": writing(
        "invitation-accept", NOBODY, given(token="stale-token"), anonymous=404
    ),
    "security/": writing("security", EVERYBODY),
}

# Signing in and out, and the second factor, are allauth's: these rows say what is open to whom.
_ACCOUNTS = {
    "account/login/": writing("account_login", ELSEWHERE, anonymous=200),
    "account/logout/": writing("account_logout", EVERYBODY),
    "account/inactive/": writing("account_inactive", EVERYBODY, anonymous=200),
    "account/reauthenticate/": writing("account_reauthenticate", EVERYBODY),
    "account/password/change/": writing("account_change_password", EVERYBODY),
    "account/password/reset/": writing("account_reset_password", EVERYBODY, anonymous=200),
    "account/password/reset/done/": writing(
        "account_reset_password_done", EVERYBODY, anonymous=200
    ),
    "account/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": writing(
        "account_reset_password_from_key",
        EVERYBODY,
        given(uidb36="1", key="stale-key"),
        anonymous=200,
    ),
    "account/password/reset/key/done/": writing(
        "account_reset_password_from_key_done", EVERYBODY, anonymous=200
    ),
    # To where one's own factors are listed.
    "account/second-factor/": reading("mfa_index", ELSEWHERE),
    "account/passkeys/": reading("mfa_list_webauthn", ELSEWHERE),
    # Between a passphrase and the code: nobody here is.
    "account/code/": writing("mfa_authenticate", ELSEWHERE),
    "account/reauthenticate/code/": writing("mfa_reauthenticate", ELSEWHERE),
    "account/reauthenticate/passkey/": writing("mfa_reauthenticate_webauthn", ELSEWHERE),
    # They ask for the passphrase again first.
    **{
        f"account/{route}": writing(name, ELSEWHERE)
        for route, name in (
            ("app/new/", "mfa_activate_totp"),
            ("codes/new/", "mfa_generate_recovery_codes"),
            ("passkey/new/", "mfa_add_webauthn"),
        )
    },
    # Nobody here has a factor yet.
    **{
        f"account/{route}": writing(name, NOBODY)
        for route, name in (
            ("app/remove/", "mfa_deactivate_totp"),
            ("codes/file/", "mfa_download_recovery_codes"),
        )
    },
    "account/codes/": reading("mfa_view_recovery_codes", NOBODY),
    "account/passkey/login/": writing("mfa_login_webauthn", ELSEWHERE),
    **{
        f"{_PASSKEY}{last}/": writing(f"mfa_{last}_webauthn", ELSEWHERE, given(pk=1))
        for last in ("edit", "remove")
    },
}

# By route, because one name may have several.
PAGES: dict[str, Page] = {
    **_FOR_ALL,
    **_CASELOADS,
    **_CLIENTS,
    **_FIGURES,
    **_FIGURES_CHANGED,
    **_FROZEN,
    **_RUNNING,
    **_ACCOUNTS,
}

# allauth's own, about passkeys of the person who is signed in: the one number in any address.
WITH_A_NUMBER = {f"{_PASSKEY}edit/", f"{_PASSKEY}remove/"}
