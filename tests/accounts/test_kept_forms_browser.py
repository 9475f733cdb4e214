"""In a real browser: a session ends while somebody fills a plain form in; they sign in again, and it is saved."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from knowledge.contacts.models import ContactIndexPage, ContactPage
from tests.conftest import Cast
from tests.factories import home_of, publish_below
from tests.front.test_browser import NARROW, WIDE, Browsing, browsing, overflow, violations

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
__all__ = ["browsing"]
PASSWORD = "Sturmflut unter Glas"
PHONE = "0231 50-77"


@pytest.fixture
def contact(cast: Cast) -> ContactPage:
    """Publish a contact, and let the curator sign in by hand."""
    cast.curator.set_password(PASSWORD)
    cast.curator.save()
    index = publish_below(home_of(cast.space_a), ContactIndexPage(title="Kontakte"))
    page: ContactPage = publish_below(
        index, ContactPage(title="Wache", organisation=cast.organisation_a)
    )
    return page


def test_a_session_ends_in_the_middle_of_a_form(
    contact: ContactPage, browsing: Browsing, cast: Cast
) -> None:
    page = browsing.open(f"/angaben/{contact.pk}/", viewport=WIDE)
    page.get_by_label("Telefon").first.fill(PHONE)
    page.context.clear_cookies()
    page.get_by_role("button", name="Veröffentlichen").press("Enter")
    expect(page.get_by_role("heading", name="Noch nicht gespeichert")).to_be_visible()
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        assert violations(page) == []
        assert overflow(page) == 0
    with page.expect_popup() as opened:
        page.get_by_role("link", name="In einem neuen Fenster anmelden").press("Enter")
    other = opened.value
    other.get_by_label("Benutzername").fill(cast.curator.username)
    other.get_by_label("Passwort", exact=True).fill(PASSWORD)
    other.keyboard.press("Enter")
    other.wait_for_url(browsing.url + "/")
    page.get_by_role("button", name="Ich bin wieder angemeldet").press("Enter")
    page.get_by_role("button", name="Noch einmal senden").press("Enter")
    expect(page.get_by_role("link", name=PHONE).first).to_be_visible()
