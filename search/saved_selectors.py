"""A person's saved searches, and what is new in them under her rights as they are now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import User
from search import conf
from search.models import SavedSearch, SavedSearchQuerySet
from search.registry import HitCard
from search.service import load_cards

START_PAGE_SEARCHES = 5


@dataclass(frozen=True, slots=True)
class NewMatches:
    """What is new in one saved search, as far as its owner may see it at this moment."""

    search: SavedSearch
    cards: Sequence[HitCard] = ()

    @property
    def count(self) -> int:
        """How many there are, at most `conf.SAVED_SEARCH_NEW_KEYS`."""
        return len(self.cards)

    @property
    def shown_count(self) -> str:
        """How many there are, in words where there may be more."""
        if self.count >= conf.SAVED_SEARCH_NEW_KEYS:
            return _("%(count)d or more") % {"count": self.count}
        return str(self.count)


def searches_of(owner: User) -> SavedSearchQuerySet:
    """Return somebody's saved searches, those with something new first."""
    return SavedSearch.objects.of(owner)


def search_of(owner: User, pk: int) -> SavedSearch | None:
    """Return one saved search of hers; None if there is none with that number."""
    return SavedSearch.objects.filter(owner=owner, pk=pk).first()


def new_matches(owner: User, searches: Iterable[SavedSearch]) -> list[NewMatches]:
    """Return what is new in these searches of hers, in their order.

    The rights asked for are hers now, so that what she lost since it was found is neither shown nor counted. The number
    of queries is constant for each hundred new matches.
    """
    searches = list(searches)
    cards = load_cards(owner, dict.fromkeys(key for one in searches for key in one.new_keys))
    return [
        NewMatches(one, [cards[key] for key in one.new_keys if key in cards]) for one in searches
    ]


def start_page_searches(owner: User) -> list[NewMatches]:
    """Return the searches for the start page: those with something new first; no search is run."""
    return new_matches(owner, searches_of(owner)[:START_PAGE_SEARCHES])
