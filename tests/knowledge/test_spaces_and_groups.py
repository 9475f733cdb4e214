"""The curator makes spaces and working groups; whoever leads a group says who belongs to it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Revision

from access.granting.memberships import Joining, change_memberships, fingerprint_of, members_of
from access.grants import roles
from access.models import Space
from access.rights import can
from access.roles import Action, Role
from accounts.models import Circle, Membership
from audit.models import Entry
from knowledge.articles.models import ArticleIndexPage
from knowledge.basepage.models import KnowledgePage
from knowledge.groups.models import GroupPage, MinutesIndexPage
from knowledge.home.forms import SpaceForm
from knowledge.home.spaces import change_space, make_space, order_spaces, tried
from knowledge.importing.services import import_folder
from knowledge.meetings.planning.services import Plan, plan_meetings
from knowledge.pages.frame import spaces_of
from notices.models import Notice
from tests.conftest import Cast, signed_in
from tests.factories import UserFactory, home_of, make_article, publish_below

SPACE = {
    "title": "Sichere Straßen", "slug": "Strassen", "description": "Was Straßen sicherer macht.",
    "list-article": "on", "list-minutes": "on", "new_pages_confidential": "on", "role-1": "2",
}  # fmt: skip
GROUP = {
    "title": "AG Hafen", "slug": "ag-hafen", "kind": "working_group", "list-minutes": "on",
    "role": "2", "reason": "Gründung",
}  # fmt: skip
LEADS = "Eine Arbeitsgruppe braucht eine Leitung. Nennen Sie jemanden."


def confirmed(client: Client, url: str, typed: dict[str, str]) -> Any:
    shown = client.post(url, typed)
    assert shown.context["consequence"], shown.context["form"].errors
    return client.post(url, typed | {"state": shown.context["consequence"].fingerprint})


# --- spaces -----------------------------------------------------------------------------------------
def test_a_space_comes_with_lists_and_roles_once_that_was_confirmed(cast: Cast) -> None:
    client, url = signed_in(cast.curator), reverse("spaces:add")
    typed = SPACE | {"who-1": f"organisation:{cast.organisation_a.pk}"}
    before = (Space.objects.count(), Revision.objects.count(), Notice.objects.count())
    shown = client.post(url, typed)
    items = {item.label: item for item in shown.context["consequence"].items}
    assert "/strassen/" in items["Sichere Straßen"].effects[0]
    assert items["Amt A"].effects
    assert (Space.objects.count(), Revision.objects.count(), Notice.objects.count()) == before
    done = client.post(url, typed | {"state": shown.context["consequence"].fingerprint})
    assert done["Location"] == "/strassen/"
    space = Space.objects.get(slug="strassen")
    assert space.new_pages_confidential
    lists = [page.title for page in home_of(space).get_children()]
    assert set(lists) == {"Protokolle", "Artikel"}
    assert signed_in(cast.contributor_a).get("/strassen/").status_code == 200
    held = roles().held_by(cast.organisation_a).filter(content_object=space)
    assert [row.role for row in held.rows("permission")] == [Role.CONTRIBUTOR]
    assert signed_in(cast.reader_b).get("/strassen/").status_code == 404
    articles = home_of(space).get_children().get(title="Artikel")
    add = reverse("wagtailadmin_pages:add", args=["articles", "articlepage", articles.pk])
    form = client.get(add).context["form"]
    assert form["classification"].value() == "confidential"


def test_what_is_made_in_a_confidential_space_is_confidential_until_its_writer_chooses(
    cast: Cast, tmp_path: Path
) -> None:
    space = cast.space_a
    space.new_pages_confidential = True
    space.save()
    articles = publish_below(home_of(space), ArticleIndexPage(title="Artikel"))
    minutes = publish_below(home_of(space), MinutesIndexPage(title="Protokolle"))
    writer = signed_in(cast.contributor_a)
    writer.post(reverse("editing:new", args=["article", articles.pk]), {"title": "Geschrieben"})
    plan_meetings(minutes, [Plan("Geplant", dt.date(2026, 12, 1))], actor=cast.publisher_a)
    (tmp_path / "Eingelesen.txt").write_text("Eingelesen", encoding="utf-8")
    import_folder(actor=cast.publisher_a, directory=tmp_path, space=space)
    made = KnowledgePage.objects.filter(space=space).exclude(pk__in=[articles.pk, minutes.pk])
    marks = dict(made.filter(depth__gt=4).values_list("title", "classification"))
    assert marks == dict.fromkeys(("Geschrieben", "Geplant", "Eingelesen"), "confidential")


@pytest.mark.parametrize(
    ("slug", "said"),
    [
        ("bereich-a", "„bereich-a“ ist vergeben. Wählen Sie einen anderen Kurznamen. Es wurde nichts geändert."),
        ("suche", "„suche“ bedeutet in Adressen etwas anderes. Wählen Sie einen anderen Kurznamen."),
    ],
)  # fmt: skip
def test_a_taken_short_name_is_answered_in_words(cast: Cast, slug: str, said: str) -> None:
    before = Space.objects.count()
    answer = signed_in(cast.curator).post(reverse("spaces:add"), SPACE | {"slug": slug})
    assert answer.context["form"].errors["__all__"] == [said]
    assert Space.objects.count() == before


def test_two_curators_who_make_the_same_space(cast: Cast) -> None:
    client, url = signed_in(cast.curator), reverse("spaces:add")
    shown = client.post(url, SPACE)
    confirmed(client, url, SPACE)
    late = client.post(url, SPACE | {"state": shown.context["consequence"].fingerprint})
    assert "„strassen“ ist vergeben." in late.content.decode()
    assert Space.objects.filter(slug="strassen").count() == 1


def test_only_a_curator_makes_renames_and_orders_spaces(cast: Cast) -> None:
    form = SpaceForm(SPACE)
    assert form.is_valid()
    closed = Space.objects.get(pk=cast.space_b.pk)
    closed.is_curated = False
    closed.save()
    names = {"title": "X", "slug": "x", "description": "", "organisation": None}
    for person in (cast.administrator, cast.steward_a, cast.curator):
        if person is not cast.curator:
            with pytest.raises(PermissionDenied):
                tried(lambda person=person: make_space(form.plan(), actor=person))
        with pytest.raises(PermissionDenied):
            change_space(closed, actor=person, new_pages_confidential=False, **names)
        with pytest.raises(PermissionDenied):
            order_spaces({closed.pk: 1}, actor=person)
    page = signed_in(cast.curator).get(reverse("spaces:list")).content.decode()
    assert "Bereich-A" in page
    assert f'id="place-{closed.pk}"' not in page  # the menu doesn't name it either


def test_a_renamed_space_is_found_at_its_old_address(cast: Cast) -> None:
    article = make_article(cast.space_a, "Text")
    old = (home_of(cast.space_a).url, article.url)
    client, url = signed_in(cast.curator), reverse("spaces:change", args=[cast.space_a.slug])
    typed = {"title": "Neuer Name", "slug": "neuer-name", "description": "Satz"}
    assert client.post(url, typed | {"slug": "bereich-b"}).context["form"].errors["slug"]
    assert client.post(url, typed).status_code == 302
    reader = signed_in(cast.reader_a)
    assert reader.get(old[0])["Location"] == "/neuer-name/"
    assert reader.get(old[1])["Location"] == "/neuer-name/artikel/text/"
    assert "Neuer Name" in reader.get("/").content.decode()
    assert signed_in(cast.reader_b).get(old[0]).status_code == 404
    assert Space.objects.get(pk=cast.space_a.pk).title == "Neuer Name"
    assert Entry.objects.filter(action="space.changed", actor=cast.curator).exists()


def test_spaces_stand_in_the_curators_order(cast: Cast) -> None:
    client, url = signed_in(cast.curator), reverse("spaces:list")
    places = {f"place-{cast.space_a.pk}": "20", f"place-{cast.space_b.pk}": "10"}
    client.post(url, places)
    assert [one.title for one in spaces_of(cast.member_of_both)] == ["Bereich-B", "Bereich-A"]
    answer = client.post(url, places | {f"place-{cast.space_a.pk}": "vorn"}, follow=True)
    assert "Ein Platz ist eine ganze Zahl von 0 bis 9999. Es wurde nichts geändert." in (
        answer.content.decode()
    )
    assert Space.objects.get(pk=cast.space_a.pk).position == 20


# --- groups -----------------------------------------------------------------------------------------
def test_a_group_comes_with_its_lead_who_names_members(cast: Cast) -> None:
    lead, member = cast.reader_b, cast.stranger
    typed = GROUP | {"who": lead.username, "members": f"{member}\n{cast.reader_a.username}"}
    done = confirmed(signed_in(cast.curator), reverse("groups:new"), typed)
    assert done["Location"] == "/ag-hafen/"
    page = GroupPage.objects.get()
    circle = Circle.objects.get(space=page.space)
    functions = {one.user: one.function for one in members_of(circle)}
    assert functions == {lead: "lead", member: "member", cast.reader_a: "member"}
    assert MinutesIndexPage.objects.child_of(page).count() == 1
    shown = signed_in(lead).get("/ag-hafen/").content.decode()
    members_url = reverse("access:circle", args=[circle.slug])
    assert f'action="{members_url}"' in shown
    assert "Gründung" in shown
    plain = signed_in(member).get("/ag-hafen/").content.decode()
    assert members_url not in plain
    assert "Gründung" not in plain
    joining = {"who": cast.publisher_b.username, "function": "member", "reason": "Fachwissen"}
    confirmed(signed_in(lead), members_url, joining)
    joined = Membership.objects.get(user=cast.publisher_b, group=circle.group)
    assert (joined.added_by, joined.reason) == (lead, "Fachwissen")
    assert signed_in(member).get(members_url).status_code == 404


def test_leading_gives_nothing_but_naming_members(cast: Cast) -> None:
    typed = GROUP | {"who": cast.reader_b.username}
    confirmed(signed_in(cast.curator), reverse("groups:new"), typed)
    circle = Circle.objects.get(slug="ag-hafen")
    assert can(cast.reader_b, Action.GRANT, circle)
    assert not can(cast.reader_b, Action.GRANT, circle.space)
    assert not can(cast.reader_b, Action.PUBLISH, circle.space)
    assert (
        signed_in(cast.reader_b).get(reverse("access:space", args=["ag-hafen"])).status_code == 404
    )
    membership = Membership.objects.get(user=cast.reader_b, group=circle.group)
    membership.until = membership.since
    membership.save()
    assert not can(cast.reader_b, Action.GRANT, circle)


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"who": ""}, "who", LEADS),
        ({"who": "Niemand Bekanntes"}, "who", "Niemand heißt „Niemand Bekanntes“."),
        ({"members": "Erika"}, "members", "„Erika“ kann mehrere meinen."),
        ({"slug": "bereich-a"}, "__all__", "„bereich-a“ ist vergeben."),
    ],
)
def test_a_group_that_cannot_be_is_answered_in_words(
    cast: Cast, typed: dict[str, str], field: str, said: str
) -> None:
    whole = GROUP | {"who": cast.reader_b.username} | typed
    answer = signed_in(cast.curator).post(reverse("groups:new"), whole)
    assert answer.context["form"].errors[field][0].startswith(said)
    assert not Circle.objects.filter(slug="ag-hafen").exists()


def test_a_group_keeps_somebody_who_leads_it(cast: Cast) -> None:
    typed = GROUP | {"who": cast.reader_b.username, "members": cast.reader_a.username}
    confirmed(signed_in(cast.curator), reverse("groups:new"), typed)
    circle = Circle.objects.get(slug="ag-hafen")

    def change(*changes: Joining) -> None:
        expected = fingerprint_of(members_of(circle))
        change_memberships(circle, changes, actor=cast.curator, expected=expected)

    ends = Joining(cast.reader_b, None)
    with pytest.raises(ValidationError):
        change(ends)
    with pytest.raises(ValidationError):
        change(Joining(cast.reader_b, Membership.Function.MEMBER))
    change(ends, Joining(cast.reader_a, Membership.Function.LEAD))
    assert [one.user for one in members_of(circle)] == [cast.reader_a]


def test_a_groups_page_costs_the_same_for_five_members_and_fifty(cast: Cast) -> None:
    typed = GROUP | {"who": cast.reader_b.username}
    confirmed(signed_in(cast.curator), reverse("groups:new"), typed)
    circle = Circle.objects.get(slug="ag-hafen")
    client = signed_in(cast.reader_b)

    def count() -> int:
        client.get("/ag-hafen/")
        with CaptureQueriesContext(connection) as captured:
            client.get("/ag-hafen/")
        return len(captured)

    def join(number: int) -> None:
        for _one in range(number):
            Membership.objects.create(user=UserFactory(), group=circle.group)

    join(5)
    before = count()
    join(45)
    assert count() == before


def test_new_offers_bodies_to_curators_alone(cast: Cast) -> None:
    links = {"/organisationen/neu/", "/bereiche/neu/", "/arbeitsgruppen/neu/"}
    for person, expected in ((cast.curator, links), (cast.publisher_a, set())):
        groups = signed_in(person).get("/neu/").context["groups"]
        assert links & {link.url for group in groups for link in group.links} == expected
