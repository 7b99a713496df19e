"""Which service and practitioner a command was asked for, or what there is to choose from.

Whoever can run commands on the machine holds the database; the access rules of the pages are for
people who sign in.
"""

from argparse import ArgumentParser

from django.core.management.base import CommandError

from practice.cohorts import Scope
from practice.models import Practitioner, Service


def add_scope_arguments(parser: ArgumentParser) -> None:
    """--service and --practitioner."""
    parser.add_argument("--service", metavar="NAME", help="needed when there are several")
    parser.add_argument("--practitioner", metavar="EMAIL", help="only this person's episodes")


def asked_service(name: str | None) -> Service:
    """The service of that name, or the only one. Raises CommandError with the choices."""
    services = {service.name: service for service in Service.objects.order_by("name")}
    if not services:
        raise CommandError(
            "There is no service yet: bring a caseload in with import_caseload first."
        )
    choices = "; there is: " + ", ".join(services)
    if name is not None:
        if name not in services:
            raise CommandError(f"No service is called {name!r}{choices}")
        return services[name]
    if len(services) > 1:
        raise CommandError(f"There are several services: name one with --service{choices}")
    return next(iter(services.values()))


def asked_scope(*, service: str | None, practitioner: str | None) -> Scope:
    """The scope asked for. Raises CommandError with what there is to choose from."""
    chosen = asked_service(service)
    if practitioner is None:
        return Scope(service=chosen)
    email = Practitioner.objects.normalise(practitioner)
    people = {person.email: person for person in chosen.practitioners.order_by("email")}
    if email not in people:
        raise CommandError(
            f"{practitioner!r} is not a practitioner of {chosen.name}; there is: "
            + (", ".join(people) or "nobody yet")
        )
    return Scope(service=chosen, practitioner=people[email])
