"""The curator makes and renames organisations, and puts two entries of one body together."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ReferenceIndex

from access.consequence.state import Outdated
from access.granting.services import grant_role
from access.granting.shares import share_page
from access.grants import roles, shares
from access.roles import Role
from accounts.models import Membership, Organisation, User
from accounts.second_factor import must_have_one
from audit.models import Entry
from knowledge.contacts.models import ContactIndexPage, ContactPage
from knowledge.measures.models import MeasurePage, MeasureResponsibility
from knowledge.partners.merging import consequence_of_merge, merge_organisations
from knowledge.practices.models import PracticeIndexPage, PracticePage
from people.lists.plan import State, plan_of
from search.indexer import drain
from search.models import SavedSearch
from search.requests import SearchRequest
from search.saved.new_matches import check_search
from search.saved.services import save_search
from search.service import search
from tests.conftest import Cast, signed_in
from tests.factories import (
    CircleFactory,
    OrganisationFactory,
    UserFactory,
    home_of,
    make_article,
    make_measure,
    make_space,
    publish_below,
)

NEW = {"name": "Ordnungsamt Nord", "short_name": "OA Nord", "slug": "OA-Nord", "kind": "department"}


def errors(answer: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = answer.context["form"].errors
    return found


# --- made and renamed -------------------------------------------------------------------------------
def test_a_curator_makes_an_organisation(cast: Cast) -> None:
    answer = signed_in(cast.curator).post(reverse("partners:add"), NEW)
    made = Organisation.objects.get(slug="oa-nord")
    assert answer["Location"] == reverse("partners:organisation", args=["oa-nord"])
    assert (made.name, made.short_name) == ("Ordnungsamt Nord", "OA Nord")
    assert Entry.objects.filter(action="organisation.added", actor=cast.curator).exists()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"slug": "amt-a"}, "slug"),
        ({"slug": "neu"}, "slug"),
        ({"short_name": "AMT a"}, "short_name"),
        ({"slug": "mit leerzeichen"}, "slug"),
        ({"name": ""}, "name"),
    ],
)
def test_names_that_cannot_stay_are_answered_in_words(
    cast: Cast, typed: dict[str, str], field: str
) -> None:
    before = Organisation.objects.count()
    answer = signed_in(cast.curator).post(reverse("partners:add"), NEW | typed)
    assert answer.status_code == 200
    assert list(errors(answer)) == [field]
    assert Organisation.objects.count() == before


def test_earlier_short_names_lead_on_for_who_may_see_the_organisation(cast: Cast) -> None:
    client, url = signed_in(cast.curator), reverse("partners:change", args=["amt-a"])
    old = cast.organisation_a.url
    assert client.post(url, NEW | {"slug": "amt-neu"}).status_code == 302
    renamed = Organisation.objects.get(pk=cast.organisation_a.pk)
    reader = signed_in(cast.reader_a)
    assert reader.get(old)["Location"] == renamed.url == "/wer/stelle/amt-neu/"
    assert signed_in(cast.reader_b).get(old).status_code == 404
    taken = client.post(reverse("partners:add"), NEW | {"slug": "amt-a", "short_name": "Anders"})
    assert list(errors(taken)) == ["slug"]
    back = reverse("partners:change", args=["amt-neu"])
    client.post(back, NEW | {"slug": "amt-a"})
    assert reader.get(old).status_code == 200
    assert reader.get("/wer/stelle/amt-neu/")["Location"] == old


def found_by(reader: User, address: str) -> list[str]:
    drain()
    return [
        hit.title for hit in search(reader, SearchRequest.from_address(QueryDict(address))).hits
    ]


def test_what_was_kept_under_an_earlier_short_name_goes_on(cast: Cast, settings: Any) -> None:
    reader, body, double = cast.reader_a, cast.organisation_a, OrganisationFactory(slug="amt-aa")
    settings.SECOND_FACTOR_ORGANISATIONS = ["amt-a"]
    contacts = publish_below(home_of(cast.space_a), ContactIndexPage(title="Kontakte"))
    publish_below(contacts, ContactPage(title="Wache", organisation=body))
    publish_below(contacts, ContactPage(title="Labor", organisation=double))
    drain()
    kept = save_search(
        owner=reader, name="Amt", request=SearchRequest.from_address(QueryDict("org=amt-a"))
    )
    renamed = reverse("partners:change", args=["amt-a"])
    signed_in(cast.curator).post(renamed, NEW | {"slug": "amt-neu", "short_name": "Anders"})
    with pytest.raises(Outdated):  # what was read before the body was renamed
        merge(double, cast)
    body.refresh_from_db()
    merge(double, cast)
    reader.refresh_from_db()
    expected = ["Labor", "Wache"]
    for address in (kept.query, "org=amt-neu", "org=amt-aa", "q=org:amt-a", "q=org:amt-aa"):
        assert sorted(found_by(reader, address)) == expected, address
    assert found_by(reader, "org=amt-b") == []
    check_search(kept, now=timezone.now())
    assert kept in SavedSearch.objects.filter(has_news=True, has_lost_filter=False)
    listed = signed_in(reader).get(contacts.url + "?org=amt-a").context["listing"]
    assert (sorted(row.title for row in listed.rows), listed.unknown_filters) == (expected, [])
    people = signed_in(cast.administrator).get(reverse("people:list") + "?org=amt-aa")
    assert reader in people.context["page_obj"].object_list
    assert must_have_one(reader)
    assert not must_have_one(cast.reader_b)
    text = "Vorname;Nachname;E-Mail;Organisation;Funktion;Telefon\nIda;Neu;i@example.org;amt-a;;\n"
    (row,) = plan_of(text, actor=cast.administrator).rows
    assert (row.state, row.note) == (State.NEW, "")


def test_an_organisation_with_people_is_no_collective_term(cast: Cast) -> None:
    url = reverse("partners:change", args=["amt-a"])
    answer = signed_in(cast.curator).post(url, NEW | {"is_collective": "on"})
    assert list(errors(answer)) == ["is_collective"]


# --- put together -----------------------------------------------------------------------------------
@pytest.fixture
def double(cast: Cast) -> Organisation:
    """A second entry of the organisation A, named wherever organisations are."""
    double: Organisation = OrganisationFactory(slug="amt-aa", name="Amt AA")
    person = UserFactory(organisation=double, username="doppelt")
    Membership.objects.create(user=person, group=CircleFactory(name="Kreis").group)
    grant_role(cast.space_a, double, Role.PUBLISHER, actor=None)
    grant_role(cast.space_b, double, Role.READER, actor=None)
    share_page(make_article(cast.space_b, "Geteilt"), double, actor=None, include_descendants=True)
    both: Any = [MeasureResponsibility(organisation=one) for one in (double, cast.organisation_a)]
    measure = make_measure(cast.space_a, 1, "Streife", responsibilities=both)
    measure.owning_organisation = double
    measure.title = "Entwurf"
    measure.save_revision()
    contacts = publish_below(home_of(cast.space_a), ContactIndexPage(title="Kontakte"))
    publish_below(contacts, ContactPage(title="Wache", organisation=double))
    practices = publish_below(home_of(cast.space_a), PracticeIndexPage(title="Praxis"))
    practice = PracticePage(title="Probe")
    practice.partners = [double, cast.organisation_a]
    publish_below(practices, practice)
    return double


def merge(double: Organisation, cast: Cast, **more: Any) -> None:
    kept = cast.organisation_a
    expected = consequence_of_merge(double, kept, actor=cast.curator).fingerprint
    said = {"actor": cast.curator, "reason": "Tippfehler", "expected": expected, **more}
    merge_organisations(double, kept, **said)


def test_whatever_names_one_names_the_other_afterwards(cast: Cast, double: Organisation) -> None:
    kept, old, pk = cast.organisation_a, double.url, double.pk
    merge(double, cast)
    person = User.objects.get(username="doppelt")
    assert person.organisation == kept
    assert person.memberships.filter(group=kept.group).exists()
    assert person.memberships.filter(group__circle__name="Kreis").exists()
    held = roles().held_by(kept).rows("content_object", "permission")
    assert {row.content_object: row.role for row in held} == {
        cast.space_a: Role.PUBLISHER, cast.space_b: Role.READER,
    }  # fmt: skip
    (share,) = shares().held_by(kept).rows("content_object")
    assert (share.content_object.title, share.include_descendants) == ("Geteilt", True)
    measure = MeasurePage.objects.get()
    assert [one.organisation for one in measure.responsibilities.all()] == [kept]
    assert ContactPage.objects.get().organisation == kept
    assert list(PracticePage.objects.get().partners.all()) == [kept]
    assert not Organisation.objects.filter(pk=pk).exists()
    assert not ReferenceIndex.objects.filter(
        to_content_type__model="organisation", to_object_id=str(pk)
    ).exists()
    assert signed_in(cast.reader_a).get(old)["Location"] == kept.url
    assert Entry.objects.filter(action="organisation.merged", actor=cast.curator).count() == 1


def test_drafts_and_earlier_versions_can_still_be_published(
    cast: Cast, double: Organisation
) -> None:
    merge(double, cast)
    measure = MeasurePage.objects.get()
    measure.latest_revision.publish()
    measure = MeasurePage.objects.get()
    assert (measure.title, measure.owning_organisation) == ("Entwurf", cast.organisation_a)
    practice = PracticePage.objects.get()
    practice.latest_revision.publish()
    assert list(practice.partners.all()) == [cast.organisation_a]


def test_an_organisation_is_not_merged_into_itself(cast: Cast, double: Organisation) -> None:
    url = reverse("partners:merge", args=[double.slug])
    answer = signed_in(cast.curator).post(url, {"kept": double.slug, "reason": "x"})
    assert errors(answer)["__all__"] == [
        "Eine Organisation lässt sich nicht mit sich selbst zusammenlegen. Wählen Sie eine andere. "
        "Es wurde nichts geändert."
    ]
    with pytest.raises(ValidationError):
        merge_organisations(double, double, actor=cast.curator, reason="x", expected="")
    assert Organisation.objects.filter(pk=double.pk).exists()


def test_nobody_merges_their_way_into_a_space_that_opted_out(
    cast: Cast, double: Organisation
) -> None:
    closed = make_space("geschlossen", is_curated=False)
    grant_role(closed, double, Role.READER, actor=None)
    with pytest.raises(ValidationError):
        merge(double, cast)
    assert not roles().held_by(cast.organisation_a).filter(content_object=closed).targets()
    grant_role(closed, cast.organisation_a, Role.READER, actor=None)  # the same for both
    merge(double, cast)
    assert roles().held_by(cast.organisation_a).filter(content_object=closed).targets()


def test_only_a_curator_merges_and_only_what_was_shown(cast: Cast, double: Organisation) -> None:
    for person in (cast.administrator, cast.steward_a):
        with pytest.raises(PermissionDenied):
            merge(double, cast, actor=person)
    expected = consequence_of_merge(double, cast.organisation_a, actor=cast.curator).fingerprint
    UserFactory(organisation=double)
    with pytest.raises(Outdated):
        merge(double, cast, expected=expected)
    assert double.people.count() == 2


def test_the_consequence_is_shown_and_then_it_counts(cast: Cast, double: Organisation) -> None:
    client, url = signed_in(cast.curator), reverse("partners:merge", args=[double.slug])
    typed = {"kept": "amt-a", "reason": "Tippfehler"}
    shown = client.post(url, typed)
    assert Organisation.objects.filter(pk=double.pk).exists()
    said = shown.content.decode()
    assert "1 Person gehört dann zu Amt A" in said
    assert "Bereich „Bereich-A“" in said
    done = client.post(url, typed | {"state": shown.context["consequence"].fingerprint})
    assert done["Location"] == reverse("partners:organisation", args=["amt-a"])
    assert not Organisation.objects.filter(pk=double.pk).exists()


def test_the_consequence_costs_the_same_for_many_people(cast: Cast, double: Organisation) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            consequence_of_merge(double, cast.organisation_a, actor=cast.curator)
        return len(captured)

    before = count()
    for _number in range(12):
        UserFactory(organisation=double)
    assert count() == before
