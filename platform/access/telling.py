"""What people are told about rights: shares and roles they were given, ends that come near, requests.

Each notice is put into words when it is shown, with the recipient's rights at that moment.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from access.asking import open_requests_for
from access.handling import mail_excerpt_allowed
from access.models import (
    PageGroupObjectPermission,
    PageUserObjectPermission,
    Space,
    SpaceGroupObjectPermission,
    SpaceUserObjectPermission,
)
from access.principals import Principal
from access.rights import rights_of
from access.roles import ROLE_LABELS, Role
from access.selectors import people_of, principal_of_group, responsible_for
from access.tree import SPACE_ROOT_DEPTH
from accounts.models import User
from notices.kinds import Rendered
from notices.models import Notice
from notices.services import notify, withdraw

SHARE = "access.share"
ROLE = "access.role"
ENDING = "access.ending"

REMIND_BEFORE = dt.timedelta(days=14)
"""So long before a right ends those who can prolong it are told."""


def tell_of_share(page: Any, principal: Principal, *, actor: User | None) -> None:
    """Tell everybody behind `principal` that a page was shared with them, except the one who did it."""
    people = people_of(principal).exclude(pk=actor.pk if actor else None)
    notify(people, SHARE, key=f"page:{page.pk}", details={"page": page.pk})


def tell_of_role(space: Space, principal: Principal, *, actor: User | None) -> None:
    """Tell a person that she was given a role in a space.

    Organisations and groups are not told person by person: their people find the space in their navigation.
    """
    if isinstance(principal, User) and principal != actor:
        notify([principal], ROLE, key=f"space:{space.pk}", details={"space": space.pk})


def forget_end(target: Any, principal: Principal) -> None:
    """Take back reminders of the end of a right on a space or page that was changed or taken away."""
    holder = (
        ("user", principal.pk) if isinstance(principal, User) else ("group", principal.group_id)
    )
    withdraw(ENDING, key=_end_key(target, *holder))


def _end_key(target: Any, holder: str, holder_id: int) -> str:
    kind = "space" if isinstance(target, Space) else "page"
    return f"{kind}:{target.pk}:{holder}:{holder_id}"


def remind_of_ends() -> int:
    """Tell of rights that end within `REMIND_BEFORE`, each once: the stewards, and the person whose own right it is.

    Returns:
        How many ends were told.
    """
    told = 0
    for space_id, groups in _ending().items():
        space = Space.objects.get(pk=space_id)
        with transaction.atomic():
            stewards = list(responsible_for(space))
            for key, rows in groups.items():
                first = rows[0]
                details = {"space": space_id, "until": first.until.isoformat(), **_about(first)}
                notify(stewards, ENDING, key=key, details=details)
                if getattr(first, "user_id", None):
                    notify([first.user], ENDING, key=key, details={**details, "own": True})
                for row in rows:
                    type(row).objects.filter(pk=row.pk).update(reminded_at=timezone.now())
                told += 1
    return told


def _ending() -> Mapping[int, dict[str, list[Any]]]:
    """Return what ends soon and was not told yet, by space and by what it is: the rows of one role together."""
    soon = timezone.now() + REMIND_BEFORE
    found: dict[int, dict[str, list[Any]]] = {}
    for model, holder in (
        (SpaceUserObjectPermission, "user"),
        (SpaceGroupObjectPermission, "group"),
        (PageUserObjectPermission, "user"),
        (PageGroupObjectPermission, "group"),
    ):
        rows = model.objects.current().filter(until__lte=soon, reminded_at__isnull=True)
        for row in rows.select_related(holder, "permission"):
            target = row.content_object
            space_id = target.pk if isinstance(target, Space) else target.space_id
            key = _end_key(target, holder, getattr(row, f"{holder}_id"))
            found.setdefault(space_id, {}).setdefault(key, []).append(row)
    return found


def _about(row: Any) -> dict[str, Any]:
    about: dict[str, Any] = {}
    if not isinstance(row.content_object, Space):
        about["page"] = row.content_object_id
    if getattr(row, "user_id", None):
        about["user"] = row.user_id
    else:
        about["group"] = row.group_id
    return about


def render_shares(recipient: User, notices: Sequence[Notice]) -> list[Rendered | None]:
    """Name shared pages that `recipient` may still see."""
    pages = _visible_pages(recipient, notices)
    return [_share(pages.get(one.details.get("page", 0))) for one in notices]


def _share(page: Any) -> Rendered | None:
    if page is None:
        return None
    return Rendered(
        _("The page “%(page)s” is now shared with you.") % {"page": page.title},
        url=page.url,
        is_confidential=not mail_excerpt_allowed(page),
    )


def render_roles(recipient: User, notices: Sequence[Notice]) -> list[Rendered | None]:
    """Name the role that `recipient` has now in each space; none if she has none any more."""
    roles = rights_of(recipient).roles
    spaces = Space.objects.in_bulk([one.details.get("space") for one in notices])
    homes = _homes_of(spaces)
    rendered: list[Rendered | None] = []
    for one in notices:
        space = spaces.get(one.details.get("space"))
        role = roles.get(space.pk) if space else None
        if space is None or role is None:
            rendered.append(None)
            continue
        said = _("You now have the role %(role)s in the space “%(space)s”.")
        values = {"role": ROLE_LABELS[role], "space": space.title}
        rendered.append(Rendered(said % values, url=homes.get(space.pk, "/")))
    return rendered


def render_ends(recipient: User, notices: Sequence[Notice]) -> list[Rendered | None]:
    """Say what ends, to whoever is still responsible for the space, and to the person herself while she has it."""
    rights = rights_of(recipient)  # once: outside a request each asking is a query
    stewarded = rights.spaces_with(Role.STEWARD)
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


def _own_end(space: Space, page: Any, notice: Notice, *, home: str) -> Rendered:
    values = {"space": space.title, "page": page.title if page else "", "until": _day(notice)}
    if page is not None:
        said = _("The share of the page “%(page)s” with you ends on %(until)s.") % values
        return Rendered(said, url=page.url, is_confidential=not mail_excerpt_allowed(page))
    return Rendered(_("Your role in the space “%(space)s” ends on %(until)s.") % values, url=home)


def _end(space: Space, page: Any, notice: Notice, holder: Any) -> Rendered | None:
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
    until = timezone.localtime(dt.datetime.fromisoformat(notice.details["until"]))
    # The end is the first moment that no longer counts: midnight after the last day.
    return date_format(until - dt.timedelta(microseconds=1), "j. F Y")


def _holder_key(notice: Notice) -> tuple[str, int]:
    if "user" in notice.details:
        return "user", notice.details["user"]
    return "group", notice.details.get("group", 0)


def _holders(notices: Sequence[Notice]) -> dict[tuple[str, int], Any]:
    keys = {_holder_key(one) for one in notices}
    people = User.objects.in_bulk([pk for kind, pk in keys if kind == "user"])
    group_model: Any = apps.get_model("auth", "Group")
    groups = group_model.objects.select_related("organisation", "circle").in_bulk(
        [pk for kind, pk in keys if kind == "group"]
    )
    found: dict[tuple[str, int], Any] = {("user", pk): one for pk, one in people.items()}
    found |= {("group", pk): principal_of_group(one) for pk, one in groups.items()}
    return found


def render_requests(recipient: User, notices: Sequence[Notice]) -> list[Rendered | None]:
    """Name who asks for what, to whoever is responsible, while the request is open."""
    pks = [one.details.get("request") for one in notices]
    requests = open_requests_for(recipient).in_bulk(pks)
    rendered: list[Rendered | None] = []
    for pk in pks:
        request = requests.get(pk)
        if request is None:
            rendered.append(None)
            continue
        values = {"who": request.requester, "space": request.space}
        said = _("%(who)s asks for access to something in the space “%(space)s”.") % values
        rendered.append(Rendered(said, url=reverse("access:requests")))
    return rendered


def _visible_pages(recipient: User, notices: Sequence[Notice]) -> dict[int, Any]:
    pks = [one.details["page"] for one in notices if "page" in one.details]
    if not pks:
        return {}
    page_model: Any = apps.get_model(settings.WAGTAIL_PAGE_MODEL)
    found: dict[int, Any] = page_model.objects.visible_to(recipient).in_bulk(pks)
    return found


def _homes_of(spaces: Iterable[int]) -> dict[int, str]:
    """Return the address of each space's home page, by the space's primary key; one query."""
    page_model: Any = apps.get_model(settings.WAGTAIL_PAGE_MODEL)
    homes = page_model.objects.filter(depth=SPACE_ROOT_DEPTH, space__in=list(spaces))
    return {page.space_id: page.url for page in homes}
