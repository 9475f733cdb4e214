"""Pages that list others of one kind; what they list, and how, is said by the kind."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from access.rights import Person, can
from access.roles import Action
from knowledge.pages.editors import front_new_url, is_made_on_front
from knowledge.pages.kinds import kind_listed_by, listing_of


def _workshop(page: Any, user: Person) -> dict[str, Any]:
    """Return where `user` makes a new entry, and edits the entries, which is what one means by editing a list."""
    kind = kind_listed_by(type(page))
    publishes = can(user, Action.USE_ADMIN) and can(user, Action.PUBLISH, page)
    ways: dict[str, Any] = {
        "edit_url": reverse("wagtailadmin_explore", args=[page.pk]) if publishes else ""
    }
    if kind is not None:
        options = kind.model._meta
        ways["new_label"] = kind.new_label
        ways["new_url"] = front_new_url(kind.model, kind.name, page, user)
        if publishes and not is_made_on_front(kind.model):
            ways["new_url"] = reverse(
                "wagtailadmin_pages:add", args=[options.app_label, options.model_name, page.pk]
            )
    return ways


class IndexPageMixin:
    """For page types that list others."""

    def get_template(self, request: HttpRequest, *args: Any, **kwargs: Any) -> str:
        """Return the template of all lists; htmx gets the list alone."""
        if request.headers.get("HX-Request") == "true":
            return "listing/results.html"
        return "listing/index_page.html"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the list, and the lists below this one where such a page may hold others like it."""
        page: Any = super()  # the mixin stands before KnowledgePage
        context: dict[str, Any] = page.get_context(request, *args, **kwargs)
        model: Any = type(self)
        context["listing"] = listing_of(model)(context["page"], request)
        if context["page"].pk is not None:  # a preview may be of a list that isn't saved yet
            context.update(_workshop(context["page"], request.user))
        if model in model.clean_subpage_models():
            folders = model.objects.child_of(self).visible_to(request.user)
            context["folders"] = list(folders.order_by("title"))
        return context

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Show the page; caches must tell htmx's request from a browser's."""
        page: Any = super()
        response = page.serve(request, *args, **kwargs)
        response["Vary"] = "HX-Request"
        return response
