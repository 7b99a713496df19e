"""What an invented caseload lacks for the second side: minutes, fees, forms after the ending."""

import datetime as dt
import random
from decimal import Decimal

from practice.cohorts import Scope
from practice.models import Client, Episode, Holding, MeasureCompletion, Session, SupervisionMeeting
from tests.caseloads import LAST_DAY

_WHY = "invented for a test"


def dressed(scope: Scope, seed: int) -> Scope:
    """Another few clients of the scope's practitioner, with everything that can be recorded."""
    rng = random.Random(seed)  # noqa: S311 - repeatable, not secret
    holder = scope.practitioner
    assert holder is not None
    size = rng.choice((0, 3, 14))
    clients = Client.objects.create_all(
        [Client(service=scope.service, reference=f"D-{seed}-{n}") for n in range(size)],
        by=holder,
        why=_WHY,
    )
    ends = [LAST_DAY - dt.timedelta(days=rng.randint(0, 300)) for _client in clients]
    episodes = Episode.objects.create_all(
        [
            Episode(
                client=client,
                referred_on=end - dt.timedelta(days=60),
                ended_on=end,
                ending=rng.choice(("agreed_at_end", "crisis", "loss_of_contact", "")),
            )
            for client, end in zip(clients, ends, strict=True)
        ],
        by=holder,
        why=_WHY,
    )
    Holding.objects.create_all(
        [Holding(episode=each, practitioner=holder, since=each.referred_on) for each in episodes],
        by=holder,
        why=_WHY,
    )
    sessions = Session.objects.create_all(
        [
            Session(
                episode=each,
                held_on=each.ended_on - dt.timedelta(days=back),
                kind="assessment" if back == 21 else "treatment",
                minutes=rng.choice((50, 60, 90, None)),
                fee=rng.choice((Decimal("55.50"), Decimal(0), Decimal(60))),
                medium=rng.choice(("video", "telephone", "")),
            )
            for each in episodes
            if each.ended_on is not None
            for back in (21, 14, 7, 0)
        ],
        by=holder,
        why=_WHY,
    )
    forms = [
        MeasureCompletion(session=each, measure=measure, total=rng.randint(0, 21))
        for each in sessions
        if each.kind == "treatment"
        for measure in ("phq9", "gad7")
    ]
    forms += [
        MeasureCompletion(
            episode=each,
            completed_on=each.ended_on + dt.timedelta(days=rng.choice((1, 40))),
            measure=measure,
            total=rng.randint(0, 21),
        )
        for each in episodes
        if each.ended_on is not None
        for measure in ("phq9", "gad7")
    ]
    MeasureCompletion.objects.create_all(forms, by=holder, why=_WHY)
    SupervisionMeeting.objects.create_all(
        [
            SupervisionMeeting(
                service=scope.service,
                practitioner=holder,
                held_on=LAST_DAY - dt.timedelta(days=30 * n),
                minutes=rng.choice((60, 90)),
                supervisor="Somebody",
            )
            for n in range(rng.choice((0, 5, 15)))
        ],
        by=holder,
        why=_WHY,
    )
    return scope
