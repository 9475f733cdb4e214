"""Keep searches, change and remove them. Only their owner sees them and their names.

The audit log has no lines about them: it holds no search texts, and isn't there to tell who looks for what.
"""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from search import conf
from search.engines.base import EngineUnavailable
from search.models import SavedSearch, Tell
from search.requests import SearchRequest
from search.saved.notices import withdraw_notices
from search.service import Matches, matches_of

MAX_QUERY_CHARS = 4000


class CannotSave(Exception):
    """The search can't be kept."""


class TooManySearches(CannotSave):
    """The owner keeps `conf.SAVED_SEARCHES_A_PERSON` searches already."""


class NameTaken(CannotSave):
    """Another search of the owner has this name."""


class AsksNothing(CannotSave):
    """It has nothing to look for, or more than anybody types."""


class HasUnknownFilter(CannotSave):
    """It has a filter that means nothing to the owner."""


def normalised(request: SearchRequest) -> str:
    """Return the query string of a search from its first page, the same for the same search."""
    return replace(request, page=1).address().partition("?")[2]


def save_search(
    *, owner: User, name: str, request: SearchRequest, tell: Tell = Tell.NOT
) -> SavedSearch:
    """Keep a search; its current matches are known, later ones are new.

    Args:
        owner: Whose it is.
        name: A name that none of the owner's other searches has, 1 to 120 characters.
        request: The search.
        tell: How the owner wants to be told of new matches.

    Raises:
        CannotSave: One of its subclasses; then nothing is kept.
    """
    query = normalised(request)
    if len(query) > MAX_QUERY_CHARS or not (request.text.strip() or request.is_filtered):
        raise AsksNothing
    matches = _matches_now(owner, request)
    if matches is not None and matches.has_unknown_filter:
        raise HasUnknownFilter
    with transaction.atomic():
        # The row lock lets two requests at once not both take the last place.
        User.objects.select_for_update().get(pk=owner.pk)
        kept = SavedSearch.objects.filter(owner=owner)
        if kept.count() >= conf.SAVED_SEARCHES_A_PERSON:
            raise TooManySearches
        if kept.filter(name=name).exists():
            raise NameTaken
        return SavedSearch.objects.create(
            owner=owner,
            name=name,
            query=query,
            tell=tell,
            known_keys=list(matches.keys) if matches else None,
            knows_all=matches.are_all if matches else True,
            checked_at=timezone.now() if matches else None,
        )


def _matches_now(owner: User, request: SearchRequest) -> Matches | None:
    """Return what is known from the start; None while the engine is away, to be made up for later."""
    try:
        return matches_of(owner, request, limit=conf.SAVED_SEARCH_KEYS)
    except EngineUnavailable:
        return None


@transaction.atomic
def change_search(saved: SavedSearch, *, name: str, tell: Tell) -> None:
    """Change the name of a search, or how its owner is told.

    Raises:
        NameTaken: If another search of the owner has this name.
    """
    User.objects.select_for_update().get(pk=saved.owner_id)
    if SavedSearch.objects.filter(owner=saved.owner_id, name=name).exclude(pk=saved.pk).exists():
        raise NameTaken
    SavedSearch.objects.filter(pk=saved.pk).update(name=name, tell=tell)
    if tell != saved.tell:
        withdraw_notices(saved)


@transaction.atomic
def mark_looked_at(saved: SavedSearch) -> None:
    """Remember that the owner has seen what was new, and withdraw its notices."""
    SavedSearch.objects.filter(pk=saved.pk).update(
        new_keys=[], has_news=False, looked_at=timezone.now(), revision=F("revision") + 1
    )
    withdraw_notices(saved)


@transaction.atomic
def remove_search(saved: SavedSearch) -> None:
    """Forget a search and the notices about it."""
    withdraw_notices(saved)
    saved.delete()


def forget_searches(owner: User) -> int:
    """Forget all searches of somebody who leaves; return how many."""
    count, _by_model = SavedSearch.objects.filter(owner=owner).delete()
    return count
