"""The calendar in a browser: accessible, whole at 320 px, its months and filters reached by keyboard and mouse."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SignIn, shot
from tests.browser.test_leaving import assert_usable

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def test_the_calendar_is_usable_everywhere(sign_in: SignIn) -> None:
    page = sign_in("koordination")
    refused: list[str] = []
    page.on("console", lambda line: refused.append(line.text) if line.type == "error" else None)
    start = page.url
    page.goto(f"{start}termine/")
    assert_usable(page)
    shot(page, "calendar-1280")
    expect(page.locator("td[aria-current=date]")).to_contain_text("heute")
    page.locator("a[rel=prev]").click()
    page.wait_for_url("**/termine/*/*/")
    page.get_by_role("link", name="Dieser Monat").click()
    page.goto(f"{start}termine/liste/")
    assert_usable(page)
    shot(page, "calendar-list-1280")
    page.locator(".sw-table tbody th a").first.click()
    expect(page.get_by_role("link", name="In den eigenen Kalender (ICS)")).to_be_visible()
    assert_usable(page)
    page.get_by_role("region", name="Kalender").get_by_role("link").first.click()
    month = page.url
    assert_usable(page)
    shot(page, "calendar-month-1280")
    page.set_viewport_size({"width": 320, "height": 640})
    # A list of days on which something is on: each says its weekday, since the heads are gone.
    days = page.locator(".sw-month td:visible")
    expect(days.first).to_contain_text("tag, ")
    assert days.count() == page.locator(".sw-month td:has(li), .sw-month td[aria-current]").count()
    shot(page, "calendar-month-320")
    page.emulate_media(color_scheme="dark")
    assert_usable(page)
    page.goto(f"{month}?kind=fest")
    expect(page.get_by_text("Dieser Filter wurde weggelassen")).to_be_visible()
    assert_usable(page)
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{start}termine/liste/")
    shot(page, "calendar-list-320")
    assert refused == [], "nothing breaks the content security policy"
