"""Fill the parameters of every route with objects: of both spaces, drafts, strangers' and none at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.urls import NoReverseMatch, reverse

from knowledge.contacts.models import ContactPage
from knowledge.exchange.kinds import exchanges
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
    "editing": "page", "versions": "page", "arranging": "page", "facts": "page", "corrections": "page",
    "collaboration": "page",
    "wiki": "page",
}  # fmt: skip
# Values that name no content.
_CONSTANTS: dict[str, Any] = {
    "kind": "article", "content_type_app_name": "articles", "content_type_model_name": "articlepage",
    "app_name": "taggit", "model_name": "tag", "action_name": "publish", "filter_spec": "width-20",
    "task_state_id": 1, "task_id": 1, "workflow_state_id": 1, "workflow_pk": 1,
    "collection_id": 1, "uidb64": "MQ", "token": "x-y", "secret": "x-y", "signed": "x-y", "digest": "x-y",
    "restriction_id": 1,
}  # fmt: skip
_QUERIES: dict[str, tuple[str, ...]] = {
    "access:spaces": (f"?bereich={PREFIX}&stelle={PREFIX}",),
    "search": (f"?q={PREFIX}", f"?q={PREFIX}*", "?q=datei", "?q=seite&typ=article", "?q=steht"),
    "search_suggestions": (f"?q={PREFIX}", "?q=da", "?q=kan", "?q=seite"),
    "editing:complete": (
        "?art=page", f"?art=page&q={PREFIX}", "?art=page&q=da", "?art=page&q=seite",
        "?art=person", f"?art=person&q={PREFIX}", "?art=person&q=k",
    ),
    "editing:titles": (f"?title={PREFIX}", "?title=seite", "?title=kanarie"),
    "search_words": ("?art=synonyms", "?wort=kan"),
    "overview:page": ("?jahr=2026", "?org=amt-b", "?late=1", "?silent=1"),
    "overview:change": ("?org=amt-b", "?state=running"),
    "overview:list": ("?org=amt-b", "?late=1", "?silent=1", "?state=running"),
    "calendar:list": ("?kind=workshop", "?kind=meeting"),
    "calendar:past": ("?kind=workshop", "?kind=meeting"),
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


def _space_of(name: str, *queries: str) -> Any:
    def fill(world: World) -> Iterator[Fill]:
        for query in ("", *queries):
            for group, space in (("a", world.cast.space_a), ("b", world.cast.space_b)):
                yield Fill(group, reverse(name, args=[space.slug]) + query, "space")
            yield Fill(NOWHERE, reverse(name, args=["gibt-es-nicht"]) + query, "space")

    return fill


def _minutes(name: str) -> Any:
    def fill(world: World) -> Iterator[Fill]:
        for group, page in world.objects["minutes"]:
            yield Fill(group, reverse(name, args=[page.pk]), "minutes")
        yield Fill(NOWHERE, reverse(name, args=[MISSING]), "minutes")

    return fill


def _downloads(world: World) -> Iterator[Fill]:
    """Markdown holds what PDF and DOCX hold and costs a hundredth; tests/export look into those."""
    for name in ("md", "zweig-md", "anlagen"):
        for group, page in world.objects["page"]:
            yield Fill(group, reverse("export:download", args=[page.pk, name]), f"page as {name}")
        yield Fill(NOWHERE, reverse("export:download", args=[MISSING, name]), f"page as {name}")


def _decisions(world: World) -> Iterator[Fill]:
    for group, decision in world.objects["decision"]:
        yield Fill(group, decision.url, "decision")
    yield Fill(NOWHERE, reverse("meetings:decision", args=["gibt-es-nicht", 2026, 1]), "decision")


def _decision_files(world: World) -> Iterator[Fill]:
    for group, decision in world.objects["decision"]:
        yield Fill(group, f"{decision.url}docx/", "decision as a file")
    missing = reverse("meetings:decision_file", args=["gibt-es-nicht", 2026, 1, "docx"])
    yield Fill(NOWHERE, missing, "decision as a file")


def _forms_of_measures(world: World) -> Iterator[Fill]:
    for group, measure in world.objects["measure"]:
        for name in ("state", "entry", f"entry-{measure.entries.first().pk}", "tie"):
            yield Fill(group, reverse("measures:change", args=[measure.pk, name]), "measure")
    yield Fill(NOWHERE, reverse("measures:change", args=[MISSING, "state"]), "measure")


def _tables(world: World) -> Iterator[Fill]:
    for name in (
        "state",
        "assessment",
        "horizon",
        "field",
        "org",
        "district",
        "late",
        "silent",
        "steps",
        "indicators",
    ):
        yield Fill("", reverse("overview:table", args=[name, "csv"]))
        yield Fill("", reverse("overview:table", args=[name, "csv"]) + "?jahr=2026&org=amt-b")


def _exchanges(name: str, *ending: str) -> Callable[[World], Iterator[Fill]]:
    def fill(world: World) -> Iterator[Fill]:
        for kind in exchanges:
            for group, space in (("a", world.cast.space_a), ("b", world.cast.space_b)):
                yield Fill(group, reverse(name, args=[space.slug, kind.name, *ending]), "table")
            yield Fill(NOWHERE, reverse(name, args=["gibt-es-nicht", kind.name, *ending]), "table")

    return fill


def _years(world: World) -> Iterator[Fill]:
    for group, indicator in world.objects["indicator"]:
        yield Fill(group, reverse("indicators:change_value", args=[indicator.pk, 2025]), "year")
    yield Fill(NOWHERE, reverse("indicators:change_value", args=[MISSING, 2025]), "year")


def _pictures(world: World) -> Iterator[Fill]:
    for name in ("state", "org", "steps"):
        yield Fill("", reverse("overview:picture", args=[name, "svg"]) + "?jahr=2026")


def _month(name: str) -> Callable[[World], Iterator[Fill]]:
    def fill(world: World) -> Iterator[Fill]:
        for query in ("", "?kind=workshop", "?kind=meeting", "?district=nordbezirk"):
            yield Fill("", reverse(name, args=[2026, 5]) + query)

    return fill


def _dated(name: str) -> Callable[[World], Iterator[Fill]]:
    """Return the addresses of events and of meetings by their pages."""

    def fill(world: World) -> Iterator[Fill]:
        for kind in ("event", "minutes"):
            for group, page in world.objects[kind]:
                yield Fill(group, reverse(name, args=[page.pk]), kind)
            yield Fill(NOWHERE, reverse(name, args=[MISSING]), kind)

    return fill


def _circles(world: World) -> Iterator[Fill]:
    for group, circle in world.objects["circle"]:
        yield Fill(group, reverse("access:circle", args=[circle.slug]), "circle")
    yield Fill(NOWHERE, reverse("access:circle", args=["gibt-es-nicht"]), "circle")


def _people(route: str) -> Callable[[World], Iterator[Fill]]:
    def fill(world: World) -> Iterator[Fill]:
        for name in ("reader_a", "publisher_b", "inactive"):
            yield Fill("o", reverse(route, args=[world.people[name].pk]), "person")
        yield Fill(NOWHERE, reverse(route, args=[MISSING]), "person")

    return fill


def _contacts(name: str) -> Any:
    def fill(world: World) -> Iterator[Fill]:
        for group, page in world.objects["page"]:
            if hasattr(page, "confirmed_on"):
                yield Fill(group, reverse(name, args=[page.pk]), "contact")
        yield Fill(NOWHERE, reverse(name, args=[MISSING]), "contact")

    return fill


def _profiles_of_organisations(world: World) -> Iterator[Fill]:
    """Each organisation is named by a page that one space's readers alone may see."""
    for group, page in world.objects["page"]:
        if isinstance(page, ContactPage):
            url = reverse("profiles:organisation", args=[page.organisation.slug])
            yield Fill(group, url, "organisation")
    yield Fill(NOWHERE, reverse("profiles:organisation", args=["gibt-es-nicht"]), "organisation")


def _profiles_of_people(world: World) -> Iterator[Fill]:
    for group, name in (("a", "reader_a"), ("b", "publisher_b"), (NOWHERE, "inactive")):
        url = reverse("profiles:person", args=[world.people[name].pk])
        yield Fill(group, url, "colleague")
    member = world.first("circle", "c").group.user_set.get()
    yield Fill("c", reverse("profiles:person", args=[member.pk]), "colleague")
    yield Fill(NOWHERE, reverse("profiles:person", args=[MISSING]), "colleague")


def _partners(name: str) -> Any:
    def fill(world: World) -> Iterator[Fill]:
        for organisation in (world.cast.organisation_a, world.cast.organisation_b):
            yield Fill("z", reverse(name, args=[organisation.slug]), "organisation")
        yield Fill(NOWHERE, reverse(name, args=["gibt-es-nicht"]), "organisation")

    return fill


def _tags(world: World) -> Iterator[Fill]:
    for group, tag in world.objects["tag"]:
        # A draft's tag is nobody's: lists hold what is published.
        of = group if group in {"a", "b"} else NOWHERE
        yield Fill(of, reverse("wiki:tag", args=[tag.key]), "tag")
    yield Fill(NOWHERE, reverse("wiki:tag", args=["gibt-es-nicht"]), "tag")


def _watched_tags(world: World) -> Iterator[Fill]:
    for group, tag in world.objects["tag"]:
        yield Fill(group, reverse("collaboration:watch_tag", args=[tag.key]), "watched tag")
    yield Fill(NOWHERE, reverse("collaboration:watch_tag", args=["gibt-es-nicht"]), "watched tag")


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
    for group, space in (("a", world.cast.space_a), ("b", world.cast.space_b)):
        yield Fill(group, f"{url}?space={space.slug}", "space")
    yield Fill(NOWHERE, f"{url}?space=gibt-es-nicht", "space")
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


def _files_of_reports(world: World) -> Iterator[Fill]:
    for group, report in world.objects["report"]:
        of = group if report.is_frozen else NOWHERE  # there are no files of a draft
        yield Fill(
            of,
            reverse("annual_reports:file", args=[report.pk, "zahlen", "csv"]),
            "file of a report",
        )
    yield Fill(
        NOWHERE, reverse("annual_reports:file", args=[MISSING, "zahlen", "csv"]), "file of a report"
    )


def _view_as(world: World) -> Iterator[Fill]:
    url = reverse("access:view_as")
    yield Fill("", url)
    for kind in ("user", "organisation", "circle", "page"):
        yield Fill(NOWHERE, f"{url}?principal={kind}:{MISSING}")
    # For whoever is not responsible for it, a space that exists is one that doesn't.
    yield Fill("f", f"{url}?bereich={world.cast.space_b.slug}", "space")
    yield Fill(NOWHERE, f"{url}?bereich=gibt-es-nicht", "space")


def _due_pages(world: World) -> Iterator[Fill]:
    for query in ("", f"?bereich={world.cast.space_b.slug}", "?wer=1"):
        yield Fill("", reverse("wiki:due") + query)


def _notices(world: World) -> Iterator[Fill]:
    """A notice is for its recipient alone; everybody else's answers like none."""
    others = Notice.objects.exclude(recipient__in=[one.pk for one in world.people.values()])
    yield Fill(NOWHERE, reverse("notices:open", args=[MISSING]), "notice")
    for pk in others.values_list("pk", flat=True)[:1]:
        yield Fill("c", reverse("notices:open", args=[pk]), "notice")


_SPECIAL: dict[str, Any] = {
    "notices:open": _notices,
    "api:pages": _api_lists,
    "wiki:due": _due_pages,
    "wiki:tag": _tags,
    "wiki:changes": _space_of("wiki:changes"),
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
    **{name: _space_of(name) for name in ("meetings:plan", "meetings:topics", "meetings:rules")},
    **{
        name: _minutes(name)
        for name in (
            "meetings:edit", "meetings:keep_typed", "meetings:as_seen", "meetings:approve", "meetings:addendum",
            "meetings:call_off", "meetings:answer", "meetings:come",
        )
    },
    "export:download": _downloads,
    "meetings:take_apart": _by_number("meetings:take_apart", "unsent minutes"),
    "meetings:from_article": _by_number("meetings:from_article", "page"),
    "meetings:decision": _decisions,
    "meetings:decision_file": _decision_files,
    "tasks:of_space": _space_of("tasks:of_space", "?alle=1"),
    **{
        name: _by_number(name, "measure")
        for name in ("measures:history", "measures:goes_on", "measures:accept_proposal")
    },
    "measures:change": _forms_of_measures,
    "overview:table": _tables,
    "indicators:new": _space_of("indicators:new"),
    **{
        name: _by_number(name, "indicator")
        for name in ("indicators:indicator", "indicators:change", "indicators:new_value")
    },
    "indicators:change_value": _years,
    "exchange:exchange": _exchanges("exchange:exchange"),
    "exchange:export": _exchanges("exchange:export", "csv"),
    "exchange:run": _by_number("exchange:run", "run"),
    "overview:picture": _pictures,
    "events:results_page": _by_number("events:results_page", "event"),
    "districts:preview": _by_number("districts:preview", "district map"),
    "calendar:month": _month("calendar:month"),
    "calendar:month_file": _month("calendar:month_file"),
    "calendar:come": _dated("calendar:come"),
    "calendar:one_file": _dated("calendar:one_file"),
    "reporting:ask": _space_of("reporting:ask"),
    **{
        name: _by_number(name, "news")
        for name in ("reporting:request", "reporting:change_request", "reporting:to_answer")
    },
    **{
        name: _by_number(name, "inquiry")
        for name in ("reporting:answer", "reporting:hand_on", "reporting:accept")
    },
    "annual_reports:begin": _space_of("annual_reports:begin"),
    "annual_reports:part": _by_number("annual_reports:part", "report part"),
    "annual_reports:file": _files_of_reports,
    **{
        name: _by_number(name, "report")
        for name in (
            "annual_reports:report", "annual_reports:preview", "annual_reports:measures", "annual_reports:choose",
            "annual_reports:marks", "annual_reports:step", "annual_reports:make_files",
        )
    },
    **{name: _by_number(name, "task") for name in ("tasks:task", "tasks:change", "tasks:hand_over", "tasks:answer")},
    "collaboration:comment": _by_number("collaboration:comment", "comment"),
    "collaboration:watch_tag": _watched_tags,
    "collaboration:reading": _by_number("collaboration:reading", "reading"),
    "access:page": _page_rights,
    "access:space": _space_rights("access:space"),
    "old_addresses": _space_rights("old_addresses"),
    "access:confirm_rights": _space_rights("access:confirm_rights"),
    "access:circle": _circles,
    "people:person": _people("people:person"),
    "people:correct": _people("people:correct"),
    "profiles:organisation": _profiles_of_organisations,
    "profiles:person": _profiles_of_people,
    "partners:organisation": _partners("partners:organisation"),
    "partners:leave": _partners("partners:leave"),
    "partners:change": _partners("partners:change"),
    "partners:merge": _partners("partners:merge"),
    "spaces:change": _space_rights("spaces:change"),
    "partners:fetch": _numbered("partners:fetch", "export"),
    "partners:report": _numbered("partners:report", "exit"),
    "partners:report_table": _numbered("partners:report_table", "exit"),
    "contacts:confirm": _contacts("contacts:confirm"),
    "contact_vcard": _contacts("contact_vcard"),
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
