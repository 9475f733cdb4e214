"""What follows if a page is renamed, moved or deleted, in sentences that are read before."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.consequence.of_roles import Consequence, Item
from access.consequence.state import fingerprint
from access.rights import Person
from access.tree import at_or_below
from knowledge.basepage.models import KnowledgePage
from knowledge.pages.backlinks import pages_leading_to
from knowledge.writing.moving import consequence_of_moving


def of_renaming(page: Any, *, title: str, slug: str, user: Person) -> Consequence:
    """Say what follows if a page gets another title and short name."""
    change = _("“%(old)s” becomes “%(new)s”") % {"old": page.title, "new": title}
    effects = [*_links_follow(page, user)]
    if slug != page.slug:
        effects.insert(0, _addresses_change(page))
    return _one(_("Rename"), change, effects, page, slug)


def of_moving(page: Any, to: Any, *, user: Person) -> Consequence:
    """Say what follows if a page moves below another one; who gains and loses, if it changes the space."""
    change = _("From “%(old)s” to “%(new)s”") % {"old": page.get_parent().title, "new": to.title}
    own = Item(_("Move"), change, (_addresses_change(page), *_links_follow(page, user)))
    reach = consequence_of_moving([page], to)
    items = (own, *(reach.items if reach is not None else ()))
    said = [page.path, to.path, *(one for item in items for one in (item.change, *item.effects))]
    return Consequence(items=items, fingerprint=fingerprint(said))


def of_deleting(page: Any, *, user: Person) -> Consequence:
    """Say what follows if a page goes into the bin."""
    below = _below(page)
    effects = [
        _(
            "It stays in the bin for 30 days: those who could edit it see it there and can restore it. Then it is "
            "deleted for good."
        )
    ]
    if below:
        effects.insert(
            0,
            ngettext(
                "%(count)d page below goes with it.", "%(count)d pages below go with it.", below
            )
            % {"count": below},
        )
    leading = len(pages_leading_to(page, user))
    if leading:
        effects.append(
            ngettext(
                "%(count)d page that you see leads here; its link becomes plain text.",
                "%(count)d pages that you see lead here; their links become plain text.",
                leading,
            )
            % {"count": leading}
        )
    own = Item(_("Put into the bin"), _("“%(title)s”") % {"title": page.title}, tuple(effects))
    said = [page.path, own.change, *own.effects]
    return Consequence(items=(own,), fingerprint=fingerprint(said))


def _one(label: str, change: str, effects: list[str], *state: Any) -> Consequence:
    item = Item(label, change, tuple(effects))
    return Consequence(items=(item,), fingerprint=fingerprint([change, *effects, *state]))


# unscoped: counted for whoever may move or delete all of it
def _below(page: Any) -> int:
    return KnowledgePage.objects.filter(at_or_below(page.path)).exclude(pk=page.pk).count()


def _addresses_change(page: Any) -> str:
    below = _below(page)
    if not below:
        return _("Its address changes; the former one leads to it.")
    return ngettext(
        "Its address and that of %(count)d page below change; the former ones lead on.",
        "Its address and those of %(count)d pages below change; the former ones lead on.",
        below,
    ) % {"count": below}


def _links_follow(page: Any, user: Person) -> list[str]:
    leading = len(pages_leading_to(page, user))
    if not leading:
        return []
    return [
        ngettext(
            "%(count)d page that you see leads here; its link goes on working.",
            "%(count)d pages that you see lead here; their links go on working.",
            leading,
        )
        % {"count": leading}
    ]
