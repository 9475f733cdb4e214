"""Another title, another address, another place: links follow by the page's number, old addresses lead on."""

from __future__ import annotations

from itertools import chain, count
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext as _

from access.consequence.confirmation import Refused
from access.rights import Person, can
from access.roles import Action
from access.tree import SPACE_ROOT_DEPTH
from accounts.models import User
from audit.services import record
from knowledge.basepage.addresses import slug_of
from knowledge.basepage.models import KnowledgePage
from knowledge.writing.amending import amend_versions
from knowledge.writing.services import check_state, one_deed, refuse_binned


def may_rename(user: Person, page: KnowledgePage) -> bool:
    """Tell whether the person may give a page another title and address: what is published, publishers alone."""
    return page.depth > SPACE_ROOT_DEPTH and can(user, _needed(page), page)


def may_move(user: Person, page: KnowledgePage) -> bool:
    """Tell whether the person may move a page; drafts without subpages are moved by their authors, too."""
    needed = Action.PUBLISH if page.live or page.numchild else Action.EDIT
    return page.depth > SPACE_ROOT_DEPTH and can(user, needed, page)


def may_receive(user: Person, place: KnowledgePage, *, of: KnowledgePage) -> bool:
    """Tell whether the person may put a page below `place`."""
    needed = Action.PUBLISH if of.live or of.numchild else Action.ADD
    return place.space_id is not None and can(user, needed, place)


def rename_page(
    page: KnowledgePage, *, title: str, slug: str, actor: User, stamp: str | None
) -> None:
    """Give a page another title and another short name in addresses, at once and in its drafts.

    Args:
        page: The page.
        title: The new title.
        slug: The new short name; made from the title if it is empty.
        actor: Who renames it.
        stamp: Of the version that the actor saw.

    Raises:
        ValidationError: If the title is missing, or another page has the short name there.
        PermissionDenied, Stale, Locked, Refused: See `knowledge.writing.services`.
    """
    with one_deed(actor):
        check_state(page, actor, _needed(page), stamp)
        if not may_rename(actor, page):
            raise PermissionDenied
        stored: Any = KnowledgePage.objects.get(pk=page.pk).specific
        slug = slugify(slug) or slug_of(title)
        check_free(slug, below=page.get_parent(), besides=page)
        if not title.strip():
            raise ValidationError({"title": _("A page needs a title.")})
        stored.title, stored.draft_title, stored.slug = title, title, slug
        stored.save()
        versions = {stored.latest_revision_id, stored.live_revision_id}
        amend_versions(versions, {"title": title, "slug": slug})
        record("page.renamed", actor=actor, obj=page)


def _needed(page: KnowledgePage) -> Action:
    return Action.PUBLISH if page.live else Action.EDIT


def check_free(slug: str, *, below: KnowledgePage, besides: KnowledgePage | None = None) -> None:
    """Refuse a short name that another page has there.

    Raises:
        ValidationError: If it is taken.
    """
    # unscoped: that a short name is taken is said without a title
    siblings = KnowledgePage.objects.child_of(below).filter(slug=slug)
    if siblings.exclude(pk=besides.pk if besides else None).exists():
        raise ValidationError(
            {
                "slug": _(
                    "There is a page with the short name “%(slug)s” there already. Choose another one; "
                    "nothing was changed."
                )
                % {"slug": slug}
            }
        )


# unscoped: which short names are taken is not shown
def free_slug(title: str, *, below: KnowledgePage) -> str:
    """Return a short name made from a title that no page has there yet."""
    wanted = slug_of(title) or "seite"
    taken = set(KnowledgePage.objects.child_of(below).values_list("slug", flat=True))
    numbers = (f"{wanted}-{number}" for number in count(2))
    return next(name for name in chain([wanted], numbers) if name not in taken)


def move_page(page: KnowledgePage, *, to: KnowledgePage, actor: User) -> None:
    """Move a page below another one, with all below it.

    Args:
        page: The page.
        to: Where it comes to lie.
        actor: Who moves it; asked for rights to both places.

    Raises:
        PermissionDenied: If the actor may not move it, or not write there.
        Refused: If it can't lie there, or something confidential would leave its space without a steward.
        ValidationError: If another page has its short name there.
        NotConfirmed: If more people can read something of it then, and that wasn't confirmed.
    """
    with one_deed(actor):
        check_state(
            page, actor, Action.PUBLISH if page.live or page.numchild else Action.EDIT, None
        )
        if not may_move(actor, page) or not may_receive(actor, to, of=page):
            raise PermissionDenied
        refuse_binned(to)
        if why := why_not_below(page, to):
            raise Refused(why)
        check_free(page.slug, below=to, besides=page)
        page.specific.move(to, pos="last-child", user=actor)


def why_not_below(page: KnowledgePage, to: KnowledgePage, *, with_subpages: bool = True) -> str:
    """Return why a page, or a copy of it, can't lie below another one; an empty text if it can."""
    if with_subpages and to.path.startswith(page.path):
        return _("A page can't be moved below itself. Nothing was changed.")
    if page.specific_class not in to.specific_class.allowed_subpage_models():
        return _("“%(kind)s” can't lie below “%(page)s”. Nothing was changed.") % {
            "kind": page.specific_class.get_verbose_name(),
            "page": to.title,
        }
    return ""
