"""Whoever leaves is out at her next click, in a real browser; a partner leaves with its export and report."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.conftest import SignIn

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
NARROW: ViewportSize = {"width": 320, "height": 640}
WIDE: ViewportSize = {"width": 1280, "height": 800}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def assert_usable(page: Page) -> None:
    """Check the page with axe, and that nothing scrolls sideways at 320 px."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
    problems = [
        f"{rule['id']}: {rule['nodes'][0]['html'][:160]}" for rule in found.response["violations"]
    ]
    assert problems == [], page.url
    page.set_viewport_size(NARROW)
    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(width) == 0, page.url
    page.set_viewport_size(WIDE)


def test_a_closed_account_is_out_and_a_partner_leaves(sign_in: SignIn, tmp_path: Path) -> None:
    operator, police = sign_in("betrieb"), sign_in("polizei")
    police.get_by_role("link", name="Maßnahmen").first.click()
    operator.goto(operator.url + "personen/")
    assert_usable(operator)
    operator.get_by_role("link", name="Timo Averbeck").click()
    assert_usable(operator)
    operator.get_by_role("button", name="Konto schließen").click()
    expect(operator.get_by_text("1 offene Sitzung endet sofort.")).to_be_visible()
    assert_usable(operator)
    police.get_by_role("link", name="Stadtwissen").first.click()  # nothing has happened yet
    expect(police.get_by_text("Timo Averbeck").first).to_be_visible()
    operator.get_by_label("Grund").fill("Wechsel")
    operator.get_by_role("button", name="Konto schließen").click()
    expect(operator.get_by_text("Alle Sitzungen sind beendet.")).to_be_visible()
    police.get_by_role("link", name="Maßnahmen").first.click()
    expect(police.get_by_label("Passwort")).to_be_visible()

    clerk, curator = sign_in("edg"), sign_in("koordination")
    start = curator.url
    clerk.goto(start + "meine-daten/")
    expect(clerk.get_by_text("Petra").first).to_be_visible()
    assert_usable(clerk)
    curator.goto(start + "organisationen/")
    assert_usable(curator)
    curator.get_by_role("link", name="EDG", exact=True).click()
    curator.get_by_role("button", name="Export erstellen lassen").click()
    assert_usable(curator)
    with curator.expect_download() as download:
        curator.get_by_role("link", name="ZIP herunterladen").click()
    archive = zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes()))
    assert "index.html" in archive.namelist()
    curator.get_by_role("link", name="Was würde enden").click()
    assert_usable(curator)
    curator.get_by_label("Wer ist künftig").select_option(index=1)
    curator.get_by_label("Grund").fill("Vertrag beendet")
    curator.get_by_label("Kurznamen der Organisation eintippen").fill("EDG")
    curator.get_by_role("button", name="Organisation austreten lassen").click()
    expect(curator.get_by_role("heading", name="Bericht: EDG ist ausgetreten")).to_be_visible()
    expect(curator.get_by_text("Petra Holtkötter").first).to_be_visible()
    assert_usable(curator)
    clerk.get_by_role("link", name="Stadtwissen").first.click()
    expect(clerk.get_by_label("Passwort")).to_be_visible()
