"""Accounts are kept by administrators, and by who administers an organisation: invite, correct, close, lists."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from access.rights import can
from access.roles import Action
from accounts.models import Membership, Organisation, PlatformRole, Session, User
from audit.models import Entry
from people.accounts import PersonFacts, add_person, correct_person, facts_of, stamp_of
from people.closure import close_account
from people.letters import deliver_letters
from people.lists.plan import MAX_ROWS, State, plan_of, text_of
from people.models import PeopleList
from people.passwords.links import deliver_links, mail_link, make_link
from people.selectors import PeopleFilter, people, people_seen_by
from tests.conftest import Cast, signed_in
from tests.factories import UserFactory

HEAD = "Vorname;Nachname;E-Mail;Organisation;Funktion;Telefon\n"
PASSWORD = "Sturmflut unter Glas"
BOTH = {"new_password1": PASSWORD, "new_password2": PASSWORD}


@pytest.fixture
def manager(cast: Cast) -> User:
    """Look after the people of organisation A."""
    person: User = UserFactory(
        username="verwaltung-a",
        organisation=cast.organisation_a,
        platform_role=PlatformRole.ORGANISATION,
    )
    return person


@pytest.fixture(autouse=True)
def _mails(settings: Any) -> None:
    settings.NOTICE_MAIL_ENABLED = True


def facts(organisation: Organisation | None, **values: Any) -> PersonFacts:
    return PersonFacts(
        **{
            "first_name": "Jörg",
            "last_name": "Weiß",
            "email": "weiss@example.org",
            "organisation": organisation,
            **values,
        }
    )


def typed(of: PersonFacts, **values: Any) -> dict[str, Any]:
    """Return the form as somebody fills it in."""
    return {
        "first_name": of.first_name,
        "last_name": of.last_name,
        "email": of.email,
        "organisation": of.organisation.pk if of.organisation else "",
        "position": of.position,
        "phone": of.phone,
        "platform_role": of.platform_role,
        **values,
    }


def link_in(text: str) -> str:
    found = re.search(r"https?://[^/\s]+(/anmelden/passwort/[^\s<;]+)", text)
    assert found, text
    return found[1]


# --- inviting -----------------------------------------------------------------------------------------------
def test_somebody_is_invited_by_mail_and_enters(cast: Cast) -> None:
    client = signed_in(cast.administrator)
    data = typed(facts(cast.organisation_a), way="mail")
    done = client.post(reverse("people:invite"), data, follow=True)
    person = User.objects.get(email="weiss@example.org")
    assert person.username == "joerg.weiss"
    assert "noch nicht verschickt" in done.content.decode()
    assert Membership.objects.filter(user=person, group=cast.organisation_a.group).exists()
    assert deliver_links() == 1
    assert deliver_links() == 0
    (message,) = mail.outbox
    assert message.to == ["weiss@example.org"]
    assert message.subject == "Stadtwissen: Ihr Konto bei Stadtwissen"
    assert "joerg.weiss" in message.body
    path = link_in(message.body)
    entered = Client().post(path, BOTH, follow=True)
    assert "joerg.weiss" in entered.content.decode()
    assert Client().get(path).status_code == 410  # used twice
    assert "Benutzt am" in client.get(f"/personen/{person.pk}/").content.decode()
    actions = Entry.objects.filter(object_id=str(person.pk), object_type="accounts.User")
    assert [line.action for line in actions.order_by("pk")][:3] == [
        "person.added", "account.link_made", "account.password_changed",
    ]  # fmt: skip


def test_a_link_is_shown_once_resent_and_taken_back(cast: Cast) -> None:
    client = signed_in(cast.administrator)
    data = typed(facts(cast.organisation_a), way="link")
    first = link_in(client.post(reverse("people:invite"), data).content.decode())
    person = User.objects.get(email="weiss@example.org")
    page = f"/personen/{person.pk}/"
    assert first not in client.get(page).content.decode()
    client.post(page, {"change": "mail_link", "confirmed": "1"})
    assert Client().get(first).status_code == 410  # a newer one took its place
    deliver_links()
    second = link_in(mail.outbox[0].body)
    assert Client().get(second).status_code == 200
    client.post(page, {"change": "revoke_link", "confirmed": "1"})
    assert Client().get(second).status_code == 410
    assert Entry.objects.filter(action="account.link_revoked").count() == 1


def test_without_a_mail_server_links_are_handed_over(cast: Cast, settings: Any) -> None:
    settings.NOTICE_MAIL_ENABLED = False
    client = signed_in(cast.administrator)
    page = client.get("/personen/einladen/")
    assert page.context["form"]["way"].initial == "link"
    said = "Es ist kein Mailserver angegeben (STADTWISSEN_MAIL_HOST), deshalb"
    form = typed(facts(cast.organisation_a), way="mail")
    assert said in client.post("/personen/einladen/", form, follow=True).content.decode()
    person = User.objects.get(email="weiss@example.org")
    shown = client.post(f"/personen/{person.pk}/", {"change": "mail_link"})
    assert said in shown.content.decode()


def test_a_mail_server_that_is_away_loses_no_invitation(cast: Cast, settings: Any) -> None:
    User.objects.filter(pk=cast.reader_a.pk).update(email="a@example.org")
    mail_link(User.objects.get(pk=cast.reader_a.pk), actor=cast.administrator)
    settings.EMAIL_BACKEND = "tests.people.mail_away.Backend"
    assert deliver_links() == 0
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert deliver_links() == 1
    assert Client().get(link_in(mail.outbox[0].body)).status_code == 200


def test_a_closed_account_gets_no_invitation(cast: Cast) -> None:
    mail_link_of(cast.reader_a)
    close_account(cast.reader_a, actor=cast.administrator)
    assert deliver_links() == 0
    with pytest.raises(ValidationError, match="geschlossen"):
        mail_link(cast.reader_a, actor=cast.administrator)


def mail_link_of(person: User) -> None:
    User.objects.filter(pk=person.pk).update(email="person@example.org")
    mail_link(User.objects.get(pk=person.pk), actor=None)


def test_an_address_is_given_away_once(cast: Cast) -> None:
    add_person(facts(cast.organisation_a), actor=cast.administrator)
    with pytest.raises(ValidationError, match="jemand anderes"):
        add_person(facts(cast.organisation_b, email="Weiss@Example.org"), actor=cast.administrator)
    second = add_person(facts(cast.organisation_b, email="2@example.org"), actor=cast.administrator)
    assert second.username == "joerg.weiss2"


# --- correcting ---------------------------------------------------------------------------------------------
def test_the_log_keeps_what_was_said_before_and_both_addresses_hear_of_a_new_one(
    cast: Cast,
) -> None:
    person = add_person(facts(cast.organisation_a, phone="0231 1"), actor=cast.administrator)
    client = signed_in(cast.administrator)
    page = reverse("people:correct", args=[person.pk])
    stamp = client.get(page).context["stamp"]
    wanted = facts(
        cast.organisation_b, last_name="Schwarz", email="neu@example.org", phone="0231 2"
    )
    assert client.post(page, typed(wanted, stamp=stamp)).status_code == 302
    person.refresh_from_db()
    assert facts_of(person) == wanted
    assert Membership.objects.filter(user=person, group=cast.organisation_b.group).exists()
    assert not Membership.objects.filter(user=person, group=cast.organisation_a.group).exists()
    line = Entry.objects.get(action="person.changed")
    for former in ("Weiß", "weiss@example.org", "0231 1", "Amt A"):
        assert former in line.object_title
    assert deliver_letters() == 2
    assert sorted(message.to[0] for message in mail.outbox) == [
        "neu@example.org",
        "weiss@example.org",
    ]


def test_two_administrators_edit_one_person(cast: Cast) -> None:
    person = add_person(facts(cast.organisation_a), actor=cast.administrator)
    client = signed_in(cast.administrator)
    page = reverse("people:correct", args=[person.pk])
    stamp = client.get(page).context["stamp"]
    correct_person(
        person, facts(cast.organisation_a, phone="1"), actor=cast.administrator, stamp=stamp
    )
    refused = client.post(page, typed(facts(cast.organisation_a, phone="2"), stamp=stamp))
    text = refused.content.decode()
    assert "Jemand anderes hat die Angaben" in text
    assert 'value="2"' in text
    person.refresh_from_db()
    assert person.phone == "1"
    again = typed(facts(cast.organisation_a, phone="2"), stamp=refused.context["stamp"])
    assert client.post(page, again).status_code == 302


def test_the_last_administrator_keeps_the_role(cast: Cast) -> None:
    me = cast.administrator
    wanted = facts(me.organisation, email="a@example.org", platform_role="")
    with pytest.raises(ValidationError, match="letzte"):
        correct_person(me, wanted, actor=me, stamp=stamp_of(me))
    UserFactory(platform_role=PlatformRole.ADMINISTRATOR)
    with pytest.raises(ValidationError, match="selbst"):
        correct_person(me, wanted, actor=me, stamp=stamp_of(me))


def test_a_second_factor_is_taken_away_with_all_sessions(cast: Cast) -> None:
    User.objects.filter(pk=cast.reader_a.pk).update(email="a@example.org")
    Authenticator.objects.create(user=cast.reader_a, type="totp", data={"secret": "x"})
    hers, client = signed_in(cast.reader_a), signed_in(cast.administrator)
    page = f"/personen/{cast.reader_a.pk}/"
    client.post(page, {"change": "second_factor", "confirmed": "1", "reason": "Handy verloren"})
    assert not Authenticator.objects.exists()
    assert hers.get("/").status_code == 302
    assert Entry.objects.get(action="account.second_factor_reset").details["reason"]
    assert deliver_letters() == 1
    assert "second_factor" not in dict(client.get(page).context["offered"])


# --- for one organisation -----------------------------------------------------------------------------------
def test_who_administers_an_organisation_sees_and_keeps_its_people_only(
    cast: Cast, manager: User
) -> None:
    client = signed_in(manager)
    shown = client.get("/personen/").context["page_obj"].paginator.object_list
    assert {person.organisation for person in shown} == {cast.organisation_a}
    for pk in (cast.reader_b.pk, cast.curator.pk, 987654):
        assert client.get(f"/personen/{pk}/").status_code == 404
        assert client.get(f"/personen/{pk}/angaben/").status_code == 404
    with pytest.raises(PermissionDenied):
        add_person(facts(cast.organisation_b), actor=manager)
    with pytest.raises(PermissionDenied):
        add_person(
            facts(cast.organisation_a, platform_role=PlatformRole.ORGANISATION), actor=manager
        )
    with pytest.raises(PermissionDenied):
        close_account(cast.reader_b, actor=manager)
    moved = facts(cast.organisation_b, email="m@example.org")
    with pytest.raises(PermissionDenied):
        correct_person(cast.reader_a, moved, actor=manager, stamp=stamp_of(cast.reader_a))
    add_person(facts(cast.organisation_a), actor=manager)
    close_account(cast.reader_a, actor=manager)
    assert not User.objects.get(pk=cast.reader_a.pk).is_active
    assert not can(manager, Action.OPERATE)


@pytest.mark.parametrize("role", ["curator", "administrator", "data_protection"])
def test_nobody_gets_at_a_higher_platform_role_that_way(
    cast: Cast, manager: User, role: str
) -> None:
    above: User = UserFactory(organisation=cast.organisation_a, platform_role=role)
    client = signed_in(manager)
    shown = client.get(f"/personen/{above.pk}/")
    assert (shown.status_code, shown.context["offered"]) == (200, [])
    assert client.get(f"/personen/{above.pk}/angaben/").status_code == 404
    for act in (mail_link, make_link, close_account):
        with pytest.raises(PermissionDenied):
            act(above, actor=manager)


def test_no_link_into_an_account_in_use_is_put_into_a_colleagues_hands(
    cast: Cast, manager: User
) -> None:
    cast.steward_a.set_password(PASSWORD)
    cast.steward_a.email = "s@example.org"
    cast.steward_a.save()
    client = signed_in(manager)
    offered = dict(client.get(f"/personen/{cast.steward_a.pk}/").context["offered"])
    assert "mail_link" in offered
    assert "show_link" not in offered
    with pytest.raises(PermissionDenied):
        make_link(cast.steward_a, actor=manager)


def test_the_manager_learns_of_no_space_or_circle(cast: Cast, manager: User) -> None:
    client = signed_in(manager)
    page = f"/personen/{cast.member_of_both.pk}/"
    for answer in (client.get(page), client.post(page, {"change": "close"})):
        assert answer.status_code == 200
        assert "Bereich-B" not in answer.content.decode()
    assert "Bereich-B" in signed_in(cast.administrator).get(page).content.decode()


def test_the_role_ends_with_the_organisation(cast: Cast, manager: User) -> None:
    wanted = facts(cast.organisation_b, platform_role=PlatformRole.ORGANISATION)
    correct_person(manager, wanted, actor=cast.administrator, stamp=stamp_of(manager))
    manager.refresh_from_db()
    assert (manager.organisation, manager.platform_role) == (cast.organisation_b, "")
    assert signed_in(manager).get("/personen/").status_code == 404


# --- lists --------------------------------------------------------------------------------------------------
def state_of(text: str, actor: User) -> list[tuple[int, State]]:
    return [(row.line, row.state) for row in plan_of(text, actor=actor).rows]


def read_in(client: Client, raw: bytes) -> Any:
    return client.post(
        reverse("people:read_list"), {"file": SimpleUploadedFile("liste.csv", raw)}, follow=True
    )


def confirm(client: Client, page: Any, way: str) -> Any:
    data = {"fingerprint": page.context["fingerprint"], "way": way}
    return client.post(reverse("people:list_preview"), data)


def test_a_list_says_what_is_new_changed_doubled_and_wrong(cast: Cast) -> None:
    known = add_person(facts(cast.organisation_a, phone="1"), actor=cast.administrator)
    gone = add_person(facts(None, email="zu@example.org"), actor=cast.administrator)
    close_account(gone, actor=cast.administrator)
    text = HEAD + (
        "Anna;Neu;neu@example.org;Amt A;Leitung;\n"
        "Jörg;Weiß;WEISS@example.org;amt-b;;0231 5\n"
        "Jörg;Doppelt;neu@example.org;Amt A;;\n"
        "Otto;Fremd;otto@example.org;Gibt es nicht;;\n"
        ";Ohne;ohne@example.org;Amt A;;\n"
        "Eva;Falsch;keine-adresse;Amt A;;\n"
        "Uwe;Zu;zu@example.org;Amt A;;\n"
    )
    plan = plan_of(text, actor=cast.administrator)
    assert [(row.line, row.state) for row in plan.rows] == [
        (2, State.NEW), (3, State.CHANGED), (4, State.DOUBLED), (5, State.WRONG), (6, State.WRONG),
        (7, State.WRONG), (8, State.WRONG),
    ]  # fmt: skip
    notes = [row.note for row in plan.rows]
    for note, said in zip(
        notes[2:],
        ["Zeile 2", "Gibt es nicht", "Vorname fehlt", "E-Mail", "geschlossen"],
        strict=True,
    ):
        assert said in note
    client = signed_in(cast.administrator)
    # As a spreadsheet of Windows saves it.
    page = read_in(client, text.encode("cp1252"))
    assert {group["name"]: group["count"] for group in page.context["groups"]} == {
        "wrong": 4, "doubled": 1, "new": 1, "changed": 1,
    }  # fmt: skip
    assert not User.objects.filter(email="neu@example.org").exists()
    assert confirm(client, page, "mail").status_code == 302
    known.refresh_from_db()
    assert (known.organisation, known.phone, known.last_name) == (
        cast.organisation_b,
        "0231 5",
        "Weiß",
    )
    new = User.objects.get(email="neu@example.org")
    assert (new.username, new.organisation, new.position) == (
        "anna.neu",
        cast.organisation_a,
        "Leitung",
    )
    assert can_read_a(new, cast)
    assert deliver_links() == 1
    assert Client().post(link_in(mail.outbox[0].body), BOTH).status_code == 302
    assert not PeopleList.objects.exists()
    assert {line.object_title for line in Entry.objects.filter(action="person.added")} >= {
        "Anna Neu"
    }
    line = Entry.objects.get(action="person.changed", object_id=str(known.pk))
    assert "Amt A" in line.object_title


def can_read_a(person: User, cast: Cast) -> bool:
    return can(User.objects.get(pk=person.pk), Action.READ, cast.space_a)


@pytest.mark.parametrize(
    "raw",
    [
        HEAD.encode("utf-8-sig") + "Änne;Öz;oez@example.org;Amt A;;\n".encode(),
        (HEAD + "Änne;Öz;oez@example.org;Amt A;;\r\n").encode("cp1252"),
        "E-Mail,Name,Vorname,Dienststelle\noez@example.org,Öz,Änne,Amt A\n".encode(),
        "Vorname\tNachname\tMail\tOrganisation\nÄnne\tÖz\toez@example.org\tAmt A".encode(),
    ],
)
def test_lists_are_read_as_spreadsheets_write_them(cast: Cast, raw: bytes) -> None:
    (row,) = plan_of(text_of(raw), actor=cast.administrator).rows
    assert row.state is State.NEW
    assert row.facts == PersonFacts("Änne", "Öz", "oez@example.org", cast.organisation_a)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "Die Liste ist leer"),
        (HEAD.encode(), "Die Liste ist leer"),
        (b"Name;Mail\nx;y\n", "keine Spalte"),
        (b"PK\x03\x04\x00\x00", "keine CSV-Datei"),
        (HEAD.encode() + b"a;b;c@example.org;d;;\n" * (MAX_ROWS + 1), "5001 Zeilen"),
        (b"x" * (2 * 1024 * 1024 + 1), "größer als 2 MB"),
    ],
)
def test_what_is_no_list_is_said_in_a_sentence(cast: Cast, raw: bytes, said: str) -> None:
    page = read_in(signed_in(cast.administrator), raw or b" ")
    assert page.status_code == 200
    assert said in str(page.context["form"].errors)
    assert not PeopleList.objects.exists()


def test_five_thousand_rows_are_bounded(cast: Cast, django_assert_max_num_queries: Any) -> None:
    text = HEAD + "".join(
        f"Vor{number};Nach{number};p{number}@example.org;Amt A;;\n" for number in range(MAX_ROWS)
    )
    client = signed_in(cast.administrator)  # SQLite takes some 60 rows in one statement
    began = time.monotonic()
    page = read_in(client, text.encode())
    assert page.context["groups"][0]["more"] == MAX_ROWS - 200
    with django_assert_max_num_queries(600):
        done = confirm(client, page, "link")
    assert time.monotonic() - began < 120  # s; about 10 on a quiet machine
    assert done.content.decode().count("/anmelden/passwort/") == MAX_ROWS
    assert User.objects.filter(organisation=cast.organisation_a).count() > MAX_ROWS
    assert Entry.objects.filter(action="account.link_made").count() == MAX_ROWS


def test_a_list_that_would_do_something_else_is_shown_anew(cast: Cast) -> None:
    client = signed_in(cast.administrator)
    page = read_in(client, (HEAD + "Jörg;Weiß;weiss@example.org;Amt A;;1\n").encode())
    add_person(facts(cast.organisation_a), actor=cast.administrator)
    again = confirm(client, page, "mail")
    assert "Inzwischen hat sich etwas geändert" in again.content.decode()
    assert User.objects.get(email="weiss@example.org").phone == ""
    confirm(client, again, "mail")
    assert User.objects.get(email="weiss@example.org").phone == "1"
    assert (
        confirm(client, again, "mail").status_code == 302
    )  # sent twice: there is no list any more


def test_a_managers_list_reaches_the_own_organisation_only(cast: Cast, manager: User) -> None:
    User.objects.filter(pk=cast.reader_b.pk).update(email="b@example.org")
    text = (
        "Vorname;Nachname;E-Mail;Organisation\n"
        "Anna;Neu;neu@example.org;\n"
        "Anna;Anders;anders@example.org;Amt B\n"
        "Erika;Fremd;b@example.org;\n"
    )
    plan = plan_of(text, actor=manager)
    assert [row.state for row in plan.rows] == [State.NEW, State.WRONG, State.WRONG]
    assert plan.rows[0].facts is not None
    assert plan.rows[0].facts.organisation == cast.organisation_a
    assert "Amt B" not in plan.rows[2].note


def test_the_links_of_a_list_hold_no_formula(cast: Cast) -> None:
    client = signed_in(cast.administrator)
    page = read_in(client, (HEAD + "=1+1;@x;weiss@example.org;Amt A;;\n").encode())
    text = confirm(client, page, "link").content.decode()
    assert "'=1+1" in text
    assert ";=1+1" not in text


# --- the list of people -------------------------------------------------------------------------------------
def test_the_number_of_queries_does_not_grow_with_people(cast: Cast, manager: User) -> None:
    def queries(client: Client) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/personen/").status_code == 200
        return len(captured)

    for keeper in (cast.administrator, manager):
        client = signed_in(keeper)
        client.get("/personen/")
        before = queries(client)
        for number in range(10):
            person = add_person(
                facts(cast.organisation_a, email=f"{keeper.pk}-{number}@example.org"),
                actor=cast.administrator,
            )
            mail_link(person, actor=cast.administrator)
        assert queries(client) == before


def test_who_never_signed_in_is_found(cast: Cast) -> None:
    person = add_person(facts(cast.organisation_a), actor=cast.administrator)
    seen = people_seen_by(cast.administrator)
    assert person in people(seen, PeopleFilter(state="invited", words="weiss@"))
    signed_in(person)
    assert person not in people(seen, PeopleFilter(state="invited", words="weiss@"))
    assert Session.objects.filter(user=person).exists()
