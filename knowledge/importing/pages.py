"""Writes imported documents into the tree: folders as lists, documents as articles."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.models import get_root_collection_id

from access.handling import classification_of_new
from access.models import Space
from accounts.models import User
from knowledge.basepage.models import KnowledgePage
from knowledge.files.models import KnowledgeDocument, PageAttachment
from knowledge.importing.bodies import Body, make_body
from knowledge.importing.extraction.charsets import clean
from knowledge.importing.models import ImportedPage
from knowledge.importing.sources import SourceDocument, name_as_title
from knowledge.importing.texts import keep_extraction, recognise_later
from knowledge.pages.kinds import kind_of_documents
from knowledge.writing.services import (
    create_page,
    create_published_page,
    draft_of,
    publish,
    save_draft,
)

MAX_DEPTH = 60  # treebeard's path has room for 63 levels
MAX_SLUG_CHARS = 80
MAX_SOURCE_PATH_CHARS = 700
_WITH_PAGES = frozenset({"pdf", "pptx", "odp", "xlsx", "ods"})
_IN_SLUGS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", ".": "-", "/": "-", ":": "-", "–": "-"}
)


_writing: ContextVar[bool] = ContextVar("importing_writes", default=False)


@contextmanager
def writing() -> Iterator[None]:
    """Mark what happens in the block as the import's own doing."""
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)


def is_writing() -> bool:
    """Tell whether the import itself is writing."""
    return _writing.get()


class CannotImport(Exception):
    """One document cannot become a page; the message says why, for people."""


@dataclass(frozen=True, slots=True)
class WrittenPage:
    """What happened to one page."""

    page_id: int
    is_new: bool
    is_draft: bool
    open_links: frozenset[str]


class PageWriter:
    """Writes the pages of one import and remembers what it has made."""

    def __init__(
        self,
        *,
        space: Space,
        root: KnowledgePage,
        collection: str,
        sources: set[str],
        actor: User | None,
    ) -> None:
        """Look up what earlier runs have made.

        Args:
            space: Where the pages belong.
            root: The list of articles below which everything goes.
            collection: Name of the import; the same name finds the pages again.
            sources: All paths of this run.
            actor: Author of the revisions; None for the installation itself.
        """
        self._space = space
        self._collection = collection
        self._actor = actor
        self._sources = sources
        self._folders: dict[tuple[str, ...], KnowledgePage] = {(): root}
        self._slugs: dict[int, set[str]] = {}
        self._titles: dict[int, set[str]] = {}
        self._undo: list[Callable[[], object]] = []  # of one document, if its transaction fails
        self._known = {
            imported.source_path: imported
            for imported in ImportedPage.objects.filter(space=space, collection=collection)
        }

    def known(self, source_path: str) -> ImportedPage | None:
        """Return what an earlier run, or this one, made of a path."""
        return self._known.get(source_path)

    def page_id_of(self, source_path: str) -> int | None:
        """Return the page made of a path, or None."""
        imported = self._known.get(source_path)
        return imported.page_id if imported else None

    def write(self, document: SourceDocument) -> WrittenPage:
        """Make or change the page of one document, in one transaction.

        A page that people have changed since, or taken offline, keeps what is published: the new text waits as a draft.

        Raises:
            CannotImport: If there is no place for it.
        """
        self._undo.clear()
        try:
            with transaction.atomic(), writing():
                return self._write(document)
        except BaseException:
            for undo in reversed(self._undo):
                undo()
            raise

    def _write(self, document: SourceDocument) -> WrittenPage:
        if len(document.source_path) > MAX_SOURCE_PATH_CHARS:
            raise CannotImport(
                _("The path is longer than %(count)d characters.")
                % {"count": MAX_SOURCE_PATH_CHARS}
            )
        body = make_body(
            document.blocks,
            source_path=document.source_path,
            page_of=self.page_id_of,
            sources=self._sources,
        )
        document = replace(document, is_on_page=_fits(document, body))
        imported = self._known.get(document.source_path)
        if imported is None:
            return self._create(document, body)
        return self._change(imported, document, body)

    def close_links(self, source_path: str) -> None:
        """Note that the links of a page lead wherever they can."""
        imported = self._known[source_path]
        imported.has_open_links = False
        imported.save(update_fields=["has_open_links"])

    def _create(self, document: SourceDocument, body: Body) -> WrittenPage:
        parent = self._folder(document.folders, titles=document.folder_titles)
        title = self._own_title(parent, document)
        page = kind_of_documents().model(
            title=title,
            slug=self._free_slug(parent, title),
            body=json.dumps(body.blocks),
            **_dated(document),
        )
        if document.file is not None:
            page.attachments = [PageAttachment(document=self._attach(document))]
        # A page whose links lead to pages still to come is published when they are there.
        revision_id = self._add(parent, page, is_live=not body.open_links)
        imported = ImportedPage.objects.create(
            page_id=page.pk,
            space=self._space,
            collection=self._collection,
            source_path=document.source_path,
            content_hash=document.content_hash,
            revision_id=revision_id,
            has_open_links=bool(body.open_links),
        )
        self._remember(imported)
        return WrittenPage(page.pk, True, False, frozenset(body.open_links))

    def _add(self, parent: KnowledgePage, page: KnowledgePage, *, is_live: bool) -> int:
        """Put a new page into the tree, published or not; return its revision."""
        page.classification = classification_of_new(self._space)
        create = create_published_page if is_live else create_page
        return int(create(page, below=parent, actor=self._actor).latest_revision_id)

    def _change(self, imported: ImportedPage, document: SourceDocument, body: Body) -> WrittenPage:
        page = kind_of_documents().model.objects.get(pk=imported.page_id)
        is_offline = page.first_published_at is not None and not page.live
        was_edited = page.latest_revision_id != imported.revision_id or is_offline
        if was_edited:
            page = draft_of(page)
        if page.title != _with_name(document):
            page.title = document.title
        page.body = json.dumps(body.blocks)
        if page.dated_by != "person":  # a day that somebody entered stays
            for field, value in _dated(document).items():
                setattr(page, field, value)
        if document.file is not None:
            self._renew_attachment(page, document, keep_published=was_edited)
        if was_edited:
            save_draft(page, actor=self._actor, stamp=None)
        else:
            imported.revision_id = publish(page, actor=self._actor, stamp=None).live_revision_id
        imported.content_hash = document.content_hash
        imported.has_open_links = bool(body.open_links)
        imported.save()
        return WrittenPage(page.pk, False, was_edited, frozenset(body.open_links))

    def _folder(self, names: tuple[str, ...], *, titles: tuple[str, ...]) -> KnowledgePage:
        """Return the list for a folder, making it and those above it where they are missing."""
        if names in self._folders:
            return self._folders[names]
        parent = self._folder(names[:-1], titles=titles[: len(names) - 1])
        source_path = "/".join(names) + "/"
        imported = self._known.get(source_path)
        if imported is None:
            title = (
                titles[len(names) - 1] if len(titles) >= len(names) else name_as_title(names[-1])
            )
            page = self.create_list(parent, title=title, source_path=source_path)
        else:
            page = KnowledgePage.objects.get(pk=imported.page_id)
        self._folders[names] = page
        self._undo.append(lambda: self._folders.pop(names, None))
        return page

    def create_list(self, parent: KnowledgePage, *, title: str, source_path: str) -> KnowledgePage:
        """Make the list of articles that a folder becomes.

        Raises:
            CannotImport: If the tree is too deep for it.
        """
        if parent.depth + 1 >= MAX_DEPTH:
            raise CannotImport(_("The folders are nested too deeply."))
        page: KnowledgePage = kind_of_documents().index(
            title=title, slug=self._free_slug(parent, title)
        )
        revision_id = self._add(parent, page, is_live=True)
        self._remember(
            ImportedPage.objects.create(
                page_id=page.pk,
                space=self._space,
                collection=self._collection,
                source_path=source_path,
                revision_id=revision_id,
            )
        )
        return page

    def _remember(self, imported: ImportedPage) -> None:
        self._known[imported.source_path] = imported
        self._undo.append(lambda: self._known.pop(imported.source_path, None))

    def _own_title(self, parent: KnowledgePage, document: SourceDocument) -> str:
        """Return the title, with the file's name where a page beside it has the same one."""
        if parent.pk not in self._titles:
            self._titles[parent.pk] = set(parent.get_children().values_list("title", flat=True))
        taken = self._titles[parent.pk]
        title = _with_name(document) if document.title in taken else document.title
        taken.add(title)
        self._undo.append(lambda: taken.discard(title))
        return title

    def _free_slug(self, parent: KnowledgePage, title: str) -> str:
        if parent.pk not in self._slugs:
            self._slugs[parent.pk] = set(parent.get_children().values_list("slug", flat=True))
        taken = self._slugs[parent.pk]
        stem = slugify(title.lower().translate(_IN_SLUGS))[:MAX_SLUG_CHARS].strip("-_") or "seite"
        slug, number = stem, 1
        while slug in taken:
            number += 1
            slug = f"{stem}-{number}"
        taken.add(slug)
        self._undo.append(lambda: taken.discard(slug))
        return slug

    def _attach(self, document: SourceDocument) -> KnowledgeDocument:
        kept = KnowledgeDocument(
            title=_file_name(document)[:255],
            space=self._space,
            collection_id=get_root_collection_id(),
            uploaded_by_user=self._actor,
        )
        self._store(kept, document)
        return kept

    def _renew_attachment(
        self, page: Any, document: SourceDocument, *, keep_published: bool
    ) -> None:
        """Put the new original in the place of the old one; beside it while the published page stays as it is."""
        attached = page.attachments.first()
        if attached is None or keep_published:
            document = replace(document, is_on_page=False)
            page.attachments.set([PageAttachment(document=self._attach(document))])
            return
        kept = attached.document
        storage, old_name = kept.file.storage, kept.file.name
        self._store(kept, document)
        transaction.on_commit(lambda: storage.delete(old_name))

    def _store(self, kept: KnowledgeDocument, document: SourceDocument) -> None:
        file: Path = document.file  # type: ignore[assignment]  # callers have one
        with file.open("rb") as content:
            kept.file = File(content, name=_file_name(document))
            kept.save()
        storage, name = kept.file.storage, kept.file.name
        self._undo.append(lambda: storage.delete(name))
        if document.extraction is not None:
            text = keep_extraction(
                kept,
                document.extraction,
                file_hash=kept.file_hash,
                is_on_page=document.is_on_page,
            )
            transaction.on_commit(partial(recognise_later, text))


def _fits(document: SourceDocument, body: Body) -> bool:
    """Tell whether the page says all that the original says; of files with pages, the page number counts too."""
    extraction = document.extraction
    return (
        extraction is not None
        and len(extraction.pages) == 1
        and extraction.format not in _WITH_PAGES
        and not extraction.is_truncated
        and not body.is_shortened
    )


def _dated(document: SourceDocument) -> dict[str, Any]:
    """Return the fields that keep a document's own date."""
    if document.dated is None:
        return {}
    return {"dated_on": document.dated.day, "dated_by": document.dated.source.value}


def _with_name(document: SourceDocument) -> str:
    """Return the title with the name of the file behind it."""
    name = document.source_path.rsplit("/", 1)[-1]
    return f"{document.title[: 250 - len(name)]} ({name})"[:255]


def _file_name(document: SourceDocument) -> str:
    return re.sub(r'[\\/:*?"<>|]', "_", clean(document.source_path.rsplit("/", 1)[-1]))
