"""One page as a file to read and as a file for other programs, with the files that it attaches or shows.

Any kind of page will do: its fields are written in their order, under their labels. Texts are rendered for whoever
reads the export, so that links and pictures that they may not see are left out as on the page itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.html import linebreaks
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.fields import RichTextField, StreamField
from wagtail.models import ReferenceIndex
from wagtail.rich_text import RichText

from access.audience import hidden_from
from access.handling import Classification, classification_of
from access.reader import reading_as
from access.rights import can
from access.roles import Action
from accounts.models import Organisation, User
from knowledge.basepage.models import KnowledgePage
from knowledge.files.models import KnowledgeDocument, KnowledgeImage
from web.days import day_in_words


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file with its place in the archive."""

    title: str
    archive_name: str
    stored: Any

    @property
    def link_from_page(self) -> str:
        """Return the address as the HTML file of a page writes it."""
        return f"../{self.archive_name}"


@dataclass(frozen=True, slots=True)
class ExportedField:
    """One field of a page, in words or as HTML that was rendered for the reader."""

    label: str
    html: Any


def page_as_json(page: Any, reader: User | None) -> str:
    """Return everything that the page stores; other pages and files stand in it by number.

    Passages that are narrowed to organisations are left out where `reader` doesn't see them, for nobody all of them.
    """
    data = page.serializable_data()
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            data[field.name] = _seen_blocks(data[field.name], reader)
    return json.dumps(data, ensure_ascii=False, indent=2, cls=DjangoJSONEncoder)


def _seen_blocks(stored: str, reader: User | None) -> str:
    blocks = json.loads(stored)
    keys = [UUID(block["id"]) for block in blocks if block.get("id")]
    hidden = {str(key) for key in hidden_from(reader or AnonymousUser(), keys)}
    return json.dumps([one for one in blocks if one.get("id") not in hidden], ensure_ascii=False)


def page_as_html(page: Any, files: Sequence[ExportedFile], reader: User | None) -> str:
    """Return a file that can be read without the platform."""
    with reading_as(reader) if reader is not None else nullcontext():
        fields = list(_fields(page))
    context = {"page": page, "kind": page.get_verbose_name(), "fields": fields, "files": files}
    return render_to_string("partners/export_page.html", context)


def index_of(
    organisation: Organisation,
    pages: Sequence[dict[str, Any]],
    files: Sequence[str],
    confidential: Sequence[int],
) -> str:
    """Return the list of what the archive holds, and what it doesn't."""
    context = {
        "organisation": organisation,
        "pages": pages,
        "files": files,
        "confidential": confidential,
    }
    return render_to_string("partners/export_index.html", context)


def files_of(page: Any, reader: User | None) -> Iterator[ExportedFile]:
    """Yield the documents and images that the page attaches or shows, from its own space and visible to `reader`."""
    for model in (KnowledgeDocument, KnowledgeImage):
        content_type = ContentType.objects.get_for_model(model)
        numbers = ReferenceIndex.get_references_for_object(page).filter(
            to_content_type=content_type
        )
        wanted = {int(number) for number in numbers.values_list("to_object_id", flat=True)}
        files: Any = model
        for file in files.objects.filter(pk__in=wanted, space=page.space_id).order_by("pk"):
            if reader is None or can(reader, Action.READ, file):
                one = exported(file)
                if one is not None:
                    yield one


def exported(file: Any) -> ExportedFile | None:
    """Return a document or image for the archive; None if a confidential page uses it, or it is gone from the disk."""
    if classification_of(file) is Classification.CONFIDENTIAL or not file.file.storage.exists(
        file.file.name
    ):
        return None
    folder = "bilder" if isinstance(file, KnowledgeImage) else "dateien"
    name = f"{folder}/{file.pk}-{PurePosixPath(file.file.name).name}"
    return ExportedFile(file.title, name, file.file)


def _fields(page: Any) -> Iterator[ExportedField]:
    # What Wagtail and we keep beside a page's own fields; the first lines name what matters of it.
    beside = {field.name for field in KnowledgePage._meta.get_fields()}
    yield ExportedField(_("Responsible for this page"), str(page.owning_organisation or "–"))
    yield ExportedField(_("Handling"), page.get_classification_display())
    if page.last_published_at is not None:
        yield ExportedField(_("Last changed"), day_in_words(page.last_published_at))
    for field in page._meta.get_fields():
        if field.name in beside or field.name.endswith("_ptr"):
            continue
        shown = _shown(page, field)
        if shown:
            yield ExportedField(capfirst(_label(field)), shown)


def _label(field: Any) -> str:
    if field.one_to_many:
        return str(field.related_model._meta.verbose_name_plural)
    return str(getattr(field, "verbose_name", field.name))


def _shown(page: Any, field: Any) -> Any:
    """Return a field's value as HTML or text; other pages are left out, the JSON file has their numbers."""
    if field.auto_created or (field.is_relation and issubclass(field.related_model, KnowledgePage)):
        return _rows_shown(page, field) if field.one_to_many else ""
    value = getattr(page, field.name)
    match field:
        case StreamField():
            return str(value) if value else ""
        case RichTextField():
            return str(RichText(value)) if value else ""
        case models.TextField():
            return linebreaks(value, autoescape=True) if value else ""
        case models.ManyToManyField():
            return ", ".join(str(one) for one in value.all())
    if field.choices:
        return str(getattr(page, f"get_{field.name}_display")())
    if hasattr(value, "strftime"):
        return date_format(value, "j. F Y")
    return "" if value is None else str(value)


def _rows_shown(page: Any, field: Any) -> str:
    """Return the rows that belong to the page itself, such as participants of a meeting, one a line."""
    if field.related_model._meta.app_label != page._meta.app_label:
        return ""
    rows = getattr(page, field.get_accessor_name()).all()
    names_pages = any(
        one.is_relation and one.many_to_one and issubclass(one.related_model, KnowledgePage)
        for one in field.related_model._meta.get_fields()
        if one.name != field.field.name
    )
    return "" if names_pages else "; ".join(str(row) for row in rows)
