"""Files that a confidential page holds back from the shares of other pages, and who reads them once none does."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Q

from access.consequence.readership import reach_at
from access.grants import Holder
from access.querysets import references_from_pages
from access.tree import page_model

MODELS = (settings.WAGTAILDOCS_DOCUMENT_MODEL, settings.WAGTAILIMAGES_IMAGE_MODEL)

File = tuple[str, int]  # label of its model and primary key


def held_by(condition: Q) -> dict[int, frozenset[File]]:
    """Return the files that confidential pages under a condition attach or show, by page; three queries."""
    pages = page_model().objects.filter(condition, classification="confidential")
    held: dict[int, set[File]] = {pk: set() for pk in pages.values_list("pk", flat=True)}
    for label in MODELS if held else ():
        shown = references_from_pages(page_model().objects.filter(pk__in=held), _model(label))
        for page, file in shown.values_list("object_id", "to_object_id"):
            held[int(page)].add((label, int(file)))
    return {pk: frozenset(files) for pk, files in held.items()}


def let_go(files: Iterable[File], *, without: Q | None = None) -> dict[str, set[Holder]]:
    """Return who reads which of `files` by a share because no confidential page of its space shows it.

    Args:
        files: Files that were held back.
        without: Pages that are thought to be gone, and what they attach with them.

    Returns:
        Receivers of shares by the file's title; without the files that no share reaches.
    """
    left_out = Q(pk__in=page_model().objects.filter(without).values("pk")) if without else Q()
    free: dict[str, set[Holder]] = {}
    chosen = set(files)
    for label in MODELS:
        model = _model(label)
        numbers = [pk for name, pk in chosen if name == label]
        for file in model.objects.filter(pk__in=numbers, stays_confidential=False):
            pages = page_model().objects.filter(space=file.space_id)
            if left_out:
                pages = pages.exclude(left_out)
            showing = references_from_pages(pages, model).filter(to_object_id=str(file.pk))
            shown_by = {int(pk) for pk in showing.values_list("object_id", flat=True)}
            receivers = _receivers(pages.filter(pk__in=shown_by))
            if receivers:
                free[file.title] = free.get(file.title, set()) | receivers
    return free


def keep_closed(files: Iterable[File]) -> None:
    """Let files stay confidential that no confidential page shows any more: nobody was there to be asked."""
    chosen = set(files)
    for label in MODELS:
        found = _model(label).objects.filter(pk__in=[pk for name, pk in chosen if name == label])
        let_go_now = set(found.values_list("pk", flat=True)) - set(
            found.confidential().values_list("pk", flat=True)
        )
        found.filter(pk__in=let_go_now).update(stays_confidential=True)


def _receivers(pages: Any) -> set[Holder]:
    """Return who reads one of some pages by a share; nobody if one of them is confidential."""
    rows = list(pages.values_list("path", "classification"))
    if any(mark == "confidential" for _path, mark in rows):
        return set()
    return {
        one
        for path, _mark in rows
        for reach in reach_at(path, whole=False).values()
        for one in reach.shares
    }


def _model(label: str) -> Any:
    return apps.get_model(label)
