"""Which service an import is for."""

from collections.abc import Iterable
from dataclasses import dataclass

from practice.models import Service

FIRST_SERVICE = "My practice"
_NAME_LENGTH = 120


class ServiceChoiceError(ValueError):
    """More than one service could be meant; the message says what there is to choose."""


@dataclass(frozen=True, kw_only=True)
class ChosenService:
    """A service, or (None) the name of one that is to be made."""

    name: str
    service: Service | None


def choose_service_to_fill(name: str | None) -> ChosenService:
    """The service to import into: by name, made if there is none; or the only one.

    Where there is none at all, "My practice" is made. Raises ServiceChoiceError among several.
    """
    services = {service.name: service for service in Service.objects.order_by("name")}
    if name is None:
        match list(services.values()):
            case []:
                return ChosenService(name=FIRST_SERVICE, service=None)
            case [service]:
                return ChosenService(name=service.name, service=service)
        raise ServiceChoiceError(f"name the service: {_listed(services)}")
    name = name.strip()
    if not name or len(name) > _NAME_LENGTH or not name.isprintable():
        raise ServiceChoiceError(f"a service has a name of 1 to {_NAME_LENGTH} signs, on one line")
    return ChosenService(name=name, service=services.get(name))


def service_meant(name: str | None) -> Service | None:
    """The stored service that an import will go into; None where there is none, or several."""
    services = Service.objects.order_by("pk")
    if name is not None:
        services = services.filter(name=name.strip())
    found = list(services[:2])
    return found[0] if len(found) == 1 else None


def _listed(names: Iterable[str]) -> str:
    return "; ".join(f"“{name}”" for name in names)
