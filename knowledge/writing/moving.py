"""Before pages move to where others read them: the consequence, and the question whether that is meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from access.consequence.confirmation import Question, current_question, is_confirmed
from access.consequence.held_files import held_by
from access.consequence.of_roles import Consequence, Item
from access.consequence.readership import Reach, reach_at
from access.consequence.state import fingerprint
from access.consequence.widening import about_shares, between, crossing, going_along, item_of_files
from access.tree import at_or_below
from knowledge.basepage.models import refuse_to_carry_out
from knowledge.files.models import KnowledgeDocument, PageAttachment


# unscoped: moved along, and counted for whoever may move the page
def files_going_along(paths: Iterable[str], *, left_space_id: int | None) -> Any:
    """Return the files that move with the subtrees at `paths`: attached there and to no page that stays.

    Only files of the space that is left: a page may refer to a file of a third space, whose readers decide on it.
    """
    here = PageAttachment.objects.none()
    for path in paths:
        here |= PageAttachment.objects.filter(at_or_below(path, field="page__path"))
    elsewhere = PageAttachment.objects.exclude(pk__in=here.values("pk"))
    return KnowledgeDocument.objects.filter(
        pk__in=here.values("document"), space=left_space_id
    ).exclude(pk__in=elsewhere.values("document"))


def consequence_of_moving(pages: Sequence[Any], destination: Any) -> Consequence | None:
    """Say what follows if `pages` move below `destination` with their subpages.

    Args:
        pages: Pages that whoever is told may move.
        destination: A page below which she may move them.

    Returns:
        The consequence; None if no page changes its space, and no share reaches one anew.
    """
    if destination.space is None:
        return None
    by_space: dict[Any, list[str]] = {}
    for page in pages:
        if page.space is not None:
            by_space.setdefault(page.space, []).append(page.path)
    found = [_item(space, paths, destination) for space, paths in by_space.items()]
    items = tuple(item for item in found if item is not None)
    for space, paths in by_space.items():
        if space != destination.space:
            items += files_left_behind(paths)
    if not items:
        return None
    said = [destination.path, *(page.path for page in pages)]
    said += [sentence for item in items for sentence in (item.change, *item.effects)]
    return Consequence(items=items, fingerprint=fingerprint(said))


def _item(source: Any, paths: Sequence[str], destination: Any) -> Item | None:
    before: dict[int, Reach] = {}
    after: dict[int, Reach] = {}
    for path in paths:
        before |= reach_at(path, whole=True)
        after |= reach_at(path, whole=True, destination=destination)
    if not any(reach.is_wider_than(before[pk]) for pk, reach in after.items()):
        return None
    here = Q(pk__in=[])
    for path in paths:
        here |= at_or_below(path)
    files = files_going_along(paths, left_space_id=source.pk).count()
    said = [going_along(here, files)]
    if source == destination.space:
        change = _("Below “%(page)s”") % {"page": destination.get_admin_display_title()}
        label = _("More people can read this")
    else:
        change, label = between(source, destination.space), _("Move into another space")
        said += crossing(source, destination.space, is_copy=False)
    return Item(label, change, effects=(*said, *about_shares(before, after)))


def files_left_behind(paths: Sequence[str]) -> tuple[Item, ...]:
    """Say which files stay that nothing confidential holds back once the pages have left."""
    here = Q(pk__in=[])
    for path in paths:
        here |= at_or_below(path)
    held = held_by(here)
    return tuple(item_of_files(chain.from_iterable(held.values()), without=here))


def ask_before_moving(
    request: HttpRequest, pages: Sequence[Any], destination: Any
) -> HttpResponse | None:
    """Return the page that asks, or nothing if the move may go on.

    It may if nobody else can read the pages then, or if exactly this consequence was confirmed.

    Raises:
        Refused: If something confidential would leave its space without a steward.
    """
    consequence = consequence_of_moving(pages, destination)
    if consequence is None:
        return None
    for page in pages:
        if page.space != destination.space:
            refuse_to_carry_out(page.path, page.space_id)
    if not is_confirmed(consequence):
        hidden = {"chooser": [str(destination.pk)]}
        stay = reverse("wagtailadmin_explore", args=[pages[0].get_parent().pk])
        return Question(request, hidden=hidden, cancel_url=stay).ask(consequence)
    question = current_question()
    if question is not None:
        question.accept(pages)
    return None
