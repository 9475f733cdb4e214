"""What happens on watched pages is noted, and a job tells the watchers: one batch a person over all spaces.

Rights are asked when the batch is made, and again when it is shown or mailed. Small corrections are told to nobody.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.signals import post_save
from django.utils import timezone
from wagtail.models import PageLogEntry, Revision
from wagtail.signals import page_published

from access.reader import same_request
from access.tree import SPACE_ROOT_DEPTH, STEP, paths_above
from accounts.models import User
from audit.context import current_actor
from knowledge.basepage.models import KnowledgePage
from knowledge.collaboration.models import Comment, Happening, Watch
from knowledge.editing.fields import text_fields
from knowledge.measures.models import Entry
from knowledge.wiki.models import PageTag
from notices.models import Notice
from notices.services import notify

WATCHED = "collaboration.watched"
KEPT = dt.timedelta(days=90)
AT_ONCE = 500  # happenings that are told in one turn of the job
MOST_IN_A_BATCH = 200
SMALL_WORDS = 5  # so many misspelt words are a small correction
_ALIKE = 0.6  # share of equal letters from which on a word was only spelt anew
_LONGEST = 20_000  # words of a text that are compared
# What belongs to the version and not to what it says.
_BOOKKEEPING = frozenset({
    "live", "has_unpublished_changes", "first_published_at", "last_published_at", "latest_revision",
    "latest_revision_created_at", "live_revision", "draft_title", "numchild", "path", "depth", "url_path", "locked",
    "locked_at", "locked_by", "owner", "search_description", "expired", "go_live_at", "expire_at", "review_by",
})  # fmt: skip


# --- noting -----------------------------------------------------------------------------------------
def connect() -> None:
    """Connect the receivers; called once, when the app is ready."""
    page_published.connect(_published, dispatch_uid="collaboration_published")
    post_save.connect(_entered, sender=Entry, dispatch_uid="collaboration_entered")
    post_save.connect(_commented, sender=Comment, dispatch_uid="collaboration_commented")


def _published(sender: type, instance: Any, revision: Any = None, **kwargs: Any) -> None:
    if not is_watched(instance):
        return
    published = PageLogEntry.objects.filter(page=instance.pk, action="wagtail.publish")
    before = published.filter(revision__isnull=False)
    if revision is not None:
        before = before.exclude(revision=revision.pk)
    old = before.order_by("-timestamp", "-pk").values_list("revision", flat=True).first()
    actor = current_actor()
    _note(
        instance,
        Happening.What.CHANGED if old else Happening.What.NEW,
        actor_id=actor.pk if actor else getattr(revision, "user_id", None),
        old_id=old,
        new_id=getattr(revision, "pk", None),
    )


def _entered(sender: type, instance: Entry, created: bool, **kwargs: Any) -> None:
    if created and is_watched(instance.measure):
        what = Happening.What.ENTRY
        _note(instance.measure, what, actor_id=instance.written_by_id, passage=instance.key)


def _commented(sender: type, instance: Comment, created: bool, **kwargs: Any) -> None:
    if created and is_watched(instance.page):
        _note(
            instance.page, Happening.What.COMMENTED, actor_id=instance.author_id, comment=instance
        )


def is_watched(page: KnowledgePage) -> bool:
    """Tell whether somebody watches a page, one above it, or one of its tags."""
    tags = PageTag.objects.filter(page=page.pk).values("key")
    return Watch.objects.filter(Q(page__path__in=_paths(page)) | Q(tag__in=tags)).exists()


def _note(page: Any, what: str, **more: Any) -> None:
    # A page of any kind; the column wants the base page.
    Happening.objects.create(page_id=page.pk, what=what, **more)


def _paths(page: KnowledgePage) -> list[str]:
    return [*paths_above(page.path), page.path] if len(page.path) >= SPACE_ROOT_DEPTH * STEP else []


# --- telling ----------------------------------------------------------------------------------------
def tell_watchers() -> int:
    """Tell watchers of what happened since the last turn; return how many people were told."""
    with transaction.atomic():
        rows = Happening.objects.select_for_update(of=("self",)).filter(told_at__isnull=True)
        fresh = list(rows.select_related("page", "old", "new").order_by("pk")[:AT_ONCE])
        told = 0
        for person, happenings in _by_watcher([one for one in fresh if not _is_small(one)]):
            told += _tell(person, happenings)
        pks = [one.pk for one in fresh]
        Happening.objects.filter(pk__in=pks).update(told_at=timezone.now())
    return told


def _by_watcher(happenings: Sequence[Happening]) -> Iterable[tuple[User, list[int]]]:
    """Yield everybody who watches one of these pages or tags, with what somebody else did there."""
    marks = {one.pk: set(_paths(one.page)) for one in happenings}
    tags: dict[int, set[str]] = defaultdict(set)
    for page_id, key in PageTag.objects.filter(
        page__in={one.page_id for one in happenings}
    ).values_list("page", "key"):
        tags[page_id].add(key)
    paths = {path for of_one in marks.values() for path in of_one}
    keys = {key for of_page in tags.values() for key in of_page}
    watches = Watch.objects.filter(
        Q(page__path__in=paths) | Q(tag__in=keys), person__is_active=True
    )
    people: dict[User, set[str]] = defaultdict(set)
    for one in watches.select_related("person", "page"):
        people[one.person].add(one.page.path if one.page else f"#{one.tag}")
    for one_of_these in happenings:
        marks[one_of_these.pk] |= {f"#{key}" for key in tags[one_of_these.page_id]}
    for person, watched in people.items():
        concern = [one for one in happenings if watched & marks[one.pk]]
        yield person, [one.pk for one in concern if one.actor_id != person.pk]


@same_request()
def _tell(person: User, happenings: list[int]) -> int:
    """Put what a person may see into the batch of the day, which one daily mail carries."""
    seen = Happening.objects.visible_to(person).filter(pk__in=happenings)
    pks = list(seen.values_list("pk", flat=True))
    if not pks:
        return 0
    key = f"watched:{_day():%Y-%m-%d}"
    unread = Notice.objects.unread().filter(recipient=person, kind=WATCHED, key=key).first()
    before = unread.details.get("happenings", []) if unread is not None else []
    batch = sorted({*before, *pks})[-MOST_IN_A_BATCH:]
    return notify([person], WATCHED, key=key, details={"happenings": batch})


def _day() -> dt.date:
    """Return the day of a batch, which ends when the daily mail goes out at half past six."""
    return (timezone.localtime() - dt.timedelta(hours=6, minutes=30)).date()


def forget_old() -> int:
    """Delete what happened long ago; return how many rows."""
    return Happening.objects.filter(happened_at__lt=timezone.now() - KEPT).delete()[0]


# --- small corrections ------------------------------------------------------------------------------
def _is_small(happening: Happening) -> bool:
    if happening.what != Happening.What.CHANGED or happening.old is None or happening.new is None:
        return False
    return is_small_correction(happening.old, happening.new)


def is_small_correction(old: Revision, new: Revision) -> bool:
    """Tell whether two versions differ by nothing but the spelling of a few words.

    Nothing else of the page may differ; no number and no word that came in or went out is small: "nicht" is one word.
    """
    one, other = old.as_object(), new.as_object()
    texts = {field.name for field in text_fields(type(one))}
    if _rest(old.content, texts) != _rest(new.content, texts):
        return False
    return is_spelt_anew(_words(one), _words(other))


def _rest(content: Mapping[str, Any], texts: set[str]) -> dict[str, Any]:
    return {
        name: value
        for name, value in content.items()
        if name not in texts and name not in _BOOKKEEPING
    }


def _words(page: Any) -> list[str]:
    lines = (line for field in text_fields(type(page)) for line in field.lines(page) or ())
    return [
        word for line in lines for word in (f"¶{line.kind}", repr(line.data), *line.text.split())
    ]


def is_spelt_anew(old: Sequence[str], new: Sequence[str]) -> bool:
    """Tell whether one text came from the other by spelling at most `SMALL_WORDS` words anew."""
    if len(old) != len(new) or len(old) > _LONGEST:
        return False
    changed = [pair for pair in zip(old, new, strict=True) if pair[0] != pair[1]]
    return len(changed) <= SMALL_WORDS and all(_is_alike(*pair) for pair in changed)


def _is_alike(one: str, other: str) -> bool:
    if any(letter.isdigit() for letter in one + other):
        return False
    return SequenceMatcher(None, one.casefold(), other.casefold()).ratio() >= _ALIKE
