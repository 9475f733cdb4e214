"""A steward sees the site as somebody else does: only what both may see, only reading, marked and recorded."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, SuspiciousOperation, ValidationError
from django.core.files.base import ContentFile
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from access.granting.services import grant_role, revoke_role
from access.granting.shares import share_page
from access.reader import Viewing, seeing, viewing_of
from access.rights import can, own_rights_of, rights_of, scope_for
from access.roles import Action, Role
from access.viewing.services import SESSION_KEY, start_view
from accounts.models import Circle, Membership
from audit.models import Entry
from audit.wording import sentence
from knowledge.files.models import KnowledgeDocument, PageAttachment
from tests.conftest import Cast
from tests.factories import CircleFactory, home_of, make_article

SOON = dt.timedelta(minutes=30)


def view(client: Client, actor: Any, target: Any, **fields: str) -> Any:
    """Sign `actor` in anew and let her see the site as `target`; return the answer."""
    client.cookies.clear()
    client.force_login(actor, backend="access.backends.AccessBackend")
    key = f"{target._meta.model_name}:{target.pk}"
    return client.post("/zugriff/ansicht/", {"principal": key, **fields})


def looking(actor: Any, target: Any) -> Any:
    """Return the person anew, looking through the eyes of `target`."""
    person: Any = get_user_model().objects.get(pk=actor.pk)
    person.viewing = Viewing(person.pk, target, timezone.now() + SOON)
    return person


def test_a_steward_sees_what_both_may_see_and_nothing_of_other_spaces(cast: Cast) -> None:
    a, b = make_article(cast.space_a, "In A"), make_article(cast.space_b, "In B")
    seen_by = looking(cast.steward_a, cast.member_of_both)
    assert can(cast.member_of_both, Action.READ, b)
    assert can(seen_by, Action.READ, a)
    assert not can(seen_by, Action.READ, b)
    assert list(type(a).objects.visible_to(seen_by)) == [a]
    assert not can(looking(cast.steward_a, cast.reader_b), Action.READ, a)
    assert scope_for(looking(cast.steward_a, cast.reader_b)).spaces == frozenset()


def test_what_she_may_only_read_herself_is_not_shown(cast: Cast) -> None:
    page = make_article(cast.space_b, "In B")
    grant_role(cast.space_b, cast.steward_a, Role.PUBLISHER, actor=None)
    assert can(cast.steward_a, Action.READ, page)
    assert not can(looking(cast.steward_a, cast.reader_b), Action.READ, page)


def test_drafts_show_to_those_who_contribute(cast: Cast) -> None:
    draft = make_article(cast.space_a, "Entwurf", live=False)
    assert can(looking(cast.steward_a, cast.contributor_a), Action.READ, draft)
    assert not can(looking(cast.steward_a, cast.reader_a), Action.READ, draft)


def test_shares_of_her_own_spaces_show_and_others_do_not(cast: Cast) -> None:
    mine, other = make_article(cast.space_a, "Geteilt"), make_article(cast.space_b, "Geteilt")
    for page in (mine, other):
        share_page(page, cast.stranger, actor=None)
    seen_by = looking(cast.steward_a, cast.stranger)
    assert can(seen_by, Action.READ, mine)
    assert not can(seen_by, Action.READ, cast.space_a)
    assert not can(seen_by, Action.READ, other)


def test_an_organisation_stands_for_members_without_rights_of_their_own(cast: Cast) -> None:
    everybody = Circle.objects.filter(is_everybody=True).first() or CircleFactory(is_everybody=True)
    common, page = make_article(cast.space_b, "Für alle"), make_article(cast.space_a, "In A")
    grant_role(cast.space_b, everybody, Role.READER, actor=None)
    seen_by = looking(cast.curator, cast.organisation_a)
    assert can(seen_by, Action.READ, page)
    assert can(seen_by, Action.READ, common)
    assert not can(looking(cast.curator, CircleFactory()), Action.READ, common)
    assert scope_for(seen_by).organisation_id is None
    # Passages for her organisation alone would show her what is not meant for the curator.
    own = looking(cast.steward_a, cast.organisation_a)
    assert scope_for(own).organisation_id == cast.organisation_a.pk


def test_a_circle_stands_for_whoever_is_in_it(cast: Cast) -> None:
    circle = CircleFactory()
    grant_role(cast.space_a, circle, Role.READER, actor=None)
    page = make_article(cast.space_a, "In A")
    share_page(page, CircleFactory(), actor=None)
    assert can(looking(cast.steward_a, circle), Action.READ, page)


@pytest.mark.parametrize("name", ["steward_a", "curator", "administrator", "publisher_a"])
def test_nobody_does_anything_but_read_while_looking(cast: Cast, name: str) -> None:
    page, target = make_article(cast.space_a, "Seite"), getattr(cast, name)
    seen_by = (
        looking(cast.curator, target) if name != "curator" else looking(cast.steward_a, target)
    )
    for action in set(Action) - {Action.READ, Action.READ_DRAFT}:
        assert not can(seen_by, action, page)
        assert not can(seen_by, action, cast.space_a)
    for action in (Action.USE_ADMIN, Action.OPERATE, Action.CURATE, Action.PROTECT_DATA):
        assert not can(seen_by, action)
    assert not rights_of(seen_by).spaces_with(Role.PUBLISHER)
    assert own_rights_of(seen_by).spaces_with(Role.STEWARD)


def test_the_mark_counts_for_her_alone_and_travels_with_her(cast: Cast) -> None:
    viewing = Viewing(cast.steward_a.pk, cast.reader_b, timezone.now() + SOON)
    again: Any = get_user_model().objects.get(pk=cast.steward_a.pk)
    with seeing(cast.steward_a, viewing):
        assert viewing_of(again) == viewing  # loaded anew in the same request
        assert viewing_of(cast.reader_a) is None
        assert can(cast.reader_a, Action.READ, cast.space_a)
    assert viewing_of(again) is None
    assert viewing_of(cast.steward_a) == viewing  # a streamed answer asks after the block


# --- beginning and ending ---------------------------------------------------------------------------
def test_a_steward_begins_looks_and_ends(cast: Cast, client: Client) -> None:
    page = make_article(cast.space_a, "Seite")
    back = reverse("access:page", args=[page.pk])
    began = view(
        client, cast.steward_a, cast.reader_b,
        weiter=page.url, zurueck=back, bereich="bereich-a", reason="Beschwerde",
    )  # fmt: skip
    assert (began.status_code, began["Location"]) == (302, page.url)
    hidden = client.get(page.url)
    assert hidden.status_code == 404
    assert "Sie sehen die Plattform, wie" in hidden.content.decode()
    assert str(cast.reader_b) in hidden.content.decode()
    ended = client.post("/zugriff/ansicht/beenden/")
    assert (ended.status_code, ended["Location"]) == (302, back)
    assert client.get(page.url).status_code == 200
    assert "Sie sehen die Plattform, wie" not in client.get("/").content.decode()
    lines = list(Entry.objects.filter(group="view_as").order_by("pk"))
    assert [line.action for line in lines] == ["view_as.started", "view_as.ended"]
    assert {line.actor_id for line in lines} == {cast.steward_a.pk}
    assert {line.object_title for line in lines} == {str(cast.reader_b)}
    assert {line.space_id for line in lines} == {cast.space_a.pk}
    assert lines[0].details["reason"] == "Beschwerde"
    assert "durch die Schaltfläche" in sentence(lines[1])


@pytest.mark.parametrize(
    "name", ["reader_a", "contributor_a", "publisher_a", "administrator", "stranger"]
)
def test_only_stewards_begin(cast: Cast, client: Client, name: str) -> None:
    person = getattr(cast, name)
    assert view(client, person, cast.reader_b).status_code == 404
    assert client.get("/zugriff/ansicht/").status_code == 404
    assert SESSION_KEY not in client.session
    with pytest.raises(PermissionDenied):
        start_view(RequestFactory().get("/"), cast.reader_b, actor=person)


def test_a_space_that_is_not_hers_is_no_place_to_begin(cast: Cast, client: Client) -> None:
    assert view(client, cast.steward_a, cast.reader_b, bereich="bereich-b").status_code == 404
    assert view(client, cast.steward_a, cast.reader_b, bereich="gibt-es-nicht").status_code == 404
    with pytest.raises(PermissionDenied):
        start_view(
            RequestFactory().get("/"), cast.reader_b, actor=cast.steward_a, space=cast.space_b
        )


def test_bad_choices_get_a_sentence_and_begin_nothing(cast: Cast, client: Client) -> None:
    cast.organisation_b.is_collective = True
    cast.organisation_b.save()
    for target in (cast.steward_a, cast.inactive, cast.organisation_b):
        answer = view(client, cast.steward_a, target)
        assert answer.status_code == 200
        assert answer.context["form"].errors
    assert client.post("/zugriff/ansicht/", {"who": "gibt es nicht"}).context["form"].errors
    assert client.post("/zugriff/ansicht/", {"who": "Mustermann"}).context["form"].must_choose
    assert SESSION_KEY not in client.session
    assert not Entry.objects.filter(group="view_as").exists()
    with pytest.raises(ValidationError):
        start_view(RequestFactory().get("/"), cast.inactive, actor=cast.steward_a)


def test_the_page_names_nobody_whose_account_is_closed(cast: Cast, client: Client) -> None:
    client.force_login(cast.steward_a)
    for person, is_named in ((cast.reader_b, True), (cast.inactive, False)):
        text = client.get(f"/zugriff/ansicht/?principal=user:{person.pk}").content.decode()
        assert (str(person) in text) is is_named


@pytest.mark.parametrize(
    "address", ["https://anderswo.example/", "//anderswo.example/", "javascript:alert(1)", "\\\\x"]
)
def test_it_never_leads_to_another_site(cast: Cast, client: Client, address: str) -> None:
    began = view(client, cast.steward_a, cast.reader_b, weiter=address, zurueck=address)
    assert began["Location"] == "/"
    assert client.post("/zugriff/ansicht/beenden/")["Location"] == "/"


def ends(client: Client, said: str) -> Entry:
    """Check that the next page is the steward's own and says why; return the line of the log."""
    text = client.get("/").content.decode()
    assert said in text
    assert "Sie sehen die Plattform, wie" not in text
    assert SESSION_KEY not in client.session
    return Entry.objects.filter(group="view_as").latest("pk")


def test_it_ends_when_its_time_is_over(cast: Cast, client: Client) -> None:
    view(client, cast.steward_a, cast.reader_b)
    session = client.session
    session[SESSION_KEY] = {**session[SESSION_KEY], "until": timezone.now().isoformat()}
    session.save()
    line = ends(client, "die Zeit ist abgelaufen")
    assert (line.action, line.acting_as_name) == ("view_as.expired", "")


def test_it_ends_when_she_is_a_steward_no_more(cast: Cast, client: Client) -> None:
    view(client, cast.steward_a, cast.reader_b)
    revoke_role(cast.space_a, cast.steward_a, actor=None)
    assert ends(client, "nicht mehr für einen Bereich verantwortlich").details == {
        "cause": "role_lost"
    }


def test_it_ends_when_the_other_ones_account_is_closed(cast: Cast, client: Client) -> None:
    view(client, cast.steward_a, cast.reader_b)
    cast.reader_b.is_active = False
    cast.reader_b.save()
    assert ends(client, "kann sich niemand mehr").details == {"cause": "account_closed"}


def test_it_ends_at_the_sign_out(cast: Cast, client: Client) -> None:
    view(client, cast.steward_a, cast.reader_b)
    assert client.post("/abmelden/").status_code == 302
    line = Entry.objects.filter(group="view_as").latest("pk")
    assert line.details == {"cause": "signed_out"}
    client.force_login(cast.steward_a)
    assert "Sie sehen die Plattform, wie" not in client.get("/").content.decode()


def test_it_is_the_sessions_and_nobody_elses(cast: Cast, client: Client) -> None:
    view(client, cast.steward_a, cast.reader_b)
    kept = client.session[SESSION_KEY]
    other = Client()
    other.force_login(cast.curator)
    session = other.session
    session[SESSION_KEY] = kept
    session.save()
    assert "Sie sehen die Plattform, wie" not in other.get("/").content.decode()
    assert SESSION_KEY not in other.session
    for broken in (
        {},
        {"kind": "page", "target": 1},
        {**kept, "until": "nie"},
        {**kept, "target": -1},
    ):
        session = client.session
        session[SESSION_KEY] = broken
        session.save()
        assert client.get("/").status_code == 200
        assert SESSION_KEY not in client.session


# --- only reading -----------------------------------------------------------------------------------
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_whatever_could_change_something_is_refused(
    cast: Cast, client: Client, method: str
) -> None:
    page = make_article(cast.space_a, "Seite")
    view(client, cast.curator, cast.steward_a)
    send = getattr(client, method)
    for url in (
        page.url,
        reverse("access:page", args=[page.pk]),
        "/zugriff/ansicht/",
        "/gibt-es-nicht/",
    ):
        answer = send(url, {"who": "Amt B"} if method == "post" else None)
        assert answer.status_code == 403
        assert "In dieser Ansicht nicht möglich" in answer.content.decode()
        assert "Sie sehen die Plattform, wie" in answer.content.decode()


@pytest.mark.parametrize(
    "url",
    ["/admin/", "/konto/passwort/", "/anmelden/zweiter-faktor/", "/aenderungsprotokoll/", "/zugriff/",
     "/zugriff/ansicht/", "/zugriff/bereich/bereich-a/"],
)  # fmt: skip
def test_administration_and_personal_pages_are_closed(cast: Cast, client: Client, url: str) -> None:
    view(client, cast.curator, cast.steward_a)
    answer = client.get(url)
    assert answer.status_code == 403
    assert "In dieser Ansicht nicht möglich" in answer.content.decode()


def test_reading_a_confidential_page_is_recorded_as_hers(cast: Cast, client: Client) -> None:
    page = make_article(cast.space_a, "Vertraulich")
    page.classification = "confidential"
    page.save()
    view(client, cast.steward_a, cast.organisation_a)
    assert client.get(page.url).status_code == 200
    line = Entry.objects.get(action="read.page")
    assert (line.actor_id, line.acting_as_id) == (cast.steward_a.pk, None)
    assert line.acting_as_name == str(cast.organisation_a)
    assert sentence(line).endswith(f"In der Ansicht von {cast.organisation_a}.")


def test_no_answer_is_kept_by_a_cache(cast: Cast, client: Client) -> None:
    page = make_article(cast.space_a, "Seite")
    document = KnowledgeDocument(title="Datei", space=cast.space_a)
    document.file.save("x.txt", ContentFile(b"Text"))
    PageAttachment.objects.create(page=page, document=document)
    client.force_login(cast.steward_a)
    for url in (page.url, document.url, "/gibt-es-nicht/"):
        assert "no-cache" in client.get(url)["Cache-Control"], url
    view(client, cast.steward_a, cast.reader_a)
    for url in (page.url, document.url, "/gibt-es-nicht/", "/suche/?q=Seite", "/admin/"):
        assert client.get(url)["Cache-Control"] == "private, no-store", url
    view(client, cast.steward_a, cast.reader_b)
    stored = client.get(document.url, headers={"If-None-Match": f'"{document.get_file_hash()}"'})
    assert stored.status_code == 404


def test_error_pages_are_marked_too(cast: Cast, client: Client, monkeypatch: Any) -> None:
    view(client, cast.steward_a, cast.reader_a)
    client.raise_request_exception = False

    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("search.service.search", fail)
    broken = client.get("/suche/?q=x")
    assert broken.status_code == 500
    assert "Sie sehen die Plattform, wie" in broken.content.decode()
    assert "csrfmiddlewaretoken" in broken.content.decode()

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise SuspiciousOperation

    monkeypatch.setattr("search.service.search", refuse)
    odd = client.get("/suche/?q=x")
    assert odd.status_code == 400
    assert "Sie sehen die Plattform, wie" in odd.content.decode()


def test_who_sees_this_tells_about_the_other_one(cast: Cast, client: Client) -> None:
    page = make_article(cast.space_a, "Seite")
    circle = CircleFactory()
    Membership.objects.create(user=cast.stranger, group=circle.group)
    share_page(page, circle, actor=cast.steward_a)
    url = reverse("access:page", args=[page.pk])
    for target in (cast.stranger, circle):
        view(client, cast.steward_a, target)
        text = client.get(url).content.decode()
        assert f"ist für {circle} freigegeben" in text
        assert "Bereich-A" not in text
        client.post("/zugriff/ansicht/beenden/")


def test_stewards_find_the_way_in_and_readers_do_not(cast: Cast, client: Client) -> None:
    page = make_article(cast.space_a, "Seite")
    url = reverse("access:page", args=[page.pk])
    key = f"principal=organisation%3A{cast.organisation_a.pk}"
    for person, has_way in ((cast.steward_a, True), (cast.publisher_a, False)):
        client.force_login(person)
        assert (key in client.get(url).content.decode()) is has_way
    client.force_login(cast.steward_a)
    assert key in client.get("/zugriff/bereich/bereich-a/").content.decode()
    view(client, cast.curator, cast.steward_a)
    assert "/zugriff/ansicht/?" not in client.get(url).content.decode()


def test_it_costs_a_few_queries_more_whatever_there_is(
    cast: Cast, client: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(4):
        share_page(make_article(cast.space_a, f"Seite {number}"), cast.stranger, actor=None)
        share_page(make_article(cast.space_b, f"Seite {number}"), cast.stranger, actor=None)
    view(client, cast.curator, cast.stranger)
    client.get("/")
    with django_assert_max_num_queries(19):
        client.get("/")
    assert client.get(home_of(cast.space_a).url).status_code == 404
