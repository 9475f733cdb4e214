"""Pages on people: the administrator closes and opens, data protection orders, each sees the consequence first."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from wagtail.models import APIToken

from access.granting.services import grant_role, revoke_role
from access.granting.shares import share_page
from access.models import AccessRequest
from access.requests.services import NOTICE, ask_for_access, deliver_requests
from access.roles import Role
from accounts.models import ErasureOrder, PlatformRole, User
from audit.models import Entry
from audit.verification import verify_all
from notices.models import Notice
from people.closure import close_account
from people.erasure import carry_out_order, order_erasure
from tests.conftest import Cast, signed_in
from tests.factories import UserFactory, make_article


@pytest.fixture
def data_protector(cast: Cast) -> User:
    person: User = UserFactory(
        organisation=cast.stranger.organisation, platform_role=PlatformRole.DATA_PROTECTION
    )
    return person


def change(client: Client, person: User, name: str, reason: str = "Weggang") -> Any:
    """Ask for a change and confirm it; return the page with the consequence and the answer to the confirmation."""
    address = f"/personen/{person.pk}/"
    asked = client.post(address, {"change": name})
    return asked, client.post(address, {"change": name, "reason": reason, "confirmed": "1"})


@pytest.mark.parametrize("name", ["reader_a", "steward_a", "curator", "stranger"])
def test_accounts_are_nobody_elses_task(cast: Cast, name: str) -> None:
    client = signed_in(cast.people()[name])
    for address in ("/personen/", f"/personen/{cast.reader_b.pk}/", "/personen/987654/"):
        assert client.get(address).status_code == 404
        assert client.post(address, {"change": "close"}).status_code in {404, 405}
    cast.reader_b.refresh_from_db()
    assert cast.reader_b.is_active


def test_the_list_is_filtered_and_needs_a_constant_number_of_queries(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(cast.administrator)
    client.get("/personen/")
    with django_assert_max_num_queries(12):
        everybody = client.get("/personen/")
    assert everybody.context["total"] == User.objects.count()
    found = client.get("/personen/", {"org": "amt-a", "konto": "closed"}).context["page_obj"]
    assert list(found) == [cast.inactive]
    assert client.get("/personen/", {"org": "gibt-es-nicht"}).context["total"] > 5
    found = client.get("/personen/", {"name": "reader_b"}).context["page_obj"]
    assert list(found) == [cast.reader_b]


def test_the_administrator_closes_with_the_consequence_in_sight(cast: Cast) -> None:
    browser, hers = signed_in(cast.administrator), signed_in(cast.steward_a)
    asked = browser.post(f"/personen/{cast.steward_a.pk}/", {"change": "close"})
    text = asked.content.decode()
    assert "Bereich-A" in text
    assert hers.get("/").status_code == 200
    _asked, done = change(browser, cast.steward_a, "close")
    assert done.status_code == 302
    assert hers.get("/").status_code == 302
    assert "Weggang" not in hers.get("/").content.decode()
    shown = browser.get(f"/personen/{cast.steward_a.pk}/")
    assert [name for name, _label in shown.context["offered"]] == ["reopen"]
    change(browser, cast.steward_a, "reopen")
    cast.steward_a.refresh_from_db()
    assert cast.steward_a.is_active


def test_no_account_closes_without_a_reason(cast: Cast) -> None:
    client = signed_in(cast.administrator)
    _asked, refused = change(client, cast.reader_a, "close", reason="")
    assert refused.context["form"].errors
    cast.reader_a.refresh_from_db()
    assert cast.reader_a.is_active


def test_the_last_administrator_is_told_why_she_stays(cast: Cast) -> None:
    client = signed_in(cast.administrator)
    _asked, refused = change(client, cast.administrator, "close")
    assert "letzte" in refused.content.decode()
    assert client.get("/personen/").status_code == 200


def test_the_administrator_learns_no_title_of_a_shared_page(cast: Cast) -> None:
    page = make_article(cast.space_a, "Geheimer Titel")
    share_page(page, cast.reader_b, actor=None)
    client = signed_in(cast.administrator)
    for answer in (
        client.get(f"/personen/{cast.reader_b.pk}/"),
        client.post(f"/personen/{cast.reader_b.pk}/", {"change": "close"}),
    ):
        assert answer.status_code == 200
        assert "Geheimer Titel" not in answer.content.decode()


# --- removing a name ----------------------------------------------------------------------------------------
def test_two_people_remove_a_name_together(cast: Cast, data_protector: User) -> None:
    person, operator = cast.publisher_a, signed_in(cast.administrator)
    person.last_name, person.email = "Eichhorn", "eichhorn@example.org"
    person.save()
    Authenticator.objects.create(user=person, type="totp", data={"secret": "x"})
    APIToken.create_token(user=person, name="Eichhorns Schnittstelle")
    page = make_article(cast.space_a, "Ihr Artikel")
    page.save_revision(user=person, log_action=True).publish(user=person)
    protector = signed_in(data_protector)
    # Not before the account is closed, and not by one of them alone.
    change(protector, person, "order")
    assert not ErasureOrder.objects.exists()
    change(operator, person, "close")
    change(operator, person, "order")
    change(operator, person, "erase")
    assert not ErasureOrder.objects.exists()
    asked, _done = change(protector, person, "order", reason="Antrag")
    assert "Ehemalige" in asked.content.decode()
    change(protector, person, "erase")
    person.refresh_from_db()
    assert person.last_name == "Eichhorn"
    change(operator, person, "erase")
    person.refresh_from_db()
    assert str(person) == f"Ehemalige Person {person.pk}"
    assert (person.email, person.is_active) == ("", False)
    assert person.organisation == cast.organisation_a
    assert not Authenticator.objects.filter(user=person).exists()
    assert not APIToken.objects.filter(user=person).exists()
    assert not Entry.objects.filter(actor_name__contains="Eichhorn").exists()
    assert not Entry.objects.filter(object_title__contains="Eichhorn").exists()
    assert page.revisions.filter(
        user=person
    ).exists()  # what was written keeps its author, by number
    assert all(verdict.problem is None for verdict in verify_all({}))
    _asked, refused = change(operator, person, "reopen")
    person.refresh_from_db()
    assert not person.is_active
    assert refused.status_code == 302


def test_an_order_is_taken_back(cast: Cast, data_protector: User) -> None:
    close_account(cast.reader_a, actor=None)
    protector = signed_in(data_protector)
    change(protector, cast.reader_a, "order")
    assert ErasureOrder.objects.filter(person=cast.reader_a).exists()
    found = protector.get("/personen/", {"konto": "ordered"}).context["page_obj"]
    assert list(found) == [cast.reader_a]
    change(protector, cast.reader_a, "withdraw")
    assert not ErasureOrder.objects.exists()


def test_a_removed_name_is_met_nowhere_as_curator(cast: Cast, data_protector: User) -> None:
    person = cast.publisher_a
    person.username, person.first_name, person.last_name = "eichhorn", "Berta", "Eichhorn"
    person.save()
    page = make_article(cast.space_a, "Ihr Artikel")
    page.owner = person
    page.save_revision(user=person, log_action=True).publish(user=person)
    curator = signed_in(cast.curator)
    addresses = [
        "/", page.url, "/suche/?q=eichhorn", f"/zugriff/seite/{page.pk}/", "/zugriff/bereich/bereich-a/",
        "/aenderungsprotokoll/?bereich=bereich-a", "/aenderungsprotokoll/aenderungsprotokoll.csv?bereich=bereich-a",
        f"/admin/pages/{page.pk}/edit/", f"/admin/pages/{page.pk}/history/", "/admin/reports/site-history/",
        f"/admin/pages/{page.get_parent().pk}/", "/admin/reports/aging-pages/",
    ]  # fmt: skip
    assert any("Eichhorn" in text_of(curator, address) for address in addresses)
    close_account(person, actor=cast.administrator)
    order_erasure(person, actor=data_protector, reason="Antrag")
    carry_out_order(person, actor=cast.administrator)
    for address in addresses:
        text = text_of(curator, address)
        text = text.replace("q=eichhorn", "").replace('value="eichhorn"', "")
        assert "Berta" not in text, address
        assert "Eichhorn" not in text, address


def text_of(client: Client, address: str) -> str:
    answer: Any = client.get(address)
    assert answer.status_code == 200, address
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    text: str = body.decode()
    return text


# --- one's own data -----------------------------------------------------------------------------------------
def test_everybody_fetches_her_own_data(cast: Cast) -> None:
    person = cast.contributor_a
    person.last_name, person.password = "Haselmaus", "md5$salz$pruefsumme"
    person.save()
    Authenticator.objects.create(user=person, type="totp", data={"secret": "SEHRGEHEIM"})
    APIToken.create_token(user=person, name="Mein Skript")
    shared = make_article(cast.space_b, "Mit ihr geteilt")
    share_page(shared, person, actor=None)
    client = signed_in(person)
    assert "Haselmaus" in client.get("/meine-daten/").content.decode()
    answer = client.get("/meine-daten/meine-daten.zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        machine = json.loads(archive.read("meine-daten.json"))
        html = archive.read("meine-daten.html").decode()
    assert "Haselmaus" in html
    held = json.dumps(machine, ensure_ascii=False)
    for expected in ("Haselmaus", "Mein Skript", "Bereich-A", "Mit ihr geteilt", "TOTP"):
        assert expected in held, expected
    for secret in ("SEHRGEHEIM", person.password, client.cookies["stadtwissen_session"].value):
        assert secret not in held
        assert secret not in html
    (line,) = Entry.objects.filter(action="person.data_fetched")
    assert line.actor == person


def test_her_data_name_no_space_that_is_not_hers_any_more(cast: Cast) -> None:
    grant_role(cast.space_b, cast.reader_a, Role.READER, actor=cast.curator)
    assert "Bereich-B" in signed_in(cast.reader_a).get("/meine-daten/").content.decode()
    revoke_role(cast.space_b, cast.reader_a, actor=cast.curator)
    text = signed_in(cast.reader_a).get("/meine-daten/").content.decode()
    assert "ereich-b" not in text.lower()
    assert f"Nr. {cast.space_b.pk}" in text


def test_her_data_name_nobody_elses_network(cast: Cast) -> None:
    page = make_article(cast.space_a, "Seite")
    steward = signed_in(cast.steward_a)
    steward.defaults["REMOTE_ADDR"] = "192.0.2.77"
    url = f"/zugriff/seite/{page.pk}/"
    asked = steward.post(url, {"principal": f"user:{cast.reader_b.pk}"})
    steward.post(url, asked.context["hidden"])
    assert Entry.objects.get(action="share.given").address.startswith("192.0.2")
    reader = signed_in(cast.reader_b)
    text = reader.get("/meine-daten/").content.decode()
    assert str(cast.steward_a) in text
    assert "192.0.2" not in text
    assert "192.0.2" in steward.get("/meine-daten/").content.decode()


def test_open_requests_end_with_the_account(cast: Cast) -> None:
    page = make_article(cast.space_b, "Verborgen")
    ask_for_access(cast.reader_a, address=page.url, reason="Bitte")
    deliver_requests()
    assert Notice.objects.filter(kind=NOTICE).exists()
    close_account(cast.reader_a, actor=cast.administrator)
    assert not AccessRequest.objects.exists()
    assert not Notice.objects.filter(kind=NOTICE).exists()


def test_her_data_tell_nothing_of_what_was_refused_to_her(cast: Cast) -> None:
    hidden = make_article(cast.space_b, "Verborgen")
    client = signed_in(cast.reader_a)
    before = client.get("/meine-daten/").context["sections"]
    assert client.get(hidden.url).status_code == 404
    assert client.get("/bereich-b/gibt-es-nicht/").status_code == 404
    for address in (hidden.url, "/bereich-b/gibt-es-nicht/"):
        ask_for_access(cast.reader_a, address=address, reason="Bitte")
    assert Entry.objects.filter(action="request.made").exists()
    assert Entry.objects.filter(action="denied.object").exists()
    after = client.get("/meine-daten/").context["sections"]
    # Of both requests she learns the same: what she typed herself.
    told = {one.name: one.rows for one in after}
    assert [set(row) for row in told["requests"]] == [{"Adresse", "Grund", "Zeitpunkt"}] * 2
    assert told["audit_log"] == {one.name: one.rows for one in before}["audit_log"]
