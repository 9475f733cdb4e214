"""Files are brought into the admin by hand: several at once, and one whose space was forgotten."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SignIn

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def test_several_documents_and_one_without_a_space_reach_the_list(
    sign_in: SignIn, tmp_path: Path
) -> None:
    files = [tmp_path / f"{name}.txt" for name in ("lageplan", "liste", "vergessen")]
    for file in files:
        file.write_text("Inhalt")
    page = sign_in("koordination")
    admin = f"{page.url}admin/documents/"
    page.goto(f"{admin}multiple/add/")
    page.locator("#fileupload").set_input_files(files[:2])
    forms = page.locator("#upload-list form")
    expect(forms).to_have_count(2)
    for left in (1, 0):
        forms.first.locator("select").select_option(index=1)
        forms.first.locator("button[type=submit]").click()
        expect(forms).to_have_count(left)
    page.goto(f"{admin}add/")
    page.locator("input[type=file]").set_input_files(files[2])
    # A script makes the title of the file's name, if it is awake by then.
    page.locator("[name=title]").fill(files[2].name)
    submit = page.locator("form[enctype] button[type=submit]").last
    submit.click()
    expect(page.get_by_text("„vergessen.txt“ bleibt erhalten.")).to_be_visible()
    page.locator("select[name=space]").select_option(index=1)
    submit.click()
    page.wait_for_url(admin)
    for word in ("lageplan", "liste", "vergessen"):
        page.goto(f"{admin}?q={word}")
        expect(page.get_by_role("link", name=f"{word}.txt").first).to_be_visible()
