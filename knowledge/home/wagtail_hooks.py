"""Wagtail's admin shows what its reader may see, and offers what makes sense here."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.rich_text.converters.contentstate import link_entity
from wagtail.admin.rich_text.converters.html_to_contentstate import ExternalLinkElementHandler
from wagtail.admin.views.home import LockedPagesPanel, RecentEditsPanel
from wagtail.documents.rich_text.contentstate import document_link_entity
from wagtail.log_actions import LogFormatter

from access.querysets import visible_pages
from access.rights import rights_of
from access.roles import Role
from access.tree import SPACE_ROOT_DEPTH
from knowledge.basepage.models import KnowledgePage
from knowledge.page_audit import record_reading
from knowledge.references import (
    VisibleDocumentLinkElementHandler,
    VisibleDocumentLinkHandler,
    VisiblePageLinkElementHandler,
    VisiblePageLinkHandler,
)

AFTER_WAGTAIL = 1000  # order of hooks that replace what Wagtail registered


@hooks.register("construct_page_chooser_queryset")
def only_visible_pages(pages: Any, request: HttpRequest) -> Any:
    """Offer published pages that the user may see, all pages of her spaces, and what lies above them."""
    spaces = rights_of(request.user).spaces_with(Role.PUBLISHER)
    above = Q(depth__lt=SPACE_ROOT_DEPTH)
    offered = KnowledgePage.objects.filter(
        visible_pages(request.user) | Q(space__in=spaces) | above
    )
    # By primary key: Wagtail's search refuses to filter by columns that it doesn't index.
    return pages.filter(pk__in=offered.order_by().values("pk"))


@hooks.register("before_edit_page")
def record_reading_in_the_editor(request: HttpRequest, page: Any) -> None:
    """Note that a confidential page is read: the editor shows all of it."""
    record_reading(page, request)


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


# Panels that list pages by what the user once did, whether or not she may still see them.
_PANELS_BY_DEED = (RecentEditsPanel, LockedPagesPanel)


@hooks.register("construct_homepage_panels", order=AFTER_WAGTAIL)
def no_pages_of_the_past(request: HttpRequest, panels: list[Any]) -> None:
    """Leave out lists of pages that Wagtail fills without asking for rights."""
    panels[:] = [panel for panel in panels if not isinstance(panel, _PANELS_BY_DEED)]


@hooks.register("construct_homepage_summary_items", order=AFTER_WAGTAIL)
def no_counts_of_everything(request: HttpRequest, items: list[Any]) -> None:
    """Leave out counts: Wagtail counts every page below the lowest page that is common to the user's spaces."""
    items.clear()


_CLOSED_REPORTS = {"locked-pages", "page-types-usage", "workflows", "workflow-tasks"}


@hooks.register("construct_reports_menu", order=AFTER_WAGTAIL)
def only_open_reports(request: HttpRequest, items: list[Any]) -> None:
    """Leave out the reports that are closed (`stadtwissen.admin_doors`)."""
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
