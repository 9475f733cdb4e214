"""Each thing that happens gives one line, with the right sentence, and no line gives content away."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from axes.signals import user_locked_out
from django.contrib.auth import authenticate
from django.core.files.base import ContentFile
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from access.granting.services import grant_role, revoke_role
from access.granting.shares import share_page, unshare_page
from access.handling import Classification
from access.models import Space
from access.roles import Role
from accounts.models import Membership, Organisation, PlatformRole, User
from audit import flood
from audit.context import after_answer
from audit.models import Entry
from audit.receivers import signed_out
from audit.retention import pseudonymise
from audit.services import record, record_refusal
from audit.verification import verify_all
from audit.wording import sentence
from knowledge.files.models import KnowledgeDocument, PageAttachment
from tests.audit.conftest import Said
from tests.conftest import Cast, signed_in
from tests.factories import CircleFactory, home_of, make_article

PASSWORD = "ein-langes-Kennwort-2026"


def with_password(person: User) -> User:
    person.set_password(PASSWORD)
    person.save()
    return person


def confidential(space: Space, title: str = "Vertrauliches") -> Any:
    page = make_article(space, title)
    page.classification = Classification.CONFIDENTIAL
    page.save_revision().publish()
    return page


def document_in(space: Space, *pages: Any) -> KnowledgeDocument:
    document = KnowledgeDocument(title="Kanarienvogel", space=space)
    document.file.save("kanarienvogel.txt", ContentFile(b"Kanarienvogel"))
    for page in pages:
        PageAttachment.objects.create(page_id=page.pk, document=document)
    return document


# --- signing in and out ------------------------------------------------------------------------------


def test_signing_in_and_out_by_the_form(cast: Cast, client: Client, said: Said) -> None:
    with_password(cast.reader_a)
    name = str(cast.reader_a)
    form = {"login": "reader_a", "password": PASSWORD}
    client.post(reverse("account_login"), form, REMOTE_ADDR="192.0.2.77")
    client.post(reverse("account_logout"), REMOTE_ADDR="192.0.2.77")
    assert said("sign_in") == [f"{name} signed in.", f"{name} signed out."]
    line = Entry.objects.get(action="sign_in.succeeded")
    assert (line.actor_id, line.address) == (cast.reader_a.pk, "192.0.2.0")


def test_a_wrong_password_names_the_account_and_nothing_that_was_typed(
    cast: Cast, client: Client, said: Said
) -> None:
    with_password(cast.reader_a)
    client.post(reverse("account_login"), {"login": " Reader_A", "password": "Kanarienvogel1"})
    assert said("sign_in") == [f"A sign-in failed. Account: {cast.reader_a}."]
    assert Entry.objects.get(action="sign_in.failed").actor_id is None


def test_an_unknown_name_is_not_stored_it_may_be_a_password(client: Client, said: Said) -> None:
    client.post(reverse("account_login"), {"login": "Kanarienvogel2", "password": "x"})
    assert said("sign_in") == ["A sign-in failed. Account: unknown."]
    assert "Kanarienvogel2" not in json.dumps(list(Entry.objects.values()), default=str)


def test_failed_sign_ins_without_a_request_or_name_are_recorded(said: Said) -> None:
    assert authenticate(HttpRequest(), username="", password="") is None
    assert said("sign_in.failed") == ["A sign-in failed. Account: unknown."]


def test_locking_out_is_recorded(cast: Cast, client: Client, said: Said, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = False  # allauth slows down before axes locks out
    with_password(cast.reader_a)
    for _ in range(settings.AXES_FAILURE_LIMIT):
        client.post(reverse("account_login"), {"login": "reader_a", "password": "falsch"})
    assert said("sign_in.locked") == [
        "After many failed sign-ins further ones are refused for a while. "
        f"Account: {cast.reader_a}."
    ]
    assert len(said("sign_in.failed")) == settings.AXES_FAILURE_LIMIT


def test_ending_nobodys_session_is_no_sign_out(said: Said) -> None:
    signed_out(User, request=None, user=None)
    assert said() == []


def test_outside_a_request_nothing_is_put_off() -> None:
    written: list[str] = []
    after_answer(lambda: written.append("at once"))
    assert written == ["at once"]


def test_lock_outs_without_a_name_are_recorded(said: Said) -> None:
    user_locked_out.send("axes", request=None, username=None, ip_address="192.0.2.1")
    assert len(said("sign_in.locked")) == 1


def test_failed_sign_ins_do_not_flood_the_log(cast: Cast, said: Said) -> None:
    request = RequestFactory().post("/anmelden/", REMOTE_ADDR="192.0.2.1")
    elsewhere = RequestFactory().post("/anmelden/", REMOTE_ADDR="198.51.100.1")
    from django.contrib.auth.signals import user_login_failed

    for _ in range(flood.FAILURES_AN_HOUR + 5):
        for name in ("reader_a", "niemand"):
            user_login_failed.send("x", credentials={"username": name}, request=request)
    assert len(said("sign_in.failed")) == 2 * flood.FAILURES_AN_HOUR
    user_login_failed.send("x", credentials={"username": "niemand"}, request=elsewhere)
    user_login_failed.send("x", credentials={"username": "reader_b"}, request=request)
    assert len(said("sign_in.failed")) == 2 * flood.FAILURES_AN_HOUR + 2


def test_a_new_password_is_recorded_whoever_sets_it(cast: Cast, said: Said) -> None:
    with_password(cast.reader_a)
    name = str(cast.reader_a)
    assert said() == [f"The installation changed the password of {name}."]
    client = signed_in(cast.reader_a)
    new = "noch-ein-langes-Kennwort"
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    client.post(reverse("account_change_password"), form)
    cast.reader_a.refresh_from_db()
    assert cast.reader_a.check_password(new)
    assert said("account")[1:] == [f"{name} changed the password of {name}."]


def test_a_new_hash_of_the_same_password_is_no_new_password(
    cast: Cast, said: Said, settings: Any
) -> None:
    with_password(cast.reader_a)
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        *settings.PASSWORD_HASHERS,
    ]
    before = cast.reader_a.password
    assert cast.reader_a.check_password(PASSWORD)
    assert cast.reader_a.password != before
    assert len(said("account")) == 1


def test_second_factors(cast: Cast, said: Said) -> None:
    from allauth.mfa import signals
    from allauth.mfa.models import Authenticator

    request, person = RequestFactory().get("/"), cast.reader_a
    factor = Authenticator(user=person, type=Authenticator.Type.TOTP, data={})
    told = {"sender": Authenticator, "request": request, "user": person}
    signals.authenticator_added.send(**told, authenticator=factor)
    signals.authenticator_reset.send(**told, authenticator=factor)
    signals.authenticator_removed.send(**told, authenticator=factor)
    signals.authentication_failed.send(**told, authenticator=factor, reauthentication=False)
    assert said() == [
        f"{person} added a second factor for {person}: authenticator app.",
        f"{person} renewed a second factor of {person}: authenticator app.",
        f"{person} removed a second factor of {person}: authenticator app.",
        f"A second factor was wrong. Account: {person}.",
    ]


# --- people, organisations, circles, spaces ----------------------------------------------------------


def test_people_come_change_and_go(cast: Cast, said: Said) -> None:
    person = User.objects.create(username="neu", organisation=cast.organisation_a)
    person.last_login = timezone.now()
    person.save(update_fields=["last_login"])
    person.save()
    person.platform_role, person.is_active = PlatformRole.CURATOR, False
    person.organisation = cast.organisation_b
    person.save()
    person.platform_role = PlatformRole.NONE
    person.save(update_fields=["platform_role"])
    person.organisation = cast.organisation_a
    person.save(update_fields=["organisation"])
    person.delete()
    assert said() == [
        "The installation added the person neu.",
        "The installation changed the person neu (previously: Amt A). Changed: account open or closed, organisation, "
        "platform role. Platform role now: Curator. Account open: no.",
        "The installation changed the person neu. Changed: platform role. Platform role now: None.",
        "The installation changed the person neu. Changed: organisation.",
        "The installation deleted the person neu.",
    ]


def test_organisations_circles_and_memberships(cast: Cast, said: Said) -> None:
    organisation = Organisation.objects.create(slug="neu", name="Neues Amt", short_name="NA")
    organisation.name = "Neuestes Amt"
    organisation.save()
    circle = CircleFactory(name="AG Licht")
    membership = Membership.objects.create(user=cast.reader_a, group=circle.group)
    membership.function = Membership.Function.LEAD
    membership.until = dt.datetime(2027, 3, 5, 12, tzinfo=dt.UTC)
    membership.save()
    membership.delete()
    circle.name = "AG Helligkeit"
    circle.save()
    circle.delete()
    organisation.delete()
    name = cast.reader_a
    assert said() == [
        "The installation added the organisation NA.",
        "The installation changed the organisation Neues Amt → NA. Changed: name.",
        "The installation added the circle AG Licht.",
        f"The installation took {name} into the circle “AG Licht”. Function: Member.",
        f"The installation changed the membership of {name} in the circle “AG Licht”. "
        "Function: Lead. Ends: 5. March 2027, 13:00.",
        f"The installation ended the membership of {name} in the circle “AG Licht”.",
        "The installation changed the circle AG Licht → AG Helligkeit. Changed: name.",
        "The installation deleted the circle AG Helligkeit.",
        "The installation deleted the organisation NA.",
    ]


def test_fixtures_are_loaded_without_lines(cast: Cast, said: Said) -> None:
    from django.core import serializers

    stored = serializers.serialize("json", [cast.organisation_a])
    for loaded in serializers.deserialize("json", stored):
        loaded.save()
    assert said() == []


def test_spaces(db: None, said: Said) -> None:
    space = Space.objects.create(slug="neu", title="Neuer Bereich")
    space.is_curated = False
    space.save()
    space.delete()
    assert said() == [
        "The installation added the space “Neuer Bereich”.",
        "The installation changed the space “Neuer Bereich”. Changed: curated.",
        "The installation deleted the space “Neuer Bereich”.",
    ]


# --- rights -----------------------------------------------------------------------------------------


def test_grants_are_given_and_revoked(cast: Cast, said: Said) -> None:
    until = dt.datetime(2098, 12, 31, 23, tzinfo=dt.UTC)  # midnight in Berlin: the last day is over
    grant_role(
        cast.space_a,
        cast.organisation_b,
        Role.PUBLISHER,
        actor=cast.steward_a,
        until=until,
        reason="Amtshilfe.",
    )
    revoke_role(cast.space_a, cast.organisation_b, actor=cast.steward_a)
    revoke_role(cast.space_a, cast.organisation_b, actor=cast.steward_a)
    revoke_role(cast.space_a, cast.contributor_a, actor=None)
    steward = cast.steward_a
    assert said() == [
        f"{steward} gave Amt B the role “Publisher” in the space “bereich-a”. "
        "Ends: with the end of 31. December 2098. Reason: Amtshilfe.",
        f"{steward} took the role “Publisher” in the space “bereich-a” from Amt B.",
        f"The installation took the role “Contributor” in the space “bereich-a” from {cast.contributor_a}.",
    ]


def test_a_refused_grant_leaves_no_line(cast: Cast, said: Said) -> None:
    from django.core.exceptions import PermissionDenied

    with pytest.raises(PermissionDenied):
        grant_role(cast.space_a, cast.reader_b, Role.READER, actor=cast.publisher_a)
    assert said() == []


def test_shares_are_given_and_revoked(cast: Cast, said: Said) -> None:
    page = make_article(cast.space_a, "Kanarienvogel")
    before = len(said())
    share_page(page, cast.reader_b, actor=cast.steward_a, include_descendants=True)
    unshare_page(page, cast.reader_b, actor=cast.steward_a)
    unshare_page(page, cast.reader_b, actor=cast.steward_a)
    assert said()[before:] == [
        f"{cast.steward_a} shared page no. {page.pk} with {cast.reader_b}. With subpages: yes.",
        f"{cast.steward_a} no longer shares page no. {page.pk} with {cast.reader_b}.",
    ]


# --- pages --------------------------------------------------------------------------------------------


def test_pages_are_published_taken_back_moved_and_deleted(cast: Cast, said: Said) -> None:
    page = make_article(cast.space_a, "Kanarienvogel")
    number = page.pk
    assert said("page")[-1] == (
        f"The installation published page no. {number}. Handling: internal."
    )
    before = len(said())
    index = page.get_parent().specific
    other = make_article(cast.space_b, "Woanders").get_parent().specific
    sibling = make_article(cast.space_a, "Daneben")
    before = len(said())
    page.move(sibling, "left")  # same parent: only the order
    page.refresh_from_db()
    page.move(home_of(cast.space_a), "last-child")
    page.refresh_from_db()
    page.move(other, "last-child")
    page.refresh_from_db()
    page.unpublish()
    page.delete()
    assert index is not None
    assert said()[before:] == [
        f"The installation moved page no. {number} with its subpages inside the space “bereich-a”.",
        f"The installation moved page no. {number} with its subpages from the space “bereich-a” to another one.",
        f"The installation moved page no. {number} with its subpages from another space to “bereich-b”.",
        f"The installation took page no. {number} back from publication.",
        f"The installation deleted page no. {number}.",
    ]
    spaces = Entry.objects.filter(action__startswith="page.moved").order_by("pk")
    expected = [cast.space_a.pk, cast.space_a.pk, cast.space_b.pk]
    assert list(spaces.values_list("space_id", flat=True)) == expected


def test_publishing_in_the_admin_names_the_publisher(cast: Cast, said: Said) -> None:
    page = make_article(cast.space_a, "Seite", live=False)
    client = signed_in(cast.publisher_a)
    address = reverse("wagtailadmin_pages:unpublish", args=[page.pk])
    page.save_revision().publish()
    client.post(address)
    assert said("page")[-1] == (
        f"{cast.publisher_a} took page no. {page.pk} back from publication."
    )


# --- reading and being refused --------------------------------------------------------------------------


def test_each_reading_of_a_confidential_page_is_recorded(cast: Cast, said: Said) -> None:
    page, open_page = confidential(cast.space_a), make_article(cast.space_a, "Offen")
    client = signed_in(cast.reader_a)
    for address in (page.url, page.url, open_page.url):
        assert client.get(address).status_code == 200
    assert said("read") == [f"{cast.reader_a} read page no. {page.pk}, which is confidential."] * 2
    line = Entry.objects.filter(action="read.page").latest("pk")
    assert (line.log, line.space_id) == ("reads", cast.space_a.pk)


def test_without_the_line_a_confidential_page_is_not_shown(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = confidential(cast.space_a)

    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("no log")

    monkeypatch.setattr("knowledge.basepage.read_log.record", fail)
    client = signed_in(cast.reader_a)
    client.raise_request_exception = False
    answer = client.get(page.url)
    assert answer.status_code == 500
    assert b"Vertrauliches" not in answer.content


def test_the_editor_shows_all_of_a_confidential_page_and_is_recorded(
    cast: Cast, said: Said
) -> None:
    page = confidential(cast.space_a)
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert signed_in(cast.publisher_a).get(address).status_code == 200
    assert len(said("read")) == 1


def test_files_of_confidential_pages(cast: Cast, said: Said) -> None:
    attached = document_in(
        cast.space_a, confidential(cast.space_a), make_article(cast.space_a, "A")
    )
    free = document_in(cast.space_a, make_article(cast.space_a, "B"))
    client = signed_in(cast.reader_a)
    for document in (attached, free):
        assert client.get(document.url).status_code == 200
    assert said("read") == [
        f"{cast.reader_a} fetched file no. {attached.pk}, which belongs to a confidential page."
    ]


def test_refusals_of_pages_and_files_are_recorded_once_an_hour(cast: Cast, said: Said) -> None:
    page, document = make_article(cast.space_b, "Kanarienvogel"), document_in(cast.space_b)
    client = signed_in(cast.reader_a)
    for _ in range(3):
        assert client.get(page.url).status_code == 404
        assert client.get(document.url).status_code == 404
        assert client.get("/gibt/es/nicht/").status_code == 404
    assert said("denied") == [
        f"{cast.reader_a} was refused page no. {page.pk}.",
        f"{cast.reader_a} was refused file no. {document.pk}.",
        f"{cast.reader_a} asked for something that does not exist.",
    ]
    missing = Entry.objects.get(action="denied.missing")
    assert "gibt" not in str(vars(missing))  # what was typed is not stored


def test_refused_images_and_doors_of_the_admin_are_recorded(cast: Cast, said: Said) -> None:
    from wagtail.images.tests.utils import get_test_image_file

    from knowledge.files.models import KnowledgeImage

    image = KnowledgeImage.objects.create(
        title="Bild", space=cast.space_b, file=get_test_image_file(filename="bild.png")
    )
    page = make_article(cast.space_b, "Seite")
    client = signed_in(cast.publisher_a)
    assert client.get(image.file.url).status_code == 404
    assert client.get("/bilder/gibt-es-nicht.png").status_code == 404
    assert client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 404
    assert client.get(reverse("wagtailadmin_pages:edit", args=[999_999])).status_code == 404
    assert said("denied") == [
        f"{cast.publisher_a} was refused image no. {image.pk}.",
        f"{cast.publisher_a} asked for something that does not exist.",
        f"{cast.publisher_a} was refused page no. {page.pk}.",
        f"{cast.publisher_a} asked for something that does not exist.",
    ]


def test_a_draft_at_an_address_is_no_refusal(cast: Cast, said: Said) -> None:
    draft = make_article(cast.space_b, "Entwurf", live=False)
    assert signed_in(cast.reader_a).get(draft.url).status_code == 404
    assert said("denied") == [f"{cast.reader_a} asked for something that does not exist."]


def test_signed_out_nothing_is_recorded(cast: Cast, client: Client, said: Said) -> None:
    page = make_article(cast.space_b, "Seite")
    before = len(said())
    assert client.get(page.url).status_code == 302
    record_refusal(page)
    assert len(said()) == before


def test_trying_many_addresses_does_not_flood_the_log(
    cast: Cast, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flood, "REFUSALS_AN_HOUR", 3)
    pages = [make_article(cast.space_b, f"Seite {number}") for number in range(6)]
    client = signed_in(cast.reader_a)
    for page in pages:
        client.get(page.url)
    assert [line.split(" was ")[1] for line in said("denied")] == [
        f"refused page no. {pages[0].pk}.",
        f"refused page no. {pages[1].pk}.",
        f"refused page no. {pages[2].pk}.",
        "refused so often within an hour that further refusals are not listed.",
    ]


def test_a_refusal_that_cannot_be_written_does_not_break_the_answer(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    page = make_article(cast.space_b, "Seite")

    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("no log")

    monkeypatch.setattr("audit.services.record", fail)
    assert signed_in(cast.reader_a).get(page.url).status_code == 404
    assert "could not be written after the answer" in caplog.text


def test_seeing_as_somebody_else_is_said(cast: Cast) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="2001:db8:1:2::3")
    request.acting_as = cast.reader_b  # type: ignore[attr-defined]
    line = record("read.page", actor=cast.steward_a, obj=home_of(cast.space_a), request=request)
    assert sentence(line).endswith(f"which is confidential. Viewed as {cast.reader_b}.")
    assert (line.acting_as_id, line.address) == (cast.reader_b.pk, "2001:db8:1::")
    line.acting_as_name = ""
    assert sentence(line).endswith(f"Viewed as person no. {cast.reader_b.pk}.")


# --- the canary -------------------------------------------------------------------------------------------


def test_no_content_and_no_search_text_is_ever_in_the_log(cast: Cast, said: Said) -> None:
    canary = "Kanarienvogel"
    page = make_article(cast.space_a, f"{canary} Titel", text=f"<p>{canary} Text</p>")
    page.classification = Classification.CONFIDENTIAL
    page.search_description = canary
    page.save_revision().publish()
    document = document_in(cast.space_a, page)
    for person in (cast.reader_a, cast.reader_b, cast.publisher_a):
        client = signed_in(person)
        client.get("/suche/", {"q": canary})
        client.get(page.url, {"q": canary})
        client.get(document.url)
        client.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
        client.get("/aenderungsprotokoll/", {"person": canary})
        client.get(f"/{canary.lower()}/")
    page.move(home_of(cast.space_a), "last-child")
    page.refresh_from_db()
    page.unpublish()
    page.delete()
    assert len(said()) > 12
    stored = json.dumps(list(Entry.objects.values()), default=str).lower()
    assert canary.lower() not in stored


def test_a_change_of_name_keeps_the_former_one_and_can_be_taken_out(cast: Cast) -> None:
    cast.reader_a.first_name, cast.reader_a.last_name = "Petra", "Muster"
    cast.reader_a.save()
    cast.reader_a.last_name = "Neumann"
    cast.reader_a.save()
    line = Entry.objects.filter(action="person.changed").latest("pk")
    assert line.object_title == "Muster → Petra Neumann"
    pseudonymise(cast.reader_a.pk, actor=None)
    assert Entry.objects.get(pk=line.pk).object_title == ""
    assert all(verdict.problem is None for verdict in verify_all())


def test_nobody_gives_herself_a_name_in_the_admin(cast: Cast, client: Client) -> None:
    client.force_login(cast.publisher_a)
    assert "first_name" not in client.get("/admin/account/").content.decode()
    before = str(cast.publisher_a)
    client.post(
        "/admin/account/",
        {"name_email-first_name": "Polizeipräsident", "name_email-last_name": "Dortmund"},
    )
    cast.publisher_a.refresh_from_db()
    assert str(cast.publisher_a) == before
