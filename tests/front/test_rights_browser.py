"""Rights in real browsers: a change is met at the other one's next request; by keyboard, without scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from access.granting.services import grant_role
from access.granting.shares import share_page
from access.roles import Role
from accounts.models import Membership
from tests.conftest import Cast
from tests.factories import CircleFactory, make_article
from tests.front.test_browser import (
    ARGUMENTS,
    CHROMIUM,
    NARROW,
    WIDE,
    overflow,
    require_chromium,
    squeezed,
    violations,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

SPACE = "/zugriff/bereich/bereich-a/"


@dataclass(frozen=True)
class Scene:
    """What is there before the browser starts: a page in A, a circle of its space, and who is signed in how."""

    page_id: int
    page_address: str
    shared_page_id: int  # shared with Amt B
    organisation_b: int
    contributor: int
    cookies: dict[str, str]


@pytest.fixture
def scene(cast: Cast) -> Scene:
    """Make the scene; while Playwright runs Django refuses to use the database in this thread."""
    page = make_article(cast.space_a, "Platzverweis")
    shared = make_article(cast.space_a, "Lagebild")
    share_page(shared, cast.reader_b, actor=cast.steward_a)
    circle = CircleFactory(slug="kreis", name="Kreis")
    cast.space_a.circle = circle
    cast.space_a.save()
    grant_role(cast.space_a, circle, Role.READER, actor=None)
    Membership.objects.create(user=cast.stranger, group=circle.group)
    cookies = {}
    for name in ("steward_a", "reader_b", "curator"):
        client = Client()
        client.force_login(getattr(cast, name), backend="access.backends.AccessBackend")
        cookies[name] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return Scene(
        page_id=page.pk,
        page_address=page.url,
        shared_page_id=shared.pk,
        organisation_b=cast.organisation_b.pk,
        contributor=cast.contributor_a.pk,
        cookies=cookies,
    )


Enter = Callable[..., Page]


@pytest.fixture
def enter(scene: Scene, live_server: LiveServer) -> Iterator[Enter]:
    """Return a function that opens a window for one of the cast."""
    require_chromium()
    with sync_playwright() as playwright:
        browser: Browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)

        def window(name: str, **options: Any) -> Page:
            context = browser.new_context(
                locale="de-DE", base_url=live_server.url, viewport=WIDE, **options
            )
            cookie = {
                "name": settings.SESSION_COOKIE_NAME,
                "value": scene.cookies[name],
                "url": live_server.url,
            }
            context.add_cookies([cookie])  # type: ignore[list-item]
            page = context.new_page()
            page.set_default_timeout(30_000)
            page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
            return page

        yield window
        browser.close()


def status_of(page: Page, address: str) -> int:
    response = page.goto(address)
    assert response is not None
    return response.status


def test_the_other_browser_meets_every_change_at_its_next_request(
    scene: Scene, enter: Enter
) -> None:
    steward, other = enter("steward_a"), enter("reader_b")
    assert status_of(other, scene.page_address) == 404

    steward.goto(SPACE)  # grant
    steward.get_by_label("Person, Organisation oder Gruppe").fill("Amt B")
    steward.get_by_role("button", name="Folgen anzeigen").last.click()
    steward.get_by_text("2 Personen können dann 4 Seiten lesen.").wait_for()
    assert status_of(other, scene.page_address) == 404
    steward.get_by_role("button", name="Speichern").click()
    steward.get_by_text("1 Änderung wurde gespeichert.").wait_for()
    assert status_of(other, scene.page_address) == 200

    key = f"organisation:{scene.organisation_b}"  # revoke
    steward.locator(f"[name='{key}-choice'][value='0']").check()
    steward.get_by_role("button", name="Folgen anzeigen").first.click()
    steward.get_by_text("2 Personen können dann 4 Seiten nicht mehr lesen.").wait_for()
    steward.get_by_role("button", name="Speichern").click()
    steward.get_by_text("1 Änderung wurde gespeichert.").wait_for()
    assert status_of(other, scene.page_address) == 404

    steward.goto(f"/zugriff/seite/{scene.page_id}/")  # share, and end it
    steward.get_by_label("Person, Organisation oder Gruppe").fill("Amt B")
    steward.get_by_role("button", name="Folgen anzeigen").click()
    steward.get_by_role("button", name="Speichern").click()
    steward.get_by_role("button", name="Beenden").wait_for()
    assert status_of(other, scene.page_address) == 200
    steward.get_by_role("button", name="Beenden").click()
    assert status_of(other, scene.page_address) == 200
    steward.get_by_role("button", name="Speichern").click()
    steward.get_by_text("beendet").first.wait_for()
    assert status_of(other, scene.page_address) == 404


def tab_to(page: Page, is_there: str, *, limit: int = 80) -> None:
    """Press Tab until the focused element meets a condition of JavaScript."""
    for _press in range(limit):
        page.keyboard.press("Tab")
        if page.evaluate(f"(one => {is_there})(document.activeElement)"):
            return
    pytest.fail(f"Tab never reached {is_there}")


def test_the_matrix_is_used_by_keyboard_alone(scene: Scene, enter: Enter) -> None:
    page = enter("steward_a")
    page.goto(SPACE)
    tab_to(page, f"one.name === 'user:{scene.contributor}-choice'")
    page.keyboard.press("ArrowRight")  # from contributor to publisher
    tab_to(page, f"one.name === 'user:{scene.contributor}-reason'")
    page.keyboard.type("Vertretung")
    tab_to(page, "one.textContent.trim() === 'Folgen anzeigen'")
    page.keyboard.press("Enter")
    page.get_by_text("1 Person kann dann veröffentlichen, verschieben und löschen.").wait_for()
    page.wait_for_function("document.activeElement.id === 'consequence-heading'")
    assert violations(page) == []
    tab_to(page, "one.textContent.trim() === 'Speichern'", limit=3)
    page.keyboard.press("Enter")
    page.get_by_text("1 Änderung wurde gespeichert.").wait_for()
    assert page.locator(f"[name='user:{scene.contributor}-choice'][value='3']").is_checked()


def test_another_change_takes_the_shown_consequence_away(scene: Scene, enter: Enter) -> None:
    page = enter("steward_a")
    page.goto(SPACE)
    page.locator(f"[name='user:{scene.contributor}-choice'][value='1']").check()
    page.get_by_role("button", name="Folgen anzeigen").first.click()
    page.get_by_role("button", name="Speichern").wait_for()
    page.locator(f"[name='user:{scene.contributor}-choice'][value='4']").check()
    page.get_by_role("button", name="Speichern").wait_for(state="detached")


def test_the_matrix_works_without_scripts(scene: Scene, enter: Enter) -> None:
    page = enter("steward_a", java_script_enabled=False)
    page.goto(SPACE)
    page.locator(f"[name='user:{scene.contributor}-choice'][value='1']").check()
    page.get_by_role("button", name="Folgen anzeigen").first.click()
    page.get_by_text("1 Person kann dann nicht mehr schreiben").wait_for()
    page.get_by_role("button", name="Speichern").click()
    page.get_by_text("1 Änderung wurde gespeichert.").wait_for()


def test_the_pages_are_accessible_and_fit_320_pixels(scene: Scene, enter: Enter) -> None:
    page = enter("curator")
    for address in (
        "/zugriff/",
        SPACE,
        f"{SPACE}?wer=organisation:{scene.organisation_b}",
        f"{SPACE}bestaetigen/",
        "/zugriff/bestaetigungen/",
        "/zugriff/gruppe/",
        "/zugriff/gruppe/kreis/",
    ):
        page.set_viewport_size(WIDE)
        assert status_of(page, address) == 200, address
        assert violations(page) == [], address
        page.set_viewport_size(NARROW)
        assert violations(page) == [], f"{address}, narrow"
        assert overflow(page) == 0, address


def test_pages_of_a_partner_with_few_rights_are_accessible_and_fit_320_pixels(
    scene: Scene, enter: Enter
) -> None:
    page = enter("reader_b")
    for address, status in (
        ("/", 200),
        ("/mitteilungen/", 200),
        ("/mitteilungen/einstellungen/", 200),
        ("/zugriff/mit-mir-geteilt/", 200),
        (f"/zugriff/seite/{scene.shared_page_id}/", 200),
        ("/zugriff/anfrage/", 200),
        ("/suche/?q=Platzverweis", 200),
        ("/suche/gespeichert/", 200),
        ("/konto/schluessel/", 200),
        ("/meine-daten/", 200),
        (scene.page_address, 404),
        ("/zugriff/", 404),
    ):
        page.set_viewport_size(WIDE)
        assert status_of(page, address) == status, address
        assert violations(page) == [], address
        page.set_viewport_size(NARROW)
        assert violations(page) == [], f"{address}, narrow"
        assert overflow(page) == 0, address
        assert squeezed(page) == [], address


def test_rights_are_confirmed_in_one_sitting(scene: Scene, enter: Enter) -> None:
    page = enter("steward_a")
    page.goto(f"{SPACE}bestaetigen/")
    for choice in page.get_by_label("behalten", exact=True).all():
        choice.check()
    page.get_by_role("button", name="Folgen anzeigen").click()
    page.get_by_text("werden bestätigt").wait_for()
    page.get_by_role("button", name="Speichern").click()
    page.get_by_text("Alle Rechte in diesem Bereich sind bestätigt.").wait_for()
