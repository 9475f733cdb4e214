"""From the sign-in to the first hit, as three people: each finds what is hers, and never what is not."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

QUERIES = ("müllpolizei", "Muellpolizei", "Ermittlungsdienste")
INTERNAL_WORD = "Silberdistel"  # only in the internal space of the waste company


def search(page: Page, words: str) -> None:
    """Type words into the search field of the frame and wait for the answer."""
    field = page.locator("input[name=q]").first  # a search box, or a combo box once scripts run
    field.fill(words)
    field.press("Enter")
    page.wait_for_url(re.compile(r"/suche/\?"))


def test_three_people_find_what_is_theirs(sign_in: SignIn) -> None:
    pages = {name: sign_in(name) for name in ("edg", "polizei", "leitung")}
    for page in pages.values():
        for words in QUERIES:
            search(page, words)
            hit = (
                page.locator("article, li")
                .filter(has_text=re.compile(r"\b16\b"))
                .filter(has=page.locator("mark"))
            )
            expect(hit.first).to_be_visible()
    edg = pages.pop("edg")
    search(edg, INTERNAL_WORD)
    expect(edg.get_by_role("link", name=re.compile(INTERNAL_WORD)).first).to_be_visible()
    edg.get_by_role("link", name=re.compile(INTERNAL_WORD)).first.click()
    expect(edg.get_by_role("heading", level=1)).to_contain_text(INTERNAL_WORD)
    address = edg.url
    for page in pages.values():
        search(page, INTERNAL_WORD)
        expect(page.get_by_role("link", name=re.compile(INTERNAL_WORD))).to_have_count(0)
        assert "Revierplan" not in page.content()
        hidden = page.goto(address)
        missing = page.goto(address.rstrip("/") + "-nie/")
        assert hidden is not None
        assert missing is not None
        assert hidden.status == missing.status == 404
        page.goto("/".join(address.split("/")[:3]) + "/")
        assert INTERNAL_WORD not in page.content()
