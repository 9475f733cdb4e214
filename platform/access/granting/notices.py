"""What people are told about rights: shares and roles they were given, ends that come near.

Each notice is put into words when it is shown, with the recipient's rights at that moment.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from access.grants import Holder, holder_of, people_of, roles, shares
from access.handling import mail_excerpt_allowed
from access.models import Space, body_of
from access.principals import Principal
from access.rights import rights_of
from access.roles import Action, Role
from access.selectors import responsible_for
from access.tree import SPACE_ROOT_DEPTH, Page, page_model
from accounts.models import User
from notices.kinds import Rendered
from notices.models import Notice
from notices.services import notify, withdraw
from web.days import spoken_day

SHARE = "access.share"
ROLE = "access.role"
ENDING = "access.ending"

REMIND_BEFORE = dt.timedelta(days=14)
"""So long before a right ends those who can prolong it are told."""


def tell_of_share(page: Page, principal: Principal, *, actor: User) -> None:
    """Tell everybody behind `principal` that a page was shared with them, except the one who did it."""
    people = people_of(principal).exclude(pk=actor.pk)
    notify(people, SHARE, key=f"page:{page.pk}", details={"page": page.pk})


def tell_of_role(
    space: Space, principal: Principal, role: Role, *, before: Role | None, actor: User
) -> None:
    """Tell a person of a role that they were given in a space, everybody of an organisation or group of a higher one.

    That they may read is not told person by person: they find the space in their navigation.
    """
    is_person = isinstance(principal, User)
    if is_person or role > (before or Role.READER):
        people = people_of(principal).exclude(pk=actor.pk)
        notify(people, ROLE, key=f"space:{space.pk}", details={"space": space.pk})


def forget_end(target: Any, principal: Principal) -> None:
    """Take back reminders of the end of a right on a space or page that was changed or taken away."""
    withdraw(ENDING, key=_end_key(target, holder_of(principal)))


def _end_key(target: Any, holder: Holder) -> str:
    kind, pk = holder
    return f"{'space' if isinstance(target, Space) else 'page'}:{target.pk}:{kind}:{pk}"


def remind_of_ends() -> int:
    """Tell of rights that end within `REMIND_BEFORE`, each once: the stewards, and the person whose own right it is.

    Returns:
        How many ends were told.
    """
    told = 0
    for space_id, rows in _ending().items():
        space = Space.objects.get(pk=space_id)
        with transaction.atomic():
            stewards = list(responsible_for(space))
            for row in rows:
                kind, pk = holder = holder_of(row.principal)
                key = _end_key(row.content_object, holder)
                details = {"space": space_id, "until": row.until.isoformat(), kind: pk}
                if not isinstance(row.content_object, Space):
                    details["page"] = row.content_object.pk
                notify(stewards, ENDING, key=key, details=details)
                if isinstance(row.principal, User):
                    notify([row.principal], ENDING, key=key, details={**details, "own": True})
                type(row).objects.filter(pk=row.pk).update(reminded_at=timezone.now())
                told += 1
    return told


def _ending() -> Mapping[int, list[Any]]:
    """Return what ends soon and was not told yet, by space."""
    soon = timezone.now() + REMIND_BEFORE
    found: dict[int, list[Any]] = {}
    for grants in (roles(), shares()):
        ending = grants.filter(until__lte=soon, reminded_at__isnull=True)
        for row in ending.rows("content_object"):
            target = row.content_object
            space_id = target.pk if isinstance(target, Space) else target.space_id
            found.setdefault(space_id, []).append(row)
    return found


def render_shares(recipient: User, notices: Sequence[Notice]) -> list[Rendered | None]:
    """Name shared pages that `recipient` may still see."""
    pages = _visible_pages(recipient, notices)
    return [_share(pages.get(one.details.get("page", 0))) for one in notices]


def _share(page: Page | None) -> Rendered | None:
    if page is None:
        return None
    return Rendered(
        _("The page “%(page)s” is now shared with you.") % {"page": page.title},
        url=page.url,
        is_confidential=not mail_excerpt_allowed(page),
    )


def render_roles(recipient: User, notices: Sequence[Notice]) -> list[Rendered | None]:
    """Name the role that `recipient` has now in each space; none if it is gone."""
    held = rights_of(recipient).roles
    spaces = Space.objects.in_bulk([one.details.get("space") for one in notices])
    homes = _homes_of(spaces)
    rendered: list[Rendered | None] = []
    for one in notices:
        space = spaces.get(one.details.get("space"))
        role = held.get(space.pk) if space else None
        if space is None or role is None:
            rendered.append(None)
            continue
        said = _("You now have the role %(role)s in the space “%(space)s”.")
        values = {"role": role.label, "space": space.title}
        rendered.append(Rendered(said % values, url=homes.get(space.pk, "/")))
    return rendered


def render_ends(recipient: User, notices: Sequence[Notice]) -> list[Rendered | None]:
    """Say what ends, to whoever is still responsible for the space, and to the person who has it."""
    rights = rights_of(recipient)  # once: outside a request each asking is a query
    stewarded = rights.spaces_where(Action.GRANT)
    spaces = Space.objects.in_bulk([one.details.get("space") for one in notices])
    pages = _visible_pages(recipient, notices)
    holders, homes = _holders(notices), _homes_of(spaces)
    rendered: list[Rendered | None] = []
    for one in notices:
        space, page = spaces.get(one.details.get("space")), pages.get(one.details.get("page", 0))
        is_about_page = "page" in one.details
        if space is None or (is_about_page and page is None):
            rendered.append(None)
        elif one.details.get("own"):
            is_held = page is not None or space.pk in rights.roles
            home = homes.get(space.pk, "/")
            rendered.append(_own_end(space, page, one, home=home) if is_held else None)
        elif space.pk in stewarded:
            rendered.append(_end(space, page, one, holders.get(_holder_key(one))))
        else:
            rendered.append(None)
    return rendered


def _own_end(space: Space, page: Page | None, notice: Notice, *, home: str) -> Rendered:
    values = {"space": space.title, "page": page.title if page else "", "until": _day(notice)}
    if page is not None:
        said = _("The share of the page “%(page)s” with you ends on %(until)s.") % values
        return Rendered(said, url=page.url, is_confidential=not mail_excerpt_allowed(page))
    return Rendered(_("Your role in the space “%(space)s” ends on %(until)s.") % values, url=home)


def _end(space: Space, page: Page | None, notice: Notice, holder: Any) -> Rendered | None:
    if holder is None:
        return None
    values = {
        "who": holder,
        "space": space.title,
        "page": page.title if page else "",
        "until": _day(notice),
    }
    if page is not None:
        return Rendered(
            _("The share of the page “%(page)s” with %(who)s ends on %(until)s.") % values,
            url=reverse("access:page", args=[page.pk]),
            is_confidential=not mail_excerpt_allowed(page),
        )
    return Rendered(
        _("The role of %(who)s in the space “%(space)s” ends on %(until)s.") % values,
        url=reverse("access:space", args=[space.slug]),
    )


def _day(notice: Notice) -> str:
    return spoken_day(dt.datetime.fromisoformat(notice.details["until"]))


def _holder_key(notice: Notice) -> Holder:
    if "user" in notice.details:
        return "user", notice.details["user"]
    return "group", notice.details.get("group", 0)


def _holders(notices: Sequence[Notice]) -> dict[Holder, Any]:
    keys = {_holder_key(one) for one in notices}
    people = User.objects.in_bulk([pk for kind, pk in keys if kind == "user"])
    groups = Group.objects.select_related("organisation", "circle").in_bulk(
        [pk for kind, pk in keys if kind == "group"]
    )
    found: dict[Holder, Any] = {("user", pk): one for pk, one in people.items()}
    found |= {("group", pk): body_of(one) for pk, one in groups.items()}
    return found


def _visible_pages(recipient: User, notices: Sequence[Notice]) -> dict[int, Any]:
    pks = [one.details["page"] for one in notices if "page" in one.details]
    if not pks:
        return {}
    found: dict[int, Any] = page_model().objects.visible_to(recipient).in_bulk(pks)
    return found


def _homes_of(spaces: Iterable[int]) -> dict[int, str]:
    """Return the address of each space's home page, by the space's primary key; one query."""
    homes = page_model().objects.filter(depth=SPACE_ROOT_DEPTH, space__in=list(spaces))
    return {page.space_id: page.url for page in homes}
