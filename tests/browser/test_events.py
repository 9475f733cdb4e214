"""Events in a browser: written in the plain form, shown and listed; what can't be is said beside its field."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SignIn, shot
from tests.browser.test_leaving import assert_usable

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def test_an_event_is_written_shown_and_listed(sign_in: SignIn) -> None:
    page = sign_in("koordination")
    refused: list[str] = []
    page.on("console", lambda line: refused.append(line.text) if line.type == "error" else None)
    page.goto(f"{page.url}neu/")
    page.get_by_role("region", name="Veranstaltung").get_by_role("link").first.click()
    assert_usable(page)
    shot(page, "event-form-1280")
    page.set_viewport_size({"width": 320, "height": 640})
    shot(page, "event-form-320")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.locator("#id_title").fill("Werkstatt Licht")
    page.locator("#id_kind").select_option("workshop")
    page.locator("#id_held_on").fill("2026-03-06")
    page.locator("#id_last_day").fill("2026-03-05")
    page.locator("#id_begins_at").fill("09:00")
    page.get_by_label("Scharnhorst").check()
    page.get_by_label("EDG", exact=True).check()
    page.get_by_role("button", name="Veröffentlichen").click()
    wrong = page.get_by_role("alert")
    expect(wrong).to_contain_text("Der letzte Tag kann nicht vor dem ersten liegen")
    assert_usable(page)
    shot(page, "event-wrong-1280")
    wrong.get_by_role("link").click()
    expect(page.locator("#id_last_day")).to_be_focused()
    page.locator("#id_last_day").fill("2026-03-07")
    page.get_by_role("button", name="Veröffentlichen").click()
    expect(page.get_by_role("heading", name="Werkstatt Licht")).to_be_visible()
    assert_usable(page)
    shot(page, "event-page-1280")
    page.set_viewport_size({"width": 320, "height": 640})
    shot(page, "event-page-320")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("link", name="Bearbeiten").first.click()
    shot(page, "event-edit-1280")
    page.go_back()
    page.locator(".sw-breadcrumb a").last.click()
    assert_usable(page)
    shot(page, "event-list-1280")
    page.set_viewport_size({"width": 320, "height": 640})
    shot(page, "event-list-320")
    page.get_by_role("link", name="Beispiel: Quartierslabor").click()
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("link", name="Ergebnisseite anlegen").click()
    assert_usable(page)
    shot(page, "event-results-1280")
    page.set_viewport_size({"width": 320, "height": 640})
    shot(page, "event-results-320")
    assert refused == [], "nothing breaks the content security policy"
