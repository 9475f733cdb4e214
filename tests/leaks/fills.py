"""Fill the parameters of every route with objects: of both spaces, drafts, strangers' and none at all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.urls import NoReverseMatch, reverse

from notices.models import Notice
from tests.leaks.routes import Route
from tests.leaks.world import PREFIX, World

MISSING = 987_654_321
NOWHERE = "nowhere"  # group of what doesn't exist


@dataclass(frozen=True)
class Fill:
    """One address of a route.

    Attributes:
        group: Whose words the object in it belongs to; empty if there is no object in it.
        url: Path with query.
        kind: Which kind of object, so that hidden and missing ones can be compared.
    """

    group: str
    url: str
    kind: str = ""


_KINDS = {
    "page_id": "page", "parent_page_id": "page", "page_to_move_id": "page", "page_pk": "page",
    "document_id": "document", "doc_id": "document", "image_id": "image",
    "uploaded_file_id": "upload",
}  # fmt: skip
_KIND_OF_PK = {
    "wagtailadmin_api:pages": "page", "wagtailadmin_api:documents": "document",
    "wagtailadmin_api:images": "image", "wagtaildocs_chooser": "document",
    "wagtailimages_chooser": "image", "wagtailadmin_pages": "page",
}  # fmt: skip
# Values that name no content.
_CONSTANTS: dict[str, Any] = {
    "content_type_app_name": "articles", "content_type_model_name": "articlepage",
    "app_name": "taggit", "model_name": "tag", "action_name": "publish", "filter_spec": "width-20",
    "task_state_id": 1, "task_id": 1, "workflow_state_id": 1, "workflow_pk": 1,
    "collection_id": 1, "uidb64": "MQ", "token": "x-y", "restriction_id": 1,
}  # fmt: skip
_QUERIES: dict[str, tuple[str, ...]] = {
    "access:spaces": (f"?bereich={PREFIX}&stelle={PREFIX}",),
    "search": (f"?q={PREFIX}", f"?q={PREFIX}*", "?q=datei", "?q=seite&typ=article", "?q=steht"),
    "search_suggestions": (f"?q={PREFIX}", "?q=da", "?q=kan", "?q=seite"),
    "search_words": ("?art=synonyms", "?wort=kan"),
    "search_counted_queries": ("?liste=ohne-treffer",),
    "suggest_tags": (f"?term={PREFIX}", "?term=k"),
    "saved_search_new": ("?q=datei&kind=article", f"?q={PREFIX}"),
    "api:search": (f"?q={PREFIX}", f"?q={PREFIX}*", "?q=datei", "?q=steht&sort=date", "?kind=article"),
    "api:search_suggestions": (f"?q={PREFIX}", "?q=da", "?q=kan"),
    "api:documents": ("?limit=100",),
    "api:images": ("?limit=100",),
    "wagtailadmin_pages:search": (f"?q={PREFIX}", "?q=kan&ordering=title"),
    "wagtailadmin_choose_page_search": (f"?q={PREFIX}", "?q=kan&page_type=articles.articlepage"),
    "wagtailadmin_choose_page": ("?page_type=articles.articlepage", "?multiple=1"),
    "wagtailadmin_explore_root": (f"?q={PREFIX}&search_all=1",),
    "wagtailadmin_api:pages:listing": (
        "?child_of=1", "?child_of=2", "?descendant_of=1", "?fields=*", "?fields=*,parent(*)",
        "?type=articles.ArticlePage&fields=body,owner,latest_revision", f"?search={PREFIX}",
        "?child_of=root&for_explorer=1", "?order=random", "?has_children=true",
    ),
    "wagtaildocs:index": (f"?q={PREFIX}", "?ordering=usage_count", "?layout=list"),
    "wagtailimages:index": (f"?q={PREFIX}", "?layout=list", "?ordering=usage_count"),
    "wagtaildocs_chooser:choose": (f"?q={PREFIX}",),
    "wagtaildocs_chooser:choose_results": (f"?q={PREFIX}",),
    "wagtailimages_chooser:choose": (f"?q={PREFIX}", "?select_format=true"),
    "wagtailimages_chooser:choose_results": (f"?q={PREFIX}",),
    "wagtailadmin_reports:site_history": ("?export=csv", "?export=xlsx", f"?label={PREFIX}"),
    "wagtailadmin_reports:aging_pages": ("?export=csv", "?export=xlsx"),
    "wagtailadmin_pages:type_use": ("?export=csv",),
}  # fmt: skip


def fills_of(route: Route, world: World) -> Iterator[Fill]:
    """Yield addresses of the route: one for each object it can be about, and one for an object that isn't there.

    Raises:
        KeyError: If a parameter is new and nobody has said what it stands for.
    """
    special = _SPECIAL.get(route.name)
    if special is not None:
        yield from special(world)
        return
    varying = [(name, _kind(route, name)) for name in route.parameters if _kind(route, name)]
    if not varying:
        constant = {name: _CONSTANTS.get(name, 1) for name in route.parameters}
        yield from _with_queries(route, constant)
        return
    name, kind = varying[0]
    for group, thing in [*world.objects[kind], (NOWHERE, None)]:
        arguments = {other: _CONSTANTS[other] for other in route.parameters if other != name
                     and other not in _OF_THE_PAGE}  # fmt: skip
        arguments[name] = thing.pk if thing is not None else MISSING
        for extra in _companions(route, world, thing):
            yield Fill(group, _reverse(route.name, {**arguments, **extra}), kind)


def _kind(route: Route, name: str) -> str:
    if name == "pk":
        return _KIND_OF_PK.get(route.name.rsplit(":", 1)[0], "")
    return _KINDS.get(name, "")


_OF_THE_PAGE = {"revision_id", "revision_id_a", "revision_id_b", "destination_id"}


def _companions(route: Route, world: World, thing: Any) -> Iterator[dict[str, Any]]:
    """Yield values of the parameters that go with a page: its revisions, those of another one, destinations."""
    names = set(route.parameters) & _OF_THE_PAGE
    if not names:
        yield {}
    elif "destination_id" in names:
        for group in ("a", "b"):
            yield {"destination_id": world.first("page", group).get_parent().pk}
    else:
        own = getattr(thing, "latest_revision_id", None) or MISSING
        foreign = [world.first("page", group).latest_revision_id for group in ("a", "b")]
        if "revision_id" in names:
            # The page's own first: the route table speaks of that one.
            for revision in dict.fromkeys((own, *foreign)):
                yield {"revision_id": revision}
        else:
            first = thing.revisions.order_by("pk").first() if thing is not None else None
            yield {"revision_id_a": first.pk if first else MISSING, "revision_id_b": own}
            yield {"revision_id_a": "earliest", "revision_id_b": "latest"}
            yield {"revision_id_a": "live", "revision_id_b": foreign[1]}


def _with_queries(route: Route, arguments: dict[str, Any]) -> Iterator[Fill]:
    try:
        url = _reverse(route.name, arguments)
    except NoReverseMatch:
        url = {"test404/": "/admin/test404/", "^.*/$": "/admin/gibt-es-nicht/"}[route.name]
    for query in ("", *_QUERIES.get(route.name, ())):
        yield Fill("", url + query)


def _reverse(name: str, arguments: dict[str, Any]) -> str:
    return reverse(name, kwargs=arguments)


def _pages(world: World) -> Iterator[Fill]:
    for group, page in world.objects["page"]:
        path = f"/{page.url_path.split('/', 2)[2]}"
        # The frame marks the space that an address lies in, so what is missing is missing beside it.
        place = f"page in {path.split('/')[1]}"
        yield Fill(group, path, place)
        yield Fill(NOWHERE, f"/{path.split('/')[1]}/gibt-es-nicht/", place)
    yield Fill("", "/")


def _curated(name: str, kind: str) -> Any:
    def fill(world: World) -> Iterator[Fill]:
        for group, thing in world.objects[kind]:
            url = reverse(name, args=[thing.pk])
            yield Fill("", url, kind)
            yield Fill(group, url, kind)
        yield Fill(NOWHERE, reverse(name, args=[MISSING]), kind)

    return fill


def _page_rights(world: World) -> Iterator[Fill]:
    for group, page in world.objects["page"]:
        yield Fill(group, reverse("access:page", args=[page.pk]), "page")
    yield Fill(NOWHERE, reverse("access:page", args=[MISSING]), "page")


def _space_rights(name: str) -> Any:
    def fill(world: World) -> Iterator[Fill]:
        # One row of the matrix for somebody who has no role there.
        queries = ("", f"?wer=user:{world.first('circle', 'c').group.user_set.get().pk}")
        for query in queries:
            for group, space in (("a", world.cast.space_a), ("b", world.cast.space_b)):
                yield Fill(group, reverse(name, args=[space.slug]) + query, "space")
            yield Fill(NOWHERE, reverse(name, args=["gibt-es-nicht"]) + query, "space")

    return fill


def _circles(world: World) -> Iterator[Fill]:
    for group, circle in world.objects["circle"]:
        yield Fill(group, reverse("access:circle", args=[circle.slug]), "circle")
    yield Fill(NOWHERE, reverse("access:circle", args=["gibt-es-nicht"]), "circle")


def _people(world: World) -> Iterator[Fill]:
    for name in ("reader_a", "publisher_b", "inactive"):
        yield Fill("o", reverse("people:person", args=[world.people[name].pk]), "person")
    yield Fill(NOWHERE, reverse("people:person", args=[MISSING]), "person")


def _contacts(world: World) -> Iterator[Fill]:
    for group, page in world.objects["page"]:
        if hasattr(page, "confirmed_on"):
            yield Fill(group, reverse("contacts:confirm", args=[page.pk]), "contact")
    yield Fill(NOWHERE, reverse("contacts:confirm", args=[MISSING]), "contact")


def _partners(name: str) -> Any:
    def fill(world: World) -> Iterator[Fill]:
        for organisation in (world.cast.organisation_a, world.cast.organisation_b):
            yield Fill("z", reverse(name, args=[organisation.slug]), "organisation")
        yield Fill(NOWHERE, reverse(name, args=["gibt-es-nicht"]), "organisation")

    return fill


def _numbered(name: str, kind: str) -> Any:
    """Fill a route with the exports or exits of the world, the first for whoever may see it."""

    def fill(world: World) -> Iterator[Fill]:
        for group, thing in world.objects[kind]:
            yield Fill(group, reverse(name, args=[thing.pk]), kind)
        yield Fill(NOWHERE, reverse(name, args=[MISSING]), kind)

    return fill


def _documents(world: World) -> Iterator[Fill]:
    for group, document in world.objects["document"]:
        yield Fill(group, document.url, "document")
        yield Fill(NOWHERE, f"/dateien/{document.pk}/falscher-name.txt", "document")
    yield Fill(NOWHERE, f"/dateien/{MISSING}/name.txt", "document")


def _images(world: World) -> Iterator[Fill]:
    for kind in ("image", "rendition", "document"):
        for group, thing in world.objects[kind]:
            # A document has no address in the image view, whoever asks.
            of = NOWHERE if kind == "document" else group
            yield Fill(of, f"/bilder/{thing.file.name}", "image")
    for _group, upload in world.objects["upload"]:
        yield Fill(NOWHERE, f"/bilder/{upload.file.name}", "image")
    for path in ("images/gibt-es-nicht.png", "../search/meta.json", "stadtwissen.sqlite3"):
        yield Fill(NOWHERE, f"/bilder/{path}", "image")


def _bulk(world: World) -> Iterator[Fill]:
    labels = {
        "page": ("basepage", "knowledgepage", ("publish", "unpublish", "move", "delete")),
        "document": ("files", "knowledgedocument", ("delete", "add_tags", "add_to_collection")),
        "image": ("files", "knowledgeimage", ("delete", "add_tags", "add_to_collection")),
    }
    for kind, (app, model, actions) in labels.items():
        for action in actions:
            url = reverse("wagtail_bulk_action", args=[app, model, action])
            group, thing = world.objects[kind][0]
            # What is closed for files altogether is no object of hers either.
            of = NOWHERE if action == "add_to_collection" else group
            yield Fill(of, f"{url}?id={thing.pk}", kind)
            yield Fill("b", f"{url}?id={world.first(kind, 'b').pk}", kind)
            yield Fill("b", f"{url}?id={thing.pk}&id={world.first(kind, 'b').pk}", kind)
            yield Fill(NOWHERE, f"{url}?id={MISSING}", kind)
            yield Fill("", f"{url}?id=all")
            home = world.first("page", "b").get_ancestors().get(depth=3)
            yield Fill("", f"{url}?id=all&childOf={home.pk}")
            yield Fill("", f"{url}?id=all&childOf={home.get_parent().pk}")


def _sessions(world: World) -> Iterator[Fill]:
    for group, page in world.objects["page"]:
        for label in (page._meta.label_lower, "basepage.knowledgepage"):
            arguments = [*label.split("."), page.pk, 1]
            url = reverse("wagtailadmin_editing_sessions:ping", args=arguments)
            yield Fill(group, url, "page")
    for label in ("accounts.user", "access.space"):
        url = reverse("wagtailadmin_editing_sessions:ping", args=[*label.split("."), 1, 1])
        yield Fill(NOWHERE, url, "page")


def _chosen(name: str, kind: str) -> Any:
    def fill(world: World) -> Iterator[Fill]:
        ids = "&".join(f"id={thing.pk}" for _group, thing in world.objects[kind])
        yield Fill("", f"{reverse(name)}?{ids}")

    return fill


def _filtered(world: World) -> Iterator[Fill]:
    url = reverse("wagtailadmin_api:pages:listing")
    for query in ("", *_QUERIES["wagtailadmin_api:pages:listing"]):
        yield Fill("", url + query)
    for group, page in world.objects["page"][:12]:
        for name in ("child_of", "descendant_of", "ancestor_of", "translation_of"):
            yield Fill(group, f"{url}?{name}={page.pk}", name)
    for name in ("child_of", "descendant_of", "ancestor_of", "translation_of"):
        yield Fill(NOWHERE, f"{url}?{name}={MISSING}", name)


def _api_lists(world: World) -> Iterator[Fill]:
    url = reverse("api:pages")
    for query in ("", "?limit=100", "?limit=100&order=-last_published_at", "?kind=article"):
        yield Fill("", url + query)
    for group, slug in (("a", "bereich-a"), ("b", "bereich-b"), (NOWHERE, "gibt-es-nicht")):
        yield Fill(group, f"{url}?space={slug}", "space")
    for name in ("child_of", "descendant_of", "ancestor_of"):
        for group, page in world.objects["page"]:
            yield Fill(group, f"{url}?{name}={page.pk}", name)
        yield Fill(NOWHERE, f"{url}?{name}={MISSING}", name)


def _api_paths(world: World) -> Iterator[Fill]:
    url = reverse("api:page_by_path")
    for group, page in world.objects["page"]:
        yield Fill(group, f"{url}?path=/{page.url_path.split('/', 2)[2]}", "page")
    yield Fill(NOWHERE, f"{url}?path=/gibt-es-nicht/", "page")


def _by_number(name: str, kind: str) -> Any:
    def fill(world: World) -> Iterator[Fill]:
        for group, thing in world.objects[kind]:
            yield Fill(group, reverse(name, args=[thing.pk]), kind)
        yield Fill(NOWHERE, reverse(name, args=[MISSING]), kind)

    return fill


def _view_as(world: World) -> Iterator[Fill]:
    url = reverse("access:view_as")
    yield Fill("", url)
    for kind in ("user", "organisation", "circle", "page"):
        yield Fill(NOWHERE, f"{url}?principal={kind}:{MISSING}")
    for space in ("gibt-es-nicht", world.cast.space_b.slug):
        # For whoever is not responsible for it, a space that exists is one that doesn't.
        yield Fill("f" if space == "bereich-b" else NOWHERE, f"{url}?bereich={space}", "space")


def _notices(world: World) -> Iterator[Fill]:
    """A notice is for its recipient alone; everybody else's answers like none."""
    others = Notice.objects.exclude(recipient__in=[one.pk for one in world.people.values()])
    yield Fill(NOWHERE, reverse("notices:open", args=[MISSING]), "notice")
    for pk in others.values_list("pk", flat=True)[:1]:
        yield Fill("c", reverse("notices:open", args=[pk]), "notice")


_SPECIAL: dict[str, Any] = {
    "notices:open": _notices,
    "api:pages": _api_lists,
    "api:page_by_path": _api_paths,
    "api:page": _by_number("api:page", "page"),
    "api:document": _by_number("api:document", "document"),
    "api:document_file": _by_number("api:document_file", "document"),
    "api:image": _by_number("api:image", "image"),
    "api:image_file": _by_number("api:image_file", "image"),
    "access_key_revoke": _by_number("access_key_revoke", "key"),
    "saved_search": _by_number("saved_search", "saved"),
    "saved_search_change": _by_number("saved_search_change", "saved"),
    "saved_search_remove": _by_number("saved_search_remove", "saved"),
    "access:view_as": _view_as,
    "access:page": _page_rights,
    "access:space": _space_rights("access:space"),
    "access:confirm_rights": _space_rights("access:confirm_rights"),
    "access:circle": _circles,
    "people:person": _people,
    "partners:organisation": _partners("partners:organisation"),
    "partners:leave": _partners("partners:leave"),
    "partners:fetch": _numbered("partners:fetch", "export"),
    "partners:report": _numbered("partners:report", "exit"),
    "partners:report_table": _numbered("partners:report_table", "exit"),
    "contacts:confirm": _contacts,
    "search_word": _curated("search_word", "word"),
    "search_word_remove": _curated("search_word_remove", "word"),
    "search_best_bet": _curated("search_best_bet", "best_bet"),
    "search_best_bet_remove": _curated("search_best_bet_remove", "best_bet"),
    "wagtail_serve": _pages,
    "wagtaildocs_serve": _documents,
    "image": _images,
    "wagtail_bulk_action": _bulk,
    "wagtailadmin_editing_sessions:ping": _sessions,
    "wagtaildocs_chooser:chosen_multiple": _chosen("wagtaildocs_chooser:chosen_multiple", "document"),
    "wagtailimages_chooser:chosen_multiple": _chosen("wagtailimages_chooser:chosen_multiple", "image"),
    "wagtailadmin_choose_page_chosen_multiple": _chosen(
        "wagtailadmin_choose_page_chosen_multiple", "page"
    ),
    "wagtailadmin_api:pages:listing": _filtered,
}  # fmt: skip


def payloads_of(world: World) -> list[dict[str, Any]]:
    """Return what is posted to every address: nothing, and everything that could name a hidden object."""
    page, document = world.first("page", "b"), world.first("document", "b")
    content_type = ContentType.objects.get_for_model(type(page))
    return [
        {},
        {
            "title": "Titel", "slug": "titel", "new_title": "Titel", "new_slug": "titel",
            "new_parent_page": page.get_parent().pk, "chooser": page.get_parent().pk,
            "destination_page_id": page.get_parent().pk, "space": world.cast.space_b.pk,
            "id": page.pk, "url": page.full_url, "link_text": "x", "file": "x",
            "external-link-chooser-url": page.full_url, "content_type": content_type.pk,
            "attachments-TOTAL_FORMS": 1, "attachments-INITIAL_FORMS": 0,
            "attachments-0-document": document.pk, "body-count": 1, "body-0-type": "document",
            "body-0-order": 0, "body-0-deleted": "", "body-0-value": document.pk,
            "data": json.dumps({"id": page.pk}),
        },
    ]  # fmt: skip
