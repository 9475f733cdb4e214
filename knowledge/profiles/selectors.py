"""What a reader may see of an organisation or a person; nothing here is counted that isn't visible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, Q, QuerySet, When, Window
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from access.rights import Person
from access.selectors import groups_named_to
from access.tree import SPACE_ROOT_DEPTH
from accounts.models import Membership, Organisation, User
from knowledge.basepage.models import KnowledgePage
from knowledge.contacts.models import ContactPage
from knowledge.contacts.services import contacts_naming
from knowledge.groups.models import GroupPage
from knowledge.groups.selectors import people_known_to
from knowledge.pages.kinds import PageKind, page_kinds, related_model
from web.menu import Label, Link

SHOWN = 50  # of each kind; the count says how many there are
MISSING = 0  # the key of nobody: what is missing is asked for like what is hidden


@dataclass(frozen=True, slots=True)
class NamedPages:
    """Visible pages of one kind that name an organisation: the first of them, and how many there are."""

    name: str
    label: Label
    links: Sequence[Link]
    total: int


@dataclass(frozen=True, slots=True)
class OrganisationProfile:
    """An organisation with what the reader may see of it."""

    organisation: Organisation
    contacts: Sequence[ContactPage]
    pages: Sequence[NamedPages]
    groups: Sequence[GroupPage]
    spaces: Sequence[KnowledgePage]
    people: Sequence[User]


@dataclass(frozen=True, slots=True)
class PersonProfile:
    """A person with what the reader may know."""

    person: User
    memberships: Sequence[tuple[GroupPage, bool]]  # with whether this person leads the group
    contacts: Sequence[ContactPage]


# unscoped: an organisation is no content, and given only with something visible; memberships narrow visible groups
def organisation_profile(slug: str, user: Person) -> OrganisationProfile | None:
    """Return what `user` may see of an organisation.

    None if that is nothing, unless it is the reader's own, or has rights in a space that the reader reads: "Who sees
    this?" names it there.
    """
    # An old short name leads on; it is asked for like any, so that what is hidden and what is missing take as long.
    named = Organisation.objects.filter(Q(slug=slug) | Q(old_short_names__slug=slug))
    found = named.order_by(Case(When(slug=slug, then=0), default=1)).first()
    key = found.pk if found is not None else MISSING
    members = Membership.objects.current().filter(user__organisation=key, user__is_active=True)
    homes = KnowledgePage.objects.visible_to(user).filter(live=True, depth=SPACE_ROOT_DEPTH)
    contacts = ContactPage.objects.visible_to(user).filter(live=True, organisation=key)
    parts: dict[str, Any] = {
        "contacts": list(contacts.select_related("organisation").order_by("title", "pk")),
        "pages": [*_pages_naming(key, user), *_owned(key, user)],
        "groups": list(
            GroupPage.objects.visible_to(user)
            .filter(live=True, space__circle__group__in=members.values("group"))
            .order_by("title", "pk")
        ),
        "spaces": list(homes.filter(space__organisation=key).order_by("path")),
        "people": list(people_known_to(user).filter(organisation=key)),
    }
    is_named = Organisation.objects.filter(pk=key, group__in=groups_named_to(user)).exists()
    is_known = is_named or key == _organisation_of(user) or any(parts.values())
    if found is None or not is_known:
        return None
    return OrganisationProfile(found, **parts)


# unscoped: memberships of a known person; only those in visible groups are given
def person_profile(pk: int, user: Person) -> PersonProfile | None:
    """Return what `user` may know of a person; None if this person is unknown to the reader."""
    person = people_known_to(user).select_related("organisation").filter(pk=pk).first()
    if person is None:
        return None
    memberships = Membership.objects.current().filter(
        user=person, group__circle__space__isnull=False
    )
    leads = dict(memberships.values_list("group__circle__space", "function"))
    groups = (
        GroupPage.objects.visible_to(user)
        .filter(live=True, space__in=leads)
        .order_by("title", "pk")
    )
    contacts = (
        contacts_naming(person).visible_to(user).filter(live=True).select_related("organisation")
    )
    return PersonProfile(
        person,
        [(page, leads[page.space_id] == Membership.Function.LEAD) for page in groups],
        list(contacts.order_by("title", "pk")),
    )


def _organisation_of(user: Person) -> int | None:
    return getattr(user, "organisation_id", None)


# unscoped: `matching` narrows the visible pages
def _pages_naming(key: int, user: Person) -> list[NamedPages]:
    """Return the pages of each kind but contacts that name the organisation; one query a kind."""
    found = []
    for kind, paths in _kinds_naming_organisations():
        naming = Q(*((path, key) for path in paths), _connector=Q.OR)
        matching: Any = kind.model.objects.filter(naming)
        pages = kind.model.objects.visible_to(user).filter(
            live=True, pk__in=matching.order_by().values("pk")
        )
        order = kind.listing.orders[0].fields if kind.listing else ("title",)
        found += _first_of(
            kind.name,
            capfirst(kind.model._meta.verbose_name_plural),
            pages.order_by(*order, "pk"),
            kind.title,
        )
    return found


def _kinds_naming_organisations() -> tuple[tuple[PageKind, tuple[str, ...]], ...]:
    """Return the kinds of pages whose text names organisations, with the look-ups to them; contacts have cards."""
    found = []
    for kind in page_kinds:
        paths = tuple(
            path for path in kind.depends_on if related_model(kind.model, path) is Organisation
        )
        if paths and kind.model is not ContactPage:
            found.append((kind, paths))
    return tuple(found)


def _owned(key: int, user: Person) -> list[NamedPages]:
    pages = (
        KnowledgePage.objects.visible_to(user)
        .filter(live=True)
        .filter(owning_organisation=key, depth__gt=SPACE_ROOT_DEPTH + 1)
    )
    newest = pages.order_by("-last_published_at", "-pk")
    return _first_of("owned", _("Responsible for these pages"), newest, str)


def _first_of(name: str, label: Label, pages: QuerySet[Any], title: Any) -> list[NamedPages]:
    rows = list(pages.annotate(total=Window(Count("pk")))[:SHOWN])
    if not rows:
        return []
    links = [Link(title(page), page.url) for page in rows]
    return [NamedPages(name, label, links, rows[0].total)]
