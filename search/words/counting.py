"""Count what is searched for, without who asked: docs/decisions/0005 says why it is done this way.

Only plain words are counted: phrases, filters and exclusions narrow a search to one matter or one person. The count is
written after the answer is sent and never fails it. Nothing of it reaches a log.
"""

# unscoped: words that several people typed, for curators only (search.words.doors); no content
from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import logging
import secrets
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import F, Min, Sum
from django.http import HttpRequest
from django.utils import timezone

from audit.context import acting_as, after_answer
from search.analysis.normal import fold
from search.analysis.stems import is_stop_word
from search.question.query import parse
from search.requests import SORTS, SearchRequest
from search.results import SearchPage
from search.words.models import CountedQuery

logger = logging.getLogger(__name__)

MARK_BITS = 16
"""Marks for people of one query: few enough that several people share one, so that a mark names nobody."""

MAX_WORDS = 6
MAX_CHARS = 80
MAX_DIGITS = 4
"""More digits are a date of birth, a telephone or a file number rather than a measure or a year."""

MAX_TEXTS_A_MONTH = 20_000
"""Different texts kept in one month; further ones are not counted, so that nobody can fill the disk."""

SAME_SEARCH_S = 30 * 60
"""For so long the same person's same words count once: going back, reloading, sorting and taking back a filter."""

MAX_RECENT = 20_000


def count_later(request: HttpRequest, asked: SearchRequest, answer: SearchPage) -> None:
    """Count a search when its answer is sent, if it is one of those that are counted.

    Args:
        request: Whose answer it is; nothing of it is stored.
        asked: What was asked. Further pages, other orders and chosen filters are the same search and not counted again.
        answer: With the number of hits; a search while the engine is away is not counted.
    """
    person = request.user.pk
    is_first_look = asked.page == 1 and asked.sort == SORTS[0] and not asked.is_filtered
    if not (is_first_look and answer.asked and answer.total is not None and person):
        return
    # Whoever looks at the site as somebody else doesn't search for herself.
    if acting_as(request) is not None or not settings.SEARCH_COUNT_MONTHS:
        return
    text, has_hits = asked.text, bool(answer.total)
    after_answer(lambda: _count_quietly(text, person=person, has_hits=has_hits))


def countable_words(text: str) -> tuple[str, ...]:
    """Return the words of a query as they are counted; none if it is one of those that are not."""
    typed = parse(text[: MAX_CHARS * 4])
    is_narrow = typed.phrases or typed.inflected or typed.excluded or typed.any_of or typed.filters
    is_plain = not is_narrow
    joined = " ".join(typed.words)
    is_short = len(typed.words) <= MAX_WORDS and len(text) <= MAX_CHARS
    says_number = sum(char.isdigit() for char in text) > MAX_DIGITS or "@" in text
    if not (is_plain and is_short) or says_number or len(joined) > MAX_CHARS:
        return ()
    has_meaning = any(fold(word) and not is_stop_word(fold(word)) for word in typed.words)
    return typed.words if has_meaning else ()


def count(text: str, *, person: int, has_hits: bool, today: dt.date | None = None) -> None:
    """Count one search.

    Args:
        text: As typed.
        person: Primary key of whoever asked; goes into a mark that several people share, and not further.
        has_hits: Whether she found anything.
        today: For tests.
    """
    words = countable_words(text)
    key = " ".join(fold(word) for word in words)[:100]
    if not key or _recent.knows(f"{person} {key}"):
        return
    month = (today or timezone.localdate()).replace(day=1)
    mark = _mark(f"{month:%Y-%m} {person} {key}")
    with transaction.atomic():
        if not _add(month, key, mark, has_hits=has_hits):
            _begin(month, key, " ".join(words))
            _add(month, key, mark, has_hits=has_hits)


def _count_quietly(text: str, *, person: int, has_hits: bool) -> None:
    try:
        count(text, person=person, has_hits=has_hits)
    except Exception as error:  # noqa: BLE001 - the reader has her answer, whatever happens here
        # The message of an error may quote the text, so its name must do.
        logger.warning("a search could not be counted error=%s", type(error).__name__)


def _add(month: dt.date, key: str, mark: int, *, has_hits: bool) -> bool:
    rows = CountedQuery.objects.filter(month=month, key=key)
    changed = rows.update(
        asked=F("asked") + 1, without_hits=F("without_hits") + (0 if has_hits else 1)
    )
    # Marks are for as long as it isn't known whether enough people asked.
    waiting = rows.filter(is_common=False)
    if changed and waiting.update(marks=F("marks").bitor(mark)):
        marks = waiting.values_list("marks", flat=True).first() or 0
        if marks.bit_count() >= settings.SEARCH_COUNT_PEOPLE:
            waiting.update(is_common=True, marks=0)
    return bool(changed)


def _begin(month: dt.date, key: str, text: str) -> None:
    of_month = CountedQuery.objects.filter(month=month)
    if not of_month.exists():
        prune(today=month)
    if of_month.count() < MAX_TEXTS_A_MONTH:
        CountedQuery.objects.bulk_create(
            [CountedQuery(month=month, key=key, text=text[:100])], ignore_conflicts=True
        )


def _mark(about: str) -> int:
    digest = hmac.new(
        settings.SECRET_KEY.encode(), about.encode("utf-8", "replace"), hashlib.sha256
    )
    return 1 << (digest.digest()[0] % MARK_BITS)


def prune(*, today: dt.date | None = None) -> int:
    """Delete what is kept no longer, and return how many rows that were.

    These are the queries of past months that too few people asked, and all of months before the retention period.
    """
    month = (today or timezone.localdate()).replace(day=1)
    past = CountedQuery.objects.filter(month__lt=month)
    deleted, _by_model = past.filter(is_common=False).delete()
    too_old, _by_model = past.filter(month__lt=_months_before(month)).delete()
    return deleted + too_old


def _months_before(month: dt.date) -> dt.date:
    """Return the first month that is still kept: the retention period counts the current one."""
    index = month.year * 12 + month.month - 1 - max(settings.SEARCH_COUNT_MONTHS - 1, 0)
    return dt.date(index // 12, index % 12 + 1, 1)


@dataclass(frozen=True, slots=True)
class AskedWords:
    """What several people searched for.

    Attributes:
        text: In the spelling of one of them.
        times: How often, in the kept months.
        times_without: How often without hits: for the reader who asked, within her rights.
    """

    text: str
    times: int
    times_without: int


def common_queries(*, limit: int) -> list[AskedWords]:
    """Return what enough different people searched for, most frequent first."""
    return _common(limit, order="-times", only_without=False)


def common_queries_without_hits(*, limit: int) -> list[AskedWords]:
    """Return those of the common queries that found nothing for somebody, most often first."""
    return _common(limit, order="-times_without", only_without=True)


def _common(limit: int, *, order: str, only_without: bool) -> list[AskedWords]:
    since = _months_before(timezone.localdate().replace(day=1))
    rows = (
        CountedQuery.objects.filter(is_common=True, month__gte=since)
        .values("key")
        .annotate(spelling=Min("text"), times=Sum("asked"), times_without=Sum("without_hits"))
        .filter(times_without__gte=1 if only_without else 0)
        .order_by(order, "key")
    )
    return [AskedWords(row["spelling"], row["times"], row["times_without"]) for row in rows[:limit]]


class _Recent:
    """Searches counted a short while ago, in the memory of this process only, under a key that ends with it."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)
        self._seen: OrderedDict[bytes, float] = OrderedDict()
        self._guard = threading.Lock()

    def knows(self, about: str) -> bool:
        """Tell whether this was noted within `SAME_SEARCH_S`, and note it."""
        name = hmac.new(self._secret, about.encode("utf-8", "replace"), hashlib.sha256).digest()
        now = time.monotonic()
        with self._guard:
            seen_at = self._seen.pop(name, None)
            self._seen[name] = now
            while len(self._seen) > MAX_RECENT:
                self._seen.popitem(last=False)
        return seen_at is not None and now - seen_at < SAME_SEARCH_S

    def forget(self) -> None:
        """Begin anew; for tests."""
        with self._guard:
            self._seen.clear()


_recent = _Recent()
