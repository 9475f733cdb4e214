"""Whoever leaves is out at her next click, in a real browser; a partner leaves with its export and report."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.front.test_browser import NARROW, WIDE, follow, overflow, violations

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def assert_usable(page: Page) -> None:
    """Check the page with axe, and that nothing scrolls sideways at 320 px."""
    assert violations(page) == [], page.url
    page.set_viewport_size(NARROW)
    assert overflow(page) == 0, page.url
    page.set_viewport_size(WIDE)


def test_a_closed_account_is_out_and_a_partner_leaves(sign_in: SignIn, tmp_path: Path) -> None:
    operator, police = sign_in("betrieb"), sign_in("polizei")
    police.get_by_role("link", name="Maßnahmen").first.click()
    operator.goto(operator.url + "personen/")
    assert_usable(operator)
    follow(operator.get_by_role("link", name="Timo Averbeck"))
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
    follow(curator.get_by_role("button", name="Export erstellen lassen"))
    assert_usable(curator)
    with curator.expect_download() as download:
        curator.get_by_role("link", name="ZIP herunterladen").click()
    archive = zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes()))
    assert "index.html" in archive.namelist()
    follow(curator.get_by_role("link", name="Was würde enden"))
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
