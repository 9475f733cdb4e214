"""What the editor reads."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import reverse

from access.rights import Person, can
from access.roles import Action
from knowledge.basepage.models import KnowledgePage
from knowledge.editing.fields import text_fields
from knowledge.editing.lines import to_json
from knowledge.editing.targets import shown_to
from knowledge.editing.wording import editor_words
from knowledge.writing.services import draft_of
from knowledge.writing.stamps import stamp_of


def page_to_edit(user: Person, pk: int) -> Any:
    """Return a page, published or not, that `user` may edit here.

    Raises:
        Http404: If there is none; always the same, whether it is hidden, missing or not this person's to edit.
    """
    page = page_to_write(user, pk)
    if not text_fields(type(page)):
        raise Http404
    return page


def page_to_write(user: Person, pk: int) -> Any:
    """Return a page, published or not, that `user` may edit in whatever way.

    Raises:
        Http404: If there is none; always the same, as `page_to_edit`.
    """
    page = KnowledgePage.objects.filter(pk=pk).select_related("space").first()
    if page is None or not can(user, Action.EDIT, page):
        raise Http404
    return page.specific


def editor_data(page: Any, user: Person) -> dict[str, Any]:
    """Return what the browser needs to write on a page: the latest draft, addresses, words."""
    draft = draft_of(page)
    lock = page.get_lock()
    texts = []
    known: dict[str, dict[str, str]] = {"links": {}, "images": {}, "cards": {}}
    for one in text_fields(type(page)):
        lines = one.lines(draft)
        if lines is None:
            continue
        texts.append(
            {"name": one.name, "label": one.label, "rich": one.is_rich, "lines": to_json(lines)}
        )
        found = shown_to(user, lines, None if one.is_rich else one.blocks(draft))
        for name, values in found.items():
            known[name].update(values)
    return {
        "stamp": stamp_of(page),
        "title": draft.title,
        "texts": texts,
        "known": known,
        "page": page.pk,
        "locked": lock.get_message(user) if lock is not None and lock.for_user(user) else "",
        "urls": {
            name: reverse(f"editing:{name}", args=[page.pk])
            for name in ("autosave", "presence", "key", "file")
        }
        | {"complete": reverse("editing:complete")},
        "words": editor_words(),
    }
