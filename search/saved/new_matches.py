"""Check saved searches again and find what is new in them for their owners.

New is what matches now, within the owner's current rights, and didn't match at the last check, within the rights of
then: a page that was written, one that came to match, one that the owner may read now. When a right is lost, its pages
leave both the known and the new matches.

Known are the `conf.SAVED_SEARCH_KEYS` newest matches. If a search has more, an old page may move up because a newer one
left; so only matches before the last known one count as new, and an old page behind it that the owner may read now
isn't reported.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Iterable, Sequence
from itertools import groupby

from django.db import transaction
from django.utils import timezone

from access.reader import one_request
from accounts.models import User
from search import conf
from search.engines.base import EngineUnavailable
from search.engines.planned import MAX_LIMIT
from search.models import SavedSearch
from search.saved.notices import tell_owner, withdraw_notices
from search.service import Matches, load_cards, matches_of

logger = logging.getLogger(__name__)

BATCH = 200  # searches read at once


def check_due(*, now: dt.datetime | None = None, turn_s: float | None = None) -> int:
    """Check the saved searches that are due, longest waiting first; run as a scheduled job.

    Args:
        now: The moment; by default the current one.
        turn_s: How long at most, in seconds; by default `conf.SAVED_SEARCH_TURN_S`. The rest waits for the next turn.

    Returns:
        How many were checked.
    """
    now = now or timezone.now()
    end = time.monotonic() + (conf.SAVED_SEARCH_TURN_S if turn_s is None else turn_s)
    checked = 0
    while batch := list(SavedSearch.objects.due(now).select_related("owner")[:BATCH]):
        done = _check_batch(batch, now=now, end=end)
        checked += done
        if done < len(batch):
            break
    return checked


def _check_batch(batch: Iterable[SavedSearch], *, now: dt.datetime, end: float) -> int:
    """Check these until the turn is over or the engine is away; return how many were checked."""
    checked = 0
    by_owner = sorted(batch, key=lambda one: one.owner_id)
    for _owner, searches in groupby(by_owner, key=lambda one: one.owner_id):
        with one_request():  # the owner's rights are read once
            for saved in searches:
                if time.monotonic() > end:
                    return checked
                try:
                    check_search(saved, now=now)
                except EngineUnavailable as error:
                    logger.warning("saved searches wait: the engine is away error=%s", error)
                    return checked
                checked += 1
    return checked


def check_search(saved: SavedSearch, *, now: dt.datetime) -> None:
    """Check one saved search, remember what it matches, and tell its owner what is new.

    Raises:
        EngineUnavailable: If the engine doesn't answer; then nothing changes.
    """
    owner = saved.owner
    matches = matches_of(owner, saved.request, limit=conf.SAVED_SEARCH_KEYS)
    if matches.has_unknown_filter:
        # Without the filter it would match what nobody asked for; what is known stays as it is.
        _keep(saved, {"checked_at": now, "has_lost_filter": True})
        return
    fresh, known = _compare(owner, saved, matches)
    there = set(matches.keys)
    news = [*fresh, *(key for key in saved.new_keys if key in there and key not in fresh)]
    news = news[: conf.SAVED_SEARCH_NEW_KEYS]
    state = {
        "checked_at": now,
        "known_keys": known,
        "knows_all": matches.are_all,
        "new_keys": news,
        "has_news": bool(news),
        "has_lost_filter": False,
    }
    with transaction.atomic():
        if not _keep(saved, state):
            return
        if fresh:
            tell_owner(saved)
        elif not news and saved.new_keys:
            withdraw_notices(saved)


def _compare(owner: User, saved: SavedSearch, matches: Matches) -> tuple[list[str], list[str]]:
    """Return the keys that are new to the owner, and those known from now on.

    A key that the database doesn't confirm (the index may be behind) is neither, so that it can be new later.
    """
    if saved.known_keys is None:
        return [], list(matches.keys)
    candidates = fresh_keys(saved.known_keys, matches.keys, knew_all=saved.knows_all)
    asked = candidates[:MAX_LIMIT]
    confirmed = load_cards(owner, asked)
    refused = set(asked) - confirmed.keys()
    fresh = [key for key in asked if key in confirmed]
    return fresh, [key for key in matches.keys if key not in refused]


def fresh_keys(known: Sequence[str], now: Sequence[str], *, knew_all: bool) -> list[str]:
    """Return what is new among the current matches.

    Args:
        known: The newest matches at the last check.
        now: The current matches, newest first.
        knew_all: Whether `known` were all matches then.
    """
    before = set(known)
    considered = list(now)
    if not knew_all:
        places = [place for place, key in enumerate(now) if key in before]
        considered = considered[: places[-1]] if places else considered
    return [key for key in considered if key not in before]


def _keep(saved: SavedSearch, state: dict[str, object]) -> bool:
    """Write the state unless somebody else did meanwhile, whose state is newer."""
    unchanged = SavedSearch.objects.filter(pk=saved.pk, revision=saved.revision)
    return bool(unchanged.update(**state, revision=saved.revision + 1))
