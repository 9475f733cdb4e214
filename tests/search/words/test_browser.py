"""The curator's way in a real browser: preview, save, find; by keyboard, without scripts, on a narrow screen."""

from __future__ import annotations

import datetime as dt
import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from search.words import services
from search.words.house import Word
from search.words.models import CountedQuery, WordKind
from tests.conftest import Cast
from tests.front.test_browser import (
    NARROW,
    WIDE,
    Browsing,
    browsing,
    overflow,
    set_width,
    violations,
)
from tests.search.shelf import ShelfSource

__all__ = ["browsing"]  # the fixture

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

PICTURES = os.environ.get("STADTWISSEN_PICTURES")


def look(page: Page, name: str) -> None:
    """Check what is shown at both widths; keep a picture of it if a folder is named."""
    for label, size in (("wide", WIDE), ("narrow", NARROW)):
        set_width(page, size)
        assert violations(page) == [], name
        assert overflow(page) == 0, name
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{name}-{label}.png", full_page=True)
    set_width(page, WIDE)


@pytest.fixture
def counted(filled: ShelfSource, cast: Cast) -> dict[str, str]:
    """Something on each page; returns the addresses of what there is."""
    month = dt.date.today().replace(day=1)  # noqa: DTZ011 - a day will do
    CountedQuery.objects.create(
        month=month,
        key="schulzeugnis",
        text="Schulzeugnis",
        asked=8,
        without_hits=8,
        is_common=True,
    )
    bet = services.add_best_bet(
        actor=cast.curator, expressions=["Etat", "Budget"], target="shelf:woh", sentence="Zahlen"
    )
    word = Word(WordKind.ABBREVIATION, ("WOH", "Wirkungsorientierter Haushalt"))
    entry = services.add_word(actor=cast.curator, word=word, note="Befragung")
    return {
        "word-add": "neu/?art=never_split",
        "word-remove": f"{entry.pk}/entfernen/",
        "bets": "empfehlungen/",
        "bet-edit": f"empfehlungen/{bet.pk}/",
        "bet-remove": f"empfehlungen/{bet.pk}/entfernen/",
    }


def test_from_a_search_without_hits_to_a_synonym_that_finds(
    counted: dict[str, str], browsing: Browsing
) -> None:
    page = browsing.open("/", viewport=WIDE)
    page.locator(".sw-account__summary").click()
    page.get_by_role("link", name="Wörter der Suche").click()
    look(page, "words")
    page.get_by_role("link", name="Suchen ohne Treffer").click()
    look(page, "queries")
    page.get_by_role("link", name=re.compile("Synonym anlegen.*Schulzeugnis")).click()
    page.get_by_label("Ausdrücke, die dasselbe bedeuten").fill("Schulzeugnis")
    page.get_by_role("button", name="Wirkung zeigen").click()
    expect(page.get_by_text("mindestens zwei Ausdrücke").first).to_be_visible()
    look(page, "mistake")
    page.get_by_label("Ausdrücke, die dasselbe bedeuten").fill("Schulzeugnis\nSchulnoten")
    page.get_by_role("button", name="Wirkung zeigen").click()
    expect(page.get_by_text("Treffer: jetzt 0, mit der Änderung 1.").first).to_be_visible()
    look(page, "preview")
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_text("Der Eintrag ist gespeichert")).to_be_visible()
    page.goto(f"{browsing.url}/suche/?q=Schulzeugnis")
    expect(page.locator("#hit-count")).to_have_text(re.compile("1 Treffer"))
    expect(page.locator("mark").first).to_have_text("Schulnoten")


def test_a_recommendation_is_made_without_scripts_by_keyboard(
    counted: dict[str, str], browsing: Browsing
) -> None:
    page = browsing.open(
        "/suche/woerter/empfehlungen/neu/", java_script_enabled=False, viewport=NARROW
    )
    page.get_by_label("Ausdrücke").fill("Quartier")
    page.get_by_label("Ziel suchen").fill("Partnerschaft")
    page.get_by_label("Ziel suchen").press("Enter")
    target = page.get_by_label("Partnerschaft im Quartier (Regal)")
    target.focus()
    target.press("Space")
    page.get_by_label("Satz dazu").fill("So geht es.")
    page.get_by_role("button", name="Speichern").press("Enter")
    expect(page.get_by_text("Die Empfehlung ist gespeichert")).to_be_visible()
    page.goto(f"{browsing.url}/suche/?q=Quartiere")
    expect(page.locator(".sw-recommended")).to_contain_text("So geht es.")


def test_every_page_about_words_is_accessible_and_fits(
    counted: dict[str, str], browsing: Browsing
) -> None:
    page = browsing.open("/suche/?q=Etat", viewport=WIDE)
    expect(page.locator(".sw-recommended")).to_contain_text("Ergebnisse der WOH")
    look(page, "recommended")
    for name, address in counted.items():
        page.goto(f"{browsing.url}/suche/woerter/{address}")
        look(page, name)
