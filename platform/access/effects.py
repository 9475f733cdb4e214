"""What a share would change, said before it is saved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.models import Space, SpaceGroupObjectPermission, SpaceUserObjectPermission
from access.principals import Principal
from access.selectors import Holding, people_of
from access.tree import at_or_below
from accounts.models import Membership, PlatformRole, User


@dataclass(frozen=True, slots=True)
class Effect:
    """Who can read what, once it is saved.

    Attributes:
        label: Name of the principal.
        newly_reading: People who can't read it now and then can.
        people: Active people whom it concerns at all.
        pages: Published pages that it opens.
        confidential: How many of them are confidential.
    """

    label: str
    newly_reading: int
    people: int
    pages: int
    confidential: int

    def __str__(self) -> str:
        people = ngettext(
            "%(count)d person can then read", "%(count)d people can then read", self.newly_reading
        ) % {"count": self.newly_reading}
        pages = ngettext("%(count)d page", "%(count)d pages", self.pages) % {"count": self.pages}
        if not self.newly_reading:
            return _("%(who)s: nobody can read more than before.") % {"who": self.label}
        said = _("%(who)s: %(people)s %(pages)s.") % {
            "who": self.label,
            "people": people,
            "pages": pages,
        }
        if self.confidential:
            said += " " + ngettext(
                "%(count)d of them is confidential.",
                "%(count)d of them are confidential.",
                self.confidential,
            ) % {"count": self.confidential}
        return said


def effect_of_share(page: Any, principal: Principal, *, include_descendants: bool) -> Effect:
    """Return what sharing `page` changes; confidential pages are not counted, a share doesn't reach them."""
    reach = at_or_below(page.path) if include_descendants else Q(pk=page.pk)
    people = people_of(principal)
    newly = people.exclude(pk__in=readers_of(page.space).values("pk"))
    pages = _published(reach).exclude(classification="confidential")
    return Effect(
        label=str(principal),
        newly_reading=newly.count(),
        people=people.count(),
        pages=pages.count(),
        confidential=0,
    )


def effect_of_ending(share: Holding) -> str:
    """Return what ending a share takes away; readers may keep other ways to the same pages."""
    reach = Q(pk=share.shared_page.pk)
    if share.with_subpages:
        reach = at_or_below(share.shared_page.path)
    pages = _published(reach).exclude(classification="confidential").count()
    return _(
        "%(who)s: the share of %(pages)s ends for %(people)s. What they may read by other rights stays."
    ) % {
        "who": share.label,
        "pages": ngettext("%(count)d page", "%(count)d pages", pages) % {"count": pages},
        "people": ngettext("%(count)d person", "%(count)d people", share.people)
        % {"count": share.people},
    }


def readers_of(space: Space) -> Any:
    """Return the active people who may read `space` now, as a queryset."""
    groups = SpaceGroupObjectPermission.objects.current().filter(content_object=space)
    members = Membership.objects.current().filter(group__in=groups.values("group")).values("user")
    direct = SpaceUserObjectPermission.objects.current().filter(content_object=space).values("user")
    reading = Q(pk__in=members) | Q(pk__in=direct)
    if space.is_curated:
        reading |= Q(platform_role=PlatformRole.CURATOR)
    return User.objects.filter(reading, is_active=True)


def _published(condition: Q) -> Any:
    page_model: Any = apps.get_model(settings.WAGTAIL_PAGE_MODEL)
    return page_model.objects.filter(condition, live=True)
