"""A comment at a passage, its answer, its settling, a watched page and a confirmed reading, in a real browser."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.conftest import SignIn
from tests.browser.test_leaving import assert_usable
from tests.front.test_browser import NARROW, WIDE, follow

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def test_people_talk_at_a_passage_watch_and_confirm(sign_in: SignIn) -> None:
    clerk = sign_in("verwaltung")
    start = clerk.url
    clerk.goto(f"{start}wissen/artikel/beleuchtung-maengel-melden/")
    if clerk.get_by_role("heading", name="Kommentare").count() == 0:
        clerk.goto(f"{start}suche/?q=Beleuchtung+melden")
        clerk.get_by_role("link", name="Mängel an der Beleuchtung melden").first.click()
    address = clerk.url
    assert_usable(clerk)
    clerk.get_by_text("Kommentar schreiben").click()
    clerk.get_by_label("Zu welcher Stelle?").select_option(
        label="mehrere ausgefallene Leuchten hintereinander"
    )
    clerk.get_by_label("Kommentar", exact=True).fill("Ab wie vielen? @Miriam Lindhorst")
    assert_usable(clerk)
    clerk.get_by_role("button", name="Kommentieren").click()
    expect(clerk.get_by_text("Benachrichtigt: Miriam Lindhorst.")).to_be_visible()
    expect(clerk.locator("article blockquote").first).to_contain_text("mehrere ausgefallene")
    clerk.set_viewport_size(NARROW)
    clerk.set_viewport_size(WIDE)

    curator = sign_in("koordination")
    curator.goto(f"{start}mitteilungen/")
    expect(
        curator.get_by_text("weil Sie oder Ihre Organisation genannt sind").first
    ).to_be_visible()
    curator.get_by_role("link", name="nennt Sie in einem Kommentar").first.click()
    thread = curator.get_by_role("article").filter(has_text="Ab wie vielen?")
    thread.get_by_text("Antworten", exact=True).click()
    thread.get_by_label("Antwort").fill("Ab drei.")
    thread.get_by_role("button", name="Antwort senden").click()
    expect(curator.get_by_text("Ihre Antwort steht unter dem Kommentar.")).to_be_visible()
    assert_usable(curator)

    clerk.goto(address)
    thread = clerk.get_by_role("article").filter(has_text="Ab wie vielen?")
    expect(thread.get_by_text("Ab drei.")).to_be_visible()
    thread.get_by_role("button", name="Erledigt").focus()
    clerk.keyboard.press("Enter")
    expect(clerk.get_by_text("Der Kommentar ist erledigt.")).to_be_visible()
    clerk.get_by_role("link", name="Alle Kommentare").click()
    expect(clerk.get_by_text("Ab wie vielen?")).to_be_visible()
    assert_usable(clerk)

    clerk.goto(address)
    follow(clerk.get_by_role("link", name="Beobachten"))
    assert_usable(clerk)
    clerk.get_by_role("button", name="Beobachten").first.click()
    clerk.goto(f"{start}beobachten/")
    expect(clerk.get_by_text("Mängel an der Beleuchtung melden").first).to_be_visible()
    assert_usable(clerk)

    curator.goto(address)
    follow(curator.get_by_role("link", name="Um Lesebestätigung bitten"))
    assert_usable(curator)
    curator.get_by_label("Zu lesen bis").fill(timezone.localdate().isoformat())
    curator.get_by_role("button", name="Anfragen").click()
    expect(curator.get_by_text("Nur Sie sehen, wer bestätigt.").first).to_be_visible()
    assert_usable(curator)
    asked = curator.url
    clerk.goto(f"{start}mitteilungen/")
    follow(clerk.get_by_role("link", name="bittet Sie").first)
    assert_usable(clerk)
    clerk.get_by_role("button", name="Ich habe die Seite gelesen").click()
    expect(clerk.get_by_text("Ihre Bestätigung ist festgehalten.")).to_be_visible()
    curator.goto(asked)
    expect(curator.get_by_text("Sabine Krollmann")).to_be_visible()
