"""Spaces as the curator keeps them: made with their lists and first roles, renamed, put in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.urls import resolve
from django.utils.translation import gettext as _

from access.consequence.of_roles import Consequence, Item, consequence_of_roles
from access.consequence.space_grants import Change
from access.consequence.state import Outdated, fingerprint
from access.granting.services import grant_role
from access.models import Space
from access.reader import forget
from access.rights import spaces_where
from access.roles import Action
from access.tree import SPACE_ROOT_DEPTH
from accounts.models import Circle, Organisation, User
from audit.context import acting
from knowledge.basepage.addresses import address_of, url_path_of
from knowledge.basepage.models import KnowledgePage
from knowledge.home.services import create_space, ensure_start_page
from knowledge.pages.kinds import PageKind, page_kinds
from knowledge.writing.services import (
    create_published_page,
    draft_of,
    publish,
    save_draft,
)
from people.organisations import require_curator

PLACES_APART = 10  # so that another space fits between two
PAGES_ROUTE = "wagtail_serve"  # what shows pages at their addresses


class _Undone(Exception):
    """Ends a trial: everything is as it was before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpacePlan:
    """A space that is to be made.

    Attributes:
        slug: Its short name, and the address of its home page.
        title: What it is called.
        description: A sentence on what belongs here.
        organisation: Whose space it is, if it is one organisation's.
        new_pages_confidential: Whether new pages are confidential until their writer chooses.
        kinds: Which lists it has.
        roles: Who may do what from the beginning.
        circle: The group's people, if it is a group's space.
        home_page: An unsaved page to use instead of a plain home.
    """

    slug: str
    title: str
    description: str = ""
    organisation: Organisation | None = None
    new_pages_confidential: bool = False
    kinds: Sequence[PageKind] = ()
    roles: Sequence[Change] = ()
    circle: Circle | None = None
    home_page: Any = None


def kinds_with_lists() -> list[PageKind]:
    """Return the kinds of pages that a space may have a list of."""
    return [kind for kind in page_kinds if kind.index is not None]


Make = Callable[[], tuple[Space, Consequence]]


def tried(make: Make) -> Consequence:
    """Say what follows from making a space or a group: it is made and undone, so that what is said is what will be.

    Raises:
        PermissionDenied, ValidationError: As `make` does.
    """
    found: list[Consequence] = []
    try:
        with transaction.atomic():
            found.append(make()[1])
            raise _Undone
    except _Undone:
        forget()
    return found[0]


@transaction.atomic
def made(make: Make, *, expected: str) -> Space:
    """Make it for good.

    Raises:
        PermissionDenied, ValidationError: As `make` does.
        Outdated: If the consequence is another one than the one with the fingerprint `expected`, which was shown.
    """
    space, consequence = make()
    if consequence.fingerprint != expected:
        raise Outdated
    return space


def make_space(plan: SpacePlan, *, actor: User) -> tuple[Space, Consequence]:
    """Make a space with its home page, its lists and its first roles; `tried` and `made` are the ways to it.

    Raises:
        PermissionDenied: If the actor doesn't curate the platform.
        ValidationError: If the short name is taken, or nobody could use a role.
    """
    require_curator(actor)
    take_turn_at_names()
    check_short_name(plan.slug)
    with acting(actor):
        space = create_space(
            slug=plan.slug,
            title=plan.title,
            description=plan.description,
            circle=plan.circle,
            organisation=plan.organisation,
            home_page=plan.home_page,
        )
        space.new_pages_confidential = plan.new_pages_confidential
        last = Space.objects.aggregate(last=Max("position"))["last"] or 0
        space.position = last + PLACES_APART
        space.save(update_fields=["new_pages_confidential", "position"])
        _make_lists(space, plan.kinds)
        forget()  # curators are responsible for it from now on
        consequence = _consequence(space, plan, actor)
        for one in plan.roles:
            if one.role is not None:
                grant_role(
                    space, one.principal, one.role, actor=actor, until=one.until, reason=one.reason
                )
    return space, consequence


# unscoped: two lists of a space that is made at this moment
def _make_lists(space: Space, kinds: Sequence[PageKind]) -> None:
    home = home_of(space)
    for kind in kinds:
        model: Any = kind.index
        # The curator was asked for; the right to the space that is being made comes with it.
        create_published_page(model(title=list_title(kind)), below=home, actor=None)


def list_title(kind: PageKind) -> str:
    """Return what the list of a kind is called, such as "Protokolle"."""
    plural = str(kind.model._meta.verbose_name_plural)
    return plural[:1].upper() + plural[1:]


def _consequence(space: Space, plan: SpacePlan, actor: User) -> Consequence:
    of_roles = consequence_of_roles(space, list(plan.roles), actor=actor)
    lists = ", ".join(list_title(kind) for kind in plan.kinds)
    effects = [
        _("Its address is %(address)s.") % {"address": address_of(url_path_of(f"{plan.slug}/"))},
        _("It has these lists: %(lists)s.") % {"lists": lists}
        if lists
        else _("It has no list yet."),
    ]
    if plan.organisation is not None:
        effects.append(_("It belongs to %(body)s.") % {"body": plan.organisation})
    if plan.new_pages_confidential:
        effects.append(_("New pages are confidential until their writer chooses otherwise."))
    if not plan.roles:
        effects.append(_("Nobody but the curators reads it until roles are given."))
    made = Item(label=plan.title, change=_("A new space."), effects=tuple(effects))
    said = [f"{one.label} {one.change} {one.effects}" for one in (made, *of_roles.items)]
    # A new space has curators only; that is no news here.
    return Consequence(
        items=(made, *of_roles.items), total=of_roles.total, fingerprint=fingerprint(said)
    )


# unscoped: nothing is read but which row to wait for
def take_turn_at_names() -> None:
    """Wait until nobody else makes or renames a space or a group; the turn is over at the commit."""
    start = KnowledgePage.objects.filter(pk=ensure_start_page().pk)
    list(start.select_for_update(no_key=True).values_list("pk"))


# unscoped: a short name is one for the whole installation, which docs/access.md says
def check_short_name(slug: str, *, space: Space | None = None) -> None:
    """Refuse a short name that another space has, now or as an address before.

    Raises:
        ValidationError: With a sentence.
    """
    if resolve(address_of(url_path_of(f"{slug}/"))).url_name != PAGES_ROUTE:
        raise ValidationError(
            _("“%(slug)s” has another meaning in addresses. Choose another short name.")
            % {"slug": slug}
        )
    own = space.pk if space is not None else 0  # nobody's key
    siblings = KnowledgePage.objects.child_of(ensure_start_page()).exclude(space=own)
    taken = Space.objects.exclude(pk=own).filter(slug=slug).exists()
    if taken or siblings.filter(slug=slug).exists():
        raise ValidationError(
            _("“%(slug)s” is taken. Choose another short name. Nothing was changed.")
            % {"slug": slug}
        )


# unscoped: the caller is responsible for the space
def home_of(space: Space) -> Any:
    """Return the home page of a space."""
    return KnowledgePage.objects.get(space=space, depth=SPACE_ROOT_DEPTH).specific


@transaction.atomic
def change_space(
    space: Space,
    *,
    actor: User,
    title: str,
    slug: str,
    description: str,
    organisation: Organisation | None,
    new_pages_confidential: bool,
) -> None:
    """Call a space something else, with its group if it has one; old addresses lead on.

    Its name inside the platform (`Space.slug`) stays, so that saved searches and programs go on finding it.

    Raises:
        PermissionDenied: If the actor doesn't curate the platform, or isn't responsible for the space.
        ValidationError: If the short name is taken.
    """
    require_curator(actor)
    _require_responsible(actor, [space.pk])
    take_turn_at_names()
    check_short_name(slug, space=space)
    with acting(actor):
        space.title, space.description, space.organisation = title, description, organisation
        space.new_pages_confidential = new_pages_confidential
        space.save()
        if space.circle is not None and space.circle.name != title:
            space.circle.name = title
            space.circle.save()
        page = home_of(space)
        draft = draft_of(page) if page.has_unpublished_changes else None
        page.title, page.slug = title, slug
        publish(page, actor=actor, stamp=None)
        if draft is not None:  # an introduction that somebody is writing
            draft.title, draft.slug = title, slug
            save_draft(draft, actor=actor, stamp=None)


@transaction.atomic
def order_spaces(places: Mapping[int, int], *, actor: User) -> None:
    """Put spaces in order in the menu.

    Args:
        places: Primary key of a space to its place; the lowest comes first, equal ones as they were made.
        actor: A curator who is responsible for them.

    Raises:
        PermissionDenied: If the actor doesn't curate the platform, or isn't responsible for one of them.
    """
    require_curator(actor)
    _require_responsible(actor, places)
    with acting(actor):
        for space in Space.objects.filter(pk__in=places).order_by("pk"):
            if space.position != places[space.pk]:
                space.position = places[space.pk]
                space.save(update_fields=["position"])


def _require_responsible(actor: User, spaces: Iterable[int]) -> None:
    if set(spaces) - spaces_where(actor, Action.GRANT):
        raise PermissionDenied
