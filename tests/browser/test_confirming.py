"""A publisher creates below a share and copies into another space; what was typed survives the question."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from access.granting.services import grant_role
from access.granting.shares import share_page
from access.roles import Role
from knowledge.articles.models import ArticleIndexPage
from tests.browser.conftest import TIMEOUT_MS
from tests.conftest import Cast
from tests.factories import home_of, make_article, publish_below

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "ein langes Kennwort"
Numbers = dict[str, int]  # primary keys by name


@pytest.fixture
def pages(cast: Cast) -> Numbers:
    """Return a shared list in A, a page there, and the list of B, in which A's publisher publishes too."""
    target = make_article(cast.space_b, "Andere").get_parent()
    page = make_article(cast.space_a, "Vorlage", text="Ein Text")
    folder = publish_below(home_of(cast.space_a), ArticleIndexPage(title="Geteilt"))
    share_page(folder, cast.stranger, actor=None, include_descendants=True)
    grant_role(cast.space_b, cast.publisher_a, Role.PUBLISHER, actor=None)
    cast.publisher_a.set_password(PASSWORD)
    cast.publisher_a.save()
    return {"page": page.pk, "folder": folder.pk, "target": target.pk}


@pytest.fixture
def window(pages: Numbers, live_server: LiveServer, browser: Browser) -> Page:
    """Return a window in which A's publisher is signed in."""
    page = browser.new_context(locale="de-DE").new_page()
    page.set_default_timeout(TIMEOUT_MS)
    page.goto(live_server.url)
    page.get_by_label("Benutzername").fill("publisher_a")
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Anmelden").click()
    page.wait_for_url(f"{live_server.url}/")
    return page


def choose_parent(window: Page, number: int) -> None:
    """Choose a page as the chooser does."""
    script = "number => { document.querySelector('[name=new_parent_page]').value = number }"
    window.evaluate(script, str(number))


def test_creating_below_a_share(pages: Numbers, window: Page, live_server: LiveServer) -> None:
    window.goto(f"{live_server.url}/admin/pages/add/articles/articlepage/{pages['folder']}/")
    window.locator("[name=title]").fill("Neue Seite")
    window.locator("[name=title]").blur()  # a script makes the address of it
    expect(window.locator("#id_slug")).to_have_value("neue-seite")
    window.locator("footer [data-w-dropdown-target=toggle]").click()
    window.locator("[name=action-publish]").click()
    window.get_by_role("heading", name="Mehr Personen können dies lesen").wait_for()
    expect(window.get_by_role("main")).to_contain_text("1 Person außerhalb des Bereichs")
    window.get_by_role("button", name="Ja, so ist es gewollt").click()
    window.get_by_role("link", name="Zurück zur Seite", exact=True).wait_for()


def test_copying_into_another_space(pages: Numbers, window: Page, live_server: LiveServer) -> None:
    window.goto(f"{live_server.url}/admin/pages/{pages['page']}/copy/")
    choose_parent(window, pages["target"])
    window.get_by_label("Alias").check()
    window.get_by_role("button", name="Diese Seite kopieren").click()
    window.get_by_text("müssen in demselben Bereich liegen").wait_for()
    window.get_by_label("Alias").uncheck()
    choose_parent(window, pages["target"])
    window.get_by_role("button", name="Diese Seite kopieren").click()
    window.get_by_role("heading", name="In einen anderen Bereich kopieren").wait_for()
    window.get_by_role("button", name="Ja, so ist es gewollt").click()
    window.get_by_text("„Vorlage“ wurde kopiert.").wait_for()
