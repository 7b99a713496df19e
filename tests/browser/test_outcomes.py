"""From the outcomes to the clients behind a number, on a laptop and on a phone."""

import pytest
from django.urls import reverse

from tests.browser.conftest import Visit
from tests.caseloads import MONTH

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_outcomes_beside_a_column_and_the_clients_behind(visit: Visit) -> None:
    visit.sign_in()
    address = f"{reverse('outcome-list', args=[visit.service.uid])}?to={MONTH}"
    assert visit.wrong(address) == []
    visit.open(address)
    page = visit.page
    page.get_by_label("Beside the published figures of").select_option("source:core_connell_2006")
    page.get_by_role("button", name="Show").click()
    page.get_by_text("Beside: Connell 2006.").wait_for()
    number = page.get_by_role("region", name="The journey").locator("a").nth(1)
    counted = number.inner_text()
    number.focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Entered therapy").wait_for()
    page.get_by_role("heading", name=f"Counted: {counted}", exact=True).wait_for()
    behind = page.url.removeprefix(visit.server)
    assert visit.wrong(behind) == []
    page.get_by_role("link", name="Back to the outcomes").click()
    page.get_by_text("Beside: Connell 2006.").wait_for()
    assert visit.complaints == []
