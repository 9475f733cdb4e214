"""The coordinator looks through a partner's eyes, and prints a confidential page."""

from __future__ import annotations

import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

CONFIDENTIAL = "/ag-sichere-oeffentliche-raeume/unterlagen/raeume-begehungsplan/"
BANNER = "Sie sehen die Plattform, wie"
MANY = 120  # paragraphs, so that the print has several sheets


def test_a_curator_looks_through_a_partners_eyes_and_prints_what_is_confidential(
    sign_in: SignIn,
) -> None:
    page = sign_in("koordination")
    start = page.url
    page.goto(f"{start}zugriff/bereich/wissen/")
    page.get_by_role("link", name="Die Plattform mit fremden Augen sehen").click()
    page.get_by_label("Person, Organisation oder Gruppe").fill("EDG")
    page.get_by_role("button", name="Ansicht beginnen").press("Enter")
    page.get_by_label("EDG", exact=True).check()
    page.get_by_role("button", name="Ansicht beginnen").press("Enter")
    banner = page.get_by_role("status").filter(has_text=BANNER)
    expect(banner).to_contain_text("EDG")
    page.goto(start + CONFIDENTIAL.strip("/") + "/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Seite nicht gefunden")
    expect(banner).to_be_visible()
    page.goto(f"{start}admin/")
    expect(page.get_by_role("heading", level=1)).to_have_text("In dieser Ansicht nicht möglich")
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("button", name="Ansicht beenden").press("Enter")
    page.wait_for_url("**/zugriff/bereich/wissen/")
    expect(banner).to_have_count(0)
    page.goto(start + CONFIDENTIAL.strip("/") + "/")
    _expect_mark_on_every_sheet(page)


def _expect_mark_on_every_sheet(page: Page) -> None:
    expect(page.get_by_text("Handhabung: vertraulich")).to_be_hidden()
    page.evaluate(
        """many => { for (let n = 0; n < many; n++) {
            const text = document.createElement("p");
            text.textContent = `Absatz ${n}`;
            document.querySelector(".sw-content").append(text);
        } }""",
        MANY,
    )
    printed = pypdfium2.PdfDocument(page.pdf(format="A4", prefer_css_page_size=True))
    assert len(printed) > 2
    for sheet in printed:
        text = sheet.get_textpage().get_text_range()
        assert "Handhabung: vertraulich" in text
        assert "Abgerufen von" in text
        assert "Suchen" not in text
        assert "Interne Plattform" not in text
