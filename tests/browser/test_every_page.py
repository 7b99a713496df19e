"""Every page there is, in one walk: axe, the width of a phone, one heading, and what paper leaves out."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, reverse
from django.utils import timezone

from practice.cohorts import Scope
from practice.domain.endings import Ending
from practice.models import CaseloadUpload, Practitioner, Supervising
from practice.published import published
from practice.urls import urlpatterns
from tests.browser.conftest import NARROW, WIDE, Visit
from tests.cast import (
    make_annual_figures,
    make_client,
    make_completion,
    make_episode,
    make_invitation,
    make_meeting,
    make_practitioner,
    make_resolution,
    make_session,
    make_target,
    saved,
)
from tests.reports.freezing import frozen

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NO_PAGES = {
    # Files, and what answers machines.
    *("report-month-pdf", "frozen-pdf", "report-batch-zip", "supervision-sheet-pdf"),
    *("questionnaire-pdf", "import-template", "import-bad-rows", "healthz"),
    *("client-copy-pdf", "client-copy-data"),
    # For a practice of one: test_setup looks at it.
    "backup-make",
    # Somebody who is signed in and has a practice is sent on, or they are gone after set-up.
    *("home", "practice-create", "note-key", "account_login", "account_inactive"),
    # A file that was stored is no longer looked at; the way before that is walked in test_import.
    *("import-headings", "import-preview"),
}
# What a page must be beside what axe asks.
PAGE = """() => ({
    lang: document.documentElement.lang,
    title: document.title.trim(),
    headings: [...document.querySelectorAll("h1")].filter(e => e.checkVisibility()).length,
    first: document.querySelector("main :is(h1, h2, h3, form)").tagName,
    mains: document.querySelectorAll("main").length,
    wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
})"""
PAPER = """() => [...document.querySelectorAll(
    "header.site, main nav, main .btn, main button, main form.choose, .skip"
)].filter(e => e.checkVisibility()).map(e => e.outerHTML.slice(0, 60))"""


def each_pattern(patterns: list[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from each_pattern(pattern.url_patterns)
        else:
            yield pattern


def filled(visit: Visit) -> dict[str, Any]:
    """What stands in an address, of a practice with one of everything."""
    service, leda = visit.service, Practitioner.objects.get(email="leda@example.org")
    today = timezone.localdate()
    began = today - dt.timedelta(weeks=8)
    client = make_client(service=service, reference="Ŵ-14")
    episode = make_episode(client=client, holder=leda, referred_on=began)
    for weeks, total in ((1, 15), (2, 12), (3, 22)):
        session = make_session(episode=episode, held_on=began + dt.timedelta(weeks=weeks), by=leda)
        make_completion(of=session, total=total, by=leda)
    over = make_episode(
        client=make_client(service=service),
        holder=leda,
        referred_on=began,
        ended_on=today,
        ending=Ending.LOSS_OF_CONTACT,
    )
    form = make_completion(of=episode, on=today, total=20, answers="--------1", by=leda)
    made: dict[str, Any] = {
        "service": service,
        "practitioner": leda,
        "episode": episode,
        "session": session,
        "completion": form,
        "meeting": make_meeting(service=service, practitioner=leda, held_on=began),
        "upload": CaseloadUpload.objects.create(
            service=service, uploaded_by=leda, stored_at=timezone.now()
        ),
        "invitation": make_invitation(service=service, by=leda),
        "frozen": frozen(Scope(service=service), by=leda),
        "resolution": make_resolution(service=service, practitioner=leda),
        "target": make_target(service=service, practitioner=leda),
        "annual": make_annual_figures(service=service, by=leda),
        "client": client,
        "member": make_practitioner(email="sue@example.org", name="Sue Ŵyn", service=service),
    }
    made["supervising"] = saved(
        Supervising(service=service, supervisor=made["member"], practitioner=leda, since=began),
        by=leda,
    )
    make_invitation(service=service, by=leda, email="dora@example.org", secret="four-quiet-boats")
    return {
        **{name: row.uid for name, row in made.items()},
        "ended": over.uid,
        "token": "four-quiet-boats",
        "figure": "planned_declared",
        "key": next(iter(published())).key,
        "uidb36": "1",
    }


def addresses(parts: dict[str, Any]) -> dict[str, str]:
    """Of each name one address: of two, the own part; the rest of the pages are the same."""
    patterns = {str(pattern.name): pattern for pattern in each_pattern(urlpatterns)}
    found = {
        name: reverse(name, kwargs={part: parts[part] for part in pattern.pattern.regex.groupindex})
        for name, pattern in patterns.items()
        # What the second factors show depends on which there are: test_sign_in walks their states.
        if name not in NO_PAGES and not name.startswith("mfa_")
    }
    return {**found, "episode-reopen": reverse("episode-reopen", args=[parts["ended"]])}


def problems(visit: Visit) -> list[str]:
    """What is wrong with the page as it stands, on a phone, on paper, and too wide for a laptop."""
    page = visit.page.evaluate(PAGE)
    found = visit.violations()
    right = {"lang": "en-GB", "headings": 1, "first": "H1", "mains": 1}
    found += [f"{name}: {page[name]}" for name, wanted in right.items() if page[name] != wanted]
    if not page["title"]:
        found.append("no title")
    if page["wide"] > 0:
        found.append(f"{page['wide']} pixels too wide")
    visit.page.emulate_media(media="print")
    found += [f"on paper: {each}" for each in visit.page.evaluate(PAPER)]
    visit.page.emulate_media(media="screen")
    visit.page.set_viewport_size({"width": WIDE, "height": 800})
    if visit.overflow() > 0:
        found.append(f"{visit.overflow()} pixels too wide at {WIDE}")
    return found


def test_every_page_on_a_phone_and_on_paper(visit: Visit) -> None:
    visit.open(reverse("account_login"), width=NARROW)
    found = {"account_login": problems(visit)}
    visit.sign_in()
    parts = filled(visit)
    for name, address in addresses(parts).items():
        visit.open(address, width=NARROW)
        # A page that sends one on would be looked at under a wrong name.
        assert visit.page.url == visit.server + address, name
        found[name] = problems(visit)
    assert len(found) > 50
    assert not any(found.values()), "\n".join(
        f"{name}: {each}" for name, all_of_it in found.items() for each in all_of_it
    )
    assert visit.complaints == []
