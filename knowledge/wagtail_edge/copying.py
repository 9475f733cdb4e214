"""Copying in Wagtail's admin: its form and page, our rules."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.forms.pages import CopyForm
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.views.pages.copy import CopyView

from accounts.signed_in import signed_in
from knowledge.basepage.models import alias_stays
from knowledge.writing.copying import copy_page, make_alias, why_no_copy


class KnowledgeCopyForm(CopyForm):
    """Says beside the field what nobody may copy."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "alias" in self.fields:
            self.fields["alias"].help_text = _(
                "It shows from now on whatever is published in the page, and lies in the same space."
            )

    def clean(self) -> Any:
        """Refuse confidential pages in other spaces, and aliases there."""
        cleaned = super().clean()
        target = cleaned.get("new_parent_page")
        if target is None:
            return cleaned
        if cleaned.get("alias") and target.space_id != self.page.space_id:
            self.add_error("alias", alias_stays(self.page))
        elif problem := why_no_copy(
            self.page, target, with_subpages=bool(cleaned.get("copy_subpages"))
        ):
            self.add_error("new_parent_page", problem)
        return cleaned


class KnowledgeCopyView(CopyView):
    """Wagtail's view with `knowledge.writing.copying` behind it."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show or take the form; Wagtail's own view was asked for rights before it called our hook."""
        self.page = kwargs["page"]
        self.parent_page = self.page.get_parent()
        self.next_url = get_valid_next_url_from_request(request)
        # Past Wagtail's own dispatch: it would call the hook again that leads here.
        return super(CopyView, self).dispatch(request, self.page.pk)

    def get_form_class(self) -> type[CopyForm]:
        """Return our form."""
        return KnowledgeCopyForm

    def form_valid(self, form: Any) -> HttpResponse:
        """Copy, say so, and show where the copy lies."""
        chosen, actor = form.cleaned_data, signed_in(self.request)
        below = bool(chosen.get("copy_subpages"))
        place = {"to": chosen["new_parent_page"], "actor": actor, "slug": chosen["new_slug"]}
        if chosen.get("alias"):
            made = make_alias(self.page, with_subpages=below, **place)
        else:
            made = copy_page(
                self.page,
                title=chosen["new_title"],
                with_subpages=below,
                is_live=bool(chosen.get("publish_copies")),
                **place,
            )
        edit = messages.button(reverse("wagtailadmin_pages:edit", args=[made.pk]), _("Edit"))
        said = _("“%(page)s” was copied.") % {"page": self.page.get_admin_display_title()}
        messages.success(self.request, said, buttons=[edit])
        if self.next_url:
            return redirect(self.next_url)
        return redirect("wagtailadmin_explore", chosen["new_parent_page"].pk)
