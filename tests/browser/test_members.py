"""A lead's walk through members: a supervision, a role, somebody leaves; wide and narrow, by rule."""

import pytest
from django.urls import reverse

from practice.models import Holding, Membership, Practitioner, Role, Supervising
from tests.browser.conftest import NARROW, WIDE, Visit
from tests.cast import make_client, make_episode, make_practitioner

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def fine(visit: Visit) -> None:
    assert visit.violations() == []
    assert visit.overflow() <= 0


def test_somebody_is_supervised_and_somebody_leaves(visit: Visit) -> None:
    service = visit.service
    service.lead_reads_clients = True
    service.save()
    bob = Practitioner.objects.get(email="bob@example.org")
    sue = make_practitioner(
        email="sue@example.org", name="Sue", service=service, role=Role.SUPERVISOR
    )
    episode = make_episode(client=make_client(service=service, reference="B-1"), holder=bob)
    make_episode(client=make_client(service=service), holder=None)
    visit.sign_in()
    listed = reverse("member-list", args=[service.uid])
    about_bob = [
        reverse(f"member-{name}", args=[service.uid, bob.uid]) for name in ("role", "leave")
    ]
    create = reverse("supervising-create", args=[service.uid])
    for path in (listed, *about_bob, create):
        for width in (WIDE, NARROW):
            visit.open(path, width=width)
            fine(visit)

    visit.open(listed)
    visit.page.get_by_role("link", name="Arrange a supervision").click()
    visit.page.get_by_label("Who is supervised").select_option(str(bob.uid))
    visit.page.get_by_label("By whom").select_option(str(sue.uid))
    visit.page.get_by_role("button", name="Arrange it").click()
    visit.page.get_by_text("Sue supervises Bob.").wait_for()
    begun = Supervising.objects.get()
    visit.open(reverse("supervising-end", args=[service.uid, begun.uid]), width=NARROW)
    fine(visit)

    visit.open(about_bob[1])
    visit.page.locator("#id_to").select_option(label="Leda Škvorecký, leda@example.org")
    visit.page.get_by_role("button", name="Hand over and end the membership").click()
    visit.page.get_by_text("Bob has left").wait_for()
    assert not Membership.objects.filter(practitioner=bob).exists()
    assert Holding.objects.get(episode=episode, until=None).practitioner.email == "leda@example.org"
    visit.open(listed, width=NARROW)
    fine(visit)
    assert visit.complaints == []
