"""The people of the tests, and short ways to make records. Everybody and everything is invented.

Each function saves what it makes as somebody (`by`), so that the history always says who.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from typing import Any, TypeVar

from django.db import models

from practice.models import (
    Agreement,
    AnnualFigures,
    Client,
    Episode,
    FrozenReport,
    Holding,
    Invitation,
    MeasureCompletion,
    Membership,
    Practitioner,
    Resolution,
    RiskResponse,
    Role,
    Service,
    Session,
    SupervisionMeeting,
    Target,
)

# The day on which referrals are made where a test does not say otherwise.
REFERRED_ON = dt.date(2026, 1, 5)

_references = count(1)
_secrets = count(1)

M = TypeVar("M", bound=models.Model)


def day(number: int) -> dt.date:
    """The date so many days after the usual day of referral."""
    return REFERRED_ON + dt.timedelta(days=number)


def saved(row: M, *, by: Practitioner | None, why: str = "") -> M:
    """Save a row as somebody, for a reason."""
    kept: Any = row
    kept._history_user = by
    kept._change_reason = why or None
    row.save()
    return row


def make_service(*, name: str, by: Practitioner | None = None, **fields: Any) -> Service:
    """A service nobody belongs to yet, whose lead may read single clients unless a test says otherwise.

    Nor does it ask for a second factor, so that a test may sign somebody in without one.
    """
    fields = {"lead_reads_clients": True, "second_factor": False, **fields}
    return saved(Service(name=name, **fields), by=by)


def make_practitioner(
    *,
    email: str,
    service: Service | None = None,
    role: Role = Role.PRACTITIONER,
    password: str | None = None,
    by: Practitioner | None = None,
    **fields: Any,
) -> Practitioner:
    """A person, and their place in a service; without a password they cannot sign in by a form."""
    person = Practitioner(email=email, **fields)
    person.set_password(password)
    saved(person, by=by)
    if service is not None:
        saved(Membership(service=service, practitioner=person, role=role), by=by)
    return person


def make_client(
    *, service: Service, reference: str = "", by: Practitioner | None = None, **fields: Any
) -> Client:
    """A client without an episode; the reference is a new one where none is given."""
    reference = reference or f"C-{next(_references)}"
    return saved(Client(service=service, reference=reference, **fields), by=by)


def make_episode(
    *,
    client: Client,
    holder: Practitioner | None,
    referred_on: dt.date = REFERRED_ON,
    by: Practitioner | None = None,
    **fields: Any,
) -> Episode:
    """An open episode, the client's next, held from the referral; by its holder unless said."""
    fields.setdefault("number", client.episodes.count() + 1)
    by = by or holder
    episode = saved(Episode(client=client, referred_on=referred_on, **fields), by=by)
    if holder is not None:
        saved(Holding(episode=episode, practitioner=holder, since=referred_on), by=by)
    return episode


def hand_over(*, episode: Episode, to: Practitioner, on: dt.date) -> Holding:
    """From this day on somebody else holds the episode."""
    for holding in episode.holdings.filter(until=None):
        holding.until = on
        saved(holding, by=to, why="handed over")
    return saved(Holding(episode=episode, practitioner=to, since=on), by=to, why="handed over")


def make_session(
    *, episode: Episode, held_on: dt.date, by: Practitioner | None = None, **fields: Any
) -> Session:
    """An attended treatment session."""
    return saved(Session(episode=episode, held_on=held_on, entered_by=by, **fields), by=by)


def make_completion(
    *,
    of: Session | Episode,
    on: dt.date | None = None,
    measure: str = "phq9",
    total: float | str | None = 12,
    by: Practitioner | None = None,
    **fields: Any,
) -> MeasureCompletion:
    """A form, known by its total: of a session, or of an episode on a day."""
    place = {"session": of} if isinstance(of, Session) else {"episode": of}
    form = MeasureCompletion(
        **place,
        completed_on=on,
        measure=measure,
        total=None if total is None else Decimal(str(total)),
        entered_by=by,
        **fields,
    )
    return saved(form, by=by)


def make_risk_response(
    *, to: MeasureCompletion, by: Practitioner | None = None, **fields: Any
) -> RiskResponse:
    """What was asked and done about the risk item of a form."""
    fields = {
        "asked": "Asked about thoughts, plans and means: thoughts only",
        "done": "Agreed a safety plan; crisis numbers given",
        **fields,
    }
    return saved(RiskResponse(completion=to, written_by=by, **fields), by=by)


def make_meeting(
    *,
    service: Service,
    practitioner: Practitioner,
    held_on: dt.date,
    by: Practitioner | None = None,
    **fields: Any,
) -> SupervisionMeeting:
    """A supervision of an hour with somebody who has no account; by the practitioner unless said."""
    by = by or practitioner
    fields = {"minutes": 60, "supervisor": "Sunniva Vale", "entered_by": by, **fields}
    return saved(
        SupervisionMeeting(service=service, practitioner=practitioner, held_on=held_on, **fields),
        by=by,
    )


def make_agreement(
    *,
    meeting: SupervisionMeeting,
    episode: Episode,
    agreed: str = "Review the goals together",
    due_on: dt.date | None = None,
    by: Practitioner | None = None,
) -> Agreement:
    """What was agreed in a supervision about one episode; by who had the supervision unless said."""
    agreement = Agreement(meeting=meeting, episode=episode, agreed=agreed, due_on=due_on)
    return saved(agreement, by=by or meeting.practitioner)


def make_invitation(
    *,
    service: Service,
    email: str = "invited@example.org",
    by: Practitioner | None = None,
    secret: str = "",
    **fields: Any,
) -> Invitation:
    """An open invitation. secret: what its link carries; a new one where none is given."""
    digest = hashlib.sha256((secret or f"secret-{next(_secrets)}").encode()).hexdigest()
    fields = {"digest": digest, "invited_by": by, **fields}
    return saved(Invitation(service=service, email=email, **fields), by=by)


def make_frozen_row(
    *,
    service: Service,
    practitioner: Practitioner | None,
    month: str = "2026-02",
    by: Practitioner | None = None,
    **fields: Any,
) -> FrozenReport:
    """A row for a report made for good, with next to nothing in it; None for the whole service."""
    fields = {"text": {}, "figures": {}, "digest": "0" * 64, "made_by": by, **fields}
    return saved(
        FrozenReport(service=service, practitioner=practitioner, month=month, **fields), by=by
    )


def make_resolution(
    *,
    service: Service,
    practitioner: Practitioner | None,
    from_on: dt.date = REFERRED_ON,
    by: Practitioner | None = None,
    **fields: Any,
) -> Resolution:
    """An open resolution; None for the whole service."""
    by = by or practitioner
    fields = {"will_try": "Ask about the ending at session three", "entered_by": by, **fields}
    return saved(
        Resolution(service=service, practitioner=practitioner, from_on=from_on, **fields), by=by
    )


def make_target(
    *,
    service: Service,
    practitioner: Practitioner | None,
    by: Practitioner | None = None,
    **fields: Any,
) -> Target:
    """A target that stands; None for the whole service."""
    by = by or practitioner
    fields = {
        "rate": "planned_declared",
        "percent": Decimal("70.0"),
        "from_on": REFERRED_ON,
        "entered_by": by,
        **fields,
    }
    return saved(Target(service=service, practitioner=practitioner, **fields), by=by)


def make_annual_figures(
    *, service: Service | None, by: Practitioner | None = None, **fields: Any
) -> AnnualFigures:
    """A year without a single figure in it; None for everybody here."""
    fields = {"period": "2025-26", "figures": [], "digest": "0" * 64, "entered_by": by, **fields}
    return saved(AnnualFigures(service=service, **fields), by=by)


@dataclass(frozen=True, kw_only=True)
class Cast:
    """Who may see what is told with them: works, team access, ownership, stranger."""

    service: Service
    alice: Practitioner  # a practitioner of the service
    bob: Practitioner  # another one
    leda: Practitioner  # leads the service
    other_service: Service
    charlie: Practitioner  # a practitioner of the other service


def make_cast() -> Cast:
    """Two services and the people in them, without a client."""
    service, other_service = make_service(name="Harbour"), make_service(name="Hillside")
    return Cast(
        service=service,
        alice=make_practitioner(email="alice@example.org", name="Alice", service=service),
        bob=make_practitioner(email="bob@example.org", name="Bob", service=service),
        leda=make_practitioner(
            email="leda@example.org", name="Leda", service=service, role=Role.LEAD
        ),
        other_service=other_service,
        charlie=make_practitioner(
            email="charlie@example.org", name="Charlie", service=other_service
        ),
    )
