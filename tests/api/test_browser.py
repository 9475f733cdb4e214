"""Making and revoking an access key in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import Cast
from tests.front.test_browser import (
    NARROW,
    WIDE,
    Browsing,
    browsing,
    follow,
    overflow,
    squeezed,
    violations,
)

__all__ = ["browsing"]  # the fixture

# The flush between two tests would take the root page along, which a migration makes.
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def whoami(page: Page, secret: str) -> int:
    headers = {"Authorization": f"Bearer {secret}"}
    address = page.url.partition("/konto/")[0] + "/api/v3/whoami/"
    return page.request.get(address, headers=headers).status


def test_a_key_is_made_shown_once_and_revoked(cast: Cast, browsing: Browsing) -> None:
    page = browsing.open("/", viewport=WIDE)
    page.locator(".sw-account__summary").click()
    page.get_by_role("link", name="Mein Konto").click()
    follow(page.get_by_role("link", name="Zugriffsschlüssel erzeugen und beenden"))
    assert violations(page) == []
    page.get_by_label("Name").fill("Auswertung")
    page.get_by_label("Gültig für").select_option("30 Tage")
    page.get_by_role("button", name="Schlüssel anlegen").click()
    secret = page.get_by_test_id("secret").inner_text()
    assert violations(page) == []
    page.set_viewport_size(NARROW)
    assert overflow(page) <= 0
    assert squeezed(page) == []
    assert whoami(page, secret) == 200
    page.goto(page.url)
    expect(page.get_by_test_id("secret")).to_have_count(0)
    page.get_by_role("button", name=re.compile("Widerrufen.*Auswertung")).click()
    expect(page.get_by_text("Der Zugriffsschlüssel „Auswertung“ gilt nicht mehr.")).to_be_visible()
    assert whoami(page, secret) == 401
