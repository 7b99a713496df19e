"""What each page of the site needs beside its own."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from practice.models import Membership, Practitioner

# How the name of an address begins -> the entry of the menu; the first that fits.
SECTIONS = (
    ("caseload", "caseload"),
    ("client-", "caseload"),
    ("episode-still-open", "ending-list"),
    ("episode-", "caseload"),
    ("session-", "caseload"),
    ("completion-", "caseload"),
    ("risk-", "caseload"),
    ("ending-", "ending-list"),
    ("outcome-", "outcome-list"),
    ("split-", "outcome-list"),
    ("supervision-", "supervision-sheet"),
    ("report-", "report-list"),
    ("frozen-", "report-list"),
    ("resolution-", "report-list"),
    ("benchmark-", "benchmark-list"),
    ("target-", "benchmark-list"),
    ("annual-", "benchmark-list"),
    ("import-", "import-start"),
    ("service-", "service-settings"),
    ("member-", "service-settings"),
    ("supervising-", "service-settings"),
    ("audit-", "service-settings"),
    ("retention-", "service-settings"),
    ("backup-", "service-settings"),
    ("invitation-", "service-settings"),
    ("questionnaire-", "questionnaire-list"),
    ("word-", "word-list"),
    ("security", "security"),
    ("mfa_", "security"),
    ("account_change_password", "security"),
)


def practice(request: HttpRequest) -> dict[str, object]:
    """is_demo: so that each page can say that its data are invented. places, section: for the menu.

    The places are the person's memberships by name of the service, read only by a page that prints
    the menu. It leads to the service of the page's `scope`, or to the first of them. The section is
    the entry of the menu that a page stands under; "" for a page that stands under none.
    """
    return {
        "is_demo": settings.DEMO,
        "places": SimpleLazyObject(lambda: _places(request)),
        "section": _section(request),
    }


def _section(request: HttpRequest) -> str:
    match = request.resolver_match
    name = (match.url_name if match else None) or ""
    return next((to for begins, to in SECTIONS if name.startswith(begins)), "")


def _places(request: HttpRequest) -> list[Membership]:
    person = getattr(request, "user", None)
    if not isinstance(person, Practitioner):
        return []
    return list(person.memberships.select_related("service").order_by("service__name"))
