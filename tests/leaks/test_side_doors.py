"""Ways in that no list of addresses shows: what is written, moved, shared or asked with a header."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from access.granting.shares import share_page
from access.rights import can
from access.roles import Action
from knowledge.basepage.models import KnowledgePage
from knowledge.files.models import KnowledgeDocument, PageAttachment
from tests.factories import home_of, make_article
from tests.leaks.world import World

pytestmark = pytest.mark.django_db


def client_of(world: World, name: str) -> Client:
    """Return a client signed in as one of the cast."""
    client = Client()
    client.force_login(world.people[name], backend="access.backends.AccessBackend")
    return client


@pytest.fixture
def publisher(world: World) -> Client:
    """Return a client of the publisher of space A, who has no right in B."""
    return client_of(world, "publisher_a")


@pytest.mark.parametrize(
    "header",
    ["HTTP_IF_NONE_MATCH", "HTTP_IF_MATCH", "HTTP_RANGE", "HTTP_IF_MODIFIED_SINCE"],
)
def test_headers_tell_nothing_about_a_hidden_file(
    world: World, publisher: Client, header: str
) -> None:
    document = world.first("document", "b")
    values = {
        "HTTP_RANGE": "bytes=0-4", "HTTP_IF_MODIFIED_SINCE": "Wed, 21 Oct 2037 07:28:00 GMT",
    }  # fmt: skip
    value = values.get(header, f'"{document.get_file_hash()}"')
    for url in (document.url, f"/bilder/{world.first('image', 'b').file.name}"):
        plain: Any = publisher.get(url)
        asked: Any = publisher.get(url, headers=None, **{header: value})
        assert (plain.status_code, plain.headers) == (404, asked.headers)
        assert asked.status_code == 404
        assert "ETag" not in asked.headers


def test_a_file_of_another_space_is_not_opened_by_sharing_a_page_that_names_it(
    world: World,
) -> None:
    stranger, hidden = world.people["stranger"], world.first("document", "b")
    page = make_article(world.cast.space_a, "Trojaner")
    page.body = [("document", hidden), ("paragraph", _link("document", hidden.pk))]
    page.attachments.add(PageAttachment(document=hidden))
    page.save_revision().publish()
    share_page(page, stranger, actor=world.cast.steward_a)
    assert can(stranger, Action.READ, page)
    assert not can(stranger, Action.READ, hidden)
    assert not KnowledgeDocument.objects.visible_to(stranger).exists()
    assert client_of(world, "stranger").get(hidden.url).status_code == 404


def test_a_moved_page_takes_no_file_along_that_was_never_in_its_space(world: World) -> None:
    hidden = KnowledgeDocument.objects.create(title="Fremd", file="x.txt", space=world.cast.space_b)
    page = make_article(world.cast.space_a, "Trojaner")
    PageAttachment.objects.create(page=page, document=hidden)
    group = world.first("page", "c")
    page.move(group.get_parent(), pos="last-child")
    hidden.refresh_from_db()
    assert hidden.space == world.cast.space_b


def test_links_lead_only_where_the_reader_may_go(world: World) -> None:
    target, file = world.first("page", "b"), world.first("document", "b")
    page = make_article(
        world.cast.space_a,
        "Verweis",
        text=_link("page", target.pk) + _link("document", file.pk),
    )
    for name, leads in {"reader_a": False, "member_of_both": True}.items():
        text = client_of(world, name).get(page.url).content.decode()
        assert (f'href="{target.url}"' in text) is leads
        assert (f'href="{file.url}"' in text) is leads
        assert text.count("Verweistext") == 2


def _link(kind: str, pk: int) -> str:
    return f'<p><a linktype="{kind}" id="{pk}">Verweistext</a></p>'


@pytest.mark.parametrize("name", ["delete", "unpublish", "move", "copy"])
def test_the_home_page_of_a_space_stays(world: World, name: str) -> None:
    home = home_of(world.cast.space_a)
    argument = "page_to_move_id" if name == "move" else "page_id"
    url = reverse(f"wagtailadmin_pages:{name}", kwargs={argument: home.pk})
    for person in ("publisher_a", "steward_a", "curator"):
        client = client_of(world, person)
        assert client.get(url).status_code == 302  # back to the admin's start, with a sentence
        client.post(url, {"new_title": "x", "new_slug": "x", "new_parent_page": home.pk})
    home.refresh_from_db()
    assert home.live
    assert KnowledgePage.objects.filter(depth=3, space=world.cast.space_a).count() == 1


def test_nothing_goes_into_a_space_without_a_right_there(world: World, publisher: Client) -> None:
    page = make_article(world.cast.space_a, "Bleibt hier")
    target = world.first("page", "b").get_parent()
    before = KnowledgePage.objects.filter(space=world.cast.space_b).count()
    copy = reverse("wagtailadmin_pages:copy", args=[page.pk])
    fields = {"new_title": "x", "new_slug": "x", "new_parent_page": target.pk}
    assert publisher.post(copy, fields).status_code == 404
    assert publisher.post(copy, {**fields, "alias": "on"}).status_code == 404
    confirm = reverse("wagtailadmin_pages:move_confirm", args=[page.pk, target.pk])
    assert publisher.post(confirm).status_code == 404
    bulk = reverse("wagtail_bulk_action", args=["basepage", "knowledgepage", "move"])
    assert publisher.post(f"{bulk}?id={page.pk}", {"chooser": target.pk}).status_code == 404
    add = reverse("wagtailadmin_pages:add", args=["articles", "articlepage", target.pk])
    assert publisher.post(add, {"title": "x", "slug": "x"}).status_code == 404
    assert KnowledgePage.objects.filter(space=world.cast.space_b).count() == before
    page.refresh_from_db()
    assert page.space == world.cast.space_a


def test_pages_are_copied_and_moved_where_there_is_a_right(world: World, publisher: Client) -> None:
    page = make_article(world.cast.space_a, "Vorlage")
    copy = reverse("wagtailadmin_pages:copy", args=[page.pk])
    fields = {"new_title": "Kopie", "new_slug": "kopie", "new_parent_page": page.get_parent().pk}
    assert publisher.post(copy, fields).status_code == 302
    assert KnowledgePage.objects.get(slug="kopie").space == world.cast.space_a


def test_files_are_put_only_into_spaces_with_a_right(world: World, publisher: Client) -> None:
    url = reverse("wagtaildocs:add")
    for space, stored in ((world.cast.space_b, False), (world.cast.space_a, True)):
        name = f"in-{space.slug}"
        data = {"title": name, "space": space.pk, "file": ContentFile(b"x", name="x.txt")}
        publisher.post(url, data)
        assert KnowledgeDocument.objects.filter(title=name).exists() is stored
    document = KnowledgeDocument.objects.get(title=f"in-{world.cast.space_a.slug}")
    edit = reverse("wagtaildocs:edit", args=[document.pk])
    publisher.post(edit, {"title": document.title, "space": world.cast.space_b.pk})
    document.refresh_from_db()
    assert document.space == world.cast.space_a
    assert world.cast.space_b.title not in publisher.get(edit).content.decode()


def test_two_files_of_one_name_know_nothing_of_each_other(world: World) -> None:
    hidden = world.first("document", "b")
    mine = KnowledgeDocument(title="Meine", space=world.cast.space_a)
    mine.file.save(hidden.filename, ContentFile(b"x"))
    assert mine.filename == hidden.filename


@pytest.mark.both
def test_a_hidden_word_finds_nothing_hidden(world: World) -> None:
    for name in ("reader_a", "publisher_a", "stranger", "share_receiver"):
        client, hidden = client_of(world, name), world.words.hidden_from(name)
        for word in sorted(hidden)[::20]:
            for path in ("/suche/", "/suche/vorschlaege/"):
                text = client.get(path, {"q": word}).content.decode().lower()
                assert not {one for one in hidden if one in text} - {word}


def test_tags_are_completed_from_visible_files(world: World, publisher: Client) -> None:
    own = publisher.get(reverse("suggest_tags"), {"term": "kanariea"}).json()
    assert len(own) == 2
    assert publisher.get(reverse("suggest_tags"), {"term": "kanarieb"}).json() == []
    assert publisher.get(reverse("suggest_tags"), {"term": "kanariec"}).json() == []


@pytest.mark.parametrize("method", ["get", "post", "head", "put", "delete", "options"])
def test_signed_out_existing_and_missing_addresses_answer_alike(world: World, method: str) -> None:
    pairs = [
        (world.first("page", "a").url, f"/{world.cast.space_a.slug}/gibt-es-nicht/"),
        (world.first("document", "a").url, "/dateien/1/gibt-es-nicht.txt"),
        ("/admin/pages/1/", "/admin/gibt-es-nicht/"),
        ("/suche/", "/x"),
    ]
    for existing, missing in pairs:
        assert _signed_out(method, existing) == _signed_out(method, missing)


def _signed_out(method: str, url: str) -> tuple[int, str, dict[str, str], bytes]:
    response = getattr(Client(), method)(url)
    headers = dict(response.headers)
    location = headers.pop("Location").split("?")[0]
    assert (response.status_code, location) == (302, "/anmelden/")
    assert not response.cookies
    return response.status_code, location, headers, response.content
