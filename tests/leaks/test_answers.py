"""What every answer carries beside its text: caches, referrer, ranges, error pages, the time that "no" takes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse

from audit.middleware import AuditMiddleware
from knowledge.files.models import KnowledgeDocument
from tests.leaks.fills import MISSING
from tests.leaks.test_side_doors import client_of
from tests.leaks.world import PREFIX, World

pytestmark = pytest.mark.django_db

# Ways of publishing that other systems have, and where they have them.
ELSEWHERE = (
    "/robots.txt", "/sitemap.xml", "/sitemap/", "/feed/", "/feed.xml", "/rss/", "/rss.xml", "/atom.xml", "/atom/",
    "/documents/", "/media/", "/images/", "/api/v2/pages/", "/api/v2/documents/", "/favicon.ico",
    "/admin/api/main/documents/", "/admin/reports/locked/", "/print/", "/druck/",
)  # fmt: skip


def addresses(world: World, group: str) -> dict[str, str]:
    """Return one address of everything that has content, for an object of the group."""
    page, document = world.first("page", group), world.first("document", group)
    space = world.cast.space_a if group == "a" else world.cast.space_b
    return {
        "page": page.url,
        "list": page.get_parent().url,
        "document": document.url,
        "image": f"/bilder/{world.first('image', group).file.name}",
        "rendition": f"/bilder/{world.first('rendition', group).file.name}",
        "who sees this": reverse("access:page", args=[page.pk]),
        "rights": reverse("access:space", args=[space.slug]),
        "explorer": reverse("wagtailadmin_explore", args=[page.get_parent().pk]),
        "editor": reverse("wagtailadmin_pages:edit", args=[page.pk]),
        "draft": reverse("wagtailadmin_pages:view_draft", args=[page.pk]),
        "history": reverse("wagtailadmin_pages:history", args=[page.pk]),
        "comparison": reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, "earliest", "latest"]),
        "used by": reverse("wagtaildocs:document_usage", args=[document.pk]),
        "admin API": reverse("wagtailadmin_api:pages:detail", args=[page.pk]),
    }  # fmt: skip


EVERYWHERE = {
    "start page": "/", "search": f"/suche/?q={PREFIX}", "suggestions": f"/suche/vorschlaege/?q={PREFIX}",
    "log": "/aenderungsprotokoll/", "chooser": "/admin/choose-page/",
    "site history": "/admin/reports/site-history/", "export": "/admin/reports/site-history/?export=csv",
}  # fmt: skip


def test_no_cache_keeps_an_answer_and_no_other_site_learns_where_one_was(world: World) -> None:
    client = client_of(world, "steward_a")
    found = addresses(world, "a") | EVERYWHERE
    found["shared with me"] = reverse("access:shared_with_me")
    found["log export"] = reverse("audit_log_export")
    found |= {f"hidden {name}": url for name, url in addresses(world, "b").items()}
    found["missing"] = f"/{world.cast.space_a.slug}/gibt-es-nicht/"
    for name, url in found.items():
        response = client.get(url)
        assert response.status_code == (404 if name.startswith(("hidden", "missing")) else 200), (
            name
        )
        directives = {one.strip() for one in response["Cache-Control"].split(",")}
        assert "private" in directives, name
        assert directives & {"no-store", "no-cache"}, name
        assert "public" not in directives, name
        assert response["Referrer-Policy"] == "same-origin", name
        if "no-store" not in directives:
            assert "Cookie" in response["Vary"], name


def test_a_file_is_answered_from_a_cache_only_to_whoever_may_see_it_now(world: World) -> None:
    document = world.first("document", "a")
    etag = f'"{document.get_file_hash()}"'
    reader, stranger = client_of(world, "reader_a"), client_of(world, "stranger")
    assert reader.get(document.url)["ETag"] == etag
    assert reader.get(document.url, headers={"If-None-Match": etag}).status_code == 304
    for value in (etag, "*", f"W/{etag}"):
        for headers in (
            {"If-None-Match": value},
            {"If-Match": value},
            {"If-Range": value, "Range": "bytes=0-4"},
        ):
            for name in ("stranger", "expired", "reader_b", "administrator"):
                answer = client_of(world, name).get(document.url, headers=headers)
                assert answer.status_code == 404, (name, headers)
                assert "ETag" not in answer.headers
            assert stranger.head(document.url, headers=headers).status_code == 404
    document.space = world.cast.space_b
    document.save()
    assert reader.get(document.url, headers={"If-None-Match": etag}).status_code == 404


def test_a_file_that_was_replaced_is_not_answered_from_a_cache(world: World) -> None:
    document = KnowledgeDocument(title="Neu", space=world.cast.space_a)
    document.file = ContentFile(b"alt", name="neu.txt")
    document.save()  # as samples and scripts do, without Wagtail's form
    reader = client_of(world, "reader_a")
    old = reader.get(document.url)["ETag"]
    assert old.strip('"')
    document.file = ContentFile(b"neuer", name="neu.txt")
    document.save()
    answer = reader.get(document.url, headers={"If-None-Match": old})
    assert answer.status_code == 200
    assert b"".join(answer) == b"neuer"
    assert document.file_size == len("neuer")


def test_nothing_is_published_at_the_addresses_of_feeds_maps_and_media(world: World) -> None:
    document = world.first("document", "a")
    places = [*ELSEWHERE, f"/media/{document.file.name}", f"/static/{document.file.name}",
              f"/documents/{document.pk}/{document.filename}"]  # fmt: skip
    client = client_of(world, "curator")
    for place in places:
        assert client.get(place).status_code == 404, place
        closed = {401} if place.startswith("/api/") else {302, 404}
        assert Client().get(place).status_code in closed, place
    patterns = str(get_resolver().reverse_dict.keys())
    assert not re.search(r"feed|rss|atom|sitemap|robots|serve_media", patterns, re.IGNORECASE)
    assert not str(settings.MEDIA_ROOT).startswith(str(settings.STATIC_ROOT))
    assert not str(settings.STATIC_ROOT).startswith(str(settings.MEDIA_ROOT))


def test_errors_say_nothing_of_what_went_wrong_or_with_what(world: World) -> None:
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    client.force_login(world.people["publisher_a"], backend="access.backends.AccessBackend")
    hidden = world.first("page", "b")
    with patch("knowledge.pages.views.find_page", side_effect=RuntimeError(hidden.title)):
        broken = client.get(hidden.url)
    assert broken.status_code == 500
    words = world.words.hidden_from("publisher_a")
    assert not _words_in(broken, words, but=hidden.url)
    for url in ("/admin/pages/%s/edit/", "/admin/pages/%s/copy/", "/zugriff/seite/%s/"):
        there, nowhere = (client.post(url % pk, {"x": hidden.pk}) for pk in (hidden.pk, MISSING))
        assert there.status_code == nowhere.status_code == 403
        assert not _words_in(there, words, but=url % hidden.pk)
        assert _without_tokens(there) == _without_tokens(nowhere)


def _words_in(response: Any, words: Iterable[str], *, but: str) -> list[str]:
    text = response.content.decode().lower()
    return [word for word in words if word in text.replace(but, "")]


def _without_tokens(response: Any) -> str:
    text = response.content.decode()
    return re.sub(r'nonce[-=]"?[\w+/=-]+|value="\w{64}"|/\d+/', "", text)


ROUTES: dict[str, Callable[[World], tuple[str, str]]] = {
    "page": lambda w: (w.first("page", "b").url, f"/{w.cast.space_b.slug}/artikel/gibt-es-nicht/"),
    "document": lambda w: (w.first("document", "b").url, f"/dateien/{MISSING}/name.txt"),
    "image": lambda w: (f"/bilder/{w.first('image', 'b').file.name}", "/bilder/images/x/gibt-es-nicht.png"),
    "who sees this": lambda w: (
        reverse("access:page", args=[w.first("page", "b").pk]), reverse("access:page", args=[MISSING])
    ),
    "rights": lambda w: (
        reverse("access:space", args=[w.cast.space_b.slug]), reverse("access:space", args=["gibt-es-nicht"])
    ),
    "editor": lambda w: (
        reverse("wagtailadmin_pages:edit", args=[w.first("page", "b").pk]),
        reverse("wagtailadmin_pages:edit", args=[MISSING]),
    ),
}  # fmt: skip


@pytest.mark.both
@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("name", ["publisher_a", "stranger", "share_receiver", "expired"])
def test_hidden_takes_the_same_way_as_missing(world: World, name: str, route: str) -> None:
    """What is written to the log about a refusal is written when the answer is out."""
    client = client_of(world, name)
    with patch.object(AuditMiddleware, "_write_when_closed"):
        hidden, missing = (_queries(client, url) for url in ROUTES[route](world))
    assert hidden == missing


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("name", ["publisher_a", "stranger", "share_receiver", "expired"])
def test_the_next_answer_on_the_connection_waits_as_long_for_hidden_as_for_missing(
    world: World, name: str, route: str
) -> None:
    """What is done when the answer is out is the same: for the first refusal, and for every later one."""
    client = client_of(world, name)
    client_of(world, name).get("/gibt-es-nicht-anderswo/")  # content types are remembered
    first = [_queries(client, url, before=0) for url in ROUTES[route](world)]
    later = [_queries(client, url, before=0) for url in ROUTES[route](world)]
    assert first[0] == first[1]
    assert later[0] == later[1]
    has_log = any("audit_entry" in one for one in first[0])
    assert has_log == (
        route in {"page", "document", "image"} or (route == "editor" and name == "publisher_a")
    )
    assert not has_log or len(later[0]) < len(first[0])


def _queries(client: Client, url: str, *, before: int = 1) -> list[str]:
    """Return the shapes of the queries behind an answer and after it, values left out."""
    for _ in range(before):
        client.get(url)  # content types are remembered
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(url)
        assert answer.status_code == 404
    values = r" VALUES .*|'[^']*'|\b\d+\b"
    return [re.sub(values, "?", one["sql"]) for one in captured.captured_queries]
