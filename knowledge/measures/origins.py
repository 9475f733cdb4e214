"""From what was typed to the page or decision that is meant, and back; rooms above register what they understand."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit
from uuid import UUID

from django.utils.translation import gettext as _

from access.rights import Person
from knowledge.basepage.addresses import url_path_of
from knowledge.basepage.models import KnowledgePage
from knowledge.council.models import PaperPage
from knowledge.measures.models import Entry
from knowledge.measures.services import Origin
from web.registry import Registry


class NotUnderstood(ValueError):
    """Nothing that the writer may read is called like this; the message is a sentence for people."""


@dataclass(frozen=True, slots=True)
class OriginReader:
    """One sort of thing that may be typed.

    Attributes:
        name: Unique.
        read: Returns what is meant, within the writer's rights; None if it is nothing of this sort.
        typed: Returns how an origin of this sort is typed; empty if it is of another.
        seen_lines: Gets keys of lines in pages and the reader, and returns those of this sort that the reader may see:
            a page may hide some of its lines.
    """

    name: str
    read: Callable[[str, Person], Origin | None]
    typed: Callable[[Origin], str] = lambda origin: ""
    seen_lines: Callable[[Set[UUID], Person], Set[UUID]] = lambda keys, user: frozenset()


origin_readers: Registry[OriginReader] = Registry(
    "sort of origin", cure="register it with knowledge.measures.origins.origin_readers.register"
)


def understood(typed: str, user: Person) -> Origin:
    """Return what is meant by a number or an address.

    Raises:
        NotUnderstood: If it is nothing that `user` may read.
    """
    typed = " ".join(typed.split())
    for reader in origin_readers:
        found = reader.read(typed, user)
        if found is not None:
            return found
    page = _paper(typed, user) or _page_at(typed, user)
    if page is None:
        raise NotUnderstood(
            _(
                "“%(typed)s” is no paper, decision or page that you can read. Write the number, or copy the address "
                "of the page from the browser."
            )
            % {"typed": typed[:80]}
        )
    return Origin(page)


def seen_origins(entries: Sequence[Entry], user: Person) -> dict[int, KnowledgePage]:
    """Return by entry the page that it comes from, if `user` may see the page and the line in it.

    One query, and one more for each sort of line.
    """
    wanted = {one.origin_id for one in entries if one.origin_id}
    seen = KnowledgePage.objects.visible_to(user).filter(pk__in=wanted) if wanted else ()
    pages = {page.pk: page for page in seen}
    keys = {one.origin_key for one in entries if one.origin_key and one.origin_id in pages}
    lines: set[UUID] = set()
    for reader in origin_readers if keys else ():
        lines |= reader.seen_lines(keys, user)
    return {
        one.pk: pages[one.origin_id]
        for one in entries
        if one.origin_id in pages and (one.origin_key is None or one.origin_key in lines)
    }


def as_typed(origin: Origin) -> str:
    """Return how an origin is typed."""
    for reader in origin_readers:
        found = reader.typed(origin)
        if found:
            return found
    return str(origin.page.url)


def _paper(typed: str, user: Person) -> KnowledgePage | None:
    found: KnowledgePage | None = PaperPage.objects.visible_to(user).filter(number=typed).first()
    return found


def _page_at(typed: str, user: Person) -> KnowledgePage | None:
    path = unquote(urlsplit(typed).path).strip("/")
    if not path or "\0" in path:
        return None
    found: KnowledgePage | None = (
        KnowledgePage.objects.visible_to(user).filter(url_path=url_path_of(f"{path}/")).first()
    )
    return found
