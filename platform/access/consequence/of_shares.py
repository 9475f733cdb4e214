"""What a share would change, said before it is saved."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.consequence.of_roles import Consequence, Item
from access.consequence.state import fingerprint
from access.grants import people_of, roles
from access.models import Space
from access.principals import Principal, key_of
from access.selectors import Holding, shares_reaching
from access.tree import Page, at_or_below, page_model, space_of
from accounts.models import PlatformRole, User
from web.days import spoken_day


def consequence_of_share(
    page: Page, principal: Principal, *, include_descendants: bool, until: dt.datetime | None
) -> Consequence:
    """Say what sharing `page` changes; confidential pages are not counted, a share doesn't reach them."""
    reach = at_or_below(page.path) if include_descendants else Q(pk=page.pk)
    people = people_of(principal).exclude(pk__in=readers_of(space_of(page)).values("pk")).count()
    if people:
        said = _("%(who)s: %(people)s %(pages)s.") % {
            "who": principal,
            "people": ngettext(
                "%(count)d person can then read", "%(count)d people can then read", people
            )
            % {"count": people},
            "pages": _pages(reach),
        }
    else:
        said = _("%(who)s: nobody can read more than before.") % {"who": principal}
    effects = [said]
    if until is not None:
        effects.append(_("The share ends after %(day)s.") % {"day": spoken_day(until)})
    change = _("with all subpages") if include_descendants else _("this page alone")
    item = Item(label=page.title, change=change, effects=tuple(effects))
    return Consequence(items=(item,), fingerprint=state_of_shares(page))


def consequence_of_ending(page: Page, share: Holding) -> Consequence:
    """Say what ending a share of `page` takes away; readers may keep other ways to the same pages."""
    reach = at_or_below(page.path) if share.with_subpages else Q(pk=page.pk)
    said = _(
        "%(who)s: the share of %(pages)s ends for %(people)s. What they may read by other rights stays."
    ) % {
        "who": share.label,
        "pages": _pages(reach),
        "people": ngettext("%(count)d person", "%(count)d people", share.people)
        % {"count": share.people},
    }
    change = _("with all subpages") if share.with_subpages else _("this page alone")
    item = Item(label=page.title, change=change, effects=(said,))
    return Consequence(items=(item,), fingerprint=state_of_shares(page))


def state_of_shares(page: Page) -> str:
    """Return a short text that changes with every share that reaches the page."""
    return fingerprint(
        sorted(
            f"{key_of(one.principal)} {one.role} {one.until} {one.with_subpages}"
            for one in shares_reaching(page)
            if one.principal is not None
        )
    )


def _pages(condition: Q) -> str:
    pages = page_model().objects.filter(condition, live=True)
    count = pages.exclude(classification="confidential").count()
    return ngettext("%(count)d page", "%(count)d pages", count) % {"count": count}


def readers_of(space: Space) -> Any:
    """Return the active people who may read `space` now, as a queryset."""
    reading = Q(pk__in=roles().filter(content_object=space).people().values("pk"))
    if space.is_curated:
        reading |= Q(platform_role=PlatformRole.CURATOR)
    return User.objects.filter(reading, is_active=True)
