"""The spreadsheets of the admin's reports: nothing confidential leaves as a file, and no cell is a formula."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from wagtail.admin.views.mixins import SpreadsheetExportMixin
from wagtail.models import ModelLogEntry, PageLogEntry

from access.handling import Classification, is_confidential
from audit.export import safe_cell
from knowledge.basepage.models import KnowledgePage
from knowledge.files.models import KnowledgeDocument, KnowledgeImage
from knowledge.wagtail_edge.patching import replace

_FILES: dict[type, Any] = {KnowledgeDocument: KnowledgeDocument, KnowledgeImage: KnowledgeImage}


class _Rows(list[Any]):
    """Rows that know their model, of which Wagtail makes the headings."""

    def __init__(self, rows: Iterable[Any], model: Any) -> None:
        super().__init__(rows)
        if model is not None:
            self.model = model


def exportable_rows(rows: Iterable[Any]) -> list[Any]:
    """Return the rows of a report that may leave as a file: those whose page or file is there and not confidential."""
    listed = list(rows)
    pages = [row.page_id for row in listed if isinstance(row, PageLogEntry)]
    free = KnowledgePage.objects.filter(pk__in=pages).exclude(
        classification=Classification.CONFIDENTIAL
    )
    free_pages = set(free.values_list("pk", flat=True))

    def is_free(row: Any) -> bool:
        if isinstance(row, KnowledgePage):
            return not is_confidential(row)
        if isinstance(row, PageLogEntry):
            return row.page_id in free_pages
        if isinstance(row, ModelLogEntry) and row.content_type.model_class() in _FILES:
            return _is_free_file(row)
        return True

    return _Rows(filter(is_free, listed), getattr(rows, "model", None))


def _is_free_file(entry: ModelLogEntry) -> bool:
    files = _FILES[entry.content_type.model_class()].objects.filter(pk=entry.object_id)
    return files.exists() and not files.confidential().exists()


def _without_confidential(original: Callable[..., Any]) -> Callable[..., Any]:
    return lambda self, rows, kind: original(self, exportable_rows(rows), kind)


def _without_formulas(original: Callable[..., Any]) -> Callable[..., Any]:
    def processed(self: Any, field: str, value: Any, kind: str) -> Any:
        cell = original(self, field, value, kind)
        return safe_cell(cell) if isinstance(cell, str) else cell

    return processed


def connect() -> None:
    """Have every table of the admin made like this; called once, when the apps are ready."""
    replace(SpreadsheetExportMixin, "as_spreadsheet", _without_confidential)
    replace(SpreadsheetExportMixin, "preprocess_field_value", _without_formulas)
