"""Tags of pages: a tag shows only where the reader may see a page that has it, and counts only such pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Min, QuerySet
from django.utils.translation import gettext as _

from access.rights import Person
from access.roles import Action
from accounts.models import User
from audit.services import record
from knowledge.basepage.addresses import slug_of
from knowledge.basepage.models import KnowledgePage
from knowledge.wiki.models import PageTag
from knowledge.wiki.upkeep import may_plan
from knowledge.writing.services import check_state, one_deed
from web.composed import composed

MOST = 12
"""Tags of one page."""
LONGEST = 60
"""Characters of a tag."""
PROPOSED = 200
"""Tags that are proposed to whoever tags a page, the most used first."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag as a reader sees it: how it is spelt on the pages that the reader sees, and on how many."""

    key: str
    name: str
    count: int


def may_tag(user: Person, page: KnowledgePage) -> bool:
    """Tell whether the person may tag a page; it counts at once, so for what is published it takes publishers."""
    return may_plan(user, page)


def tags_of(page: KnowledgePage) -> list[PageTag]:
    """Return the tags of a page that the reader sees; one query."""
    return list(_tags_of(page=page.pk))


# unscoped: of a page that the reader sees
@composed
def _tags_of(*, page: Any) -> QuerySet[PageTag]:
    return PageTag.objects.filter(page=page).order_by("key")


def visible_tags(user: Person) -> QuerySet[Any]:
    """Return the tags of the pages that `user` sees, as (key, name, count), the most used first; one query."""
    visible: Any = KnowledgePage.objects.visible_to(user)
    rows = PageTag.objects.filter(page__in=visible.order_by().values("pk")).order_by()
    # Of several spellings the first in the alphabet; which is taken must not depend on what is hidden.
    counted = rows.values("key").annotate(shown=Min("name"), count=Count("pk"))
    return counted.values_list("key", "shown", "count").order_by("-count", "key")


def tagged(user: Person, key: str) -> QuerySet[Any]:
    """Return the pages with a tag that `user` sees, those changed last first."""
    pages: Any = KnowledgePage.objects.visible_to(user)
    pages = pages.filter(pk__in=PageTag.objects.filter(key=key).values("page"))
    return pages.select_related("space", "content_type").order_by("-last_published_at", "path")


def read_names(names: Iterable[str]) -> dict[str, str]:
    """Return what was typed as tags, by key; each once, in its first spelling.

    Raises:
        ValidationError: If one is too long or says nothing, or there are too many.
    """
    read: dict[str, str] = {}
    for name in names:
        said = " ".join(name.split()).strip("#,; ")
        key = slug_of(said)
        if not said:
            continue
        if len(said) > LONGEST or not key:
            raise ValidationError(
                _(
                    "“%(name)s” is no tag: it takes letters or digits, and %(most)d characters at the most. "
                    "Nothing was saved."
                )
                % {"name": said[:LONGEST], "most": LONGEST}
            )
        read.setdefault(key[:80], said)
    if len(read) > MOST:
        raise ValidationError(
            _("A page has %(most)d tags at the most. Nothing was saved; please leave some out.")
            % {"most": MOST}
        )
    return read


def set_tags(page: KnowledgePage, names: Iterable[str], *, actor: User) -> None:
    """Give a page these tags and no others; it counts at once.

    Raises:
        ValidationError: See `read_names`.
        PermissionDenied, Locked, Refused: See `knowledge.writing.services`.
    """
    wanted = read_names(names)
    with one_deed(actor):
        check_state(page, actor, Action.EDIT, None)
        if not may_tag(actor, page):
            raise PermissionDenied
        stored = {tag.key: tag for tag in PageTag.objects.filter(page=page.pk)}
        PageTag.objects.filter(page=page.pk).exclude(key__in=wanted).delete()
        new = [
            PageTag(page_id=page.pk, key=key, name=name)
            for key, name in wanted.items()
            if key not in stored
        ]
        PageTag.objects.bulk_create(new)
        if new or stored.keys() - wanted.keys():
            record("page.tagged", actor=actor, obj=page)
