"""Which models are clinical, and for each model how a row comes to be and changes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from practice.domain.targets import TARGET_RATES
from practice.models import (
    Agreement,
    AnnualFigures,
    AuditEntry,
    CaseloadUpload,
    Client,
    Episode,
    FrozenReport,
    Holding,
    Invitation,
    KnownDevice,
    MeasureCompletion,
    Membership,
    Practitioner,
    RememberedHeading,
    Resolution,
    RiskResponse,
    Role,
    Service,
    Session,
    Supervising,
    SupervisionMeeting,
    Target,
)
from tests.cast import (
    Cast,
    day,
    make_agreement,
    make_annual_figures,
    make_client,
    make_completion,
    make_episode,
    make_frozen_row,
    make_invitation,
    make_meeting,
    make_practitioner,
    make_resolution,
    make_risk_response,
    make_service,
    make_session,
    make_target,
    saved,
)

# A new model is put into one of these three tables, or a test of test_kept.py fails.
GUARDED: tuple[type[models.Model], ...] = (
    Client,
    Episode,
    Holding,
    Session,
    MeasureCompletion,
    RiskResponse,
    SupervisionMeeting,
    Agreement,
    # What was printed, and what somebody resolved to try.
    FrozenReport,
    Resolution,
    Target,
    AnnualFigures,
    # Who sees what, and what a service is judged by.
    Membership,
    Supervising,
    Invitation,
    Service,
)
EXEMPT: Mapping[type[models.Model], str] = {
    Practitioner: "an account, which signing in and changing a password write in their own ways",
}
WITHOUT_HISTORY: Mapping[type[models.Model], str] = {
    AuditEntry: "never changed, so that it is its own history",
    KnownDevice: "a browser that somebody signed in with: nothing about a client",
    CaseloadUpload: "a file on its way in: each row it stores names the upload in its own history",
    RememberedHeading: "how a spreadsheet is read: it changes no row that is stored",
}

# Nothing would be lost with them.
GONE_WITH_THEIR_ACCOUNT: tuple[type[models.Model], ...] = (KnownDevice,)


def with_history() -> list[type[models.Model]]:
    return [*GUARDED, *EXEMPT]


def history_of(model: Any) -> type[models.Model]:
    table: type[models.Model] = model.history.model
    return table


every_guarded = pytest.mark.parametrize("model", GUARDED)
every_model = pytest.mark.parametrize("model", with_history())


@dataclass(frozen=True, kw_only=True)
class Life:
    """How a row comes to be, and one of its values before and after a change."""

    make: Callable[[Cast], models.Model]
    field: str
    before: Any
    after: Any


def a_client(cast: Cast) -> Client:
    return make_client(service=cast.service, by=cast.alice, gender="female")


def an_episode(cast: Cast) -> Episode:
    return make_episode(client=a_client(cast), holder=None, by=cast.alice, note="Before")


def a_session(cast: Cast) -> Session:
    return make_session(episode=an_episode(cast), held_on=day(7), by=cast.alice, minutes=50)


def a_meeting(cast: Cast, *, on: int = 14) -> SupervisionMeeting:
    return make_meeting(service=cast.service, practitioner=cast.alice, held_on=day(on))


LIVES: Mapping[type[models.Model], Life] = {
    Client: Life(make=a_client, field="gender", before="female", after="other"),
    Episode: Life(make=an_episode, field="note", before="Before", after="After"),
    Holding: Life(
        make=lambda cast: saved(
            Holding(episode=an_episode(cast), practitioner=cast.alice, since=day(0)), by=cast.alice
        ),
        field="until",
        before=None,
        after=day(30),
    ),
    Session: Life(make=a_session, field="minutes", before=50, after=None),
    MeasureCompletion: Life(
        make=lambda cast: make_completion(of=a_session(cast), total=12, by=cast.alice),
        field="total",
        before=Decimal(12),
        after=Decimal(13),
    ),
    RiskResponse: Life(
        make=lambda cast: make_risk_response(
            to=make_completion(of=a_session(cast), by=cast.alice), by=cast.alice, asked="Before"
        ),
        field="asked",
        before="Before",
        after="After",
    ),
    SupervisionMeeting: Life(make=a_meeting, field="minutes", before=60, after=90),
    Agreement: Life(
        make=lambda cast: make_agreement(
            meeting=a_meeting(cast, on=28), episode=an_episode(cast), agreed="Before"
        ),
        field="agreed",
        before="Before",
        after="After",
    ),
    FrozenReport: Life(
        make=lambda cast: make_frozen_row(
            service=cast.service,
            practitioner=cast.alice,
            month=f"2026-{FrozenReport.objects.count() + 1:02d}",
            by=cast.alice,
        ),
        field="digest",
        before="0" * 64,
        after="1" * 64,
    ),
    Resolution: Life(
        make=lambda cast: make_resolution(
            service=cast.service, practitioner=cast.alice, will_try="Before"
        ),
        field="will_try",
        before="Before",
        after="After",
    ),
    Target: Life(
        make=lambda cast: make_target(
            service=cast.service,
            practitioner=cast.alice,
            # One at a time stands for a rate.
            rate=TARGET_RATES[Target.objects.count()][0],
            why="Before",
        ),
        field="why",
        before="Before",
        after="After",
    ),
    AnnualFigures: Life(
        make=lambda cast: make_annual_figures(
            service=cast.service,
            period=f"20{AnnualFigures.objects.count() + 10}-25",
            by=cast.alice,
        ),
        field="digest",
        before="0" * 64,
        after="1" * 64,
    ),
    Invitation: Life(
        make=lambda cast: make_invitation(service=cast.service, by=cast.alice),
        field="role",
        before=Role.PRACTITIONER,
        after=Role.LEAD,
    ),
    Service: Life(
        make=lambda cast: make_service(name="Valley", by=cast.alice),
        field="primary_outcome",
        before="iapt",
        after="core10",
    ),
    Supervising: Life(
        make=lambda cast: saved(
            Supervising(
                service=cast.service,
                supervisor=cast.bob,
                practitioner=cast.alice,
                since=day(Supervising.objects.count()),
                until=day(20),
            ),
            by=cast.alice,
        ),
        field="until",
        before=day(20),
        after=day(30),
    ),
    Practitioner: Life(
        make=lambda cast: make_practitioner(email="erin@example.org", by=cast.alice),
        field="is_active",
        before=True,
        after=False,
    ),
    Membership: Life(
        make=lambda cast: saved(
            Membership(service=cast.other_service, practitioner=cast.alice), by=cast.alice
        ),
        field="role",
        before=Role.PRACTITIONER,
        after=Role.LEAD,
    ),
}


def contents() -> dict[str, list[Any]]:
    """Every row of every table of the application, history included."""
    return {
        model.__name__: list(model._base_manager.order_by("pk").values())
        for model in apps.get_app_config("practice").get_models(include_auto_created=True)
    }
