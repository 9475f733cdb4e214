"""What it means for people and shares when pages are written, published, moved or copied, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.consequence.held_files import MODELS, File, held_by, let_go
from access.consequence.of_roles import Consequence, Item, count_pages
from access.consequence.of_shares import readers_of
from access.consequence.readership import Reach, reach_at, shares_below
from access.consequence.state import fingerprint
from access.grants import Holder
from access.models import Space, body_of
from access.querysets import references_from_pages
from access.tree import Page, at_or_below, page_model, space_of
from accounts.models import Membership, User

MAX_NAMES = 10  # receivers of shares, or pages, that are named

Reaches = Mapping[int, Reach]


@dataclass(slots=True)
class Widening:
    """Watches pages while somebody works on them, and says who reads them then and didn't before."""

    _before: dict[int, Reach] = field(default_factory=dict)
    _touched: dict[int, bool] = field(default_factory=dict)  # whether with all that lies below
    _made: dict[int, int | None] = field(default_factory=dict)  # page from which it was copied
    _accepted: set[int] = field(default_factory=set)
    _held: dict[int, frozenset[File]] = field(default_factory=dict)

    def watch(self, page: Page, *, whole: bool) -> None:
        """Note a page as it is, before something happens to it.

        Args:
            page: A stored page.
            whole: Whether it happens to all pages below it, too.
        """
        if page.pk in self._made or self._touched.get(page.pk) in (True, whole):
            return
        path = _path_of(page.pk)
        for pk, reach in reach_at(path, whole=whole).items():
            if pk not in self._made:
                self._before.setdefault(pk, reach)
        self._held = held_by(at_or_below(path) if whole else Q(pk=page.pk)) | self._held
        self._touched[page.pk] = whole

    def made(self, page: Page, *, source: Page | None = None) -> None:
        """Note a new page.

        Args:
            page: The page, which was just stored.
            source: The page whose content it shows, if it is a copy or an alias.
        """
        self._touched.setdefault(page.pk, False)
        self._made[page.pk] = self._made.get(page.pk)
        if source is not None and self._made[page.pk] is None:
            self._made[page.pk] = source.pk
            for pk, reach in reach_at(_path_of(source.pk), whole=False).items():
                self._before.setdefault(pk, reach)

    def accept(self, pages: Iterable[Any]) -> None:
        """Take what follows for these pages, and all below them, as asked and answered."""
        for page in pages:
            self._accepted |= set(reach_at(_path_of(page.pk), whole=True))

    def consequence(self) -> Consequence | None:
        """Return what follows from everything that happened; None if nobody outside reads more."""
        after: dict[int, Reach] = {}
        for pk, whole in self._touched.items():
            if path := _path_of(pk):
                after |= reach_at(path, whole=whole)
        groups: dict[tuple[bool, int, int], list[int]] = {}
        for pk, reach in after.items():
            before = self._was(pk)
            if pk not in self._accepted and reach.is_wider_than(before):
                left = before.space_id if before else reach.space_id
                is_copy = self._made.get(pk) is not None
                groups.setdefault((is_copy, left, reach.space_id), []).append(pk)
        items = [
            self._item(after, pages, is_copy=is_copy, left=left, space=space)
            for (is_copy, left, space), pages in groups.items()
        ]
        held = (files for pk, files in self._held.items() if pk not in self._accepted)
        items += item_of_files(chain.from_iterable(held))
        if not items:
            return None
        return Consequence(items=tuple(items), fingerprint=fingerprint(_everything(items)))

    def _was(self, pk: int) -> Reach | None:
        if pk in self._made:
            source = self._made[pk]
            return self._before.get(source) if source is not None else None
        return self._before.get(pk)

    def _item(
        self, after: Reaches, pages: Sequence[int], *, is_copy: bool, left: int, space: int
    ) -> Item:
        before = {pk: was for pk in pages if (was := self._was(pk))}
        then = {pk: after[pk] for pk in pages}
        label = _("More people can read this")
        change = _titles(pages)
        said: list[str] = []
        if left != space:
            spaces = Space.objects.in_bulk([left, space])
            label = _("Copy into another space") if is_copy else _("Move into another space")
            said.append(_("It is about %(pages)s.") % {"pages": change})
            change = between(spaces[left], spaces[space])
            said += crossing(spaces[left], spaces[space], is_copy=is_copy)
            if is_copy:
                said += files_staying([self._made[pk] for pk in pages], spaces[left])
        return Item(label, change, effects=(*said, *about_shares(before, then)))


def item_of_writing(page: Page) -> Item | None:
    """Say who outside the space reads whatever is written below `page`; None if nobody does."""
    below = Reach(
        space_of(page).pk, is_open=True, is_confidential=False, shares=shares_below(page.path)
    )
    if not below.shares:
        return None
    change = _("Below “%(page)s”") % {"page": page.get_admin_display_title()}
    return Item(_("More people can read this"), change, effects=(*about_shares({}, {0: below}),))


def item_of_files(held: Iterable[File], *, without: Q | None = None) -> list[Item]:
    """Say which files shares then open because no confidential page holds them back any more; at most one item.

    Args:
        held: Files that a confidential page showed.
        without: Pages that are thought to be gone.
    """
    free = let_go(held, without=without)
    if not free:
        return []
    receivers = {one for those in free.values() for one in those}
    said = _("Shares of other pages then open them: %(names)s.") % {"names": _names(receivers)}
    titles = [_("“%(title)s”") % {"title": title} for title in sorted(free)]
    kept_back = _("No confidential page shows them any more.")
    return [Item(_("More people can read these files"), _listed(titles), effects=(kept_back, said))]


def between(source: Space, target: Space) -> str:
    """Return from where to where pages go."""
    return _("From the space “%(source)s” to the space “%(target)s”") % {
        "source": source.title,
        "target": target.title,
    }


def going_along(condition: Q, files: int) -> str:
    """Say how many pages, drafts and files move; two queries."""
    pages = count_pages(condition)
    drafts, count = pages.drafts, files
    return _("%(pages)s, %(drafts)s and %(files)s go along.") % {
        "pages": str(pages),
        "drafts": ngettext("%(count)d draft", "%(count)d drafts", drafts) % {"count": drafts},
        "files": ngettext("%(count)d file", "%(count)d files", count) % {"count": count},
    }


def crossing(source: Space, target: Space, *, is_copy: bool) -> list[str]:
    """Say how many people read the one space and not the other; two queries.

    Whoever is told may publish in both spaces, and so may know who reads there.
    """
    before, after = readers_of(source), readers_of(target)
    gaining = after.exclude(pk__in=before.values("pk")).count()
    said = [
        ngettext(
            "%(count)d person who can't read them now can then read them.",
            "%(count)d people who can't read them now can then read them.",
            gaining,
        )
        % {"count": gaining}
    ]
    if not is_copy:
        losing = before.exclude(pk__in=after.values("pk")).count()
        said.append(
            ngettext(
                "%(count)d person who reads them now can then no longer do so.",
                "%(count)d people who read them now can then no longer do so.",
                losing,
            )
            % {"count": losing}
        )
    return said


def files_staying(sources: Sequence[int | None], space: Space) -> list[str]:
    """Say how many files and pictures a copy shows that stay in the space of its source; four queries."""
    count = 0
    for label in MODELS:
        model: Any = apps.get_model(label)
        shown = references_from_pages(page_model().objects.filter(pk__in=sources), model)
        numbers = {int(pk) for pk in shown.values_list("to_object_id", flat=True)}
        count += model.objects.filter(pk__in=numbers, space=space).count()
    if not count:
        return []
    return [
        ngettext(
            "%(count)d file stays in the space “%(space)s”. Whoever can't read that space doesn't "
            "see it on the copy.",
            "%(count)d files stay in the space “%(space)s”. Whoever can't read that space doesn't "
            "see them on the copy.",
            count,
        )
        % {"count": count, "space": space.title}
    ]


def about_shares(before: Reaches, after: Reaches) -> list[str]:
    """Say which shares still reach the pages, which no longer do, and which do anew.

    Args:
        before: Pages that exist now, as they are.
        after: The same pages and new ones, as they will be.
    """
    had = {one for reach in before.values() for one in reach.shares}
    kept = {one for reach in after.values() for one in reach.shares}
    new = {one for pk, reach in after.items() for one in reach.new_since(before.get(pk))}
    said = []
    if staying := _names(kept - new):
        said.append(_("Shares that stay: %(names)s.") % {"names": staying})
    if ending := _names(had - kept):
        said.append(
            _("Shares of pages above that no longer reach them: %(names)s.") % {"names": ending}
        )
    if beginning := _names(new):
        said.append(
            _("Shares that then reach them, confidential pages excepted: %(names)s.")
            % {"names": beginning}
        )
        said.append(_newly_reading(new, {reach.space_id for reach in after.values()}))
    return said


def _newly_reading(receivers: Iterable[Holder], spaces: Iterable[int]) -> str:
    """Say how many people outside the spaces some shares stand for."""
    groups, people = _split(receivers)
    members = Membership.objects.current().filter(group__in=groups).values("user")
    reading = User.objects.filter(Q(pk__in=people) | Q(pk__in=members), is_active=True)
    for space in Space.objects.filter(pk__in=spaces):
        reading = reading.exclude(pk__in=readers_of(space).values("pk"))
    count = reading.count()
    return ngettext(
        "%(count)d person outside the space can then read them.",
        "%(count)d people outside the space can then read them.",
        count,
    ) % {"count": count}


def _split(receivers: Iterable[Holder]) -> tuple[set[int], set[int]]:
    """Return the groups and the people among the receivers of shares."""
    chosen = list(receivers)
    return {pk for kind, pk in chosen if kind == "group"}, {
        pk for kind, pk in chosen if kind == "user"
    }


def _names(receivers: Iterable[Holder]) -> str:
    """Return the names of receivers of shares, at most `MAX_NAMES`; two queries."""
    groups, people = _split(receivers)
    named = {
        str(body_of(one))
        for one in Group.objects.filter(pk__in=groups).select_related("organisation", "circle")
    } | {str(one) for one in User.objects.filter(pk__in=people)}
    return _listed(sorted(named, key=str.casefold))


def _titles(pages: Iterable[int]) -> str:
    """Return the titles of pages as those who work on them know them, at most `MAX_NAMES`."""
    rows = page_model().objects.filter(pk__in=list(pages)).order_by("path")
    return _listed(
        [
            _("“%(title)s”") % {"title": draft or title}
            for title, draft in rows.values_list("title", "draft_title")
        ]
    )


def _listed(names: Sequence[str]) -> str:
    shown = list(names)
    if len(shown) > MAX_NAMES:
        shown = [*shown[:MAX_NAMES], _("and %(count)d more") % {"count": len(shown) - MAX_NAMES}]
    return ", ".join(shown)


def _everything(items: Iterable[Item]) -> list[str]:
    return [sentence for one in items for sentence in (one.label, one.change, *one.effects)]


def _path_of(pk: int) -> str:
    paths = page_model().objects.filter(pk=pk).values_list("path", flat=True)
    return paths.first() or ""
