"""Watching pages and tags: what somebody watches, and why a happening concerns this person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from access.handling import mail_excerpt_allowed
from access.querysets import visible_pages
from access.rights import Person, can
from access.roles import Action
from access.tree import SPACE_ROOT_DEPTH, STEP, at_or_below
from accounts.models import User
from knowledge.basepage.models import KnowledgePage
from knowledge.collaboration.models import Happening, HappeningQuerySet, Watch
from knowledge.wiki.models import PageTag
from knowledge.wiki.tags import tagged, visible_tags


def watch(page: KnowledgePage, *, person: User) -> None:
    """Watch a page with all below it; doing so twice changes nothing.

    Raises:
        PermissionDenied: If the person may not read it.
    """
    with transaction.atomic():
        if page.space_id is None or not can(person, Action.READ, page):
            raise PermissionDenied
        Watch.objects.get_or_create(person=person, page=page)


def unwatch(page: KnowledgePage, *, person: User) -> None:
    """Watch a page no longer."""
    Watch.objects.filter(person=person, page=page).delete()


def watch_tag(key: str, *, person: User) -> None:
    """Watch a tag; doing so twice changes nothing.

    Raises:
        PermissionDenied: If the person sees no page with it.
    """
    with transaction.atomic():
        if not tagged(person, key).exists():
            raise PermissionDenied
        Watch.objects.get_or_create(person=person, tag=key)


def unwatch_tag(key: str, *, person: User) -> None:
    """Watch a tag no longer."""
    Watch.objects.filter(person=person, tag=key).delete()


def watched_by(person: Person) -> list[Watch]:
    """Return the pages that somebody watches and may still read, the newest first."""
    mine = Watch.objects.filter(visible_pages(person, "page__"), person=person.pk)
    return list(mine.select_related("page__space"))


def tags_watched_by(person: Person) -> dict[str, str]:
    """Return the tags that somebody watches and still sees on a page, by key, as they are spelt there."""
    keys = set(Watch.objects.filter(person=person.pk).exclude(tag="").values_list("tag", flat=True))
    if not keys:
        return {}
    return {key: name for key, name, _count in visible_tags(person).filter(key__in=keys)}


def home_of_space(page: KnowledgePage) -> KnowledgePage | None:
    """Return the home page of a page's space, the group's own page if it is a group's; None for that page itself."""
    if page.depth <= SPACE_ROOT_DEPTH:
        return None
    root = page.path[: SPACE_ROOT_DEPTH * STEP]
    # unscoped: whoever asks for it is asked for the right to read it
    found: KnowledgePage | None = KnowledgePage.objects.filter(path=root).first()
    return found


# unscoped: of pages that the person sees, by tags that this person watches
def watched_tags_on(person: Person, pages: Iterable[int]) -> dict[int, list[str]]:
    """Return the tags that somebody watches on each of these pages, as they are spelt there."""
    keys = Watch.objects.filter(person=person.pk).exclude(tag="").values("tag")
    found: dict[int, list[str]] = {}
    for one in PageTag.objects.filter(page__in=set(pages), key__in=keys).order_by("key"):
        found.setdefault(one.page_id, []).append(one.name)
    return found


def news_of(person: Person, watches: Sequence[Watch]) -> HappeningQuerySet:
    """Return what happened on what somebody watches, done by others, the newest first."""
    keys = Watch.objects.filter(person=person.pk).exclude(tag="").values("tag")
    below = Q(page__in=PageTag.objects.filter(key__in=keys).values("page"))
    for page in (one.page for one in watches if one.page is not None):
        below |= at_or_below(page.path, field="page__path")
    seen = Happening.objects.visible_to(person).filter(below).exclude(actor=person.pk)
    return seen.select_related("page__space", "actor")


@dataclass(frozen=True, slots=True)
class Line:
    """One page on which something happened, in words.

    Attributes:
        page: The page.
        says: What happened; without the title if the page is confidential.
        why: Why the person hears of it.
    """

    page: KnowledgePage
    says: str
    why: str


def in_lines(
    happenings: Iterable[Happening], watches: Sequence[Watch], tags: Mapping[int, Sequence[str]]
) -> list[Line]:
    """Put happenings, the newest first, into words: one line for each page, with the reason.

    Args:
        happenings: What the person may hear of.
        watches: The pages that this person watches.
        tags: The tags that this person watches, by page.
    """
    by_page: dict[int, list[Happening]] = {}
    for one in happenings:
        by_page.setdefault(one.page_id, []).append(one)
    return [_line(of_page, watches, tags) for of_page in by_page.values()]


def _line(
    of_page: Sequence[Happening], watches: Sequence[Watch], tags: Mapping[int, Sequence[str]]
) -> Line:
    page, newest = of_page[0].page, of_page[0]
    what = {one.what for one in of_page}
    if not mail_excerpt_allowed(page):
        return Line(page, _("Something happened on a confidential page"), _("because you watch it"))
    words = _sentence(Happening.What.NEW if Happening.What.NEW in what else newest.what)
    says = words % {"page": page.title, "person": newest.actor or _("Somebody")}
    return Line(page, says, why_told(page, watches, tags.get(page.pk, ())))


def _sentence(what: str) -> str:
    sentences: Mapping[str, str] = {
        Happening.What.NEW: _("“%(page)s” is new, by %(person)s"),
        Happening.What.CHANGED: _("“%(page)s” was changed by %(person)s"),
        Happening.What.ENTRY: _("“%(page)s” has a new entry by %(person)s"),
        Happening.What.COMMENTED: _("“%(page)s” was commented on by %(person)s"),
    }
    return sentences[what]


def why_told(page: KnowledgePage, watches: Sequence[Watch], tags: Sequence[str]) -> str:
    """Return why somebody hears of a page: the nearest thing that this person watches."""
    above = [one.page for one in watches if one.page and page.path.startswith(one.page.path)]
    nearest: Any = max(above, key=lambda one: len(one.path), default=None)
    if nearest is None and tags:
        return _("because you watch the tag “%(tag)s”") % {"tag": tags[0]}
    if nearest is None:
        return _("because you watched it")
    if nearest.pk == page.pk:
        return _("because you watch the page")
    if not mail_excerpt_allowed(nearest):
        return _("because you watch a page above it")
    if nearest.depth == SPACE_ROOT_DEPTH:
        return _("because you watch “%(space)s”") % {"space": nearest.title}
    return _("because you watch “%(page)s” and what lies below") % {"page": nearest.title}
