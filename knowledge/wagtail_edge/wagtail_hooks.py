"""Wagtail's admin shows what its reader may see, and offers what makes sense here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.rich_text.converters.contentstate import link_entity
from wagtail.admin.rich_text.converters.html_to_contentstate import ExternalLinkElementHandler
from wagtail.admin.views.home import LockedPagesPanel, RecentEditsPanel
from wagtail.documents.rich_text.contentstate import document_link_entity
from wagtail.log_actions import LogFormatter

from access.querysets import visible_pages
from access.rights import spaces_where
from access.roles import Action
from access.tree import SPACE_ROOT_DEPTH
from knowledge.basepage.models import KnowledgePage
from knowledge.pages.markdown_text import sentences_about_left_out
from knowledge.pages.references import VisibleDocumentLinkHandler, VisiblePageLinkHandler
from knowledge.wagtail_edge.copying import KnowledgeCopyView
from knowledge.wagtail_edge.dashboard import WorkplacesPanel
from knowledge.wagtail_edge.deleting import delete_into_bin, delete_many_into_bin
from knowledge.wagtail_edge.references import (
    VisibleDocumentLinkElementHandler,
    VisiblePageLinkElementHandler,
)
from knowledge.writing.moving import ask_before_moving

AFTER_WAGTAIL = 1000  # order of hooks that replace what Wagtail registered

hooks.register("before_delete_page", delete_into_bin)
hooks.register("before_bulk_action", delete_many_into_bin)


@hooks.register("construct_page_chooser_queryset")
def only_visible_pages(pages: Any, request: HttpRequest) -> Any:
    """Offer published pages that the user may see, all pages of their spaces, and what lies above these."""
    spaces = spaces_where(request.user, Action.PUBLISH)
    above = Q(depth__lt=SPACE_ROOT_DEPTH)
    offered = KnowledgePage.objects.filter(
        visible_pages(request.user) | Q(space__in=spaces) | above
    )
    # By primary key: Wagtail's search refuses to filter by columns that it doesn't index.
    return pages.filter(pk__in=offered.order_by().values("pk"))


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def say_what_markdown_does_not_show(request: HttpRequest, page: Any) -> None:
    """Tell the writer what was left out of the text; not at each autosave."""
    if request.accepts("text/html"):
        for sentence in sentences_about_left_out(page):
            messages.warning(request, sentence)


@hooks.register("register_rich_text_features", order=AFTER_WAGTAIL)
def resolve_only_visible_links(features: Any) -> None:
    """Ask for the reader's right wherever a link in a text is resolved, on the site and in the editor."""
    features.register_link_type(VisiblePageLinkHandler)
    features.register_link_type(VisibleDocumentLinkHandler)
    features.register_converter_rule(
        "contentstate",
        "link",
        {
            "from_database_format": {
                "a[href]": ExternalLinkElementHandler("LINK"),
                'a[linktype="page"]': VisiblePageLinkElementHandler("LINK"),
            },
            "to_database_format": {"entity_decorators": {"LINK": link_entity}},
        },
    )
    features.register_converter_rule(
        "contentstate",
        "document-link",
        {
            "from_database_format": {
                'a[linktype="document"]': VisibleDocumentLinkElementHandler("DOCUMENT"),
            },
            "to_database_format": {"entity_decorators": {"DOCUMENT": document_link_entity}},
        },
    )


# Panels that list pages by what the user once did, whether or not they may still see them.
_PANELS_BY_DEED = (RecentEditsPanel, LockedPagesPanel)


@hooks.register("construct_homepage_panels", order=AFTER_WAGTAIL)
def no_pages_of_the_past(request: HttpRequest, panels: list[Any]) -> None:
    """Leave out lists of pages that Wagtail fills without asking for rights."""
    panels[:] = [panel for panel in panels if not isinstance(panel, _PANELS_BY_DEED)]


@hooks.register("construct_homepage_summary_items", order=AFTER_WAGTAIL)
def no_counts_of_everything(request: HttpRequest, items: list[Any]) -> None:
    """Leave out counts: Wagtail counts every page below the lowest page that is common to the user's spaces."""
    items.clear()


@hooks.register("construct_homepage_panels", order=AFTER_WAGTAIL + 1)
def no_empty_dashboard(request: HttpRequest, panels: list[Any]) -> None:
    """Begin with the places in which the reader publishes."""
    panels.insert(0, WorkplacesPanel())


@hooks.register("insert_global_admin_css")
def our_colours() -> str:
    """Give the admin the colours and the type of the site."""
    return format_html('<link rel="stylesheet" href="{}">', static("css/admin.css"))


@hooks.register("register_admin_menu_item")
def way_back() -> MenuItem:
    """Lead back to the site."""
    return MenuItem(_("Back to the site"), "/", name="site", icon_name="home", order=1)


@hooks.register("construct_main_menu", order=AFTER_WAGTAIL)
def no_help_of_wagtail(request: HttpRequest, items: list[Any]) -> None:
    """Leave out links to Wagtail's own sites, which speak of what is closed here."""
    items[:] = [item for item in items if item.name != "help"]


_CLOSED_REPORTS = {"locked-pages", "page-types-usage", "workflows", "workflow-tasks"}


@hooks.register("construct_reports_menu", order=AFTER_WAGTAIL)
def only_open_reports(request: HttpRequest, items: list[Any]) -> None:
    """Leave out the reports that are closed (`knowledge.wagtail_edge.doors`)."""
    items[:] = [item for item in items if item.name not in _CLOSED_REPORTS]


class _NamelessFormatter(LogFormatter):
    """Says what happened to a page without naming another one, which the reader may not see."""

    def format_message(self, log_entry: Any) -> Any:
        """Return the label; Wagtail would add the title of the source, the old or the new parent."""
        return self.label


@hooks.register("register_log_actions", order=AFTER_WAGTAIL)
def name_no_other_page(actions: Any) -> None:
    """Replace log messages in which Wagtail names pages beside the one that the entry is about."""
    for action, label in {
        "wagtail.move": _("Moved"),
        "wagtail.copy": _("Copied"),
        "wagtail.create_alias": _("Created an alias"),
        "wagtail.copy_for_translation": _("Copied for translation"),
        "wagtail.reorder": _("Reordered"),
    }.items():
        formatter = type("Formatter", (_NamelessFormatter,), {"label": label})
        actions.register_action(action)(formatter)


@hooks.register("before_move_page")
def ask_before_a_page_moves(
    request: HttpRequest, page: Any, destination: Any
) -> HttpResponse | None:
    """Show the consequence of moving one page; Wagtail's own question is enough where nobody reads more."""
    return ask_before_moving(request, [page], destination)


@hooks.register("before_bulk_action")
def ask_before_pages_move(
    request: HttpRequest, action_type: str, objects: Sequence[Any], action: Any
) -> HttpResponse | None:
    """Show the consequence of moving several pages at once."""
    if action_type != "move":
        return None
    return ask_before_moving(request, objects, action.cleaned_form.cleaned_data["chooser"])


@hooks.register("before_copy_page")
def copy_by_our_rules(request: HttpRequest, page: Any) -> HttpResponse:
    """Take the place of Wagtail's copying."""
    return KnowledgeCopyView.as_view()(request, page=page.specific)
