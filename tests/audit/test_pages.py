"""Who sees how much of the log, how it is read, filtered and exported."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from access.granting.services import grant_role
from access.models import Space
from access.roles import Role
from accounts.models import User
from audit.export import safe_cell
from audit.models import Entry, Log
from audit.selectors import (
    CHUNK,
    PART,
    Cursor,
    Filters,
    Visibility,
    all_entries,
    entries_about,
    part,
)
from audit.services import record
from tests.conftest import Cast, signed_in
from tests.factories import make_article, make_space

ADDRESS = "/aenderungsprotokoll/"
EXPORT = "/aenderungsprotokoll/aenderungsprotokoll.csv"
ALL = Visibility(None, reads=True)
pytestmark = pytest.mark.usefixtures("cast")


@pytest.fixture
def read_page(cast: Cast) -> Any:
    page = make_article(cast.space_a, "Vertraulich gelesen")
    record("read.page", actor=cast.reader_a, obj=page)
    return page


def text_of(client: Client, address: str = ADDRESS, **parameters: str) -> str:
    answer = client.get(address, parameters)
    assert answer.status_code == 200, answer
    content = (
        b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    )
    return content.decode("utf-8")


# --- who sees it -------------------------------------------------------------------------------------

# 200 where the log is hers, 404 where it is not, 302 to the sign-in.
STATUS = {
    "reader_a": 404,
    "contributor_a": 404,
    "publisher_a": 404,
    "steward_a": 200,
    "reader_b": 404,
    "publisher_b": 404,
    "member_of_both": 404,
    "curator": 200,
    "administrator": 200,
    "stranger": 404,
    "inactive": 302,
    "nobody": 302,
}


@pytest.mark.parametrize("address", [ADDRESS, EXPORT])
def test_the_log_is_for_few_people(cast: Cast, data_protector: User, address: str) -> None:
    found = {}
    for name, person in cast.people().items():
        client = Client() if name == "nobody" else signed_in(person)
        found[name] = client.get(address).status_code
    assert found == STATUS
    assert signed_in(data_protector).get(address).status_code == 200


def test_hidden_and_missing_look_the_same(cast: Cast) -> None:
    client = signed_in(cast.reader_a)
    hidden, missing = client.get(ADDRESS), client.get("/gibt-es-nicht/")
    assert (hidden.status_code, missing.status_code) == (404, 404)
    token = re.compile(rb'name="csrfmiddlewaretoken" value="\w+"')
    assert token.sub(b"", hidden.content) == token.sub(b"", missing.content)


@pytest.mark.parametrize("address", [ADDRESS, EXPORT])
def test_a_steward_sees_her_space_and_no_other(cast: Cast, address: str) -> None:
    record("space.changed", actor=cast.curator, obj=cast.space_a, details={"changed": "title"})
    record("space.changed", actor=cast.curator, obj=cast.space_b, details={"changed": "title"})
    record("sign_in.succeeded", actor=cast.stranger)
    client = signed_in(cast.steward_a)
    for parameters in ({}, {"bereich": "bereich-a"}):
        shown = text_of(client, address, **parameters)
        assert "Bereich-A" in shown or "bereich-a" in shown
        assert "Bereich-B" not in shown
        assert "bereich-b" not in shown
        assert str(cast.stranger) not in shown
    for slug in ("bereich-b", "gibt-es-nicht"):
        assert client.get(address, {"bereich": slug}).status_code == 404


def test_a_steward_is_not_shown_networks(cast: Cast) -> None:
    assert "Network" not in text_of(signed_in(cast.steward_a), EXPORT)
    assert "Network" in text_of(signed_in(cast.administrator), EXPORT)


@pytest.mark.parametrize("address", [ADDRESS, EXPORT])
def test_who_read_what_is_for_data_protection_alone(
    cast: Cast, data_protector: User, read_page: Any, address: str
) -> None:
    told = f"{cast.reader_a} read page no. {read_page.pk}"
    for person in (cast.administrator, cast.curator, cast.steward_a):
        client = signed_in(person)
        assert told not in text_of(client, address)
        assert 'value="lesen"' not in text_of(client, ADDRESS)
        assert client.get(address, {"protokoll": "lesen"}).status_code == 404
    client = signed_in(data_protector)
    assert told in text_of(client, address, protokoll="lesen")
    assert told not in text_of(client, address)


def test_titles_of_pages_are_shown_to_whoever_may_read_them(cast: Cast) -> None:
    page = make_article(cast.space_a, "Beleuchtung am Nordmarkt")
    assert "Beleuchtung am Nordmarkt" in text_of(signed_in(cast.steward_a))
    shown = text_of(signed_in(cast.administrator))
    assert f"page no. {page.pk}" in shown
    assert "Beleuchtung am Nordmarkt" not in shown


def test_lines_about_what_was_missing_are_shown(cast: Cast) -> None:
    """Their page has no number that could be looked up."""
    keys = ("0daaddd1e772f555e515671b31d21e42019835da", "987654")
    for key in keys:
        record("denied.missing", actor=cast.reader_a, reference=("basepage.KnowledgePage", key))
    text = text_of(signed_in(cast.administrator))
    assert all(key in text for key in keys)  # each leads to the lines about the same thing


def test_seeing_the_log_gives_no_right_to_read(cast: Cast, data_protector: User) -> None:
    page = make_article(cast.space_a, "Seite")
    assert signed_in(data_protector).get(page.url).status_code == 404


# --- filters ------------------------------------------------------------------------------------------


@pytest.fixture
def some_lines(cast: Cast) -> None:
    for person, action in (
        (cast.reader_a, "sign_in.succeeded"),
        (cast.reader_b, "sign_in.succeeded"),
        (cast.reader_b, "sign_in.ended"),
    ):
        record(action, actor=person)
    record("space.removed", actor=None, obj=cast.space_b)
    for days in (10, 20):
        Entry(
            log=Log.CHANGES,
            action="samples.loaded",
            group="samples",
            at=timezone.now() - dt.timedelta(days=days),
        ).save()


@pytest.mark.usefixtures("some_lines")
def test_filters_narrow_the_list(cast: Cast) -> None:
    client = signed_in(cast.administrator)
    shown = text_of(client, person="READER_B")
    assert f"{cast.reader_b} signed in." in shown
    assert f"{cast.reader_b} signed out." in shown
    assert f"{cast.reader_a} signed in." not in shown
    assert "signed in." not in text_of(client, person="reader_b reader_a")
    assert "loaded the samples" in text_of(client, art="samples")
    assert "signed in." not in text_of(client, art="samples")
    assert "deleted the space" in text_of(client, bereich="bereich-b", art="space")
    assert "deleted the space" not in text_of(client, bereich="bereich-a", art="space")
    day = (timezone.localdate() - dt.timedelta(days=10)).isoformat()
    for name in ("von", "bis"):
        assert "loaded the samples" in text_of(client, **{name: day})
    assert text_of(client, von=day, bis=day).count("loaded the samples") == 1
    about = text_of(client, objekt=f"access.Space:{cast.space_b.pk}")
    assert f"Only entries about space no. {cast.space_b.pk}." in about
    assert "access.Space" not in about.split("<table")[0].split("<section")[1]
    assert "Only entries about a single thing." in text_of(client, objekt="<b>x</b>:1")
    assert "signed in." not in about


def test_nothing_found_is_said(cast: Cast) -> None:
    assert "There is no entry for this selection." in text_of(
        signed_in(cast.administrator), bis="1990-01-01"
    )


@pytest.mark.parametrize("text", ["gestern", "2026-02-30", "0001-01-01", "9999-12-31", "=1+1"])
def test_an_odd_date_is_left_out_and_said(cast: Cast, text: str) -> None:
    shown = text_of(signed_in(cast.administrator), von=text)
    assert "is no date. This filter was left out." in shown
    assert "There is no entry" not in shown


def test_odd_parameters_do_no_harm(cast: Cast) -> None:
    client = signed_in(cast.administrator)
    assert "There is no such kind of entry." in text_of(client, art="frobnicate")
    for parameters in (
        {"vor": "x", "nach": ""},
        {"vor": "1-2-3"},
        {"vor": "9" * 30 + "-1"},
        {"vor": "1-" + "9" * 30},
        {"objekt": "\x00"},
        {"objekt": "x"},
        {"person": "\x00%_' ;--"},
    ):
        assert client.get(ADDRESS, parameters).status_code == 200, parameters


def test_htmx_gets_the_lines_alone(cast: Cast) -> None:
    answer = signed_in(cast.administrator).get(ADDRESS, HTTP_HX_REQUEST="true")
    assert "<html" not in answer.content.decode()
    assert "HX-Request" in answer["Vary"]
    assert "no-store" in answer["Cache-Control"]


# --- paging ---------------------------------------------------------------------------------------------


@pytest.fixture
def many_lines(cast: Cast) -> int:
    """Lines of the reads log, half of them in groups with the same time."""
    begin = timezone.now() - dt.timedelta(hours=1)
    made = [
        Entry(
            log=Log.READS,
            action="read.page",
            group="read",
            at=begin + dt.timedelta(seconds=number // 7),
            actor_id=cast.reader_a.pk,
            space_id=cast.space_a.pk,
        )
        for number in range(2 * PART + 20)
    ]
    Entry.objects.bulk_create(made)
    return len(made)


def test_paging_shows_every_line_once_in_both_directions(many_lines: int) -> None:
    filters = Filters(log=Log.READS)
    first = part(ALL, filters)
    assert first.newer is None
    seen, place = [entry.pk for entry in first.entries], first.older
    parts = [first]
    while place is not None:
        parts.append(part(ALL, filters, older_than=Cursor.read(str(place))))
        seen += [entry.pk for entry in parts[-1].entries]
        place = parts[-1].older
    assert len(seen) == len(set(seen)) == many_lines
    assert seen == [entry.pk for entry in all_entries(ALL, filters)]
    back = part(ALL, filters, newer_than=parts[2].newer)
    assert [entry.pk for entry in back.entries] == [entry.pk for entry in parts[1].entries]
    front = part(ALL, filters, newer_than=back.newer)
    assert [entry.pk for entry in front.entries] == [entry.pk for entry in first.entries]
    assert (front.newer, front.older is None) == (None, False)
    assert part(ALL, filters, older_than=Cursor.of(parts[-1].entries[-1])).entries == []


def test_links_lead_from_part_to_part(cast: Cast, data_protector: User, many_lines: int) -> None:
    client = signed_in(data_protector)
    answer = client.get(ADDRESS, {"protokoll": "lesen"})
    assert answer.context["newer_url"] is None
    older = client.get(answer.context["older_url"])
    assert len(older.context["rows"]) == PART
    newer = client.get(older.context["newer_url"])
    assert [row.at for row in newer.context["rows"]] == [row.at for row in answer.context["rows"]]


def test_reads_are_not_for_everybody_who_sees_all(many_lines: int) -> None:
    assert part(Visibility(None), Filters(log=Log.READS)).entries == []


def test_the_number_of_queries_does_not_grow(
    cast: Cast,
    data_protector: User,
    many_lines: int,
    django_assert_max_num_queries: Callable[..., Any],
) -> None:
    for number in range(4):
        make_space(f"weiterer-{number}")
    grant_role(Space.objects.get(slug="weiterer-1"), cast.steward_a, Role.STEWARD, actor=None)
    for person, parameters in (
        (data_protector, {"protokoll": "lesen"}),
        (cast.administrator, {}),
        (cast.steward_a, {}),
        (cast.curator, {"bereich": "weiterer-1"}),
    ):
        client = signed_in(person)
        client.get(ADDRESS, parameters)
        with django_assert_max_num_queries(10):
            assert client.get(ADDRESS, parameters).status_code == 200


# --- export ----------------------------------------------------------------------------------------------


def table(text: str) -> list[list[str]]:
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))


def test_the_export_holds_what_the_list_shows(cast: Cast) -> None:
    client = signed_in(cast.administrator)
    rows = table(text_of(client, EXPORT, art="space"))
    assert rows[0][:5] == ["Number", "Time", "Person", "Organisation", "Action"]
    assert len({len(row) for row in rows}) == 1
    assert [row[5] for row in rows[1:]] == [
        "The installation added the space “Bereich-B”.",
        "The installation added the space “Bereich-A”.",
    ]
    assert rows[1][6:8] == [f"access.Space:{cast.space_b.pk}", "bereich-b"]


def test_the_export_is_recorded_with_its_filters_but_no_name(cast: Cast) -> None:
    client = signed_in(cast.steward_a)
    asked = {"bereich": "bereich-a", "art": "grant", "von": "2026-01-01", "bis": "2026-12-31"}
    text_of(client, EXPORT, person="Kanarienvogel", **asked)
    line = Entry.objects.get(action="audit.exported")
    assert (line.actor_id, line.space_id) == (cast.steward_a.pk, cast.space_a.pk)
    assert line.details == {
        "log": "changes",
        "group": "grant",
        "since": "2026-01-01",
        "until": "2026-12-31",
        "scope": "bereich-a",
    }
    client.head(EXPORT)
    client.post(EXPORT)
    assert Entry.objects.filter(action="audit.exported").count() == 1


def test_the_export_reads_in_parts_and_is_streamed(
    many_lines: int, data_protector: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audit.selectors.CHUNK", 30)
    monkeypatch.setattr("audit.export.LINES_AT_ONCE", 10)
    answer = signed_in(data_protector).get(EXPORT, {"protokoll": "lesen"})
    assert answer.streaming
    parts = list(answer.streaming_content)  # type: ignore[attr-defined]
    assert len(parts) == 1 + many_lines // 10 + 1
    rows = table(b"".join(parts).decode("utf-8"))
    assert len(rows) == 1 + many_lines
    assert CHUNK >= 1000
    assert 'attachment; filename="aenderungsprotokoll-' in answer["Content-Disposition"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", " ="])
def test_no_cell_is_a_formula(cast: Cast, start: str) -> None:
    assert safe_cell(f"{start}HYPERLINK(1)") == f"'{start}HYPERLINK(1)"
    assert safe_cell("Erika = Max") == "Erika = Max"
    cast.reader_a.first_name, cast.reader_a.last_name = f"{start}cmd", "x"
    record("sign_in.succeeded", actor=cast.reader_a)
    rows = table(text_of(signed_in(cast.administrator), EXPORT, art="sign_in"))
    assert not any(
        cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
        for row in rows
        for cell in row
    )


def test_a_line_says_what_is_left_when_its_app_or_its_names_are_gone(cast: Cast) -> None:
    from audit.wording import sentence

    Entry(log=Log.CHANGES, action="weg.damit", group="weg").save()
    gone = Entry.objects.latest("pk")
    assert sentence(gone) == "weg.damit"
    line = record(
        "grant.given", actor=cast.curator, obj=cast.reader_a, details={"role": "frobnicator"}
    )
    line.actor_name = line.object_title = ""
    assert sentence(line) == (
        f"person no. {cast.curator.pk} gave person no. {cast.reader_a.pk} the role “frobnicator” "
        "in the space “none”."
    )
    line.object_type, line.details = "taxonomy.District", {}
    assert "gave taxonomy.District:" in sentence(line)
    assert "the role “not stated”" in sentence(line)


def test_dates_in_details_are_written_out(cast: Cast) -> None:
    from audit.wording import sentence

    line = record(
        "audit.exported",
        actor=None,
        details={
            "log": "changes",
            "since": dt.date(2026, 3, 5),
            "scope": "2026-99-99",
            "until": "25T1",
        },
    )
    assert sentence(line) == (
        "The installation exported the audit log (changes and sign-ins). "
        "From: 5. March 2026. To: 25T1. Space: 2026-99-99."
    )


def test_a_person_can_be_given_what_is_known_of_her(cast: Cast, read_page: Any) -> None:
    grant_role(cast.space_b, cast.reader_a, Role.READER, actor=cast.curator)
    known = [line.action for line in entries_about(cast.reader_a)]
    assert known == ["person.added", "read.page", "grant.given"]
