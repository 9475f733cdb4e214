"""Which addresses of Wagtail's admin are open, and what each of them checks before Wagtail sees the request.

Everything that isn't named here answers 404, and so does everything that is named for somebody without a right to the
objects in its address: a new view of Wagtail is closed until somebody thought about it (docs/access.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.http import HttpRequest
from wagtail.models import UploadedFile

from access.audience import sees_all_of
from access.rights import can
from access.roles import Action
from access.tree import SPACE_ROOT_DEPTH
from audit.services import record_missing, record_refusal
from knowledge.basepage.models import KnowledgePage
from knowledge.files.models import KnowledgeDocument, KnowledgeImage

Arguments = Mapping[str, Any]  # what the address captured; Django does not type it
Check = Callable[[HttpRequest, Arguments], bool]

MODELS: Mapping[str, Any] = {
    "page": KnowledgePage,
    "document": KnowledgeDocument,
    "image": KnowledgeImage,
}


def is_open(request: HttpRequest, name: str, arguments: Arguments) -> bool:
    """Tell whether the reader may go through the door `name` with these arguments and parameters.

    Args:
        request: The request; its user may be anybody.
        name: Full name of the route, such as `wagtailadmin_pages:edit`.
        arguments: What the address captured.
    """
    if name in PUBLIC:
        # Wagtail's way out takes the session cookie away even from a GET, such as a foreign page's picture.
        return name != "wagtailadmin_logout" or request.method == "POST"
    checks = DOORS.get(name)
    return (
        checks is not None
        and can(request.user, Action.USE_ADMIN)
        and all(check(request, arguments) for check in checks)
        and _parameters_allow(request)
    )


def _may(request: HttpRequest, kind: str, pk: Any, action: Action) -> bool:
    try:
        found = MODELS[kind].objects.filter(pk=pk).select_related("space").first()
    except (ValueError, TypeError):
        return False
    if found is None:
        record_missing(MODELS[kind]._meta.label, pk)
        return False
    if can(request.user, action, found):
        return True
    record_refusal(found)
    return False


def _object(kind: str, argument: str, action: Action) -> Check:
    return lambda request, arguments: _may(request, kind, arguments[argument], action)


def _page(argument: str) -> tuple[Check, ...]:
    return (_object("page", argument, Action.PUBLISH),)


def _whole_page(argument: str) -> tuple[Check, ...]:
    """Return the checks of what shows a page or its versions as they are stored, narrowed passages and all."""
    return (*_page(argument), lambda request, given: sees_all_of(request.user, given[argument]))


# unscoped: everybody passes these pages on the way to a space
def _above_spaces(request: HttpRequest, pk: Any) -> bool:
    """Tell whether the page is the tree's root or the start page, which everybody passes on the way to a space."""
    try:
        return KnowledgePage.objects.filter(pk=pk, depth__lt=SPACE_ROOT_DEPTH).exists()
    except (ValueError, TypeError):
        return False


def _may_browse(request: HttpRequest, arguments: Arguments) -> bool:
    pk = arguments["parent_page_id"]
    return _may(request, "page", pk, Action.PUBLISH) or _above_spaces(request, pk)


def _may_choose_below(request: HttpRequest, arguments: Arguments) -> bool:
    pk = arguments["parent_page_id"]
    return _may(request, "page", pk, Action.READ) or _above_spaces(request, pk)


# unscoped: one's own uploads
def _own_upload(request: HttpRequest, arguments: Arguments) -> bool:
    """Tell whether the person uploaded the file that waits for its missing fields."""
    mine: bool = UploadedFile.objects.filter(
        pk=arguments["uploaded_file_id"], uploaded_by_user=request.user.pk
    ).exists()
    return mine


def _edited_object(request: HttpRequest, arguments: Arguments) -> bool:
    """Tell whether the person may edit the object that a session of the editor is about."""
    label = f"{arguments['app_label']}.{arguments['model_name']}".lower()
    for kind, model in MODELS.items():
        if label in _labels(model):
            action = Action.PUBLISH if kind == "page" else Action.EDIT
            return _may(request, kind, arguments["object_id"], action)
    return False


def _labels(model: Any) -> Iterator[str]:
    """Yield the labels of a model and of all that derive from it."""
    yield model._meta.label_lower
    for one in model.__subclasses__():
        yield from _labels(one)


_BULK_ACTIONS = {
    ("basepage", "knowledgepage"): ("page", {"publish", "unpublish", "move", "delete"}),
    ("files", "knowledgedocument"): ("document", {"add_tags", "delete"}),
    ("files", "knowledgeimage"): ("image", {"add_tags", "delete"}),
}


def _every_chosen_object(request: HttpRequest, arguments: Arguments) -> bool:
    """Tell whether the person may change every object that a bulk action is about.

    "All of the list" is refused for pages without a parent: Wagtail would take every page there is.
    """
    key = (arguments["app_label"], arguments["model_name"])
    kind, actions = _BULK_ACTIONS.get(key, ("", set()))
    if arguments["action"] not in actions:
        return False
    chosen = [one for one in request.GET.getlist("id") if one != "all"]
    if kind == "page" and "all" in request.GET.getlist("id") and not request.GET.get("childOf"):
        return False
    action = Action.PUBLISH if kind == "page" else Action.EDIT
    return all(_may(request, kind, pk, action) for pk in chosen)


# Parameters that name a page, wherever they occur. Wagtail looks them up without asking for a right.
_WORK = Action.PUBLISH
_PARAMETERS: Mapping[str, Action] = {
    "new_parent_page": _WORK,  # copy, move
    "chooser": _WORK,  # bulk move
    "childOf": _WORK,  # bulk actions
    "target_pages[]": _WORK,  # move chooser
    "child_of": _WORK,  # admin API
    "descendant_of": _WORK,
    "ancestor_of": _WORK,
    "translation_of": _WORK,
    "parent_page_id": Action.READ,  # link choosers
}
# Wherever a page above the spaces is harmless: browsing starts there.
_MAY_BE_ABOVE = {"child_of", "descendant_of", "parent_page_id"}


def _parameters_allow(request: HttpRequest) -> bool:
    for data in (request.GET, request.POST):
        for name, action in _PARAMETERS.items():
            for value in data.getlist(name):
                if not value or (name in {"child_of", "descendant_of"} and value == "root"):
                    continue
                if name in _MAY_BE_ABOVE and _above_spaces(request, value):
                    continue
                if not _may(request, "page", value, action):
                    return False
    return True


ANYBODY: tuple[Check, ...] = ()  # who may use the admin at all
_EDIT_DOCUMENT = (_object("document", "document_id", Action.EDIT),)
_EDIT_DOC = (_object("document", "doc_id", Action.EDIT),)
_EDIT_IMAGE = (_object("image", "image_id", Action.EDIT),)

# Open to whoever is signed in: what the frame of the admin is made of, and the way out.
PUBLIC = frozenset(
    {"wagtailadmin_sprite", "wagtailadmin_javascript_catalog", "wagtailadmin_logout"}
)

DOORS: Mapping[str, tuple[Check, ...]] = {
    "wagtailadmin_home": ANYBODY,
    "wagtailadmin_account": ANYBODY,
    "wagtailadmin_dismissibles": ANYBODY,
    # pages: walking the tree
    "wagtailadmin_explore_root": ANYBODY,
    "wagtailadmin_explore": (_may_browse,),
    "wagtailadmin_explore_results": (_may_browse,),
    "wagtailadmin_pages:search": ANYBODY,
    "wagtailadmin_pages:search_results": ANYBODY,
    "wagtailadmin_pages:type_use": ANYBODY,
    "wagtailadmin_pages:type_use_results": ANYBODY,
    "wagtailadmin_api:pages:listing": ANYBODY,
    "wagtailadmin_api:pages:detail": _page("pk"),
    # pages: working on one
    "wagtailadmin_pages:add_subpage": _page("parent_page_id"),
    "wagtailadmin_pages:add": _page("parent_page_id"),
    "wagtailadmin_pages:preview_on_add": _page("parent_page_id"),
    "wagtailadmin_pages:edit": _whole_page("page_id"),
    "wagtailadmin_pages:preview_on_edit": _whole_page("page_id"),
    "wagtailadmin_pages:view_draft": _whole_page("page_id"),
    "wagtailadmin_pages:usage": _page("page_id"),
    "wagtailadmin_pages:delete": _page("page_id"),
    "wagtailadmin_pages:unpublish": _page("page_id"),
    "wagtailadmin_pages:convert_alias": _page("page_id"),
    "wagtailadmin_pages:move": _page("page_to_move_id"),
    "wagtailadmin_pages:move_confirm": _page("page_to_move_id") + _page("destination_id"),
    "wagtailadmin_pages:set_page_position": _page("page_to_move_id"),
    "wagtailadmin_pages:copy": _whole_page("page_id"),
    "wagtailadmin_pages:lock": _page("page_id"),
    "wagtailadmin_pages:unlock": _page("page_id"),
    "wagtailadmin_pages:history": _whole_page("page_id"),
    "wagtailadmin_pages:history_results": _whole_page("page_id"),
    "wagtailadmin_pages:revisions_index": _whole_page("page_id"),
    # Wagtail looks revisions up among those of the page.
    "wagtailadmin_pages:revisions_view": _whole_page("page_id"),
    "wagtailadmin_pages:revisions_revert": _whole_page("page_id"),
    "wagtailadmin_pages:revisions_unschedule": _page("page_id"),
    "wagtailadmin_pages:revisions_compare": _whole_page("pk"),
    "wagtail_bulk_action": (_every_chosen_object,),
    "wagtailadmin_editing_sessions:ping": (_edited_object,),
    "wagtailadmin_editing_sessions:release": ANYBODY,  # Wagtail finds only one's own sessions
    # choosing pages and links
    "wagtailadmin_choose_page": ANYBODY,
    "wagtailadmin_choose_page_child": (_may_choose_below,),
    "wagtailadmin_choose_page_search": ANYBODY,
    "wagtailadmin_choose_page_external_link": ANYBODY,
    "wagtailadmin_choose_page_email_link": ANYBODY,
    "wagtailadmin_choose_page_phone_link": ANYBODY,
    "wagtailadmin_choose_page_anchor_link": ANYBODY,
    # documents
    "wagtaildocs:index": ANYBODY,
    "wagtaildocs:index_results": ANYBODY,
    "wagtaildocs:add": ANYBODY,
    "wagtaildocs:add_multiple": ANYBODY,
    "wagtaildocs:create_multiple_from_uploaded_document": (_own_upload,),
    "wagtaildocs:delete_upload_multiple": (_own_upload,),
    "wagtaildocs:edit": _EDIT_DOCUMENT,
    "wagtaildocs:delete": _EDIT_DOCUMENT,
    "wagtaildocs:document_usage": _EDIT_DOCUMENT,
    "wagtaildocs:edit_multiple": _EDIT_DOC,
    "wagtaildocs:delete_multiple": _EDIT_DOC,
    "wagtaildocs_chooser:choose": ANYBODY,
    "wagtaildocs_chooser:choose_results": ANYBODY,
    "wagtaildocs_chooser:create": ANYBODY,
    "wagtaildocs_chooser:chosen": (_object("document", "pk", Action.READ),),
    "wagtaildocs_chooser:chosen_multiple": ANYBODY,
    # images
    "wagtailimages:index": ANYBODY,
    "wagtailimages:index_results": ANYBODY,
    "wagtailimages:add": ANYBODY,
    "wagtailimages:add_multiple": ANYBODY,
    "wagtailimages:create_multiple_from_uploaded_image": (_own_upload,),
    "wagtailimages:delete_upload_multiple": (_own_upload,),
    "wagtailimages:edit": _EDIT_IMAGE,
    "wagtailimages:delete": _EDIT_IMAGE,
    "wagtailimages:image_usage": _EDIT_IMAGE,
    "wagtailimages:edit_multiple": _EDIT_IMAGE,
    "wagtailimages:delete_multiple": _EDIT_IMAGE,
    "wagtailimages_chooser:choose": ANYBODY,
    "wagtailimages_chooser:choose_results": ANYBODY,
    "wagtailimages_chooser:create": ANYBODY,
    "wagtailimages_chooser:chosen": (_object("image", "pk", Action.READ),),
    "wagtailimages_chooser:chosen_multiple": ANYBODY,
    "wagtailimages_chooser:select_format": (_object("image", "image_id", Action.READ),),
    # reports
    "wagtailadmin_reports:site_history": ANYBODY,
    "wagtailadmin_reports:site_history_results": ANYBODY,
    "wagtailadmin_reports:aging_pages": ANYBODY,
    "wagtailadmin_reports:aging_pages_results": ANYBODY,
}
