"""What somebody may choose among: every scope of theirs, in the order in which pages list them."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone

from practice.cohorts import Scope
from practice.models import Membership, Practitioner, Role, Service, Supervising


@dataclass(frozen=True, kw_only=True)
class Choices:
    """Everything somebody may choose among, and of which of it they may open single clients too."""

    scopes: list[Scope]
    with_clients: list[Scope]


def choices(person: Practitioner) -> Choices:
    """Both at once, for a page of figures that leads to clients."""
    found = list(_visible(person))
    return Choices(
        scopes=[scope for scope, _ in found],
        with_clients=[scope for scope, shows_clients in found if shows_clients],
    )


def visible_scopes(person: Practitioner) -> list[Scope]:
    """Everything the person may open a report of: own part first, then supervisees', then what a lead sees."""
    return [scope for scope, _ in _visible(person)]


def visible_case_scopes(person: Practitioner) -> list[Scope]:
    """Of these, the ones of which the person may open single clients too."""
    return [scope for scope, shows_clients in _visible(person) if shows_clients]


def may_write_clients(place: Membership, scope: Scope) -> bool:
    """Whether somebody may write to the clients of a scope that they may see, and not only read."""
    is_own = scope.practitioner == place.practitioner and place.holds_clients
    return is_own or (place.is_lead and scope.service.lead_reads_clients)


def may_write_figures(place: Membership, scope: Scope) -> bool:
    """Whether somebody may make reports of a scope for good."""
    return place.is_lead or (scope.practitioner == place.practitioner and place.holds_clients)


def may_intend(place: Membership, scope: Scope) -> bool:
    """Whether somebody may write what is tried and set targets: of themselves, or of all they lead."""
    return may_write_figures(place, scope) and scope.practitioner in (None, place.practitioner)


def may_open_clients(person: Practitioner, scope: Scope) -> bool:
    """Whether somebody may open single clients of a scope, and what is recorded about them."""
    return scope in visible_case_scopes(person)


def _visible(person: Practitioner) -> Iterator[tuple[Scope, bool]]:
    """Each scope, and whether its single clients may be opened."""
    places = list(
        person.memberships.select_related("service", "practitioner")
        .exclude(role=Role.ADMINISTRATOR)
        .order_by("service__name")
    )
    colleagues = _by_service([place.service for place in places if place.role == Role.LEAD])
    supervised = _supervised_by_service(places)
    for place in places:
        service, theirs = place.service, supervised.get(place.service_id, [])
        if place.holds_clients:
            yield Scope(service=service, practitioner=person), True
        if not place.is_lead:
            for other in theirs:
                yield Scope(service=service, practitioner=other), True
            continue
        others = [other for other in colleagues[place.service_id] if other != person]
        # For a practice of one the whole service is the same as one's own part.
        if others:
            yield Scope(service=service), service.lead_reads_clients
        for other in others:
            shows_clients = service.lead_reads_clients or other in theirs
            yield Scope(service=service, practitioner=other), shows_clients


def _supervised_by_service(places: list[Membership]) -> dict[int, list[Practitioner]]:
    found: dict[int, list[Practitioner]] = {}
    if places:
        rows = Supervising.objects.in_force(timezone.localdate()).filter(
            supervisor=places[0].practitioner,
            service__in=[place.service_id for place in places],
        )
        for row in rows.select_related("practitioner").order_by(
            "practitioner__name", "practitioner__email"
        ):
            found.setdefault(row.service_id, []).append(row.practitioner)
    return found


def _by_service(services: list[Service]) -> dict[int, list[Practitioner]]:
    found: dict[int, list[Practitioner]] = {service.pk: [] for service in services}
    members = Membership.objects.filter(service__in=services).select_related("practitioner")
    for member in members.order_by("practitioner__name", "practitioner__email"):
        if member.role in (Role.PRACTITIONER, Role.LEAD):
            found[member.service_id].append(member.practitioner)
    return found
