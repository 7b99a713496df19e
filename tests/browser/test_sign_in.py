"""Signing in with a second factor, in a browser that has a passkey: by keyboard, on a narrow screen."""

import pytest
from django.urls import reverse

from practice.models import Practitioner
from tests.browser.conftest import NARROW, PASSWORD, WIDE, Visit
from tests.views.signing_in import SECURITY, code, recovery_codes

pytestmark = pytest.mark.browser
EMAIL = "leda@example.org"


def plug_in(visit: Visit) -> None:
    """A device that keeps passkeys and always agrees."""
    device = visit.page.context.new_cdp_session(visit.page)
    device.send("WebAuthn.enable")
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def press(visit: Visit, name: str) -> None:
    """A button or link, by keyboard alone."""
    page = visit.page
    target = page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name)).first
    target.focus()
    target.press("Enter")


def sign_out(visit: Visit) -> None:
    press(visit, "Sign out")
    visit.page.get_by_role("heading", name="Sign in").wait_for()


def fits(visit: Visit) -> None:
    """The page as it stands, on both screens."""
    for width in (NARROW, WIDE):
        visit.page.set_viewport_size({"width": width, "height": 800})
        assert visit.overflow() <= 0, (visit.page.url, width)
    assert visit.violations() == [], visit.page.url


def again(visit: Visit) -> None:
    """The passphrase once more."""
    visit.page.get_by_label("Passphrase").fill(PASSWORD)
    press(visit, "Go on")


def give_passphrase(visit: Visit) -> None:
    visit.page.get_by_label("mail").fill(EMAIL)
    visit.page.get_by_label("Passphrase").fill(PASSWORD)
    visit.page.keyboard.press("Enter")


def is_in(visit: Visit) -> None:
    visit.page.get_by_role("button", name="Sign out").first.wait_for()


def add_passkey(visit: Visit) -> None:
    page = visit.page
    press(visit, "Add a passkey")
    page.get_by_label("Passphrase").wait_for()
    fits(visit)
    again(visit)
    page.get_by_role("heading", name="A new passkey").wait_for()
    fits(visit)
    press(visit, "Make it")
    page.get_by_role("heading", name="Recovery codes").wait_for()
    fits(visit)
    shown = page.locator(".codes code").all_text_contents()
    assert shown == recovery_codes(Practitioner.objects.get(email=EMAIL))
    press(visit, "I have them")
    page.get_by_role("heading", name="Caseload").first.wait_for()


def add_app(visit: Visit) -> str:
    """The secret that the app has now."""
    page = visit.page
    visit.open(SECURITY)
    press(visit, "Set up an authenticator app")
    page.get_by_role("link", name="Use a passkey").wait_for()
    press(visit, "Use a passkey")
    page.get_by_role("heading", name="Your passkey, please").wait_for()
    fits(visit)
    press(visit, "Use a passkey")
    page.get_by_role("heading", name="An authenticator app").wait_for()
    fits(visit)
    assert page.locator("img.qr").evaluate("image => image.naturalWidth") > 0
    secret = page.locator("code.secret").text_content() or ""
    page.get_by_label("The code that the app shows now").fill(code(secret=secret))
    page.keyboard.press("Enter")
    page.get_by_text("10 of 10 are left").wait_for()
    fits(visit)
    return secret


def test_a_passkey_and_an_app_from_set_up_to_signing_in(visit: Visit) -> None:
    page = visit.page
    plug_in(visit)
    visit.service.second_factor = None
    visit.service.is_invented = False
    visit.service.save()
    visit.open(reverse("account_login"))
    fits(visit)
    give_passphrase(visit)
    # There are two members: the practice asks, and says why.
    page.get_by_text("asks for a second factor").wait_for()
    fits(visit)
    add_passkey(visit)

    # With the passkey alone, and back to where one wanted to go.
    sign_out(visit)
    visit.open(f"{reverse('account_login')}?next=/reports/")
    press(visit, "Sign in with a passkey")
    page.wait_for_url("**/reports/")

    # As the second step.
    sign_out(visit)
    give_passphrase(visit)
    page.get_by_role("heading", name="Your code").wait_for()
    fits(visit)
    press(visit, "Use a passkey")
    is_in(visit)

    secret = add_app(visit)
    sign_out(visit)
    give_passphrase(visit)
    page.get_by_label("Code").fill("000000")
    page.keyboard.press("Enter")
    page.get_by_text("This is not right").wait_for()
    fits(visit)
    # The code of the half minute that comes: the one of now was used to set the app up.
    page.get_by_label("Code").fill(code(steps=1, secret=secret))
    page.keyboard.press("Enter")
    is_in(visit)

    visit.open(SECURITY)
    press(visit, "Sign out everywhere")
    page.get_by_text("You have signed out everywhere.").wait_for()
    assert visit.complaints == []


def test_without_a_passkey_the_page_says_that_nothing_came_of_it(visit: Visit) -> None:
    page = visit.page
    page.add_init_script("navigator.credentials.get = () => Promise.reject(new Error('no'))")
    visit.open(reverse("account_login"))
    press(visit, "Sign in with a passkey")
    page.get_by_text("Nothing came of it").wait_for()
    assert visit.violations() == []
    assert visit.complaints == []
