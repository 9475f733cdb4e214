"""Items of an agenda are narrowed to some organisations of the group, and opened again.

Narrowing holds at once and in every version of the page. What was published before was read before: whoever narrows
later is told who did.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from wagtail.models import Revision

from access.audience import audiences_of, keep_audience
from access.consequence.state import fingerprint
from access.principals import label_of
from accounts.models import Organisation, User
from audit.services import record
from knowledge.basepage.models import KnowledgePage
from knowledge.groups.models import MinutesPage
from knowledge.meetings.agenda import Item, items_of
from knowledge.meetings.models import space_of
from knowledge.meetings.notices import about_minutes
from knowledge.tasks.charging import members_of
from search.outbox import enqueue


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A change of who sees one item.

    Attributes:
        item: The item.
        organisations: Who sees it from now on; None for all readers of the minutes.
        is_out: Whether the published minutes hold the item, so that others may have read it.
    """

    item: Item
    organisations: tuple[Organisation, ...] | None
    is_out: bool


class NotAmong(ValueError):
    """Somebody would narrow an item away from their own organisation; carries the sentence."""


def offered_organisations(page: MinutesPage) -> list[Organisation]:
    """Return to whom an item may be narrowed: the organisations of the group, by name."""
    return organisations_of(members_of(space_of(page)))


def organisations_of(people: Iterable[User]) -> list[Organisation]:
    """Return the organisations of some people, by name."""
    return sorted({one.organisation for one in people if one.organisation is not None}, key=str)


def narrowings_in(
    page: MinutesPage, chosen: Mapping[UUID, Collection[int]], *, actor: User
) -> list[Narrowing]:
    """Return what of a choice is a change.

    Args:
        page: The minutes as they are about to be saved.
        chosen: Primary keys of organisations by the item's key; none of them means all readers.
        actor: Who chooses.

    Raises:
        NotAmong: If the actor's own organisation would not see the item any more.
    """
    known = audiences_of(chosen)
    if all(known.get(key, frozenset()) == set(bodies) for key, bodies in chosen.items()):
        return []
    offered = {one.pk: one for one in offered_organisations(page)}
    out = {one.key for one in items_of(_published(page))} if page.live else set()
    changes = []
    for item in items_of(page):
        if item.key not in chosen:
            continue
        # An organisation that left the group keeps what was narrowed to it.
        wanted = {pk for pk in chosen[item.key] if pk in offered} | _kept(item, known, offered)
        if not chosen[item.key]:
            wanted = set()
        if frozenset(wanted) == known.get(item.key, frozenset()):
            continue
        if wanted and actor.organisation_id not in wanted:
            raise NotAmong(
                _(
                    "Item %(number)d: your own organisation must be among those that see it, or you couldn’t go on "
                    "writing it. Nothing was narrowed."
                )
                % {"number": item.number}
            )
        bodies = tuple(Organisation.objects.filter(pk__in=wanted).order_by("short_name"))
        changes.append(Narrowing(item, bodies or None, item.key in out))
    return changes


def _kept(item: Item, known: Mapping[UUID, frozenset[int]], offered: Collection[int]) -> set[int]:
    return {pk for pk in known.get(item.key, ()) if pk not in offered}


def _published(page: MinutesPage) -> MinutesPage:
    found: MinutesPage = MinutesPage.objects.get(pk=page.pk)  # unscoped: of a page that is written
    return found


@dataclass(frozen=True, slots=True)
class Consequence:
    """What narrowing or opening published items means, in sentences; `state` changes with it."""

    sentences: Sequence[str]

    @property
    def state(self) -> str:
        """Return the fingerprint that confirms it."""
        return fingerprint(self.sentences)


def consequence_of(page: MinutesPage, changes: Sequence[Narrowing]) -> Consequence | None:
    """Say what the changes mean for those who could read the items until now; None if nothing is out yet."""
    out = [one for one in changes if one.is_out]
    return Consequence([_said(page, one) for one in out]) if out else None


def _said(page: MinutesPage, change: Narrowing) -> str:
    where = {"number": change.item.number, "title": change.item.title}
    if change.organisations is None:
        return (
            _("Item %(number)d, “%(title)s”, will be shown to everybody who may read these minutes, in all versions.")
            % where
        )  # fmt: skip
    bodies = ", ".join(map(str, change.organisations))
    said = (
        _("Item %(number)d, “%(title)s”, will be shown to %(bodies)s only, in all versions.")
        % {**where, "bodies": bodies}
    )  # fmt: skip
    readers = _read_by(page, {one.pk for one in change.organisations})
    if readers:
        return f"{said} " + _("Already opened by: %(people)s. Narrowing can’t undo that.") % {
            "people": ", ".join(readers)
        }
    return f"{said} " + _("Nobody of the others has opened the notice of these minutes yet.")


def _read_by(page: MinutesPage, audience: Collection[int]) -> list[str]:
    """Return who outside the audience opened a notice of the minutes; the log of readings is not for writers."""
    read = about_minutes(page).filter(read_at__isnull=False).values("recipient")
    people = User.objects.filter(pk__in=read).exclude(organisation__in=audience)
    others = people.select_related("organisation")
    return [label_of(one) for one in others.order_by("last_name", "first_name", "pk")]


def keep_narrowings(page: MinutesPage, changes: Sequence[Narrowing], *, actor: User) -> None:
    """Write the changes, each with a line in the log; called in the transaction that saves the page."""
    for change in changes:
        pages = _pages_with(change.item.key)
        keep_audience(change.item.key, change.organisations, pages=pages)
        enqueue("page", pages)
        enqueue("decision", pages)
        details: dict[str, Any] = {"number": change.item.number}
        if change.organisations is None:
            record("minutes.opened", actor=actor, obj=page, details=details)
        else:
            details["bodies"] = ", ".join(map(str, change.organisations))
            record("minutes.narrowed", actor=actor, obj=page, details=details)


def _pages_with(key: UUID) -> list[int]:
    """Return the pages that hold the item in any version, copies and aliases among them."""
    versions = Revision.objects.annotate(text=Cast("content", TextField()))
    named = versions.page_revisions().filter(text__contains=str(key)).values_list("object_id")
    pages = {int(pk) for (pk,) in named.order_by().distinct()}
    # unscoped: where the passage lies, shown to nobody
    aliases = KnowledgePage.objects.filter(alias_of__in=pages).values_list("pk", flat=True)
    return sorted(pages | set(aliases))
