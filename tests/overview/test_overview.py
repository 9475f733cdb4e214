"""The overview of measures: what it counts, where each count leads, and what it says to whom."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from lxml import html
from openpyxl import load_workbook

from access.granting.services import grant_role
from access.handling import Classification
from access.reader import one_request
from access.rights import rights_of
from access.roles import Role
from audit.models import Entry as AuditEntry
from knowledge.indicators import selectors
from knowledge.indicators.services import OfYear, keep
from knowledge.measures import services
from knowledge.measures.models import Entry, MeasurePage, MeasureResponsibility, Milestone
from knowledge.overview.indicators import last_values
from knowledge.taxonomy.models import District, FieldOfAction
from tests.conftest import Cast, signed_in
from tests.factories import make_measure

PAGE, LIST = "/ueberblick/", "/ueberblick/liste/"
COUNTS = ("state", "assessment", "horizon", "field", "org", "district")


def days(number: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=number)


def published_long_ago(measure: MeasurePage) -> None:
    MeasurePage.objects.filter(pk=measure.pk).update(
        # At noon: a late hour of a winter's day is the next day in summer.
        first_published_at=timezone.localtime().replace(hour=12) - dt.timedelta(days=200)
    )


@pytest.fixture
def measures(cast: Cast) -> list[MeasurePage]:
    """Three measures of A and one of B: with field, bodies, districts and without, late and silent."""
    field = FieldOfAction.objects.create(slug="staedtebau", title="Städtebau")
    north, south = (
        District.objects.create(slug=slug, name=name, kind="city_district")
        for slug, name in (("nord", "Nord"), ("sued", "Süd"))
    )
    first = make_measure(
        cast.space_a, 1, "Hafen beleuchten", state="running", assessment="delayed", assessment_reason="Frost.",
        horizon="immediate", field_of_action=field,
    )  # fmt: skip
    second = make_measure(cast.space_a, 2, "=Hafen reinigen", state="running", horizon="long_term")
    third = make_measure(cast.space_a, 3, "Ohne alles")
    other = make_measure(cast.space_b, 4, "Anderer Bereich", state="planned", field_of_action=field)
    first.responsibilities.add(
        MeasureResponsibility(organisation=cast.organisation_a),
        MeasureResponsibility(organisation=cast.organisation_b),
    )
    second.responsibilities.add(MeasureResponsibility(organisation=cast.organisation_a))
    first.districts.add(north, south)
    second.districts.add(south)
    for one in (first, second):
        one.save_revision().publish()
    for one in (first, second, other):
        Milestone.objects.create(measure=one, title=f"Schritt {one.number}", due_on=days(-10))
    Milestone.objects.create(measure=third, title="Später", due_on=days(10))
    for one in (second, other):
        published_long_ago(one)
    return [MeasurePage.objects.get(pk=one.pk) for one in (first, second, third, other)]


def counted_links(client: Client, url: str = PAGE) -> Iterator[tuple[int, str]]:
    """Yield number and address of every count on the page."""
    root = html.fromstring(client.get(url).content)
    for link in root.iter("a"):
        text = " ".join(link.text_content().split())
        if str(link.get("href")).startswith(LIST):
            yield int(text.split()[0]), str(link.get("href"))


def filters_of(url: str) -> set[str]:
    return set(dict(parse_qsl(urlsplit(url).query)))


def total(client: Client, url: str) -> int:
    response = client.get(url)
    assert not response.context["listing"].unknown_filters, url
    shown: int = response.context["listing"].total
    return shown


@pytest.mark.parametrize(
    "query", ["", "?org=amt-a", "?district=sued", "?state=running", "?late=1", "?silent=1", "?field=-&district=-"]
)  # fmt: skip
def test_every_count_leads_to_the_list_that_it_counts(
    cast: Cast, measures: list[MeasurePage], query: str
) -> None:
    for person in (cast.reader_a, cast.member_of_both):
        client = signed_in(person)
        links = list(counted_links(client, PAGE + query))
        assert len(links) > 8
        for number, url in links:
            assert total(client, url) == number, url
            # What was chosen before is still chosen.
            assert filters_of(query) <= filters_of(url)


def test_what_is_late_and_silent_is_named(cast: Cast, measures: list[MeasurePage]) -> None:
    context = signed_in(cast.reader_a).get(PAGE).context
    late = [[cell.value for cell in row] for row in context["late"].rows]
    assert [row[:4] for row in late] == [
        ["M 1 Hafen beleuchten", "Schritt 1", days(-10), 10],
        ["M 2 =Hafen reinigen", "Schritt 2", days(-10), 10],
    ]
    silent = [row[0].value for row in context["silent"].rows]
    assert silent == ["M 2 =Hafen reinigen"]
    assert [mark.how for track in context["steps"].plot.tracks for mark in track.marks]


def test_an_ended_measure_is_neither_late_nor_silent(
    cast: Cast, measures: list[MeasurePage]
) -> None:
    MeasurePage.objects.filter(pk=measures[1].pk).update(state="dropped")
    client = signed_in(cast.reader_a)
    assert total(client, f"{LIST}?late=1") == 1
    assert total(client, f"{LIST}?silent=1") == 0


def test_picture_and_table_say_the_same(cast: Cast, measures: list[MeasurePage]) -> None:
    context = signed_in(cast.member_of_both).get(PAGE).context
    for table in context["counts"]:
        drawn = [" ".join(line.text for line in bar.name) for bar in table.plot.bars]
        assert drawn == [row[0].value for row in table.rows]
        assert [bar.total.text for bar in table.plot.bars] == [
            str(row[-1].value) for row in table.rows
        ]


def test_pages_have_neither_styles_nor_scripts_of_their_own(
    cast: Cast, measures: list[MeasurePage]
) -> None:
    page = signed_in(cast.reader_a).get(PAGE).content.decode()
    assert page.count('<svg class="plot"') == len(COUNTS) + 1
    assert "style=" not in page
    ids = html.fromstring(page).xpath("//@id")
    assert len(ids) == len(set(ids))


def without_token(content: bytes) -> str:
    root = html.fromstring(content)
    for one in root.xpath("//input[@name='csrfmiddlewaretoken']"):
        one.getparent().remove(one)
    return str(html.tostring(root, encoding="unicode"))


def everything(client: Client) -> list[str]:
    """Return all that the overview says to somebody."""
    said = [without_token(client.get(PAGE).content), without_token(client.get(LIST).content)]
    for name in ("late", "silent", "indicators"):
        response = client.get(reverse("overview:table", args=[name, "csv"]))
        said.append(f"{response.headers}{response.content.decode()}")
    for name in (*COUNTS, "steps"):
        response = client.get(reverse("overview:table", args=[name, "csv"]))
        said.append(f"{response.headers}{response.content.decode()}")
        drawn = client.get(reverse("overview:picture", args=[name, "svg"]))
        said.append(f"{drawn.status_code}{drawn.content.decode()}")
    for query in ("?silent=1", "?late=1", "?org=amt-b", "?state=planned"):
        said.append(without_token(client.get(PAGE + query).content))
    return said


def test_what_is_hidden_changes_nothing(cast: Cast, measures: list[MeasurePage]) -> None:
    reader, keeper = signed_in(cast.reader_a), signed_in(cast.member_of_both)
    before, of_both = everything(reader), everything(keeper)
    _change_what_a_does_not_see(cast, measures)
    assert everything(reader) == before
    assert everything(keeper) != of_both, "else nothing was changed"


def _change_what_a_does_not_see(cast: Cast, measures: list[MeasurePage]) -> None:
    field = FieldOfAction.objects.create(slug="geheim", title="Geheimes Feld")
    place = District.objects.create(slug="west", name="West", kind="city_district")
    hidden = make_measure(cast.space_b, 9, "Verborgen", state="ongoing", field_of_action=field)
    hidden.responsibilities.add(MeasureResponsibility(organisation=cast.organisation_b))
    hidden.districts.add(place)
    hidden.save_revision().publish()
    Milestone.objects.create(measure=hidden, title="Verborgener Schritt", due_on=days(-400))
    published_long_ago(hidden)
    MeasurePage.objects.filter(pk=measures[3].pk).update(state="done", assessment="")
    # An entry on a measure of A that is narrowed to B: for whoever doesn't see it the measure stays silent.
    news = Entry(measure=measures[1], happened_on=days(0), text="Nur für B.")
    services.write_entry(news, actor=None, only_for=[cast.organisation_b])
    keep(
        cast.space_b, "geheim", {"name": "Geheim", "nature": "objective", "level": "effect", "unit": "x",
                                 "direction": "up", "source": "", "area": ""},
        OfYear(2025, Decimal(7), None, is_break=False, note=""), actor=None,
    )  # fmt: skip
    # A draft of A, which readers don't see.
    draft = make_measure(cast.space_a, 10, "Entwurf", state="paused")
    draft.unpublish()


@pytest.mark.parametrize("name", ["reader_a", "reader_b", "member_of_both", "stranger"])
def test_seen_as_somebody_counts_and_lists_are_that_persons(
    cast: Cast, measures: list[MeasurePage], name: str
) -> None:
    person = getattr(cast, name)
    own, viewing = signed_in(person), signed_in(cast.curator)
    assert viewing.post("/zugriff/ansicht/", {"principal": f"user:{person.pk}"}).status_code == 302
    urls = (PAGE, LIST, f"{LIST}?late=1", f"{LIST}?silent=1", f"{LIST}?state=running")
    for url in urls:
        seen = viewing.get(url)
        assert _figures(seen) == _figures(own.get(url)), url
        assert not html.fromstring(seen.content).xpath("//a[contains(@href, '/tabelle/')]")
    viewing.post("/zugriff/ansicht/beenden/")
    is_of_all = name == "member_of_both"  # who reads what the curator reads
    assert (_figures(viewing.get(LIST)) == _figures(own.get(LIST))) is is_of_all


def _figures(answer: Any) -> Any:
    """Return the counts, tables and rows of the overview or its list, as the page shows them."""
    assert answer.status_code == 200
    tree = html.fromstring(answer.content).xpath("//main")[0]
    tables = [
        [" ".join(cell.text_content().split()) for cell in table.xpath(".//td|.//th")]
        for table in tree.xpath(".//table")
    ]
    counts = {
        name: answer.context[name]
        for name in ("total", "late_count", "silent_count")
        if name in answer.context
    }
    links = [str(one) for one in tree.xpath(".//table//a/@href")]
    return counts, tables, links


def test_a_narrowed_entry_is_news_only_for_those_who_see_it(
    cast: Cast, measures: list[MeasurePage]
) -> None:
    news = Entry(measure=measures[1], happened_on=days(0), text="Nur für A.")
    services.write_entry(news, actor=None, only_for=[cast.organisation_b])
    grant_role(cast.space_a, cast.reader_b, Role.READER, actor=None)
    assert total(signed_in(cast.reader_a), f"{LIST}?silent=1") == 1
    assert total(signed_in(cast.reader_b), f"{LIST}?silent=1") == 1, "of her own space"
    assert total(signed_in(cast.reader_b), f"{LIST}?silent=1&state=running") == 0


def test_tables_are_files_in_which_nothing_is_a_formula(
    cast: Cast, measures: list[MeasurePage]
) -> None:
    client = signed_in(cast.reader_a)
    shown = client.get(PAGE).context
    for name, table in {
        **{one.name: one for one in shown["counts"]},
        "late": shown["late"],
    }.items():
        content = client.get(reverse("overview:table", args=[name, "csv"])).content
        lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
        assert lines[0] == list(table.columns)
        assert len(lines) == len(table.rows) + 1
        assert not any(cell.startswith(("=", "+", "@")) for line in lines for cell in line)
    book = load_workbook(io.BytesIO(client.get("/ueberblick/tabelle/silent.xlsx").content))
    sheet = book.worksheets[0]
    assert sheet["A2"].value == "M 2 =Hafen reinigen"
    assert sheet["B2"].is_date
    assert sheet["C2"].value == 200
    assert AuditEntry.objects.filter(action="measure.table_taken_out", actor=cast.reader_a).count() == 8  # fmt: skip


def test_pictures_are_files_too(cast: Cast, measures: list[MeasurePage]) -> None:
    client = signed_in(cast.reader_a)
    png = client.get("/ueberblick/bild/state.png")
    assert png.content.startswith(b"\x89PNG")
    assert png["Content-Disposition"] == 'attachment; filename="massnahmen-nach-stand.png"'
    svg = client.get("/ueberblick/bild/steps.svg").content.decode()
    assert "Hafen beleuchten" in svg
    assert "<style>" in svg
    for missing in ("bild/late.png", "bild/state.gif", "tabelle/geheim.csv", "tabelle/state.pdf"):
        assert client.get(f"/ueberblick/{missing}").status_code == 404


def test_the_table_of_indicators_draws_no_picture_that_nobody_sees(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = dict.fromkeys(("nature", "level", "unit", "direction", "source", "area"), "")
    for name in ("Straftaten", "Lampen"):
        for year in (2024, 2025):
            keep(cast.space_a, name, facts | {"name": name},
                 OfYear(year, Decimal("7.50"), None, False, ""), actor=None)  # fmt: skip
    drawn: list[Any] = []
    monkeypatch.setattr(selectors, "lines", lambda *args, **more: drawn.append(args))
    with one_request():
        assert rights_of(cast.reader_a)
        with CaptureQueriesContext(connection) as asked:
            rows = last_values(cast.reader_a).rows
    assert [(row[0].value, row[3].value, row[4].value) for row in rows] == [
        ("Lampen", 2025, Decimal("7.5")),
        ("Straftaten", 2025, Decimal("7.5")),
    ]
    assert (drawn, len(asked)) == ([], 2)


def test_confidential_measures_are_counted_and_in_no_file(
    cast: Cast, measures: list[MeasurePage]
) -> None:
    MeasurePage.objects.filter(pk=measures[0].pk).update(classification=Classification.CONFIDENTIAL)
    client = signed_in(cast.reader_a)
    page = client.get(PAGE)
    assert page.context["total"] == 3
    assert "stehen in keiner der Dateien" in page.content.decode()
    for name in ("late", "steps", "org"):
        content = client.get(reverse("overview:table", args=[name, "csv"])).content.decode()
        assert "Hafen beleuchten" not in content
        assert "Amt B" not in content


def test_what_makes_no_sense_in_the_address_is_left_out_with_a_sentence(
    cast: Cast, measures: list[MeasurePage]
) -> None:
    page = signed_in(cast.reader_a).get(f"{PAGE}?state=erfunden&jahr=20255")
    assert page.context["total"] == 3
    assert "Dieser Filter wurde weggelassen" in page.content.decode()
    assert page.context["year"] == str(timezone.localdate().year)
    empty = signed_in(cast.stranger).get(f"{PAGE}?jahr=2026")
    assert "Für diese Auswahl gibt es keine Maßnahme" in empty.content.decode()


@pytest.mark.both
def test_the_number_of_queries_does_not_grow(cast: Cast, measures: list[MeasurePage]) -> None:
    client = signed_in(cast.reader_a)

    def queries(url: str) -> int:
        client.get(url)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    few = [queries(url) for url in (PAGE, LIST, f"{PAGE}?silent=1")]
    for number in range(20, 40):
        more = make_measure(cast.space_a, number, f"Weitere {number}", state="running")
        more.responsibilities.add(MeasureResponsibility(organisation=cast.organisation_b))
        more.save_revision().publish()
        Milestone.objects.create(measure=more, title="Schritt", due_on=days(-number))
        services.write_entry(Entry(measure=more, happened_on=days(0), text="Neues"), actor=None)
    assert [queries(url) for url in (PAGE, LIST, f"{PAGE}?silent=1")] == few
