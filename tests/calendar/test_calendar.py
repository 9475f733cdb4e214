"""The calendar shows events and meetings of its reader, as a month, as a list and as calendar entries."""

from __future__ import annotations

import datetime as dt
from copy import copy
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from icalendar import Calendar
from lxml import html

from access.handling import Classification
from audit.models import Entry as AuditEntry
from knowledge.basepage.models import KnowledgePage
from knowledge.events.models import EventIndexPage, EventPage
from knowledge.groups.models import MinutesIndexPage, MinutesPage
from knowledge.meetings.models import Meeting, State
from knowledge.meetings.planning.calendars import entry_of_meeting
from knowledge.taxonomy.models import District
from tests.conftest import Cast, signed_in
from tests.factories import home_of, publish_below

pytestmark = pytest.mark.django_db
MARCH = "/termine/2026/3/"


def make_event(index: Any, title: str, held_on: dt.date | None, **fields: Any) -> EventPage:
    return publish_below(
        index, EventPage(title=title, held_on=held_on, **({"kind": "workshop"} | fields))
    )


def make_meeting(index: Any, title: str, held_on: dt.date, **fields: Any) -> Meeting:
    page = publish_below(index, MinutesPage(title=title, held_on=held_on, **fields))
    return Meeting.objects.create(page=page, state=State.PLANNED)


@pytest.fixture
def indexes(cast: Cast) -> tuple[Any, Any, Any]:
    """Lists of events in A and B, and of minutes in A."""
    events_a, events_b = (
        publish_below(home_of(space), EventIndexPage(title="Veranstaltungen"))
        for space in (cast.space_a, cast.space_b)
    )
    return events_a, events_b, publish_below(home_of(cast.space_a), MinutesIndexPage(title="AG"))


@pytest.fixture
def march(indexes: tuple[Any, Any, Any]) -> dict[str, Any]:
    """What is on in March 2026: two events and a meeting of A, an event of B."""
    events_a, events_b, minutes = indexes
    lab = make_event(
        events_a, "Quartierslabor", dt.date(2026, 3, 6), last_day=dt.date(2026, 3, 8), kind="neighbourhood_lab",
        place="Treff",
    )  # fmt: skip
    lab.districts = [District.objects.create(slug="nord", name="Nord", kind="city_district")]
    lab.save_revision().publish()
    return {
        "lab": lab,
        "talk": make_event(
            events_a, "Werkstatt", dt.date(2026, 3, 6), begins_at=dt.time(9), ends_at=dt.time(11)
        ),
        "hidden": make_event(events_b, "Fremdes", dt.date(2026, 3, 6)),
        "meeting": make_meeting(
            minutes, "Sitzung Licht", dt.date(2026, 3, 31), begins_at=dt.time(10)
        ),
    }


def days_of(client: Client, url: str) -> dict[str, list[str]]:
    """Return the titles of each day of the month's table, by the day."""
    root = html.fromstring(client.get(url).content)
    days = {}
    for cell in root.iterfind(".//table[@class='sw-month']/tbody/tr/td"):
        titles = [str(one.text) for one in cell.iterfind(".//li/a")]
        if titles:
            days[cell.find(".//time").get("datetime")] = titles
    return days


def entries_of(content: bytes) -> list[Any]:
    return list(Calendar.from_ical(content).walk("VEVENT"))


def summaries(content: bytes) -> list[str]:
    return [str(one["summary"]) for one in entries_of(content)]


def test_a_month_shows_what_its_reader_may_see_on_each_of_its_days(
    cast: Cast, march: dict[str, Any]
) -> None:
    client = signed_in(cast.reader_a)
    assert days_of(client, MARCH) == {
        "2026-03-06": ["Quartierslabor", "Werkstatt"],
        "2026-03-07": ["Quartierslabor"],
        "2026-03-08": ["Quartierslabor"],
        "2026-03-31": ["Sitzung Licht"],
    }
    assert days_of(signed_in(cast.reader_b), MARCH) == {"2026-03-06": ["Fremdes"]}
    assert days_of(signed_in(cast.stranger), MARCH) == {}
    # The weeks at its ends belong to the months beside it.
    assert "2026-03-31" in days_of(client, "/termine/2026/4/")


def test_a_month_has_heads_and_leads_to_those_beside_it(cast: Cast, march: dict[str, Any]) -> None:
    root = html.fromstring(signed_in(cast.reader_a).get(MARCH + "?kind=workshop").content)
    heads = root.iterfind(".//table[@class='sw-month']/thead/tr/th[@scope='col']")
    assert [one.text for one in heads][::6] == ["Montag", "Sonntag"]
    ways = {one.get("rel"): one.get("href") for one in root.iterfind(".//main//nav/a")}
    assert ways["prev"] == "/termine/2026/2/?kind=workshop"
    assert ways["next"] == "/termine/2026/4/?kind=workshop"


def test_today_is_marked_in_the_month_that_comes_first(cast: Cast) -> None:
    client, today = signed_in(cast.reader_a), timezone.localdate()
    root = html.fromstring(client.get("/termine/").content)
    (marked,) = root.iterfind(".//td[@aria-current='date']")
    assert marked.find(".//time").get("datetime") == today.isoformat()
    assert b'aria-current="date"' not in client.get("/termine/2001/1/").content


def test_the_calendar_is_narrowed_by_kind_and_district(cast: Cast, march: dict[str, Any]) -> None:
    client = signed_in(cast.reader_a)
    assert list(days_of(client, MARCH + "?kind=meeting")) == ["2026-03-31"]
    assert days_of(client, MARCH + "?kind=workshop") == {"2026-03-06": ["Werkstatt"]}
    assert set(days_of(client, MARCH + "?district=nord")) == {
        f"2026-03-0{day}" for day in (6, 7, 8)
    }
    assert days_of(client, MARCH + "?kind=meeting&district=nord") == {}
    assert b"Nord" not in signed_in(cast.reader_b).get(MARCH).content, "no event of theirs is there"


def test_lists_hold_what_is_to_come_and_what_is_over(
    cast: Cast, indexes: tuple[Any, Any, Any]
) -> None:
    events_a, events_b, minutes = indexes
    today = timezone.localdate()
    near, far = today + dt.timedelta(days=1), today + dt.timedelta(days=400)
    make_event(events_a, "Läuft noch", today - dt.timedelta(days=3), last_day=today)
    make_event(events_a, "Fern", far)
    make_event(events_a, "Vorbei", today - dt.timedelta(days=1))
    make_event(events_a, "Ohne Tag", None)
    make_event(events_b, "Fremdes", near)
    make_meeting(minutes, "Spät am Tag", near, begins_at=dt.time(18))
    make_meeting(minutes, "Früh am Tag", near, begins_at=dt.time(8))
    make_meeting(minutes, "Alt", dt.date(2020, 1, 1))
    client = signed_in(cast.reader_a)
    coming = [row.title for row in client.get("/termine/liste/").context["rows"]]
    assert coming == ["Läuft noch", "Früh am Tag", "Spät am Tag", "Fern"]
    over = [row.title for row in client.get("/termine/vergangen/").context["rows"]]
    assert over == ["Vorbei", "Alt"]
    assert summaries(client.get("/termine/liste.ics").content) == coming
    narrowed = client.get("/termine/liste/?kind=meeting").context["rows"]
    assert [row.title for row in narrowed] == ["Früh am Tag", "Spät am Tag"]


def test_a_meeting_that_was_called_off_says_so(cast: Cast, march: dict[str, Any]) -> None:
    Meeting.objects.update(state=State.CANCELLED)
    client = signed_in(cast.reader_a)
    assert "abgesagt" in client.get(MARCH).content.decode()
    found = entries_of(client.get("/termine/2026/3.ics").content)
    assert [str(one["status"]) for one in found if "status" in one] == ["CANCELLED"]


def test_the_file_of_a_month_holds_what_the_month_shows(cast: Cast, march: dict[str, Any]) -> None:
    client = signed_in(cast.reader_a)
    answer = client.get("/termine/2026/3.ics")
    assert answer["Content-Type"] == "text/calendar"
    assert answer["Cache-Control"] == "private, no-store"
    lab, talk, meeting = entries_of(answer.content)
    assert [str(one["summary"]) for one in (lab, talk, meeting)] == [
        "Quartierslabor", "Werkstatt", "Sitzung Licht",
    ]  # fmt: skip
    assert (lab["dtstart"].dt, lab["dtend"].dt) == (dt.date(2026, 3, 6), dt.date(2026, 3, 9))
    assert str(lab["location"]) == "Treff"
    assert talk["dtstart"].dt.isoformat() == "2026-03-06T09:00:00+01:00"
    assert talk["dtend"].dt.isoformat() == "2026-03-06T11:00:00+01:00"
    # The same entry as in the invitation, so that no calendar holds the meeting twice.
    same = entry_of_meeting(march["meeting"].page, march["meeting"])
    assert str(meeting["uid"]) == str(same["uid"])
    narrowed = client.get("/termine/2026/3.ics?kind=workshop").content
    assert summaries(narrowed) == ["Werkstatt"]
    last = AuditEntry.objects.filter(action="calendar.taken_out").latest("pk")
    assert last.details["entries"] == 1


def test_an_entry_ends_when_the_event_does(cast: Cast, march: dict[str, Any]) -> None:
    client, lab = signed_in(cast.reader_a), march["lab"]

    def end() -> str:
        (entry,) = entries_of(client.get(f"/termine/termin/{lab.pk}.ics").content)
        return entry["dtend"].dt.isoformat()

    EventPage.objects.filter(pk=lab.pk).update(begins_at=dt.time(17))
    assert end() == "2026-03-09T00:00:00+01:00"
    EventPage.objects.filter(pk=lab.pk).update(ends_at=dt.time(19))
    assert end() == "2026-03-08T19:00:00+01:00"
    EventPage.objects.filter(pk=lab.pk).update(last_day=None, ends_at=None)
    assert end() == "2026-03-06T18:00:00+01:00"


def test_of_a_confidential_page_an_entry_says_the_time_alone(
    cast: Cast, march: dict[str, Any]
) -> None:
    pages = [march["lab"], march["meeting"].page]
    for page in pages:
        type(page).objects.filter(pk=page.pk).update(classification=Classification.CONFIDENTIAL)
    client = signed_in(cast.reader_a)
    for page in pages:
        answer = client.get(f"/termine/termin/{page.pk}.ics")
        assert 'filename="termin.ics"' in answer["Content-Disposition"]
        (entry,) = entries_of(answer.content)
        assert str(entry["summary"]) == "Termin"
        assert "location" not in entry
        assert page.slug not in answer.content.decode()
    month = client.get("/termine/2026/3.ics").content
    assert sorted(summaries(month)) == ["Termin", "Termin", "Werkstatt"]


def test_a_title_with_line_breaks_makes_no_property(cast: Cast, march: dict[str, Any]) -> None:
    title = "Werkstatt\r\nATTACH:https://example.org/x\r\nEND:VEVENT"
    EventPage.objects.filter(pk=march["talk"].pk).update(title=title, place=title)
    for path in (f"termin/{march['talk'].pk}", "2026/3"):
        content = signed_in(cast.reader_a).get(f"/termine/{path}.ics").content
        found = entries_of(content)
        assert not any("attach" in entry for entry in found)
        assert str(found[-1 if len(found) == 1 else 1]["summary"]) == " ".join(title.split())


def test_an_entry_leads_to_its_page_and_the_page_to_the_calendar(
    cast: Cast, march: dict[str, Any]
) -> None:
    client, lab = signed_in(cast.reader_a), march["lab"]
    (entry,) = entries_of(client.get(f"/termine/termin/{lab.pk}.ics").content)
    path = str(entry["url"]).partition("/termine/")[2]
    assert client.get(f"/termine/{path}").headers["Location"] == lab.url
    for page in (lab, march["meeting"].page):
        shown = client.get(page.url).content.decode()
        assert f'href="{MARCH}"' in shown
        assert f'href="/termine/termin/{page.pk}.ics"' in shown


def test_what_is_hidden_is_as_if_it_were_not_there(cast: Cast, march: dict[str, Any]) -> None:
    hidden, client = march["hidden"], signed_in(cast.reader_a)
    urls = [MARCH, "/termine/2026/3.ics?kind=workshop", "/termine/liste/", "/termine/vergangen/"]

    def answers() -> list[bytes]:
        def plain(content: bytes) -> bytes:
            return b"\n".join(
                line for line in content.splitlines()
                if b"nonce" not in line and b"csrf" not in line and not line.startswith(b"DTSTAMP")
            )  # fmt: skip

        return [plain(client.get(url).content) for url in urls]

    before = answers()
    for ending in (f"{hidden.pk}/", f"{hidden.pk}.ics"):
        assert client.get(f"/termine/termin/{ending}").status_code == 404
    hidden.delete()
    assert answers() == before


@pytest.mark.parametrize(
    "path",
    [
        "2026/13/", "2026/0/", "20255/1/", "1/1/", "99999999999999999999/1/", "2026/13.ics", "20255/1.ics",
        "2101/1/", "1989/12/", "termin/1.ics", "termin/99999999999999999999.ics",
        "termin/99999999999999999999/",
    ],
)  # fmt: skip
def test_what_does_not_exist_is_not_found(cast: Cast, path: str) -> None:
    assert signed_in(cast.reader_a).get(f"/termine/{path}").status_code == 404


def test_months_at_the_ends_lead_no_farther(cast: Cast) -> None:
    client = signed_in(cast.reader_a)
    assert b'rel="prev"' not in client.get("/termine/1990/1/").content
    assert b'rel="next"' not in client.get("/termine/2100/12/").content


@pytest.mark.parametrize("query", ["?kind=fest", "?district=%00", "?kind=meeting%27", "?page=x"])
def test_a_filter_that_means_nothing_is_said_to_be_left_out(
    cast: Cast, march: dict[str, Any], query: str
) -> None:
    client = signed_in(cast.reader_a)
    for path in ("2026/3/", "liste/", "vergangen/", "2026/3.ics", "liste.ics"):
        answer = client.get(f"/termine/{path}{query}")
        assert answer.status_code == 200
        if path.endswith("/") and "page" not in query:
            assert "Dieser Filter wurde weggelassen" in answer.content.decode()


def multiply(page: Any, number: int) -> list[Any]:
    """Return copies of a published page in its list, written as rows: a thousand publications would take a minute."""
    parent, model = page.get_parent(update=True), type(page)
    first = parent.numchild + 1
    base = KnowledgePage.objects.get(pk=page.pk)
    bases = []
    for place in range(first, first + number):
        one = copy(base)
        one.pk, one.translation_key = None, uuid4()
        one.path, one.slug = model._get_path(parent.path, page.depth, place), f"{page.slug}-{place}"
        bases.append(one)
    KnowledgePage.objects.filter(pk=parent.pk).update(numchild=parent.numchild + number)
    copies = []
    for made in KnowledgePage.objects.bulk_create(bases):
        one = copy(page)
        one.pk = one.knowledgepage_ptr_id = made.pk
        one.held_on = timezone.localdate().replace(day=1 + len(copies) % 28)
        one.save_base(raw=True, force_insert=True)  # its own row alone
        copies.append(one)
    return copies


def test_a_thousand_appointments_cost_no_more_queries_than_ten(
    cast: Cast, indexes: tuple[Any, Any, Any]
) -> None:
    events, _events_b, minutes = indexes
    client, today = signed_in(cast.reader_a), timezone.localdate()
    district = District.objects.create(slug="sued", name="Süd", kind="city_district")
    event = make_event(events, "Veranstaltung", today)
    meeting = make_meeting(minutes, "Sitzung", today)

    def fill(number: int) -> None:
        many = multiply(event, number)
        EventPage.districts.through.objects.bulk_create(
            EventPage.districts.through(eventpage=one, district=district) for one in many
        )
        Meeting.objects.bulk_create(
            Meeting(page=one, state=State.PLANNED) for one in multiply(meeting.page, number)
        )

    def costs() -> list[int]:
        counted = []
        for url in ("/termine/", "/termine/liste/", "/termine/vergangen/", "/termine/liste.ics"):
            client.get(url)
            with CaptureQueriesContext(connection) as queries:
                answer = client.get(url)
            assert answer.status_code == 200
            counted.append(len(queries))
        return counted

    fill(4)
    few = costs()
    fill(495)
    assert EventPage.objects.count() + MinutesPage.objects.count() == 1000
    assert costs() == few
