"""What is proposed while typing: `[[` pages, `@` people and bodies. Rooms that know of more register it.

Everything proposed lies within the rights of whoever types.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from access.rights import Person, scope_for, spaces_where
from access.roles import Action
from knowledge.basepage.addresses import url_path_of
from knowledge.basepage.models import KnowledgePage
from knowledge.pages.editors import front_edit_url
from knowledge.writing.binning import not_binned
from search.service import suggest
from web.registry import Registry

PROPOSALS = 8
LONGEST = 60
SHORTEST_LIKE = 4  # characters of a title before others are called alike
MOST_LIKE = 4  # pages that a title is said to be like


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Something that a text can link to: a page by its number, or an address."""

    title: str
    url: str
    note: str = ""
    kind: str = "url"
    to: str = ""

    def as_json(self) -> dict[str, str]:
        """Return it as the browser gets it."""
        return {
            "title": self.title,
            "note": self.note,
            "url": self.url,
            "kind": self.kind,
            "to": self.to or self.url,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """One source of proposals.

    Attributes:
        name: Unique.
        sign: `page` for what is typed after `[[`, `person` for what is typed after `@`.
        propose: Returns what begins like the text and may be seen by the person; best first.
    """

    name: str
    sign: str
    propose: Callable[[Person, str], Iterable[Proposal]]


completions: Registry[Completion] = Registry(
    "completion", cure="register it with knowledge.editing.completion.completions.register"
)


def proposals(user: Person, sign: str, typed: str) -> list[Proposal]:
    """Return what `user` may link to and what begins like `typed`; at most `PROPOSALS`."""
    typed = " ".join(typed.split())[:LONGEST]
    found = [
        proposal for one in completions if one.sign == sign for proposal in one.propose(user, typed)
    ]
    return found[:PROPOSALS]


def same_title(user: Person, title: str) -> list[Proposal]:
    """Return the pages that are called `title`, published or drafts, of those that `user` may read; one query."""
    said = " ".join(title.replace("\0", "").split())
    if not said:
        return []
    drafts = Q(space__in=spaces_where(user, Action.READ_DRAFT), draft_title=said) & not_binned()
    visible: Any = KnowledgePage.objects.visible_to(user)
    found: Any = KnowledgePage.objects.filter(Q(pk__in=visible.filter(title=said)) | drafts)
    found = found.select_related("space").order_by("path")[:PROPOSALS]
    return [
        _proposal(page, user) if page.live else _draft(page.specific_deferred, user)
        for page in found
    ]


def _draft(page: Any, user: Person) -> Proposal:
    note = f"{_('Draft')}, {page.space.title}"
    url = front_edit_url(page, user)
    return Proposal(title=page.draft_title, url=url, note=note, kind="page", to=str(page.pk))


def like_title(user: Person, typed: str) -> list[Proposal]:
    """Return the pages whose titles are, or begin, like what is being typed, of those that `user` may read."""
    same = same_title(user, typed)
    if len(typed.strip()) < SHORTEST_LIKE:
        return same
    known = {one.to for one in same}
    return [*same, *(one for one in _pages(user, typed[:LONGEST]) if one.to not in known)][
        :MOST_LIKE
    ]


def _pages(user: Person, typed: str) -> list[Proposal]:
    """Propose pages by their titles, as the search does; without a word those that were changed last."""
    pages: Any = KnowledgePage.objects.visible_to(user).select_related("space")
    if len(typed) < 2:
        found = pages.order_by("-last_published_at")[:PROPOSALS]
        return [_proposal(page, user) for page in found]
    addresses = [one.url for one in suggest(user, typed)]
    by_url = {page.url: page for page in pages.filter(url_path__in=_paths(addresses))}
    return [_proposal(by_url[url], user) for url in addresses if url in by_url]


def _proposal(page: KnowledgePage, user: Person) -> Proposal:
    # A shared page alone doesn't tell its space's name.
    note = page.space.title if page.space and page.space_id in scope_for(user).spaces else ""
    return Proposal(title=page.title, url=page.url, note=note, kind="page", to=str(page.pk))


def _paths(addresses: Iterable[str]) -> list[str]:
    return [url_path_of(url.strip("/") + "/") for url in addresses if "?" not in url]


PAGES = Completion(name="pages", sign="page", propose=_pages)
