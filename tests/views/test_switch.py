"""The way from one's own numbers to a colleague's and to the whole service's, on every page that has it."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from tests.cast import Cast

PAGES = ("caseload", "ending-list", "outcome-list", "resolution-list", "split-list")


@pytest.mark.parametrize("page", PAGES)
def test_a_lead_goes_on_to_the_same_page_of_somebody_else(
    client: Browser, cast: Cast, page: str
) -> None:
    client.force_login(cast.leda)
    whole = reverse(page, args=[cast.service.uid])
    own = reverse(page, args=[cast.service.uid, cast.alice.uid])
    shown = client.get(own).content.decode()
    before, _, switch = shown.partition('<nav class="case-switch')
    switch = switch.partition("</nav>")[0]
    assert f'href="{whole}' in switch, before[-80:]
    assert f'href="{own}' in switch
    current = switch.partition(' aria-current="page"')
    assert current[0].rpartition("<a ")[2].startswith(f'href="{own}')
    assert current[2].startswith(">Alice<")
