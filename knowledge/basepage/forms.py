"""The form of every page in the admin: whoever edits a page may handle it more strictly, not more mildly."""

from __future__ import annotations

from typing import Any

from wagtail.admin.forms import WagtailAdminPageForm

from access.handling import Mark, check_mark


class KnowledgePageForm(WagtailAdminPageForm):
    """Asks `access.handling` before a milder mark is taken."""

    def clean_classification(self) -> Any:
        """Refuse a milder mark from anybody but a steward.

        Measured against the published page and the latest draft, whichever is milder: a steward may have lowered the
        draft, and what was never published bound nobody.
        """
        chosen = self.cleaned_data["classification"]
        page: Any = self.instance
        before: Mark | None = None
        if page.pk is not None:
            stored = type(page).objects.filter(pk=page.pk).values_list("classification", flat=True)
            known = [*stored, self.initial.get("classification", "")]
            before = min((Mark(one) for one in known if one), key=lambda mark: mark.strictness)
        check_mark(self.for_user, page if before else self.parent_page, Mark(chosen), before=before)
        return chosen
