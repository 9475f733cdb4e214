"""The start page and the home pages of spaces."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField

from access.rights import can
from access.roles import Action
from knowledge.basepage.models import KnowledgePage
from knowledge.basepage.permissions import SpaceHomePermissionTester
from knowledge.pages.blocks import RICH_TEXT_FEATURES
from knowledge.pages.index_pages import IndexPageMixin


class StartPage(KnowledgePage):
    """What everybody sees first after signing in; the parent of all spaces."""

    max_count = 1
    parent_page_types: ClassVar = ["basepage.KnowledgePage"]
    subpage_types: ClassVar = ["home.SpacePage", "groups.GroupPage"]

    class Meta:
        verbose_name = _("start page")
        verbose_name_plural = _("start pages")


class SpaceHomeMixin(models.Model):
    """The home page of a space: index pages say themselves that they may lie below it.

    The sentence at its head is the space's description; the introduction is what people write below it.
    """

    introduction = RichTextField(_("introduction"), blank=True, features=RICH_TEXT_FEATURES)

    class Meta:
        abstract = True

    def permissions_for_user(self, user: Any) -> SpaceHomePermissionTester:
        """Return what the admin offers `user` to do with this page."""
        return SpaceHomePermissionTester(user, self)


class SpacePage(SpaceHomeMixin, KnowledgePage):
    """The home page of a space; where there is one list only and no introduction, that is what readers see."""

    parent_page_types: ClassVar = ["home.StartPage"]
    content_panels: ClassVar = [*KnowledgePage.content_panels, FieldPanel("introduction")]

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the page, or lead to the only list that the reader may see below it.

        Whoever may write the introduction gets to the page.
        """
        if self.introduction or can(request.user, Action.EDIT, self):
            shown: HttpResponse = super().serve(request, *args, **kwargs)
            return shown
        below = KnowledgePage.objects.child_of(self).visible_to(request.user)[:2]
        if len(below) == 1 and issubclass(below[0].specific_class, IndexPageMixin):
            return redirect(below[0].url)
        response: HttpResponse = super().serve(request, *args, **kwargs)
        return response

    class Meta:
        verbose_name = _("home page of a space")
        verbose_name_plural = _("home pages of spaces")
