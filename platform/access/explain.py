"""Why somebody may or may not see something, in sentences that this person can be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from access.models import Space
from access.reader import viewing_of
from access.rights import can, groups_of_body
from access.roles import Action
from access.selectors import Holding, Via, holdings_on_space, shares_reaching
from access.tree import Page, space_of
from accounts.models import Membership, User
from web.days import spoken_day

MOST_NAMED = 6  # organisations, groups and people in one sentence


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answer and its reasons.

    Attributes:
        allowed: Whether it may be read.
        reasons: Each way by which it may, or the one sentence why it may not.
    """

    allowed: bool
    reasons: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join(self.reasons)


def explain(user: User, obj: Any, *, holdings: Sequence[Holding] | None = None) -> Explanation:
    """Say why `user` may or may not read `obj`.

    Whoever shows this must be a steward of the object's space, or `user` asking about what they may read.

    Args:
        user: The person asked about.
        obj: A space or a page.
        holdings: Roles on its space and shares reaching it, if they are known already.
    """
    space = obj if isinstance(obj, Space) else obj.space
    if not user.is_active:
        return Explanation(allowed=False, reasons=(_("This person's account is closed."),))
    if space is None:
        return Explanation(allowed=True, reasons=(_("Everybody who is signed in sees this page."),))
    if not isinstance(obj, Space) and not obj.live and not can(user, Action.READ, obj):
        return Explanation(
            allowed=False, reasons=(_("This is a draft; only contributors of the space see it."),)
        )
    if holdings is None:
        shares = [] if isinstance(obj, Space) else shares_reaching(obj)
        holdings = [*holdings_on_space(space), *shares]
    groups = frozenset(
        Membership.objects.current().filter(user=user).values_list("group", flat=True)
    )
    reasons = tuple(_sentence(one, space) for one in holdings if _is_held_by(one, user, groups))
    if reasons:
        return Explanation(allowed=True, reasons=reasons)
    return Explanation(
        allowed=False,
        reasons=(
            _("This person has no role in the space “%(space)s”, and nothing was shared with them.")
            % {"space": space.title},
        ),
    )


def explain_as_seen(user: User, page: Page, *, holdings: Sequence[Holding]) -> Explanation:
    """Say why `user` may read a page they see, or why the one may through whose eyes they see it.

    Args:
        user: The person asked about, who sees the page now.
        page: The page.
        holdings: Roles on its space and shares reaching it.
    """
    viewing = viewing_of(user)
    if viewing is None:
        return explain(user, page, holdings=holdings)
    if isinstance(viewing.target, User):
        return explain(viewing.target, page, holdings=holdings)
    groups = groups_of_body(viewing.target)
    reasons = [
        _sentence(one, space_of(page))
        for one in holdings
        if not isinstance(one.principal, User | None) and one.principal.group_id in groups
    ]
    return Explanation(allowed=True, reasons=tuple(reasons))


def readers_in_words(space: Space | None, page: Page) -> str:
    """Say in a sentence or two who reads a page once it is published, for whoever works on it.

    Args:
        space: Where it lies, or will lie; None above all spaces.
        page: The page; a new one has no shares of its own yet.
    """
    if space is None:
        return _("Everybody who is signed in sees this page.")
    holders = [one.label for one in holdings_on_space(space) if one.principal is not None]
    said = _("Once published: everybody with a role in the space “%(space)s” (%(who)s).") % {
        "space": space.title,
        "who": _list_in_words(holders),
    }
    shared = [one.label for one in shares_reaching(page)] if page.pk else []
    if shared:
        said += " " + _("Also shared with %(who)s.") % {"who": _list_in_words(shared)}
    return said


def _list_in_words(labels: Sequence[str]) -> str:
    named = ", ".join(labels[:MOST_NAMED])
    if len(labels) > MOST_NAMED:
        return _("%(names)s and %(count)d more") % {
            "names": named,
            "count": len(labels) - MOST_NAMED,
        }
    return named or _("nobody yet")


def _is_held_by(holding: Holding, user: User, groups: frozenset[int]) -> bool:
    if holding.principal is None:
        return user.is_curator
    if isinstance(holding.principal, User):
        return holding.principal == user
    return holding.principal.group_id in groups


def _sentence(holding: Holding, space: Space) -> str:
    values = {
        "who": holding.label,
        "role": holding.role.label,
        "space": space.title,
        "page": getattr(holding.shared_page, "title", ""),
        "until": spoken_day(holding.until) if holding.until else "",
        "by": holding.granted_by,
    }
    if holding.via is Via.PLATFORM_ROLE:
        return _("Curators are stewards of the space “%(space)s”.") % values
    if holding.shared_page is not None and not holding.shared_page.live:
        # It was taken off the site since; what it is called now is for those who work on it.
        said = _("A page above this one was shared with %(who)s.") % values
    elif holding.via is Via.SHARE:
        said = _("The page “%(page)s” was shared with %(who)s.") % values
    else:
        said = _("%(who)s has the role %(role)s in the space “%(space)s”.") % values
    if holding.granted_by:
        said += " " + _("Granted by %(by)s.") % values
    if holding.until:
        said += " " + _("This ends on %(until)s.") % values
    return said
