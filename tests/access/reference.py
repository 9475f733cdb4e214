"""The rule of `docs/access.md` once more, in ten lines of plain Python, and the world that it is about.

`Model` knows nothing of databases, guardian or Wagtail: tests do the same to it and to the real thing, then compare.
"""

from __future__ import annotations

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


@dataclass
class Model:
    """Everything that decides who sees what; times are minutes from now."""

    pages: dict[str, Folder] = field(default_factory=dict)
    files: dict[str, int] = field(default_factory=dict)  # space of the file of each article
    pictures: dict[str, int] = field(
        default_factory=dict
    )  # space of the picture, which stays when the article moves
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
        """Whether she sees a file of an article: she reads its space, or the article, which lies there, was shared."""
        page = self.pages[article]
        shared = page.is_live and page.space == space and self.is_shared(person, article, at)
        return self.role(person, space, at) >= READER or shared

    # --- the tree ---------------------------------------------------------------------------------
    def above(self, page: str) -> list[str]:
        """The pages above one, next first."""
        parent = self.pages[page].parent
        return [parent, *self.above(parent)] if parent else []

    def at_or_below(self, page: str) -> list[str]:
        """A page and all below it."""
        return [one for one in self.pages if one == page or page in self.above(one)]

    def move(self, page: str, parent: str) -> None:
        """Move a page with what lies below it; files go along, pictures stay in their space."""
        self.pages[page].parent = parent
        for one in self.at_or_below(page):
            if one in self.files and self.files[one] == self.pages[one].space:
                self.files[one] = self.pages[parent].space
            self.pages[one].space = self.pages[parent].space

    def everything_seen(self, at: int) -> set[Any]:
        """Every person with everything that she sees, to compare two states."""
        return {
            (person, page) for person in range(PEOPLE) for page in self.pages if self.sees(person, page, at)
        }  # fmt: skip
