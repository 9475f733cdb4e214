"""A year: news asked for, answered, accepted, counted, reported, frozen; what changes later changes nothing.

Counted are the keys and clicks of each partner besides the text, and the interactions from "new report" to "frozen".
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from access.granting.services import grant_role
from access.models import Space
from access.roles import Role
from accounts.models import Organisation, User
from knowledge.measures import services as measures
from knowledge.measures.models import Entry, MeasurePage
from knowledge.measures.selectors import current_measures_for
from knowledge.reporting.models import NewsRequest
from tests.browser.conftest import TIMEOUT_MS, SignIn, shot
from tests.browser.test_leaving import assert_usable
from tests.factories import UserFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
MOST_OF_A_PARTNER = 25  # keys and clicks besides the text
MOST_OF_A_REPORT = 60  # clicks, ticks and fields, for 30 answered measures
ANSWERED = 30
SPACE = "massnahmen"
PASSWORD = "Ein-langes-Kennwort-2026"
# Who answers about which sample measure: unchanged, handed on to a colleague, late.
DOGEWO, OFFICE, EDG = "M 902", "M 903", "M 904"
TITLE = "Sachstand zum Jahresende"


class Hand:
    """Clicks, ticks and fills, and counts each of them; typed text itself isn't counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def follow(self, name: str) -> None:
        self.page.get_by_role("link", name=name).first.click()
        self.count += 1

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name).first.click()
        self.count += 1

    def tick(self, identifier: str) -> None:
        self.page.locator(f"[id='{identifier}']").check()
        self.count += 1

    def check(self, label: str) -> None:
        self.page.get_by_label(label).first.check()
        self.count += 1

    def choose(self, label: str, words: str) -> None:
        self.page.get_by_role("combobox", name=label).first.select_option(label=words)
        self.count += 2  # open the list, choose

    def write(self, label: str, text: str) -> None:
        self.page.get_by_label(label).first.fill(text)
        self.count += 1


@dataclass
class Year:
    """What the year begins with: the colleague to whom one partner hands on, and a measure that will change later."""

    colleague: str
    changed_later: str


@pytest.fixture
def year(installation: None) -> Year:
    """Close what was asked before, and let 27 measures have an accepted answer of this year that isn't public."""
    coordinator, now = User.objects.get(username="koordination"), timezone.localdate()
    space = Space.objects.get(slug=SPACE)
    with transaction.atomic():
        NewsRequest.objects.update(closed_at=timezone.now())
        grant_role(space, User.objects.get(username="leitung"), Role.PUBLISHER, actor=None)
        colleague = UserFactory(
            first_name="Nadja", last_name="Ohlsen", email="ohlsen@beispiel.example",
            organisation=Organisation.objects.get(slug="fachbereich-32"),
        )  # fmt: skip
        colleague.set_password(PASSWORD)
        colleague.save()
        Entry.objects.filter(measure__space=space, happened_on__year=now.year).delete()
        real = current_measures_for(coordinator).filter(space=space, is_sample=False)
        found = list(real[: ANSWERED - 3])
        assert len(found) == ANSWERED - 3
        for number, measure in enumerate(found):
            entry = Entry(measure=measure, happened_on=now,
                          text=f"In diesem Jahr ging es bei dieser Maßnahme voran, Satz {number}.")  # fmt: skip
            measures.write_entry(entry, actor=None)
    return Year(colleague.username, str(found[7].url))


@pytest.fixture
def sign_in_with(browser: Browser, live_server: LiveServer) -> Callable[[str, str], Page]:
    """Return a function that signs in somebody who is no sample."""

    def enter(name: str, password: str) -> Page:
        page = browser.new_context(locale="de-DE").new_page()
        page.set_default_timeout(TIMEOUT_MS)
        page.goto(live_server.url)
        page.get_by_label("Benutzername").fill(name)
        page.get_by_label("Passwort").fill(password)
        page.get_by_role("button", name="Anmelden").click()
        page.wait_for_url(f"{live_server.url}/")
        return page

    return enter


def test_a_year_from_the_request_to_the_frozen_report(
    year: Year,
    sign_in: SignIn,
    sign_in_with: Callable[[str, str], Page],
    elsewhere: Callable[[Callable[[], Any]], Any],
) -> None:
    page = sign_in("koordination")
    start = page.url
    _ask(page, start)
    link = elsewhere(lambda: f"abfragen/{NewsRequest.objects.get(title=TITLE).pk}/antworten/")

    _unchanged(sign_in("dogewo"), start + link)
    _handed_on(sign_in("verwaltung"), sign_in_with(year.colleague, PASSWORD), start + link)
    elsewhere(_let_the_day_pass)
    _late(sign_in("edg"), start + link)

    _accept(page, start)
    _counted(page, start)
    address = _report(page, sign_in("leitung"), start)
    _stays_as_it_was(page, address, start.rstrip("/") + urlsplit(year.changed_later).path)
    said = elsewhere(_verified)
    assert said.count("as it was frozen") == 2, said  # last year's sample and this one


def _ask(page: Page, start: str) -> None:
    """Ask all bodies of all measures, as the form proposes it."""
    page.goto(f"{start}abfragen/")
    hand = Hand(page)
    hand.follow("Sachstand abfragen: Maßnahmen")
    hand.write("Titel", TITLE)
    hand.press("Anfragen")
    expect(page.get_by_text("Die Stellen sind gefragt")).to_be_visible()
    assert_usable(page)


def _unchanged(page: Page, link: str) -> None:
    """The first partner: what was said last time still holds."""
    page.goto(link)
    hand = Hand(page)
    hand.follow(DOGEWO)
    assert_usable(page)
    shot(page, "year-answer")
    hand.press("Unverändert")
    expect(page.get_by_text("Ihre Antwort wurde gesendet: unverändert")).to_be_visible()
    _few("unchanged", hand.count)


def _handed_on(page: Page, colleague: Page, link: str) -> None:
    """The second partner: somebody else knows better."""
    page.goto(link)
    hand = Hand(page)
    hand.follow(OFFICE)
    name = page.get_by_label("Kollegin oder Kollege").locator("option", has_text="Ohlsen")
    hand.choose("Kollegin oder Kollege", name.inner_text().strip())
    hand.press("Weitergeben")
    expect(page.get_by_text("wurde gebeten zu antworten")).to_be_visible()

    colleague.goto(link)
    other = Hand(colleague)
    other.follow(OFFICE)
    other.choose("Stand", "in Planung")
    other.choose("Einschätzung", "verzögert")
    other.write("Grund in einem Satz", "Die Dienstpläne kamen später.")
    other.write("Was getan wurde", "Die Dienstpläne beider Häuser liegen jetzt nebeneinander.")
    other.press("Antwort senden")
    expect(colleague.get_by_text("Ihre Antwort wurde gesendet")).to_be_visible()
    _few("handed on", hand.count + other.count)


def _let_the_day_pass() -> int:
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    return NewsRequest.objects.filter(title=TITLE).update(due_on=yesterday)


def _late(page: Page, link: str) -> None:
    """The third partner: after the day, with all that can be said."""
    page.goto(link)
    hand = Hand(page)
    hand.follow(EDG)
    expect(page.get_by_text("Ihre Antwort ist weiterhin willkommen")).to_be_visible()
    hand.choose("Stand", "dauerhaft laufend")
    hand.choose("Einschätzung", "im Plan")
    hand.write("Was getan wurde", "Der Aktionstag findet von nun an in jedem Frühjahr statt.")
    hand.write("Was als Nächstes kommt", "Der nächste Termin wird mit dem Quartier abgestimmt.")
    hand.write("Was im Weg steht", "Nichts.")
    hand.write("Belege", "https://beispiel.example/aktionstag")
    hand.press("Antwort senden")
    expect(page.get_by_text("Ihre Antwort wurde gesendet")).to_be_visible()
    _few("late", hand.count)


def _few(how: str, count: int) -> None:
    sys.stdout.write(f"answer, {how}: {count} keys and clicks besides the text\n")
    assert count <= MOST_OF_A_PARTNER


def _accept(page: Page, start: str) -> None:
    """The coordinator reads the three answers one after the other, accepts them and closes the request."""
    page.goto(f"{start}abfragen/")
    page.get_by_role("link", name=TITLE).click()
    assert_usable(page)
    shot(page, "year-request")
    page.get_by_role("link", name="Lesen und annehmen").first.click()
    for number in range(3):
        assert_usable(page)
        shot(page, f"year-accept-{number}")
        page.get_by_role("button", name="Annehmen").click()
        expect(page.get_by_text("Angenommen").first).to_be_visible()
    expect(page.get_by_role("link", name="Lesen und annehmen")).to_have_count(0)
    page.get_by_role("button", name="Abfrage abschließen").click()
    expect(page.get_by_text("Die Abfrage ist abgeschlossen").first).to_be_visible()


def _counted(page: Page, start: str) -> None:
    """The overview leads from its numbers to the two measures whose state the answers changed."""
    for filters, measure in (("state=ongoing", "Musterhof"), ("assessment=delayed", "Musterbahnhof")):  # fmt: skip
        page.goto(f"{start}ueberblick/")
        number = page.locator(f"main table a[href='/ueberblick/liste/?{filters}']").first
        count = int(number.inner_text())
        number.click()
        expect(page.get_by_role("link", name=measure).first).to_be_visible()
        expect(page.locator("main tbody tr")).to_have_count(count)
    page.goto(f"{start}ueberblick/")
    assert_usable(page)
    shot(page, "year-overview")


def _report(page: Page, second: Page, start: str) -> str:
    """From "new report" to "frozen", each interaction counted; return the report's address."""
    page.goto(f"{start}berichte/")
    assert_usable(page)
    hand = Hand(page)
    hand.follow("Neuer Bericht: Maßnahmen")
    assert_usable(page)
    for sample in (DOGEWO, OFFICE, EDG):  # which no report has unless somebody ticks them
        hand.check(sample)
    hand.press("Bericht beginnen")
    expect(page.get_by_role("heading", name="Einträge und Dateien auswählen")).to_be_visible()
    assert_usable(page)
    open_ones = page.locator("input[name=in]:not(:checked)")
    ticks = open_ones.evaluate_all("all => all.map(one => one.id)")
    assert len(ticks) >= ANSWERED
    for identifier in ticks:
        hand.tick(identifier)
    hand.write("Grund für alle angekreuzten", "Von den Stellen für den Rat freigegeben.")
    shot(page, "report-choose")
    hand.press("Wahl speichern")
    assert_usable(page)
    shot(page, "report-draft")
    hand.follow("Mit nicht öffentlichen Texten abgleichen")
    hand.press("Jetzt abgleichen")
    expect(page.get_by_text("Nichts ist zu klären")).to_be_visible()
    assert_usable(page)
    shot(page, "report-marks")
    hand.follow("Zum Bericht")
    hand.press("Zur Freigabe einreichen")
    expect(page.get_by_text("wartet auf die Freigabe")).to_be_visible()
    address = page.url

    second.goto(address)
    assert_usable(second)
    approving = Hand(second)
    approving.press("Freigeben und einfrieren")
    expect(second.get_by_role("heading", name="Eingefroren")).to_be_visible()
    assert_usable(second)
    shot(second, "report-frozen")
    sys.stdout.write(f"report: {hand.count} interactions, {approving.count} of the second person\n")
    assert hand.count + approving.count <= MOST_OF_A_REPORT
    return address


def _stays_as_it_was(page: Page, address: str, measure: str) -> None:
    """Compare page and canonical form before and after a measure went on."""
    page.goto(address)
    before = page.locator("main").inner_text()
    for said in ("Satz 7.", "in jedem Frühjahr", "liegen jetzt nebeneinander"):
        assert said in before
    with page.expect_download() as download:
        page.get_by_role("link", name="Kanonische Form").click()
    written = download.value.path().read_bytes()
    assert hashlib.sha256(written).hexdigest() in before
    _change_afterwards(page, measure)
    page.goto(address)
    assert page.locator("main").inner_text() == before


def _change_afterwards(page: Page, measure: str) -> None:
    """Pause a measure and write an entry, as people do it on its page."""
    page.goto(f"{measure}?form=state")
    page.get_by_role("combobox", name="Stand").select_option("paused")
    page.get_by_role("combobox", name="Einschätzung").select_option("")
    page.get_by_role("button", name="Speichern").first.click()
    page.goto(f"{measure}?form=entry")
    page.get_by_label("Was geschehen ist").fill("Alles kam ganz anders.")
    page.get_by_role("button", name="Speichern").first.click()
    expect(page.get_by_text("Alles kam ganz anders.")).to_be_visible()


def _verified() -> str:
    """Let the command check all frozen reports; it ends the process if one isn't as it was."""
    said = io.StringIO()
    call_command("reports", "verify", stdout=said)
    assert MeasurePage.objects.filter(state="paused").exists()
    return said.getvalue()
