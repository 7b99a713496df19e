"""What was written down of who looked at what, as people read it."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.db.models import Min, Q
from django.utils import timezone

from practice.actions.erasure import ErasureReason
from practice.cases.wording import moment_words
from practice.models import (
    AuditEntry,
    Client,
    Deed,
    Episode,
    Holding,
    Membership,
    Practitioner,
    Service,
)
from practice.models.audit import AuditQuerySet

BY_A_COMMAND, UNKNOWN, GONE = "a command", "somebody unknown", "somebody without an account now"
A_CLIENT, ALL_CLIENTS = "a client", "the whole service"
# Of one client AT MOST so many readings are listed on their page.
MOST_READINGS = 20

# What a detail means; one that is not here goes unsaid, because the deed says enough.
_DETAILS: Mapping[str, str] = MappingProxyType(
    {
        "episode-detail": "the client's page",
        "caseload": "the caseload",
        "supervision-sheet": "the supervision sheet",
        "supervision-sheet-pdf": "the supervision sheet, on paper",
        "supervision-key": "the key to the letters of a supervision sheet",
        "supervision-record": "the record of a supervision",
        "supervision-edit": "the record of a supervision",
        "ending-list": "the list of endings",
        "outcome-clients": "the clients behind a figure",
        "import-preview": "the preview of an import",
        "import-headings": "the headings of an import",
        "import-bad-rows": "the rows of an import, as a file",
        "import-undo": "an import that may be undone",
        "client-copy": "everything about the client",
        "client-copy-pdf": "everything about the client, on paper",
        "client-copy-data": "everything about the client, as data",
        "report-month-pdf": "a month's report, on paper",
        "frozen-pdf": "a report made for good, on paper",
        "report-batch-zip": "all reports of a month",
        "for-good": "a report, for good",
        "audit-list": "this list, as a file",
        "export_caseload": "the caseload, as files",
        "report": "a month's report, as a file",
        "supervision_sheet": "the supervision sheet, as a file",
        "outcomes": "figures, as data",
        "member.practitioner": "made a practitioner",
        "member.lead": "made a lead",
        "member.supervisor": "made a supervisor",
        "member.administrator": "made an administrator",
        "member.left": "left the service",
        "supervising": "is supervised by somebody",
        "supervising.ended": "is no longer supervised by somebody",
        "service.lead_reads_clients": "whether a lead reads single clients",
        "service.second_factor": "whether signing in takes a second factor",
        "supervising.taken-back": "a supervision was taken back",
        "retention-list": "what is due by the retention period",
        "member-leave": "the clients that a member hands over",
        "member-role": "the clients that a member hands over",
        "all_removed": "all second factors were taken away",
        "totp_activated": "an authenticator app was added",
        "totp_deactivated": "an authenticator app was taken away",
        "webauthn_added": "a passkey was added",
        "webauthn_removed": "a passkey was taken away",
        "recovery_codes_generated": "new recovery codes",
        "account_change_password": "a new passphrase",
        "account_reset_password_from_key": "a new passphrase, by a link sent to them",
        "changepassword": "a new passphrase",
        "mfa_authenticate": "at the second factor",
        "mfa_login_webauthn": "with a passkey",
        "elsewhere": "another browser of their own",
        "everywhere": "everywhere",
        **{reason.value: reason.words for reason in ErasureReason},
    }
)
# Commands and files that take the clients of a practitioner, or of all, out of the program.
_LISTS_TAKEN = ("export_caseload", "supervision_sheet", "supervision-sheet-pdf")
# Pages that change something of one client: reading them is reading the client.
_OF_A_CLIENT = ("episode-", "session-", "completion-", "risk-", "client-")


@dataclass(frozen=True, kw_only=True)
class AuditLine:
    """One entry in words.

    about: whose or what it was, "" where that goes without saying. client: the episode to open,
    where whoever looks at the line may. subject: the random id, which tells two clients apart.
    """

    at: dt.datetime
    who: str
    deed: str
    what: str
    about: str
    client: uuid.UUID | None
    subject: uuid.UUID | None

    @property
    def when(self) -> str:
        """By the practice's clock."""
        return moment_words(self.at)


def entries_of(service: Service) -> AuditQuerySet:
    """What concerns a service, newest first: what happened in it, and its members' signing in.

    Of those who have left, until they did. And backups, and failed attempts with an address that
    nobody has: they concern everybody. Two queries, and the one that is returned.
    """
    members = service.practitioners.values("uid")
    of_members = Q(who__in=members) | Q(subject__in=members) | Q(who=None, subject=None)
    for person, at in _left(service).items():
        of_members |= (Q(who=person) | Q(subject=person)) & Q(at__lte=at)
    found = AuditEntry.objects.filter(Q(service=service.uid) | (Q(service=None) & of_members))
    return found.order_by("-at", "-pk")


def people_of(service: Service) -> list[Practitioner]:
    """Whoever may be in its entries: its members, and those who have left."""
    members = Q(pk__in=service.practitioners.values("pk"))
    found = Practitioner.objects.filter(members | Q(uid__in=_left(service)))
    return list(found.order_by("name", "email"))


def _left(service: Service) -> dict[uuid.UUID, dt.datetime]:
    """Who has left the service, and when: the last time, who has come and gone."""
    kept: Any = Membership
    rows = kept.history.filter(service_id=service.pk, history_type="-").order_by("history_date")
    at = dict(rows.values_list("practitioner_id", "history_date"))
    people = Practitioner.objects.filter(pk__in=at).values_list("pk", "uid")
    return {uid: at[pk] for pk, uid in people}


def narrowed(
    entries: AuditQuerySet,
    *,
    person: uuid.UUID | None = None,
    deed: str = "",
    since: dt.datetime | None = None,
    before: dt.datetime | None = None,
) -> AuditQuerySet:
    """Those by a person or about them, of a deed, in a period (its end excluded)."""
    if person is not None:
        entries = entries.filter(Q(who=person) | Q(subject=person))
    if deed:
        entries = entries.filter(deed=deed)
    if since is not None:
        entries = entries.filter(at__gte=since)
    if before is not None:
        entries = entries.filter(at__lt=before)
    return entries


def lines_of(
    entries: Iterable[AuditEntry], *, to: Practitioner, on: dt.date
) -> tuple[AuditLine, ...]:
    """Entries in words for somebody: clients only by what they may see. Four queries."""
    entries = list(entries)
    subjects = {entry.subject for entry in entries if entry.subject}
    people = {
        person.uid: str(person)
        for person in Practitioner.objects.filter(
            uid__in=subjects | {entry.who for entry in entries if entry.who}
        )
    }
    services = set(Service.objects.filter(uid__in=subjects).values_list("uid", flat=True))
    seen = Episode.objects.visible_to(to, on=on).filter(client__uid__in=subjects)
    clients = {
        client: (reference, episode)
        for client, reference, episode in seen.order_by("number").values_list(
            "client__uid", "client__reference", "uid"
        )
    }
    return tuple(
        _line(entry, people=people, services=services, clients=clients) for entry in entries
    )


def _line(
    entry: AuditEntry,
    *,
    people: Mapping[uuid.UUID, str],
    services: set[uuid.UUID],
    clients: Mapping[uuid.UUID, tuple[str, uuid.UUID]],
) -> AuditLine:
    about, client = "", None
    if entry.subject is None or (entry.subject == entry.who and entry.deed in _OF_ONESELF):
        pass
    elif entry.subject in clients:
        about, client = clients[entry.subject]
    elif entry.subject in people:
        about = people[entry.subject]
    elif entry.subject in services:
        about = ALL_CLIENTS
    else:
        about = A_CLIENT if entry.deed in _ABOUT_CLIENTS else GONE
    return AuditLine(
        at=entry.at,
        who=_who(entry, people),
        deed=deed_words(Deed(entry.deed)),
        what=what_words(entry.detail),
        about=about,
        client=client,
        subject=entry.subject,
    )


# About whom, goes without saying.
_OF_ONESELF = frozenset({Deed.SIGNED_IN, Deed.SIGNED_OUT, Deed.FACTOR})
_ABOUT_CLIENTS = frozenset({Deed.READ, Deed.EXPORTED, Deed.ERASED})
# Of a list the words of the model's choice would say too little.
_DEEDS: Mapping[Deed, str] = MappingProxyType(
    {Deed.READ: "looked at clients of somebody else", Deed.FACTOR: "changed how they sign in"}
)


def deed_words(deed: Deed) -> str:
    """What somebody did, in a list and in what it is narrowed by."""
    return _DEEDS.get(deed, deed.label)


def _who(entry: AuditEntry, people: Mapping[uuid.UUID, str]) -> str:
    if entry.who is not None:
        return people.get(entry.who, GONE)
    return UNKNOWN if entry.deed == Deed.SIGN_IN_FAILED else BY_A_COMMAND


def what_words(detail: str) -> str:
    """What a detail means to people; "" for one that says no more than the deed."""
    if detail.startswith(_OF_A_CLIENT) and detail not in _DETAILS:
        return "a page to change something"
    return _DETAILS.get(detail, "")


@dataclass(frozen=True, kw_only=True)
class Readings:
    """Who has looked at one client: how often in all, and the newest lines."""

    n: int
    lines: Sequence[AuditLine]


def readings_of(client: Client, *, to: Practitioner, on: dt.date) -> Readings:
    """Who but the practitioner has opened a client's pages, or took data about the client out.

    to: the practitioner. Lists of several clients of theirs, or of the whole service, are among them
    from the day on which they came to hold the client; an entry does not say who stood in a list.
    """
    asked = Q(subject=client.uid)
    held = Holding.objects.filter(episode__client=client, practitioner=to)
    since = held.aggregate(first=Min("since"))["first"]
    if since is not None:
        midnight = timezone.make_aware(dt.datetime.combine(since, dt.time()))
        asked |= (
            Q(service=client.service.uid, subject__in=(to.uid, client.service.uid))
            & Q(at__gte=midnight)
            & (Q(deed=Deed.READ) | Q(detail__in=_LISTS_TAKEN))
        )
    theirs = Q(who=to.uid) & ~Q(subject=client.uid)
    found = AuditEntry.objects.filter(asked).exclude(theirs).order_by("-at", "-pk")
    return Readings(n=found.count(), lines=lines_of(found[:MOST_READINGS], to=to, on=on))
