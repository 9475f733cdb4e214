"""Who may see a passage that is narrowed to some organisations: an agenda item, a measure's entry.

The page comes first: narrowing takes readers away and never gives any. Whoever shows, counts, finds, exports or mails
passages asks here. `may_see_audience` is the rule; the other functions apply it to passages by their keys.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from access.models import NarrowedPassage
from access.rights import Person, scope_for
from accounts.models import Organisation

Audience = Collection[int] | None  # primary keys of organisations; None: not narrowed


def may_see_audience(user: Person, audience: Audience) -> bool:
    """Tell whether `user`, who may read the page, may see a passage of it.

    There is no way around it by a role: a curator of another organisation doesn't see it either. Whoever looks with
    somebody else's eyes sees what both may see (`access.reader`).

    Args:
        user: The reader.
        audience: The organisations to which the passage is narrowed; None if it isn't. Nobody belongs to an empty
            one: a passage whose organisations are gone must not open to everybody.
    """
    return audience is None or scope_for(user).is_among(audience)


def audiences_of(keys: Iterable[UUID]) -> dict[UUID, frozenset[int]]:
    """Return the organisations of those passages that are narrowed; two queries, none without keys."""
    wanted = list(keys)
    if not wanted:
        return {}
    rows = NarrowedPassage.objects.filter(key__in=wanted).prefetch_related("organisations")
    return {row.key: frozenset(one.pk for one in row.organisations.all()) for row in rows}


def hidden_from(user: Person, keys: Iterable[UUID]) -> frozenset[UUID]:
    """Return those passages that `user` may not see, though this person may read the page."""
    found = audiences_of(keys)
    return frozenset(key for key, audience in found.items() if not may_see_audience(user, audience))


def closed_to(user: Person) -> QuerySet[NarrowedPassage]:
    """Return the passages that `user` may not see, whatever page they are on; somebody without a body sees none."""
    return NarrowedPassage.objects.exclude(organisations=scope_for(user).organisation_id or 0)


def open_passages(user: Person, key: str) -> Q:
    """Return the condition under which the passage named by a column, such as `"item_key"`, isn't hidden from `user`.

    Rows without a passage are open: whoever may read the page may see them.
    """
    return Q(~Exists(closed_to(user).filter(key=OuterRef(key))))


def unnarrowed(key: str) -> Q:
    """Return the condition under which the passage named by a column is for all readers of its page."""
    return Q(~Exists(NarrowedPassage.objects.filter(key=OuterRef(key))))


def sees_all_of(user: Person, page_pk: int) -> bool:
    """Tell whether no passage of any version of a page is hidden from `user`."""
    return not closed_to(user).filter(pages=page_pk).exists()


def is_passage_of(key: UUID, page_pk: int) -> bool:
    """Tell whether a version of the page holds a passage of this key that is narrowed, whoever may see it."""
    return NarrowedPassage.objects.filter(key=key, pages=page_pk).exists()


def keep_audience(
    key: UUID, organisations: Collection[Organisation] | None, *, pages: Collection[int]
) -> None:
    """Narrow a passage to organisations from now on, in every version; None opens it to all readers of the page.

    The caller has asked whether the actor may, and writes the line in the log.

    Args:
        key: Of the passage.
        organisations: Who sees it.
        pages: Primary keys of all pages that hold the passage in some version.
    """
    if organisations is None:
        NarrowedPassage.objects.filter(key=key).delete()
        return
    row, _made = NarrowedPassage.objects.get_or_create(key=key)
    row.organisations.set(organisations)
    row.pages.set(pages)
