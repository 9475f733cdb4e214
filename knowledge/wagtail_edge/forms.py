"""The form of every page in the admin: whoever edits a page may handle it more strictly, not more mildly."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from wagtail.admin.forms import WagtailAdminPageForm

from access.handling import Classification, check_classification, classification_of_new
from knowledge.writing.services import mildest_mark


class KnowledgePageForm(WagtailAdminPageForm):
    """Asks `access.handling` before a milder mark is taken, and passes over rows in which nothing was entered."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None and self.parent_page is not None:
            # Kinds without the field have none to begin with.
            self.initial["classification"] = classification_of_new(self.parent_page.space)
        for formset in self.formsets.values():
            for row in formset.forms[formset.initial_form_count() :]:
                # The browser numbers every row. That alone made an empty one count, and stopped the autosave of all.
                if row.is_bound and row.changed_data == ["ORDER"]:
                    row.data = row.data.copy()
                    row.data[row.add_prefix("DELETE")] = "on"

    def clean_classification(self) -> Any:
        """Refuse a milder mark from anybody but a steward, measured as `knowledge.writing` does.

        A draft may be sent without required fields; without a mark it keeps the one it had.
        """
        chosen = self.cleaned_data["classification"] or self.initial["classification"]
        page: Any = self.instance
        before = mildest_mark(page) if page.pk is not None else None
        check_classification(
            self.for_user,
            page if before else self.parent_page,
            Classification(chosen),
            before=before,
        )
        return chosen


def check_forms(models: Iterable[Any]) -> None:
    """Refuse to start with a type of page whose own form doesn't ask about the handling.

    Raises:
        ImproperlyConfigured: If one has such a form.
    """
    for model in models:
        if not issubclass(model.base_form_class, KnowledgePageForm):
            raise ImproperlyConfigured(
                f"{model.__name__}.base_form_class must extend KnowledgePageForm (knowledge.wagtail_edge.forms): "
                "else whoever edits such a page may handle it more mildly."
            )
