"""The start page and the home pages of spaces."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from accounts.models import User
from audit.context import acting_as
from knowledge.basepage.models import KnowledgePage
from knowledge.basepage.permissions import SpaceHomePermissionTester

# The kinds of page that list other pages; they lie directly below the home page of a space.
INDEX_PAGES = [
    "measures.MeasureIndexPage",
    "groups.MinutesIndexPage",
    "contacts.ContactIndexPage",
    "practices.PracticeIndexPage",
    "events.EventIndexPage",
    "council.PaperIndexPage",
    "articles.ArticleIndexPage",
]


class StartPage(KnowledgePage):
    """What everybody sees first after signing in; the parent of all spaces."""

    max_count = 1
    parent_page_types: ClassVar = ["basepage.KnowledgePage"]
    subpage_types: ClassVar = ["home.SpacePage", "groups.GroupPage"]

    class Meta:
        verbose_name = _("start page")
        verbose_name_plural = _("start pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add what is new and where to go on, all of it what the reader may see."""
        from knowledge.home.selectors import start_page_overview
        from search.saved_selectors import start_page_searches

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["overview"] = start_page_overview(request.user)
        # Seen with another person's eyes, her own searches are not among what is shown.
        if isinstance(request.user, User) and acting_as(request) is None:
            context["saved_searches"] = start_page_searches(request.user)
        return context


class SpaceHomeMixin(models.Model):
    """What the home page of a space shows: an introduction, its index pages, what changed last."""

    introduction = models.TextField(_("introduction"), blank=True)

    class Meta:
        abstract = True

    def permissions_for_user(self, user: Any) -> SpaceHomePermissionTester:
        """Return what the admin offers `user` to do with this page."""
        return SpaceHomePermissionTester(user, self)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the index pages and the latest changes of the space."""
        from knowledge.home.selectors import index_pages_of, latest_changes

        page: Any = super()  # the mixin stands before KnowledgePage
        context: dict[str, Any] = page.get_context(request, *args, **kwargs)
        context["index_pages"] = index_pages_of(self, request.user)
        context["latest_changes"] = latest_changes(request.user, space_id=context["page"].space_id)
        return context


class SpacePage(SpaceHomeMixin, KnowledgePage):
    """The home page of a space."""

    parent_page_types: ClassVar = ["home.StartPage"]
    subpage_types: ClassVar = INDEX_PAGES
    content_panels: ClassVar = [*KnowledgePage.content_panels, FieldPanel("introduction")]

    class Meta:
        verbose_name = _("home page of a space")
        verbose_name_plural = _("home pages of spaces")
