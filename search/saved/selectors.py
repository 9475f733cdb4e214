"""A person's saved searches, and what is new in them within their current rights."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.models import User
from audit.context import acting_as
from search import conf
from search.models import SavedSearch, SavedSearchQuerySet
from search.registry import HitCard
from search.service import load_cards

START_PAGE_SEARCHES = 5


@dataclass(frozen=True, slots=True)
class NewMatches:
    """What is new in one saved search, as far as its owner may see it now."""

    search: SavedSearch
    cards: Sequence[HitCard] = ()

    @property
    def count(self) -> int:
        """How many there are, at most `conf.SAVED_SEARCH_NEW_KEYS`."""
        return len(self.cards)

    @property
    def shown_count(self) -> str:
        """How many there are, in words if there may be more."""
        if self.count >= conf.SAVED_SEARCH_NEW_KEYS:
            return _("%(count)d or more") % {"count": self.count}
        return str(self.count)


def searches_of(owner: User) -> SavedSearchQuerySet:
    """Return somebody's saved searches, those with something new first."""
    return SavedSearch.objects.of(owner)


def search_of(owner: User, pk: int) -> SavedSearch | None:
    """Return one saved search of the owner; None if there is none with that number."""
    return SavedSearch.objects.filter(owner=owner, pk=pk).first()


def saved_as(owner: User, query: str) -> SavedSearch | None:
    """Return the saved search of `owner` with this `query`, as `search.saved.services.normalised` writes it."""
    return searches_of(owner).filter(query=query).first()


def new_matches(owner: User, searches: Iterable[SavedSearch]) -> list[NewMatches]:
    """Return what is new in these searches of the owner, in their order.

    It asks for the owner's current rights, so that what they may no longer see is neither shown nor counted. The number
    of queries is constant for each hundred new matches.
    """
    searches = list(searches)
    cards = load_cards(owner, dict.fromkeys(key for one in searches for key in one.new_keys))
    return [
        NewMatches(one, [cards[key] for key in one.new_keys if key in cards]) for one in searches
    ]


def start_page_panel(request: HttpRequest) -> dict[str, Any] | None:
    """Return the searches for the start page, those with something new first, without running any.

    While somebody sees the site as another person, there are none.
    """
    if not isinstance(request.user, User) or acting_as(request) is not None:
        return None
    rows = new_matches(request.user, searches_of(request.user)[:START_PAGE_SEARCHES])
    return {"rows": rows} if rows else None
