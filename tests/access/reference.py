"""The rule of `docs/access.md` once more, in ten lines of plain Python, and the world that it is about.

`Model` knows nothing of databases, guardian or Wagtail: tests do the same to it and to the real thing, then compare.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

READER, CONTRIBUTOR, PUBLISHER, STEWARD = 1, 2, 3, 4
SPACES, PEOPLE, ORGANISATIONS, CIRCLES = 3, 4, 2, 2
CURATOR = 3  # the last person
FOREVER = 10**6
Holder = tuple[str, int]  # kind and number: person, organisation or circle


@dataclass
class Folder:
    """A list of articles, or an article: what lies where, in which space, and how it must be handled."""

    space: int
    parent: str
    is_live: bool = True
    is_confidential: bool = False
    shows: str = ""  # the page whose alias it is


@dataclass
class Model:
    """Everything that decides who sees what; times are minutes from now."""

    pages: dict[str, Folder] = field(default_factory=dict)
    files: dict[str, int] = field(default_factory=dict)  # space of the file of each article
    pictures: dict[str, int] = field(
        default_factory=dict
    )  # space of the picture, which stays when the article moves
    shown_by: dict[str, dict[str, bool]] = field(
        default_factory=dict
    )  # which articles show the file and picture of each, and whether the file is attached or only linked
    roles: dict[tuple[int, Holder], tuple[int, int]] = field(default_factory=dict)  # role, end
    shares: dict[tuple[str, Holder], tuple[bool, int]] = field(
        default_factory=dict
    )  # with subpages, end
    circles: dict[tuple[int, int], int] = field(default_factory=dict)  # person and circle: end
    organisations: list[int] = field(default_factory=lambda: [0, 1, 0, 1])  # of each person
    active: list[bool] = field(default_factory=lambda: [True] * PEOPLE)
    curated: list[bool] = field(default_factory=lambda: [True] * SPACES)

    # --- the rule ---------------------------------------------------------------------------------
    def holders(self, person: int, at: int) -> set[Holder]:
        """As whom somebody holds rights: herself, her organisation, her circles until she leaves them."""
        mine = {("person", person), ("organisation", self.organisations[person])}
        return mine | {
            ("circle", c) for (p, c), end in self.circles.items() if p == person and at < end
        }

    def role(self, person: int, space: int, at: int) -> int:
        """The highest role that has not ended; a curator is steward of every space that has not opted out."""
        if not self.active[person]:
            return 0
        mine = self.holders(person, at)
        held = [
            r for (s, h), (r, end) in self.roles.items() if s == space and h in mine and at < end
        ]
        return max([*held, STEWARD if person == CURATOR and self.curated[space] else 0])

    def is_shared(self, person: int, page: str, at: int) -> bool:
        """Whether a share reaches the page: its own, or one with subpages from above, never a confidential page."""
        mine, above = (
            self.holders(person, at),
            {page: False, **dict.fromkeys(self.above(page), True)},
        )
        return self.active[person] and not self.pages[page].is_confidential and any(
            at < end and h in mine and p in above and (below or not above[p])
            for (p, h), (below, end) in self.shares.items()
        )  # fmt: skip

    def sees(self, person: int, page: str, at: int) -> bool:
        """Whether she sees a page where pages are listed, found and shown: it is published, and hers to read."""
        one = self.pages[page]
        return one.is_live and (
            self.role(person, one.space, at) >= READER or self.is_shared(person, page, at)
        )

    def reads(self, person: int, page: str, at: int) -> bool:
        """Whether she may read it at all: also what is not published, if she writes in its space."""
        draft = (
            not self.pages[page].is_live
            and self.role(person, self.pages[page].space, at) >= CONTRIBUTOR
        )
        return draft or self.sees(person, page, at)

    def sees_file(self, person: int, article: str, space: int, at: int) -> bool:
        """Whether she sees a file: hers by its space, or shown by a shared page there and by no confidential one."""
        here = [one for one in self.shown_by[article] if self.pages[one].space == space]
        shared = any(self.pages[one].is_live and self.is_shared(person, one, at) for one in here)
        return self.role(person, space, at) >= READER or (
            shared and not self.is_kept(article, space)
        )

    def is_kept(self, article: str, space: int) -> bool:
        """Whether a file is handled as confidential: a confidential page of its space shows it, published or not."""
        here = (self.pages[one] for one in self.shown_by[article])
        return any(one.is_confidential for one in here if one.space == space)

    def found_by_file(self, article: str) -> set[str]:
        """The articles found by a word of the file: they attach it, and no stricter page has it to itself."""
        space = self.files[article]
        return {
            one
            for one, is_attached in self.shown_by[article].items()
            if is_attached and self.pages[one].space == space
            and (self.pages[one].is_confidential or not self.is_kept(article, space))
        }  # fmt: skip

    # --- the tree ---------------------------------------------------------------------------------
    def above(self, page: str) -> list[str]:
        """The pages above one, next first."""
        parent = self.pages[page].parent
        return [parent, *self.above(parent)] if parent else []

    def at_or_below(self, page: str) -> list[str]:
        """A page and all below it."""
        return [one for one in self.pages if one == page or page in self.above(one)]

    def move(self, page: str, parent: str) -> None:
        """Move a page with what lies below it; files go along that no other page attaches, pictures stay."""
        left, moved = self.pages[page].space, set(self.at_or_below(page))
        for one, space in self.files.items():
            attaching = {who for who, is_attached in self.shown_by[one].items() if is_attached}
            if space == left and attaching and attaching <= moved:
                self.files[one] = self.pages[parent].space
        self.pages[page].parent = parent
        for one in moved:
            self.pages[one].space = self.pages[parent].space

    # --- what people do with pages -----------------------------------------------------------------
    def receivers(self, page: str) -> dict[Holder, int]:
        """Whom shares let read a page, and until when: nobody while it is a draft or confidential."""
        one, found = self.pages[page], dict[Holder, int]()
        above = {page: False, **dict.fromkeys(self.above(page), True)}
        for (p, h), (below, end) in self.shares.items():
            is_open = h[0] != "person" or self.active[h[1]]
            if p in above and (below or not above[p]) and is_open:
                found[h] = max(end, found.get(h, end))
        return found if one.is_live and not one.is_confidential else {}

    def must_ask(self, after: Model, made_of: dict[str, str]) -> bool:
        """Whether a person is asked before this becomes `after`: a page leaves its space, or a share reaches more.

        A copy is measured by the page that it was made of, a new page by nothing. A share also reaches more where a
        confidential page lets go of a file that a shared one shows.
        """
        for page, then in after.pages.items():
            was = made_of.get(page, page)
            had = self.receivers(was) if was in self.pages else {}
            if was in self.pages and self.pages[was].space != then.space:
                return True
            if _more(had, after.receivers(page)):
                return True
        return any(
            _more(self.file_receivers(one, space), after.file_receivers(one, space))
            for spaces in (self.files, self.pictures)
            for one, space in spaces.items()
        )

    def file_receivers(self, article: str, space: int) -> dict[Holder, int]:
        """Whom shares of the pages that show a file let read it: nobody while a confidential one keeps it."""
        found = dict[Holder, int]()
        for one in self.shown_by[article]:
            if self.pages[one].space == space and not self.is_kept(article, space):
                for h, end in self.receivers(one).items():
                    found[h] = max(end, found.get(h, end))
        return found

    def parts(self, page: str, parent: str) -> bool:
        """Whether a move would bring an alias and its source into two spaces, which nobody may."""
        after = deepcopy(self)
        after.move(page, parent)
        return any(
            one.shows and one.space != after.pages[one.shows].space for one in after.pages.values()
        )

    def carries_confidential(self, page: str, parent: str) -> bool:
        """Whether a move would bring something confidential into another space, which only stewards may."""
        leaves = self.pages[page].space != self.pages[parent].space
        return leaves and any(self.pages[one].is_confidential for one in self.at_or_below(page))

    def make(self, name: str, parent: str, *, source: str = "", is_alias: bool = False) -> None:
        """Make a page: empty, a copy, or an alias."""
        self.pages[name] = Folder(self.pages[parent].space, parent)
        if source:
            self.pages[name].shows = source if is_alias else ""
            self.pages[name].is_live = self.pages[source].is_live
            self._resemble(name, source)

    def publish(self, page: str) -> None:
        """Publish a page; its aliases follow. One that is confidential by then loses its own shares."""
        self.pages[page].is_live = True
        if self.pages[page].is_confidential:
            self.shares = {key: share for key, share in self.shares.items() if key[0] != page}
        for name, one in self.pages.items():
            if one.shows == page:
                one.is_live = True
                self._resemble(name, page)

    def unpublish(self, page: str) -> None:
        """Take a page and its aliases back."""
        for name, one in self.pages.items():
            one.is_live = one.is_live and page not in (name, one.shows)

    def _resemble(self, page: str, source: str) -> None:
        self.pages[page].is_confidential = self.pages[source].is_confidential
        for showing in self.shown_by.values():
            showing.pop(page, None)
            if source in showing:
                showing[page] = showing[source]

    def everything_seen(self, at: int) -> set[Any]:
        """Every person with everything that she sees, to compare two states."""
        return {
            (person, page) for person in range(PEOPLE) for page in self.pages if self.sees(person, page, at)
        }  # fmt: skip


def _more(had: dict[Holder, int], has: dict[Holder, int]) -> bool:
    """Whether somebody has something, or has it for longer."""
    return any(had.get(h, -1) < end for h, end in has.items())
