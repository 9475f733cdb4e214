"""Decisions as hits of their own: found by their number, and by what was decided.

The object of this source is the page with all its decisions, so that whatever happens to the page (published, moved,
unpublished, an item narrowed) notes one number; each decision is a part of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from operator import and_
from typing import Any

from django.db.models import Q
from django.db.models.signals import post_delete
from django.utils.translation import gettext_lazy as _
from wagtail.signals import page_slug_changed, page_unpublished, post_page_move

from access.audience import audiences_of
from access.granting.share_badges import shared_among
from access.handling import is_confidential
from access.rights import Person, scope_for
from access.tree import at_or_below
from knowledge.basepage.signals import subtree_changed_space
from knowledge.meetings.models import Decision
from search.documents import SearchDocument
from search.outbox import enqueue
from search.registry import HitCard, SearchKind, kinds, make_key, part_of, sources

SOURCE = "decision"


# unscoped: an index holds what is published, whoever may read it; hits ask `visible_to`
def _published() -> Any:
    return Decision.objects.filter(withdrawn_at=None, page__live=True)


def _key(decision: Decision) -> str:
    return make_key(SOURCE, decision.page_id, str(decision.pk))


def _title(decision: Decision) -> str:
    return f"{decision.number}: {decision.item_title}"


class DecisionSource:
    """The decisions of minutes that are out."""

    name = SOURCE

    def object_ids(self) -> Iterator[str]:
        """Yield the numbers of the pages with decisions."""
        pages = _published().order_by("page").values_list("page", flat=True).distinct()
        for pk in pages.iterator(chunk_size=2000):
            yield str(pk)

    def documents(self, object_ids: Collection[str]) -> Iterable[SearchDocument]:
        """Yield a document of each decision; one that is narrowed to nobody has none."""
        pages = [int(one) for one in object_ids if one.isdecimal()]
        found = list(_published().filter(page__in=pages).select_related("page", "space"))
        audiences = audiences_of({one.item_key for one in found})
        for decision in found:
            audience = audiences.get(decision.item_key)
            if audience is None or audience:
                yield SearchDocument(
                    key=_key(decision),
                    space_id=decision.page.space_id,
                    path=decision.page.path,
                    kind=SOURCE,
                    title=_title(decision),
                    url=decision.url,
                    audience=audience or frozenset(),
                    headings=(decision.item_title,),
                    body=decision.text,
                    dated_on=decision.decided_on,
                )

    def load_hits(self, keys: Collection[str], user: Person) -> Mapping[str, HitCard]:
        """Return what may be shown of these decisions to `user`."""
        parts = {key: int(part) for key in keys if (part := part_of(key)).isdecimal()}
        cards = {card.key: card for card in _cards(Q(pk__in=parts.values()), user)}
        return {key: cards[key] for key in parts if key in cards}

    def title_matches(self, words: Sequence[str], user: Person, *, limit: int) -> Sequence[HitCard]:
        """Return decisions whose number and item contain every word, newest first."""
        named = (Q(number__icontains=word) | Q(item_title__icontains=word) for word in words)
        return _cards(reduce(and_, named), user, limit=limit)


def _cards(condition: Q, user: Person, *, limit: int | None = None) -> list[HitCard]:
    visible = Decision.objects.visible_to(user).filter(condition, withdrawn_at=None)
    found = list(visible.newest_first().select_related("page__space", "space")[:limit])
    scope = scope_for(user)
    shared = shared_among(user, {one.page_id: one.page for one in found}.values())
    return [_card(one, scope.spaces, one.page_id in shared) for one in found]


def _card(decision: Decision, spaces: Collection[int], is_shared: bool) -> HitCard:
    page = decision.page
    return HitCard(
        key=_key(decision),
        title=_title(decision),
        url=decision.url,
        kind=SOURCE,
        space_id=page.space_id or 0,
        space_title=str(page.space) if page.space_id in spaces else "",
        dated_on=decision.decided_on,
        is_sample=page.is_sample,
        is_confidential=is_confidential(page),
        is_shared=is_shared,
    )


def note_page(pk: int | None) -> None:
    """Note that decisions of a page are to be indexed anew."""
    if pk:
        enqueue(SOURCE, [pk])


def _unpublished(sender: type, instance: Any, **kwargs: Any) -> None:
    note_page(instance.pk)


def _moved(sender: type, instance: Any, **kwargs: Any) -> None:
    _note_below(type(instance).objects.only("path").get(pk=instance.pk).path)


def _in_other_space(sender: type, path: str, **kwargs: Any) -> None:
    _note_below(path)


def _deleted(sender: type, instance: Decision, **kwargs: Any) -> None:
    note_page(instance.page_id)


# unscoped: noted for the index
def _note_below(path: str) -> None:
    below = Decision.objects.filter(at_or_below(path, field="page__path"))
    enqueue(SOURCE, below.order_by().values_list("page", flat=True).distinct())


def connect() -> None:
    """Register source and kind, and follow what happens to the pages; called once, when the app is ready."""
    sources.register(DecisionSource())
    kinds.register(SearchKind(SOURCE, _("Decision"), ("beschluss", "beschlüsse", "beschluesse")))
    page_unpublished.connect(_unpublished, dispatch_uid="decisions_unpublished")
    post_page_move.connect(_moved, dispatch_uid="decisions_moved")
    page_slug_changed.connect(_moved, dispatch_uid="decisions_slug")
    subtree_changed_space.connect(_in_other_space, dispatch_uid="decisions_other_space")
    post_delete.connect(_deleted, sender=Decision, dispatch_uid="decisions_deleted")
